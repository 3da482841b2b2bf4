package geo

import (
	"cmp"
	"fmt"
	"slices"
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
	return chainEdges(edges), nil
}

// borderEdges pairs the half edges of all faces, drops what lies inside a cell
// and returns the rest sorted by their ends.
func borderEdges(faces []Face) ([]edge, error) {
	var halves []halfEdge
	for _, f := range faces {
		for i, ring := range f.Rings {
			halves = appendRing(halves, ring, f.Cell, i == 0)
		}
	}
	slices.SortFunc(halves, func(a, b halfEdge) int {
		if c := a.lo.compare(b.lo); c != 0 {
			return c
		}
		return a.hi.compare(b.hi)
	})
	var edges []edge
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

// vertices tells which edges meet in a point.
type vertices struct {
	points []Cm    // sorted
	edges  []int32 // by point
	start  []int32 // where those of a point begin in edges, and the end
}

func newVertices(edges []edge) *vertices {
	type end struct {
		at   Cm
		edge int32
	}
	ends := make([]end, 0, 2*len(edges))
	for i, e := range edges {
		ends = append(ends, end{e.lo, int32(i)}, end{e.hi, int32(i)})
	}
	slices.SortFunc(ends, func(a, b end) int { return cmp.Or(a.at.compare(b.at), int(a.edge-b.edge)) })
	v := &vertices{edges: make([]int32, len(ends))}
	for i, e := range ends {
		if i == 0 || ends[i-1].at != e.at {
			v.points, v.start = append(v.points, e.at), append(v.start, int32(i))
		}
		v.edges[i] = e.edge
	}
	v.start = append(v.start, int32(len(ends)))
	return v
}

// at lists the edges that meet in a point.
func (v *vertices) at(p Cm) []int32 {
	i, _ := slices.BinarySearchFunc(v.points, p, Cm.compare)
	return v.edges[v.start[i]:v.start[i+1]]
}

// chainEdges joins edges into arcs, beginning at nodes, then taking the closed
// chains that have none.
func chainEdges(edges []edge) []Arc {
	at := newVertices(edges)
	var arcs []Arc
	isNode := func(v Cm) bool { return !joins(edges, at.at(v)) }
	for i := range edges {
		e := &edges[i]
		if !e.used && isNode(e.lo) {
			arcs = append(arcs, walkArc(edges, at, isNode, i, e.lo))
		}
		if !e.used && isNode(e.hi) {
			arcs = append(arcs, walkArc(edges, at, isNode, i, e.hi))
		}
	}
	for i := range edges {
		if !edges[i].used {
			arcs = append(arcs, walkArc(edges, at, isNode, i, edges[i].lo))
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

// walkArc follows the border from vertex v along edge i to the next node, or
// round to v again.
func walkArc(edges []edge, at *vertices, isNode func(Cm) bool, i int, v Cm) Arc {
	e := &edges[i]
	arc := Arc{Left: e.left, Right: e.right, Class: e.class, Crossable: true, Points: []Cm{v}}
	if v == e.hi {
		arc.Left, arc.Right = e.right, e.left
	}
	for start := v; ; {
		e.used = true
		if v == e.lo {
			v = e.hi
		} else {
			v = e.lo
		}
		arc.Points = append(arc.Points, v)
		if v == start || isNode(v) {
			break
		}
		meet := at.at(v)
		next := meet[0]
		if edges[next].used {
			next = meet[1]
		}
		e = &edges[next]
	}
	arc.Length = lengthCm(arc.Points) / 100
	return arc
}
