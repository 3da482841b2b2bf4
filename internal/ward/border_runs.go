package ward

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"wangge/internal/geo"
)

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
		if n := len(out); n > 0 && out[n-1].follows() == r.follows() {
			out[n-1] = append(out[n-1], r...)
			continue
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
