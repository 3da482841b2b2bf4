package geo

import (
	"fmt"
	"slices"

	"github.com/paulmach/orb"
)

// CutFault says why a line does not cut a cell in two.
type CutFault string

// The reasons a line is refused for.
const (
	CutMisses CutFault = "misses" // nothing of it runs through the cell from border to border
	CutOften  CutFault = "often"  // it makes more than two pieces
	CutSmall  CutFault = "small"  // a piece would be a splinter
	CutNear   CutFault = "near"   // so near to a corner or to another border that the lattice cannot tell them apart
)

// Error is the reason.
func (f CutFault) Error() string { return "cutting a cell: " + string(f) }

// Ground below this size or narrower than this is a splinter, not ground
// anybody would name: the base coverage gives it to a neighbour.
const (
	SplinterArea  = 5.0 // square metres
	SplinterWidth = 1.0 // metres, twice the area over the perimeter
)

// Cut is a cell cut in two. Nothing but the arcs of the cell changes: where the
// line meets a border a vertex is put in, for the cells on both sides of it.
type Cut struct {
	Pieces [2]Shape // one polygon each, from west to east
	Path   [][]Cm   // the new border; in several stretches where another cell lies inside
	Arcs   []Arc    // in place of all arcs of the cell
	Bends  []Bend
}

// Bend is a vertex that a cut put into a border.
type Bend struct {
	At       Cm
	Across   int64 // the cell on the other side; 0 is outside
	Straight bool  // it lies on the border exactly, which is as it was
}

const (
	tagBorder uint8 = 1 << iota
	tagBlade
)

// Cut cuts a cell along a drawn line, which may have corners and may begin and
// end anywhere outside the cell or on its border. The pieces get the numbers
// given, from west to east. All work is on whole centimetres and every test is
// exact: the pieces and the cells around them share every vertex, and their
// areas add up to the last square centimetre. The error is a CutFault, or
// something else when the arcs are no coverage.
func (m *Mesh) Cut(cell int64, line []Cm, pieces [2]int64) (Cut, error) {
	body, err := m.body(cell)
	if err != nil {
		return Cut{}, err
	}
	blade, err := m.blade(cell, body, line)
	if err != nil {
		return Cut{}, err
	}
	k := knife{cell: cell, body: body, blade: blade, numbers: pieces}
	k.meet(m)
	net := append(slices.Clone(k.border), blade...)
	if !noded(append(m.around(cell), net...)) {
		return Cut{}, CutNear
	}
	if err := k.divide(net); err != nil {
		return Cut{}, err
	}
	return Cut{Pieces: k.pieces, Path: k.path(), Arcs: k.arcs(m), Bends: k.bends}, nil
}

// Bordered tells whether a cell has borders here at all.
func (m *Mesh) Bordered(cell int64) bool { return len(m.of[cell]) > 0 }

// body is the polygon of a cell.
func (m *Mesh) body(cell int64) (Shape, error) {
	c, err := m.Contour([]int64{cell}, func(c int64) bool { return c == cell })
	if err != nil {
		return nil, err
	}
	if len(c.Shape) != 1 {
		return nil, fmt.Errorf("cutting a cell: cell %d has %d parts", cell, len(c.Shape))
	}
	return c.Shape, nil
}

// blade is what of the line divides the cell: pieces from border to border.
func (m *Mesh) blade(cell int64, body Shape, line []Cm) ([]Segment, error) {
	var net []Segment
	for p, q := range body.edges {
		net = append(net, Segment{p, q, tagBorder})
	}
	for i := 1; i < len(line); i++ {
		net = append(net, Segment{line[i-1], line[i], tagBlade})
	}
	net = slices.DeleteFunc(Node(net), func(s Segment) bool { return s.Tags == tagBlade && !body.Holds(s.middle()) })
	faces := within(body, Faces(net))
	switch {
	case len(faces) < 2:
		return nil, CutMisses
	case len(faces) > 2:
		return nil, CutOften
	}
	// Loose ends, and what lies along the border, divide nothing.
	sides := sidesOf(faces, [2]int64{1, 2})
	return slices.DeleteFunc(net, func(s Segment) bool {
		return s.Tags != tagBlade || sides[[2]Cm{s.A, s.B}] == 0 || sides[[2]Cm{s.B, s.A}] == 0
	}), nil
}

func (s Segment) middle() orb.Point {
	return orb.Point{float64(s.A.X+s.B.X) / 200, float64(s.A.Y+s.B.Y) / 200}
}

// within leaves the faces that lie in the shape.
func within(body Shape, faces [][][]Cm) [][][]Cm {
	return slices.DeleteFunc(faces, func(rings [][]Cm) bool { return !body.Holds(InnerPoint(rings)) })
}

// sidesOf names the face on the left of every directed edge.
func sidesOf(faces [][][]Cm, names [2]int64) map[[2]Cm]int64 {
	sides := map[[2]Cm]int64{}
	for i, rings := range faces {
		for p, q := range (Shape{rings}).edges {
			sides[[2]Cm{p, q}] = names[i]
		}
	}
	return sides
}

// around is the borders of the cells beside a cell, without its own.
func (m *Mesh) around(cell int64) []Segment {
	var net []Segment
	seen := map[int32]bool{}
	for _, i := range m.of[cell] {
		seen[i] = true
	}
	for _, i := range m.of[cell] {
		for _, k := range m.of[m.Arcs[i].other(cell)] {
			if seen[k] {
				continue
			}
			seen[k] = true
			points := m.Arcs[k].Points
			for n := 1; n < len(points); n++ {
				net = append(net, Segment{points[n-1], points[n], tagBorder})
			}
		}
	}
	return net
}

// noded tells whether no two segments share more than an end, nor pass each
// other so closely that the lattice cannot tell.
func noded(segments []Segment) bool {
	for i, s := range segments {
		if s.A.compare(s.B) > 0 {
			segments[i].A, segments[i].B = s.B, s.A
		}
	}
	whole := merge(segments)
	return slices.Equal(Node(whole), whole)
}

// knife is one cut on its way.
type knife struct {
	cell    int64
	numbers [2]int64
	body    Shape
	blade   []Segment

	border []Segment // of the cell, with the vertices the blade puts in
	pieces [2]Shape
	faces  [][][]Cm
	bends  []Bend
}

// meet puts the ends of the blade into the borders of the cell.
func (k *knife) meet(m *Mesh) {
	for _, i := range m.of[k.cell] {
		a := &m.Arcs[i]
		for n := 1; n < len(a.Points); n++ {
			p, q := a.Points[n-1], a.Points[n]
			on := k.on(p, q)
			k.border = Segment{p, q, tagBorder}.through(on, k.border)
			for _, v := range on[1 : len(on)-1] {
				k.bends = append(k.bends, Bend{v, a.other(k.cell), cross(p, q, v) == 0})
			}
		}
	}
}

// on lists p, the ends of the blade that a piece of border leads through, and q.
func (k *knife) on(p, q Cm) []Cm {
	s := Segment{A: p, B: q}
	if p.compare(q) > 0 {
		s.A, s.B = q, p
	}
	var between []Cm
	for _, b := range k.blade {
		for _, v := range [2]Cm{b.A, b.B} {
			if v != p && v != q && s.passes(v) && !slices.Contains(between, v) {
				between = append(between, v)
			}
		}
	}
	dx, dy := q.X-p.X, q.Y-p.Y
	slices.SortFunc(between, func(a, b Cm) int { return int((a.X-b.X)*dx + (a.Y-b.Y)*dy) })
	return append(append([]Cm{p}, between...), q)
}

// divide takes the two pieces from the linework of the cell.
func (k *knife) divide(net []Segment) error {
	for i, s := range net {
		if s.A.compare(s.B) > 0 {
			net[i].A, net[i].B = s.B, s.A
		}
	}
	k.faces = within(k.body, Faces(merge(net)))
	if len(k.faces) != 2 {
		return CutNear
	}
	for i, rings := range k.faces {
		for _, hole := range rings[1:] {
			if area2(hole) > 0 {
				return CutNear // touches itself
			}
		}
		if RingsArea(rings) < SplinterArea || Thin(rings, SplinterWidth) {
			return CutSmall
		}
		k.pieces[i] = Shape{rings}
	}
	return nil
}

// arcs are the borders of the pieces.
func (k *knife) arcs(m *Mesh) []Arc {
	sides := sidesOf(k.faces, k.numbers)
	var edges []edge
	crossable := map[[2]Cm]bool{}
	for _, i := range m.of[k.cell] {
		a := m.Arcs[i]
		for n := 1; n < len(a.Points); n++ {
			on := k.on(a.Points[n-1], a.Points[n])
			for v := 1; v < len(on); v++ {
				e := edgeOf(on[v-1], on[v], a)
				if a.Left == k.cell {
					e.give(on[v-1], sides[[2]Cm{on[v-1], on[v]}])
				} else {
					e.give(on[v], sides[[2]Cm{on[v], on[v-1]}])
				}
				edges, crossable[[2]Cm{e.lo, e.hi}] = append(edges, e), a.Crossable
			}
		}
	}
	for _, s := range k.blade {
		edges = append(edges, edge{lo: s.A, hi: s.B, left: sides[[2]Cm{s.A, s.B}], right: sides[[2]Cm{s.B, s.A}], class: "inner"})
		crossable[[2]Cm{s.A, s.B}] = true
	}
	return chained(edges, m.ends(k.cell, k.cell), crossable)
}

// path is the new border in stretches.
func (k *knife) path() [][]Cm {
	var edges []edge
	for _, s := range k.blade {
		edges = append(edges, edge{lo: s.A, hi: s.B, left: 1, class: "inner"})
	}
	for i := range edges {
		edges[i].right = 2 // the same two sides all along: only ends and crossings part them
	}
	var path [][]Cm
	for _, a := range chainEdges(edges, nil) {
		path = append(path, a.Points)
	}
	return path
}
