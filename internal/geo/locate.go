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

// Index answers in which region a point lies: a raster that knows the answer for
// most of the ground, a packed R-tree over the parts of all regions for the rest,
// and an exact test below both. It is built once and only read, so any number of
// goroutines may share it; after a change build a new one (see BenchmarkIndexAt
// for how long that takes).
type Index struct {
	raster raster

	levels [][]box // levels[0] are the parts, each later level boxes of 8
	parts  []part  // same order as levels[0]
	slabs  []int32 // where each slab of each part begins in edges, and the end
	edges  [][2]orb.Point
}

type box struct{ minX, minY, maxX, maxY float64 }

// part is one polygon of a region, cut into slabs from south to north that each
// list the edges reaching into them: a look-up reads one slab. Even-odd over the
// edges of all rings makes holes.
type part struct {
	id    int64
	south float64
	scale float64 // slabs per unit of y
	first int32   // its first slab
	count int32
}

const fanOut = 8

// NewIndex builds the index. Shapes are copied.
func NewIndex(regions []Region) *Index {
	x, rings := newTree(regions)
	x.raster = newRaster(x, rings)
	return x
}

// NewTree is NewIndex without the raster, with the same answers: laying it takes
// longer than a few look-ups for each region save.
func NewTree(regions []Region) *Index {
	x, _ := newTree(regions)
	x.raster.box = boxAround(x.levels[len(x.levels)-1])
	return x
}

// newTree builds everything but the raster and returns the rings of the parts.
func newTree(regions []Region) (*Index, [][]orb.Ring) {
	x := &Index{}
	type leaf struct {
		box
		id    int64
		rings []orb.Ring
	}
	var leaves []*leaf
	for _, r := range regions {
		for _, polygon := range r.Shape {
			if len(polygon) > 0 && len(polygon[0]) > 2 {
				b := polygon[0].Bound()
				leaves = append(leaves, &leaf{box{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}, r.ID, polygon})
			}
		}
	}
	pack(leaves, func(l *leaf) float64 { return l.minX + l.maxX }, func(l *leaf) float64 { return l.minY + l.maxY })
	boxes, rings := make([]box, len(leaves)), make([][]orb.Ring, len(leaves))
	for i, l := range leaves {
		boxes[i], rings[i] = l.box, l.rings
		x.addPart(l.id, l.rings, l.box)
	}
	x.slabs = append(x.slabs, int32(len(x.edges)))
	x.levels = append(x.levels, boxes)
	for len(boxes) > fanOut {
		boxes = parents(boxes)
		x.levels = append(x.levels, boxes)
	}
	return x, rings
}

// addPart files the edges of one polygon by slab, about six to each.
func (x *Index) addPart(id int64, rings []orb.Ring, b box) {
	n := 0
	for _, ring := range rings {
		n += len(ring)
	}
	count := min(max(n/6, 1), maxSlabs)
	p := part{id, b.minY, float64(count) / (b.maxY - b.minY), int32(len(x.slabs)), int32(count)}
	var size, next [maxSlabs]int32
	p.eachEdge(rings, func(slab int32, _ [2]orb.Point) { size[slab]++ })
	for s := range count {
		next[s] = int32(len(x.edges))
		x.slabs = append(x.slabs, next[s])
		x.edges = append(x.edges, make([][2]orb.Point, size[s])...)
	}
	p.eachEdge(rings, func(slab int32, e [2]orb.Point) {
		x.edges[next[slab]] = e
		next[slab]++
	})
	x.parts = append(x.parts, p)
}

const maxSlabs = 64

// eachEdge calls f with every edge that is not level, because those are never
// crossed, once for each slab it reaches into.
func (p *part) eachEdge(rings []orb.Ring, f func(slab int32, e [2]orb.Point)) {
	for _, ring := range rings {
		a := ring[len(ring)-1]
		for _, b := range ring {
			if a[1] != b[1] {
				for s := p.slab(min(a[1], b[1])); s <= p.slab(max(a[1], b[1])); s++ {
					f(s, [2]orb.Point{a, b})
				}
			}
			a = b
		}
	}
}

// slab is the slab of the part that y lies in; it never falls as y grows, so an
// edge is in every slab between those of its ends.
func (p *part) slab(y float64) int32 {
	return min(max(int32((y-p.south)*p.scale), 0), p.count-1)
}

func (x *Index) inPart(p *part, at orb.Point) bool {
	s := p.first + p.slab(at[1])
	in := false
	for _, e := range x.edges[x.slabs[s]:x.slabs[s+1]] {
		if (e[0][1] > at[1]) != (e[1][1] > at[1]) && crosses(e[0], e[1], at) {
			in = !in
		}
	}
	return in
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
			b = b.with(c)
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
	g := &x.raster
	if len(x.parts) == 0 || !g.holds(p) {
		return 0, false
	}
	square := int32(askTree)
	if g.squares != nil {
		square = g.squares[g.row(p[1])*g.columns+g.column(p[0])]
	}
	switch {
	case square == 0:
		return 0, false
	case square > 0:
		return x.parts[square-1].id, true
	case square == askTree:
		if part := x.smallest(p); part >= 0 {
			return x.parts[part].id, true
		}
		return 0, false
	}
	list := g.mixed[^square:]
	for _, i := range list[1 : 1+list[0]] {
		if part := &x.parts[i]; x.inPart(part, p) {
			return part.id, true
		}
	}
	return 0, false
}

// smallest is the part with the smallest id that holds p, -1 when none does.
func (x *Index) smallest(p orb.Point) (best int32) {
	best = -1
	x.each(p, func(i int32) {
		if (best < 0 || x.parts[i].id < x.parts[best].id) && x.inPart(&x.parts[i], p) {
			best = i
		}
	})
	return best
}

// each calls f with the parts whose boxes hold p.
func (x *Index) each(p orb.Point, f func(part int32)) {
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
			f(int32(at))
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
}

// levelShift parts level and place in a node number: 134 million parts fit.
const levelShift = 27

func (b *box) holds(p orb.Point) bool {
	return p[0] >= b.minX && p[0] <= b.maxX && p[1] >= b.minY && p[1] <= b.maxY
}

// with is the box around both.
func (b box) with(c box) box {
	return box{min(b.minX, c.minX), min(b.minY, c.minY), max(b.maxX, c.maxX), max(b.maxY, c.maxY)}
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
