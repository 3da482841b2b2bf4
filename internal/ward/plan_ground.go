package ward

import (
	"cmp"
	"maps"
	"slices"

	"github.com/paulmach/orb"

	"wangge/internal/geo"
)

// GroundCell is one cell of the ground a plan is drawn on.
type GroundCell struct {
	ID        int64
	Community int64
	Block     int64
	Area2     int64     // twice the area in square centimetres
	At        geo.Cm    // its point, in the metric plane
	Place     orb.Point // the same in degrees
	CellCount
	Head int64 // the official grid, as last published; 0: none
	From int64 // the official grid when the plan first touched the cell, else Head
	Now  int64 // the grid in the plan; 0: nobody
	// Other is who has the cell on the other layer, as last published: in a plan of
	// micro-grids its grid, in every other plan its micro-grid; 0: nobody.
	Other    int64
	Stewards int // 楼长、单元长 of its buildings; counted in plans of micro-grids only
}

// Ground is some communities as one plan sees them: the cells with their
// borders, who has each, and what the plan says of the grids. All rules of
// redrawing are functions of it, so that server, tests and browser agree.
// Communities are looked at whole, because grids nest in them.
type Ground struct {
	Mesh     *geo.Mesh
	Cells    []GroundCell // by number
	Official map[int64]OfficialGrid
	Others   map[int64]OfficialGrid  // the grids Other names
	States   map[int64]PlanGridState // what the plan says of grids
	Heirs    map[int64]int64         // closed grid → the open one that took nearly all of it
	Plan     Plan
	Degrees  func(geo.Cm) orb.Point
	Walked   []WalkedPiece // what was found on the spot; empty when nobody was asked to go, nil when that is not known
	// Astray are cells the plan says something of that lie in none of its communities
	// any more.
	Astray []int64
	Towns  map[int64]string // the names of its communities; only of a plan of community borders
	Places []GroundPlace    // what serves a community; only of a plan of community borders

	index map[int64]int32
	lists map[int64][]int64 // label → cells, by number
}

// Ready sorts the cells and makes the indexes; call it after filling in a
// Ground and after changing it from outside.
func (g *Ground) Ready() *Ground {
	slices.SortFunc(g.Cells, func(a, b GroundCell) int { return cmp.Compare(a.ID, b.ID) })
	g.index = make(map[int64]int32, len(g.Cells))
	g.lists = map[int64][]int64{}
	for i, c := range g.Cells {
		g.index[c.ID] = int32(i)
		g.lists[c.Now] = append(g.lists[c.Now], c.ID)
	}
	if g.States == nil {
		g.States = map[int64]PlanGridState{}
	}
	return g
}

// Only forgets what the plan says of grids of other communities.
func (g *Ground) Only(communities ...int64) {
	for l, s := range g.States {
		if !slices.Contains(communities, s.Community) {
			delete(g.States, l)
		}
	}
}

// Cell finds a cell; nil when it is not on this ground.
func (g *Ground) Cell(id int64) *GroundCell {
	i, ok := g.index[id]
	if !ok {
		return nil
	}
	return &g.Cells[i]
}

// Label is the grid of a cell in the plan; 0 for nobody and for cells elsewhere.
func (g *Ground) Label(cell int64) int64 {
	if c := g.Cell(cell); c != nil {
		return c.Now
	}
	return 0
}

// Of lists the cells of a label, by number.
func (g *Ground) Of(label int64) []int64 { return g.lists[label] }

// Labels lists every grid of the ground, official first in order, then new
// ones; grids without cells too.
func (g *Ground) Labels() []int64 {
	all := map[int64]bool{}
	for l := range g.Official {
		all[l] = true
	}
	for l := range g.States {
		all[l] = true
	}
	for l := range g.lists {
		all[l] = l != 0
	}
	delete(all, 0)
	return slices.SortedFunc(maps.Keys(all), labelOrder)
}

// labelOrder sorts official grids by number, then new ones as they were made.
func labelOrder(a, b int64) int {
	if (a < 0) != (b < 0) {
		return cmp.Compare(b, a)
	}
	if a < 0 {
		return cmp.Compare(b, a)
	}
	return cmp.Compare(a, b)
}

// Knows tells whether a label names a grid here.
func (g *Ground) Knows(label int64) bool {
	_, official := g.Official[label]
	ours, said := g.States[label]
	return official || said && (label < 0 || ours.Reopen)
}

// Community is the community of a grid; 0 when unknown.
func (g *Ground) Community(label int64) int64 {
	if o, ok := g.Official[label]; ok {
		return o.Community
	}
	return g.States[label].Community
}

// Locked tells whether the cells of a grid may neither come nor go.
func (g *Ground) Locked(label int64) bool { return g.States[label].Locked }

// NextLabel is the label of the next grid the plan founds.
func (g *Ground) NextLabel() int64 {
	least := int64(0)
	for l := range g.States {
		least = min(least, l)
	}
	return least - 1
}

// Apply changes the ground by a delta made for it.
func (g *Ground) Apply(d PlanDelta) {
	for i, id := range d.Cells {
		c := g.Cell(id)
		if c == nil || c.Now == d.Now[i] {
			continue
		}
		g.lists[c.Now] = without(g.lists[c.Now], id)
		g.lists[d.Now[i]] = with(g.lists[d.Now[i]], id)
		c.Now = d.Now[i]
	}
	for _, change := range d.Grids {
		if change.Now == nil {
			delete(g.States, change.Grid)
		} else {
			g.States[change.Grid] = *change.Now
		}
	}
}

func without(list []int64, id int64) []int64 {
	if i, ok := slices.BinarySearch(list, id); ok {
		return slices.Delete(list, i, i+1)
	}
	return list
}

func with(list []int64, id int64) []int64 {
	if i, ok := slices.BinarySearch(list, id); !ok {
		return slices.Insert(list, i, id)
	}
	return list
}

// Touched lists the grids whose cells, settings or neighbours' checks a delta
// changes; never 0.
func (g *Ground) Touched(d PlanDelta) []int64 {
	seen := map[int64]bool{}
	for i := range d.Cells {
		seen[d.Was[i]], seen[d.Now[i]] = true, true
	}
	for _, c := range d.Grids {
		seen[c.Grid] = true
	}
	delete(seen, 0)
	return slices.SortedFunc(maps.Keys(seen), labelOrder)
}

// Count sums the cells of a list.
func (g *Ground) Count(cells []int64) (sum CellCount) {
	for _, id := range cells {
		if c := g.Cell(id); c != nil {
			sum = sum.Plus(c.CellCount)
		}
	}
	return sum
}

// Name is what a grid is called in the plan.
func (g *Ground) Name(label int64) string { return g.card(label).Name }

// Grid describes one grid of the plan; shape adds its outline. The outline of
// arcs that are no coverage stays empty and shows as no compactness.
func (g *Ground) Grid(label int64, shape bool) PlanGrid {
	out := g.card(label)
	cells := g.lists[label]
	in := func(cell int64) bool { return g.Label(cell) == label }
	out.Cells, out.CellCount = len(cells), g.Count(cells)
	out.Parts = len(g.Mesh.Groups(cells, in))
	if g.Micro() {
		out.Parent = g.Parent(label)
	}
	area2 := int64(0)
	for _, id := range cells {
		area2 += g.Cell(id).Area2
	}
	out.Area = float64(area2) / 2e4
	if contour, err := g.Mesh.Contour(cells, in); err == nil && len(cells) > 0 {
		out.Holes, out.Perimeter = contour.Holes(), float64(contour.Perimeter)/100
		out.Compactness, out.RoadShare = contour.Compactness(area2), contour.RoadShare()
		if shape && g.Degrees != nil {
			out.Shape = contour.Shape.Degrees(g.Degrees)
		}
	}
	for i := range g.Cells {
		c := &g.Cells[i]
		if c.Head == label {
			out.Now = out.Now.Plus(c.CellCount)
		}
		if c.Head != c.Now && (c.Head == label || c.Now == label) {
			out.Moved++
		}
	}
	return out
}

// card is what a grid is called and what is wanted of it.
func (g *Ground) card(label int64) PlanGrid {
	o, s := g.Official[label], g.States[label]
	out := PlanGrid{
		Grid: label, Code: o.Code, Name: o.Name, Kind: o.Kind, Community: g.Community(label), Colour: o.Colour,
		Branch: o.Branch, BranchName: o.BranchName, Locked: s.Locked, Low: g.Plan.Low, High: g.Plan.High,
	}
	if label < 0 {
		out.Kind, out.Colour = "basic", int(-label%6)
		if g.Micro() {
			out.Kind = "micro"
		}
	}
	out.Name, out.Kind = cmp.Or(s.Name, out.Name), cmp.Or(s.Kind, out.Kind)
	if label < 0 || s.Reopen {
		out.Code = s.Code
	}
	out.Low, out.High = cmp.Or(s.Low, out.Low), cmp.Or(s.High, out.High)
	switch {
	case s.BranchName != "":
		out.Branch, out.BranchName = nil, s.BranchName
	case s.Branch != nil && *s.Branch == 0:
		out.Branch, out.BranchName = nil, ""
	case s.Branch != nil:
		out.Branch, out.BranchName = s.Branch, g.branchName(*s.Branch)
	}
	return out
}

// branchName finds the name of a branch among the official grids.
func (g *Ground) branchName(branch int64) string {
	for _, o := range g.Official {
		if o.Branch != nil && *o.Branch == branch {
			return o.BranchName
		}
	}
	return ""
}

// Grids describes several grids.
func (g *Ground) Grids(labels []int64, shape bool) []PlanGrid {
	out := make([]PlanGrid, 0, len(labels))
	for _, l := range labels {
		out = append(out, g.Grid(l, shape))
	}
	return out
}
