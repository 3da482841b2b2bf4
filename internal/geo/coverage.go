package geo

import (
	"cmp"
	"fmt"
)

// Face is one face of the noded linework: a shell and its holes, open or
// closed, wound either way. Faces of the same cell are joined: the edges between
// them vanish. Cell 0 is the outside.
type Face struct {
	Cell  int64
	Rings [][]Cm
}

// Arc is a piece of border between two cells, as long as it can be: it ends
// where three borders meet or where its class changes. A closed arc has the same
// first and last point.
type Arc struct {
	Left, Right int64 // cells seen when walking the points; 0 is outside
	Class       string
	Length      float64 // metres
	Crossable   bool    // people walk across: cells on both sides are in contact
	Points      []Cm
}

// halfEdge is one side of an edge between two vertices, kept with lo < hi.
type halfEdge struct {
	lo, hi Cm
	cell   int64
	up     bool // the face lies to the left when walking lo → hi
}

// edge is a border between two cells, walked lo → hi.
type edge struct {
	lo, hi      Cm
	left, right int64
	class       string
	ends        [2]int32 // the numbers of lo and hi among the vertices
	used        bool
}

// Arcs builds the arc table of a coverage. The faces must share their borders
// vertex for vertex, as noded linework does; if two faces claim the same side of
// an edge they overlap, which is an error. class names the border between two
// neighbouring vertices, from several goroutines. The result does not depend on the order of the faces.
// Crossable is set on every arc; the caller clears it where nobody can pass.
func Arcs(faces []Face, class func(a, b Cm) string) ([]Arc, error) {
	edges, err := borderEdges(faces)
	if err != nil {
		return nil, err
	}
	share(len(edges), func(_, from, to int) {
		for i := from; i < to; i++ {
			edges[i].class = class(edges[i].lo, edges[i].hi)
		}
	})
	return chainEdges(edges, nil), nil
}

// borderEdges pairs the half edges of all faces, drops what lies inside a cell
// and returns the rest sorted by their ends.
func borderEdges(faces []Face) ([]edge, error) {
	count := 0
	for _, f := range faces {
		for _, ring := range f.Rings {
			count += len(ring)
		}
	}
	halves := make([]halfEdge, 0, count)
	for _, f := range faces {
		for i, ring := range f.Rings {
			halves = appendRing(halves, ring, f.Cell, i == 0)
		}
	}
	sortShared(halves, func(h halfEdge) int64 { return h.lo.X }, func(a, b halfEdge) int {
		if c := a.lo.compare(b.lo); c != 0 {
			return c
		}
		return a.hi.compare(b.hi)
	})
	edges := make([]edge, 0, len(halves)/2)
	for i := 0; i < len(halves); {
		e := edge{lo: halves[i].lo, hi: halves[i].hi}
		var left, right int
		for ; i < len(halves) && halves[i].lo == e.lo && halves[i].hi == e.hi; i++ {
			if halves[i].up {
				e.left, left = halves[i].cell, left+1
			} else {
				e.right, right = halves[i].cell, right+1
			}
		}
		if left > 1 || right > 1 {
			return nil, fmt.Errorf("pair edges: two faces on one side of %v–%v", e.lo, e.hi)
		}
		if e.left != e.right {
			edges = append(edges, e)
		}
	}
	return edges, nil
}

func appendRing(halves []halfEdge, ring []Cm, cell int64, shell bool) []halfEdge {
	if n := len(ring); n > 1 && ring[0] == ring[n-1] {
		ring = ring[:n-1]
	}
	ccw := area2(ring) > 0
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		switch a.compare(b) {
		case -1:
			halves = append(halves, halfEdge{a, b, cell, ccw == shell})
		case 1:
			halves = append(halves, halfEdge{b, a, cell, ccw != shell})
		}
	}
	return halves
}

// vertices tells which edges meet in a point; points go by number.
type vertices struct {
	edges []int32 // by point
	start []int32 // where those of a point begin in edges, and the end
	node  []bool  // an arc ends there
}

// newVertices numbers the ends of the edges; an arc ends at every one of nodes.
func newVertices(edges []edge, nodes map[Cm]bool) *vertices {
	type end struct {
		at   Cm
		edge int32
	}
	ends := make([]end, 0, 2*len(edges))
	for i, e := range edges {
		ends = append(ends, end{e.lo, int32(i)}, end{e.hi, int32(i)})
	}
	sortShared(ends, func(e end) int64 { return e.at.X }, func(a, b end) int { return cmp.Or(a.at.compare(b.at), int(a.edge-b.edge)) })
	v := &vertices{edges: make([]int32, len(ends)), start: make([]int32, 0, len(ends)/2)}
	for i, e := range ends {
		if i == 0 || ends[i-1].at != e.at {
			v.start = append(v.start, int32(i))
		}
		v.edges[i] = e.edge
		f := &edges[e.edge]
		if f.lo == e.at {
			f.ends[0] = int32(len(v.start) - 1)
		} else {
			f.ends[1] = int32(len(v.start) - 1)
		}
	}
	v.start = append(v.start, int32(len(ends)))
	v.node = make([]bool, len(v.start)-1)
	for p := range v.node {
		v.node[p] = !joins(edges, v.at(int32(p))) || nodes[ends[v.start[p]].at]
	}
	return v
}

// at lists the edges that meet in a point.
func (v *vertices) at(point int32) []int32 { return v.edges[v.start[point]:v.start[point+1]] }

// chainEdges joins edges into arcs, beginning at nodes, those given and those
// where borders part, then taking the closed chains that have none.
func chainEdges(edges []edge, nodes map[Cm]bool) []Arc {
	at := newVertices(edges, nodes)
	var arcs []Arc
	for i := range edges {
		for side, v := range edges[i].ends {
			if !edges[i].used && at.node[v] {
				arcs = append(arcs, walkArc(edges, at, i, side))
			}
		}
	}
	for i := range edges {
		if !edges[i].used {
			arcs = append(arcs, walkArc(edges, at, i, 0))
		}
	}
	return arcs
}

// joins reports whether exactly two edges of one border and one class meet.
func joins(edges []edge, at []int32) bool {
	if len(at) != 2 {
		return false
	}
	e, f := &edges[at[0]], &edges[at[1]]
	same := e.left == f.left && e.right == f.right || e.left == f.right && e.right == f.left
	return same && e.class == f.class
}

// walkArc follows the border along edge i from its lo end (side 0) or its hi end
// (side 1) to the next node, or round to where it began.
func walkArc(edges []edge, at *vertices, i, side int) Arc {
	e := &edges[i]
	arc := Arc{Left: e.left, Right: e.right, Class: e.class, Crossable: true, Points: []Cm{e.lo}}
	if side == 1 {
		arc.Left, arc.Right, arc.Points[0] = e.right, e.left, e.hi
	}
	for start, v := e.ends[side], e.ends[side]; ; {
		e.used = true
		next := e.hi
		if v == e.ends[1] {
			next = e.lo
		}
		arc.Points = append(arc.Points, next)
		v = e.ends[0] + e.ends[1] - v
		if v == start || at.node[v] {
			break
		}
		meet := at.at(v)
		e = &edges[meet[0]]
		if e.used {
			e = &edges[meet[1]]
		}
	}
	arc.Length = lengthCm(arc.Points) / 100
	return arc
}
