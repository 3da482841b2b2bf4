package demo

import (
	"math"

	"github.com/paulmach/orb"
)

// shopsAlong puts rows of shops on the street sides of a face.
func (t *tile) shopsAlong(b, f int, chance float64) {
	ring := corners(t.plane.ring(f), 2.5)
	for i, a := range ring {
		c := ring[(i+1)%len(ring)]
		if apart(a, c) < 34 || !t.d.yes(chance) || !t.streetSide(f, mix(a, c, .5)) {
			continue
		}
		d := sub(c, a)
		p := t.plotAround(f, math.Atan2(d[1], d[0]), 2, 5)
		p.box = orb.MultiPoint(turnAll([]orb.Point{a, c}, -p.angle)).Bound()
		for y := p.box.Min[1] + 9; y < p.box.Min[1]+26; y++ {
			if t.shopRow(p, b, f, y) {
				break
			}
		}
	}
}

func (t *tile) streetSide(f int, m orb.Point) bool {
	r := t.plane.faces[f].ring
	for i, u := range r {
		v := r[(i+1)%len(r)]
		if w := t.plane.ways[t.plane.owner[edge{u, v}]]; toSegment(m, t.plane.at(u), t.plane.at(v)) < 4 {
			return w.kind == "minor" || w.kind == "secondary" || w.kind == "main"
		}
	}
	return false
}

func (t *tile) shopRow(p *plot, b, f int, y float64) bool {
	deep := 8.5
	done := false
	for _, r := range p.room(y, y+deep) {
		lo, hi := max(r[0], p.box.Min[0]), min(r[1], p.box.Max[0])
		for x := lo; hi-x > 7; {
			w := min(t.d.in(8, 19), hi-x)
			t.stands(p, box(x, y, x+w, y+deep), box(x, y, x+w, y+deep-t.d.in(0, .8)), .3, house{
				kind: "shop", floors: t.d.count(1, 2), units: 1, shops: max(1, int(w/5)), face: f, block: b, built: t.blocks[b].built,
			})
			done = true
			x += w + .5
			if t.d.yes(.12) {
				x += t.d.in(6, 14)
			}
		}
	}
	return done
}

// lanesOf fills old blocks with rows of small houses and alleys between.
func (t *tile) lanesOf(b, f int) {
	bl := &t.blocks[b]
	t.shopsAlong(b, f, .6)
	p := t.plotAround(f, bl.angle, 2, 2.4)
	village := bl.use == "village"
	longhouses := t.d.yes(.12) && !village
	n := 0
	for y := p.box.Min[1] + 3; y < p.box.Max[1]; {
		deep := t.d.in(7.6, 10.4)
		if village {
			deep = t.d.in(9.5, 12.5)
		}
		placed, west, east := false, 0.0, 0.0
		for _, r := range p.room(y, y+deep) {
			for x := r[0]; r[1]-x >= 5; {
				w := t.d.in(4.4, 7.4)
				if village {
					w = t.d.in(8, 12)
				}
				if longhouses {
					w = t.d.in(16, 34)
				}
				if w = min(w, r[1]-x); r[1]-x-w < 4 {
					w = min(r[1]-x, w+4)
				}
				back, front := t.d.in(0, 1.1), t.d.in(0, .9)
				shape := box(x, y+front, x+w-.15, y+deep-back)
				if !longhouses && t.d.yes(.18) && w > 6.5 {
					shape = ell(x, y+front, x+w-.15, y+deep-back, 4)
				}
				if !t.d.yes(.05) {
					doors := t.d.count(1, 1+t.flats)
					if longhouses {
						doors = max(2, int(w/4.5))
					}
					floors := t.d.count(1, 3)
					if village {
						doors, floors = t.d.count(1, 2*t.flats), t.d.count(3, 4)
					}
					t.stands(p, box(x, y, x+w, y+deep), shape, .2, house{kind: "lane", floors: floors, units: 1, doors: doors, face: f, block: b, built: bl.built + t.d.count(-15, 12)})
				}
				if !placed {
					west = x
				}
				placed, east = true, x+w
				x += w + .4
				if village {
					x += t.d.in(.8, 2.4)
				}
				if t.d.yes(.13) {
					x += t.d.in(1.8, 3.2)
				}
			}
		}
		if !placed {
			y += 1.5
			continue
		}
		gap := t.d.in(2.4, 3.8)
		if n++; n%2 == 0 {
			gap = t.d.in(1.2, 2)
		} else if east-west > 24 {
			m := y + deep + gap/2
			t.lanes = append(t.lanes, lane{name: t.laneName(), width: math.Round(gap*10) / 10, face: f, line: p.back([]orb.Point{{west, m}, {mix(orb.Point{west}, orb.Point{east}, .5)[0], m + t.d.in(-.25, .25)}, {east, m}})})
		}
		y += deep + gap
	}
}

func (t *tile) market(b, f int) {
	bl := &t.blocks[b]
	p := t.plot(f, bl.angle, 4)
	for _, size := range [][2]float64{{64, 34}, {48, 28}, {36, 22}} {
		if x, y, ok := p.biggest(size[0], size[1]); ok {
			t.stands(p, box(x, y, x+size[0], y+size[1]), box(x, y, x+size[0], y+size[1]), 6, t.name(b, f, "shop", bl.yard, 2, 60))
			break
		}
	}
	t.lanesOf(b, f)
}

// pocket is a corner left over between roads: a few shops, or trees.
func (t *tile) pocket(b, f int) {
	t.shopsAlong(b, f, .9)
	for _, h := range t.houses {
		if h.face == f {
			return
		}
	}
	ring := t.plane.ring(f)
	if in, ok := inset(corners(ring, 2), func(p, q orb.Point) float64 { return t.halfAlong([]int{f}, p, q) }); ok {
		t.greens = append(t.greens, surface{"口袋公园", "green", in, -1})
	}
}
