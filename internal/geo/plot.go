package geo

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Plot is ground that is shared out between those who built on it.
type Plot struct {
	Rings [][]Cm // shell and holes
	Built []Footprint
}

// Footprint is what an owner built, as polygons of rings.
type Footprint struct {
	Owner int64
	Shape Shape
}

// Walls have a site of the Voronoi diagram every siteSpacing centimetres, fewer
// in a plot of more than manyOwners, so that one diagram stays within memory.
const (
	siteSpacing = 250.0
	manyOwners  = 10_000
)

// Divide returns the lines that share out every plot between its owners, each
// spot to the nearest wall, straightened by at most tolerance centimetres and
// clipped to the plot. Plots are worked on in parallel; the result is in their
// order.
func Divide(plots []Plot, tolerance float64, tags uint8) []Segment {
	lines := make([][]Segment, len(plots))
	queue := make([]int, len(plots))
	for i := range queue {
		queue[i] = i
	}
	// Deal the heavy ones round, so that no part has all of them.
	slices.SortStableFunc(queue, func(a, b int) int { return cmp.Compare(len(plots[b].Built), len(plots[a].Built)) })
	parts := shares(len(plots))
	share(parts, func(_, from, to int) {
		for part := from; part < to; part++ {
			for k := part; k < len(queue); k += parts {
				p := plots[queue[k]]
				for _, line := range Dividers(p.sites(), tolerance) {
					lines[queue[k]] = p.clip(line, tags, lines[queue[k]])
				}
			}
		}
	})
	return slices.Concat(lines...)
}

// sites walks along all walls.
func (p Plot) sites() []Site {
	spacing := max(1, float64(len(p.Built))/manyOwners) * siteSpacing
	var out []Site
	for _, f := range p.Built {
		for a, b := range f.Shape.edges {
			steps := math.Ceil(math.Hypot(float64(b.X-a.X), float64(b.Y-a.Y)) / spacing)
			for s := range int(steps) {
				t := float64(s) / steps
				out = append(out, Site{Cm{a.X + int64(math.Round(t*float64(b.X-a.X))), a.Y + int64(math.Round(t*float64(b.Y-a.Y)))}, f.Owner})
			}
		}
	}
	return out
}

// clip appends the pieces of a line that lie in the plot.
func (p Plot) clip(line []Cm, tags uint8, out []Segment) []Segment {
	var at []Cm
	for i := 1; i < len(line); i++ {
		s := Segment{line[i-1], line[i], tags}
		if s.A.compare(s.B) > 0 {
			s.A, s.B = s.B, s.A
		}
		at = append(at[:0], s.A, s.B)
		for a, b := range (Shape{p.Rings}).edges {
			e := Segment{A: a, B: b}
			if a.compare(b) > 0 {
				e = Segment{A: b, B: a}
			}
			if q, ok := s.crosses(e); ok {
				at = append(at, q)
			} else if s.passes(a) {
				at = append(at, a)
			}
		}
		first := len(out)
		for _, piece := range s.through(at, nil) {
			if p.Rings != nil && holdsMiddle(p.Rings, piece) {
				out = append(out, piece)
			}
		}
		if n := len(out) - first; n > 1 && n == len(at)-1 {
			out = append(out[:first], s) // nothing was cut off
		}
	}
	return out
}

func holdsMiddle(rings [][]Cm, s Segment) bool {
	return Holds(rings, orb.Point{float64(s.A.X+s.B.X) / 200, float64(s.A.Y+s.B.Y) / 200})
}

// Holds tells whether a point, in metres, lies in a polygon: inside an odd
// number of its rings.
func Holds(rings [][]Cm, p orb.Point) bool {
	x, y := p[0]*100, p[1]*100
	in := false
	for _, ring := range rings {
		a := ring[len(ring)-1]
		for _, b := range ring {
			ay, by := float64(a.Y), float64(b.Y)
			if (ay > y) != (by > y) && x < float64(a.X)+(y-ay)/(by-ay)*float64(b.X-a.X) {
				in = !in
			}
			a = b
		}
	}
	return in
}

// Holds tells whether a point, in metres, lies in the shape.
func (s Shape) Holds(p orb.Point) bool {
	return slices.ContainsFunc(s, func(rings [][]Cm) bool { return Holds(rings, p) })
}

// edges calls f with the ends of every edge.
func (s Shape) edges(f func(a, b Cm) bool) {
	for _, rings := range s {
		for _, ring := range rings {
			a := ring[len(ring)-1]
			for _, b := range ring {
				if a != b && !f(a, b) {
					return
				}
				a = b
			}
		}
	}
}

// Segments appends the edges of the shape.
func (s Shape) Segments(tags uint8, out []Segment) []Segment {
	for a, b := range s.edges {
		out = append(out, Segment{a, b, tags})
	}
	return out
}

// Distance is how far a point, in metres, is from the nearest border.
func (s Shape) Distance(p orb.Point) float64 {
	least := math.Inf(1)
	at := orb.Point{p[0] * 100, p[1] * 100}
	for a, b := range s.edges {
		least = min(least, toSegment(at, a.raw(), b.raw()))
	}
	return math.Sqrt(least) / 100
}

func (s Shape) box() (Segment, bool) {
	var b Segment
	for i, rings := range s {
		r := boxOf(rings[0])
		if i == 0 {
			b = r
		}
		b.A, b.B = Cm{min(b.A.X, r.A.X), min(b.A.Y, r.A.Y)}, Cm{max(b.B.X, r.B.X), max(b.B.Y, r.B.Y)}
	}
	return b, len(s) > 0
}
