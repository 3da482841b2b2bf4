package demo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// spot is a vertex in whole centimetres, so that what two shapes share is equal
// and not merely close.
type spot struct{ X, Y int64 }

func spotOf(p orb.Point) spot {
	return spot{int64(math.Round(p[0] * 100)), int64(math.Round(p[1] * 100))}
}
func (s spot) point() orb.Point { return orb.Point{float64(s.X) / 100, float64(s.Y) / 100} }

// way is one road, river, railway or inner path; its edges are the borders of
// the faces.
type way struct {
	name   string
	kind   string  // ward.RoadKinds
	half   float64 // metres from the middle to what may be built on
	rim    bool    // lies on the outline of the tile: never gets new vertices
	hidden bool    // an outline that is drawn by the neighbour
}

// face is one piece of ground between ways: ring of vertex numbers,
// counter-clockwise, interior on the left.
type face struct {
	ring  []int32
	block int // the block it was cut from
}

// edge is a directed pair of vertex numbers.
type edge [2]int32

func (e edge) back() edge { return edge{e[1], e[0]} }

// plane is a subdivision of the tile into faces without gaps or overlaps. It
// grows only by two moves that keep it exact: put a vertex on an edge, and cut
// a face by a path between two of its vertices.
type plane struct {
	spots []spot
	known map[spot]int32
	ways  []way
	owner map[edge]int // both directions
	left  map[edge]int // face on the left; absent outside
	faces []face
	parts map[edge]int32 // the vertex an edge was divided at
}

func newPlane() *plane {
	return &plane{known: map[spot]int32{}, owner: map[edge]int{}, left: map[edge]int{}, parts: map[edge]int32{}}
}

func (p *plane) vertex(at orb.Point) (id int32, fresh bool) {
	s := spotOf(at)
	if id, ok := p.known[s]; ok {
		return id, false
	}
	p.spots = append(p.spots, s)
	id = int32(len(p.spots) - 1)
	p.known[s] = id
	return id, true
}

func (p *plane) at(v int32) orb.Point { return p.spots[v].point() }

func (p *plane) ring(f int) []orb.Point {
	out := make([]orb.Point, len(p.faces[f].ring))
	for i, v := range p.faces[f].ring {
		out[i] = p.at(v)
	}
	return out
}

func (p *plane) own(e edge, w int) {
	p.owner[e] = w
	p.owner[e.back()] = w
}

// frame starts the plane with its outline, a closed run of vertices whose edges
// belong to the given ways.
func (p *plane) frame(pts []orb.Point, ways []int) {
	ring := make([]int32, len(pts))
	for i, at := range pts {
		ring[i], _ = p.vertex(at)
	}
	p.faces = append(p.faces, face{ring: ring, block: -1})
	for i, v := range ring {
		e := edge{v, ring[(i+1)%len(ring)]}
		p.left[e] = 0
		p.own(e, ways[i])
	}
}

// divide puts a vertex on an edge near at, or takes an end of it when that is
// closer than near metres or the edge lies on the rim.
func (p *plane) divide(e edge, at orb.Point, near float64) int32 {
	for {
		w, done := p.parts[e]
		if !done {
			break
		}
		a, b, m := p.at(e[0]), p.at(e[1]), p.at(w)
		if dot(sub(at, a), sub(b, a)) < dot(sub(m, a), sub(b, a)) {
			e = edge{e[0], w}
		} else {
			e = edge{w, e[1]}
		}
	}
	da, db := apart(at, p.at(e[0])), apart(at, p.at(e[1]))
	if p.ways[p.owner[e]].rim || min(da, db) < near {
		if da < db {
			return e[0]
		}
		return e[1]
	}
	v, fresh := p.vertex(at)
	if !fresh {
		return e[0]
	}
	w := p.owner[e]
	for _, dir := range []edge{e, e.back()} {
		p.parts[dir] = v
		f, inside := p.left[dir]
		delete(p.left, dir)
		delete(p.owner, dir)
		p.own(edge{dir[0], v}, w)
		p.own(edge{v, dir[1]}, w)
		if !inside {
			continue
		}
		p.left[edge{dir[0], v}], p.left[edge{v, dir[1]}] = f, f
		r := p.faces[f].ring
		i := slices.Index(r, dir[0])
		p.faces[f].ring = slices.Insert(r, i+1, v)
	}
	return v
}

// chord cuts face f along a path of vertices that starts and ends on its ring.
// The face keeps the part left of the path; the new face is returned.
func (p *plane) chord(f int, path []int32, w int) int {
	ring := p.faces[f].ring
	i := slices.Index(ring, path[0])
	ring = slices.Concat(ring[i:], ring[:i]) // starts at path[0]
	j := slices.Index(ring, path[len(path)-1])
	inner := path[1 : len(path)-1]
	back := slices.Clone(inner)
	slices.Reverse(back)
	// Left of the path: along the path, then on round the ring to its start.
	keep := slices.Concat(path[:1], inner, ring[j:])
	cut := slices.Concat(ring[:j+1], back)
	n := len(p.faces)
	p.faces[f].ring = keep
	p.faces = append(p.faces, face{ring: cut, block: p.faces[f].block})
	for k, v := range cut {
		p.left[edge{v, cut[(k+1)%len(cut)]}] = n
	}
	for k := 1; k < len(path); k++ {
		e := edge{path[k-1], path[k]}
		p.left[e] = f
		p.own(e, w)
	}
	return n
}

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
