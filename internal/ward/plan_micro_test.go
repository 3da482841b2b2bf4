package ward

import (
	"math/rand"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// microSketch is the sketched city with micro-grids in its grids: bands of some
// rows of a grid, some ground left to nobody.
func microSketch(seed int64, side int) *Ground {
	g := sketch(seed, side)
	r := rand.New(rand.NewSource(seed + 1))
	g.Plan = Plan{Kind: PlanOfMicros, Low: 3, High: 12, PersonsHigh: 30}
	g.Others, g.Official = g.Official, map[int64]OfficialGrid{}
	for i := range g.Cells {
		c := &g.Cells[i]
		c.Other, c.Stewards = c.Head, r.Intn(2)
		micro := 1000*c.Head + (c.At.Y-345_000_000)/6000
		if r.Intn(9) == 0 {
			micro = 0
		} else {
			g.Official[micro] = OfficialGrid{ID: micro, Community: c.Community, Code: MicroCode("c", int(micro)), Name: "微", Kind: "micro"}
		}
		c.Head, c.From, c.Now = micro, micro, micro
	}
	return g.Ready()
}

// withMicros is the sketched city as a plan of grids sees it when its grids have
// micro-grids.
func withMicros(seed int64, side int) *Ground {
	g, m := sketch(seed, side), microSketch(seed, side)
	g.Others = m.Official
	for i := range g.Cells {
		g.Cells[i].Other = m.Cells[i].Head
	}
	return g.Ready()
}

func TestAMicroGridThatLeavesItsGridIsToldAndPutRight(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := microSketch(rapid.Int64().Draw(t, "seed"), rapid.IntRange(4, 8).Draw(t, "side"))
		for _, c := range g.CheckAll() {
			if c.Code == "nested" || c.Code == "unassigned" {
				t.Fatalf("as it is officially: %s", c.Message)
			}
		}
		for range rapid.IntRange(1, 8).Draw(t, "gestures") {
			op, line := anyOp(t, g)
			if d, _, err := g.Gesture(op, line); err == nil {
				g.Apply(d)
			}
		}
		for _, l := range g.Labels() {
			if g.Locked(l) {
				continue
			}
			astray := func() (fix *PlanOp) {
				for _, c := range g.CheckGrid(l) {
					if c.Code == "nested" || c.Code == "parts" {
						fix = c.Fix
					}
				}
				return fix
			}
			told := false
			for _, id := range g.Of(l) {
				told = told || g.Cell(id).Other != g.Parent(l)
			}
			fix := astray()
			if told && fix == nil {
				t.Fatalf("micro-grid %d lies in two grids and nothing is said", l)
			}
			if fix == nil {
				continue
			}
			d, _, err := g.Gesture(*fix, nil)
			if err != nil {
				t.Fatal(err)
			}
			g.Apply(d)
			if astray() != nil {
				t.Fatalf("micro-grid %d is not put right by its fix", l)
			}
			for i, id := range d.Cells {
				if to := d.Now[i]; to != 0 && g.Parent(to) != g.Cell(id).Other {
					t.Fatalf("the fix gave cell %d of grid %d to a micro-grid of grid %d", id, g.Cell(id).Other, g.Parent(to))
				}
			}
		}
	})
}

// Whatever a plan of grids does, on the day it comes into force every micro-grid
// lies in one grid of its own community; the piece with most households keeps it.
func TestAPlanOfGridsLeavesEveryMicroGridInOneGrid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := withMicros(rapid.Int64().Draw(t, "seed"), rapid.IntRange(4, 8).Draw(t, "side"))
		if len(g.Freed()) != 0 {
			t.Fatal("a plan that changes nothing takes ground from micro-grids")
		}
		for range rapid.IntRange(1, 8).Draw(t, "gestures") {
			op, line := anyOp(t, g)
			if d, _, err := g.Gesture(op, line); err == nil {
				g.Apply(d)
			}
		}
		freed := g.Freed()
		pieces, kept := map[int64]map[int64][]int64{}, map[int64]int64{}
		for _, c := range g.Cells {
			if c.Other == 0 {
				continue
			}
			if pieces[c.Other] == nil {
				pieces[c.Other] = map[int64][]int64{}
			}
			pieces[c.Other][c.Now] = append(pieces[c.Other][c.Now], c.ID)
			if _, gone := slices.BinarySearch(freed, c.ID); gone {
				continue
			}
			if grid, before := kept[c.Other]; before && grid != c.Now || c.Now == 0 {
				t.Fatalf("micro-grid %d lies in grids %d and %d", c.Other, grid, c.Now)
			}
			kept[c.Other] = c.Now
		}
		for micro, of := range pieces {
			for l, cells := range of {
				if l != 0 && g.Count(cells).Households > g.Count(of[kept[micro]]).Households {
					t.Fatalf("micro-grid %d went with %d, though %d has more households", micro, kept[micro], l)
				}
			}
		}
		told := slices.ContainsFunc(g.CheckAll(), func(c PlanCheck) bool { return c.Code == "divided" })
		if told != (len(freed) > 0) {
			t.Fatalf("%d cells leave their micro-grid; told: %v", len(freed), told)
		}
	})
}

func TestAGridDividedInPartIsFilledWithinItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := microSketch(rapid.Int64().Draw(t, "seed"), rapid.IntRange(4, 8).Draw(t, "side"))
		for _, c := range g.CheckAll() {
			if c.Code != "partly" {
				continue
			}
			d, _, err := g.Gesture(*c.Fix, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i, id := range d.Cells {
				if g.Cell(id).Other != g.Parent(d.Now[i]) || d.Was[i] != 0 {
					t.Fatalf("filling %v: cell %d of grid %d went to a micro-grid of %d", c.Cells, id, g.Cell(id).Other, g.Parent(d.Now[i]))
				}
			}
		}
	})
}

func TestAMicroGridHasNeitherKindNorBranch(t *testing.T) {
	t.Parallel()
	g := microSketch(1, 6)
	kind, branch := "special", "支部"
	for _, s := range []*PlanGridSetting{{Kind: &kind}, {BranchName: &branch}} {
		for _, op := range []PlanOp{{Kind: "found", Cells: []int64{g.Cells[0].ID}, Settings: s}, {Kind: "set", Grid: g.Labels()[0], Settings: s}} {
			if _, _, err := g.Gesture(op, nil); ErrorCode(err) != Invalid {
				t.Errorf("%s: %v", op.Kind, err)
			}
		}
	}
}
