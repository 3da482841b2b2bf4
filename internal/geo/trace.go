package geo

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/paulmach/orb"
)

// Shape is an area in whole centimetres: polygons of open rings, shell first
// and counter-clockwise, holes clockwise, each ring simple.
type Shape [][][]Cm

// Area2 is twice the area in square centimetres, exact.
func (s Shape) Area2() int64 {
	sum := int64(0)
	for _, polygon := range s {
		for _, ring := range polygon {
			sum += area2(ring)
		}
	}
	return sum
}

// Metres returns the shape in metres with closed rings.
func (s Shape) Metres() orb.MultiPolygon {
	out := make(orb.MultiPolygon, len(s))
	for i, polygon := range s {
		for _, ring := range polygon {
			r := make(orb.Ring, 0, len(ring)+1)
			for _, p := range ring {
				r = append(r, p.Metres())
			}
			out[i] = append(out[i], append(r, r[0]))
		}
	}
	return out
}

// Trace returns the exact outline of every label that label gives to a cell
// (such as cell → grid); label 0 is nobody. The arcs must be those of a whole
// coverage, or of all cells that carry the labels asked for. An error means that
// the arcs are not a coverage.
func Trace(arcs []Arc, label func(cell int64) int64) (map[int64]Shape, error) {
	borders := map[int64][][]Cm{}
	for _, a := range arcs {
		left, right := labelOf(a.Left, label), labelOf(a.Right, label)
		if left == right {
			continue
		}
		if left != 0 {
			borders[left] = append(borders[left], a.Points)
		}
		if right != 0 {
			back := slices.Clone(a.Points)
			slices.Reverse(back)
			borders[right] = append(borders[right], back)
		}
	}
	labels := slices.Collect(maps.Keys(borders))
	outlines, faults := make([]Shape, len(labels)), make([]error, len(labels))
	share(len(labels), func(_, from, to int) {
		for i := from; i < to; i++ {
			outlines[i], faults[i] = outline(borders[labels[i]])
		}
	})
	shapes := make(map[int64]Shape, len(labels))
	for i, l := range labels {
		if faults[i] != nil {
			return nil, fmt.Errorf("trace label %d: %w", l, faults[i])
		}
		shapes[l] = outlines[i]
	}
	return shapes, nil
}

func labelOf(cell int64, label func(int64) int64) int64 {
	if cell == 0 {
		return 0
	}
	return label(cell)
}

// outline joins directed lines, the area on their left, into polygons.
func outline(lines [][]Cm) (Shape, error) {
	walks, err := joinLines(lines)
	if err != nil {
		return nil, err
	}
	var shells, holes [][]Cm
	for _, walk := range walks {
		for _, ring := range splitRing(walk) {
			if area2(ring) > 0 {
				shells = append(shells, ring)
			} else {
				holes = append(holes, ring)
			}
		}
	}
	return placeHoles(shells, holes)
}

// joinLines links lines end to end into closed walks. Where several go on from
// a vertex it takes the first clockwise from where it came, which keeps the area
// on its left in one piece, so that walks touch but never cross.
func joinLines(lines [][]Cm) ([][]Cm, error) {
	from := make(map[Cm][]int, len(lines))
	for i, l := range lines {
		from[l[0]] = append(from[l[0]], i)
	}
	used := make([]bool, len(lines))
	var walks [][]Cm
	for i := range lines {
		var walk []Cm
		k := i
		for !used[k] {
			l := lines[k]
			used[k] = true
			walk = append(walk, l[:len(l)-1]...)
			v, before := l[len(l)-1], l[len(l)-2]
			k = -1
			for _, n := range from[v] {
				if k < 0 || clockwiseFrom(v, before, lines[n][1], lines[k][1]) {
					k = n
				}
			}
			if k < 0 {
				return nil, fmt.Errorf("join lines: nothing goes on at %v", v)
			}
		}
		if walk == nil {
			continue
		}
		if k != i {
			return nil, fmt.Errorf("join lines: borders cross at %v", lines[k][0])
		}
		walks = append(walks, walk)
	}
	return walks, nil
}

// splitRing cuts a closed walk at every vertex it visits again, into simple
// rings.
func splitRing(walk []Cm) [][]Cm {
	if simple(walk) {
		return [][]Cm{walk}
	}
	var rings [][]Cm
	at := map[Cm]int{}
	var open []Cm
	for _, p := range walk {
		i, seen := at[p]
		if !seen {
			at[p] = len(open)
			open = append(open, p)
			continue
		}
		rings = append(rings, slices.Clone(open[i:]))
		for _, q := range open[i+1:] {
			delete(at, q)
		}
		open = open[:i+1]
	}
	return append(rings, open)
}

// simple tells quickly that a short walk visits no vertex twice.
func simple(walk []Cm) bool {
	const short = 48 // comparing all pairs is faster than a map up to there
	if len(walk) > short {
		return false
	}
	for i, p := range walk {
		if slices.Contains(walk[i+1:], p) {
			return false
		}
	}
	return true
}

// placeHoles gives each hole to the smallest shell around it; shells come out
// from west to east by their first vertex.
func placeHoles(shells, holes [][]Cm) (Shape, error) {
	slices.SortFunc(shells, func(a, b []Cm) int {
		return cmp.Or(slices.MinFunc(a, Cm.compare).compare(slices.MinFunc(b, Cm.compare)), cmp.Compare(area2(a), area2(b)))
	})
	shape := make(Shape, len(shells))
	for i, s := range shells {
		shape[i] = [][]Cm{s}
	}
	for _, h := range holes {
		best := -1
		for i, s := range shells {
			if ringHolds(s, h) && (best < 0 || area2(s) < area2(shells[best])) {
				best = i
			}
		}
		if best < 0 {
			return nil, fmt.Errorf("place hole at %v: no shell around it", h[0])
		}
		shape[best] = append(shape[best], h)
	}
	return shape, nil
}

// ringHolds tells whether ring lies within shell; both are simple and may touch
// at vertices, so the middle of an edge decides: it is never on the shell.
func ringHolds(shell, ring []Cm) bool {
	x, y := ring[0].X+ring[1].X, ring[0].Y+ring[1].Y // doubled, to stay whole
	in := false
	a := shell[len(shell)-1]
	for _, b := range shell {
		if (2*a.Y > y) != (2*b.Y > y) {
			side := (2*b.X-2*a.X)*(y-2*a.Y) - (x-2*a.X)*(2*b.Y-2*a.Y)
			if (b.Y > a.Y) == (side > 0) {
				in = !in
			}
		}
		a = b
	}
	return in
}
