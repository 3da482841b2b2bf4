package autodraw

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// tree cuts a set of cells in two connected halves: a random spanning tree that
// crosses roads last, cut at the edge that balances best. The random tree by
// Kruskal with surcharges is that of the ReCom family of redistricting methods.
type tree struct {
	at     []int32 // cell of the region → place in the set, -1
	edges  []treeEdge
	parts  forest
	first  []int32 // place → first link, -1
	next   []int32
	to     []int32
	kind   []Class
	order  []int32
	parent []int32
	over   []Class // class of the border to the parent
	below  []int32 // households of the subtree
	in     []bool
}

type treeEdge struct {
	a, b   int32
	weight float64
	kind   Class
}

// What crossing a class adds to the random weight of a tree edge: few edges of
// the tree cross a main road, so cutting one of them puts the border on it.
var surcharge = [classes]float64{Inner: 0, Minor: 1.2, Secondary: 2, Main: 3, River: 9}

// How much a cut is worth by the class of road it crosses.
var cutWorth = [classes]float64{Inner: 0, Minor: 0.5, Secondary: 1, Main: 1.5, River: 1.5}

// halve draws one tree over cells and cuts it so that one half has about want
// households of total. It gives that half, and by which share of want it
// misses; nil when the cells hang together nowhere.
func (t *tree) halve(r *Region, cells []int32, want, total, tolerance float64, rng *rand.Rand) (half []int32, off float64) {
	if !t.grow(r, cells, rng) {
		return nil, math.Inf(1)
	}
	t.sum(r, cells, rng.Int32N(int32(len(cells))))
	best, score, flip := int32(-1), math.Inf(1), false
	for _, v := range t.order[1:] {
		have := float64(t.below[v])
		miss, other := math.Abs(have-want), math.Abs(total-have-want)
		turned := other < miss
		miss = min(miss, other) / want
		mark := miss + 10
		if miss <= tolerance {
			mark = miss/tolerance*0.5 - cutWorth[t.over[v]] + rng.Float64()*0.7
		}
		if mark < score {
			best, score, flip, off = v, mark, turned, miss
		}
	}
	if best < 0 {
		return nil, math.Inf(1)
	}
	return t.under(cells, best, flip), off
}

// grow makes the spanning tree; false when there is none.
func (t *tree) grow(r *Region, cells []int32, rng *rand.Rand) bool {
	if t.at == nil {
		t.at = make([]int32, len(r.cells))
		for i := range t.at {
			t.at[i] = -1
		}
	}
	for i, c := range cells {
		t.at[c] = int32(i)
	}
	t.edges = t.edges[:0]
	for i, c := range cells {
		for k := r.off[c]; k < r.off[c+1]; k++ {
			if j := t.at[r.nb[k]]; j > int32(i) && r.walk[k] {
				t.edges = append(t.edges, treeEdge{int32(i), j, rng.Float64() + surcharge[r.kind[k]], r.kind[k]})
			}
		}
	}
	for _, c := range cells {
		t.at[c] = -1
	}
	slices.SortFunc(t.edges, func(a, b treeEdge) int { return cmp.Compare(a.weight, b.weight) })

	n := len(cells)
	t.parts = sized(t.parts, n)
	t.first = sized(t.first, n)
	for i := range n {
		t.parts[i], t.first[i] = int32(i), -1
	}
	t.next, t.to, t.kind = t.next[:0], t.to[:0], t.kind[:0]
	for _, e := range t.edges {
		if t.parts.join(e.a, e.b) {
			t.link(e.a, e.b, e.kind)
			t.link(e.b, e.a, e.kind)
		}
	}
	return len(t.to) == 2*(n-1) && n > 1
}

func (t *tree) link(from, to int32, kind Class) {
	t.next = append(t.next, t.first[from])
	t.first[from] = int32(len(t.to))
	t.to = append(t.to, to)
	t.kind = append(t.kind, kind)
}

// sum walks the tree from root and adds up the households below each cell.
func (t *tree) sum(r *Region, cells []int32, root int32) {
	n := len(cells)
	t.parent, t.over, t.below = sized(t.parent, n), sized(t.over, n), sized(t.below, n)
	t.parent[root] = -1
	t.order = append(t.order[:0], root)
	for i := 0; i < len(t.order); i++ {
		v := t.order[i]
		t.below[v] = r.cells[cells[v]].Households
		for e := t.first[v]; e >= 0; e = t.next[e] {
			if u := t.to[e]; u != t.parent[v] {
				t.parent[u], t.over[u] = v, t.kind[e]
				t.order = append(t.order, u)
			}
		}
	}
	for _, v := range slices.Backward(t.order[1:]) {
		t.below[t.parent[v]] += t.below[v]
	}
}

// under gives the cells of the subtree of top, or with flip all others.
func (t *tree) under(cells []int32, top int32, flip bool) []int32 {
	t.in = sized(t.in, len(cells))
	clear(t.in)
	t.in[top] = true
	for _, v := range t.order {
		if p := t.parent[v]; p >= 0 && t.in[p] {
			t.in[v] = true
		}
	}
	var half []int32
	for i, c := range cells {
		if t.in[i] != flip {
			half = append(half, c)
		}
	}
	return half
}

func sized[S ~[]E, E any](s S, n int) S {
	if cap(s) < n {
		return make(S, n)
	}
	return s[:n]
}
