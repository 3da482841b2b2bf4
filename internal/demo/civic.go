package demo

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

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
