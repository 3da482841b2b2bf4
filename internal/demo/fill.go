package demo

import (
	"math"

	"github.com/paulmach/orb"
)

// stands puts a house on the plot; the rectangle it lies in is taken.
func (t *tile) stands(p *plot, rect, shape []orb.Point, gap float64, h house) {
	p.stand(p.back(rect), gap)
	h.ring = p.back(shape)
	t.houses = append(t.houses, h)
}

// fill builds on a block.
func (t *tile) fill(b int) {
	bl := &t.blocks[b]
	if bl.use != "bank" && bl.use != "pocket" && bl.use != "core" && bl.use != "village" {
		t.enclose(b)
	}
	for _, f := range bl.faces {
		switch bl.use {
		case "core", "village":
			t.lanesOf(b, f)
		case "market":
			t.market(b, f)
		case "walkup", "slab", "garden":
			t.rows(b, f)
		case "tower":
			t.towers(b, f)
		case "office", "hall":
			t.offices(b, f)
		case "mall":
			t.mall(b, f)
		case "school", "kindergarten":
			t.school(b, f)
		case "hospital":
			t.hospital(b, f)
		case "industry":
			t.sheds(b, f)
		case "lake", "park":
			t.park(b, f)
		case "pocket":
			t.pocket(b, f)
		case "bank":
			t.bank(f)
		}
	}
	t.wallUp(b)
}

// enclose finds the edge of the grounds of a block.
func (t *tile) enclose(b int) {
	bl := &t.blocks[b]
	open := bl.use == "park" || bl.use == "lake"
	for _, off := range []float64{1.5, 2.5, 5, 9, 14} {
		in, ok := inset(corners(bl.ring, off), func(p, q orb.Point) float64 { return t.halfAlong(bl.faces, p, q) + 3 })
		if ok {
			bl.wall = in
			break
		}
		if off > 2 && !open { // a wall this rough would run through houses
			return
		}
	}
}

// wallUp builds the wall of an estate where no shop stands in its line, with
// gates where the inner paths come out.
func (t *tile) wallUp(b int) {
	bl := &t.blocks[b]
	in := bl.wall
	if in == nil {
		return
	}
	walled := map[string]bool{"walkup": t.d.yes(.7), "slab": true, "tower": true, "school": true, "kindergarten": false, "hospital": true, "industry": true, "garden": true}[bl.use]
	if !walled {
		return
	}
	var gates []orb.Point
	for i := range in {
		if p, q := in[i], in[(i+1)%len(in)]; apart(p, q) > 30 && (len(gates) == 0 || t.d.yes(.35)) {
			gates = append(gates, mix(p, q, t.d.in(.3, .7)))
		}
	}
	for _, f := range bl.faces { // where the inner paths come out
		r := t.plane.faces[f].ring
		for i, u := range r {
			if t.plane.ways[t.plane.owner[edge{u, r[(i+1)%len(r)]}]].kind == "path" {
				gates = append(gates, t.plane.at(u), t.plane.at(r[(i+1)%len(r)]))
			}
		}
	}
	var shops [][]orb.Point
	for _, h := range t.houses {
		if h.block == b && h.kind == "shop" {
			shops = append(shops, h.ring)
		}
	}
	t.wallWithGates(in, gates, shops)
}

func (t *tile) wallWithGates(ring, gates []orb.Point, shops [][]orb.Point) {
	first := len(t.walls)
	var line []orb.Point
	flush := func() {
		if lengthOf(line) > 6 {
			t.walls = append(t.walls, line)
		}
		line = nil
	}
	for i := range ring {
		p, q := ring[i], ring[(i+1)%len(ring)]
		n := max(1, int(apart(p, q)/3))
		for k := 0; k < n; k++ {
			at := mix(p, q, float64(k)/float64(n))
			open := false
			for _, g := range gates {
				open = open || apart(at, g) < 5.5
			}
			for _, s := range shops {
				open = open || within(s, at) || toLine(at, closed(s)) < 2
			}
			if open {
				flush()
			} else {
				line = append(line, at)
			}
		}
	}
	flush()
	for i := first; i < len(t.walls); i++ {
		t.walls[i] = thin(t.walls[i])
	}
}

// thin drops the vertices of a polyline that lie on the straight.
func thin(line []orb.Point) []orb.Point {
	out := line[:1:1]
	for i := 1; i+1 < len(line); i++ {
		if toSegment(line[i], out[len(out)-1], line[i+1]) > .05 {
			out = append(out, line[i])
		}
	}
	return append(out, line[len(line)-1])
}

// halfAlong is the half width of the way that runs by the side p–q of a block.
func (t *tile) halfAlong(faces []int, p, q orb.Point) float64 {
	best, half := math.Inf(1), 8.0
	m := mix(p, q, .5)
	for _, f := range faces {
		r := t.plane.faces[f].ring
		for i, u := range r {
			v := r[(i+1)%len(r)]
			if d := toSegment(m, t.plane.at(u), t.plane.at(v)); d < best {
				best, half = d, t.plane.ways[t.plane.owner[edge{u, v}]].half
			}
		}
	}
	return half
}
