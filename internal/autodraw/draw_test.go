package autodraw

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// town is a lattice of cells 20 m wide with a street every fourth column, a
// main road every eighth row, and perhaps a river with one bridge. Grids of
// today are squares that ignore all of it.
func town(wide, high, grids int, river bool, rng *rand.Rand) ([]Cell, []Border) {
	var cells []Cell
	var borders []Border
	side := max(1, int(math.Ceil(math.Sqrt(float64(grids)))))
	for y := range high {
		for x := range wide {
			h := rng.Int32N(30)
			if rng.IntN(10) == 0 {
				h = 0 // a park
			}
			rim := 0.0
			for _, edge := range []bool{x == 0, y == 0, x == wide-1, y == high-1} {
				if edge {
					rim += 20
				}
			}
			old := int32(min(grids-1, x*side/wide+y*side/high*side))
			cells = append(cells, Cell{
				Block: int32(x/4 + y/8*1000), Households: h, Persons: h * 5 / 2,
				X: float64(x) * 20, Y: float64(y) * 20, Area: 400, Rim: rim, Old: old,
			})
			at := int32(y*wide + x)
			if x > 0 {
				kind := Inner
				if x%4 == 0 {
					kind = Minor
				}
				borders = append(borders, Border{A: at - 1, B: at, Length: 20, Class: kind, Crossable: true})
			}
			if y > 0 {
				b := Border{A: at, B: at - int32(wide), Length: 20, Crossable: true}
				switch {
				case river && y == high/2:
					b.Class, b.Crossable = River, x == wide/2
				case y%8 == 0:
					b.Class = Main
				}
				borders = append(borders, b)
			}
		}
	}
	return cells, borders
}

func drawTown(t rapid.TB) (*Region, []Cell, int) {
	rt := t.(*rapid.T)
	wide, high := rapid.IntRange(3, 20).Draw(rt, "wide"), rapid.IntRange(3, 20).Draw(rt, "high")
	grids := rapid.IntRange(1, min(8, wide*high/4)).Draw(rt, "grids")
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "town"), 0))
	cells, borders := town(wide, high, grids, rapid.Bool().Draw(rt, "river"), rng)
	// Holes: some borders are missing, so cells may lie alone.
	borders = slices.DeleteFunc(borders, func(Border) bool { return rng.IntN(12) == 0 })
	r, err := New(cells, borders)
	if err != nil {
		rt.Fatal(err)
	}
	return r, cells, grids
}

func TestEveryDrawingIsWholeLockedGridsStayAndTheSeedDecides(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		wide, high := rapid.IntRange(3, 16).Draw(t, "wide"), rapid.IntRange(3, 16).Draw(t, "high")
		grids := rapid.IntRange(1, 6).Draw(t, "grids")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "town"), 0))
		cells, borders := town(wide, high, grids, rapid.Bool().Draw(t, "river"), rng)
		lock := int32(rapid.IntRange(-1, grids-1).Draw(t, "lock"))
		for i := range cells {
			cells[i].Locked = cells[i].Old == lock
			if !cells[i].Locked && rng.IntN(20) == 0 {
				cells[i].Old = -1
			}
		}
		r, err := New(cells, borders)
		if err != nil {
			t.Fatal(err)
		}
		o := Options{
			Scratch: rapid.Bool().Draw(t, "scratch"), Least: 200, Most: 400, Effort: 10, Restarts: 2,
			Grids: rapid.SampledFrom([]int{0, 0, 2, 4}).Draw(t, "want"), Seed: rapid.Uint64().Draw(t, "seed"),
		}
		d, err := Draw(context.Background(), r, o)
		var impossible ErrGrids
		if errors.As(err, &impossible) {
			if o.Grids >= impossible.Least && o.Grids <= impossible.Most {
				t.Fatalf("refused though possible: %v", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if o.Grids > 0 && len(d.Continues) != o.Grids {
			t.Fatalf("%d grids asked, %d drawn", o.Grids, len(d.Continues))
		}
		used := make([]int, len(d.Continues))
		for v, q := range d.Grid {
			used[q]++
			if locked := cells[v].Locked; locked != (lock >= 0 && d.Continues[q] == lock) {
				t.Fatalf("cell %d, locked %v, is in the grid that continues %d", v, locked, d.Continues[q])
			}
		}
		if slices.Contains(used, 0) {
			t.Fatalf("a grid without cells: %v", used)
		}
		// A grid that is locked may be in pieces already; nothing else may be.
		whole := map[int32]bool{}
		for _, q := range labels(r.pieces(d.Grid)) {
			if whole[q] && (lock < 0 || d.Continues[q] != lock) {
				t.Fatalf("grid %d of %d is in pieces", q, len(d.Continues))
			}
			whole[q] = true
		}
		again, err := Draw(context.Background(), r, o)
		if err != nil || !slices.Equal(again.Grid, d.Grid) || !slices.Equal(again.Continues, d.Continues) {
			t.Fatalf("the same seed drew something else: %v", err)
		}
	})
}

func labels(_ []int32, _ []int, label []int32) []int32 { return label }

func TestTheSumsOfADrawingAreThoseOfCountingAnew(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r, cells, grids := drawTown(t)
		part := make([]int32, len(cells))
		for v, c := range cells {
			part[v] = c.Old
		}
		w := Options{Least: 200, Most: 400}.defaults().weights()
		s := newState(r, part, part, grids, w, rand.New(rand.NewPCG(1, 1)))
		for range 200 {
			s.put(rapid.Int32Range(0, int32(len(cells))-1).Draw(t, "cell"), rapid.Int32Range(0, int32(grids)-1).Draw(t, "grid"))
		}
		fresh := newState(r, s.part, part, grids, w, nil)
		if a, b := s.total(), fresh.total(); math.Abs(a-b) > 1e-6*math.Max(1, math.Abs(b)) {
			t.Fatalf("%v kept, %v counted", a, b)
		}
		slices.Sort(s.edge)
		slices.Sort(fresh.edge)
		if !slices.Equal(s.edge, fresh.edge) {
			t.Fatal("the list of edge cells went wrong")
		}
	})
}

func TestAGridThatFitsItsBandIsLeftAloneWhenPeopleShallStay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r, _, grids := drawTown(t)
		keep := 1.0
		// A band so wide that every grid is in it.
		d, err := Draw(context.Background(), r, Options{Least: 1, Most: 1 << 20, Keep: &keep, Effort: 20, Restarts: 1, Grids: grids})
		if err != nil {
			t.Skip(err)
		}
		start, err := r.begin(Options{Least: 1, Most: 1 << 20, Grids: grids}.defaults())
		if err != nil {
			t.Fatal(err)
		}
		moved := 0
		for v, q := range d.Grid {
			if q != start.part[v] {
				moved += int(r.cells[v].Households)
			}
		}
		if moved > r.households/50 {
			t.Fatalf("%d of %d households moved though every grid was in its band", moved, r.households)
		}
	})
}

func TestBalancingComesIntoTheBandAndKeepsMostPeople(t *testing.T) {
	t.Parallel()
	cells, borders := town(40, 24, 9, false, rand.New(rand.NewPCG(7, 0)))
	for i := range cells { // three grids far too small, the others too large
		if cells[i].X < 120 {
			cells[i].Old = int32(cells[i].Y/20) / 8
		} else {
			cells[i].Old = 3 + int32((cells[i].X-120)/227)*2 + int32(cells[i].Y/240)
		}
	}
	r, err := New(cells, borders)
	if err != nil {
		t.Fatal(err)
	}
	mean := r.households / 9
	d, err := Draw(context.Background(), r, Options{Least: mean * 3 / 4, Most: mean * 5 / 4, Grids: 9, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	before := r.Card(r.today().part, r.today().continues, Options{Least: mean * 3 / 4, Most: mean * 5 / 4})
	if d.Card.InBand < 1 || before.InBand > 0.8 {
		t.Errorf("in band %.0f %% before, %.0f %% after", 100*before.InBand, 100*d.Card.InBand)
	}
	if d.Card.Kept < 0.7 || d.Card.StrayPieces != 0 {
		t.Errorf("%+v", d.Card)
	}
	scratch, err := Draw(context.Background(), r, Options{Scratch: true, Grids: 9, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	if scratch.Card.LargestDeviation > 0.1 || scratch.Card.OnRoad < 0.6 || scratch.Card.Kept >= d.Card.Kept {
		t.Errorf("from scratch %+v", scratch.Card)
	}
}

func TestACancelledDrawingIsWholeAndSaysSo(t *testing.T) {
	t.Parallel()
	cells, borders := town(20, 20, 4, true, rand.New(rand.NewPCG(1, 0)))
	r, err := New(cells, borders)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	last := 0.0
	d, err := Draw(ctx, r, Options{Scratch: true, Grids: 4, Effort: 1 << 14, Progress: func(share float64) {
		if share < last {
			t.Errorf("progress fell from %v to %v", last, share)
		}
		last = share
		cancel()
	}})
	if err != nil || !d.Stopped || d.Card.StrayPieces != 0 || len(d.Grid) != len(cells) {
		t.Errorf("%v %+v", err, d.Card)
	}
}

func TestTheNumberOfGridsThatFitsTheNorm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ households, today, least, most, want int }{
		{3000, 8, 300, 500, 8},
		{3000, 0, 300, 500, 8},
		{3000, 4, 300, 500, 6},
		{3000, 20, 300, 500, 10},
		{100, 0, 300, 500, 1},
		{0, 0, 300, 500, 1},
		{550, 1, 300, 500, 2},
	} {
		if have := Suggest(c.households, c.today, c.least, c.most); have != c.want {
			t.Errorf("%+v: %d", c, have)
		}
	}
}

func TestWhatIsNoRegionIsRefused(t *testing.T) {
	t.Parallel()
	cell := Cell{Area: 1, Old: -1}
	for name, err := range map[string]error{
		"no cells":        second(New(nil, nil)),
		"no area":         second(New([]Cell{{}}, nil)),
		"border to self":  second(New([]Cell{cell, cell}, []Border{{A: 1, B: 1, Length: 1}})),
		"border to none":  second(New([]Cell{cell}, []Border{{A: 0, B: 1, Length: 1}})),
		"border of no m":  second(New([]Cell{cell, cell}, []Border{{A: 0, B: 1}})),
		"unknown class":   second(New([]Cell{cell, cell}, []Border{{A: 0, B: 1, Length: 1, Class: 77}})),
		"place not known": second(New([]Cell{{Area: 1, X: math.NaN()}}, nil)),
	} {
		if err == nil {
			t.Error(name)
		}
	}
}

func second(_ *Region, err error) error { return err }

func TestPartsThatTouchNowhereAreJoinedByAPassage(t *testing.T) {
	t.Parallel()
	r, err := New([]Cell{{Area: 1, Old: -1}, {Area: 1, X: 50, Old: -1}, {Area: 1, X: 10, Old: -1}}, []Border{{A: 0, B: 1, Length: 5, Class: River}})
	if err != nil || r.Links() != 2 {
		t.Fatalf("%d links, %v", r.Links(), err)
	}
	if _, _, label := r.pieces(make([]int32, 3)); len(label) != 1 {
		t.Errorf("%d pieces", len(label))
	}
}

func TestProposalsDifferAndTheOneForStayingMovesFewest(t *testing.T) {
	t.Parallel()
	cells, borders := town(30, 20, 6, false, rand.New(rand.NewPCG(5, 0)))
	for i := range cells {
		cells[i].Old = int32(min(5, int(cells[i].X/60))) // the last one far too large
	}
	r, err := New(cells, borders)
	if err != nil {
		t.Fatal(err)
	}
	mean := r.households / 6
	told := 0.0
	all, err := Propose(context.Background(), r, Options{
		Least: mean * 3 / 4, Most: mean * 5 / 4, Grids: 6, Effort: 400,
		Progress: func(share float64) { told = share },
	}, 3)
	if err != nil || len(all) != 3 || told != 1 {
		t.Fatalf("%d proposals, progress %v, %v", len(all), told, err)
	}
	for i, p := range all {
		if p.Card.InBand < 0.99 || p.Card.StrayPieces > 0 {
			t.Errorf("%s: %+v", p.Bent, p.Card)
		}
		if !r.isNew(all[:i], p.Drawing) {
			t.Errorf("%s is there twice", p.Bent)
		}
	}
	if all[1].Bent != Stay || all[1].Card.MovedHouseholds > all[0].Card.MovedHouseholds {
		t.Errorf("%d move as asked, %d when people shall stay", all[0].Card.MovedHouseholds, all[1].Card.MovedHouseholds)
	}
}
