package demo

import (
	"github.com/paulmach/orb"
)

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
					kind: "residential", floors: floors, units: 1, doors: floors * (4 + t.flats), face: f, block: b, built: bl.built,
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
