package geo

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// metre is about a metre of latitude.
const metre = 1 / 111_195.0

func TestSpikesAreTakenOutAndNothingElse(t *testing.T) {
	t.Parallel()
	at := func(x, y float64) orb.Point { return orb.Point{121.4 + x*metre, 31.2 + y*metre} }
	square := orb.Ring{at(0, 0), at(20, 0), at(20, 20), at(0, 20), at(0, 0)}
	for _, c := range []struct {
		name string
		ring orb.Ring
		n    int
	}{
		{"none", square, 0},
		{"out and back on one line", orb.Ring{at(0, 0), at(20, 0), at(20, 10), at(45, 10), at(20, 10), at(20, 20), at(0, 20), at(0, 0)}, 1},
		{"inwards, a hair wide", orb.Ring{at(0, 0), at(20, 0), at(20, 10), at(3, 10.002), at(20, 10.004), at(20, 20), at(0, 20), at(0, 0)}, 1},
		{"over the corner", orb.Ring{at(0, 0), at(30, 0), at(20, 0), at(20, 20), at(0, 20), at(0, 0)}, 1},
		{"at the first vertex", orb.Ring{at(-9, 0), at(0, 0), at(20, 0), at(20, 20), at(0, 20), at(0, 0), at(-9, 0)}, 1},
		{"with a vertex on its way", orb.Ring{at(0, 0), at(20, 0), at(20, 10), at(30, 10), at(40, 10), at(20, 10), at(20, 20), at(0, 20), at(0, 0)}, 2},
		{"a wedge half a metre wide stays", orb.Ring{at(0, 0), at(20, 0), at(20, 10), at(45, 10.2), at(20, 10.5), at(20, 20), at(0, 20), at(0, 0)}, 0},
		{"a triangle stays", orb.Ring{at(0, 0), at(9, 0), at(4, 0.001), at(0, 0)}, 0},
	} {
		given := c.ring.Clone()
		out, n := Unspike(c.ring)
		if (c.n == 0) != (n == 0) || n < c.n {
			t.Errorf("%s: %d spikes, want %d", c.name, n, c.n)
		}
		if !c.ring.Equal(given) {
			t.Errorf("%s: the ring given was changed", c.name)
		}
		if out[0] != out[len(out)-1] {
			t.Errorf("%s: the ring is open", c.name)
		}
		if c.n > 0 && math.Abs(Area(orb.MultiPolygon{{out}})-Area(orb.MultiPolygon{{square}})) > 0.5 {
			t.Errorf("%s: %v", c.name, out)
		}
	}
}

func TestTakingSpikesOutEndsAndKeepsTheArea(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		corner := rapid.Custom(func(t *rapid.T) orb.Point {
			return orb.Point{121.4 + float64(rapid.IntRange(0, 6).Draw(t, "x"))*metre, 31.2 + float64(rapid.IntRange(0, 6).Draw(t, "y"))*metre}
		})
		ring := orb.Ring(rapid.SliceOfN(corner, 3, 24).Draw(t, "ring"))
		ring = append(ring, ring[0])
		out, n := Unspike(ring)
		if (n == 0) != (len(out) == len(ring)) || len(out)+n > len(ring) {
			t.Fatalf("%d vertices, %d spikes, %d left", len(ring), n, len(out))
		}
		if math.Abs(ringArea(out)-ringArea(ring)) > 0.2*float64(n) {
			t.Fatalf("%v square metres became %v", ringArea(ring), ringArea(out))
		}
	})
}
