package geo

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance || math.IsNaN(got) {
		t.Errorf("%s = %.6f, want %.6f ± %g", what, got, want, tolerance)
	}
}

func TestMetresOfASquareKilometreInShanghai(t *testing.T) {
	t.Parallel()
	f := NewFrame(orb.Point{121.47, 31.23})
	var ring orb.Ring
	for _, p := range []orb.Point{{-500, -500}, {500, -500}, {500, 500}, {-500, 500}, {-500, -500}} {
		ring = append(ring, f.Degrees(p))
	}
	square := orb.MultiPolygon{{ring}}
	near(t, "area", Area(square), 1e6, 200)
	near(t, "perimeter", Perimeter(square), 4000, 1)
	near(t, "compactness", PolsbyPopper(square), math.Pi/4, 0.001)
	near(t, "distance", Distance(ring[0], ring[2]), 1000*math.Sqrt2, 0.5)
	square[0] = append(square[0], orb.Ring{f.Degrees(orb.Point{0, 0}), f.Degrees(orb.Point{0, 100}), f.Degrees(orb.Point{100, 0})})
	near(t, "area less a hole", Area(square), 1e6-5000, 200)
	near(t, "compactness of nothing", PolsbyPopper(nil), 0, 0)
}

// Arc lengths of the meridian and the equator are in every geodesy table.
func TestOneDegreeIsAsLongAsTheTablesSay(t *testing.T) {
	t.Parallel()
	near(t, "degree of longitude at the equator", Distance(orb.Point{120, 0}, orb.Point{121, 0}), 111319.49, 0.01)
	near(t, "degree of latitude at 30.5 north", Distance(orb.Point{120, 30}, orb.Point{120, 31}), 110861, 5)
}

func TestFrameGoesThereAndBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := NewFrame(orb.Point{rapid.Float64Range(73, 135).Draw(t, "lon"), rapid.Float64Range(3, 54).Draw(t, "lat")})
		m := orb.Point{rapid.Float64Range(-2e4, 2e4).Draw(t, "x"), rapid.Float64Range(-2e4, 2e4).Draw(t, "y")}
		back := f.Metres(f.Degrees(m))
		if math.Hypot(back[0]-m[0], back[1]-m[1]) > 1e-6 {
			t.Fatalf("%v came back as %v", m, back)
		}
	})
}
