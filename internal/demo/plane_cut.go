package demo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// lay draws a way across whatever is there: it is noded with every edge it
// crosses and cuts every face it runs through. Loose ends outside the outline
// are returned, those inside are dropped.
func (p *plane) lay(pts []orb.Point, w int) (outside [][]orb.Point) {
	type hit struct {
		seg  int
		t    float64
		e    edge
		at   orb.Point
		node int32
	}
	var hits []hit
	line := orb.LineString(pts).Bound()
	for f := range p.faces {
		r := p.faces[f].ring
		for i, u := range r {
			v := r[(i+1)%len(r)]
			if _, both := p.left[edge{v, u}]; both && u > v {
				continue
			}
			a, b := p.at(u), p.at(v)
			if !line.Intersects(orb.Bound{Min: orb.Point{min(a[0], b[0]), min(a[1], b[1])}, Max: orb.Point{max(a[0], b[0]), max(a[1], b[1])}}) {
				continue
			}
			for s := 1; s < len(pts); s++ {
				if t, _, ok := meet(pts[s-1], pts[s], a, b); ok {
					hits = append(hits, hit{seg: s, t: t, e: edge{u, v}, at: mix(pts[s-1], pts[s], t)})
				}
			}
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		if a.seg != b.seg {
			return a.seg - b.seg
		}
		if a.t < b.t {
			return -1
		}
		return 1
	})
	for i := range hits {
		hits[i].node = p.divide(hits[i].e, hits[i].at, 5)
	}
	if len(hits) == 0 {
		return nil
	}
	outside = append(outside, append(slices.Clone(pts[:hits[0].seg]), p.at(hits[0].node)))
	last := hits[len(hits)-1]
	outside = append(outside, append([]orb.Point{p.at(last.node)}, pts[last.seg:]...))
	for i := 1; i < len(hits); i++ {
		a, b := hits[i-1], hits[i]
		if a.node != b.node {
			p.piece(a.node, b.node, pts[a.seg:b.seg], w)
		}
	}
	return outside
}

// piece cuts the one face that holds both ends and the way between them.
func (p *plane) piece(a, b int32, between []orb.Point, w int) {
	if _, there := p.owner[edge{a, b}]; there {
		return
	}
	var mid []orb.Point
	for _, q := range between {
		if apart(q, p.at(a)) > 6 && apart(q, p.at(b)) > 6 {
			mid = append(mid, q)
		}
	}
	probe := mix(p.at(a), p.at(b), 0.5)
	if len(mid) > 0 {
		probe = mid[len(mid)/2]
	}
	for f := range p.faces {
		r := p.faces[f].ring
		if slices.Contains(r, a) && slices.Contains(r, b) && within(p.ring(f), probe) {
			p.cutAlong(f, a, b, mid, w)
			return
		}
	}
}

// cutAlong makes the vertices of a path and cuts the face; a path that would
// touch an existing vertex is left out.
func (p *plane) cutAlong(f int, a, b int32, mid []orb.Point, w int) bool {
	path := []int32{a}
	for _, q := range mid {
		v, fresh := p.vertex(q)
		if !fresh {
			return false
		}
		path = append(path, v)
	}
	p.chord(f, append(path, b), w)
	return true
}

// cut divides face f by a gently curved way through the point c in the given
// direction, reaching from side to side. It reports false, with nothing
// changed but perhaps a vertex, when the way would come too near to a side.
func (p *plane) cut(f int, c orb.Point, angle, sag float64, w int) (fresh int, ok bool) {
	ring := p.ring(f)
	d := heading(angle)
	back, ahead := math.Inf(-1), math.Inf(1)
	var eb, ea edge
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		k := cross(d, sub(b, a))
		if math.Abs(k) < 1e-9 {
			continue
		}
		t, u := cross(sub(a, c), sub(b, a))/k, cross(sub(a, c), d)/k
		if u < 0 || u > 1 {
			continue
		}
		e := edge{p.faces[f].ring[i], p.faces[f].ring[(i+1)%len(ring)]}
		if t < 0 && t > back {
			back, eb = t, e
		}
		if t > 0 && t < ahead {
			ahead, ea = t, e
		}
	}
	if !within(ring, c) || math.IsInf(back, 0) || math.IsInf(ahead, 0) || ahead-back < 12 {
		return 0, false
	}
	from, to := add(c, times(d, back)), add(c, times(d, ahead))
	n := max(2, int((ahead-back)/16))
	var mid []orb.Point
	for i := 1; i < n; i++ {
		t := float64(i) / float64(n)
		q := add(mix(from, to, t), times(leftOf(d), sag*4*t*(1-t)))
		if edgeGap := toLine(q, closed(ring)); !within(ring, q) || edgeGap < 6 {
			if t*(ahead-back) > 20 && (1-t)*(ahead-back) > 20 {
				return 0, false
			}
			continue
		}
		mid = append(mid, q)
	}
	a, b := p.divide(eb, from, 7), p.divide(ea, to, 7)
	if a == b {
		return 0, false
	}
	if _, there := p.owner[edge{a, b}]; there {
		return 0, false
	}
	if !p.clear(f, a, b, mid) {
		return 0, false
	}
	if !p.cutAlong(f, a, b, mid, w) {
		return 0, false
	}
	return len(p.faces) - 1, true
}

// clear tells whether the path meets the ring of the face nowhere but at its ends.
func (p *plane) clear(f int, a, b int32, mid []orb.Point) bool {
	path := append(append([]orb.Point{p.at(a)}, mid...), p.at(b))
	r := p.faces[f].ring
	if !within(p.ring(f), mix(path[0], path[1], 0.5)) {
		return false
	}
	for i, u := range r {
		v := r[(i+1)%len(r)]
		for k := 1; k < len(path); k++ {
			if (k == 1 && (u == a || v == a)) || (k == len(path)-1 && (u == b || v == b)) {
				continue
			}
			if _, _, hit := meet(path[k-1], path[k], p.at(u), p.at(v)); hit {
				return false
			}
		}
	}
	return true
}
