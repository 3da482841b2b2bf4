package ward

import (
	"math/rand"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"wangge/internal/geo"
)

// sketch draws a small city of two communities: wobbly cells of about 20 m, some
// with an enclave, some missing, some narrow as splinters, a river with one
// bridge, a road, grids of three columns each.
func sketch(seed int64, side int) *Ground {
	r := rand.New(rand.NewSource(seed))
	at := func(i, j int) geo.Cm { return geo.Cm{X: int64(i)*2000 + 50_000_000, Y: int64(j)*2000 + 345_000_000} }
	corners := map[[2]int]geo.Cm{}
	corner := func(i, j int) geo.Cm {
		if _, ok := corners[[2]int{i, j}]; !ok {
			p := at(i, j)
			corners[[2]int{i, j}] = geo.Cm{X: p.X + r.Int63n(1400) - 700, Y: p.Y + r.Int63n(1400) - 700}
		}
		return corners[[2]int{i, j}]
	}
	g := &Ground{Official: map[int64]OfficialGrid{}, Plan: Plan{Low: 10, High: 40, PersonsHigh: 120}}
	g.Degrees = func(v geo.Cm) orb.Point {
		return orb.Point{float64(v.X-50_000_000)/1e7 + 120, float64(v.Y-345_000_000)/1e7 + 30}
	}
	var faces []geo.Face
	add := func(id int64, i, j int, rings ...[]geo.Cm) {
		faces = append(faces, geo.Face{Cell: id, Rings: rings})
		grid := int64(1 + i/3)
		community := int64(1)
		if i >= side/2 {
			grid, community = grid+100, 2
		}
		m := at(i, j)
		at := geo.Cm{X: m.X + 1000, Y: m.Y + 1000}
		branch := 1000 + grid
		g.Official[grid] = OfficialGrid{ID: grid, Community: community, Code: GridCode("c", int(grid)), Name: "格", Kind: "basic", Branch: &branch}
		g.Cells = append(g.Cells, GroundCell{
			ID: id, Community: community, Block: int64(i / 2), At: at, Place: g.Degrees(at), Head: grid, From: grid, Now: grid,
			CellCount: CellCount{r.Intn(6), r.Intn(15), r.Intn(2), r.Intn(2), r.Intn(2)},
		})
	}
	id := int64(1)
	for i := range side {
		for j := range side {
			ring := []geo.Cm{corner(i, j), corner(i+1, j), corner(i+1, j+1), corner(i, j+1)}
			switch r.Intn(8) {
			case 0:
				m := at(i, j)
				hole := []geo.Cm{{X: m.X + 900, Y: m.Y + 900}, {X: m.X + 1100, Y: m.Y + 900}, {X: m.X + 1100, Y: m.Y + 1100}, {X: m.X + 900, Y: m.Y + 1100}}
				add(id+1000, i, j, slices.Clone(hole))
				add(id, i, j, ring, hole)
			case 1: // a gap
			default:
				add(id, i, j, ring)
			}
			id++
		}
	}
	river, bridge := int64(side/3)*2000+345_000_000, int64(side/4)*2000+50_000_000
	arcs, err := geo.Arcs(faces, func(a, b geo.Cm) string {
		near := func(v, of int64) bool { return v-of < 700 && of-v <= 700 }
		switch {
		case near(a.Y, river) && near(b.Y, river):
			return "river"
		case near(a.X, 50_000_000+int64(side/2)*2000) && near(b.X, 50_000_000+int64(side/2)*2000):
			return "main"
		}
		return "inner"
	})
	if err != nil {
		panic(err)
	}
	for i := range arcs {
		a := &arcs[i]
		a.Crossable = a.Class != "river" || a.Points[0].X-bridge < 1500 && bridge-a.Points[0].X < 1500
		if a.Left == 0 || a.Right == 0 {
			a.Class = "limit"
		}
	}
	g.Mesh = geo.NewMesh(arcs)
	areas, err := geo.Trace(arcs, func(c int64) int64 { return c })
	if err != nil {
		panic(err)
	}
	for i := range g.Cells {
		g.Cells[i].Area2 = areas[g.Cells[i].ID].Area2()
	}
	return g.Ready()
}

// anyOp draws a gesture that may or may not make sense.
func anyOp(t *rapid.T, g *Ground) (PlanOp, []geo.Cm) {
	labels := g.Labels()
	label := func(name string) int64 { return rapid.SampledFrom(labels).Draw(t, name) }
	cells := func() []int64 {
		var out []int64
		for range rapid.IntRange(1, 8).Draw(t, "cells") {
			out = append(out, g.Cells[rapid.IntRange(0, len(g.Cells)-1).Draw(t, "cell")].ID)
		}
		return out
	}
	flag := func(name string) bool { return rapid.Bool().Draw(t, name) }
	switch rapid.SampledFrom([]string{"assign", "erase", "split", "merge", "fill", "found", "set"}).Draw(t, "kind") {
	case "assign":
		return PlanOp{Kind: "assign", Grid: label("to"), Cells: cells(), Whole: flag("whole"), Free: flag("free")}, nil
	case "erase":
		return PlanOp{Kind: "erase", Cells: cells()}, nil
	case "split":
		p := func() geo.Cm {
			return geo.Cm{X: 50_000_000 + rapid.Int64Range(0, 16_000).Draw(t, "x"), Y: 345_000_000 + rapid.Int64Range(0, 16_000).Draw(t, "y")}
		}
		return PlanOp{Kind: "split", Grid: label("grid")}, []geo.Cm{p(), p()}
	case "merge":
		return PlanOp{Kind: "merge", Grid: label("to"), Grids: []int64{label("from")}}, nil
	case "fill":
		return PlanOp{Kind: "fill"}, nil
	case "found":
		return PlanOp{Kind: "found", Cells: cells()}, nil
	}
	lock := flag("lock")
	return PlanOp{Kind: "set", Grid: label("grid"), Settings: &PlanGridSetting{Locked: &lock}}, nil
}

// labelsOf is who has each cell, as text of a map.
func labelsOf(g *Ground) map[int64]int64 {
	out := map[int64]int64{}
	for _, c := range g.Cells {
		out[c.ID] = c.Now
	}
	return out
}

func sameLabels(a, b map[int64]int64) bool {
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return len(a) == len(b)
}

// The invariants of redrawing, after any sequence of gestures on any city.
func TestAnySequenceOfGesturesKeepsTheCoverage(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		side := rapid.IntRange(4, 8).Draw(t, "side")
		g := sketch(rapid.Int64().Draw(t, "seed"), side)
		whole := int64(0)
		for _, c := range g.Cells {
			whole += c.Area2
		}
		begin := labelsOf(g)
		var done []PlanDelta
		for range rapid.IntRange(1, 12).Draw(t, "gestures") {
			op, line := anyOp(t, g)
			before := labelsOf(g)
			d, _, err := g.Gesture(op, line)
			if !sameLabels(before, labelsOf(g)) {
				t.Fatalf("%s only asked, and changed the ground", op.Kind)
			}
			if err != nil {
				if c := ErrorCode(err); c != Invalid && c != Conflict {
					t.Fatalf("%s: %v", op.Kind, err)
				}
				continue
			}
			g.Apply(d)
			done = append(done, d)
			cover(t, g, whole)
		}
		replay := sketchCopy(g, begin)
		for _, d := range done {
			replay.Apply(d)
		}
		if !sameLabels(labelsOf(replay), labelsOf(g)) {
			t.Fatal("the log replayed gives another plan")
		}
		for i := len(done) - 1; i >= 0; i-- {
			d, err := g.Revert(done[i])
			if err != nil && ErrorCode(err) == Conflict && len(done[i].Cells) > 0 {
				return // locked meanwhile
			}
			if err != nil {
				t.Fatalf("undoing step %d: %v", i, err)
			}
			g.Apply(d)
		}
		if !sameLabels(begin, labelsOf(g)) {
			t.Fatal("undoing everything does not lead back")
		}
	})
}

// sketchCopy is the same ground with other labels.
func sketchCopy(g *Ground, labels map[int64]int64) *Ground {
	c := *g
	c.Cells, c.States = slices.Clone(g.Cells), map[int64]PlanGridState{}
	for i := range c.Cells {
		c.Cells[i].Now = labels[c.Cells[i].ID]
	}
	return c.Ready()
}

// cover holds what is true of every coverage: exact areas, parts that agree with
// union-find, communities that grids do not cross.
func cover(t *rapid.T, g *Ground, whole int64) {
	sum, lone := int64(0), g.Of(0)
	parts := geo.Parts(g.Mesh.Arcs, g.Label)
	for _, l := range append(g.Labels(), 0) {
		cells := g.Of(l)
		if len(cells) == 0 {
			continue
		}
		in := func(c int64) bool { return g.Cell(c) != nil && g.Label(c) == l }
		contour, err := g.Mesh.Contour(cells, in)
		if err != nil {
			t.Fatalf("grid %d: %v", l, err)
		}
		sum += contour.Shape.Area2()
		if l == 0 {
			continue
		}
		grid := g.Grid(l, false)
		if float64(contour.Shape.Area2())/2e4 != grid.Area {
			t.Fatalf("grid %d: outline of %d half cm², cells of %g m²", l, contour.Shape.Area2(), grid.Area)
		}
		if len(parts[l]) != grid.Parts {
			t.Fatalf("grid %d is in %d parts by walking, %d by union", l, grid.Parts, len(parts[l]))
		}
		for _, id := range cells {
			if g.Cell(id).Community != g.Community(l) {
				t.Fatalf("grid %d crosses the border of its community", l)
			}
		}
	}
	if sum != whole {
		t.Fatalf("grids and free cells cover %d of %d half cm² (%d free)", sum, whole, len(lone))
	}
}

// Gestures on different cells may come in either order.
func TestGesturesOnDifferentCellsCommute(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Int64().Draw(t, "seed")
		a, b := sketch(seed, 6), sketch(seed, 6)
		op := func(name string, from, to int) PlanOp {
			o := PlanOp{Kind: "assign", Grid: 1}
			for _, c := range a.Cells[from:to] {
				if c.Community == 1 && rapid.Bool().Draw(t, name) {
					o.Cells = append(o.Cells, c.ID)
				}
			}
			return o
		}
		if !a.Knows(1) || !a.Knows(2) {
			return // all of it is a gap
		}
		half := len(a.Cells) / 2
		first, second := op("first", 0, half), op("second", half, len(a.Cells))
		second.Grid = 2 - int64(len(a.Cells)%2)
		for _, try := range []struct {
			g   *Ground
			ops []PlanOp
		}{{a, []PlanOp{first, second}}, {b, []PlanOp{second, first}}} {
			for _, o := range try.ops {
				d, _, err := try.g.Gesture(o, nil)
				if err != nil {
					t.Fatal(err)
				}
				try.g.Apply(d)
			}
		}
		if !sameLabels(labelsOf(a), labelsOf(b)) {
			t.Fatal("the order of two gestures on different cells matters")
		}
	})
}

// Who reads PlanCells counts the same, finds the same and draws the same
// borders as the server, after any gestures.
func TestTheCompactFormSaysAsMuchAsTheGround(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		city := rapid.SampledFrom([]func(int64, int) *Ground{sketch, microSketch, withMicros}).Draw(t, "city")
		g := city(rapid.Int64().Draw(t, "seed"), rapid.IntRange(4, 8).Draw(t, "side"))
		client := g.Compact().Ground(g.Plan)
		for range rapid.IntRange(0, 6).Draw(t, "gestures") {
			op, _ := anyOp(t, g)
			if op.Kind == "split" {
				continue // the server is asked for the path
			}
			d, _, err := g.Gesture(op, nil)
			mirrored, _, err2 := client.Gesture(op, nil)
			if codeOrNone(err) != codeOrNone(err2) || err == nil && !slices.Equal(d.Cells, mirrored.Cells) {
				t.Fatalf("%s: server %v %v, client %v %v", op.Kind, d, err, mirrored, err2)
			}
			if err == nil {
				g.Apply(d)
				client.Apply(mirrored)
			}
		}
		for _, l := range g.Labels() {
			a, b := g.Grid(l, false), client.Grid(l, false)
			if a.CellCount != b.CellCount || a.Area != b.Area || a.Perimeter != b.Perimeter || a.Parts != b.Parts || a.Holes != b.Holes || a.Compactness != b.Compactness || a.RoadShare != b.RoadShare {
				t.Fatalf("grid %d: server %+v, client %+v", l, a, b)
			}
		}
		here, there := g.CheckAll(), client.CheckAll()
		if !slices.EqualFunc(here, there, func(a, b PlanCheck) bool {
			return a.Code == b.Code && a.Level == b.Level && a.Grid == b.Grid && slices.Equal(a.Cells, b.Cells)
		}) {
			t.Fatalf("server finds %v, client %v", here, there)
		}
	})
}

// codeOrNone is the code of an error, "" for none.
func codeOrNone(err error) Code {
	if err == nil {
		return ""
	}
	return ErrorCode(err)
}

// The score of an unchanged plan is the official one.
func TestAPlanThatChangesNothingScoresLikeToday(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := sketch(rapid.Int64().Draw(t, "seed"), 6)
		var plan, now PlanScore
		plan.Add(g)
		now.Add(g.AsOfficial())
		a, b := plan.Done(), now.Done()
		if a.Grids != b.Grids || a.Deviation != b.Deviation || a.Kept != 1 || a.Cells != 0 || a.Errors != b.Errors {
			t.Fatalf("plan %+v, official %+v", a, b)
		}
	})
}
