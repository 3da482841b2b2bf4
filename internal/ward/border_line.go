package ward

import (
	"cmp"
	"maps"
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

// Along is what most of the run follows: the name of a road or "", and the class
// of most of that.
func (r BorderRun) Along() (name, class string) {
	most, classes := r.follows(), map[string]float64{}
	for _, s := range r {
		if s.along() == most {
			name, classes[s.Class] = s.Name, classes[s.Class]+s.Arc.Length
		}
	}
	return name, longest(classes)
}

// longest is the key with the greatest length, of several the first.
func longest(lengths map[string]float64) (best string) {
	for _, k := range slices.Sorted(maps.Keys(lengths)) {
		if lengths[k] > lengths[best] {
			best = k
		}
	}
	return best
}

// along tells what stretches follow apart: a road by its name, of whatever class
// it is, and what has none by its class.
func (s BorderStretch) along() string {
	if s.Name != "" {
		return "road " + s.Name
	}
	return s.Class
}

func (s BorderStretch) start() geo.Cm { return s.Points[0] }

func (s BorderStretch) end() geo.Cm { return s.Points[len(s.Points)-1] }

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

// follows tells what most of the run follows apart.
func (r BorderRun) follows() string {
	lengths := map[string]float64{}
	for _, s := range r {
		lengths[s.along()] += s.Arc.Length
	}
	return longest(lengths)
}
