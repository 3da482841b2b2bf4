package geo

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Mesh is the arcs of some cells with an index by cell, so that what happens to
// one grid costs as much as that grid has cells, however many grids there are.
// It must hold every arc of the cells asked for. It is read only once made.
type Mesh struct {
	Arcs []Arc
	of   map[int64][]int32
}

// NewMesh indexes arcs; the slice is kept.
func NewMesh(arcs []Arc) *Mesh {
	m := &Mesh{Arcs: arcs, of: make(map[int64][]int32, len(arcs)/2)}
	for i, a := range arcs {
		for _, c := range [2]int64{a.Left, a.Right} {
			if c != 0 {
				m.of[c] = append(m.of[c], int32(i))
			}
		}
	}
	return m
}

// Centimetres is the length of the arc as counts use it: whole, so that sums do
// not depend on their order.
func (a Arc) Centimetres() int64 { return int64(math.Round(a.Length * 100)) }

// other is the cell across the arc.
func (a Arc) other(cell int64) int64 {
	if a.Left == cell {
		return a.Right
	}
	return a.Left
}

// OnRoad tells whether the arc follows a line people see on the ground: a road,
// a river, a railway.
func (a Arc) OnRoad() bool {
	switch a.Class {
	case "minor", "secondary", "main", "river", "rail":
		return true
	}
	return false
}

// Contour is the border of a set of cells. Lengths are centimetres; Limit is the
// part that follows the outer limit of an area, which no redraw can move.
type Contour struct {
	Shape                   Shape
	Perimeter, Road, Limits int64
}

// Holes counts the holes of all parts.
func (c Contour) Holes() int {
	n := 0
	for _, polygon := range c.Shape {
		n += len(polygon) - 1
	}
	return n
}

// Compactness is the Polsby-Popper score, 4πA/P²: 1 for a circle, 0 for nothing.
// area2 is twice the area in square centimetres.
func (c Contour) Compactness(area2 int64) float64 {
	if c.Perimeter == 0 {
		return 0
	}
	p := float64(c.Perimeter)
	return 2 * math.Pi * float64(area2) / (p * p)
}

// RoadShare is the share of the movable border that follows roads and rivers; 1
// when nothing of it can move.
func (c Contour) RoadShare() float64 {
	free := c.Perimeter - c.Limits
	if free <= 0 {
		return 1
	}
	return float64(c.Road) / float64(free)
}

// Contour traces the border of the cells that in holds. cells lists them all.
func (m *Mesh) Contour(cells []int64, in func(cell int64) bool) (Contour, error) {
	var c Contour
	var lines [][]Cm
	for _, cell := range cells {
		for _, i := range m.of[cell] {
			a := &m.Arcs[i]
			if other := a.other(cell); other != 0 && in(other) {
				continue
			}
			n := a.Centimetres()
			c.Perimeter += n
			switch {
			case a.OnRoad():
				c.Road += n
			case a.Class == "limit":
				c.Limits += n
			}
			line := a.Points
			if a.Left != cell {
				line = slices.Clone(line)
				slices.Reverse(line)
			}
			lines = append(lines, line)
		}
	}
	var err error
	if c.Shape, err = outline(lines); err != nil {
		return Contour{}, fmt.Errorf("trace a contour: %w", err)
	}
	return c, nil
}

// Groups returns the cells in groups that people can walk through, the largest
// first (ties: the smallest number first); cells come out sorted.
func (m *Mesh) Groups(cells []int64, in func(cell int64) bool) [][]int64 {
	seen := make(map[int64]bool, len(cells))
	var groups [][]int64
	for _, first := range cells {
		if seen[first] {
			continue
		}
		seen[first] = true
		group := []int64{first}
		for i := 0; i < len(group); i++ {
			for _, k := range m.of[group[i]] {
				a := &m.Arcs[k]
				if other := a.other(group[i]); a.InContact() && !seen[other] && in(other) {
					seen[other] = true
					group = append(group, other)
				}
			}
		}
		slices.Sort(group)
		groups = append(groups, group)
	}
	slices.SortFunc(groups, func(a, b []int64) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return int(a[0] - b[0])
	})
	return groups
}

// Beside sums, for every label around the cells, the border in contact in
// centimetres; border along roads counts a quarter, because a border belongs
// there. Label 0 is left out.
func (m *Mesh) Beside(cells []int64, label func(cell int64) int64) map[int64]int64 {
	inside := make(map[int64]bool, len(cells))
	for _, c := range cells {
		inside[c] = true
	}
	sum := map[int64]int64{}
	for _, c := range cells {
		for _, i := range m.of[c] {
			a := &m.Arcs[i]
			other := a.other(c)
			if !a.InContact() || inside[other] || label(other) == 0 {
				continue
			}
			weight := int64(4)
			if a.OnRoad() {
				weight = 1
			}
			sum[label(other)] += weight * a.Centimetres() / 4
		}
	}
	return sum
}

// Around calls see with every label other than 0 that borders on the cells.
func (m *Mesh) Around(cells []int64, label func(cell int64) int64, see func(label int64)) {
	for _, c := range cells {
		for _, i := range m.of[c] {
			if other := m.Arcs[i].other(c); other != 0 {
				if l := label(other); l != 0 {
					see(l)
				}
			}
		}
	}
}

// Degrees returns the shape with closed rings through a table of vertices.
func (s Shape) Degrees(at func(Cm) orb.Point) orb.MultiPolygon {
	out := make(orb.MultiPolygon, len(s))
	for i, polygon := range s {
		for _, ring := range polygon {
			r := make(orb.Ring, 0, len(ring)+1)
			for _, p := range ring {
				r = append(r, at(p))
			}
			out[i] = append(out[i], append(r, r[0]))
		}
	}
	return out
}
