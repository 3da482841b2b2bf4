package demo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// innerPaths cuts estates by the paths between their rows, so that a grid can
// be a part of a large estate.
func (t *tile) innerPaths() {
	limit := map[string]float64{"walkup": 8800, "slab": 12500, "tower": 13500, "garden": 9000}
	for b := range t.blocks {
		bl := &t.blocks[b]
		lim, estate := limit[bl.use]
		if !estate {
			continue
		}
		if bl.use == "garden" && t.roundKindergarten(b) {
			continue
		}
		for i := 0; i < len(bl.faces); i++ {
			for tries := 0; tries < 6; tries++ {
				ring := t.plane.ring(bl.faces[i])
				if areaOf(ring) < lim*1.3 {
					break
				}
				box := orb.MultiPoint(turnAll(ring, -bl.angle)).Bound()
				dir, span := bl.angle, box.Max[1]-box.Min[1]
				if box.Max[0]-box.Min[0] > 1.15*span {
					dir, span = dir+math.Pi/2, box.Max[0]-box.Min[0]
				}
				c := add(middle(ring), times(heading(dir+math.Pi/2), t.d.in(-.1, .1)*span))
				if f, ok := t.plane.cut(bl.faces[i], c, dir, 0, t.innerWay(b)); ok {
					bl.faces = append(bl.faces, f)
					tries = -1
				}
			}
		}
	}
}

func (t *tile) innerWay(b int) int {
	for w := len(t.plane.ways) - 1; w >= 0 && w > len(t.plane.ways)-3; w-- {
		if t.plane.ways[w].kind == "path" && t.plane.ways[w].name == t.blocks[b].yard+"内路" {
			return w
		}
	}
	return t.way(way{name: t.blocks[b].yard + "内路", kind: "path", half: 3})
}

// roundKindergarten cuts an estate into four parts round a fifth, which becomes
// the kindergarten: a grid with a hole.
func (t *tile) roundKindergarten(b int) bool {
	bl := &t.blocks[b]
	f := bl.faces[0]
	ring := t.plane.ring(f)
	c := middle(ring)
	box := orb.MultiPoint(turnAll(ring, -bl.angle)).Bound()
	w := t.innerWay(b)
	up := heading(bl.angle + math.Pi/2)
	high, long := box.Max[1]-box.Min[1], box.Max[0]-box.Min[0]
	n, ok := t.plane.cut(f, add(c, times(up, .19*high)), bl.angle, 0, w)
	if !ok {
		return false
	}
	bl.faces = append(bl.faces, n)
	mid := t.plane.owns(c, bl.faces)
	n, ok = t.plane.cut(mid, add(c, times(up, -.19*high)), bl.angle, 0, w)
	if !ok {
		return false
	}
	bl.faces = append(bl.faces, n)
	for _, s := range []float64{-.17, .17} {
		mid = t.plane.owns(c, bl.faces)
		n, ok = t.plane.cut(mid, add(c, times(heading(bl.angle), s*long)), bl.angle+math.Pi/2, 0, w)
		if !ok {
			return false
		}
		bl.faces = append(bl.faces, n)
	}
	mid = t.plane.owns(c, bl.faces)
	bl.faces = slices.DeleteFunc(bl.faces, func(f int) bool { return f == mid })
	t.blocks = append(t.blocks, block{use: "kindergarten", ring: t.plane.ring(mid), angle: bl.angle, faces: []int{mid}, yard: t.blocks[b].yard + "幼儿园", built: t.blocks[b].built + 3})
	t.plane.faces[mid].block = len(t.blocks) - 1
	t.ringOne = true
	return true
}

// owns is the one of the faces that holds the point.
func (p *plane) owns(c orb.Point, faces []int) int {
	for _, f := range faces {
		if within(p.ring(f), c) {
			return f
		}
	}
	return faces[0]
}
