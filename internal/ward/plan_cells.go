package ward

import (
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"wangge/internal/geo"
)

// PlanCellsScale is how many units of PlanCells make one degree: 1e-8° is about
// a millimetre, so that vertices a centimetre apart stay apart.
const PlanCellsScale = 1e8

// PlanView chooses what of a plan is read; both empty: all of it.
type PlanView struct {
	Community int64  `query:"community" minimum:"0" doc:"只要这个社区"`
	BBox      string `query:"bbox" maxLength:"100" doc:"只要与此范围相交的社区：西,南,东,北（度）"`
}

// PlanCells is the ground of a plan in the compact form an editor works on:
// tables by column, positions in whole units of 1e-8 degrees from Origin.
//
// Everything the server counts follows from it: a grid's area is the sum of
// area2 / 20000 m², its perimeter the sum of length / 100 m over the arcs with
// the grid on one side only, its compactness 2π·Σarea2/Σlength², its share on
// roads the length of arcs of class minor, secondary, main, river, rail over all
// but those of class limit, its parts the groups of cells joined by arcs that
// are crossable and at least 100 cm long. A border of a grid is the arcs whose
// two sides differ.
type PlanCells struct {
	Version int64         `json:"version" doc:"方案版本"`
	Kind    string        `json:"kind" enum:"grid,community,micro" doc:"方案的类别；社区界线方案里，地块的社区随它的网格"`
	HeadSeq int64         `json:"headSeq" doc:"最后一次公布的编号"`
	Origin  [2]int64      `json:"origin" doc:"原点 [经度,纬度]，单位1e-8度"`
	Cells   PlanCellTable `json:"cells" doc:"地块，按列"`
	Arcs    PlanArcTable  `json:"arcs" doc:"边线，按列"`
	Classes []string      `json:"classes" doc:"边线类别，arcs.class 为其中的序号"`
	Grids   []PlanGrid    `json:"grids" doc:"网格（不含图形）"`
	Others  []PlanOther   `json:"others,omitempty" doc:"cells.other 里的网格（微网格方案）或微网格（其他方案）"`
}

// PlanOther is a grid of the layer a plan does not draw: in a plan of micro-grids
// a grid, else a micro-grid.
type PlanOther struct {
	Grid      int64  `json:"grid"`
	Code      string `json:"code" doc:"编码"`
	Name      string `json:"name" doc:"名称"`
	Kind      string `json:"kind" enum:"basic,special,micro" doc:"类别"`
	Community int64  `json:"community" doc:"社区"`
}

// PlanCellTable holds cells by column, sorted by id.
type PlanCellTable struct {
	ID         []int64 `json:"id" doc:"地块"`
	Community  []int64 `json:"community" doc:"社区"`
	Block      []int64 `json:"block" doc:"街坊（小区）"`
	Area2      []int64 `json:"area2" doc:"面积的两倍（平方厘米）"`
	X          []int64 `json:"x" doc:"代表点经度差"`
	Y          []int64 `json:"y" doc:"代表点纬度差"`
	Households []int   `json:"households" doc:"户数"`
	Persons    []int   `json:"persons" doc:"人数"`
	Members    []int   `json:"members" doc:"党员数"`
	Hardship   []int   `json:"hardship" doc:"困难户数"`
	Buildings  []int   `json:"buildings" doc:"楼栋数"`
	Head       []int64 `json:"head" doc:"现行网格（含已排期的），0为无"`
	From       []int64 `json:"from" doc:"本方案最初改动时的网格；与 head 不同且 now 也不同即冲突"`
	Now        []int64 `json:"now" doc:"本方案中的网格，0为未分配"`
	Other      []int64 `json:"other,omitempty" doc:"微网格方案：地块现行的网格；其他方案：现行的微网格；0为无。一个都没有时整列省去"`
	Stewards   []int   `json:"stewards,omitempty" doc:"微网格方案：地块里楼栋的楼长、单元长数；一个都没有时整列省去"`
}

// PlanArcTable holds arcs by column.
type PlanArcTable struct {
	Left      []int32   `json:"left" doc:"左侧地块在 cells 中的序号加1；0为范围外"`
	Right     []int32   `json:"right" doc:"右侧地块在 cells 中的序号加1；0为范围外"`
	Class     []int     `json:"class" doc:"类别序号"`
	Crossable []bool    `json:"crossable" doc:"可步行穿过"`
	Length    []int64   `json:"length" doc:"长度（厘米）"`
	Points    [][]int64 `json:"points" doc:"折线：首点与原点之差，其后各点与前一点之差 [dx,dy,…]"`
}

// Compact writes the ground down as an editor reads it.
func (g *Ground) Compact() PlanCells {
	out := PlanCells{Version: g.Plan.Version, Kind: g.Plan.Kind, HeadSeq: g.Plan.HeadSeq, Classes: []string{}, Grids: g.Grids(g.Labels(), false)}
	if len(g.Cells) > 0 {
		out.Origin = units(g.Cells[0].Place)
	}
	out.Cells = compactCells(g.Cells, out.Origin)
	out.addOthers(g)
	out.Arcs = PlanArcTable{Left: []int32{}, Right: []int32{}, Class: []int{}, Crossable: []bool{}, Length: []int64{}, Points: [][]int64{}}
	for _, a := range g.Mesh.Arcs {
		out.addArc(g, a)
	}
	return out
}

func units(p orb.Point) [2]int64 {
	return [2]int64{int64(math.Round(p[0] * PlanCellsScale)), int64(math.Round(p[1] * PlanCellsScale))}
}

func compactCells(cells []GroundCell, origin [2]int64) PlanCellTable {
	n := len(cells)
	long, short := func() []int64 { return make([]int64, n) }, func() []int { return make([]int, n) }
	t := PlanCellTable{
		ID: long(), Community: long(), Block: long(), Area2: long(), X: long(), Y: long(),
		Households: short(), Persons: short(), Members: short(), Hardship: short(), Buildings: short(),
		Head: long(), From: long(), Now: long(),
	}
	for i, c := range cells {
		at := units(c.Place)
		t.ID[i], t.Community[i], t.Block[i], t.Area2[i] = c.ID, c.Community, c.Block, c.Area2
		t.X[i], t.Y[i] = at[0]-origin[0], at[1]-origin[1]
		t.Households[i], t.Persons[i], t.Members[i], t.Hardship[i], t.Buildings[i] = c.Households, c.Persons, c.Members, c.Hardship, c.Buildings
		t.Head[i], t.From[i], t.Now[i] = c.Head, c.From, c.Now
	}
	return t
}

// addOthers writes down the other layer, where there is one.
func (p *PlanCells) addOthers(g *Ground) {
	for _, id := range slices.Sorted(maps.Keys(g.Others)) {
		o := g.Others[id]
		p.Others = append(p.Others, PlanOther{id, o.Code, o.Name, o.Kind, o.Community})
	}
	if slices.ContainsFunc(g.Cells, func(c GroundCell) bool { return c.Other != 0 }) {
		p.Cells.Other = make([]int64, len(g.Cells))
	}
	if slices.ContainsFunc(g.Cells, func(c GroundCell) bool { return c.Stewards != 0 }) {
		p.Cells.Stewards = make([]int, len(g.Cells))
	}
	for i, c := range g.Cells {
		if p.Cells.Other != nil {
			p.Cells.Other[i] = c.Other
		}
		if p.Cells.Stewards != nil {
			p.Cells.Stewards[i] = c.Stewards
		}
	}
}

func (p *PlanCells) addArc(g *Ground, a geo.Arc) {
	class := slices.Index(p.Classes, a.Class)
	if class < 0 {
		class, p.Classes = len(p.Classes), append(p.Classes, a.Class)
	}
	side := func(cell int64) int32 {
		if i, ok := g.index[cell]; ok {
			return i + 1
		}
		return 0
	}
	points, before := make([]int64, 0, 2*len(a.Points)), p.Origin
	for _, v := range a.Points {
		at := units(g.Degrees(v))
		points = append(points, at[0]-before[0], at[1]-before[1])
		before = at
	}
	t := &p.Arcs
	t.Left, t.Right, t.Class = append(t.Left, side(a.Left)), append(t.Right, side(a.Right)), append(t.Class, class)
	t.Crossable, t.Length, t.Points = append(t.Crossable, a.Crossable), append(t.Length, a.Centimetres()), append(t.Points, points)
}

// Ground is the ground an editor has after reading p: what both count must be
// the same. Its plane is the lattice of 1e-8 degrees.
func (p PlanCells) Ground(plan Plan) *Ground {
	g := &Ground{Plan: plan, Official: map[int64]OfficialGrid{}, Others: map[int64]OfficialGrid{}, States: map[int64]PlanGridState{}}
	t := p.Cells
	at := func(x, y int64) geo.Cm { return geo.Cm{X: p.Origin[0] + x, Y: p.Origin[1] + y} }
	g.Degrees = func(v geo.Cm) orb.Point {
		return orb.Point{float64(v.X) / PlanCellsScale, float64(v.Y) / PlanCellsScale}
	}
	for i, id := range t.ID {
		v := at(t.X[i], t.Y[i])
		g.Cells = append(g.Cells, GroundCell{
			ID: id, Community: t.Community[i], Block: t.Block[i], Area2: t.Area2[i], At: v, Place: g.Degrees(v),
			CellCount: CellCount{t.Households[i], t.Persons[i], t.Members[i], t.Hardship[i], t.Buildings[i]},
			Head:      t.Head[i], From: t.From[i], Now: t.Now[i],
		})
	}
	for i := range g.Cells {
		if t.Other != nil {
			g.Cells[i].Other = t.Other[i]
		}
		if t.Stewards != nil {
			g.Cells[i].Stewards = t.Stewards[i]
		}
	}
	for _, o := range p.Others {
		g.Others[o.Grid] = OfficialGrid{ID: o.Grid, Community: o.Community, Code: o.Code, Name: o.Name, Kind: o.Kind}
	}
	var arcs []geo.Arc
	for i := range p.Arcs.Left {
		arcs = append(arcs, p.arc(i))
	}
	g.Mesh = geo.NewMesh(arcs)
	for _, grid := range p.Grids {
		state := PlanGridState{Community: grid.Community, Locked: grid.Locked, Low: grid.Low, High: grid.High}
		if grid.Grid > 0 {
			g.Official[grid.Grid] = OfficialGrid{ID: grid.Grid, Community: grid.Community, Code: grid.Code, Name: grid.Name, Kind: grid.Kind, Colour: grid.Colour, Branch: grid.Branch, BranchName: grid.BranchName}
		} else {
			state.Name, state.Code, state.Kind, state.Branch, state.BranchName = grid.Name, grid.Code, grid.Kind, grid.Branch, grid.BranchName
		}
		g.States[grid.Grid] = state
	}
	return g.Ready()
}

func (p PlanCells) arc(i int) geo.Arc {
	t := p.Arcs
	a := geo.Arc{Class: p.Classes[t.Class[i]], Length: float64(t.Length[i]) / 100, Crossable: t.Crossable[i]}
	if n := t.Left[i]; n > 0 {
		a.Left = p.Cells.ID[n-1]
	}
	if n := t.Right[i]; n > 0 {
		a.Right = p.Cells.ID[n-1]
	}
	v := geo.Cm{X: p.Origin[0], Y: p.Origin[1]}
	for k := 0; k+1 < len(t.Points[i]); k += 2 {
		v.X, v.Y = v.X+t.Points[i][k], v.Y+t.Points[i][k+1]
		a.Points = append(a.Points, v)
	}
	return a
}
