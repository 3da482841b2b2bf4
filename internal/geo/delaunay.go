package geo

import (
	"math/bits"
	"slices"
)

// delaunay triangulates points that all differ; no circle round a triangle
// holds another point. Points are put in one after the other along a curve that
// keeps neighbours together, inside a square three diameters away, whose corners
// (the last four of the returned points) belong to nobody. All tests are exact.
// adjacent[3t+i] is the triangle across the side from corner i to corner i+1 of
// triangle t, -1 beyond the square.
func delaunay(sites []Cm) (points []Cm, corners, adjacent []int32) {
	box := boxOf(sites)
	far := 3 * (box.B.X - box.A.X + box.B.Y - box.A.Y + 2)
	points = append(slices.Clone(sites),
		Cm{box.A.X - far, box.A.Y - far}, Cm{box.B.X + far, box.A.Y - far},
		Cm{box.B.X + far, box.B.Y + far}, Cm{box.A.X - far, box.B.Y + far})
	n := int32(len(sites))
	d := &triangulation{points: points}
	d.corners = append(make([]int32, 0, 6*len(points)), n, n+1, n+2, n, n+2, n+3)
	d.adjacent = append(make([]int32, 0, 6*len(points)), -1, -1, 1, 0, -1, -1)
	for _, p := range alongCurve(sites, box) {
		d.insert(p)
	}
	return d.points, d.corners, d.adjacent
}

type triangulation struct {
	points            []Cm
	corners, adjacent []int32 // three for each triangle, counter-clockwise
	last              int32   // where the search begins
	flips             []int32 // sides to look at: 3t+i
}

// alongCurve orders points by strips, up one and down the next.
func alongCurve(sites []Cm, box Segment) []int32 {
	strips := int64(1)
	for strips*strips*2 < int64(len(sites)) {
		strips++
	}
	width := (box.B.X-box.A.X)/strips + 1
	order := make([]int32, len(sites))
	key := make([]int64, len(sites))
	for i, p := range sites {
		order[i] = int32(i)
		strip := (p.X - box.A.X) / width
		along := p.Y - box.A.Y
		if strip&1 == 1 {
			along = box.B.Y - p.Y
		}
		key[i] = strip<<40 | along
	}
	slices.SortFunc(order, func(a, b int32) int {
		switch {
		case key[a] < key[b]:
			return -1
		case key[a] > key[b]:
			return 1
		}
		return int(a - b)
	})
	return order
}

// insert puts point p into the triangle it lies in, or on the side.
func (d *triangulation) insert(p int32) {
	at := d.points[p]
	t := d.last
	on := int32(-1)
search:
	for from := int32(-1); ; {
		on = -1
		for i := range int32(3) {
			a, b := d.points[d.corners[3*t+i]], d.points[d.corners[3*t+(i+1)%3]]
			next := d.adjacent[3*t+i]
			if next == from && from >= 0 {
				continue // it came through this side
			}
			switch c := cross(a, b, at); {
			case c < 0:
				from, t = t, next
				continue search
			case c == 0:
				on = i
			}
		}
		break
	}
	if on >= 0 {
		d.splitSide(t, on, p)
	} else {
		d.splitTriangle(t, p)
	}
	d.legalise(p)
	d.last = int32(len(d.corners)/3 - 1)
}

// splitTriangle makes three of t: its sides with p.
func (d *triangulation) splitTriangle(t, p int32) {
	a, b, c := d.corners[3*t], d.corners[3*t+1], d.corners[3*t+2]
	ab, bc, ca := d.adjacent[3*t], d.adjacent[3*t+1], d.adjacent[3*t+2]
	u := int32(len(d.corners) / 3)
	v := u + 1
	d.corners = append(d.corners, b, c, p, c, a, p)
	d.adjacent = append(d.adjacent, bc, v, t, ca, t, u)
	d.set(t, a, b, p, ab, u, v)
	d.rename(bc, t, u)
	d.rename(ca, t, v)
	d.flips = append(d.flips, 3*t, 3*u, 3*v)
}

// splitSide makes four triangles of t and its neighbour across side i, on which
// p lies. The sides of the square are too far out for that.
func (d *triangulation) splitSide(t, i, p int32) {
	a, b, c := d.corners[3*t+i], d.corners[3*t+(i+1)%3], d.corners[3*t+(i+2)%3]
	bc, ca := d.adjacent[3*t+(i+1)%3], d.adjacent[3*t+(i+2)%3]
	o := d.adjacent[3*t+i]
	k := d.sideTo(o, t)
	e := d.corners[3*o+(k+2)%3] // o is b, a, e from side k on
	ae, eb := d.adjacent[3*o+(k+1)%3], d.adjacent[3*o+(k+2)%3]
	u := int32(len(d.corners) / 3)
	v := u + 1
	d.corners = append(d.corners, b, c, p, e, b, p)
	d.adjacent = append(d.adjacent, bc, t, v, eb, u, o)
	d.set(t, c, a, p, ca, o, u)
	d.set(o, a, e, p, ae, v, t)
	d.rename(bc, t, u)
	d.rename(eb, o, v)
	d.flips = append(d.flips, 3*t, 3*u, 3*o, 3*v)
}

func (d *triangulation) set(t, a, b, c, ab, bc, ca int32) {
	d.corners[3*t], d.corners[3*t+1], d.corners[3*t+2] = a, b, c
	d.adjacent[3*t], d.adjacent[3*t+1], d.adjacent[3*t+2] = ab, bc, ca
}

// rename tells triangle t that its neighbour is now called otherwise.
func (d *triangulation) rename(t, before, now int32) {
	if t >= 0 {
		d.adjacent[3*t+d.sideTo(t, before)] = now
	}
}

func (d *triangulation) sideTo(t, neighbour int32) int32 {
	switch neighbour {
	case d.adjacent[3*t]:
		return 0
	case d.adjacent[3*t+1]:
		return 1
	}
	return 2
}

// legalise turns sides round until no circle holds a point; in every side on the
// list, side 0 of its triangle, p is the corner across.
func (d *triangulation) legalise(p int32) {
	for len(d.flips) > 0 {
		t := d.flips[len(d.flips)-1] / 3
		d.flips = d.flips[:len(d.flips)-1]
		o := d.adjacent[3*t]
		if o < 0 {
			continue
		}
		a, b := d.corners[3*t], d.corners[3*t+1]
		k := d.sideTo(o, t)
		e := d.corners[3*o+(k+2)%3]
		if !inCircle(d.points[a], d.points[b], d.points[p], d.points[e]) {
			continue
		}
		ae, eb := d.adjacent[3*o+(k+1)%3], d.adjacent[3*o+(k+2)%3]
		bp, pa := d.adjacent[3*t+1], d.adjacent[3*t+2]
		d.set(t, a, e, p, ae, o, pa)
		d.set(o, e, b, p, eb, bp, t)
		d.rename(ae, o, t)
		d.rename(bp, t, o)
		d.flips = append(d.flips, 3*t, 3*o)
	}
}

// inCircle tells whether p lies inside the circle through a, b and c, which turn
// left.
func inCircle(a, b, c, p Cm) bool {
	ax, ay, bx, by, cx, cy := a.X-p.X, a.Y-p.Y, b.X-p.X, b.Y-p.Y, c.X-p.X, c.Y-p.Y
	sum := times(ax*ax+ay*ay, bx*cy-by*cx)
	sum = sum.plus(times(bx*bx+by*by, cx*ay-cy*ax))
	sum = sum.plus(times(cx*cx+cy*cy, ax*by-ay*bx))
	return sum.hi > 0 || sum.hi == 0 && sum.lo > 0
}

// wide is a whole number of 128 bits.
type wide struct {
	hi int64
	lo uint64
}

func times(a, b int64) wide {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	return wide{int64(hi) - a>>63&b - b>>63&a, lo}
}

func (w wide) plus(v wide) wide {
	lo, carry := bits.Add64(w.lo, v.lo, 0)
	return wide{w.hi + v.hi + int64(carry), lo}
}
