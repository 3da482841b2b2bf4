package walknet

import (
	"cmp"
	"container/heap"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// MaxAccess is how far from a way a door may lie, metres.
const MaxAccess = 200.0

// Access is where a place meets the network: a stretch, how far along it, and
// how far the place is from there, all in metres.
type Access struct {
	edge       int32
	along, off float64
}

// Attach finds the nearest stretch that can be reached in a straight line
// without crossing a barrier; false when there is none within MaxAccess.
func (n *Net) Attach(p orb.Point) (Access, bool) {
	for margin := square; ; margin = min(2*margin, MaxAccess) {
		if a, ok := n.attach(p, margin); ok || margin == MaxAccess {
			return a, ok
		}
	}
}

func (n *Net) attach(p orb.Point, margin float64) (Access, bool) {
	var all []Access
	for _, id := range n.index.within(p, p, margin) {
		e := n.edges[id]
		s := segment{n.nodes[e.a], n.nodes[e.b]}
		t := along(s, p)
		// Beyond the margin something nearer may lie in a square not looked at.
		if off := away(between(s.a, s.b, t), p); off <= margin {
			all = append(all, Access{id, t * e.length, off})
		}
	}
	slices.SortFunc(all, func(a, b Access) int {
		return cmp.Or(cmp.Compare(a.off, b.off), cmp.Compare(a.edge, b.edge))
	})
	for _, a := range all {
		if !n.barred(p, n.place(a)) {
			return a, true
		}
	}
	return Access{}, false
}

func (n *Net) place(a Access) orb.Point {
	e := n.edges[a.edge]
	return between(n.nodes[e.a], n.nodes[e.b], a.along/e.length)
}

// barred reports whether a barrier lies between two points. A barrier that the
// way itself touches at its end, such as a wall beside a path, does not count.
func (n *Net) barred(from, to orb.Point) bool {
	d := away(from, to)
	if d < snap {
		return false
	}
	s := segment{from, between(from, to, 1-snap/2/d)}
	for _, w := range n.wallIndex.near(from, to) {
		if cross(s, n.walls[w]) {
			return true
		}
	}
	return false
}

// Reach is how far everything is from the nearest of some places.
type Reach struct {
	net     *Net
	metres  []float64 // per node, +Inf
	from    []int32   // per node: index of the nearest place, -1
	sources []Access
	onEdge  map[int32][]int32 // sources on a stretch
	starts  []uint64          // bit set of stretches with a source: most have none
}

// From walks from all places at once, as far as limit metres (+Inf: everywhere).
func (n *Net) From(places []Access, limit float64) *Reach {
	r := &Reach{net: n, metres: slices.Repeat([]float64{math.Inf(1)}, len(n.nodes)), from: slices.Repeat([]int32{-1}, len(n.nodes)), sources: places, onEdge: map[int32][]int32{}, starts: make([]uint64, len(n.edges)/64+1)}
	var q queue
	offer := func(v int32, metres float64, from int32) {
		if metres < r.metres[v] && metres <= limit {
			r.metres[v], r.from[v] = metres, from
			heap.Push(&q, stop{metres, v})
		}
	}
	for i, p := range places {
		e := n.edges[p.edge]
		r.onEdge[p.edge] = append(r.onEdge[p.edge], int32(i))
		r.starts[p.edge/64] |= 1 << (p.edge % 64)
		offer(e.a, p.off+p.along, int32(i))
		offer(e.b, p.off+e.length-p.along, int32(i))
	}
	for len(q) > 0 {
		s := heap.Pop(&q).(stop)
		if s.metres > r.metres[s.node] {
			continue
		}
		for _, id := range n.around[n.off[s.node]:n.off[s.node+1]] {
			e := n.edges[id]
			offer(e.a+e.b-s.node, s.metres+e.length, r.from[s.node])
		}
	}
	return r
}

// To is how far a place is and from which of the places one comes; +Inf and -1
// when it is beyond the limit or nobody gets there.
func (r *Reach) To(a Access) (metres float64, from int) {
	e := r.net.edges[a.edge]
	metres, from = r.metres[e.a]+a.along+a.off, int(r.from[e.a])
	if other := r.metres[e.b] + e.length - a.along + a.off; other < metres {
		metres, from = other, int(r.from[e.b])
	}
	if r.starts[a.edge/64]&(1<<(a.edge%64)) == 0 {
		return metres, from
	}
	for _, i := range r.onEdge[a.edge] { // on the same stretch one need not go to its end
		s := r.sources[i]
		if direct := s.off + math.Abs(s.along-a.along) + a.off; direct < metres {
			metres, from = direct, int(i)
		}
	}
	return metres, from
}

type stop struct {
	metres float64
	node   int32
}

type queue []stop

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].metres < q[j].metres }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }

// Push is heap's.
func (q *queue) Push(x any) { *q = append(*q, x.(stop)) }

// Pop is heap's.
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}
