package ward

import (
	"cmp"
	"maps"
	"slices"
)

// GroundPlace is something that serves a community: moved with its ground, it
// would lie in another, or serve doors in two.
type GroundPlace struct {
	Kind  string  // point, branch, hub
	Name  string  // as people call it
	Cell  int64   // where it is
	Doors []int64 // the cells of the doors a hub serves
}

// MovesBorders reports whether the plan redraws the borders of communities: its
// cells may go to any grid of the plan, and the community of a cell is that of
// its grid.
func (g *Ground) MovesBorders() bool { return g.Plan.Kind == PlanOfCommunities }

// TownOf is the community of a cell in the plan. Officially it is c.Community.
func (g *Ground) TownOf(c *GroundCell) int64 {
	if !g.MovesBorders() {
		return c.Community
	}
	return cmp.Or(g.Community(c.Now), c.Community)
}

// abroad tells whether a cell has a grid of another community although the plan
// moves no borders: another plan has moved it.
func (g *Ground) abroad(c GroundCell) bool {
	return !g.MovesBorders() && c.Now != 0 && g.Community(c.Now) != c.Community
}

// mayLieIn is invalid unless a grid may be put into a community: a new grid of a
// plan of community borders, into a community of the plan. The code of an official
// grid begins with that of its community, so it stays where it is.
func (g *Ground) mayLieIn(label int64, community *int64) error {
	wrong := func(message string) error {
		return &Error{Code: Invalid, Message: message, Fields: []FieldError{{"settings.community", message}}}
	}
	switch {
	case community == nil:
		return nil
	case !g.MovesBorders():
		return wrong("只有社区界线方案能把网格划到别的社区")
	case label > 0:
		return wrong("现有网格的编码随社区，不能改属另一个社区：请把它的地块新设为那个社区的网格")
	case !slices.ContainsFunc(g.Cells, func(c GroundCell) bool { return c.Community == *community }):
		return wrong("社区不在方案范围内")
	}
	return nil
}

// TownChange is the ground of one community before and after.
type TownChange struct {
	ID            int64
	Before, After []int64 // its cells, officially and in the plan
	Gained, Lost  []int64
}

// Changed tells whether the community gains or loses ground.
func (t TownChange) Changed() bool { return len(t.Gained)+len(t.Lost) > 0 }

// TownChanges compares every community of the ground, by number.
func (g *Ground) TownChanges() []TownChange {
	at := map[int64]*TownChange{}
	of := func(id int64) *TownChange {
		if at[id] == nil {
			at[id] = &TownChange{ID: id}
		}
		return at[id]
	}
	for i := range g.Cells {
		c := &g.Cells[i]
		was, now := of(c.Community), of(g.TownOf(c))
		was.Before, now.After = append(was.Before, c.ID), append(now.After, c.ID)
		if was != now {
			was.Lost, now.Gained = append(was.Lost, c.ID), append(now.Gained, c.ID)
		}
	}
	out := make([]TownChange, 0, len(at))
	for _, id := range slices.Sorted(maps.Keys(at)) {
		out = append(out, *at[id])
	}
	return out
}

// AsBefore makes a plan that has been published look as it did before: what it
// moved is officially where it came from.
func (g *Ground) AsBefore() {
	for i := range g.Cells {
		c := &g.Cells[i]
		c.Head = c.From
		if town := g.Community(c.From); town != 0 {
			c.Community = town
		}
	}
}
