package ward

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// PlanComment is a remark pinned to a place of a plan: a cell, or the border
// between two.
type PlanComment struct {
	ID         int64      `json:"id"`
	Plan       int64      `json:"plan"`
	Author     int64      `json:"author"`
	AuthorName string     `json:"authorName" doc:"谁写的"`
	At         time.Time  `json:"at"`
	Text       string     `json:"text" doc:"批注"`
	Cell       *int64     `json:"cell" doc:"钉在哪个地块"`
	Across     *int64     `json:"across" doc:"同 cell 一起：钉在两个地块之间的边界"`
	ReplyTo    *int64     `json:"replyTo" doc:"回复哪一条；回复同它在一处"`
	Location   orb.Point  `json:"location" doc:"在哪里（度）"`
	ResolvedAt *time.Time `json:"resolvedAt" doc:"何时解决"`
	Version    int64      `json:"version"`
}

// PlanRemark writes a comment.
type PlanRemark struct {
	Text     string     `json:"text" minLength:"1" maxLength:"1000" doc:"批注"`
	ReplyTo  int64      `json:"replyTo,omitempty" doc:"回复哪一条；此时不写地块"`
	Cell     int64      `json:"cell,omitempty" doc:"地块"`
	Across   int64      `json:"across,omitempty" doc:"边界另一侧的地块"`
	Location *orb.Point `json:"location,omitempty" doc:"位置（度）；缺省在地块上"`
}

// Validate checks what the schema cannot.
func (r PlanRemark) Validate() error {
	var c Check
	n := utf8.RuneCountInString(r.Text)
	c.Field(n >= 1 && n <= 1000, "text", "批注应为1到1000个字")
	c.Field(r.Cell > 0 || r.ReplyTo > 0, "cell", "请把批注钉在一个地块或边界上")
	if err := c.Err(); err != nil || r.Location == nil {
		return err
	}
	return CheckPosition(*r.Location)
}

// PlanTalk is what people say of plans and whom they show them to.
type PlanTalk interface {
	PlanComments(ctx context.Context, s Scope, plan int64) ([]PlanComment, error)
	// CommentPlan: invalid for a cell outside the plan, and for an answer to a
	// comment that is not in it. An answer opens a comment that was ticked off.
	CommentPlan(ctx context.Context, s Scope, key uuid.UUID, plan int64, r PlanRemark) (PlanComment, error)
	// ResolveComment ticks a comment off, or opens it again.
	ResolveComment(ctx context.Context, s Scope, id, version int64, resolved bool) (PlanComment, error)
	// SharePlan makes a link; the one before ends.
	SharePlan(ctx context.Context, s Scope, plan int64) (PlanLink, error)
	UnsharePlan(ctx context.Context, s Scope, plan int64) error
	// SharedPlan needs nobody signed in; not_found in words for a link that ended.
	SharedPlan(ctx context.Context, token string) (SharedPlan, error)
	// PlanAssignments are all cells of a plan with their buildings and grids, for
	// the assignment table.
	PlanAssignments(ctx context.Context, s Scope, plan int64) ([]AssignedCell, error)
}

// AssignedCell is one row of the assignment table of a plan.
type AssignedCell struct {
	Cell     int64
	Building string // its code; "" for a cell without one
	Grid     string // the code of the grid; the name of a new one
}
