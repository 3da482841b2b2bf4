package geo_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"wangge/internal/geo"
)

func TestSoundKnowsRingsThatMeetThemselves(t *testing.T) {
	t.Parallel()
	ring := func(points ...orb.Point) orb.MultiPolygon { return orb.MultiPolygon{{append(points, points[0])}} }
	for _, c := range []struct {
		name  string
		shape orb.MultiPolygon
		want  bool
	}{
		{"a rectangle", ring(orb.Point{0, 0}, orb.Point{4, 0}, orb.Point{4, 3}, orb.Point{0, 3}), true},
		{"an L", ring(orb.Point{0, 0}, orb.Point{4, 0}, orb.Point{4, 1}, orb.Point{1, 1}, orb.Point{1, 3}, orb.Point{0, 3}), true},
		{"a vertex on a straight wall", ring(orb.Point{0, 0}, orb.Point{2, 0}, orb.Point{4, 0}, orb.Point{4, 3}, orb.Point{0, 3}), true},
		{"a bow-tie", ring(orb.Point{0, 0}, orb.Point{4, 3}, orb.Point{4, 0}, orb.Point{0, 3}), false},
		{"a spike", ring(orb.Point{0, 0}, orb.Point{4, 0}, orb.Point{4, 3}, orb.Point{4, 9}, orb.Point{4, 3}, orb.Point{0, 3}), false},
		{"the first vertex on a straight wall", ring(orb.Point{2, 0}, orb.Point{4, 0}, orb.Point{4, 3}, orb.Point{0, 0}), true},
		{"back past the first vertex", ring(orb.Point{0, 0}, orb.Point{4, 3}, orb.Point{0, 3}, orb.Point{0, -2}), false},
		{"a vertex that touches a wall", ring(orb.Point{0, 0}, orb.Point{4, 0}, orb.Point{4, 4}, orb.Point{2, 0}, orb.Point{0, 4}), false},
		{"a vertex twice", ring(orb.Point{0, 0}, orb.Point{0, 0}, orb.Point{4, 0}, orb.Point{4, 3}), false},
		{"flat", ring(orb.Point{0, 0}, orb.Point{1, 1}, orb.Point{2, 2}), false},
		{"not closed", orb.MultiPolygon{{{{0, 0}, {4, 0}, {4, 3}, {0, 3}}}}, false},
		{"not finite", ring(orb.Point{0, 0}, orb.Point{math.Inf(1), 0}, orb.Point{4, 3}), false},
		{"with a hole, which is not looked at", orb.MultiPolygon{{{{0, 0}, {9, 0}, {9, 9}, {0, 0}}, {{5, 2}, {6, 3}, {6, 2}, {5, 2}}}}, false},
		{"nothing", nil, false},
	} {
		if got := geo.Sound(c.shape); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// A wheel of spokes around a point meets itself nowhere, wherever it lies and
// however it is turned.
func TestStarsAreSoundAndHoldTheirInnerSpot(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(5, 40).Draw(t, "vertices")
		from := orb.Point{rapid.Float64Range(73, 136).Draw(t, "lon"), rapid.Float64Range(3, 54).Draw(t, "lat")}
		var ring orb.Ring
		for i := range n {
			r := rapid.Float64Range(2e-5, 8e-4).Draw(t, "reach")
			turn := 2 * math.Pi * float64(i) / float64(n)
			ring = append(ring, orb.Point{from[0] + r*math.Cos(turn), from[1] + r*math.Sin(turn)})
		}
		star := orb.MultiPolygon{{append(ring, ring[0])}}
		if !geo.Sound(star) {
			t.Fatalf("%v is not sound", star)
		}
		spot, ok := geo.InnerSpot(star)
		if _, in := geo.NewIndex([]geo.Region{{ID: 1, Shape: star}}).At(spot); !ok || !in {
			t.Fatalf("%v is not inside %v", spot, star)
		}
	})
}

func TestAnInnerSpotLiesInTheLargestPartAndInNoHole(t *testing.T) {
	t.Parallel()
	shape := orb.MultiPolygon{box(0, 0, 3, 3)[0], {box(10, 0, 30, 20)[0][0], box(11, 1, 26, 19)[0][0]}}
	spot, ok := geo.InnerSpot(shape)
	if at := here.Metres(spot); !ok || at[0] <= 26 || at[0] >= 30 || at[1] <= 0 || at[1] >= 20 {
		t.Errorf("the spot is at %v, %v", at, ok)
	}
	if _, ok := geo.InnerSpot(orb.MultiPolygon{{{{1, 1}, {2, 2}, {1, 1}}}}); ok {
		t.Error("a shape without area has no inside")
	}
}
