package geo

import (
	"container/heap"
	"math"
	"slices"
)

// Split is how a drawn line divides a set of cells.
type Split struct {
	Left, Right []int64 // cells, sorted; Left is on the left of the line as drawn
	Path        [][]Cm  // the arcs the new border follows, from entry to exit; none without a path
}

// Split divides cells along a drawn line. The line is magnetic: the new border
// follows existing arcs, roads and rivers rather than what divides two houses,
// near the line, from the node of the outline nearest to where the line begins
// to the one nearest to where it ends. Where no such path exists, or it does not
// divide, each cell goes to the side of the line its point lies on. at gives
// that point.
func (m *Mesh) Split(cells []int64, in func(cell int64) bool, line []Cm, at func(cell int64) Cm) Split {
	path := m.magnet(cells, in, line)
	if s, ok := m.divideBy(path, cells, in, line, at); ok {
		return s
	}
	var s Split
	for _, c := range cells {
		if leftOf(line, at(c)) {
			s.Left = append(s.Left, c)
		} else {
			s.Right = append(s.Right, c)
		}
	}
	slices.Sort(s.Left)
	slices.Sort(s.Right)
	return s
}

// step is an arc walked forward or backward.
type step struct {
	arc  int32
	back bool
}

// pull is what a metre of border costs: along roads little, between houses much.
func pull(a *Arc) float64 {
	switch {
	case a.Class == "wall", a.Class == "path":
		return 1
	case a.OnRoad():
		return 0.6
	}
	return 3
}

// offCost is how many metres beside the drawn line double the cost of an arc.
const offCost = 40

// magnet finds the cheapest chain of arcs between cells of the set from the
// begin of the line to its end, touching the outline nowhere between.
func (m *Mesh) magnet(cells []int64, in func(int64) bool, line []Cm) []step {
	next := map[Cm][]step{}
	edge := map[Cm]bool{}
	for _, c := range cells {
		for _, i := range m.of[c] {
			a := &m.Arcs[i]
			from, to := a.Points[0], a.Points[len(a.Points)-1]
			if other := a.other(c); other == 0 || !in(other) {
				edge[from], edge[to] = true, true
			} else if a.Left == c {
				next[from] = append(next[from], step{i, false})
				next[to] = append(next[to], step{i, true})
			}
		}
	}
	enter, ok1 := nearestNode(next, edge, line[0], nil)
	leave, ok2 := nearestNode(next, edge, line[len(line)-1], &enter)
	if !ok1 || !ok2 {
		return nil
	}
	return m.cheapest(next, edge, enter, leave, line)
}

func nearestNode(next map[Cm][]step, edge map[Cm]bool, to Cm, but *Cm) (Cm, bool) {
	best, far, ok := Cm{}, math.Inf(1), false
	for v := range next {
		if !edge[v] || but != nil && v == *but {
			continue
		}
		d := math.Hypot(float64(v.X-to.X), float64(v.Y-to.Y))
		if d < far || d == far && v.compare(best) < 0 {
			best, far, ok = v, d, true
		}
	}
	return best, ok
}

type reached struct {
	cost float64
	at   Cm
}

type frontier []reached

func (f frontier) Len() int { return len(f) }
func (f frontier) Less(i, j int) bool {
	return f[i].cost < f[j].cost || f[i].cost == f[j].cost && f[i].at.compare(f[j].at) < 0
}
func (f frontier) Swap(i, j int) { f[i], f[j] = f[j], f[i] }
func (f *frontier) Push(v any)   { *f = append(*f, v.(reached)) }
func (f *frontier) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}

// cheapest is Dijkstra's algorithm over arcs.
func (m *Mesh) cheapest(next map[Cm][]step, edge map[Cm]bool, enter, leave Cm, line []Cm) []step {
	cost := map[Cm]float64{enter: 0}
	came := map[Cm]step{}
	queue := &frontier{{0, enter}}
	for queue.Len() > 0 {
		r := heap.Pop(queue).(reached)
		if r.at == leave {
			break
		}
		if r.cost > cost[r.at] || edge[r.at] && r.at != enter {
			continue
		}
		for _, s := range next[r.at] {
			a := &m.Arcs[s.arc]
			to := s.end(a)
			off := toLine(a.Points[len(a.Points)/2], line) / 100
			c := r.cost + a.Length*pull(a)*(1+off/offCost)
			if old, seen := cost[to]; !seen || c < old {
				cost[to], came[to] = c, s
				heap.Push(queue, reached{c, to})
			}
		}
	}
	var path []step
	for v := leave; v != enter; {
		s, ok := came[v]
		if !ok {
			return nil
		}
		path = append(path, s)
		v = s.begin(&m.Arcs[s.arc])
	}
	slices.Reverse(path)
	return path
}

func (s step) end(a *Arc) Cm {
	if s.back {
		return a.Points[0]
	}
	return a.Points[len(a.Points)-1]
}

func (s step) begin(a *Arc) Cm { return step{s.arc, !s.back}.end(a) }

// divideBy floods both sides of the path; false when they meet or one is empty.
// Cells neither flood reaches (parts that hang together with nothing) go by the
// side of the line.
func (m *Mesh) divideBy(path []step, cells []int64, in func(int64) bool, line []Cm, at func(int64) Cm) (Split, bool) {
	if len(path) == 0 {
		return Split{}, false
	}
	barrier := map[int32]bool{}
	side := map[int64]int8{}
	var queue []int64
	for _, s := range path {
		a := &m.Arcs[s.arc]
		barrier[s.arc] = true
		left, right := a.Left, a.Right
		if s.back {
			left, right = right, left
		}
		for i, c := range [2]int64{left, right} {
			if side[c] == 2-int8(i) {
				return Split{}, false
			}
			if side[c] == 0 {
				side[c] = int8(i) + 1
				queue = append(queue, c)
			}
		}
	}
	for i := 0; i < len(queue); i++ {
		for _, k := range m.of[queue[i]] {
			a := &m.Arcs[k]
			other := a.other(queue[i])
			if barrier[k] || !a.InContact() || !in(other) {
				continue
			}
			switch side[other] {
			case 0:
				side[other] = side[queue[i]]
				queue = append(queue, other)
			case 3 - side[queue[i]]:
				return Split{}, false
			}
		}
	}
	var s Split
	for _, c := range cells {
		if side[c] == 1 || side[c] == 0 && leftOf(line, at(c)) {
			s.Left = append(s.Left, c)
		} else {
			s.Right = append(s.Right, c)
		}
	}
	slices.Sort(s.Left)
	slices.Sort(s.Right)
	for _, st := range path {
		points := m.Arcs[st.arc].Points
		if st.back {
			points = slices.Clone(points)
			slices.Reverse(points)
		}
		s.Path = append(s.Path, points)
	}
	return s, len(s.Left) > 0 && len(s.Right) > 0
}

// toLine is the distance from p to a polyline in centimetres.
func toLine(p Cm, line []Cm) float64 {
	least := math.Inf(1)
	for i := 1; i < len(line); i++ {
		least = min(least, toSegment(p.raw(), line[i-1].raw(), line[i].raw()))
	}
	return math.Sqrt(least)
}

// leftOf tells on which side of the nearest piece of the line p lies; the first
// and last pieces go on for ever.
func leftOf(line []Cm, p Cm) bool {
	least, side := math.Inf(1), int64(0)
	for i := 1; i < len(line); i++ {
		d := toSegment(p.raw(), line[i-1].raw(), line[i].raw())
		c := cross(line[i-1], line[i], p)
		// At a corner both pieces are as near; the one p is farther off to the side of decides.
		if d < least || d == least && abs64(c) > abs64(side) {
			least, side = d, c
		}
	}
	return side > 0
}

func abs64(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}
