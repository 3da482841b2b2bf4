package autodraw

import (
	"math"
	"math/rand/v2"
	"slices"
)

// How many trees are drawn for one cut, and of how many good ones the best is
// taken; there is always an answer, also where no cut balances.
const (
	treesPerCut = 24
	goodCuts    = 8
)

// scratch divides free cells into grids numbered from first on, by cutting in
// two again and again.
func (r *Region) scratch(part, cells []int32, first int32, grids int, rng *rand.Rand, t *tree) {
	if grids <= 1 || len(cells) < 2 {
		for _, c := range cells {
			part[c] = first
		}
		return
	}
	few := grids / 2
	total := r.householdsOf(cells)
	want := max(1, total*float64(few)/float64(grids))
	half := r.bestHalf(cells, want, total, 0.06/math.Sqrt(float64(grids)), rng, t)
	in := make(map[int32]bool, len(half))
	for _, c := range half {
		in[c] = true
	}
	rest := slices.DeleteFunc(slices.Clone(cells), func(c int32) bool { return in[c] })
	// A half of few cells with many households cannot hold more grids than cells.
	few = min(max(few, 1, grids-len(rest)), len(half), grids-1)
	r.scratch(part, half, first, few, rng, t)
	r.scratch(part, rest, first+int32(few), grids-few, rng, t)
}

// bestHalf is the cheapest border among the cuts that balance, else the cut
// that balances best, else a share by order.
func (r *Region) bestHalf(cells []int32, want, total, tolerance float64, rng *rand.Rand, t *tree) []int32 {
	var best []int32
	cost, least, good := math.Inf(1), math.Inf(1), 0
	for range treesPerCut {
		half, off := t.halve(r, cells, want, total, tolerance, rng)
		switch {
		case half == nil:
		case off <= tolerance:
			if c := r.borderCost(cells, half); c < cost {
				best, cost, least = half, c, -1
			}
			if good++; good == goodCuts {
				return best
			}
		case off < least:
			best, least = half, off
		}
	}
	if best == nil {
		return slices.Clone(cells[:max(1, len(cells)/2)])
	}
	return best
}

// borderCost is what the border between half and the rest of cells costs.
func (r *Region) borderCost(cells, half []int32) float64 {
	side := make(map[int32]int8, len(cells))
	for _, c := range cells {
		side[c] = 1
	}
	for _, c := range half {
		side[c] = 2
	}
	sum := 0.0
	for _, c := range half {
		for k := r.off[c]; k < r.off[c+1]; k++ {
			if side[r.nb[k]] == 1 {
				sum += r.long[k] * (metreCost[r.kind[k]] + 0.5)
			}
		}
	}
	return sum
}

func (r *Region) householdsOf(cells []int32) float64 {
	sum := 0
	for _, c := range cells {
		sum += int(r.cells[c].Households)
	}
	return float64(sum)
}
