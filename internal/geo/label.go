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

// square is a search square; far is the most clearance any point in it can have.
type square struct {
	centre     orb.Point
	half       float64
	clear, far float64
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
	half := max(bound.Max[0]-bound.Min[0], bound.Max[1]-bound.Min[1]) / 2
	at := func(x, y, half float64) square {
		d := clearance(rings, orb.Point{x, y})
		return square{orb.Point{x, y}, half, d, d + half*math.Sqrt2}
	}
	best := at(bound.Center()[0], bound.Center()[1], half)
	queue := &squares{best}
	for n := 0; queue.Len() > 0 && n < 20_000; n++ {
		s := heap.Pop(queue).(square)
		if s.clear > best.clear {
			best = s
		}
		if s.far-best.clear <= precision && best.clear > 0 {
			break
		}
		h := s.half / 2
		for _, d := range [4][2]float64{{-h, -h}, {h, -h}, {-h, h}, {h, h}} {
			if c := at(s.centre[0]+d[0], s.centre[1]+d[1], h); c.far > best.clear {
				heap.Push(queue, c)
			}
		}
	}
	return best
}

// clearance is the distance to the nearest edge, negative outside.
func clearance(rings []orb.Ring, p orb.Point) float64 {
	least := math.Inf(1)
	for _, ring := range rings {
		a := ring[len(ring)-1]
		for _, b := range ring {
			least = min(least, toSegment(p, a, b))
			a = b
		}
	}
	if !inside(rings, p) {
		return -math.Sqrt(least)
	}
	return math.Sqrt(least)
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
