package ward

import (
	"cmp"
	"maps"
	"slices"
)

// GroundChange is what a plan does to grids and branches of a ground.
type GroundChange struct {
	Founded, Closed []Named
	Branches        []BranchImpact
	// Cells whose grid gets another branch: the names before and after.
	Cells map[int64][2]string
}

// Impact compares the plan with the official state.
func (g *Ground) Impact() GroundChange {
	change := GroundChange{Cells: map[int64][2]string{}}
	now := g.AsOfficial()
	before, after := now.branches(), g.branches()
	for _, l := range g.Labels() {
		_, official := g.Official[l]
		had, has := len(now.Of(l)) > 0, len(g.Of(l)) > 0
		named := Named{ID: l, Name: g.card(l).Name}
		switch {
		case has && !official:
			change.Founded = append(change.Founded, named)
		case had && !has:
			change.Closed = append(change.Closed, named)
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(union(before, after)), func(a, b branchKey) int { return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.name, b.name)) }) {
		if b, ok := compareBranch(k, before[k], after[k]); ok {
			change.Branches = append(change.Branches, b)
		}
	}
	for _, c := range g.Cells {
		was, is := keyOf(now.card(c.Head)), keyOf(g.card(c.Now))
		if was.id != 0 && was != is && c.Members > 0 {
			change.Cells[c.ID] = [2]string{now.card(c.Head).BranchName, g.card(c.Now).BranchName}
		}
	}
	return change
}

// branchKey names a branch: by number, a branch to be founded by name.
type branchKey struct {
	id   int64
	name string
}

func keyOf(grid PlanGrid) branchKey {
	if grid.Branch != nil {
		return branchKey{id: *grid.Branch}
	}
	return branchKey{name: grid.BranchName}
}

// tied are the grids of one branch.
type tied struct {
	name  string
	grids []int64
}

// branches maps every branch with a grid that has cells to its grids.
func (g *Ground) branches() map[branchKey]tied {
	out := map[branchKey]tied{}
	for _, l := range g.Labels() {
		card := g.card(l)
		if k := keyOf(card); k != (branchKey{}) && len(g.Of(l)) > 0 {
			out[k] = tied{card.BranchName, append(out[k].grids, l)}
		}
	}
	return out
}

func union(a, b map[branchKey]tied) map[branchKey]tied {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

func compareBranch(k branchKey, before, after tied) (BranchImpact, bool) {
	out := BranchImpact{Name: cmp.Or(after.name, before.name), Grids: append([]int64{}, after.grids...)}
	if k.id != 0 {
		out.Branch = &k.id
	}
	switch {
	case k.id == 0:
		out.Change = "founded"
	case len(after.grids) == 0:
		out.Change = "emptied"
	case len(after.grids) > len(before.grids) && len(before.grids) > 0:
		out.Change = "shared"
	case len(after.grids) > len(before.grids):
		out.Change = "gained"
	default:
		return out, false
	}
	return out, true
}

// AsOfficial is the same ground as it is officially.
func (g *Ground) AsOfficial() *Ground {
	now := *g
	now.Cells, now.States = slices.Clone(g.Cells), map[int64]PlanGridState{}
	for i := range now.Cells {
		now.Cells[i].From, now.Cells[i].Now = now.Cells[i].Head, now.Cells[i].Head
	}
	return now.Ready()
}
