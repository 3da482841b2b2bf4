package geo

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Two owners with two sites each; the divider runs down the middle:
//
//	a──d
//	│  │
//	b──c
func TestDividersRunHalfWay(t *testing.T) {
	t.Parallel()
	a, b, c, d := Cm{0, 1000}, Cm{0, 0}, Cm{2000, 0}, Cm{2000, 1200}
	got := Dividers([]Site{{a, 1}, {b, 1}, {c, 2}, {d, 2}, {d, 3}}, 0)
	if len(got) != 1 {
		t.Fatalf("dividers %v, want one line", got)
	}
	for _, p := range got[0] {
		to := func(q Cm) float64 { return math.Hypot(float64(p.X-q.X), float64(p.Y-q.Y)) }
		if math.Abs(min(to(a), to(b))-min(to(c), to(d))) > 2 {
			t.Errorf("%v is not as far from one owner as from the other", p)
		}
	}
	if got := Dividers([]Site{{a, 1}, {b, 1}, {c, 0}, {d, 0}}, 0); len(got) != 0 {
		t.Errorf("ground of nobody was divided: %v", got)
	}
}

// Points on few lines and circles, as the walls of houses are.
func drawSites(t *rapid.T) []Cm {
	wide := rapid.SampledFrom([]int64{3, 20, 1000, 400_000}).Draw(t, "wide")
	sites := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) Cm {
		return Cm{rapid.Int64Range(0, wide).Draw(t, "x") + 50_000_000, rapid.Int64Range(0, wide).Draw(t, "y") + 345_000_000}
	}), 2, 60, func(p Cm) Cm { return p })
	if wide == 3 {
		sites = rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) Cm {
			return Cm{rapid.Int64Range(0, wide).Draw(t, "x"), rapid.Int64Range(0, wide).Draw(t, "y")}
		}), 2, 16, func(p Cm) Cm { return p })
	}
	return sites.Draw(t, "sites")
}

func TestNoCircleRoundATriangleHoldsAPoint(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sites := drawSites(t)
		points, corners, adjacent := delaunay(sites)
		if want := 2 * (len(points) - 3); len(corners)/3 != want { // a triangulated square with all points inside
			t.Fatalf("%d triangles, want %d", len(corners)/3, want)
		}
		sum := int64(0)
		for k := 0; k < len(corners); k += 3 {
			a, b, c := points[corners[k]], points[corners[k+1]], points[corners[k+2]]
			if cross(a, b, c) <= 0 {
				t.Fatalf("triangle %v %v %v does not turn left", a, b, c)
			}
			sum += cross(a, b, c)
			for _, p := range points {
				if inCircle(a, b, c, p) {
					t.Fatalf("%v lies in the circle round %v %v %v", p, a, b, c)
				}
			}
			for i := range 3 {
				o := adjacent[k+i]
				if o < 0 {
					continue
				}
				back := slices.Index(adjacent[3*o:3*o+3], int32(k/3))
				if back < 0 || corners[3*int(o)+back] != corners[k+(i+1)%3] {
					t.Fatalf("triangles %d and %d do not agree that they are neighbours", k/3, o)
				}
			}
		}
		if want := area2(points[len(sites):]); sum != want {
			t.Fatalf("triangles cover %d, the square is %d", sum, want)
		}
	})
}

func TestStraightenedLinesStayNear(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Cm {
			return Cm{rapid.Int64Range(0, 5000).Draw(t, "x"), rapid.Int64Range(0, 5000).Draw(t, "y")}
		}), 2, 30).Draw(t, "line")
		got := straighten([][]Cm{slices.Clone(line)}, 30)[0]
		if got[0] != line[0] || got[len(got)-1] != line[len(line)-1] {
			t.Fatalf("ends moved: %v", got)
		}
		for _, p := range line {
			least := math.Inf(1)
			for i := 1; i < len(got); i++ {
				least = min(least, toSegment(p.raw(), got[i-1].raw(), got[i].raw()))
			}
			if least > 30*30+1e-6 {
				t.Fatalf("%v is %g cm from the straightened line", p, math.Sqrt(least))
			}
		}
	})
}

func TestChainsUseEveryEdgeOnce(t *testing.T) {
	t.Parallel()
	a, b, c, d := Cm{0, 0}, Cm{1, 0}, Cm{1, 1}, Cm{5, 5}
	got := chains([][2]Cm{{a, b}, {c, a}, {c, b}, {d, c}})
	want := [][]Cm{{c, a, b, c}, {c, d}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("chains %v, want %v", got, want)
	}
}

func TestLineMapKnowsWhichLineABorderFollows(t *testing.T) {
	t.Parallel()
	m := NewLineMap(2.5)
	m.Add([]Cm{{0, 0}, {30_000, 0}, {30_000, 30_000}}, 1)
	m.Add([]Cm{{10_000, 0}, {20_000, 0}}, 0)
	for _, c := range []struct {
		a, b Cm
		rank int
		ok   bool
	}{
		{Cm{1000, 0}, Cm{9000, 1}, 1, true},
		{Cm{12_000, 1}, Cm{13_000, 0}, 0, true},        // both: the lower rank
		{Cm{29_999, 0}, Cm{30_000, 2}, 1, true},        // round the corner
		{Cm{0, 0}, Cm{0, 5000}, 0, false},              // only touches it
		{Cm{30_000, 10_000}, Cm{0, 0}, 0, false},       // a chord
		{Cm{500_000, 0}, Cm{500_100, 0}, 0, false},     // far away
		{Cm{30_000, 100}, Cm{30_000, 29_000}, 1, true}, // long
	} {
		if rank, ok := m.Along(c.a, c.b); ok != c.ok || rank != c.rank {
			t.Errorf("%v–%v: %d, %v", c.a, c.b, rank, ok)
		}
	}
	if !m.Touches(Cm{15_000, 2}) || m.Touches(Cm{15_000, 4}) {
		t.Error("Touches does not keep to its distance")
	}
}
