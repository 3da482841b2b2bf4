package geo

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// Two owners with two sites each; the divider runs down the middle:
//
//	a──d
//	│╲ │
//	b──c
func TestDividersRunHalfWay(t *testing.T) {
	t.Parallel()
	a, b, c, d := orb.Point{0, 10}, orb.Point{0, 0}, orb.Point{20, 0}, orb.Point{20, 12}
	owner := map[orb.Point]int64{a: 1, b: 1, c: 2, d: 2}
	triangles := []orb.Ring{{a, b, c, a}, {a, c, d, a}}
	got := Dividers(owner, triangles, 0)
	if len(got) != 1 || len(got[0]) != 2 {
		t.Fatalf("dividers %v, want one line", got)
	}
	for _, p := range got[0] {
		m := p.Metres()
		if math.Abs(math.Hypot(m[0], m[1]-10)-math.Hypot(m[0]-20, m[1])) > 0.02 {
			t.Errorf("%v is not as far from a as from c", m)
		}
	}
	owner[c], owner[d] = 0, 0
	if got := Dividers(owner, triangles, 0); len(got) != 0 {
		t.Errorf("ground of nobody was divided: %v", got)
	}
}

func TestFlatTrianglesKeepDividersFinite(t *testing.T) {
	t.Parallel()
	a, b, c, d := orb.Point{0, 0}, orb.Point{10, 0}, orb.Point{20, 0}, orb.Point{10, 1e-9}
	owner := map[orb.Point]int64{a: 1, b: 2, c: 3, d: 4}
	for _, line := range Dividers(owner, []orb.Ring{{a, b, c, a}, {a, c, d, a}, {a, b, d, a}, {}}, 0) {
		for _, p := range line {
			if max(p.X, -p.X, p.Y, -p.Y) > 2*reach*100 {
				t.Errorf("a divider runs to %v", p)
			}
		}
	}
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
	next := map[Cm][]Cm{a: {b, c}, b: {a, c}, c: {a, b, d}, d: {c}}
	got := chains(next)
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
