package geo

import (
	"slices"

	"github.com/paulmach/orb"
)

// Tidy brings a shape into the form RFC 7946 asks for: rings closed, repeated
// vertices dropped, shells counter-clockwise and holes clockwise. Rings without
// area go, and a polygon whose shell went goes with its holes. The argument is
// not changed; the result may be empty but is never nil.
func Tidy(shape orb.MultiPolygon) orb.MultiPolygon {
	out := orb.MultiPolygon{}
	for _, polygon := range shape {
		if p := TidyPolygon(polygon); p != nil {
			out = append(out, p)
		}
	}
	return out
}

// TidyPolygon is Tidy for one polygon; nil when its shell has no area.
func TidyPolygon(polygon orb.Polygon) orb.Polygon {
	var out orb.Polygon
	for i, ring := range polygon {
		r := tidyRing(ring, i == 0)
		switch {
		case r != nil:
			out = append(out, r)
		case i == 0:
			return nil
		}
	}
	return out
}

func tidyRing(ring orb.Ring, shell bool) orb.Ring {
	r := slices.Compact(slices.Clone(ring))
	if len(r) > 1 && r[0] == r[len(r)-1] {
		r = r[:len(r)-1]
	}
	turn := winding(r)
	if len(r) < 3 || turn == 0 {
		return nil
	}
	if (turn > 0) != shell {
		slices.Reverse(r)
	}
	return append(r, r[0])
}

// winding is twice the signed area in the ring's own units: positive when it
// runs counter-clockwise. Taken from the first vertex, so that a small ring far
// from the origin keeps its digits.
func winding(r orb.Ring) float64 {
	sum := 0.0
	for i := 1; i+1 < len(r); i++ {
		sum += (r[i][0]-r[0][0])*(r[i+1][1]-r[0][1]) - (r[i+1][0]-r[0][0])*(r[i][1]-r[0][1])
	}
	return sum
}

// Multi returns any areal geometry as a MultiPolygon; false for anything else.
func Multi(g orb.Geometry) (orb.MultiPolygon, bool) {
	switch g := g.(type) {
	case orb.MultiPolygon:
		return g, true
	case orb.Polygon:
		return orb.MultiPolygon{g}, true
	case orb.Ring:
		return orb.MultiPolygon{{g}}, true
	case orb.Bound:
		return orb.MultiPolygon{g.ToPolygon()}, true
	}
	return nil, false
}
