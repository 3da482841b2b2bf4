// Package walknet knows how far it is on foot: along streets, paths and lanes,
// through gates, over bridges, never through a wall or across a river. A circle
// on the map hides the blank spots (空白点) behind walls; this finds them. The
// plane is metric, lengths are metres.
package walknet

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Line is a way people walk on.
type Line struct {
	Points []orb.Point
	// Bridge meets other ways at its ends only, and passes over what lies below.
	Bridge bool
}

// Net is a network of ways, cut at their crossings. It is never changed after
// New and may be shared.
type Net struct {
	nodes []orb.Point
	edges []edge
	// Edges at node i are around[off[i]:off[i+1]].
	off, around []int32
	index       grid // edges by place
	walls       []segment
	wallIndex   grid
}

type edge struct {
	a, b   int32
	length float64
}

type segment struct{ a, b orb.Point }

// Ends nearer than this are one crossing, metres: drawings miss by that much.
const snap = 0.5

// How wide a square of the indexes is, metres.
const square = 60.0

// New builds the network of ways, given barriers that nobody walks through.
// Ways of less than two points are left out. A barrier across a way does not
// cut the way: where a way passes a wall there is a gate.
func New(ways []Line, barriers [][]orb.Point) *Net {
	n := &Net{index: grid{}, wallIndex: grid{}}
	for _, b := range barriers {
		for i := 1; i < len(b); i++ {
			n.wallIndex.add(b[i-1], b[i], int32(len(n.walls)))
			n.walls = append(n.walls, segment{b[i-1], b[i]})
		}
	}
	n.cut(n.joined(ways))
	n.off = make([]int32, len(n.nodes)+1)
	for _, e := range n.edges {
		n.off[e.a+1]++
		n.off[e.b+1]++
	}
	for i := range n.nodes {
		n.off[i+1] += n.off[i]
	}
	n.around = make([]int32, n.off[len(n.nodes)])
	at := slices.Clone(n.off)
	for i, e := range n.edges {
		for _, v := range []int32{e.a, e.b} {
			n.around[at[v]] = int32(i)
			at[v]++
		}
		n.index.add(n.nodes[e.a], n.nodes[e.b], int32(i))
	}
	return n
}

// Nodes and Edges are the size of the network.
func (n *Net) Nodes() int { return len(n.nodes) }

// Edges is the number of stretches between crossings and bends.
func (n *Net) Edges() int { return len(n.edges) }

// joinGap is how far short of the next way a drawn way may end, metres: paths
// are drawn to the kerb, roads along their middle.
const joinGap = 20.0

// joined adds the missing steps: from each end of a way that touches no other
// to the nearest one within joinGap that no barrier parts from it.
func (n *Net) joined(ways []Line) []Line {
	index := grid{}
	var all []segment
	var owner []int
	for i, w := range ways {
		for k := 1; k < len(w.Points); k++ {
			s := segment{w.Points[k-1], w.Points[k]}
			index.add(s.a, s.b, int32(len(all)))
			all, owner = append(all, s), append(owner, i)
		}
	}
	out := slices.Clone(ways)
	for i, w := range ways {
		if len(w.Points) < 2 {
			continue
		}
		for _, end := range []orb.Point{w.Points[0], w.Points[len(w.Points)-1]} {
			best, gap := orb.Point{}, math.Inf(1)
			for _, id := range index.within(end, end, joinGap) {
				if owner[id] == i {
					continue
				}
				foot := between(all[id].a, all[id].b, along(all[id], end))
				if off := away(foot, end); off < gap && off <= joinGap && (off < snap || !n.barred(end, foot)) {
					best, gap = foot, off
				}
			}
			if gap >= snap && gap <= joinGap {
				out = append(out, Line{Points: []orb.Point{end, best}})
			}
		}
	}
	return out
}

// cut splits all ways where they cross and makes the stretches edges.
func (n *Net) cut(ways []Line) {
	var all []segment
	var bridge []bool
	for _, w := range ways {
		for i := 1; i < len(w.Points); i++ {
			all = append(all, segment{w.Points[i-1], w.Points[i]})
			bridge = append(bridge, w.Bridge)
		}
	}
	places := grid{}
	for i, s := range all {
		places.add(s.a, s.b, int32(i))
	}
	nodes := nodeSet{at: map[[2]int64][]int32{}, net: n}
	seen := map[[2]int32]bool{}
	for i, s := range all {
		on := []float64{0, 1}
		if !bridge[i] {
			for _, j := range places.near(s.a, s.b) {
				if int(j) != i && !bridge[j] {
					on = append(on, crossings(s, all[j])...)
				} else if int(j) != i {
					on = append(on, touches(s, all[j])...)
				}
			}
		}
		slices.Sort(on)
		last := int32(-1)
		for _, t := range on {
			v := nodes.find(between(s.a, s.b, t))
			if last >= 0 && v != last && !seen[[2]int32{min(v, last), max(v, last)}] {
				seen[[2]int32{min(v, last), max(v, last)}] = true
				n.edges = append(n.edges, edge{last, v, away(n.nodes[last], n.nodes[v])})
			}
			last = v
		}
	}
}

// nodeSet gives points nearer than snap one number.
type nodeSet struct {
	at  map[[2]int64][]int32
	net *Net
}

func (s nodeSet) find(p orb.Point) int32 {
	x, y := int64(math.Floor(p[0]/snap)), int64(math.Floor(p[1]/snap))
	for dx := int64(-1); dx <= 1; dx++ {
		for dy := int64(-1); dy <= 1; dy++ {
			for _, v := range s.at[[2]int64{x + dx, y + dy}] {
				if away(s.net.nodes[v], p) < snap {
					return v
				}
			}
		}
	}
	v := int32(len(s.net.nodes))
	s.net.nodes = append(s.net.nodes, p)
	s.at[[2]int64{x, y}] = append(s.at[[2]int64{x, y}], v)
	return v
}

// crossings are the places 0 … 1 along s where o crosses or ends on it.
func crossings(s, o segment) []float64 {
	on := touches(s, o)
	d, e := orb.Point{s.b[0] - s.a[0], s.b[1] - s.a[1]}, orb.Point{o.b[0] - o.a[0], o.b[1] - o.a[1]}
	if det := d[0]*e[1] - d[1]*e[0]; det != 0 {
		x, y := o.a[0]-s.a[0], o.a[1]-s.a[1]
		t, u := (x*e[1]-y*e[0])/det, (x*d[1]-y*d[0])/det
		if t >= 0 && t <= 1 && u >= 0 && u <= 1 {
			on = append(on, t)
		}
	}
	return on
}

// touches are the places along s where o ends.
func touches(s, o segment) (on []float64) {
	for _, p := range []orb.Point{o.a, o.b} {
		if t := along(s, p); away(between(s.a, s.b, t), p) < snap {
			on = append(on, t)
		}
	}
	return on
}

// along is where p is nearest to s, 0 … 1.
func along(s segment, p orb.Point) float64 {
	dx, dy := s.b[0]-s.a[0], s.b[1]-s.a[1]
	if dx == 0 && dy == 0 {
		return 0
	}
	return min(1, max(0, ((p[0]-s.a[0])*dx+(p[1]-s.a[1])*dy)/(dx*dx+dy*dy)))
}

func between(a, b orb.Point, t float64) orb.Point {
	return orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])}
}

func away(a, b orb.Point) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }

// cross reports whether two segments meet.
func cross(s, o segment) bool {
	d, e := orb.Point{s.b[0] - s.a[0], s.b[1] - s.a[1]}, orb.Point{o.b[0] - o.a[0], o.b[1] - o.a[1]}
	det := d[0]*e[1] - d[1]*e[0]
	if det == 0 {
		return false
	}
	x, y := o.a[0]-s.a[0], o.a[1]-s.a[1]
	t, u := (x*e[1]-y*e[0])/det, (x*d[1]-y*d[0])/det
	return t >= 0 && t <= 1 && u >= 0 && u <= 1
}

// grid finds segments by place; a segment is in every square its box touches.
type grid map[[2]int32][]int32

func (g grid) add(a, b orb.Point, id int32) {
	squares(a, b, 0, func(at [2]int32) { g[at] = append(g[at], id) })
}

// near gives what lies in the squares of the box of a and b, each once.
func (g grid) near(a, b orb.Point) []int32 { return g.within(a, b, 0) }

func (g grid) within(a, b orb.Point, margin float64) []int32 {
	var all []int32
	squares(a, b, margin, func(at [2]int32) { all = append(all, g[at]...) })
	slices.Sort(all)
	return slices.Compact(all)
}

func squares(a, b orb.Point, margin float64, each func([2]int32)) {
	at := func(v float64) int32 { return int32(math.Floor(v / square)) }
	for x := at(min(a[0], b[0]) - snap - margin); x <= at(max(a[0], b[0])+snap+margin); x++ {
		for y := at(min(a[1], b[1]) - snap - margin); y <= at(max(a[1], b[1])+snap+margin); y++ {
			each([2]int32{x, y})
		}
	}
}
