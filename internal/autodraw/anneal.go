package autodraw

import (
	"context"
	"math"
)

// phase is one stretch of annealing: how many steps, from which temperature to
// which, and which share of the steps moves a whole fragment of a block or
// divides two grids anew; the others move one cell.
type phase struct {
	steps           int
	hot, cold       float64
	fragment, again float64
	tolerance       float64 // of dividing anew, share of the half
}

// Steps between two looks at whether somebody still waits.
const stepsPerLook = 256

// anneal changes the drawing step by step: better is kept, worse is kept ever
// more rarely. It stops early when ctx ends; the drawing is whole at any time.
func (s *state) anneal(ctx context.Context, p phase, fixed []bool, did func(steps int)) {
	for i := 0; i < p.steps && len(s.edge) > 0; i++ {
		if i%stepsPerLook == 0 {
			if did(min(stepsPerLook, p.steps-i)); ctx.Err() != nil {
				return
			}
		}
		v := s.edge[s.rng.IntN(len(s.edge))]
		from, to := s.part[v], s.foreign(v)
		if to < 0 || fixed[from] || fixed[to] {
			continue
		}
		before := s.grid(from) + s.grid(to) + s.shared()
		s.undo = s.undo[:0]
		switch x := s.rng.Float64(); {
		case x < p.again:
			s.divideAgain(v, from, to, p.tolerance)
		case x < p.again+p.fragment:
			s.moveFragment(v, from, to)
		default:
			s.moveCell(v, from, to)
		}
		if len(s.undo) == 0 {
			continue
		}
		worse := s.grid(from) + s.grid(to) + s.shared() - before
		heat := p.hot * math.Pow(p.cold/p.hot, float64(i)/float64(p.steps))
		if worse > 0 && s.rng.Float64() >= math.Exp(-worse/heat) {
			for k := len(s.undo) - 1; k >= 0; k-- {
				s.put(s.undo[k].cell, s.undo[k].from)
			}
		}
	}
}

// foreign picks another grid that a cell touches on foot, -1 for none.
func (s *state) foreign(v int32) int32 {
	r, to, seen := s.r, int32(-1), 0
	for k := r.off[v]; k < r.off[v+1]; k++ {
		if q := s.part[r.nb[k]]; q != s.part[v] && r.walk[k] {
			if seen++; s.rng.IntN(seen) == 0 {
				to = q
			}
		}
	}
	return to
}

func (s *state) take(v, to int32) {
	if from := s.part[v]; from != to {
		s.undo = append(s.undo, move{v, from})
		s.put(v, to)
	}
}

func (s *state) moveCell(v, from, to int32) {
	if s.cells[from] > 1 && s.whole(from, []int32{v}) {
		s.take(v, to)
	}
}

// moveFragment moves all of a block that lies together in one grid, unless it
// is most of the grid.
func (s *state) moveFragment(v, from, to int32) {
	r := s.r
	s.stamp++
	s.mark[v] = s.stamp
	fragment, households := []int32{v}, 0.0
	for i := 0; i < len(fragment); i++ {
		u := fragment[i]
		households += float64(r.cells[u].Households)
		for k := r.off[u]; k < r.off[u+1]; k++ {
			if y := r.nb[k]; r.walk[k] && s.mark[y] != s.stamp && s.part[y] == from && r.block[y] == r.block[v] {
				s.mark[y] = s.stamp
				fragment = append(fragment, y)
			}
		}
	}
	if households > 0.6*s.target || int32(len(fragment)) >= s.cells[from] || !s.whole(from, fragment) {
		return
	}
	for _, u := range fragment {
		s.take(u, to)
	}
}

// divideAgain cuts two neighbouring grids anew, each side keeping the number
// of the grid with which it shares more households.
func (s *state) divideAgain(v, a, b int32, tolerance float64) {
	r := s.r
	s.stamp++
	s.mark[v] = s.stamp
	both := append(s.queue[:0], v)
	for i := 0; i < len(both); i++ {
		for k := r.off[both[i]]; k < r.off[both[i]+1]; k++ {
			if y := r.nb[k]; r.walk[k] && s.mark[y] != s.stamp && (s.part[y] == a || s.part[y] == b) {
				s.mark[y] = s.stamp
				both = append(both, y)
			}
		}
	}
	s.queue = both
	if int32(len(both)) != s.cells[a]+s.cells[b] {
		return
	}
	total := r.householdsOf(both)
	half, off := s.tree.halve(r, both, max(1, total/2), total, tolerance, s.rng)
	if half == nil || off > tolerance {
		return
	}
	keeps := s.part
	if s.home != nil {
		keeps = s.home
	}
	s.stamp++
	for _, u := range half {
		s.mark[u] = s.stamp
	}
	stays := 0.0 // households that keep their grid when half becomes a, less those when it becomes b
	for _, u := range both {
		share := float64(r.cells[u].Households) + 0.01
		if (s.mark[u] == s.stamp) != (keeps[u] == a) {
			share = -share
		}
		if keeps[u] == a || keeps[u] == b {
			stays += share
		}
	}
	inHalf, rest := a, b
	if stays < 0 {
		inHalf, rest = b, a
	}
	for _, u := range both {
		if s.mark[u] == s.stamp {
			s.take(u, inHalf)
		} else {
			s.take(u, rest)
		}
	}
}

// whole reports whether a grid stays in one piece, and not empty, without the
// given cells: whether their neighbours in it reach each other.
func (s *state) whole(grid int32, without []int32) bool {
	r := s.r
	s.stamp += 3
	gone, wanted, seen := s.stamp-2, s.stamp-1, s.stamp
	for _, v := range without {
		s.mark[v] = gone
	}
	need, first := 0, int32(-1)
	for _, v := range without {
		for k := r.off[v]; k < r.off[v+1]; k++ {
			if u := r.nb[k]; r.walk[k] && s.part[u] == grid && s.mark[u] < gone {
				s.mark[u], first = wanted, u
				need++
			}
		}
	}
	if need <= 1 {
		return need == 1
	}
	s.mark[first] = seen
	need--
	s.queue = append(s.queue[:0], first)
	for i := 0; i < len(s.queue); i++ {
		for k := r.off[s.queue[i]]; k < r.off[s.queue[i]+1]; k++ {
			u := r.nb[k]
			if !r.walk[k] || s.part[u] != grid || s.mark[u] == gone || s.mark[u] == seen {
				continue
			}
			if s.mark[u] == wanted {
				if need--; need == 0 {
					return true
				}
			}
			s.mark[u] = seen
			s.queue = append(s.queue, u)
		}
	}
	return false
}
