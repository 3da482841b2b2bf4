package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Shapes is a set of shapes, such as all footprints of a district, that answers
// quickly which of them are where. It is only read after it was made.
type Shapes struct {
	shapes []Shape
	boxes  []Segment
	*lattice
	filed filing
}

// NewShapes files the shapes; empty ones are nowhere.
func NewShapes(shapes []Shape) *Shapes {
	x := &Shapes{shapes: shapes, boxes: make([]Segment, len(shapes))}
	var all []Segment
	for i, s := range shapes {
		if b, ok := s.box(); ok {
			x.boxes[i] = b
			all = append(all, b)
		}
	}
	if len(all) == 0 {
		all = []Segment{{}}
	}
	x.lattice = newLattice(all)
	x.filed = x.file(len(shapes), func(i int, put func(int)) {
		if len(shapes[i]) > 0 {
			x.within(x.boxes[i].A.X, x.boxes[i].A.Y, x.boxes[i].B.X, x.boxes[i].B.Y, put)
		}
	})
	return x
}

// Holding calls f with each shape around a point in metres, in order.
func (x *Shapes) Holding(p orb.Point, f func(shape int)) {
	at := CmOf(p)
	for _, i := range x.filed.of(x.at(at)) {
		b := x.boxes[i]
		if at.X+1 >= b.A.X && at.X-1 <= b.B.X && at.Y+1 >= b.A.Y && at.Y-1 <= b.B.Y && x.shapes[i].Holds(p) {
			f(int(i))
		}
	}
}

// First is the first shape around a point in metres, -1 when there is none.
func (x *Shapes) First(p orb.Point) int {
	first := -1
	x.Holding(p, func(i int) {
		if first < 0 {
			first = i
		}
	})
	return first
}

// Overlapping returns the pairs of shapes whose borders cross or of which one
// holds the other; those that only touch may be among them.
func (x *Shapes) Overlapping() [][2]int {
	found := make([][][2]int, shares(x.buckets()))
	share(x.buckets(), func(part, from, to int) {
		for b := from; b < to; b++ {
			here := x.filed.of(b)
			for k, i := range here {
				for _, j := range here[k+1:] {
					if x.overlap(int(i), int(j)) {
						found[part] = append(found[part], [2]int{int(i), int(j)})
					}
				}
			}
		}
	})
	pairs := slices.Concat(found...)
	slices.SortFunc(pairs, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(pairs)
}

func (x *Shapes) overlap(i, j int) bool {
	a, b := x.boxes[i], x.boxes[j]
	if a.A.X >= b.B.X || b.A.X >= a.B.X || a.A.Y >= b.B.Y || b.A.Y >= a.B.Y {
		return false
	}
	for p, q := range x.shapes[i].edges {
		for r, s := range x.shapes[j].edges {
			if min(p.X, q.X) <= max(r.X, s.X) && min(r.X, s.X) <= max(p.X, q.X) && min(p.Y, q.Y) <= max(r.Y, s.Y) && min(r.Y, s.Y) <= max(p.Y, q.Y) &&
				(cross(p, q, r) >= 0) != (cross(p, q, s) > 0) && (cross(r, s, p) >= 0) != (cross(r, s, q) > 0) {
				return true
			}
		}
	}
	return x.shapes[i].Holds(InnerPoint(x.shapes[j][0])) || x.shapes[j].Holds(InnerPoint(x.shapes[i][0]))
}

// Entered tells of each shape whether one of the lines runs through it more than
// depth centimetres behind its border.
func (x *Shapes) Entered(lines []Segment, depth float64) []bool {
	found := make([][]int32, shares(len(lines)))
	share(len(lines), func(part, from, to int) {
		for _, s := range lines[from:to] {
			x.each(s.A, s.B, func(bucket int) {
				for _, i := range x.filed.of(bucket) {
					if n := len(found[part]); (n == 0 || found[part][n-1] != i) && x.enters(s, i, depth) {
						found[part] = append(found[part], i)
					}
				}
			})
		}
	})
	entered := make([]bool, len(x.shapes))
	for _, list := range found {
		for _, i := range list {
			entered[i] = true
		}
	}
	return entered
}

// enters looks at seven spots of each stretch of the segment between two
// borders.
func (x *Shapes) enters(s Segment, i int32, depth float64) bool {
	b := x.boxes[i]
	if min(s.A.X, s.B.X) > b.B.X || max(s.A.X, s.B.X) < b.A.X || min(s.A.Y, s.B.Y) > b.B.Y || max(s.A.Y, s.B.Y) < b.A.Y {
		return false
	}
	shape := x.shapes[i]
	at := []float64{0, 1}
	for p, q := range shape.edges {
		c, d := cross(s.A, s.B, p), cross(s.A, s.B, q)
		if c > 0 == (d > 0) && c != 0 && d != 0 {
			continue
		}
		e, f := float64(cross(p, q, s.A)), float64(cross(p, q, s.B))
		if e != f && (e <= 0) != (f < 0) {
			at = append(at, e/(e-f))
		}
	}
	slices.Sort(at)
	const spots = 8
	for k := 1; k < len(at); k++ {
		spot := func(n int) orb.Point {
			t := at[k-1] + (at[k]-at[k-1])*float64(n)/spots
			return orb.Point{(float64(s.A.X) + t*float64(s.B.X-s.A.X)) / 100, (float64(s.A.Y) + t*float64(s.B.Y-s.A.Y)) / 100}
		}
		if at[k] == at[k-1] || !shape.Holds(spot(spots/2)) {
			continue
		}
		for n := 1; n < spots; n++ {
			if shape.Distance(spot(n))*100 > depth {
				return true
			}
		}
	}
	return false
}

// Outside returns the segments that carry one of the tags in keep, and of the
// others those whose middle lies in no shape.
func (x *Shapes) Outside(segments []Segment, keep uint8) []Segment {
	parts := make([][]Segment, shares(len(segments)))
	share(len(segments), func(part, from, to int) {
		for _, s := range segments[from:to] {
			if s.Tags&keep != 0 || x.First(orb.Point{float64(s.A.X+s.B.X) / 200, float64(s.A.Y+s.B.Y) / 200}) < 0 {
				parts[part] = append(parts[part], s)
			}
		}
	})
	return slices.Concat(parts...)
}

// Nearest is the shape among candidates that is nearest to a point in metres,
// the first of several.
func (x *Shapes) Nearest(p orb.Point, candidates []int) int {
	best, least := -1, math.Inf(1)
	for _, i := range candidates {
		if d := x.distance(p, i, least); d < least {
			best, least = i, d
		}
	}
	return best
}

// distance is 0 inside; a shape whose box is farther than limit is not measured.
func (x *Shapes) distance(p orb.Point, i int, limit float64) float64 {
	b, at := x.boxes[i], CmOf(p)
	far := math.Hypot(float64(max(b.A.X-at.X, at.X-b.B.X, 0)), float64(max(b.A.Y-at.Y, at.Y-b.B.Y, 0))) / 100
	if far > limit {
		return far
	}
	if x.shapes[i].Holds(p) {
		return 0
	}
	return x.shapes[i].Distance(p)
}
