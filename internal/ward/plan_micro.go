package ward

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// The norm of a micro-grid (微网格), from practice: Ningbo Yinzhou nests 8,611 of
// them in 2,039 grids of 300–500 households and 1,200 persons, so a quarter of a
// grid each; the lower end is one stairwell tower. A deployment may set others.
const (
	MicroHouseholdsLow  = 30
	MicroHouseholdsHigh = 120
	MicroPersons        = 300
)

// Micro tells whether the plan draws micro-grids: then the labels are
// micro-grids, nobody's ground is allowed, and Other of a cell is its grid.
func (g *Ground) Micro() bool { return g.Plan.Kind == PlanOfMicros }

// noun is what a label is called.
func (g *Ground) noun() string {
	if g.Micro() {
		return "微网格"
	}
	return "网格"
}

// Parent is the grid a micro-grid lies in: the one with most of its households,
// then of its cells, then the one with the lowest number; 0 for a micro-grid
// without ground.
func (g *Ground) Parent(label int64) int64 {
	in := map[int64][]int64{}
	for _, id := range g.Of(label) {
		if grid := g.Cell(id).Other; grid != 0 {
			in[grid] = append(in[grid], id)
		}
	}
	return g.heaviest(in)
}

// heaviest is the label of the piece with most households, then most cells, then
// the first in order; 0 when there is none.
func (g *Ground) heaviest(pieces map[int64][]int64) int64 {
	best, households, cells := int64(0), -1, 0
	for _, l := range slices.SortedFunc(maps.Keys(pieces), labelOrder) {
		n := g.Count(pieces[l]).Households
		if n > households || n == households && len(pieces[l]) > cells {
			best, households, cells = l, n, len(pieces[l])
		}
	}
	return best
}

// room is the ground a micro-grid may not leave: its grid. In other plans every
// cell is in the same room.
func (g *Ground) room(cell int64) int64 {
	if !g.Micro() {
		return 0
	}
	return g.Cell(cell).Other
}

// pieces are the cells of a label in groups that people can walk through, none
// of which leaves its room: those in the parent first, the largest first.
func (g *Ground) pieces(label int64) [][]int64 {
	rooms := map[int64][]int64{}
	for _, id := range g.Of(label) {
		rooms[g.room(id)] = append(rooms[g.room(id)], id)
	}
	home := int64(0)
	if g.Micro() {
		home = g.Parent(label)
	}
	var out [][]int64
	for _, room := range slices.SortedFunc(maps.Keys(rooms), func(a, b int64) int {
		return cmp.Or(-cmp.Compare(b2i(a == home), b2i(b == home)), cmp.Compare(a, b))
	}) {
		out = append(out, g.Mesh.Groups(rooms[room], func(c int64) bool {
			return g.Cell(c) != nil && g.Label(c) == label && g.room(c) == room
		})...)
	}
	return out
}

func b2i(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// checkMicro runs the checks of one micro-grid. Shape is nobody's business here:
// four blocks of flats round a yard are never compact.
func (g *Ground) checkMicro(grid PlanGrid, cells []int64) []PlanCheck {
	return slices.Concat(g.checkNest(grid, cells), g.checkParts(grid, cells), g.checkMicroSize(grid, cells), g.checkSteward(grid, cells))
}

// checkNest: a micro-grid lies in one grid, whole.
func (g *Ground) checkNest(grid PlanGrid, cells []int64) []PlanCheck {
	var out []int64
	for _, id := range cells {
		if o := g.Cell(id).Other; o == 0 || o != grid.Parent {
			out = append(out, id)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return []PlanCheck{g.finding("nested", CheckError, grid.Grid, out, &PlanOp{Kind: "fill", Grids: []int64{grid.Grid}},
		"微网格“%s”跨了网格：有%d个地块不在“%s”内，请交给那里的微网格，或不设微网格", grid.Name, len(out), g.Others[grid.Parent].Name)}
}

// checkMicroSize leaves out what nobody lives in, and special grids.
func (g *Ground) checkMicroSize(grid PlanGrid, cells []int64) []PlanCheck {
	if g.Others[grid.Parent].Kind == "special" {
		return nil
	}
	return g.checkSize(grid, cells)
}

// checkSteward asks for a person to turn to where there are buildings.
func (g *Ground) checkSteward(grid PlanGrid, cells []int64) []PlanCheck {
	if grid.Buildings == 0 || slices.ContainsFunc(cells, func(id int64) bool { return g.Cell(id).Stewards > 0 }) {
		return nil
	}
	return []PlanCheck{g.finding("steward", CheckWarning, grid.Grid, cells, nil, "微网格“%s”里没有楼长、单元长，请在登记里为其中的楼栋登记一位", grid.Name)}
}

// checkMicros finds what is no single micro-grid's fault: grids that are divided
// in part only, and what another publication moved.
func (g *Ground) checkMicros() []PlanCheck {
	return slices.Concat(g.checkStale(), g.checkPartly())
}

// checkPartly warns of grids that have micro-grids and ground without one.
func (g *Ground) checkPartly() (out []PlanCheck) {
	has, free := map[int64]bool{}, map[int64][]int64{}
	for _, c := range g.Cells {
		switch {
		case c.Other == 0:
		case c.Now != 0:
			has[c.Other] = true
		default:
			free[c.Other] = append(free[c.Other], c.ID)
		}
	}
	for _, grid := range slices.Sorted(maps.Keys(free)) {
		if cells := free[grid]; has[grid] {
			out = append(out, g.finding("partly", CheckWarning, 0, cells, &PlanOp{Kind: "fill", Grids: []int64{0}, Cells: clip(cells)},
				"“%s”只划了一部分：还有%d个地块（%d户）没有微网格", g.Others[grid].Name, len(cells), g.Count(cells).Households))
		}
	}
	return out
}

// checkDivided warns, in a plan of grids, of the micro-grids it cuts through.
func (g *Ground) checkDivided() []PlanCheck {
	freed := g.Freed()
	if len(freed) == 0 {
		return nil
	}
	names := map[int64]string{}
	for _, id := range freed {
		micro := g.Cell(id).Other
		names[micro] = g.Others[micro].Name
	}
	first := names[slices.Min(slices.Collect(maps.Keys(names)))]
	what := fmt.Sprintf("微网格“%s”", first)
	if len(names) > 1 {
		what += fmt.Sprintf("等%d个微网格", len(names))
	}
	return []PlanCheck{g.finding("divided", CheckWarning, 0, freed, nil,
		"%s被新的界线分开：户数最多的一块保留原微网格，其余%d个地块（%d户）到生效日不再属于微网格，请随后重划", what, len(freed), g.Count(freed).Households)}
}

// Freed are the cells that a plan of grids takes out of their micro-grid, by
// number. A micro-grid stays with the piece that has most households (then most
// cells) among those in its own community; the others belong to nobody from the
// day on, so that it lies in one grid on every day.
func (g *Ground) Freed() []int64 {
	if g.Micro() || len(g.Others) == 0 {
		return nil
	}
	of := map[int64]map[int64][]int64{}
	for _, c := range g.Cells {
		if c.Other != 0 {
			if of[c.Other] == nil {
				of[c.Other] = map[int64][]int64{}
			}
			of[c.Other][c.Now] = append(of[c.Other][c.Now], c.ID)
		}
	}
	var out []int64
	for micro, pieces := range of {
		if len(pieces) == 1 && g.atHome(micro, pieces) {
			continue
		}
		kept := g.heaviest(g.homely(micro, pieces))
		for l, cells := range pieces {
			if l != kept || kept == 0 {
				out = append(out, cells...)
			}
		}
	}
	slices.Sort(out)
	return out
}

// homely are the pieces of a micro-grid in grids of its own community.
func (g *Ground) homely(micro int64, pieces map[int64][]int64) map[int64][]int64 {
	out := maps.Clone(pieces)
	maps.DeleteFunc(out, func(l int64, _ []int64) bool { return l == 0 || g.Community(l) != g.Others[micro].Community })
	return out
}

func (g *Ground) atHome(micro int64, pieces map[int64][]int64) bool {
	return len(g.homely(micro, pieces)) == len(pieces)
}

// microSettings is invalid for what a micro-grid has not: a kind and a branch.
func (g *Ground) microSettings(s *PlanGridSetting) error {
	if !g.Micro() || s == nil || s.Kind == nil && s.Branch == nil && s.BranchName == nil {
		return nil
	}
	return &Error{Code: Invalid, Message: "微网格不分类别，也不设党支部", Fields: []FieldError{{"settings", "微网格只有名称、编码、户数和锁定"}}}
}
