package geo

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Region is an area with an identity, such as a grid with its id.
type Region struct {
	ID    int64
	Shape orb.MultiPolygon
}

// Index answers in which region a point lies: a packed R-tree over the parts of
// all regions with an exact test below it. It is built once and only read, so
// any number of goroutines may share it; after a change build a new one
// (3 ms for 2,000 grids).
type Index struct {
	levels [][]box // levels[0] are the parts, each later level boxes of 8
	parts  []part  // same order as levels[0]
}

type box struct{ minX, minY, maxX, maxY float64 }

// part is one polygon of a region; even-odd over all its rings makes holes.
type part struct {
	id    int64
	rings []orb.Ring
}

const fanOut = 8

// NewIndex builds the index. The shapes are kept, so do not change them after.
func NewIndex(regions []Region) *Index {
	x := &Index{}
	type leaf struct {
		box
		part
	}
	var leaves []*leaf
	for _, r := range regions {
		for _, polygon := range r.Shape {
			if len(polygon) > 0 && len(polygon[0]) > 2 {
				b := polygon[0].Bound()
				leaves = append(leaves, &leaf{box{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}, part{r.ID, polygon}})
			}
		}
	}
	pack(leaves, func(l *leaf) float64 { return l.minX + l.maxX }, func(l *leaf) float64 { return l.minY + l.maxY })
	boxes := make([]box, len(leaves))
	for i, l := range leaves {
		boxes[i] = l.box
		x.parts = append(x.parts, l.part)
	}
	x.levels = append(x.levels, boxes)
	for len(boxes) > fanOut {
		boxes = parents(boxes)
		x.levels = append(x.levels, boxes)
	}
	return x
}

// pack sorts into vertical strips, and each strip from south to north, so that
// eight neighbours in the slice are neighbours on the ground (Leutenegger et
// al., STR: a simple and efficient algorithm for R-tree packing, 1997).
func pack[T any](items []*T, x, y func(*T) float64) {
	slices.SortStableFunc(items, func(a, b *T) int { return cmp.Compare(x(a), x(b)) })
	strips := max(1, int(math.Ceil(math.Sqrt(float64(len(items))/fanOut))))
	size := (len(items)/strips/fanOut + 1) * fanOut
	for strip := range slices.Chunk(items, size) {
		slices.SortStableFunc(strip, func(a, b *T) int { return cmp.Compare(y(a), y(b)) })
	}
}

func parents(boxes []box) []box {
	var up []box
	for group := range slices.Chunk(boxes, fanOut) {
		b := group[0]
		for _, c := range group[1:] {
			b = box{min(b.minX, c.minX), min(b.minY, c.minY), max(b.maxX, c.maxX), max(b.maxY, c.maxY)}
		}
		up = append(up, b)
	}
	return up
}

// At returns the region that holds p, in the units of the shapes. Where regions
// share an edge vertex for vertex, a point on it belongs to exactly one of them,
// always the same; where they overlap, the smallest id answers. It allocates
// nothing.
func (x *Index) At(p orb.Point) (id int64, ok bool) {
	var stack [96]int32 // node numbers to look at: 8 a level, and 134 million parts have 9 levels
	top := 0
	root := len(x.levels) - 1
	for i := range x.levels[root] {
		if x.levels[root][i].holds(p) {
			stack[top] = int32(root)<<levelShift | int32(i)
			top++
		}
	}
	for top > 0 {
		top--
		level, at := stack[top]>>levelShift, int(stack[top]&(1<<levelShift-1))
		if level == 0 {
			if part := &x.parts[at]; (!ok || part.id < id) && inside(part.rings, p) {
				id, ok = part.id, true
			}
			continue
		}
		below := x.levels[level-1]
		for i := at * fanOut; i < min(at*fanOut+fanOut, len(below)); i++ {
			if below[i].holds(p) {
				stack[top] = (level-1)<<levelShift | int32(i)
				top++
			}
		}
	}
	return id, ok
}

// levelShift parts level and place in a node number: 134 million parts fit.
const levelShift = 27

func (b *box) holds(p orb.Point) bool {
	return p[0] >= b.minX && p[0] <= b.maxX && p[1] >= b.minY && p[1] <= b.maxY
}

// inside is the even-odd rule over all rings, closed or not.
func inside(rings []orb.Ring, p orb.Point) bool {
	in := false
	for _, ring := range rings {
		a := ring[len(ring)-1]
		for _, b := range ring {
			if (a[1] > p[1]) != (b[1] > p[1]) && crosses(a, b, p) {
				in = !in
			}
			a = b
		}
	}
	return in
}

// Contains tells whether p lies in the shape, by the same rules as Index.At.
func Contains(shape orb.MultiPolygon, p orb.Point) bool {
	return slices.ContainsFunc(shape, func(polygon orb.Polygon) bool {
		return len(polygon) > 0 && len(polygon[0]) > 2 && inside(polygon, p)
	})
}
