package demo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"wangge/internal/geo"
)

// remembered is how many of the last lanes a patrol does not go down again, as
// long as there are others.
const remembered = 24

// Patrol walks lane after lane, always on to one near by.
type Patrol struct {
	lanes []orb.LineString
	at    orb.Point
	way   []orb.Point // what lies ahead
	past  []int       // lanes walked last
	d     dice
}

// NewPatrol begins a patrol at a place; it needs at least one lane of two points.
func NewPatrol(lanes []orb.LineString, at orb.Point, seed uint64) *Patrol {
	p := &Patrol{at: at, d: newDice(seed, 11)}
	for _, l := range lanes {
		if len(l) > 1 {
			p.lanes = append(p.lanes, l)
		}
	}
	return p
}

// Walk goes on by so many metres and says where that leads; without a lane it
// stays where it is.
func (p *Patrol) Walk(metres float64) orb.Point {
	for metres > 0 && len(p.lanes) > 0 {
		if len(p.way) == 0 {
			p.turn()
		}
		next := p.way[0]
		left := geo.Distance(p.at, next)
		if left > metres {
			k := metres / left
			p.at = orb.Point{p.at[0] + k*(next[0]-p.at[0]), p.at[1] + k*(next[1]-p.at[1])}
			return p.at
		}
		metres -= math.Max(left, .01)
		p.at, p.way = next, p.way[1:]
	}
	return p.at
}

// turn chooses the next lane: one of the nearest that was not walked lately.
func (p *Patrol) turn() {
	type choice struct {
		lane   int
		back   bool
		metres float64
	}
	var near []choice
	for i, l := range p.lanes {
		if slices.Contains(p.past, i) {
			continue
		}
		a, b := geo.Distance(p.at, l[0]), geo.Distance(p.at, l[len(l)-1])
		near = append(near, choice{i, b < a, math.Min(a, b)})
	}
	slices.SortFunc(near, func(a, b choice) int { return int(math.Copysign(1, a.metres-b.metres)) })
	next := near[p.d.r.IntN(min(3, len(near)))]
	way := slices.Clone(p.lanes[next.lane])
	if next.back {
		slices.Reverse(way)
	}
	p.way = way
	if p.past = append(p.past, next.lane); len(p.past) > min(remembered, len(p.lanes)-1) {
		p.past = p.past[1:]
	}
}
