package ward

import "github.com/google/uuid"

// PlanProposals is how many drafts one order makes at the most.
const PlanProposals = 3

// PlanProposalOrder asks for several distinct drafts of a plan, drawn by the
// program, to be compared on one score card. It runs as a job of the number the
// caller gives; ended early, it keeps the best so far.
type PlanProposalOrder struct {
	Job     uuid.UUID `json:"job" doc:"任务编号（UUID），重发时保持不变"`
	Scratch bool      `json:"scratch,omitempty" doc:"全部重新划分（新社区用）；缺省是在现状上均衡，尽量少动住户"`
	Keep    *float64  `json:"keep,omitempty" minimum:"0" maximum:"1" doc:"少动住户的程度，缺省0.5"`
	Roads   *float64  `json:"roads,omitempty" minimum:"0" maximum:"1" doc:"沿道路划界的程度，缺省0.5"`
	Compact *float64  `json:"compact,omitempty" minimum:"0" maximum:"1" doc:"形状紧凑的程度，缺省0.5"`
	Seed    uint64    `json:"seed,omitempty" doc:"种子：同样的输入和种子得到同样的结果"`
}

// PlanDrawing is a grid for every cell of a community, as Ground.Redrawn takes it.
type PlanDrawing struct {
	Community int64
	Cells     []int64
	Grid      []int32
	Continues []int64
}

// PlanProposal is one of several drafts: a drawing for each community.
type PlanProposal struct {
	Name     string
	Drawings []PlanDrawing
}
