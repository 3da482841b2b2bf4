package geo

import (
	"container/heap"
	"math"

	"github.com/paulmach/orb"
)

// LabelPoint returns the point deepest inside the largest part of a shape in
// degrees, to one metre: where a label fits best, and always inside even when
// the centroid is not (Garcia-Castellanos & Lombardo, Poles of inaccessibility,
// 2007; the search is mapbox's polylabel). clearance is the metres to the
// nearest border. An empty shape gives the zero point and 0.
func LabelPoint(shape orb.MultiPolygon) (point orb.Point, clearance float64) {
	if len(shape) == 0 {
		return orb.Point{}, 0
	}
	f := NewFrame(shape.Bound().Center())
	plane := make(orb.MultiPolygon, len(shape))
	for i, polygon := range shape {
		for _, ring := range polygon {
			r := make(orb.Ring, len(ring))
			for k, p := range ring {
				r[k] = f.Metres(p)
			}
			plane[i] = append(plane[i], r)
		}
	}
	if point, clearance = Pole(plane); clearance == 0 {
		return orb.Point{}, 0
	}
	return f.Degrees(point), clearance
}

// Pole is LabelPoint for a shape in a metric plane.
func Pole(shape orb.MultiPolygon) (point orb.Point, clearance float64) {
	var best orb.Polygon
	size := 0.0
	for _, polygon := range shape {
		sum := 0.0
		for i, ring := range polygon {
			a := math.Abs(winding(ring))
			if i > 0 {
				a = -a
			}
			sum += a
		}
		if sum > size {
			best, size = polygon, sum
		}
	}
	if best == nil {
		return orb.Point{}, 0
	}
	p := poleOf(best, 1)
	return p.centre, p.clear
}

// Poles are the poles of many shapes, in their order, worked on in parallel.
func Poles(shapes []orb.MultiPolygon) []orb.Point {
	poles := make([]orb.Point, len(shapes))
	share(len(shapes), func(_, from, to int) {
		for i := from; i < to; i++ {
			poles[i], _ = Pole(shapes[i])
		}
	})
	return poles
}

// square is a search square; far is the most clearance any point in it can have.
// near are the edges that can be the nearest to a point of the square: a shape
// of thousands of vertices is looked at once, its squares at a few edges each.
type square struct {
	centre     orb.Point
	half       float64
	clear, far float64 // clear is negative outside
	near       [][2]orb.Point
}

type squares []square

func (s squares) Len() int           { return len(s) }
func (s squares) Less(i, j int) bool { return s[i].far > s[j].far }
func (s squares) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }
func (s *squares) Push(v any)        { *s = append(*s, v.(square)) }
func (s *squares) Pop() any {
	last := (*s)[len(*s)-1]
	*s = (*s)[:len(*s)-1]
	return last
}

// poleOf halves the most promising square until none can beat the best found by
// more than precision. 20,000 squares are a bound for shapes thin as a thread;
// a normal grid takes under a hundred.
func poleOf(rings []orb.Ring, precision float64) square {
	bound := rings[0].Bound()
	var edges [][2]orb.Point
	for _, ring := range rings {
		a := ring[len(ring)-1]
		for _, b := range ring {
			edges = append(edges, [2]orb.Point{a, b})
			a = b
		}
	}
	at := func(centre orb.Point, half float64, near [][2]orb.Point) square {
		least := math.Inf(1)
		for _, e := range near {
			least = min(least, toSegment(centre, e[0], e[1]))
		}
		clear := math.Sqrt(least)
		return square{centre, half, clear, clear + half*math.Sqrt2, near}
	}
	best := at(bound.Center(), max(bound.Max[0]-bound.Min[0], bound.Max[1]-bound.Min[1])/2, edges)
	best.lieIn(rings)
	queue := &squares{best}
	for n := 0; queue.Len() > 0 && n < 20_000; n++ {
		s := heap.Pop(queue).(square)
		if s.clear > best.clear {
			best = s
		}
		if s.far-best.clear <= precision && best.clear > 0 {
			break
		}
		near := s.nearEdges()
		h := s.half / 2
		for _, d := range [4][2]float64{{-h, -h}, {h, -h}, {-h, h}, {h, h}} {
			c := at(orb.Point{s.centre[0] + d[0], s.centre[1] + d[1]}, h, near)
			if c.far <= best.clear { // inside or not
				continue
			}
			if c.lieIn(rings); c.far > best.clear {
				heap.Push(queue, c)
			}
		}
	}
	return best
}

// lieIn turns the clearance of a square whose centre is outside.
func (s *square) lieIn(rings []orb.Ring) {
	if !inside(rings, s.centre) {
		s.clear = -s.clear
		s.far = s.clear + s.half*math.Sqrt2
	}
}

// nearEdges are the edges no farther from the centre than the nearest one is,
// and twice the way to a corner: no other is the nearest to any point of the
// square.
func (s square) nearEdges() [][2]orb.Point {
	reach := math.Abs(s.clear) + 2*s.half*math.Sqrt2
	reach = reach*reach*(1+1e-9) + 1e-12
	var near [][2]orb.Point
	for _, e := range s.near {
		if toSegment(s.centre, e[0], e[1]) <= reach {
			near = append(near, e)
		}
	}
	return near
}

// toSegment is the squared distance from p to the segment a–b.
func toSegment(p, a, b orb.Point) float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = min(1, max(0, ((p[0]-a[0])*dx+(p[1]-a[1])*dy)/l))
	}
	ex, ey := p[0]-a[0]-t*dx, p[1]-a[1]-t*dy
	return ex*ex + ey*ey
}
