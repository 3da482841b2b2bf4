package geo

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// inShanghai puts a drawing in metres on the ground.
func inShanghai(rings ...orb.Ring) orb.Polygon {
	f := NewFrame(orb.Point{121.47, 31.23})
	var p orb.Polygon
	for _, ring := range rings {
		var r orb.Ring
		for _, m := range ring {
			r = append(r, f.Degrees(m))
		}
		p = append(p, r)
	}
	return p
}

func TestLabelPoint(t *testing.T) {
	t.Parallel()
	f := NewFrame(orb.Point{121.47, 31.23})
	square := orb.Ring{{0, 0}, {100, 0}, {100, 100}, {0, 100}, {0, 0}}
	//  ┌─┐
	//  │ └──────┐   the label goes where the angle is widest, not on the centroid
	//  └────────┘
	angle := orb.Ring{{0, 0}, {300, 0}, {300, 40}, {60, 40}, {60, 300}, {0, 300}, {0, 0}}
	for _, c := range []struct {
		name      string
		shape     orb.MultiPolygon
		clearance float64
	}{
		{"square", orb.MultiPolygon{inShanghai(square)}, 50},
		{"largest part", orb.MultiPolygon{inShanghai(orb.Ring{{500, 0}, {510, 0}, {510, 10}, {500, 0}}), inShanghai(square)}, 50},
		{"ring", orb.MultiPolygon{inShanghai(square, orb.Ring{{20, 20}, {20, 80}, {80, 80}, {80, 20}, {20, 20}})}, 11.72},
		{"angle", orb.MultiPolygon{inShanghai(angle)}, 31.0},
		{"nothing", orb.MultiPolygon{}, 0},
	} {
		p, clear := LabelPoint(c.shape)
		near(t, c.name, clear, c.clearance, 1.1)
		if len(c.shape) > 0 && !Contains(c.shape, p) {
			t.Errorf("%s: %v (%v m) lies outside", c.name, p, f.Metres(p))
		}
	}
}

func TestLabelPointLiesInside(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		coordinate := rapid.Float64Range(0, 500)
		ring := orb.Ring{{coordinate.Draw(t, "x1"), 0}, {700, coordinate.Draw(t, "y")}, {coordinate.Draw(t, "x2"), 900}}
		shape := orb.MultiPolygon{inShanghai(ring)}
		if p, clear := LabelPoint(shape); clear <= 0 || !Contains(shape, p) {
			t.Fatalf("label of %v at %v, %g m inside", ring, p, clear)
		}
	})
}

func TestPoleIsAsDeepAsAnyPointLookedAtOneByOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var ring orb.Ring // a star, sometimes with a hole
		n := rapid.IntRange(3, 60).Draw(t, "corners")
		for i := range n {
			sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
			r := rapid.Float64Range(50, 400).Draw(t, "r")
			ring = append(ring, orb.Point{r * cos, r * sin})
		}
		shape := orb.Polygon{append(ring, ring[0])}
		if rapid.Bool().Draw(t, "hole") {
			shape = append(shape, orb.Ring{{-5, -5}, {-5, 5}, {5, 5}, {5, -5}, {-5, -5}})
		}
		pole, clear := Pole(orb.MultiPolygon{shape})
		depth := func(p orb.Point) float64 {
			least := math.Inf(1)
			for _, ring := range shape {
				for i := 1; i < len(ring); i++ {
					least = min(least, math.Sqrt(toSegment(p, ring[i-1], ring[i])))
				}
			}
			if !inside(shape, p) {
				return -least
			}
			return least
		}
		if d := depth(pole); math.Abs(d-clear) > 1e-6 {
			t.Fatalf("%v is %g m inside, Pole says %g", pole, d, clear)
		}
		for x := -400.0; x <= 400; x += 40 {
			for y := -400.0; y <= 400; y += 40 {
				if d := depth(orb.Point{x, y}); d > clear+1 {
					t.Fatalf("%g, %g is %g m inside, the pole %v only %g", x, y, d, pole, clear)
				}
			}
		}
	})
}
