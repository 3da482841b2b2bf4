package geo_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"wangge/internal/geo"
)

var here = geo.NewFrame(orb.Point{120.6, 30.7})

// box is a rectangle in metres around the middle of the demo street.
func box(west, south, east, north float64) orb.MultiPolygon {
	ring := orb.Ring{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}
	for i := range ring {
		ring[i] = here.Degrees(ring[i])
	}
	return orb.MultiPolygon{{ring}}
}

func near(t rapid.TB, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 0.002*want+0.01 {
		t.Errorf("%s %.3f m², want %.3f", what, got, want)
	}
}

// ┌───┐          two squares of 10 m share a corner of 4 × 3 m;
// │ A ┌┼──┐      C touches B along a whole side and shares nothing
// └───┼┘ B│C
//
//	└───┴─
func TestTwoThatOverlapAreFoundAndNeighboursAreNot(t *testing.T) {
	t.Parallel()
	layer := []orb.MultiPolygon{box(0, 0, 10, 10), box(6, -7, 16, 3), box(16, -7, 26, 3), box(100, 100, 110, 110)}
	got := geo.Overlaps(layer, 0.01)
	if len(got) != 1 || got[0].A != 0 || got[0].B != 1 {
		t.Fatalf("%+v", got)
	}
	near(t, "overlap", got[0].Area, 12)
	if p := here.Metres(got[0].Spot); p[0] < 6 || p[0] > 10 || p[1] < 0 || p[1] > 3 {
		t.Errorf("the spot is at %v", p)
	}
}

func TestAHoleIsNoOverlap(t *testing.T) {
	t.Parallel()
	ring, island := box(0, 0, 30, 30), box(10, 10, 20, 20)
	ring[0] = append(ring[0], island[0][0])
	if got := geo.Overlaps([]orb.MultiPolygon{ring, island}, 0.01); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	if got := geo.Overlaps([]orb.MultiPolygon{ring, box(9, 9, 21, 21)}, 0.01); len(got) != 1 {
		t.Errorf("%+v", got)
	} else {
		near(t, "the rim", got[0].Area, 44)
	}
}

func TestTheOverlapOfTwoRectanglesIsARectangle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := func(name string) float64 { return float64(rapid.IntRange(-400, 400).Draw(t, name)) / 4 }
		side := func(name string) float64 { return float64(rapid.IntRange(1, 200).Draw(t, name)) / 4 }
		w1, s1, w2, s2 := n("w1"), n("s1"), n("w2"), n("s2")
		e1, n1, e2, n2 := w1+side("a"), s1+side("b"), w2+side("c"), s2+side("d")
		want := math.Max(0, math.Min(e1, e2)-math.Max(w1, w2)) * math.Max(0, math.Min(n1, n2)-math.Max(s1, s2))
		got := geo.Overlaps([]orb.MultiPolygon{box(w1, s1, e1, n1), box(w2, s2, e2, n2)}, 0.05)
		switch {
		case want > 0.06 && len(got) != 1:
			t.Fatalf("no overlap of %.2f m² found", want)
		case want == 0 && len(got) != 0:
			t.Fatalf("an overlap of %.2f m² made up", got[0].Area)
		case len(got) == 1:
			near(t, "overlap", got[0].Area, want)
		}
	})
}

// ┌──┬──┬──┐
// ├──┼──┼──┤   a board of nine without its middle
// │  │##│  │
// └──┴──┴──┘
func TestAHoleInABoardIsAGapAndABayIsNone(t *testing.T) {
	t.Parallel()
	board := func(without ...int) []orb.MultiPolygon {
		layer := []orb.MultiPolygon{}
		for i := range 9 {
			x, y := float64(i%3*10), float64(i/3*10)
			shape := box(x, y, x+10, y+10)
			for _, w := range without {
				if w == i {
					shape = orb.MultiPolygon{}
				}
			}
			layer = append(layer, shape)
		}
		return layer
	}
	if got := geo.Gaps(board(), 0.01); len(got) != 0 {
		t.Errorf("a whole board: %+v", got)
	}
	if got := geo.Gaps(board(1), 0.01); len(got) != 0 {
		t.Errorf("a bay: %+v", got)
	}
	got := geo.Gaps(board(4), 0.01)
	if len(got) != 1 {
		t.Fatalf("the middle: %+v", got)
	}
	near(t, "gap", got[0].Area, 100)
	if p := here.Metres(got[0].Spot); p[0] < 10 || p[0] > 20 || p[1] < 10 || p[1] > 20 {
		t.Errorf("the spot is at %v", p)
	}
	if len(got[0].Near) < 2 {
		t.Errorf("around it: %v", got[0].Near)
	}
	if got := geo.Gaps(nil, 0); len(got) != 0 {
		t.Errorf("nothing: %+v", got)
	}
}

// Borders drawn apart: a vertex on one side only, and a splinter between.
func TestASplinterBetweenTwoShapesIsAGap(t *testing.T) {
	t.Parallel()
	bent := box(0, 0, 10, 10)
	bent[0][0] = orb.Ring{here.Degrees(orb.Point{0, 0}), here.Degrees(orb.Point{10, 0}), here.Degrees(orb.Point{9, 5}), here.Degrees(orb.Point{10, 10}), here.Degrees(orb.Point{0, 10}), here.Degrees(orb.Point{0, 0})}
	got := geo.Gaps([]orb.MultiPolygon{bent, box(10, 0, 20, 10)}, 0.1)
	if len(got) != 1 {
		t.Fatalf("%+v", got)
	}
	near(t, "splinter", got[0].Area, 5)
}

func TestGapsOfABoardAreTheFieldsTakenOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const side = 8
		gone := map[int]bool{}
		for range rapid.IntRange(0, 10).Draw(t, "gone") {
			gone[rapid.IntRange(0, side*side-1).Draw(t, "field")] = true
		}
		layer, inner := []orb.MultiPolygon{}, 0
		for i := range side * side {
			x, y := i%side, i/side
			if gone[i] {
				continue
			}
			layer = append(layer, box(float64(x*10), float64(y*10), float64(x*10+10), float64(y*10+10)))
		}
		// Flood from outside over fields that are gone; what is left is a gap.
		reached := map[int]bool{}
		var flood func(x, y int)
		flood = func(x, y int) {
			if x < 0 || y < 0 || x >= side || y >= side || reached[y*side+x] || !gone[y*side+x] {
				return
			}
			reached[y*side+x] = true
			flood(x-1, y)
			flood(x+1, y)
			flood(x, y-1)
			flood(x, y+1)
		}
		for k := range side {
			flood(k, 0)
			flood(k, side-1)
			flood(0, k)
			flood(side-1, k)
		}
		for i := range gone {
			if !reached[i] {
				inner++
			}
		}
		sum := 0.0
		for _, g := range geo.Gaps(layer, 0.1) {
			sum += g.Area
		}
		near(t, "gaps", sum, float64(inner)*100)
	})
}

func TestALargeLayerTakesSeconds(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(1, 2))
	layer := make([]orb.MultiPolygon, 0, 50_000)
	for range 50_000 {
		x, y := dice.Float64()*20_000, dice.Float64()*20_000
		layer = append(layer, box(x, y, x+30, y+12))
	}
	began := time.Now()
	found := geo.Overlaps(layer, 1)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("%d overlaps in %s", len(found), took)
	}
	if len(found) == 0 {
		t.Error("random footprints do overlap")
	}
}

func BenchmarkOverlaps200k(b *testing.B) {
	dice := rand.New(rand.NewPCG(1, 2))
	layer := make([]orb.MultiPolygon, 0, 200_000)
	for range 200_000 {
		x, y := dice.Float64()*40_000, dice.Float64()*40_000
		layer = append(layer, box(x, y, x+30, y+12))
	}
	for b.Loop() {
		geo.Overlaps(layer, 1)
	}
}

func BenchmarkGaps200k(b *testing.B) {
	layer := make([]orb.MultiPolygon, 0, 200_000)
	for i := range 200_000 {
		x, y := float64(i%500*20), float64(i/500*20)
		if i%997 != 0 {
			layer = append(layer, box(x, y, x+20, y+20))
		}
	}
	for b.Loop() {
		geo.Gaps(layer, 1)
	}
}

// Stars of any turn: where a spot is found that lies in both, the two are told.
func TestNoOverlapIsTakenForTwoThatArePartedByAWall(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		star := func(name string) orb.MultiPolygon {
			x, y := rapid.Float64Range(-20, 20).Draw(t, name+" x"), rapid.Float64Range(-20, 20).Draw(t, name+" y")
			n := rapid.IntRange(3, 9).Draw(t, name+" vertices")
			var ring orb.Ring
			for i := range n {
				r, turn := rapid.Float64Range(2, 20).Draw(t, name+" reach"), 2*math.Pi*float64(i)/float64(n)
				ring = append(ring, here.Degrees(orb.Point{x + r*math.Cos(turn), y + r*math.Sin(turn)}))
			}
			return orb.MultiPolygon{{append(ring, ring[0])}}
		}
		a, b := star("a"), star("b")
		told := len(geo.Overlaps([]orb.MultiPolygon{a, b}, 1e-9)) > 0
		for range 40 {
			p := here.Degrees(orb.Point{rapid.Float64Range(-40, 40).Draw(t, "east"), rapid.Float64Range(-40, 40).Draw(t, "north")})
			if geo.Contains(a, p) && geo.Contains(b, p) && !told {
				t.Fatalf("%v lies in both, and no overlap was told", p)
			}
		}
	})
}
