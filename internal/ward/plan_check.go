package ward

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// The two weights of a finding: an error keeps a plan from being published.
const (
	CheckError   = "error"
	CheckWarning = "warning"
)

// Norms of a good plan (redrawing practice: households between half the lower
// and one and a half of the upper norm at the very least).
const (
	compactEnough = 0.3
	farBelow      = 0.5
	farAbove      = 1.5
)

// PlanCheck is one finding about a plan, with a place to zoom to and, where
// there is one, a gesture that puts it right.
type PlanCheck struct {
	Code    string    `json:"code" enum:"unassigned,parts,enclave,households,persons,empty,community,branch,branch_members,block,compact,conflict,closed,unasked,unwalked,rejected,nested,partly,steward,divided,astray,community_empty,community_parts,community_branch,community_road,community_place" doc:"哪项检查"`
	Level   string    `json:"level" enum:"error,warning" doc:"错误不改不能公布；提醒可以"`
	Grid    int64     `json:"grid" doc:"网格；0 为整个方案"`
	Message string    `json:"message" doc:"哪里不对、怎么办"`
	Place   orb.Point `json:"place" doc:"在哪里（度）"`
	Cells   []int64   `json:"cells" doc:"有关的地块，至多500个"`
	Fix     *PlanOp   `json:"fix,omitempty" doc:"一键修复：照此提交的手势"`
}

// checkCells bounds the cells a finding lists.
const checkCells = 500

// CheckAll runs every check of the ground.
func (g *Ground) CheckAll() []PlanCheck {
	out := g.checkWhole()
	for _, l := range g.Labels() {
		out = append(out, g.CheckGrid(l)...)
	}
	return out
}

// Errors are the findings that keep a plan from being published.
func Errors(checks []PlanCheck) []PlanCheck {
	return slices.DeleteFunc(slices.Clone(checks), func(c PlanCheck) bool { return c.Level != CheckError })
}

// Checks runs the checks of some grids and those of the whole that a gesture
// can change.
func (g *Ground) Checks(labels []int64) []PlanCheck {
	out := g.checkWhole()
	for _, l := range labels {
		out = append(out, g.CheckGrid(l)...)
	}
	return out
}

// checkWhole finds what is no single grid's fault.
func (g *Ground) checkWhole() []PlanCheck {
	if g.Micro() {
		return append([]PlanCheck{}, g.checkMicros()...)
	}
	out := []PlanCheck{}
	if free := g.Of(0); len(free) > 0 {
		out = append(out, g.finding("unassigned", CheckError, 0, free, &PlanOp{Kind: "fill", Grids: []int64{0}},
			"%d个地块（%d户）没有网格", len(free), g.Count(free).Households))
	}
	out = append(out, g.checkStale()...)
	if split := g.dividedBlocks(); len(split) > 0 {
		out = append(out, g.finding("block", CheckWarning, 0, split, nil, "%d个街坊（小区）分在几个网格里", g.blocks(split)))
	}
	return slices.Concat(out, g.checkDivided(), g.checkBranches(), g.checkTowns(), g.checkWalk())
}

// checkStale finds what other publications have taken the ground from under.
func (g *Ground) checkStale() (out []PlanCheck) {
	if lost := g.Conflicts(); len(lost) > 0 {
		out = append(out, g.finding("conflict", CheckError, 0, lost, &PlanOp{Kind: "resolve", Keep: "theirs", Cells: clip(lost)},
			"%d个地块已被另一个公布的方案改动，请逐块选择保留本方案的还是采用已公布的", len(lost)))
	}
	if gone := g.closedTargets(); len(gone) > 0 {
		out = append(out, g.finding("closed", CheckError, 0, gone, &PlanOp{Kind: "rebase"},
			"%d个地块划给了已被另一方案撤销的%s", len(gone), g.noun()))
	}
	return append(out, g.checkAstray()...)
}

// closedTargets lists cells of grids that another plan closed meanwhile.
func (g *Ground) closedTargets() (cells []int64) {
	for _, c := range g.Cells {
		if c.Now > 0 && !g.Knows(c.Now) {
			cells = append(cells, c.ID)
		}
	}
	return cells
}

// dividedBlocks lists the cells of blocks that lie in several grids and did not
// do so officially.
func (g *Ground) dividedBlocks() (cells []int64) {
	type pair struct{ now, head map[int64]bool }
	at := map[[2]int64]pair{}
	for _, c := range g.Cells {
		k := [2]int64{c.Community, c.Block}
		if at[k].now == nil {
			at[k] = pair{map[int64]bool{}, map[int64]bool{}}
		}
		if c.Buildings > 0 {
			at[k].now[c.Now], at[k].head[c.Head] = true, true
		}
	}
	for _, c := range g.Cells {
		if p := at[[2]int64{c.Community, c.Block}]; len(p.now) > 1 && len(p.now) > len(p.head) && c.Buildings > 0 {
			cells = append(cells, c.ID)
		}
	}
	return cells
}

func (g *Ground) blocks(cells []int64) int {
	seen := map[[2]int64]bool{}
	for _, id := range cells {
		c := g.Cell(id)
		seen[[2]int64{c.Community, c.Block}] = true
	}
	return len(seen)
}

// checkBranches finds branches that lose all their grids although members of
// theirs live there.
func (g *Ground) checkBranches() (out []PlanCheck) {
	had, kept := map[int64][]int64{}, map[int64]bool{}
	names := map[int64]string{}
	for _, l := range g.Labels() {
		if o, ok := g.Official[l]; ok && o.Branch != nil {
			had[*o.Branch], names[*o.Branch] = append(had[*o.Branch], l), o.BranchName
		}
		if card := g.card(l); card.Branch != nil && len(g.Of(l)) > 0 {
			kept[*card.Branch] = true
		}
	}
	for branch, grids := range had {
		members, where := 0, []int64{}
		for _, c := range g.Cells {
			if slices.Contains(grids, c.Head) {
				members, where = members+c.Members, append(where, c.ID)
			}
		}
		if !kept[branch] && members > 0 {
			out = append(out, g.finding("branch_members", CheckWarning, 0, where, nil,
				"党支部“%s”不再有网格，其网格内住着%d名党员，请安排并入哪个支部", names[branch], members))
		}
	}
	slices.SortFunc(out, func(a, b PlanCheck) int { return strings.Compare(a.Message, b.Message) })
	return out
}

// CheckGrid runs the checks of one grid.
func (g *Ground) CheckGrid(label int64) []PlanCheck {
	grid, cells := g.Grid(label, false), g.Of(label)
	if len(cells) == 0 {
		if label < 0 {
			return []PlanCheck{g.finding("empty", CheckError, label, nil, nil, "新%s“%s”还没有地块：请划入地块，或撤销新设", g.noun(), grid.Name)}
		}
		return nil
	}
	if g.Micro() {
		return g.checkMicro(grid, cells)
	}
	return slices.Concat(g.checkParts(grid, cells), g.checkOutline(grid, cells), g.checkSize(grid, cells), g.checkTies(grid, cells))
}

// checkParts: a grid can be walked through.
func (g *Ground) checkParts(grid PlanGrid, cells []int64) (out []PlanCheck) {
	in := func(c int64) bool { return g.Label(c) == grid.Grid }
	if groups := g.Mesh.Groups(cells, in); len(groups) > 1 {
		stray := slices.Concat(groups[1:]...)
		level := CheckError
		if !g.worse(grid.Grid, len(groups)) {
			level = CheckWarning // it has been so; a redraw elsewhere must not be held up by it
		}
		out = append(out, g.finding("parts", level, grid.Grid, stray, &PlanOp{Kind: "fill", Grids: []int64{grid.Grid}},
			"%s“%s”分成%d块，走不通：请连起来，或把零散的%d个地块并入邻格", g.noun(), grid.Name, len(groups), len(stray)))
	}
	return out
}

// checkOutline looks at the shape of a grid.
func (g *Ground) checkOutline(grid PlanGrid, cells []int64) (out []PlanCheck) {
	if grid.Holes > 0 {
		out = append(out, g.finding("enclave", CheckWarning, grid.Grid, cells, nil, "网格“%s”里面围着别的网格（%d处飞地）", grid.Name, grid.Holes))
	}
	if grid.Compactness < compactEnough {
		out = append(out, g.finding("compact", CheckWarning, grid.Grid, cells, nil, "网格“%s”形状狭长曲折（紧凑度%.2f）", grid.Name, grid.Compactness))
	}
	return out
}

// worse tells whether a grid falls into more parts than it officially does.
func (g *Ground) worse(label int64, parts int) bool {
	var cells []int64
	for _, c := range g.Cells {
		if c.Head == label && label > 0 {
			cells = append(cells, c.ID)
		}
	}
	head := func(id int64) bool { c := g.Cell(id); return c != nil && c.Head == label }
	return len(cells) == 0 || parts > len(g.Mesh.Groups(cells, head))
}

func (g *Ground) checkSize(grid PlanGrid, cells []int64) (out []PlanCheck) {
	if grid.Kind == "special" {
		return nil // malls, schools, parks have few or no households
	}
	n := grid.Households
	if n < grid.Low || n > grid.High {
		level := CheckWarning
		far := float64(n) < farBelow*float64(grid.Low) || float64(n) > farAbove*float64(grid.High)
		if far && (grid.Moved > 0 || grid.Grid < 0) && further(n, grid.Now.Households, grid.Low, grid.High) {
			level = CheckError
		}
		out = append(out, g.finding("households", level, grid.Grid, cells, nil, "%s“%s”有%d户，应在%d到%d户之间", g.noun(), grid.Name, n, grid.Low, grid.High))
	}
	if g.Plan.PersonsHigh > 0 && grid.Persons > g.Plan.PersonsHigh {
		out = append(out, g.finding("persons", CheckWarning, grid.Grid, cells, nil, "%s“%s”有%d人，超过%d人", g.noun(), grid.Name, grid.Persons, g.Plan.PersonsHigh))
	}
	return out
}

// further tells whether n lies further outside the band than before: a plan
// that improves a bad grid is not held up because it is still bad.
func further(n, before, low, high int) bool {
	off := func(n int) int { return max(low-n, n-high, 0) }
	return off(n) > off(before)
}

func (g *Ground) checkTies(grid PlanGrid, cells []int64) (out []PlanCheck) {
	for _, id := range cells {
		if c := g.Cell(id); c.Community != grid.Community && !g.MovesBorders() {
			out = append(out, g.finding("community", CheckError, grid.Grid, []int64{id}, &PlanOp{Kind: "rebase"}, "网格“%s”跨了社区", grid.Name))
			break
		}
	}
	if grid.Branch == nil && grid.BranchName == "" && grid.Kind == "basic" {
		level := CheckWarning
		if grid.Grid < 0 || g.Official[grid.Grid].Branch != nil {
			level = CheckError
		}
		out = append(out, g.finding("branch", level, grid.Grid, cells, nil, "网格“%s”没有党支部（空白点）：请选择一个支部，或填写新建支部的名称", grid.Name))
	}
	return out
}

// finding makes a check and puts it at the middle cell of its cells.
func (g *Ground) finding(code, level string, grid int64, cells []int64, fix *PlanOp, format string, args ...any) PlanCheck {
	c := PlanCheck{Code: code, Level: level, Grid: grid, Message: fmt.Sprintf(format, args...), Cells: clip(cells), Fix: fix}
	if len(cells) > 0 {
		c.Place = g.middle(cells)
	}
	return c
}

// middle is the place of the cell nearest to the mean of the cells.
func (g *Ground) middle(cells []int64) orb.Point {
	var sum orb.Point
	for _, id := range cells {
		p := g.Cell(id).Place
		sum[0], sum[1] = sum[0]+p[0], sum[1]+p[1]
	}
	n := float64(len(cells))
	mean := orb.Point{sum[0] / n, sum[1] / n}
	best := g.Cell(cells[0]).Place
	for _, id := range cells {
		p := g.Cell(id).Place
		if square(p, mean) < square(best, mean) {
			best = p
		}
	}
	return best
}

func square(a, b orb.Point) float64 {
	return (a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1])
}

func clip(cells []int64) []int64 {
	if len(cells) > checkCells {
		cells = cells[:checkCells]
	}
	return append([]int64{}, cells...)
}
