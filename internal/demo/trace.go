package demo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// trace is the outline of a set of faces as rings of spots, shells
// counter-clockwise with their holes, built from the very edges the neighbours
// have.
func (p *plane) trace(faces []int) [][][]spot {
	in := map[int]bool{}
	for _, f := range faces {
		in[f] = true
	}
	var edges [][2]spot
	for _, f := range faces {
		r := p.faces[f].ring
		for i, u := range r {
			v := r[(i+1)%len(r)]
			if g, inside := p.left[edge{v, u}]; inside && in[g] {
				continue
			}
			edges = append(edges, [2]spot{p.spots[u], p.spots[v]})
		}
	}
	return joinEdges(edges)
}

// joinEdges chains directed edges into polygons; a ring that comes back to one
// of its own vertices is split there.
func joinEdges(edges [][2]spot) [][][]spot {
	next := map[spot][]spot{}
	for _, e := range edges {
		next[e[0]] = append(next[e[0]], e[1])
	}
	var shells, holes [][]spot
	for _, e := range edges {
		var path []spot
		at := e[0]
		for {
			out := next[at]
			if len(out) == 0 {
				break
			}
			next[at] = out[1:]
			path = append(path, at)
			at = out[0]
			if i := slices.Index(path, at); i >= 0 {
				ring := slices.Clone(path[i:])
				path = path[:i]
				if areaOf(points(ring)) > 0 {
					shells = append(shells, ring)
				} else {
					holes = append(holes, ring)
				}
				if len(path) == 0 && len(next[at]) == 0 {
					break
				}
			}
		}
	}
	out := make([][][]spot, 0, len(shells))
	for _, s := range shells {
		out = append(out, [][]spot{s})
	}
	slices.SortStableFunc(out, func(a, b [][]spot) int {
		return int(math.Copysign(1, areaOf(points(b[0]))-areaOf(points(a[0]))))
	})
	for _, h := range holes {
		for i := len(out) - 1; i >= 0; i-- { // the smallest shell round it
			m := points(h)
			if within(points(out[i][0]), mix(m[0], m[1], .5)) {
				out[i] = append(out[i], h)
				break
			}
		}
	}
	return out
}

func points(ring []spot) []orb.Point {
	out := make([]orb.Point, len(ring))
	for i, s := range ring {
		out[i] = s.point()
	}
	return out
}
