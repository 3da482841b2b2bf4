package autodraw

import "slices"

// repair gives stray parts of a grid, and cells without a grid, to the
// neighbour with the longest common border, so that every grid is in one piece.
// Cells of fixed grids stay where they are, and nothing is added to them. The
// largest part of a grid, by households, is the grid.
func (r *Region) repair(part []int32, fixed []bool) {
	for range len(r.cells) {
		piece, size, label := r.pieces(part)
		main := largest(size, label, len(fixed))
		if !r.attach(part, piece, label, main, fixed) {
			return
		}
	}
}

// largest is the largest piece of each grid, -1 where a grid has none.
func largest(size []int, label []int32, grids int) []int32 {
	main := slices.Repeat([]int32{-1}, grids)
	for p, n := range size {
		if q := label[p]; q >= 0 && (main[q] < 0 || n > size[main[q]]) {
			main[q] = int32(p)
		}
	}
	return main
}

// attach gives each stray piece to its best neighbour; false when none was left.
func (r *Region) attach(part, piece, label, main []int32, fixed []bool) bool {
	stray := func(p int32) bool { return label[p] < 0 || main[label[p]] != p }
	contact := map[[2]int32]float64{} // piece, grid
	for v := range r.cells {
		p := piece[v]
		if !stray(p) || part[v] >= 0 && fixed[part[v]] {
			continue
		}
		for k := r.off[v]; k < r.off[v+1]; k++ {
			if u := r.nb[k]; r.walk[k] && !stray(piece[u]) && !fixed[part[u]] {
				contact[[2]int32{p, part[u]}] += r.long[k] + 1e-3 // an imagined passage has no length
			}
		}
	}
	to := make([]int32, len(label))
	longest := make([]float64, len(label))
	for p := range to {
		to[p] = -1
	}
	for key, long := range contact {
		p, q := key[0], key[1]
		if long < longest[p] || long == longest[p] && q > to[p] {
			continue
		}
		to[p], longest[p] = q, long
	}
	moved := false
	for v := range r.cells {
		if q := to[piece[v]]; q >= 0 {
			part[v], moved = q, true
		}
	}
	return moved
}

// pieces numbers the connected pieces of equal label: the piece of each cell,
// its size (households first, then cells) and its label.
func (r *Region) pieces(part []int32) (piece []int32, size []int, label []int32) {
	piece = slices.Repeat([]int32{-1}, len(r.cells))
	var stack []int32
	for s := range r.cells {
		if piece[s] >= 0 {
			continue
		}
		id := int32(len(size))
		size, label = append(size, 0), append(label, part[s])
		piece[s] = id
		for stack = append(stack[:0], int32(s)); len(stack) > 0; {
			v := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			size[id] += int(r.cells[v].Households)*len(r.cells) + 1
			for k := r.off[v]; k < r.off[v+1]; k++ {
				if u := r.nb[k]; r.walk[k] && piece[u] < 0 && part[u] == part[v] {
					piece[u] = id
					stack = append(stack, u)
				}
			}
		}
	}
	return piece, size, label
}
