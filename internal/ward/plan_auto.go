package ward

import (
	"context"
	"slices"
)

// PlanAuto asks for grids drawn by the program (自动均衡, 自动划分) in one community
// of a plan. Locked and special grids stay as they are.
type PlanAuto struct {
	Community int64    `json:"community" minimum:"1" doc:"社区"`
	Scratch   bool     `json:"scratch,omitempty" doc:"全部重新划分（新社区用）；缺省是在现状上均衡，尽量少动住户"`
	Grids     int      `json:"grids,omitempty" minimum:"0" maximum:"200" doc:"网格数，0为按标准"`
	Keep      *float64 `json:"keep,omitempty" minimum:"0" maximum:"1" doc:"少动住户的程度，缺省0.5"`
	Roads     *float64 `json:"roads,omitempty" minimum:"0" maximum:"1" doc:"沿道路划界的程度，缺省0.5"`
	Compact   *float64 `json:"compact,omitempty" minimum:"0" maximum:"1" doc:"形状紧凑的程度，缺省0.5"`
	Seed      uint64   `json:"seed,omitempty" doc:"种子：同样的输入和种子得到同样的结果"`
}

// PlanDrawer draws grids by itself on a ground: the delta that brings them about.
// When ctx ends it gives the best so far. The error is invalid when the number
// of grids asked for cannot be.
type PlanDrawer func(ctx context.Context, g *Ground, a PlanAuto) (PlanDelta, error)

// AutoFixed tells whether the program may not touch a grid: it is locked, or
// special (专属网格), drawn round a mall, a school or a park.
func (g *Ground) AutoFixed(label int64) bool {
	kind := g.Official[label].Kind
	if own := g.States[label].Kind; own != "" {
		kind = own
	}
	return g.Locked(label) || kind == "special"
}

// Redrawn is the delta that gives each cell the grid of the same index: continues
// names the grid it goes on by its label, 0 stands for a grid to be founded.
// All cells lie in one community.
func (g *Ground) Redrawn(cells []int64, grid []int32, continues []int64) PlanDelta {
	d := PlanDelta{Cells: []int64{}, Was: []int64{}, Now: []int64{}}
	labels := slices.Clone(continues)
	next := g.NextLabel()
	for i, label := range labels {
		if label == 0 {
			state := PlanGridState{Community: g.Cell(cells[0]).Community, Name: g.newName(next)}
			d.Grids = append(d.Grids, PlanGridChange{Grid: next, Now: &state})
			labels[i] = next
			next--
		}
	}
	for i, id := range cells {
		if was, now := g.Label(id), labels[grid[i]]; was != now {
			d.Cells, d.Was, d.Now = append(d.Cells, id), append(d.Was, was), append(d.Now, now)
		}
	}
	return d
}

// Allowed is a conflict when a delta takes from a locked grid or gives to one.
func (g *Ground) Allowed(d PlanDelta) error { return g.unlocked(d) }
