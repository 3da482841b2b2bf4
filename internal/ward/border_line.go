package ward

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"wangge/internal/geo"
)

// How a border is cut into pieces, metres.
const (
	pieceLongest  = 400.0 // longer stretches are cut into even parts
	pieceShortest = 25.0  // a shorter stretch along something else joins the one beside it
)

// BorderStretch is one arc of a border that is to be walked.
type BorderStretch struct {
	geo.Arc
	LeftGrid, RightGrid int64  // labels of the grids, as seen when walking the points; 0: outside
	Name                string // of the road or lane along it; "" when there is none
}

// BorderRun is stretches that are walked one after the other, turned so that each
// begins where the one before it ends.
type BorderRun []BorderStretch

// Length is in metres.
func (r BorderRun) Length() (sum float64) {
	for _, s := range r {
		sum += s.Arc.Length
	}
	return sum
}

// Points are the vertices of the line, each once.
func (r BorderRun) Points() (out []geo.Cm) {
	for _, s := range r {
		for _, p := range s.Points {
			if len(out) == 0 || out[len(out)-1] != p {
				out = append(out, p)
			}
		}
	}
	return out
}

// Pairs are the cells left and right of each stretch, the smaller number first, in
// order and flat: they name the line whatever grids lie there.
func (r BorderRun) Pairs() []int64 {
	pairs := make([][2]int64, len(r))
	for i, s := range r {
		pairs[i] = cellPair(s.Arc)
	}
	slices.SortFunc(pairs, func(a, b [2]int64) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	out := make([]int64, 0, 2*len(pairs))
	for _, p := range slices.Compact(pairs) {
		out = append(out, p[0], p[1])
	}
	return out
}

// Along is what most of the run follows: the name of a road, or "" and a class.
func (r BorderRun) Along() (name, class string) {
	sums, best := map[[2]string]float64{}, [2]string{}
	for _, s := range r {
		sums[s.along()] += s.Arc.Length
	}
	for _, k := range slices.SortedFunc(maps.Keys(sums), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		if sums[k] > sums[best] {
			best = k
		}
	}
	return best[0], best[1]
}

// along says what a stretch follows. Of a named road the class does not matter.
func (s BorderStretch) along() [2]string {
	if s.Name != "" {
		return [2]string{s.Name, s.Class}
	}
	return [2]string{"", s.Class}
}

func (s BorderStretch) start() geo.Cm { return s.Points[0] }
func (s BorderStretch) end() geo.Cm   { return s.Points[len(s.Points)-1] }

// turned is the same stretch walked the other way.
func (s BorderStretch) turned() BorderStretch {
	s.Points = slices.Clone(s.Points)
	slices.Reverse(s.Points)
	s.Left, s.Right, s.LeftGrid, s.RightGrid = s.Right, s.Left, s.RightGrid, s.LeftGrid
	return s
}

func cellPair(a geo.Arc) [2]int64 { return [2]int64{min(a.Left, a.Right), max(a.Left, a.Right)} }

// NewBorder are the arcs that are a border between two grids in the plan and lie
// inside one grid officially: what nobody has walked yet.
func (g *Ground) NewBorder() (out []BorderStretch) {
	for _, a := range g.Mesh.Arcs {
		if l, r, fresh := g.freshArc(a); fresh {
			out = append(out, BorderStretch{Arc: a, LeftGrid: l, RightGrid: r})
		}
	}
	return out
}

func (g *Ground) freshArc(a geo.Arc) (left, right int64, fresh bool) {
	l, r := g.Cell(a.Left), g.Cell(a.Right)
	if l == nil || r == nil || len(a.Points) < 2 {
		return 0, 0, false
	}
	return l.Now, r.Now, l.Now != r.Now && l.Now != 0 && r.Now != 0 && l.Head == r.Head
}

// BorderOf are the arcs around a grid. Grids outside the ground are 0.
func (g *Ground) BorderOf(grid int64) (out []BorderStretch) {
	for _, a := range g.Mesh.Arcs {
		l, r := g.Label(a.Left), g.Label(a.Right)
		if l != r && (l == grid || r == grid) && len(a.Points) > 1 {
			out = append(out, BorderStretch{Arc: a, LeftGrid: l, RightGrid: r})
		}
	}
	return out
}

// BorderRuns cuts a border into pieces in the order in which they are walked: each
// lies between the same two grids, follows one road as far as it can, and is not
// much longer than 400 metres. Every stretch is in exactly one piece; the same
// stretches in another order give the same pieces.
func BorderRuns(border []BorderStretch) []BorderRun {
	var out []BorderRun
	for _, way := range inWalkingOrder(chained(border)) {
		for _, run := range byRoad(way) {
			out = append(out, shortened(run)...)
		}
	}
	return out
}

// chained joins stretches between the same two grids end to end, as far as no
// third one meets them.
func chained(border []BorderStretch) (ways []BorderRun) {
	groups := map[[2]int64][]BorderStretch{}
	for _, s := range border {
		k := [2]int64{min(s.LeftGrid, s.RightGrid), max(s.LeftGrid, s.RightGrid)}
		groups[k] = append(groups[k], s)
	}
	for _, k := range slices.SortedFunc(maps.Keys(groups), func(a, b [2]int64) int { return slices.Compare(a[:], b[:]) }) {
		ways = append(ways, chainGroup(groups[k])...)
	}
	return ways
}

func chainGroup(group []BorderStretch) (ways []BorderRun) {
	slices.SortFunc(group, func(a, b BorderStretch) int {
		return cmp.Or(compareCm(a.start(), b.start()), compareCm(a.end(), b.end()), cmp.Compare(a.Left, b.Left), cmp.Compare(a.Right, b.Right), cmp.Compare(a.Arc.Length, b.Arc.Length))
	})
	at := map[geo.Cm][]int{}
	for i, s := range group {
		at[s.start()] = append(at[s.start()], i)
		if s.end() != s.start() {
			at[s.end()] = append(at[s.end()], i)
		}
	}
	used := make([]bool, len(group))
	follow := func(i int, from geo.Cm) (way BorderRun) {
		for {
			used[i] = true
			s := group[i]
			if s.start() != from {
				s = s.turned()
			}
			way, from = append(way, s), s.end()
			next := -1
			if len(at[from]) == 2 {
				for _, j := range at[from] {
					if !used[j] {
						next = j
					}
				}
			}
			if next < 0 {
				return way
			}
			i = next
		}
	}
	// Ends first; what is left are rings, which begin anywhere.
	for _, ends := range []bool{true, false} {
		for i, s := range group {
			for _, from := range []geo.Cm{s.start(), s.end()} {
				if !used[i] && (!ends || len(at[from]) != 2) {
					ways = append(ways, follow(i, from))
				}
			}
		}
	}
	return ways
}

func compareCm(a, b geo.Cm) int { return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y)) }

// inWalkingOrder begins in the west and goes on at the nearest end each time,
// turning ways round where their far end is nearer.
func inWalkingOrder(ways []BorderRun) []BorderRun {
	rest := slices.Clone(ways)
	slices.SortStableFunc(rest, func(a, b BorderRun) int { return compareCm(a.west(), b.west()) })
	var out []BorderRun
	for len(rest) > 0 {
		best, turn := 0, false
		if len(out) == 0 {
			turn = rest[0][0].start() != rest[0].west()
		} else {
			here, nearest := out[len(out)-1].finish(), math.Inf(1)
			for i, w := range rest {
				for _, far := range []bool{false, true} {
					end := w[0].start()
					if far {
						end = w.finish()
					}
					if d := here.Distance(end); d < nearest {
						best, turn, nearest = i, far, d
					}
				}
			}
		}
		way := rest[best]
		if turn {
			way = way.turned()
		}
		out, rest = append(out, way), slices.Delete(rest, best, best+1)
	}
	return out
}

func (r BorderRun) finish() geo.Cm { return r[len(r)-1].end() }

// west is the end of a run that lies further west.
func (r BorderRun) west() geo.Cm {
	if a, b := r[0].start(), r.finish(); compareCm(a, b) <= 0 {
		return a
	}
	return r.finish()
}

func (r BorderRun) turned() BorderRun {
	out := make(BorderRun, len(r))
	for i, s := range r {
		out[len(r)-1-i] = s.turned()
	}
	return out
}

// byRoad cuts a way where it leaves a road; stretches too short to be told of join
// the longer of their neighbours.
func byRoad(way BorderRun) []BorderRun {
	var runs []BorderRun
	for _, s := range way {
		if n := len(runs); n > 0 && runs[n-1][0].along() == s.along() {
			runs[n-1] = append(runs[n-1], s)
		} else {
			runs = append(runs, BorderRun{s})
		}
	}
	for len(runs) > 1 {
		least := 0
		for i, r := range runs {
			if r.Length() < runs[least].Length() {
				least = i
			}
		}
		if runs[least].Length() >= pieceShortest {
			break
		}
		into := least - 1 // the run before, unless there is none or the next is longer
		if least == 0 || least+1 < len(runs) && runs[least+1].Length() > runs[least-1].Length() {
			into = least
		}
		runs[into] = append(slices.Clone(runs[into]), runs[into+1]...)
		runs = slices.Delete(runs, into+1, into+2)
	}
	return joined(runs)
}

// joined puts runs together again that follow the same after short ones between
// them have gone.
func joined(runs []BorderRun) (out []BorderRun) {
	for _, r := range runs {
		if n := len(out); n > 0 {
			a, b := [2]string{}, [2]string{}
			a[0], a[1] = out[n-1].Along()
			b[0], b[1] = r.Along()
			if a == b {
				out[n-1] = append(out[n-1], r...)
				continue
			}
		}
		out = append(out, r)
	}
	return out
}

// shortened cuts a run into even parts, at the ends of stretches.
func shortened(run BorderRun) (out []BorderRun) {
	parts := int(math.Ceil(run.Length() / pieceLongest))
	each, walked, from := run.Length()/float64(parts), 0.0, 0
	for i, s := range run {
		walked += s.Arc.Length
		if i == len(run)-1 || len(out)+1 < parts && walked >= each*float64(len(out)+1) {
			out, from = append(out, run[from:i+1]), i+1
		}
	}
	return out
}
