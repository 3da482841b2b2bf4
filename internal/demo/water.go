package demo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// water is the river with its banks, a little wider and narrower as it goes.
func (s *settler) water() {
	if s.t.river == nil {
		return
	}
	river := s.t.river
	if s.t.inner { // the neighbours draw their own part
		rim := s.t.rim()
		for len(river) > 2 && !within(rim, river[1]) {
			river = river[1:]
		}
		for len(river) > 2 && !within(rim, river[len(river)-2]) {
			river = river[:len(river)-1]
		}
	}
	edge := func(sign float64) []orb.Point {
		out := make([]orb.Point, len(river))
		for i := range river {
			wide := riverHalf - 2.5 + 2*math.Sin(float64(i)*.17+sign)
			out[i] = beside(river[max(0, i-1):min(len(river), i+2)], sign*wide)[min(i, 1)]
		}
		return out
	}
	north, south := edge(1), edge(-1)
	s.out.put("grounds", polygonOf(ringBetween(south, north)), "code", s.next("G"), "name", "澜江", "kind", "water")
	strip := func(sign float64, name string) {
		a, b := beside(s.t.river, sign*(riverHalf+4)), beside(s.t.river, sign*(riverHalf+25))
		for i := 0; i+1 < len(a); {
			j := i
			for j+1 < len(a) && s.offRoad(mix(a[j], b[j], .5)) {
				j++
			}
			if j-i > 3 {
				s.out.put("grounds", polygonOf(ringBetween(a[i:j], b[i:j])), "code", s.next("G"), "name", name, "kind", "green")
			}
			i = j + 1
		}
	}
	strip(1, "滨江北绿带")
	strip(-1, "滨江南绿带")
}

// offRoad tells whether a place of the bank lies inside the tile and away from
// bridges.
func (s *settler) offRoad(at orb.Point) bool {
	p := s.t.plane
	if !within(s.t.rim(), at) {
		return false
	}
	for f := range p.faces {
		if s.t.blocks[p.faces[f].block].use != "bank" || !within(p.ring(f), at) {
			continue
		}
		r := p.faces[f].ring
		for i, u := range r {
			v := r[(i+1)%len(r)]
			if w := p.ways[p.owner[edge{u, v}]]; w.kind != "river" && toSegment(at, p.at(u), p.at(v)) < w.half {
				return false
			}
		}
		return true
	}
	return false
}

func ringBetween(a, b []orb.Point) []orb.Point {
	out := slices.Clone(a)
	for i := len(b) - 1; i >= 0; i-- {
		out = append(out, b[i])
	}
	if areaOf(out) < 0 {
		slices.Reverse(out)
	}
	return out
}
