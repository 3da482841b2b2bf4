package geo

import (
	"math"
	"runtime"
	"sync"
)

// lattice files things by the square of ground they lie on, all squares of one
// size, so that only near things are compared.
type lattice struct {
	x, y       int64 // south-west corner
	size       int64 // of a square, centimetres
	cols, rows int64
}

// leastSquare is the side of the smallest square, in centimetres: about half a
// building.
const leastSquare = 800

// newLattice covers the segments with about as many squares as there are
// segments.
func newLattice(segments []Segment) *lattice {
	west, south, east, north := int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MinInt64), int64(math.MinInt64)
	for _, s := range segments {
		west, east = min(west, s.A.X, s.B.X), max(east, s.A.X, s.B.X)
		south, north = min(south, s.A.Y, s.B.Y), max(north, s.A.Y, s.B.Y)
	}
	return latticeOver(west, south, east, north, len(segments))
}

func latticeOver(west, south, east, north int64, things int) *lattice {
	side := math.Sqrt(float64(east-west+1) * float64(north-south+1) / float64(max(things, 1)))
	// A long thin strip of ground still has no more squares than that.
	side = max(side, float64(max(east-west, north-south))/float64(max(things, 1)), leastSquare)
	g := &lattice{x: west, y: south, size: int64(side) + 1}
	g.cols, g.rows = (east-west)/g.size+1, (north-south)/g.size+1
	return g
}

func (g *lattice) buckets() int { return int(g.cols * g.rows) }

func (g *lattice) col(x int64) int64 { return min(max((x-g.x)/g.size, 0), g.cols-1) }
func (g *lattice) row(y int64) int64 { return min(max((y-g.y)/g.size, 0), g.rows-1) }

func (g *lattice) at(p Cm) int { return int(g.row(p.Y)*g.cols + g.col(p.X)) }

// within calls f with every square that touches the box.
func (g *lattice) within(west, south, east, north int64, f func(bucket int)) {
	for r := g.row(south); r <= g.row(north); r++ {
		for c := g.col(west); c <= g.col(east); c++ {
			f(int(r*g.cols + c))
		}
	}
}

// each calls f once with every square that comes within a centimetre of the
// segment a–b.
func (g *lattice) each(a, b Cm, f func(bucket int)) {
	if a.X > b.X {
		a, b = b, a
	}
	first, last := g.col(a.X-1), g.col(b.X+1)
	if first == last || a.X == b.X || a.Y == b.Y {
		g.within(a.X-1, min(a.Y, b.Y)-1, b.X+1, max(a.Y, b.Y)+1, f)
		return
	}
	slope := float64(b.Y-a.Y) / float64(b.X-a.X)
	for c := first; c <= last; c++ {
		// The stretch of the segment over this column, a little wider.
		from, to := max(float64(g.x+c*g.size-2-a.X), 0), min(float64(g.x+(c+1)*g.size+2-a.X), float64(b.X-a.X))
		y, z := float64(a.Y)+slope*from, float64(a.Y)+slope*to
		for r := g.row(int64(min(y, z)) - 2); r <= g.row(int64(max(y, z))+2); r++ {
			f(int(r*g.cols + c))
		}
	}
}

// filing is which things lie on which square.
type filing struct {
	start []int32 // by bucket, and the end
	items []int32
}

func (f filing) of(bucket int) []int32 { return f.items[f.start[bucket]:f.start[bucket+1]] }

// file sorts n things into their squares; in calls put with each square of
// thing i. Things of a square stay in order.
func (g *lattice) file(n int, in func(i int, put func(bucket int))) filing {
	f := filing{start: make([]int32, g.buckets()+1)}
	for i := range n {
		in(i, func(b int) { f.start[b+1]++ })
	}
	for b := range g.buckets() {
		f.start[b+1] += f.start[b]
	}
	f.items = make([]int32, f.start[g.buckets()])
	next := append([]int32(nil), f.start...)
	for i := range n {
		in(i, func(b int) { f.items[next[b]] = int32(i); next[b]++ })
	}
	return f
}

// shares is into how many parts share cuts a job of n steps.
func shares(n int) int { return max(1, min(n, 4*runtime.GOMAXPROCS(0))) }

// share runs a job of n steps on all processors in parts of neighbouring steps
// and waits for all of them. Parts are numbered in order.
func share(n int, do func(part, from, to int)) {
	parts := shares(n)
	var running sync.WaitGroup
	limit := make(chan struct{}, runtime.GOMAXPROCS(0))
	for part := range parts {
		limit <- struct{}{}
		running.Go(func() {
			do(part, n*part/parts, n*(part+1)/parts)
			<-limit
		})
	}
	running.Wait()
}
