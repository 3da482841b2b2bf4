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
