package autodraw

import (
	"math"
	"math/rand/v2"
	"slices"
)

// state is a drawing in work: a grid for every cell, and sums that make the
// cost of moving a cell a matter of its neighbours.
type state struct {
	r    *Region
	w    weights
	part []int32 // cell → grid
	home []int32 // cell → grid it should keep, nil: from scratch

	households, persons []float64 // per grid
	area, rim           []float64 // m², metres of outline
	cells               []int32
	cut                 float64 // metres of border, weighed by class
	moved               float64 // households away from home
	inBlock             []int32 // block × grids + grid → cells
	divided             int     // blocks are cut into this many pieces too many

	edge   []int32 // cells with a neighbour in another grid, in no order
	edgeAt []int32 // cell → place in edge, -1

	// Work space of the moves. A mark is valid for the stamp it carries.
	mark   []int32
	stamp  int32
	queue  []int32
	undo   []move
	tree   tree
	target float64 // households of a grid if all that may change were equal
	side   float64 // metres, of a grid if all were squares
	rng    *rand.Rand
}

type move struct{ cell, from int32 }

// What a metre of grid border costs by class: a border through a yard divides
// neighbours, one on a main road or a river is where it should be.
var metreCost = [classes]float64{Inner: 1.5, Minor: 0.15, Secondary: 0, Main: -0.3, River: -0.5}

func newState(r *Region, part, home []int32, grids int, w weights, rng *rand.Rand) *state {
	s := &state{
		r: r, w: w, part: slices.Clone(part), home: home, rng: rng,
		households: make([]float64, grids), persons: make([]float64, grids),
		area: make([]float64, grids), rim: make([]float64, grids), cells: make([]int32, grids),
		inBlock: make([]int32, r.blocks*grids),
		edgeAt:  make([]int32, len(r.cells)), mark: make([]int32, len(r.cells)),
		side: math.Sqrt(r.area / float64(grids)),
	}
	fixed, households := r.fixed(part)
	s.target = math.Max(1, float64(households)) / float64(max(1, grids-fixed))
	for v := range r.cells {
		s.edgeAt[v] = -1
	}
	for v, c := range r.cells {
		q := s.part[v]
		s.count(int32(v), q, 1)
		s.rim[q] += c.Rim
		for k := r.off[v]; k < r.off[v+1]; k++ {
			if s.part[r.nb[k]] == q {
				continue
			}
			s.rim[q] += r.long[k]
			if int32(v) < r.nb[k] {
				s.cut += r.long[k] * metreCost[r.kind[k]]
			}
		}
		s.keepEdge(int32(v))
		if home != nil && home[v] != q {
			s.moved += r.cells[v].weight()
		}
	}
	s.divided -= r.blocks // one piece of each block is none too many
	return s
}

// weight is what moving a cell counts: its households, and a little for the
// ground, so that parks do not wander.
func (c *Cell) weight() float64 { return float64(c.Households) + 0.1 }

// count adds (sign 1) a cell to the sums of a grid or takes it away (-1).
func (s *state) count(v, q int32, sign float64) {
	c := &s.r.cells[v]
	s.households[q] += sign * float64(c.Households)
	s.persons[q] += sign * float64(c.Persons)
	s.area[q] += sign * c.Area
	s.cells[q] += int32(sign)
	at := &s.inBlock[int(s.r.block[v])*len(s.cells)+int(q)]
	if *at == 0 {
		s.divided++
	}
	if *at += int32(sign); *at == 0 {
		s.divided--
	}
}

// keepEdge puts a cell into the list of edge cells or takes it out.
func (s *state) keepEdge(v int32) {
	r, q, on := s.r, s.part[v], false
	for k := r.off[v]; k < r.off[v+1] && !on; k++ {
		on = s.part[r.nb[k]] != q
	}
	switch at := s.edgeAt[v]; {
	case on && at < 0:
		s.edgeAt[v] = int32(len(s.edge))
		s.edge = append(s.edge, v)
	case !on && at >= 0:
		last := s.edge[len(s.edge)-1]
		s.edge[at], s.edgeAt[last] = last, at
		s.edge = s.edge[:len(s.edge)-1]
		s.edgeAt[v] = -1
	}
}

// put moves a cell into a grid.
func (s *state) put(v, to int32) {
	r, from := s.r, s.part[v]
	if from == to {
		return
	}
	s.count(v, from, -1)
	s.count(v, to, 1)
	s.rim[from] -= r.cells[v].Rim
	s.rim[to] += r.cells[v].Rim
	for k := r.off[v]; k < r.off[v+1]; k++ {
		long := r.long[k]
		cost := long * metreCost[r.kind[k]]
		switch s.part[r.nb[k]] {
		case from:
			s.rim[from] += long
			s.rim[to] += long
			s.cut += cost
		case to:
			s.rim[from] -= long
			s.rim[to] -= long
			s.cut -= cost
		default:
			s.rim[from] -= long
			s.rim[to] += long
		}
	}
	if s.home != nil {
		switch s.home[v] {
		case from:
			s.moved += r.cells[v].weight()
		case to:
			s.moved -= r.cells[v].weight()
		}
	}
	s.part[v] = to
	s.keepEdge(v)
	for k := r.off[v]; k < r.off[v+1]; k++ {
		s.keepEdge(r.nb[k])
	}
}

// total is what the drawing costs, less is better.
func (s *state) total() float64 {
	sum := s.shared()
	for q := range s.cells {
		sum += s.grid(int32(q))
	}
	return sum
}

// shared is the part of the cost that belongs to no single grid.
func (s *state) shared() float64 {
	return s.w.road*s.cut/s.side + s.w.divide*float64(s.divided) + s.w.move*s.moved/s.target
}

// grid is the cost of one grid: balance, and how far it is from a circle.
func (s *state) grid(q int32) float64 {
	round := s.rim[q]*s.rim[q]/(4*math.Pi*math.Max(s.area[q], 1)) - 1
	return s.w.balance*s.imbalance(q) + s.w.compact*round
}

// imbalance is 0 where people are content and rises steeply beyond: inside the
// band, or near the mean when a drawing from scratch wants even grids.
func (s *state) imbalance(q int32) float64 {
	h := s.households[q]
	cost := 0.0
	if out := math.Max(0, math.Max(s.w.least-h, h-s.w.most)) / s.target; out > 0 {
		// What is too much may have to travel through several grids: the way into
		// the band must be worth it however much people shall stay.
		cost = 2 + square(out/0.03) + 8*s.w.move*out
	}
	if s.w.mostPersons > 0 {
		if out := (s.persons[q] - s.w.mostPersons) / s.w.mostPersons; out > 0 {
			cost += 1 + square(out/0.05)
		}
	}
	if s.w.even {
		off := math.Abs(h-s.target) / s.target
		cost += square(off/0.05) + 3*square(math.Max(0, off-0.10)/0.05)
	}
	return cost
}

func square(x float64) float64 { return x * x }
