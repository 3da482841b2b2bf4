package geo

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// The pairs are the test data of googollee/eviltransform and the README of
// wandergis/coordtransform.
func TestShiftOfKnownPlaces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		shift    func(orb.Point) orb.Point
		in, want orb.Point
	}{
		{"Shanghai", ToGCJ02, orb.Point{121.5272106, 31.1774276}, orb.Point{121.531541859215, 31.17530398364597}},
		{"Shenzhen", ToGCJ02, orb.Point{113.912316, 22.543847}, orb.Point{113.9171764808363, 22.540796131694766}},
		{"Beijing", ToGCJ02, orb.Point{116.377817, 39.911954}, orb.Point{116.38404722455657, 39.91334545536069}},
		{"Baidu's own step", bdShift, orb.Point{116.404, 39.915}, orb.Point{116.41036949371029, 39.92133699351021}},
	} {
		if d := Distance(c.shift(c.in), c.want); !(d < 0.01) {
			t.Errorf("%s: %g m off", c.name, d)
		}
	}
}

func TestShiftStaysOutsideChina(t *testing.T) {
	t.Parallel()
	for _, p := range []orb.Point{{0, 0}, {-122.4, 37.8}, {math.Inf(1), 30}, {120, math.Inf(-1)}, {1e300, 1e300}} {
		for _, f := range []func(orb.Point) orb.Point{ToGCJ02, FromGCJ02, ToBD09, FromBD09} {
			if got := f(p); got != p {
				t.Errorf("%v became %v", p, got)
			}
		}
	}
	if got := FromBD09(orb.Point{math.NaN(), 30}); !math.IsNaN(got[0]) {
		t.Errorf("NaN became %v", got)
	}
}

func TestShiftsComeBackWithin20Centimetres(t *testing.T) {
	t.Parallel()
	// Half a degree inside the box: at its edge the shift itself jumps.
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(72.6, 137.3).Draw(t, "lon"), rapid.Float64Range(1.4, 55.3).Draw(t, "lat")}
		if d := Distance(FromGCJ02(ToGCJ02(p)), p); !(d < 0.001) {
			t.Fatalf("GCJ-02 of %v came back %g m away", p, d)
		}
		if d := Distance(FromBD09(ToBD09(p)), p); !(d < 0.001) {
			t.Fatalf("BD-09 of %v came back %g m away", p, d)
		}
		if d := Distance(ToGCJ02(p), p); d > 2000 {
			t.Fatalf("GCJ-02 moved %v by %g m", p, d)
		}
	})
}

func TestInverseEndsForAnyInput(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64().Draw(t, "lon"), rapid.Float64().Draw(t, "lat")}
		FromGCJ02(p)
		FromBD09(p)
	})
}
