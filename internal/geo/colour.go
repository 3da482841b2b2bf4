package geo

import (
	"maps"
	"slices"
)

// Neighbours returns, for every label, the labels it shares a border with that
// has some length. Label 0 is nobody.
func Neighbours(arcs []Arc, label func(cell int64) int64) map[int64]map[int64]bool {
	out := map[int64]map[int64]bool{}
	for _, a := range arcs {
		l, r := labelOf(a.Left, label), labelOf(a.Right, label)
		for _, p := range [2][2]int64{{l, r}, {r, l}} {
			if p[0] == 0 {
				continue
			}
			if out[p[0]] == nil {
				out[p[0]] = map[int64]bool{}
			}
			if p[1] != 0 && p[1] != p[0] {
				out[p[0]][p[1]] = true
			}
		}
	}
	return out
}

// Colour returns new colours, 0 to colours-1, for those labels that share theirs
// with a neighbour, so that no two neighbours are alike; the others keep what
// have says. Six colours are always enough for a map when all labels are free;
// where too many neighbours hold on to theirs, those are coloured anew as well.
func Colour(neighbours map[int64]map[int64]bool, have func(label int64) int, colours int) map[int64]int {
	labels := slices.Sorted(maps.Keys(neighbours))
	now := make(map[int64]int, len(labels))
	var clash []int64
	for _, l := range labels {
		c := have(l)
		if taken(neighbours[l], now)[c] {
			clash = append(clash, l)
			continue
		}
		now[l] = c
	}
	for _, l := range clash {
		c, ok := free(taken(neighbours[l], now), colours)
		if !ok {
			return changed(smallestLast(neighbours, colours), have)
		}
		now[l] = c
	}
	return changed(now, have)
}

func changed(now map[int64]int, have func(int64) int) map[int64]int {
	maps.DeleteFunc(now, func(l int64, c int) bool { return have(l) == c })
	return now
}

func taken(around map[int64]bool, now map[int64]int) map[int]bool {
	out := map[int]bool{}
	for n := range around {
		if c, ok := now[n]; ok {
			out[c] = true
		}
	}
	return out
}

func free(taken map[int]bool, colours int) (int, bool) {
	for c := range colours {
		if !taken[c] {
			return c, true
		}
	}
	return 0, false
}

// smallestLast takes labels away, the one with the fewest neighbours left first,
// and colours them in the opposite order: in a planar map somebody always has at
// most five neighbours left (Matula & Beck, 1983). Parts of one label lying apart
// may make a map not planar; then the least bad colour is used.
func smallestLast(neighbours map[int64]map[int64]bool, colours int) map[int64]int {
	left := map[int64]int{}
	for l, around := range neighbours {
		left[l] = len(around)
	}
	var order []int64
	for len(left) > 0 {
		least := slices.MinFunc(slices.Sorted(maps.Keys(left)), func(a, b int64) int { return left[a] - left[b] })
		delete(left, least)
		for n := range neighbours[least] {
			if _, in := left[n]; in {
				left[n]--
			}
		}
		order = append(order, least)
	}
	now := map[int64]int{}
	for _, l := range slices.Backward(order) {
		c, ok := free(taken(neighbours[l], now), colours)
		if !ok {
			c = int(l % int64(colours))
		}
		now[l] = c
	}
	return now
}
