package geo

import (
	"errors"
	"slices"
)

// ends are the vertices in which arcs end that are of neither cell.
func (m *Mesh) ends(a, b int64) map[Cm]bool {
	ends := map[Cm]bool{}
	for i := range m.Arcs {
		arc := &m.Arcs[i]
		if arc.Left != a && arc.Right != a && arc.Left != b && arc.Right != b {
			ends[arc.Points[0]], ends[arc.Points[len(arc.Points)-1]] = true, true
		}
	}
	return ends
}

// edgeOf is a step p→q along an arc.
func edgeOf(p, q Cm, a Arc) edge {
	if p.compare(q) < 0 {
		return edge{lo: p, hi: q, left: a.Left, right: a.Right, class: a.Class}
	}
	return edge{lo: q, hi: p, left: a.Right, right: a.Left, class: a.Class}
}

// give names the cell on the left of the edge when walked from a vertex.
func (e *edge) give(from Cm, cell int64) {
	if e.lo == from {
		e.left = cell
	} else {
		e.right = cell
	}
}

// chained joins edges into arcs that end at the nodes given and wherever
// borders or classes part; whether people walk across comes with the edges.
func chained(edges []edge, nodes map[Cm]bool, crossable map[[2]Cm]bool) []Arc {
	slices.SortFunc(edges, func(a, b edge) int {
		if c := a.lo.compare(b.lo); c != 0 {
			return c
		}
		return a.hi.compare(b.hi)
	})
	arcs := chainEdges(edges, nodes)
	for i := range arcs {
		p, q := arcs[i].Points[0], arcs[i].Points[1]
		if p.compare(q) > 0 {
			p, q = q, p
		}
		arcs[i].Crossable = crossable[[2]Cm{p, q}]
	}
	return arcs
}

// ErrApart says that two cells have no common border.
var ErrApart = errors.New("joining cells: they have no common border")

// Join is the way back from a cut: two neighbours become one cell. It returns
// the arcs in place of all arcs of both, and the polygon. Vertices the cut put
// into borders stay. The error is ErrApart, or something else when the arcs are no
// coverage.
func (m *Mesh) Join(pair [2]int64, joined int64) ([]Arc, Shape, error) {
	var edges []edge
	crossable := map[[2]Cm]bool{}
	name := func(cell int64) int64 {
		if cell == pair[0] || cell == pair[1] {
			return joined
		}
		return cell
	}
	between := false
	for _, i := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(m.of[pair[0]], m.of[pair[1]])))) {
		a := m.Arcs[i]
		if a.Left, a.Right = name(a.Left), name(a.Right); a.Left == a.Right {
			between = true
			continue
		}
		for n := 1; n < len(a.Points); n++ {
			e := edgeOf(a.Points[n-1], a.Points[n], a)
			edges, crossable[[2]Cm{e.lo, e.hi}] = append(edges, e), a.Crossable
		}
	}
	if !between {
		return nil, nil, ErrApart
	}
	arcs := chained(edges, m.ends(pair[0], pair[1]), crossable)
	body, err := NewMesh(slices.Clone(arcs)).body(joined)
	return arcs, body, err
}

// Replace is the mesh with other arcs in place of those of some cells.
func (m *Mesh) Replace(cells []int64, arcs []Arc) *Mesh {
	out := make([]Arc, 0, len(m.Arcs)+len(arcs))
	for _, a := range m.Arcs {
		if !slices.Contains(cells, a.Left) && !slices.Contains(cells, a.Right) {
			out = append(out, a)
		}
	}
	return NewMesh(append(out, arcs...))
}
