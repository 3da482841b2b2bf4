package geo

import (
	"cmp"
	"slices"
)

// minContact is the shortest border, in metres, across which two cells count as
// neighbours: less is a corner, and nobody walks through a corner.
const minContact = 1.0

// InContact reports whether people can walk from one side of the arc to the
// other.
func (a Arc) InContact() bool {
	return a.Crossable && a.Left != 0 && a.Right != 0 && a.Length >= minContact
}

// Parts returns, for every label, its cells in connected groups, the largest
// first: a grid is in one piece when it has one group. Cells without a border in
// contact are groups of their own. label 0 is left out.
func Parts(arcs []Arc, label func(cell int64) int64) map[int64][][]int64 {
	parent := map[int64]int64{}
	var root func(int64) int64
	root = func(c int64) int64 {
		p, ok := parent[c]
		if !ok {
			parent[c] = c
			return c
		}
		if p == c {
			return c
		}
		r := root(p)
		parent[c] = r
		return r
	}
	for _, a := range arcs {
		for _, c := range [2]int64{a.Left, a.Right} {
			if c != 0 {
				root(c)
			}
		}
		if a.InContact() && label(a.Left) == label(a.Right) {
			parent[root(a.Left)] = root(a.Right)
		}
	}
	groups := map[int64][]int64{}
	for c := range parent {
		groups[root(c)] = append(groups[root(c)], c)
	}
	parts := map[int64][][]int64{}
	for c, cells := range groups {
		if l := label(c); l != 0 {
			slices.Sort(cells)
			parts[l] = append(parts[l], cells)
		}
	}
	for _, p := range parts {
		slices.SortFunc(p, func(a, b []int64) int { return cmp.Or(len(b)-len(a), cmp.Compare(a[0], b[0])) })
	}
	return parts
}
