package geo

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// Faces returns the areas that noded linework encloses, each a shell and its
// holes as open rings, sorted from west to east. Loose ends, and lines with one
// area on both sides, bound nothing and are left out, as ST_Polygonize does.
func Faces(noded []Segment) [][][]Cm {
	n := newNetwork(noded)
	for again := true; again; {
		n.prune()
		again = n.walk()
	}
	type sized struct {
		rings                    [][]Cm
		west, south, east, area2 int64
	}
	var faces []sized
	for _, rings := range n.faces() {
		f := sized{rings: rings, west: rings[0][0].X, south: rings[0][0].Y, east: rings[0][0].X}
		for _, p := range rings[0] {
			f.west, f.south, f.east = min(f.west, p.X), min(f.south, p.Y), max(f.east, p.X)
		}
		for _, r := range rings {
			f.area2 += area2(r)
		}
		faces = append(faces, f)
	}
	slices.SortFunc(faces, func(a, b sized) int {
		return cmp.Or(cmp.Compare(a.west, b.west), cmp.Compare(a.south, b.south), cmp.Compare(a.east, b.east),
			cmp.Compare(a.area2, b.area2), slices.CompareFunc(a.rings[0], b.rings[0], Cm.compare))
	})
	out := make([][][]Cm, len(faces))
	for i, f := range faces {
		out[i] = f.rings
	}
	return out
}

// network is noded linework as half edges: edge e runs A → B as 2e and back as
// 2e+1.
type network struct {
	edges   []Segment
	points  []Cm    // vertices, sorted
	ends    []int32 // vertex in which each half edge begins
	start   []int32 // by vertex, where its half edges begin in leaving, and the end
	leaving []int32 // half edges that leave a vertex, counter-clockwise
	place   []int32 // of a half edge in leaving
	gone    []bool  // by edge
	ring    []int32 // the walk each half edge is part of
	walks   []int32 // a half edge of each walk
}

func newNetwork(edges []Segment) *network {
	n := &network{
		edges: edges, points: make([]Cm, 0, 2*len(edges)),
		gone: make([]bool, len(edges)), ends: make([]int32, 2*len(edges)), place: make([]int32, 2*len(edges)),
	}
	for _, e := range edges {
		n.points = append(n.points, e.A, e.B)
	}
	n.points = sortPoints(n.points)
	n.start = make([]int32, len(n.points)+1)
	share(len(edges), func(_, from, to int) {
		for e := from; e < to; e++ {
			a, _ := slices.BinarySearchFunc(n.points, edges[e].A, Cm.compare)
			b, _ := slices.BinarySearchFunc(n.points, edges[e].B, Cm.compare)
			n.ends[2*e], n.ends[2*e+1] = int32(a), int32(b)
		}
	})
	for _, v := range n.ends {
		n.start[v+1]++
	}
	for v := range n.points {
		n.start[v+1] += n.start[v]
	}
	n.leaving = make([]int32, len(n.ends))
	next := slices.Clone(n.start)
	for h, v := range n.ends {
		n.leaving[next[v]] = int32(h)
		next[v]++
	}
	share(len(n.points), func(_, from, to int) {
		for v := from; v < to; v++ {
			around := n.leaving[n.start[v]:n.start[v+1]]
			slices.SortFunc(around, func(g, h int32) int { return byAngle(n.points[v], n.points[n.ends[g^1]], n.points[n.ends[h^1]]) })
			for i, h := range around {
				n.place[h] = n.start[v] + int32(i)
			}
		}
	})
	return n
}

// byAngle compares the directions v→a and v→b counter-clockwise from the east.
func byAngle(v, a, b Cm) int {
	lower := func(p Cm) int {
		if p.Y < v.Y || p.Y == v.Y && p.X < v.X {
			return 1
		}
		return 0
	}
	return cmp.Or(lower(a)-lower(b), cmp.Compare(0, cross(v, a, b)))
}

// prune takes out edges with a loose end until there are none.
func (n *network) prune() {
	degree := make([]int32, len(n.points))
	for h, v := range n.ends {
		if !n.gone[h/2] {
			degree[v]++
		}
	}
	for v := range n.points {
		for at := int32(v); degree[at] == 1; {
			for _, h := range n.leaving[n.start[at]:n.start[at+1]] {
				if !n.gone[h/2] {
					n.gone[h/2] = true
					degree[at]--
					at = n.ends[h^1]
					degree[at]--
					break
				}
			}
		}
	}
}

// next is the half edge that follows h round the area on its left.
func (n *network) next(h int32) int32 {
	back := h ^ 1
	v := n.ends[back]
	first, last := n.start[v], n.start[v+1]
	for i := n.place[back]; ; {
		if i--; i < first {
			i = last - 1
		}
		if g := n.leaving[i]; !n.gone[g/2] {
			return g
		}
	}
}

// walk goes round every area and takes out the edges that have the same area on
// both sides; it reports whether there were any.
func (n *network) walk() bool {
	n.ring, n.walks = make([]int32, len(n.ends)), n.walks[:0]
	for i := range n.ring {
		n.ring[i] = -1
	}
	for h := range int32(len(n.ends)) {
		if n.ring[h] >= 0 || n.gone[h/2] {
			continue
		}
		for g := h; n.ring[g] < 0; g = n.next(g) {
			n.ring[g] = int32(len(n.walks))
		}
		n.walks = append(n.walks, h)
	}
	found := false
	for e := range n.edges {
		if !n.gone[e] && n.ring[2*e] == n.ring[2*e+1] {
			n.gone[e], found = true, true
		}
	}
	return found
}

// faces turns walks into faces: one that winds counter-clockwise is a shell with
// the holes that touch it; one that winds clockwise is what a connected piece of
// linework looks like from outside, a hole of the face around it if there is one.
func (n *network) faces() [][][]Cm {
	walked := make([][][]Cm, len(n.walks))
	share(len(n.walks), func(_, from, to int) {
		for w := from; w < to; w++ {
			var line []Cm
			for h := n.walks[w]; ; {
				line = append(line, n.points[n.ends[h]])
				if h = n.next(h); h == n.walks[w] {
					break
				}
			}
			rings := splitRing(line)
			slices.SortStableFunc(rings, func(a, b []Cm) int { return cmp.Compare(area2(b), area2(a)) })
			walked[w] = rings
		}
	})
	var faces [][][]Cm
	var pieces []int32    // of each face
	outside := [][][]Cm{} // rings seen from outside
	var outsidePiece []int32
	piece := n.pieces()
	for w, rings := range walked {
		p := piece[n.ends[n.walks[w]]]
		if area2(rings[0]) > 0 {
			faces, pieces = append(faces, rings), append(pieces, p)
		} else {
			outside, outsidePiece = append(outside, rings), append(outsidePiece, p)
		}
	}
	if len(outside) < 2 {
		return faces
	}
	around := newShells(faces)
	for i, rings := range outside {
		if f := around.holding(rings[0], func(f int32) bool { return pieces[f] != outsidePiece[i] }); f >= 0 {
			faces[f] = append(faces[f], rings...)
		}
	}
	return faces
}

// pieces numbers, for each vertex, the connected piece of linework it is on.
func (n *network) pieces() []int32 {
	parent := make([]int32, len(n.points))
	for i := range parent {
		parent[i] = int32(i)
	}
	root := func(v int32) int32 {
		for parent[v] != v {
			parent[v] = parent[parent[v]]
			v = parent[v]
		}
		return v
	}
	for e := range n.edges {
		if a, b := root(n.ends[2*e]), root(n.ends[2*e+1]); !n.gone[e] && a != b {
			parent[max(a, b)] = min(a, b)
		}
	}
	for v := range parent {
		parent[v] = root(int32(v))
	}
	return parent
}

// InnerPoint returns a point inside a polygon, in metres: the middle of the
// widest stretch half way up, where no vertex lies.
func InnerPoint(rings [][]Cm) orb.Point {
	b := boxOf(rings[0])
	y := float64((b.A.Y+b.B.Y)>>1) + 0.5
	var at []float64
	for _, ring := range rings {
		p := ring[len(ring)-1]
		for _, q := range ring {
			if (float64(p.Y) > y) != (float64(q.Y) > y) {
				at = append(at, float64(p.X)+(y-float64(p.Y))/float64(q.Y-p.Y)*float64(q.X-p.X))
			}
			p = q
		}
	}
	slices.Sort(at)
	x, width := float64(b.A.X), -1.0
	for i := 0; i+1 < len(at); i += 2 {
		if w := at[i+1] - at[i]; w > width {
			x, width = at[i]+w/2, w
		}
	}
	return orb.Point{x / 100, y / 100}
}
