package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// soundEdges is the most edges Sound looks at, every one against every other.
const soundEdges = 64

// Sound tells of a shape that it is surely valid as OGC and PostGIS have it: one
// ring of a few edges, closed, finite, that meets itself nowhere. Most buildings
// are. False says nothing: holes, several parts and long rings are not looked at.
// Sides of lines are decided exactly, so true is never a matter of rounding.
func Sound(shape orb.MultiPolygon) bool {
	if len(shape) != 1 || len(shape[0]) != 1 {
		return false
	}
	ring := shape[0][0]
	n := len(ring) - 1
	if n < 3 || n > soundEdges || ring[0] != ring[n] {
		return false
	}
	for i, p := range ring[:n] {
		if sum := p[0] + p[1]; math.IsNaN(sum) || math.IsInf(sum, 0) || p == ring[i+1] {
			return false
		}
	}
	for i := range n {
		next := ring[(i+1)%n+1]
		if orient(ring[i], ring[i+1], next) == 0 && !onward(ring[i], ring[i+1], next) {
			return false // back along the edge it came
		}
		for j := i + 2; j < n; j++ {
			if i == 0 && j == n-1 {
				continue // neighbours through the first vertex
			}
			if meet(ring[i], ring[i+1], ring[j], ring[j+1]) {
				return false
			}
		}
	}
	return true
}

// onward tells of three points of a line whether the way from the second to the
// third goes on as from the first to the second.
func onward(a, b, c orb.Point) bool {
	k := 0
	if math.Abs(b[1]-a[1]) > math.Abs(b[0]-a[0]) {
		k = 1
	}
	return (b[k] > a[k]) == (c[k] > b[k])
}

// meet tells whether two edges have a point in common.
func meet(a, b, c, d orb.Point) bool {
	if min(a[0], b[0]) > max(c[0], d[0]) || min(c[0], d[0]) > max(a[0], b[0]) ||
		min(a[1], b[1]) > max(c[1], d[1]) || min(c[1], d[1]) > max(a[1], b[1]) {
		return false
	}
	// Their boxes meet, so edges of one line meet too.
	return orient(a, b, c)*orient(a, b, d) <= 0 && orient(c, d, a)*orient(c, d, b) <= 0
}

// InnerSpot is a point strictly inside the largest part of a shape in degrees:
// the middle of its widest stretch about half way up, at a height where no vertex
// lies. false for a shape without area.
func InnerSpot(shape orb.MultiPolygon) (orb.Point, bool) {
	var best orb.Polygon
	size := 0.0
	for _, polygon := range shape {
		if len(polygon) == 0 {
			continue
		}
		if area := math.Abs(winding(polygon[0])); area > size {
			best, size = polygon, area
		}
	}
	if best == nil {
		return orb.Point{}, false
	}
	y := quietHeight(best)
	at := make([]float64, 0, 8)
	for _, ring := range best {
		p := ring[len(ring)-1]
		for _, q := range ring {
			if (p[1] > y) != (q[1] > y) {
				at = append(at, p[0]+(y-p[1])/(q[1]-p[1])*(q[0]-p[0]))
			}
			p = q
		}
	}
	slices.Sort(at)
	spot, width := orb.Point{}, 0.0
	for i := 0; i+1 < len(at); i += 2 {
		if w := at[i+1] - at[i]; w > width {
			spot, width = orb.Point{at[i] + w/2, y}, w
		}
	}
	return spot, width > 0
}

// quietHeight is half way between the two vertices next to the middle of a
// polygon, one not above it and one above.
func quietHeight(polygon orb.Polygon) float64 {
	bound := polygon[0].Bound()
	middle := (bound.Min[1] + bound.Max[1]) / 2
	below, above := bound.Min[1], bound.Max[1]
	for _, ring := range polygon {
		for _, p := range ring {
			if p[1] <= middle {
				below = max(below, p[1])
			} else {
				above = min(above, p[1])
			}
		}
	}
	return (below + above) / 2
}
