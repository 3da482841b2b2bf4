package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Cm is a point in whole centimetres of a metric plane. On integers every
// orientation, area and equality test is exact, so a coverage can have no gap
// and no overlap, not even of a nanometre. Coordinates are held below 10¹¹
// (a thousand kilometres), rings below 300 km across, so nothing overflows.
type Cm struct{ X, Y int64 }

// CmOf rounds a point in metres to whole centimetres.
func CmOf(p orb.Point) Cm {
	return Cm{int64(math.Round(p[0] * 100)), int64(math.Round(p[1] * 100))}
}

// Metres returns the point in metres.
func (p Cm) Metres() orb.Point { return orb.Point{float64(p.X) / 100, float64(p.Y) / 100} }

// Halfway is where half of the length of a line lies: after how many of its points,
// and at which share of the way to the next.
func Halfway(line []Cm) (after int, share float64) {
	left := lengthCm(line) / 2
	for i := 1; i < len(line); i++ {
		step := lengthCm(line[i-1 : i+1])
		if step > 0 && step >= left {
			return i - 1, left / step
		}
		left -= step
	}
	return 0, 0
}

// Distance is in metres.
func (p Cm) Distance(q Cm) float64 { return math.Hypot(float64(p.X-q.X), float64(p.Y-q.Y)) / 100 }

func (p Cm) compare(q Cm) int {
	switch {
	case p.X < q.X, p.X == q.X && p.Y < q.Y:
		return -1
	case p == q:
		return 0
	}
	return 1
}

// cross is twice the signed area of the triangle o, a, b in square centimetres.
func cross(o, a, b Cm) int64 {
	return (a.X-o.X)*(b.Y-o.Y) - (b.X-o.X)*(a.Y-o.Y)
}

// area2 is twice the signed area of an open ring in square centimetres,
// positive when it runs counter-clockwise.
func area2(ring []Cm) int64 {
	sum := int64(0)
	for i := 1; i+1 < len(ring); i++ {
		sum += cross(ring[0], ring[i], ring[i+1])
	}
	return sum
}

func lengthCm(line []Cm) float64 {
	sum := 0.0
	for i := 1; i < len(line); i++ {
		sum += math.Hypot(float64(line[i].X-line[i-1].X), float64(line[i].Y-line[i-1].Y))
	}
	return sum
}

// clockwiseFrom reports whether, turning clockwise from the direction v→from,
// direction v→a comes before v→b. A direction equal to from comes last.
func clockwiseFrom(v, from, a, b Cm) bool {
	ha, hb := clockwiseHalf(v, from, a), clockwiseHalf(v, from, b)
	if ha != hb {
		return ha < hb
	}
	return cross(v, a, b) < 0
}

// clockwiseHalf sorts directions by the half turn they lie in: 0 within the
// first 180° clockwise, 1 after that, 2 the full turn.
func clockwiseHalf(v, from, a Cm) int {
	switch c := cross(v, from, a); {
	case c < 0:
		return 0
	case c > 0:
		return 1
	case (from.X-v.X)*(a.X-v.X)+(from.Y-v.Y)*(a.Y-v.Y) < 0:
		return 1
	}
	return 2
}

// RingsArea is the area in square metres of a polygon given as open or closed
// rings, shell first, wound either way.
func RingsArea(rings [][]Cm) float64 {
	sum := int64(0)
	for i, ring := range rings {
		a := area2(ring)
		if a < 0 {
			a = -a
		}
		if i > 0 {
			a = -a
		}
		sum += a
	}
	return float64(sum) / 2e4
}

// Thin tells whether a polygon is narrower than width metres: twice its area over
// the length of its borders.
func Thin(rings [][]Cm, width float64) bool {
	around := 0.0
	for _, ring := range rings {
		around += lengthCm(ring) + math.Hypot(float64(ring[0].X-ring[len(ring)-1].X), float64(ring[0].Y-ring[len(ring)-1].Y))
	}
	return 2*RingsArea(rings) < width*around/100
}
