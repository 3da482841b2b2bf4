package main

import (
	"context"
	"slices"
	"testing"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

// block is a community of 12 × 6 cells of 20 m with 10 households each. Grid 1
// has a sixth of it, grid 2 the rest, grid 3 is special and keeps its corner.
func block() *ward.Ground {
	const wide, high = 12, 6
	g := &ward.Ground{
		Official: map[int64]ward.OfficialGrid{
			1: {ID: 1, Community: 7, Name: "甲", Kind: "basic"}, 2: {ID: 2, Community: 7, Name: "乙", Kind: "basic"}, 3: {ID: 3, Community: 7, Name: "丙", Kind: "special"},
		},
		Plan: ward.Plan{Low: 250, High: 450, PersonsHigh: 1200},
	}
	var arcs []geo.Arc
	at := func(x, y int) geo.Cm { return geo.Cm{X: int64(x) * 2000, Y: int64(y) * 2000} }
	id := func(x, y int) int64 {
		if x < 0 || y < 0 || x == wide || y == high {
			return 0
		}
		return int64(y*wide+x) + 1
	}
	for y := range high + 1 {
		for x := range wide + 1 {
			if x < wide {
				arcs = append(arcs, geo.Arc{Left: id(x, y), Right: id(x, y-1), Class: "inner", Length: 20, Crossable: true, Points: []geo.Cm{at(x, y), at(x+1, y)}})
			}
			if y < high {
				arcs = append(arcs, geo.Arc{Left: id(x-1, y), Right: id(x, y), Class: "inner", Length: 20, Crossable: true, Points: []geo.Cm{at(x, y), at(x, y+1)}})
			}
			if x == wide || y == high {
				continue
			}
			grid := int64(2)
			if x < 2 {
				grid = 1
			} else if x > 9 && y > 3 {
				grid = 3
			}
			g.Cells = append(g.Cells, ward.GroundCell{
				ID: id(x, y), Community: 7, Block: int64(x / 3), Area2: 2 * 2000 * 2000, At: geo.Cm{X: int64(x)*2000 + 1000, Y: int64(y)*2000 + 1000},
				CellCount: ward.CellCount{Households: 10, Persons: 25}, Head: grid, From: grid, Now: grid,
			})
		}
	}
	g.Mesh = geo.NewMesh(arcs)
	return g.Ready()
}

func households(g *ward.Ground, label int64) int { return g.Count(g.Of(label)).Households }

func TestTheProgramBalancesACommunityAndLeavesSpecialGridsAlone(t *testing.T) {
	t.Parallel()
	g := block()
	before := slices.Clone(g.Of(3))
	d, err := drawGrids(context.Background(), g, ward.PlanAuto{Community: 7})
	if err != nil {
		t.Fatal(err)
	}
	g.Apply(d)
	if !slices.Equal(g.Of(3), before) || len(d.Grids) > 0 {
		t.Errorf("the special grid has %v, founded %v", g.Of(3), d.Grids)
	}
	for _, label := range []int64{1, 2} {
		if n := households(g, label); n < 250 || n > 450 {
			t.Errorf("grid %d has %d households", label, n)
		}
		if groups := g.Mesh.Groups(g.Of(label), func(c int64) bool { return g.Label(c) == label }); len(groups) != 1 {
			t.Errorf("grid %d is in %d pieces", label, len(groups))
		}
	}
}

func TestAGridThatTheProgramFoundsIsNamedAndInTheCommunity(t *testing.T) {
	t.Parallel()
	g := block()
	d, err := drawGrids(context.Background(), g, ward.PlanAuto{Community: 7, Grids: 4})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Grids) != 1 || d.Grids[0].Grid != -1 || d.Grids[0].Now.Community != 7 || d.Grids[0].Now.Name != "新网格1" {
		t.Fatalf("%+v", d.Grids)
	}
	g.Apply(d)
	if len(g.Of(-1)) == 0 {
		t.Error("the new grid has no cells")
	}
}

func TestWhatTheProgramCannotDrawIsSaidInWords(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]ward.PlanAuto{"no cells": {Community: 8}, "more grids than cells": {Community: 7, Grids: 100}} {
		if _, err := drawGrids(context.Background(), block(), a); ward.ErrorCode(err) != ward.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
