package geo

import (
	"slices"
)

// leastSort is from how many things on sorting them by strips is worth the copy.
const leastSort = 1 << 12

// perStrip is how many things a strip has on average.
const perStrip = 8

// sortShared is slices.SortFunc for things that lie on the ground: it deals them
// into narrow strips from west to east and sorts the strips on all processors.
// west must not fall from one thing to a later one in the order of compare.
// Things that compare equal may change places, as with SortFunc.
func sortShared[T any](things []T, west func(T) int64, compare func(a, b T) int) {
	if len(things) < leastSort {
		slices.SortFunc(things, compare)
		return
	}
	first, last := west(things[0]), west(things[0])
	for _, t := range things {
		first, last = min(first, west(t)), max(last, west(t))
	}
	strips := len(things) / perStrip
	scale := float64(strips) / (float64(last-first) + 1)
	strip := func(t T) int { return int(float64(west(t)-first) * scale) } // never falls as west grows
	start := make([]int32, strips+1)
	for _, t := range things {
		start[strip(t)+1]++
	}
	for s := range strips {
		start[s+1] += start[s]
	}
	dealt, next := make([]T, len(things)), slices.Clone(start)
	for _, t := range things {
		s := strip(t)
		dealt[next[s]] = t
		next[s]++
	}
	share(strips, func(_, from, to int) {
		for s := from; s < to; s++ {
			slices.SortFunc(dealt[start[s]:start[s+1]], compare)
		}
	})
	copy(things, dealt)
}

// sortPoints sorts points and leaves each only once.
func sortPoints(points []Cm) []Cm {
	sortShared(points, func(p Cm) int64 { return p.X }, Cm.compare)
	return slices.Compact(points)
}

// sortSegments sorts segments that run from A to B in order.
func sortSegments(segments []Segment) {
	sortShared(segments, func(s Segment) int64 { return s.A.X }, Segment.compare)
}
