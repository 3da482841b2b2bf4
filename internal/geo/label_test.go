package geo

import (
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
