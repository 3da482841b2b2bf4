package geo

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func TestZoneOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		srid             int
		central, easting float64
	}{
		{4534, 75, 500_000},
		{4549, 120, 500_000},
		{4554, 135, 500_000},
		{4513, 75, 25_500_000},
		{4528, 120, 40_500_000},
		{4533, 135, 45_500_000},
	} {
		z, err := Zone(c.srid)
		if err != nil {
			t.Fatal(err)
		}
		if got := z.Metres(orb.Point{c.central, 0}); got != (orb.Point{c.easting, 0}) || z.SRID() != c.srid {
			t.Errorf("EPSG:%d puts the foot of its meridian at %v", c.srid, got)
		}
	}
	for _, srid := range []int{0, 4326, 4512, 4555, 3857} {
		if _, err := Zone(srid); err == nil {
			t.Errorf("EPSG:%d was taken for a zone", srid)
		}
	}
	if z, _ := ZoneAt(121.47); z.SRID() != 4549 {
		t.Errorf("Shanghai lies in EPSG:%d, want 4549", z.SRID())
	}
}

// The quarter meridian of GRS 80, to which CGCS2000 is equal in both axes to
// 0.1 mm, is 10 001 965.729 m.
func TestNorthingOfThePoleIsTheQuarterMeridian(t *testing.T) {
	t.Parallel()
	z, _ := Zone(4549)
	near(t, "northing", z.Metres(orb.Point{120, 90})[1], 10_001_965.729, 0.001)
}

func TestProjectionGoesThereAndBackWithinAMicrometre(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		z, err := Zone(rapid.IntRange(4513, 4554).Draw(t, "srid"))
		if err != nil {
			t.Fatal(err)
		}
		p := orb.Point{z.central + rapid.Float64Range(-3, 3).Draw(t, "off"), rapid.Float64Range(-80, 80).Draw(t, "lat")}
		m := z.Metres(p)
		back := z.Metres(z.Degrees(m))
		if d := math.Hypot(back[0]-m[0], back[1]-m[1]); !(d < 1e-6) {
			t.Fatalf("%v moved by %g m", p, d)
		}
	})
}

func TestProjectionAgreesWithTheLocalFrame(t *testing.T) {
	t.Parallel()
	z, _ := Zone(4549)
	a, b := orb.Point{120, 31}, orb.Point{120.01, 31.01}
	p, q := z.Metres(a), z.Metres(b)
	near(t, "distance", math.Hypot(p[0]-q[0], p[1]-q[1]), Distance(a, b), 0.05)
}
