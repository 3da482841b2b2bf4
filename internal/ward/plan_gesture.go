package ward

import (
	"cmp"
	"slices"
	"strconv"

	"wangge/internal/geo"
)

// Gesture turns an operation into the delta it would make; nothing is changed.
// line is op.Line in the metric plane. path is the border a split follows.
// The error is invalid for a gesture that makes no sense, conflict for one that
// would take from or give to a locked grid.
func (g *Ground) Gesture(op PlanOp, line []geo.Cm) (d PlanDelta, path [][]geo.Cm, err error) {
	if err := g.missing(op.Cells); err != nil {
		return PlanDelta{}, nil, err
	}
	switch op.Kind {
	case "assign", "transfer":
		d, err = g.assign(op)
	case "erase":
		op.Grid = 0
		d, err = g.give(g.chosen(op), 0)
	case "split":
		d, path, err = g.split(op, line)
	case "merge":
		d, err = g.merge(op)
	case "fill":
		d, err = g.fill(op)
	case "found":
		d, err = g.found(g.chosen(op), 0, op.Settings)
	case "set":
		d, err = g.setGrid(op)
	case "resolve":
		d, err = g.resolve(op)
	case "rebase":
		d = g.rebase()
	default:
		err = Errorf(Invalid, "没有这种操作")
	}
	if err != nil {
		return PlanDelta{}, nil, err
	}
	return d, path, g.unlocked(d)
}

// chosen are the cells a gesture means: with their whole blocks, only the free
// ones, only those of some grids, as asked.
func (g *Ground) chosen(op PlanOp) []int64 {
	cells := slices.Clone(op.Cells)
	if op.Whole {
		blocks := map[[2]int64]bool{}
		for _, id := range cells {
			if c := g.Cell(id); c != nil {
				blocks[[2]int64{c.Community, c.Block}] = true
			}
		}
		for _, c := range g.Cells {
			if blocks[[2]int64{c.Community, c.Block}] {
				cells = append(cells, c.ID)
			}
		}
	}
	slices.Sort(cells)
	cells = slices.Compact(cells)
	return slices.DeleteFunc(cells, func(id int64) bool {
		c := g.Cell(id)
		return c == nil || op.Free && c.Now != 0 || len(op.Grids) > 0 && !slices.Contains(op.Grids, c.Now)
	})
}

// missing is an error when a gesture names cells that are not in the plan.
func (g *Ground) missing(cells []int64) error {
	for _, id := range cells {
		if g.Cell(id) == nil {
			return &Error{Code: Invalid, Message: "有地块不在方案范围内，或已被新的底图替换，请重新读取地块", Fields: []FieldError{{"cells", "地块不在方案范围内"}}}
		}
	}
	return nil
}

func (g *Ground) assign(op PlanOp) (PlanDelta, error) {
	if op.Grid == 0 || !g.Knows(op.Grid) {
		return PlanDelta{}, &Error{Code: Invalid, Message: "目标网格不在方案里", Fields: []FieldError{{"grid", "请选择方案里的一个网格"}}}
	}
	return g.give(g.chosen(op), op.Grid)
}

// give hands cells to a grid of their community; a plan of community borders
// hands them to any grid, and the community goes with it.
func (g *Ground) give(cells []int64, to int64) (PlanDelta, error) {
	d := PlanDelta{Cells: []int64{}, Was: []int64{}, Now: []int64{}}
	home := g.Community(to)
	for _, id := range cells {
		c := g.Cell(id)
		if to != 0 && c.Community != home && !g.MovesBorders() {
			return d, &Error{Code: Invalid, Message: "网格不能跨社区：有地块属于另一个社区", Fields: []FieldError{{"cells", "地块与目标网格不在同一社区"}}}
		}
		if c.Now != to {
			d.Cells, d.Was, d.Now = append(d.Cells, id), append(d.Was, c.Now), append(d.Now, to)
		}
	}
	return d, nil
}

// found opens a new grid of a community, 0 for that of the first cell; in a plan of
// community borders the settings may name another.
func (g *Ground) found(cells []int64, community int64, settings *PlanGridSetting) (PlanDelta, error) {
	if err := g.microSettings(settings); err != nil {
		return PlanDelta{}, err
	}
	if len(cells) == 0 {
		return PlanDelta{}, &Error{Code: Invalid, Message: "新网格至少要有一个地块", Fields: []FieldError{{"cells", "请选择地块"}}}
	}
	if community == 0 {
		community = g.TownOf(g.Cell(cells[0]))
	}
	label, state := g.NextLabel(), PlanGridState{Community: community}
	if settings != nil {
		if err := g.mayLieIn(label, settings.Community); err != nil {
			return PlanDelta{}, err
		}
		state = state.With(*settings)
	}
	if state.Name == "" {
		state.Name = g.newName(label)
	}
	before, was := g.States[label]
	g.States[label] = state // for give to know its community
	d, err := g.give(cells, label)
	if delete(g.States, label); was {
		g.States[label] = before
	}
	d.Grids = []PlanGridChange{{Grid: label, Now: &state}}
	return d, err
}

// newName is what a new grid is called until somebody names it.
func (g *Ground) newName(label int64) string {
	return "新" + g.noun() + strconv.FormatInt(-label, 10)
}

func (g *Ground) split(op PlanOp, line []geo.Cm) (PlanDelta, [][]geo.Cm, error) {
	cells := g.Of(op.Grid)
	if op.Grid == 0 || len(cells) < 2 {
		return PlanDelta{}, nil, &Error{Code: Invalid, Message: "请选择要拆分的网格；至少要有两个地块", Fields: []FieldError{{"grid", "请选择网格"}}}
	}
	leaving, path := []int64{}, [][]geo.Cm(nil)
	switch {
	case len(line) > 1:
		s := g.Mesh.Split(cells, func(c int64) bool { return g.Label(c) == op.Grid }, line, func(c int64) geo.Cm { return g.Cell(c).At })
		path = s.Path
		// The code stays with the part that has most households.
		if leaving = s.Right; g.Count(s.Right).Households > g.Count(s.Left).Households {
			leaving = s.Left
		}
	default:
		for _, id := range g.chosen(op) {
			if g.Label(id) == op.Grid {
				leaving = append(leaving, id)
			}
		}
	}
	if len(leaving) == 0 || len(leaving) == len(cells) {
		return PlanDelta{}, nil, &Error{Code: Invalid, Message: "这条线没有把网格分成两半，请画得穿过网格", Fields: []FieldError{{"line", "线的两侧都要有地块"}}}
	}
	d, err := g.found(leaving, g.Community(op.Grid), op.Settings)
	return d, path, err
}

func (g *Ground) merge(op PlanOp) (PlanDelta, error) {
	if !g.Knows(op.Grid) || len(op.Grids) == 0 || slices.Contains(op.Grids, op.Grid) {
		return PlanDelta{}, &Error{Code: Invalid, Message: "请选择两个不同的网格", Fields: []FieldError{{"grids", "请选择要并入的网格"}}}
	}
	var cells []int64
	for _, l := range op.Grids {
		cells = append(cells, g.Of(l)...)
	}
	slices.Sort(cells)
	return g.give(cells, op.Grid)
}

func (g *Ground) setGrid(op PlanOp) (PlanDelta, error) {
	if !g.Knows(op.Grid) || op.Settings == nil {
		return PlanDelta{}, &Error{Code: Invalid, Message: "请选择方案里的一个网格", Fields: []FieldError{{"grid", "网格不在方案里"}}}
	}
	if op.Grid > 0 && (op.Settings.Code != nil || op.Settings.Kind != nil) {
		return PlanDelta{}, &Error{Code: Invalid, Message: "现有网格的编码和类别不能改，编码永不重复使用", Fields: []FieldError{{"settings", "编码只能给新网格定"}}}
	}
	if err := g.microSettings(op.Settings); err != nil {
		return PlanDelta{}, err
	}
	if err := g.mayLieIn(op.Grid, op.Settings.Community); err != nil {
		return PlanDelta{}, err
	}
	before, was := g.States[op.Grid]
	after := before
	after.Community = g.Community(op.Grid)
	after = after.With(*op.Settings)
	change := PlanGridChange{Grid: op.Grid, Now: &after}
	if was {
		change.Was = &before
	}
	return PlanDelta{Cells: []int64{}, Was: []int64{}, Now: []int64{}, Grids: []PlanGridChange{change}}, nil
}

// unlocked refuses a delta that takes from or gives to a locked grid.
func (g *Ground) unlocked(d PlanDelta) error {
	for i := range d.Cells {
		for _, l := range [2]int64{d.Was[i], d.Now[i]} {
			if g.Locked(l) {
				return Errorf(Conflict, "网格“%s”已锁定，地块不能进出；请先解锁", cmp.Or(g.card(l).Name, "新网格"))
			}
		}
	}
	return nil
}
