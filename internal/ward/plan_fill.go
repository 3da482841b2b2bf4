package ward

import (
	"maps"
	"slices"
)

// fill gives unassigned cells and the smaller parts of grids to the neighbour
// they share the longest border with, again and again, until nothing is left
// that has a neighbour. It looks at the cells named, or at all; and at the
// grids named, or at all.
func (g *Ground) fill(op PlanOp) (PlanDelta, error) {
	now := map[int64]int64{}
	label := func(cell int64) int64 {
		if l, ok := now[cell]; ok {
			return l
		}
		return g.Label(cell)
	}
	for _, cells := range g.strays(op) {
		for _, id := range cells {
			now[id] = 0
		}
	}
	for progress := true; progress; {
		progress = false
		for _, group := range g.homeless(now) {
			if to := g.best(group, label); to != 0 {
				for _, id := range group {
					now[id] = to
				}
				progress = true
			}
		}
	}
	d := PlanDelta{Cells: []int64{}, Was: []int64{}, Now: []int64{}}
	for _, c := range g.Cells {
		// A stray of a micro-grid that nobody beside it can take becomes nobody's.
		if to, ok := now[c.ID]; ok && (to != 0 || g.Micro()) && to != c.Now {
			d.Cells, d.Was, d.Now = append(d.Cells, c.ID), append(d.Was, c.Now), append(d.Now, to)
		}
	}
	return d, nil
}

// strays are the cells fill looks at, in groups.
func (g *Ground) strays(op PlanOp) [][]int64 {
	wanted := func(id int64) bool { return len(op.Cells) == 0 || slices.Contains(op.Cells, id) }
	var out [][]int64
	labels := op.Grids
	if len(labels) == 0 {
		labels = append([]int64{0}, g.Labels()...)
	}
	for _, l := range labels {
		if g.Locked(l) {
			continue
		}
		for i, group := range g.pieces(l) {
			if (l == 0 || i > 0) && wanted(group[0]) {
				out = append(out, group)
			}
		}
	}
	return out
}

// best is the unlocked grid of the same community with the longest border to a
// group; 0 when there is none. Only a plan of community borders looks beyond the
// community, and only when nobody in it is beside the group.
func (g *Ground) best(group []int64, label func(int64) int64) int64 {
	home := g.Cell(group[0]).Community
	best := g.longest(group, label, func(l int64) bool {
		return g.Community(l) == home && (!g.Micro() || g.Parent(l) == g.room(group[0]))
	})
	if best == 0 && g.MovesBorders() {
		best = g.longest(group, label, func(int64) bool { return true })
	}
	return best
}

func (g *Ground) longest(group []int64, label func(int64) int64, fits func(int64) bool) int64 {
	best, longest := int64(0), int64(0)
	for l, n := range g.Mesh.Beside(group, label) {
		if g.Locked(l) || !fits(l) {
			continue
		}
		if n > longest || n == longest && (best == 0 || labelOrder(l, best) < 0) {
			best, longest = l, n
		}
	}
	return best
}

// homeless groups the cells that now gives to nobody; no group crosses the
// border of a community or of a room, because no grid may.
func (g *Ground) homeless(now map[int64]int64) (groups [][]int64) {
	towns := map[[2]int64][]int64{}
	for _, id := range slices.Sorted(maps.Keys(now)) {
		if now[id] == 0 {
			home := [2]int64{g.Cell(id).Community, g.room(id)}
			towns[home] = append(towns[home], id)
		}
	}
	for _, home := range slices.SortedFunc(maps.Keys(towns), func(a, b [2]int64) int { return slices.Compare(a[:], b[:]) }) {
		groups = append(groups, g.Mesh.Groups(towns[home], func(c int64) bool {
			l, stray := now[c]
			return stray && l == 0 && g.Cell(c).Community == home[0] && g.room(c) == home[1]
		})...)
	}
	return groups
}
