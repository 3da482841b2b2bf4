// Package autodraw draws grids by itself (自动划分): it divides the cells of a
// community among grids so that households are balanced, borders run along
// roads, shapes are compact, and as few people as possible change their grid.
// It knows no database and no plan: cells and borders go in, a grid for every
// cell comes out. The method is in docs/decisions/076-autodraw.md.
package autodraw

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Class is what runs along a border between two cells.
type Class uint8

// The classes of borders, from the one a grid border should avoid to the ones
// it should follow.
const (
	Inner Class = iota // inside a courtyard: neighbours who share a yard
	Minor
	Secondary
	Main
	River
	classes
)

// Cell is a cell (地块单元) as the drawing sees it.
type Cell struct {
	Block      int32   // block or courtyard it lies in, any numbering
	Households int32   // 户
	Persons    int32   // 人
	X, Y       float64 // metres, a point inside
	Area       float64 // m²
	Rim        float64 // metres of its outline that lie on the edge of the region
	// Old is the grid it belongs to today, 0 … grids-1, or -1 for none.
	Old int32
	// Locked cells keep their grid.
	Locked bool
}

// Border is a stretch of outline that two cells share; one pair may have several.
type Border struct {
	A, B      int32   // indices of cells, A ≠ B
	Length    float64 // metres, > 0
	Class     Class
	Crossable bool // people pass here: no river without a bridge, more than a corner
}

// Region is what one drawing divides: the cells of one community and how they
// touch. It is never changed after New and may be shared by goroutines.
type Region struct {
	cells []Cell
	// Neighbours of cell i are nb[off[i]:off[i+1]], with the shared length in
	// metres, its class, and whether people pass there.
	off  []int32
	nb   []int32
	long []float64
	kind []Class
	walk []bool

	block      []int32 // 0 … blocks-1
	blocks     int
	grids      int // of today
	households int
	persons    int
	area       float64
	links      int // imagined passages that hold the region together
}

// New checks and indexes cells and borders. Several borders of one pair become
// one, of the class that is longest. Parts of the region that touch nowhere are
// joined by an imagined passage between their nearest cells, so that every grid
// can be reached from every other; Links says how many there were.
func New(cells []Cell, borders []Border) (*Region, error) {
	if len(cells) == 0 {
		return nil, errors.New("autodraw: a region without cells")
	}
	r := &Region{cells: slices.Clone(cells)}
	blocks := map[int32]int32{}
	for i, c := range cells {
		if !(c.Area > 0) || c.Households < 0 || c.Persons < 0 || c.Old < -1 || c.Rim < 0 || math.IsNaN(c.X+c.Y) {
			return nil, fmt.Errorf("autodraw: cell %d has no area or a negative count", i)
		}
		if _, ok := blocks[c.Block]; !ok {
			blocks[c.Block] = int32(len(blocks))
		}
		r.block = append(r.block, blocks[c.Block])
		r.households += int(c.Households)
		r.persons += int(c.Persons)
		r.area += c.Area
		r.grids = max(r.grids, int(c.Old)+1)
	}
	r.blocks = len(blocks)
	pairs := make([]Border, 0, len(borders))
	for i, b := range borders {
		if b.A == b.B || b.A < 0 || b.B < 0 || int(max(b.A, b.B)) >= len(cells) || !(b.Length > 0) || b.Class >= classes {
			return nil, fmt.Errorf("autodraw: border %d joins no two cells", i)
		}
		if b.A > b.B {
			b.A, b.B = b.B, b.A
		}
		pairs = append(pairs, b)
	}
	r.index(r.joined(merged(pairs)))
	return r, nil
}

// Links is how many imagined passages hold parts together that touch nowhere.
func (r *Region) Links() int { return r.links }

// merged makes one border of all borders of a pair.
func merged(pairs []Border) []Border {
	slices.SortStableFunc(pairs, func(a, b Border) int { return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B)) })
	out := pairs[:0]
	longest := 0.0
	for _, b := range pairs {
		if k := len(out) - 1; k >= 0 && out[k].A == b.A && out[k].B == b.B {
			if b.Length > longest {
				out[k].Class, longest = b.Class, b.Length
			}
			out[k].Length += b.Length
			out[k].Crossable = out[k].Crossable || b.Crossable
			continue
		}
		longest = b.Length
		out = append(out, b)
	}
	return out
}

// joined adds the passages that are missing between parts. Each part is tied to
// the nearest cell of those that are already joined.
func (r *Region) joined(pairs []Border) []Border {
	part := newForest(len(r.cells))
	for _, b := range pairs {
		if b.Crossable {
			part.join(b.A, b.B)
		}
	}
	for {
		root := part.find(0)
		from, to, least := int32(-1), int32(-1), math.Inf(1)
		for i := range r.cells {
			if part.find(int32(i)) == root {
				continue
			}
			for j := range r.cells {
				if part.find(int32(j)) != root {
					continue
				}
				if d := math.Hypot(r.cells[i].X-r.cells[j].X, r.cells[i].Y-r.cells[j].Y); d < least {
					from, to, least = int32(j), int32(i), d
				}
			}
		}
		if from < 0 {
			return pairs
		}
		r.links++
		part.join(from, to)
		pairs = passage(pairs, min(from, to), max(from, to))
	}
}

// passage lets people pass between two cells: on the border they have, or on an
// imagined one that costs a grid border nothing.
func passage(pairs []Border, a, b int32) []Border {
	at, found := slices.BinarySearchFunc(pairs, Border{A: a, B: b}, func(x, y Border) int {
		return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	if found {
		pairs[at].Crossable = true
		return pairs
	}
	return slices.Insert(pairs, at, Border{A: a, B: b, Class: River, Crossable: true})
}

// index lays the neighbours of each cell side by side.
func (r *Region) index(pairs []Border) {
	n := len(r.cells)
	r.off = make([]int32, n+1)
	for _, b := range pairs {
		r.off[b.A+1]++
		r.off[b.B+1]++
	}
	for i := range n {
		r.off[i+1] += r.off[i]
	}
	m := 2 * len(pairs)
	r.nb, r.long, r.kind, r.walk = make([]int32, m), make([]float64, m), make([]Class, m), make([]bool, m)
	at := slices.Clone(r.off)
	put := func(a, b int32, e Border) {
		k := at[a]
		at[a]++
		r.nb[k], r.long[k], r.kind[k], r.walk[k] = b, e.Length, e.Class, e.Crossable
	}
	for _, b := range pairs {
		put(b.A, b.B, b)
		put(b.B, b.A, b)
	}
}

// forest is a union-find over cells.
type forest []int32

func newForest(n int) forest {
	f := make(forest, n)
	for i := range f {
		f[i] = int32(i)
	}
	return f
}

func (f forest) find(a int32) int32 {
	for f[a] != a {
		f[a] = f[f[a]]
		a = f[a]
	}
	return a
}

// join reports whether the two were apart.
func (f forest) join(a, b int32) bool {
	a, b = f.find(a), f.find(b)
	f[a] = b
	return a != b
}
