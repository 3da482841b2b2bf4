package demo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// side is an edge nothing may be built nearer to than keep metres.
type side struct {
	a, b orb.Point
	keep float64
}

// plot is a face turned so that rows of houses run along x. It knows what may
// not be built on and where there is room.
type plot struct {
	angle float64
	ring  []orb.Point
	sides []side
	solid [][]side // each a convex thing already standing
	box   orb.Bound
}

// plot prepares face f for rows at an angle; margin (metres) comes on top of
// the half width of every way along the face.
func (t *tile) plot(f int, angle, margin float64) *plot {
	p := &plot{angle: angle, ring: turnAll(t.plane.ring(f), -angle)}
	p.box = orb.MultiPoint(p.ring).Bound()
	ids := t.plane.faces[f].ring
	for i, a := range p.ring {
		j := (i + 1) % len(p.ring)
		w := t.plane.ways[t.plane.owner[edge{ids[i], ids[j]}]]
		keep := w.half + margin
		if w.kind == "path" {
			keep = w.half + min(margin, 3.5)
		}
		p.sides = append(p.sides, side{a, p.ring[j], keep})
	}
	return p
}

// plotAround is the plot with every house that stands already, gap metres round
// it, and the greens and squares laid out on it.
func (t *tile) plotAround(f int, angle, margin, gap float64) *plot {
	p := t.plot(f, angle, margin)
	for _, h := range t.houses {
		if h.face == f {
			p.stand(h.ring, gap)
		}
	}
	for _, g := range t.greens {
		if g.face == f {
			p.stand(g.ring, 1)
		}
	}
	return p
}

// stand takes the ground of a convex ring (metres, not turned) with a gap round it.
func (p *plot) stand(ring []orb.Point, gap float64) {
	r := turnAll(ring, -p.angle)
	var solid []side
	for i, a := range r {
		solid = append(solid, side{a, r[(i+1)%len(r)], gap})
	}
	p.solid = append(p.solid, solid)
}

// reach is what a side blocks of the strip between y0 and y1.
func (s side) reach(y0, y1 float64) (lo, hi float64, any bool) {
	a, b := s.a, s.b
	if a[1] > b[1] {
		a, b = b, a
	}
	y0, y1 = y0-s.keep, y1+s.keep
	if b[1] < y0 || a[1] > y1 {
		return 0, 0, false
	}
	at := func(y float64) float64 {
		if b[1]-a[1] < 1e-9 {
			return a[0]
		}
		return a[0] + (b[0]-a[0])*(y-a[1])/(b[1]-a[1])
	}
	x0, x1 := at(max(y0, a[1])), at(min(y1, b[1]))
	if b[1]-a[1] < 1e-9 {
		x0, x1 = a[0], b[0]
	}
	return min(x0, x1) - s.keep, max(x0, x1) + s.keep, true
}

// room lists the free stretches of the strip between y0 and y1, west to east.
func (p *plot) room(y0, y1 float64) [][2]float64 {
	var taken [][2]float64
	for _, s := range p.sides {
		if lo, hi, any := s.reach(y0, y1); any {
			taken = append(taken, [2]float64{lo, hi})
		}
	}
	for _, solid := range p.solid {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, s := range solid {
			if l, h, any := s.reach(y0, y1); any {
				lo, hi = min(lo, l), max(hi, h)
			}
		}
		if lo < hi {
			taken = append(taken, [2]float64{lo, hi})
		}
	}
	slices.SortFunc(taken, func(a, b [2]float64) int {
		if a[0] < b[0] {
			return -1
		}
		return 1
	})
	var free [][2]float64
	east := math.Inf(-1)
	for _, s := range taken {
		if s[0] > east && !math.IsInf(east, -1) && within(p.ring, orb.Point{(east + s[0]) / 2, (y0 + y1) / 2}) {
			free = append(free, [2]float64{east, s[0]})
		}
		east = max(east, s[1])
	}
	return free
}

// back turns a shape of the plot to where it really is.
func (p *plot) back(ring []orb.Point) []orb.Point { return turnAll(ring, p.angle) }

func box(x0, y0, x1, y1 float64) []orb.Point {
	return []orb.Point{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}
}

// slab is a row house with its stairwells standing out on the north side.
func slab(x0, y0, x1, y1 float64, units int) []orb.Point {
	y := y1 - 1.4
	out := []orb.Point{{x0, y0}, {x1, y0}, {x1, y}}
	wide := (x1 - x0) / float64(units)
	for i := units - 1; i >= 0; i-- {
		m := x0 + (float64(i)+.5)*wide
		out = append(out, orb.Point{m + 1.6, y}, orb.Point{m + 1.6, y1}, orb.Point{m - 1.6, y1}, orb.Point{m - 1.6, y})
	}
	return append(out, orb.Point{x0, y})
}

// tower is a point block with cut-in corners and bays.
func tower(x0, y0, x1, y1 float64) []orb.Point {
	w, h := x1-x0, y1-y0
	a, b := .2*w, .22*h
	m := (x0 + x1) / 2
	return []orb.Point{
		{x0 + a, y0},
		{m - .08*w, y0},
		{m - .08*w, y0 + .1*h},
		{m + .08*w, y0 + .1*h},
		{m + .08*w, y0},
		{x1 - a, y0},
		{x1 - a, y0 + b},
		{x1, y0 + b},
		{x1, y1 - b},
		{x1 - a, y1 - b},
		{x1 - a, y1},
		{x0 + a, y1},
		{x0 + a, y1 - b},
		{x0, y1 - b},
		{x0, y0 + b},
		{x0 + a, y0 + b},
	}
}

// ell, comb and bar-with-wings are the plans of schools and public houses.
func ell(x0, y0, x1, y1, deep float64) []orb.Point {
	return []orb.Point{{x0, y0}, {x0 + deep, y0}, {x0 + deep, y1 - deep}, {x1, y1 - deep}, {x1, y1}, {x0, y1}}
}

func comb(x0, y0, x1, y1, deep float64) []orb.Point {
	m := (x0 + x1) / 2
	return []orb.Point{{x0, y0}, {x0 + deep, y0}, {x0 + deep, y1 - deep}, {m - deep/2, y1 - deep}, {m - deep/2, y0}, {m + deep/2, y0}, {m + deep/2, y1 - deep}, {x1 - deep, y1 - deep}, {x1 - deep, y0}, {x1, y0}, {x1, y1}, {x0, y1}}
}
