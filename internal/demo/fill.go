package demo

import (
	"fmt"
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

// rows fills an estate with parallel houses that face south.
func (t *tile) rows(b, f int) {
	bl := &t.blocks[b]
	p := t.plot(f, bl.angle, 5.5)
	floors := bl.tall
	deep := t.d.in(12, 13.4)
	pitch := deep + map[bool]float64{true: 14.5, false: 22}[floors <= 7]*t.d.in(.95, 1.1)
	green := t.d.yes(.4)
	for y := p.box.Min[1] + 4; y < p.box.Max[1]; {
		placed := false
		for _, r := range p.room(y, y+deep) {
			x := r[0]
			if r[1]-r[0] > 34 {
				x += t.d.in(0, 3)
			}
			for r[1]-x >= 22 {
				long := min(t.d.in(40, 66), r[1]-x)
				if rest := r[1] - x - long; rest < 38 && rest > 12 && r[1]-x < 78 {
					long = r[1] - x
				}
				long = min(long, 72)
				units := max(1, int(long/14.5+.3))
				if !(green && t.d.yes(.04)) {
					t.stands(p, box(x, y, x+long, y+deep), slab(x, y, x+long, y+deep, units), 7, house{
						kind: "residential", floors: floors, units: units, doors: floors * units * t.flats, face: f, block: b, built: bl.built,
					})
				}
				placed = true
				x += long + t.d.in(8, 12)
			}
		}
		if placed {
			y += pitch
		} else {
			y += 2.5
		}
	}
	t.shopsAlong(b, f, .5)
	t.garden(b, f)
	t.smallOnes(b, f, 4)
}

// garden plants a green where an estate has room left.
func (t *tile) garden(b, f int) {
	p := t.plotAround(f, t.blocks[b].angle, 4, 4)
	for _, size := range [][2]float64{{52, 34}, {40, 22}, {30, 15}, {20, 9}} {
		if x, y, ok := p.biggest(size[0], size[1]); ok {
			c := orb.Point{x + size[0]/2, y + size[1]/2}
			t.greens = append(t.greens, surface{"", "green", p.back(blob(t.d, c, size[0]*.4, size[1]*.4, 0, 18)), f})
			return
		}
	}
}

// smallOnes are what an estate keeps between its houses: bicycle shed, guard
// room, power room.
func (t *tile) smallOnes(b, f, n int) {
	p := t.plotAround(f, t.blocks[b].angle, 5, 4)
	for range n * 6 {
		if n <= 0 {
			return
		}
		y := t.d.in(p.box.Min[1], p.box.Max[1])
		w, h := t.d.in(5, 14), t.d.in(4, 6)
		for _, r := range p.room(y, y+h) {
			if r[1]-r[0] >= w {
				x := r[0] + t.d.in(0, r[1]-r[0]-w)
				t.stands(p, box(x, y, x+w, y+h), box(x, y, x+w, y+h), 3, house{
					kind: "other", name: one(t.d, []string{"非机动车棚", "配电房", "门卫室", "垃圾分类房", "水泵房", "快递驿站"}), floors: 1, units: 1, face: f, block: b, built: t.blocks[b].built + 2,
				})
				n--
				break
			}
		}
	}
}

// towers fills an estate with point blocks, staggered, round a green.
func (t *tile) towers(b, f int) {
	bl := &t.blocks[b]
	p := t.plot(f, bl.angle, 8)
	odd := false
	for y := p.box.Min[1] + 8; y < p.box.Max[1]; {
		placed := false
		h := t.d.in(19, 22)
		for _, r := range p.room(y, y+h) {
			x := r[0]
			if odd {
				x += 18
			}
			for r[1]-x >= 27 {
				w := min(t.d.in(26, 33), r[1]-x)
				floors := bl.tall + t.d.count(-2, 2)
				t.stands(p, box(x, y, x+w, y+h), tower(x, y, x+w, y+h), 14, house{
					kind: "residential", floors: floors, units: 1, doors: floors * (2 + 2*t.flats), face: f, block: b, built: bl.built,
				})
				placed = true
				x += w + t.d.in(19, 27)
			}
		}
		if placed {
			y += h + t.d.in(21, 26)
			odd = !odd
		} else {
			y += 3
		}
	}
	t.shopsAlong(b, f, .35)
	t.garden(b, f)
	t.smallOnes(b, f, 2)
}

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

func (t *tile) name(b int, f int, kind, name string, floors, shops int) house {
	return house{kind: kind, name: name, floors: floors, units: 1, shops: shops, face: f, block: b, built: t.blocks[b].built}
}

// biggest finds room for a rectangle of the given size nearest to the middle.
func (p *plot) biggest(w, h float64) (x, y float64, ok bool) {
	c := middle(p.ring)
	best := math.Inf(1)
	for at := p.box.Min[1]; at+h < p.box.Max[1]; at += 2 {
		for _, r := range p.room(at, at+h) {
			if r[1]-r[0] < w {
				continue
			}
			px := min(max(c[0]-w/2, r[0]), r[1]-w)
			if d := math.Hypot(px+w/2-c[0], at+h/2-c[1]); d < best {
				best, x, y, ok = d, px, at, true
			}
		}
	}
	return x, y, ok
}

// offices are towers on podiums, or the buildings of a street office.
func (t *tile) offices(b, f int) {
	bl := &t.blocks[b]
	p := t.plotAround(f, bl.angle, 6, 12)
	if x, y, ok := p.biggest(24, 18); ok && t.d.yes(.5) {
		t.greens = append(t.greens, surface{bl.yard + "广场", "square", p.back(box(x, y, x+24, y+18)), f})
		p.stand(p.back(box(x, y, x+24, y+18)), 3)
	}
	n := 0
	for y := p.box.Min[1] + 4; y < p.box.Max[1]; {
		h := t.d.in(24, 36)
		placed := false
		for _, r := range p.room(y, y+h) {
			for x := r[0]; r[1]-x >= 26; {
				w := min(t.d.in(28, 52), r[1]-x)
				floors := t.d.count(9, 26)
				kind := "tower"
				if bl.use == "hall" {
					floors, kind = t.d.count(4, 8), "public"
				}
				n++
				shape := box(x, y, x+w, y+h)
				switch t.d.count(0, 2) {
				case 0:
					shape = []orb.Point{{x + 4, y}, {x + w - 4, y}, {x + w, y + 4}, {x + w, y + h - 4}, {x + w - 4, y + h}, {x + 4, y + h}, {x, y + h - 4}, {x, y + 4}}
				case 1:
					shape = ell(x, y, x+w, y+h, min(17, h*.55))
				}
				t.stands(p, box(x, y, x+w, y+h), shape, 10, t.name(b, f, kind, fmt.Sprintf("%s%s座", bl.yard, letters[(n-1)%len(letters)]), floors, floors*2))
				placed = true
				x += w + t.d.in(12, 18)
			}
		}
		if placed {
			y += h + t.d.in(12, 17)
		} else {
			y += 3
		}
	}
	t.smallOnes(b, f, 1)
}

var letters = []string{"A", "B", "C", "D", "E", "F", "G", "H"}

func (t *tile) mall(b, f int) {
	bl := &t.blocks[b]
	p := t.plot(f, bl.angle, 4)
	for _, size := range [][2]float64{{120, 80}, {100, 70}, {85, 58}, {70, 46}, {50, 36}, {36, 28}} {
		x, y, ok := p.biggest(size[0], size[1])
		if !ok {
			continue
		}
		x1, y1 := x+size[0], y+size[1]
		w, h := size[0], size[1]
		shape := []orb.Point{{x + .12*w, y}, {x1 - .06*w, y}, {x1, y + .2*h}, {x1, y1 - .12*h}, {x1 - .2*w, y1}, {x + .3*w, y1}, {x + .24*w, y1 - .1*h}, {x, y1 - .1*h}, {x, y + .3*h}}
		t.stands(p, box(x, y, x1, y1), shape, 14, t.name(b, f, "shop", bl.yard, 6, 90))
		break
	}
	t.offices(b, f)
}

func (t *tile) school(b, f int) {
	bl := &t.blocks[b]
	p := t.plot(f, bl.angle, 7)
	for _, k := range []float64{1, .8, .62, .45} { // the running track
		w, h := 150*k, 76*k
		if bl.use == "kindergarten" {
			w, h = 26*k, 16*k
		}
		x, y, ok := p.biggest(w, h)
		if !ok {
			continue
		}
		if w < .75*(p.box.Max[0]-p.box.Min[0]) { // to one side, so that houses find room
			for _, r := range p.room(y, y+h) {
				if r[0] <= x && r[1] >= x+w {
					x = r[0]
				}
			}
		}
		t.greens = append(t.greens, surface{bl.yard + "操场", "sports", p.back(stadium(x, y, x+w, y+h)), f})
		p.stand(p.back(box(x, y, x+w, y+h)), 8)
		break
	}
	names := []string{"教学楼", "实验楼", "综合楼", "体育馆", "食堂", "行政楼"}
	n := 0
	for _, size := range [][2]float64{{58, 40}, {48, 30}, {44, 13}, {36, 13}, {30, 22}, {24, 12}, {20, 11}} {
		x, y, ok := p.biggest(size[0], size[1])
		if !ok || n == len(names) {
			continue
		}
		x1, y1 := x+size[0], y+size[1]
		shape := box(x, y, x1, y1)
		switch {
		case size[0] > 55:
			shape = comb(x, y, x1, y1, 11)
		case size[1] > 28:
			shape = ell(x, y, x1, y1, 12)
		}
		t.stands(p, box(x, y, x1, y1), shape, 9, t.name(b, f, "school", bl.yard+names[n], t.d.count(2, 5), 0))
		n++
	}
}

// stadium is a running track: a rectangle with round ends.
func stadium(x0, y0, x1, y1 float64) []orb.Point {
	r := (y1 - y0) / 2
	var out []orb.Point
	for i := 0; i <= 8; i++ {
		a := -math.Pi/2 + math.Pi*float64(i)/8
		out = append(out, orb.Point{x1 - r + r*math.Cos(a), y0 + r + r*math.Sin(a)})
	}
	for i := 0; i <= 8; i++ {
		a := math.Pi/2 + math.Pi*float64(i)/8
		out = append(out, orb.Point{x0 + r + r*math.Cos(a), y0 + r + r*math.Sin(a)})
	}
	return out
}

func (t *tile) hospital(b, f int) {
	bl := &t.blocks[b]
	p := t.plot(f, bl.angle, 9)
	n := 0
	for _, s := range []struct {
		name   string
		w, h   float64
		floors int
	}{{"门诊楼", 64, 44, 5}, {"住院部", 58, 20, 14}, {"医技楼", 42, 26, 6}, {"感染楼", 28, 14, 3}, {"后勤楼", 24, 13, 3}} {
		x, y, ok := p.biggest(s.w, s.h)
		if !ok {
			continue
		}
		shape := box(x, y, x+s.w, y+s.h)
		if s.h > 40 {
			shape = comb(x, y, x+s.w, y+s.h, 14)
		}
		t.stands(p, box(x, y, x+s.w, y+s.h), shape, 11, t.name(b, f, "public", bl.yard+s.name, s.floors, 0))
		n++
	}
	t.smallOnes(b, f, 2)
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

func (t *tile) sheds(b, f int) {
	bl := &t.blocks[b]
	p := t.plot(f, bl.angle, 8)
	n := 0
	for y := p.box.Min[1] + 4; y < p.box.Max[1]; {
		h := t.d.in(20, 34)
		placed := false
		for _, r := range p.room(y, y+h) {
			for x := r[0]; r[1]-x >= 24; {
				w := min(t.d.in(34, 80), r[1]-x)
				n++
				t.stands(p, box(x, y, x+w, y+h), box(x, y, x+w, y+h), 8, t.name(b, f, "industrial", fmt.Sprintf("%s%d号厂房", bl.yard, n), t.d.count(1, 4), t.d.count(1, 4)))
				placed = true
				x += w + t.d.in(10, 16)
			}
		}
		if placed {
			y += h + t.d.in(10, 14)
		} else {
			y += 3
		}
	}
	t.smallOnes(b, f, 1)
}

func (t *tile) park(b, f int) {
	bl := &t.blocks[b]
	if bl.wall != nil {
		t.greens = append(t.greens, surface{bl.yard, "park", bl.wall, -1})
	}
	p := t.plot(f, bl.angle, 16)
	if bl.use == "lake" {
		a, long, wide := axis(bl.ring)
		pond := blob(t.d, middle(bl.ring), long*.26, wide*.24, a, 40)
		if bl.wall != nil {
			t.greens = append(t.greens, surface{bl.yard + "湖", "water", pond, f})
		}
		a0 := turnAll(pond, -p.angle)
		bb := orb.MultiPoint(a0).Bound()
		p.stand(p.back(box(bb.Min[0], bb.Min[1], bb.Max[0], bb.Max[1])), 4)
	}
	for _, s := range []string{"公园管理房", "观景亭", "游客驿站", "公共厕所"} {
		w, h := t.d.in(8, 18), t.d.in(7, 10)
		if x, y, ok := p.biggest(w, h); ok {
			t.stands(p, box(x, y, x+w, y+h), box(x, y, x+w, y+h), 25, t.name(b, f, "public", s, 1, 0))
		}
	}
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

// bank is the strip between river and embankment road.
func (t *tile) bank(f int) {
	p := t.plot(f, 0, 4)
	for _, s := range []string{"滨江驿站", "泵站", "公共厕所"} {
		if !t.d.yes(.5) {
			continue
		}
		var spots [][3]float64
		for y := p.box.Min[1]; y < p.box.Max[1]; y += 4 {
			for _, r := range p.room(y, y+7) {
				if r[1]-r[0] > 10 {
					spots = append(spots, [3]float64{r[0], r[1], y})
				}
			}
		}
		if len(spots) == 0 {
			return
		}
		r := one(t.d, spots)
		x := r[0] + t.d.in(0, r[1]-r[0]-10)
		t.stands(p, box(x, r[2], x+9, r[2]+6), box(x, r[2], x+9, r[2]+6), 30, house{kind: "public", name: s, floors: 1, units: 1, face: f, block: t.plane.faces[f].block, built: 2016})
	}
}
