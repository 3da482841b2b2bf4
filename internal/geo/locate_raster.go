package geo

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// raster lies over all parts of an Index so that a look-up seldom reads an edge:
// most of its squares are passed by no edge, so they lie whole in one region or
// in none. The others list the few parts that can hold a point of them.
type raster struct {
	box
	columns, rows int32
	perX, perY    float64 // squares per unit
	squares       []int32 // by rows from the south; 0 is in no part, n+1 whole in part n, ^n has its list at mixed[n]
	mixed         []int32 // lists: how many, then the parts by the ids of their regions
}

const (
	// squaresPerPart makes squares an eighth of a part across: more would cost more
	// to lay after each change than they save.
	squaresPerPart = 64
	maxSquares     = 1 << 22
	// crowd is how many parts a square lists at most; of a more crowded one the tree is asked.
	crowd = 16
	// askTree stands for a crowded square; no list begins there.
	askTree = math.MinInt32
	// nearly is how far from a square an edge still counts as in it, in squares: far
	// more than the rounding of coordinates and far less than a square.
	nearly = 1e-6
)

// touch is an edge of a part in a square.
type touch struct{ square, part int32 }

// newRaster lays the squares over the parts, whose rings are given in their order.
func newRaster(x *Index, rings [][]orb.Ring) raster {
	g := rasterOver(x.levels[len(x.levels)-1], len(x.parts))
	if g.squares == nil {
		return g
	}
	lists := make([]int32, len(g.squares)) // how many parts each square lists
	stamp := make([]int32, len(g.squares)) // the last part that touched it, plus one
	var touches []touch
	for i, polygon := range rings {
		g.eachSquare(polygon, func(square int32) {
			if stamp[square] != int32(i+1) {
				stamp[square] = int32(i + 1)
				lists[square]++
				touches = append(touches, touch{square, int32(i)})
			}
		})
	}
	g.fill(x, lists)
	touches = append(touches, g.covers(x, lists, touches)...)
	g.list(x, lists, touches)
	return g
}

// rasterOver sizes the squares; none where the boxes enclose no ground that a
// number can measure.
func rasterOver(boxes []box, parts int) raster {
	if parts == 0 {
		return raster{}
	}
	all := boxAround(boxes)
	g := raster{box: all}
	width, height := all.maxX-all.minX, all.maxY-all.minY
	if size := width * height; !(size > 0) || math.IsInf(size, 0) {
		return g
	}
	total := float64(min(parts*squaresPerPart, maxSquares))
	columns := min(max(math.Round(math.Sqrt(total*width/height)), 1), total)
	rows := max(math.Floor(total/columns), 1)
	g.columns, g.rows = int32(columns), int32(rows)
	g.perX, g.perY = columns/width, rows/height
	g.squares = make([]int32, int(g.columns)*int(g.rows))
	return g
}

// boxAround holds all boxes; the zero box when there is none.
func boxAround(boxes []box) (all box) {
	for i, b := range boxes {
		if i == 0 {
			all = b
		}
		all = all.with(b)
	}
	return all
}

func (g *raster) column(x float64) int32 {
	return int32(min(max((x-g.minX)*g.perX, 0), float64(g.columns-1)))
}

func (g *raster) row(y float64) int32 {
	return int32(min(max((y-g.minY)*g.perY, 0), float64(g.rows-1)))
}

// centre is the middle of a square.
func (g *raster) centre(square int32) orb.Point {
	return orb.Point{g.minX + (float64(square%g.columns)+0.5)/g.perX, g.minY + (float64(square/g.columns)+0.5)/g.perY}
}

// eachSquare calls f with every square that an edge passes or nearly passes, some
// several times.
func (g *raster) eachSquare(rings []orb.Ring, f func(square int32)) {
	for _, ring := range rings {
		a := ring[len(ring)-1]
		for _, b := range ring {
			g.eachSquareOf(a, b, f)
			a = b
		}
	}
}

func (g *raster) eachSquareOf(a, b orb.Point, f func(square int32)) {
	if a[1] > b[1] {
		a, b = b, a
	}
	besideX, besideY := nearly/g.perX, nearly/g.perY
	for row, last := g.row(a[1]-besideY), g.row(b[1]+besideY); row <= last; row++ {
		south := max(g.minY+float64(row)/g.perY-besideY, a[1])
		north := min(g.minY+float64(row+1)/g.perY+besideY, b[1])
		west, east := a[0], b[0]
		if a[1] < b[1] {
			west, east = along(a, b, south), along(a, b, north)
		}
		if west > east {
			west, east = east, west
		}
		begin := row * g.columns
		for s, end := begin+g.column(west-besideX), begin+g.column(east+besideX); s <= end; s++ {
			f(s)
		}
	}
}

// along is the x of the edge from a up to b at a height.
func along(a, b orb.Point, y float64) float64 {
	switch {
	case y <= a[1]:
		return a[0]
	case y >= b[1]:
		return b[0]
	}
	return a[0] + (y-a[1])/(b[1]-a[1])*(b[0]-a[0])
}

// fill answers for the squares without edges. Two of them side by side, or one on
// the other, have nothing between them.
func (g *raster) fill(x *Index, lists []int32) {
	for s := range g.squares {
		switch column := int32(s) % g.columns; {
		case lists[s] > 0:
		case column > 0 && lists[s-1] == 0:
			g.squares[s] = g.squares[s-1]
		case int32(s) >= g.columns && lists[int32(s)-g.columns] == 0:
			g.squares[s] = g.squares[int32(s)-g.columns]
		default:
			if part := x.smallest(g.centre(int32(s))); part >= 0 {
				g.squares[s] = part + 1
			}
		}
	}
}

// covers finds the parts that hold a square whole which an edge of another part
// passes, as where regions overlap, and counts them in lists.
func (g *raster) covers(x *Index, lists []int32, touches []touch) (more []touch) {
	slices.SortFunc(touches, func(a, b touch) int { return cmp.Compare(a.square, b.square) })
	for i := 0; i < len(touches); {
		square := touches[i].square
		own := touches[i : i+int(lists[square])]
		i += len(own)
		at := g.centre(square)
		x.each(at, func(part int32) {
			if !slices.Contains(own, touch{square, part}) && x.inPart(&x.parts[part], at) {
				more = append(more, touch{square, part})
			}
		})
	}
	for _, t := range more {
		lists[t.square]++
	}
	return more
}

// list writes down the parts of the squares with edges.
func (g *raster) list(x *Index, lists []int32, touches []touch) {
	for s, n := range lists {
		switch {
		case n > crowd:
			g.squares[s] = askTree
		case n > 0:
			g.squares[s] = ^int32(len(g.mixed))
			g.mixed = append(append(g.mixed, 0), make([]int32, n)...)
		}
	}
	for _, t := range touches {
		if at := g.squares[t.square]; at != askTree {
			list := g.mixed[^at:]
			list[0]++
			list[list[0]] = t.part
		}
	}
	for _, at := range g.squares {
		if at < 0 && at != askTree {
			list := g.mixed[^at:]
			slices.SortFunc(list[1:1+list[0]], func(a, b int32) int { return cmp.Compare(x.parts[a].id, x.parts[b].id) })
		}
	}
}
