package main

import (
	"context"
	"errors"

	"wangge/internal/autodraw"
	"wangge/internal/geo"
	"wangge/internal/ward"
)

// drawGrids is the ward.PlanDrawer of the program: it shows a community to the
// room that draws by itself, and takes back what came of it.
func drawGrids(ctx context.Context, g *ward.Ground, a ward.PlanAuto) (ward.PlanDelta, error) {
	ids, labels, cells := cellsOf(g, a.Community)
	if len(ids) == 0 {
		return ward.PlanDelta{}, &ward.Error{Code: ward.Invalid, Message: "这个社区还没有地块，请先导入楼栋和道路", Fields: []ward.FieldError{{Field: "auto.community", Message: "没有地块"}}}
	}
	region, err := autodraw.New(cells, bordersOf(g, ids, cells))
	if err != nil {
		return ward.PlanDelta{}, err
	}
	drawing, err := autodraw.Draw(ctx, region, autodraw.Options{
		Scratch: a.Scratch, Grids: a.Grids, Least: g.Plan.Low, Most: g.Plan.High, MostPersons: g.Plan.PersonsHigh,
		Keep: a.Keep, Roads: a.Roads, Compact: a.Compact, Seed: a.Seed,
	})
	var number autodraw.ErrGrids
	if errors.As(err, &number) {
		e := ward.Errorf(ward.Invalid, "这个社区最少%d个、最多%d个网格", number.Least, number.Most)
		return ward.PlanDelta{}, e
	}
	if err != nil {
		return ward.PlanDelta{}, err
	}
	return g.Redrawn(ids, drawing.Grid, labelsOf(drawing.Continues, labels)), nil
}

// cellsOf lists the cells of a community; Old is an index of labels.
func cellsOf(g *ward.Ground, community int64) (ids, labels []int64, cells []autodraw.Cell) {
	number := map[int64]int32{}
	for _, c := range g.Cells {
		if c.Community != community {
			continue
		}
		old := int32(-1)
		if c.Now != 0 {
			at, known := number[c.Now]
			if !known {
				at = int32(len(labels))
				number[c.Now] = at
				labels = append(labels, c.Now)
			}
			old = at
		}
		ids = append(ids, c.ID)
		cells = append(cells, autodraw.Cell{
			Block: int32(c.Block), Households: int32(c.Households), Persons: int32(c.Persons),
			X: float64(c.At.X) / 100, Y: float64(c.At.Y) / 100, Area: float64(c.Area2) / 2e4,
			Old: old, Locked: c.Now != 0 && g.AutoFixed(c.Now),
		})
	}
	return ids, labels, cells
}

// classOf is what runs along a border, to who draws: a wall or a railway parts a
// neighbourhood as a road does.
var classOf = map[string]autodraw.Class{
	"inner": autodraw.Inner, "path": autodraw.Inner, "wall": autodraw.Minor, "minor": autodraw.Minor,
	"secondary": autodraw.Secondary, "main": autodraw.Main, "river": autodraw.River, "rail": autodraw.River,
}

// bordersOf lists the borders between the cells and adds those to the outside
// to their rims.
func bordersOf(g *ward.Ground, ids []int64, cells []autodraw.Cell) []autodraw.Border {
	at := make(map[int64]int32, len(ids))
	for i, id := range ids {
		at[id] = int32(i)
	}
	var borders []autodraw.Border
	for _, arc := range g.Mesh.Arcs {
		a, here := at[arc.Left]
		b, there := at[arc.Right]
		switch {
		case here && there:
			borders = append(borders, border(a, b, arc))
		case here:
			cells[a].Rim += arc.Length
		case there:
			cells[b].Rim += arc.Length
		}
	}
	return borders
}

func border(a, b int32, arc geo.Arc) autodraw.Border {
	return autodraw.Border{A: a, B: b, Length: arc.Length, Class: classOf[arc.Class], Crossable: arc.InContact()}
}
