package autodraw

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// beginning is what every run starts from: today's grids, numbered without
// gaps, as many as are wanted.
type beginning struct {
	part      []int32 // cell → grid
	continues []int32 // grid → today's grid, -1
	fixed     []bool  // grids that may not change
}

func (b beginning) grids() int { return len(b.continues) }

// begin numbers today's grids, drops or founds grids until the number is as
// wanted, and mends grids in several pieces.
func (r *Region) begin(o Options) (beginning, error) {
	b := r.today()
	least, most := r.possible(b)
	want := o.Grids
	if want == 0 {
		fixed, households := r.fixed(b.part)
		want = min(most, max(fixed+Suggest(households, b.grids()-fixed, o.Least, o.Most), least))
	}
	if want < least || want > most {
		return beginning{}, ErrGrids{want, least, most}
	}
	if o.Scratch {
		return b.emptied(want), nil
	}
	r.repair(b.part, b.fixed)
	r.adopt(&b)
	for b.grids() > want {
		r.drop(&b)
	}
	rng := rand.New(rand.NewPCG(o.Seed, 0))
	for b.grids() < want && r.found(&b, rng) {
	}
	return b, nil
}

// possible is how few and how many grids there can be: what lies between fixed
// grids hangs together only in itself, so each such piece is at least one grid.
func (r *Region) possible(b beginning) (least, most int) {
	free := slices.Repeat([]int32{-1}, len(b.part))
	for v, q := range b.part {
		if q >= 0 && b.fixed[q] {
			free[v] = 0
		} else {
			most++
		}
	}
	for _, fixed := range b.fixed {
		if fixed {
			least++
			most++
		}
	}
	_, _, label := r.pieces(free)
	for _, q := range label {
		if q < 0 {
			least++
		}
	}
	return least, most
}

// fixed is how many grids are locked, and how many households are in no such grid.
func (r *Region) fixed(part []int32) (grids, others int) {
	locked := map[int32]bool{}
	for v, c := range r.cells {
		if c.Locked {
			locked[part[v]] = true
		} else {
			others += int(c.Households)
		}
	}
	return len(locked), others
}

// adopt makes grids of what repair could give to nobody because it lies between
// fixed grids only: cells without a grid, and stray parts.
func (r *Region) adopt(b *beginning) {
	piece, size, label := r.pieces(b.part)
	main := largest(size, label, b.grids())
	number := map[int32]int32{}
	for v, p := range piece {
		if q := label[p]; q >= 0 && (b.fixed[q] || main[q] == p) {
			continue
		}
		if _, ok := number[p]; !ok {
			number[p] = int32(b.grids())
			b.continues, b.fixed = append(b.continues, -1), append(b.fixed, false)
		}
		b.part[v] = number[p]
	}
}

// today numbers the grids that have cells.
func (r *Region) today() beginning {
	var b beginning
	number := slices.Repeat([]int32{-1}, r.grids)
	for _, c := range r.cells {
		at := int32(-1)
		if c.Old >= 0 {
			if number[c.Old] < 0 {
				number[c.Old] = int32(len(b.continues))
				b.continues = append(b.continues, c.Old)
				b.fixed = append(b.fixed, false)
			}
			at = number[c.Old]
			b.fixed[at] = b.fixed[at] || c.Locked
		}
		b.part = append(b.part, at)
	}
	if len(b.continues) == 0 { // a new community: all of it is one grid to begin with
		b.continues, b.fixed = []int32{-1}, []bool{false}
		b.part = make([]int32, len(r.cells))
	}
	return b
}

// emptied keeps the fixed grids only and adds empty ones up to want.
func (b beginning) emptied(want int) beginning {
	out := beginning{part: slices.Repeat([]int32{-1}, len(b.part))}
	number := make([]int32, b.grids())
	for q, fixed := range b.fixed {
		if number[q] = -1; fixed {
			number[q] = int32(out.grids())
			out.continues, out.fixed = append(out.continues, b.continues[q]), append(out.fixed, true)
		}
	}
	for v, q := range b.part {
		if q >= 0 {
			out.part[v] = number[q]
		}
	}
	for out.grids() < want {
		out.continues, out.fixed = append(out.continues, -1), append(out.fixed, false)
	}
	return out
}

// drop dissolves the smallest grid that is not fixed and touches one like it;
// repair gives its cells to those neighbours.
func (r *Region) drop(b *beginning) {
	count := r.count(*b)
	open := make([]bool, b.grids())
	for v, q := range b.part {
		for k := r.off[v]; k < r.off[v+1]; k++ {
			u := b.part[r.nb[k]]
			open[q] = open[q] || u != q && r.walk[k] && !b.fixed[u] && !b.fixed[q]
		}
	}
	small := int32(-1)
	for q := range b.continues {
		if open[q] && (small < 0 || count[q] < count[small]) {
			small = int32(q)
		}
	}
	for v, q := range b.part {
		switch {
		case q == small:
			b.part[v] = -1
		case q > small:
			b.part[v]--
		}
	}
	b.continues = slices.Delete(b.continues, int(small), int(small)+1)
	b.fixed = slices.Delete(b.fixed, int(small), int(small)+1)
	r.repair(b.part, b.fixed)
}

// found cuts the largest grid that can be cut in two; false when none can.
func (r *Region) found(b *beginning, rng *rand.Rand) bool {
	count := r.count(*b)
	order := make([]int, b.grids())
	for q := range order {
		order[q] = q
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(count[y], count[x]) })
	var t tree
	for _, q := range order {
		if b.fixed[q] {
			continue
		}
		var cells []int32
		for v, at := range b.part {
			if int(at) == q {
				cells = append(cells, int32(v))
			}
		}
		if len(cells) < 2 {
			continue
		}
		total := r.householdsOf(cells)
		for _, v := range r.bestHalf(cells, max(1, total/2), total, 0.1, rng, &t) {
			b.part[v] = int32(b.grids())
		}
		b.continues, b.fixed = append(b.continues, -1), append(b.fixed, false)
		return true
	}
	return false
}

func (r *Region) count(b beginning) []int {
	sum := make([]int, b.grids())
	for v, q := range b.part {
		if q >= 0 {
			sum[q] += int(r.cells[v].Households)
		}
	}
	return sum
}

// cutAll divides the cells of no fixed grid among the grids that are empty. Where
// fixed grids separate them, each piece gets grids by its households, at least
// one.
func (r *Region) cutAll(part []int32, b beginning, rng *rand.Rand) {
	piece, _, label := r.pieces(part)
	byPiece := make([][]int32, len(label))
	for v, p := range piece {
		if label[p] < 0 {
			byPiece[p] = append(byPiece[p], int32(v))
		}
	}
	byPiece = slices.DeleteFunc(byPiece, func(cells []int32) bool { return len(cells) == 0 })
	slices.SortStableFunc(byPiece, func(x, y []int32) int { return cmp.Compare(r.householdsOf(y), r.householdsOf(x)) })
	next := int32(0)
	for int(next) < b.grids() && b.fixed[next] {
		next++
	}
	var t tree
	for i, n := range r.share(byPiece, b.grids()-int(next)) {
		r.scratch(part, byPiece[i], next, n, rng, &t)
		next += int32(n)
	}
	r.repair(part, b.fixed)
}

// share deals grids to pieces, one each while they last and the rest to the
// piece whose grids would be largest. Pieces without one are left for repair.
func (r *Region) share(pieces [][]int32, grids int) []int {
	n := make([]int, len(pieces))
	for range grids {
		most, at := -1.0, -1
		for i, cells := range pieces {
			if n[i] >= len(cells) {
				continue
			}
			size := r.householdsOf(cells) / float64(n[i]+1)
			if n[i] == 0 {
				size += float64(r.households) + 1
			}
			if size > most {
				most, at = size, i
			}
		}
		if at < 0 {
			break
		}
		n[at]++
	}
	return n
}

// match lets grids drawn from scratch continue those of today with which they
// share most households, each one once.
func (r *Region) match(part []int32, b beginning) []int32 {
	type overlap struct {
		grid, old int32
		share     int
	}
	sum := map[[2]int32]int{}
	for v, c := range r.cells {
		if c.Old >= 0 && !b.fixed[part[v]] {
			sum[[2]int32{part[v], c.Old}] += int(c.Households)
		}
	}
	var all []overlap
	for k, share := range sum {
		all = append(all, overlap{k[0], k[1], share})
	}
	slices.SortFunc(all, func(x, y overlap) int {
		return cmp.Or(cmp.Compare(y.share, x.share), cmp.Compare(x.grid, y.grid), cmp.Compare(x.old, y.old))
	})
	continues := slices.Clone(b.continues)
	taken := map[int32]bool{}
	for _, old := range continues {
		taken[old] = true
	}
	for _, o := range all {
		if continues[o.grid] < 0 && !taken[o.old] {
			continues[o.grid], taken[o.old] = o.old, true
		}
	}
	return continues
}
