package demo

import "math/rand/v2"

// dice is the only source of chance of one tile of the city. The same seed and
// the same order of throws give the same city, byte for byte.
type dice struct{ r *rand.Rand }

func newDice(seed, stream uint64) dice { return dice{rand.New(rand.NewPCG(seed, stream))} }

// in is a number from lo up to hi.
func (d dice) in(lo, hi float64) float64 { return lo + d.r.Float64()*(hi-lo) }

// count is a whole number from lo to hi, both possible.
func (d dice) count(lo, hi int) int { return lo + d.r.IntN(hi-lo+1) }

// yes is true with chance p (0–1).
func (d dice) yes(p float64) bool { return d.r.Float64() < p }

// one takes any element of a list that is not empty.
func one[T any](d dice, list []T) T { return list[d.r.IntN(len(list))] }

// some takes n different elements, in the order of the list; all of a shorter list.
func some[T any](d dice, list []T, n int) []T {
	if n >= len(list) {
		return append([]T{}, list...)
	}
	out := make([]T, 0, n)
	for i, v := range list {
		if d.r.IntN(len(list)-i) < n-len(out) {
			out = append(out, v)
		}
	}
	return out
}

// share is a choice with a weight.
type share[T any] struct {
	of   T
	part float64
}

// weighted takes one of the shares by its part.
func weighted[T any](d dice, shares []share[T]) T {
	total := 0.0
	for _, s := range shares {
		total += s.part
	}
	at := d.in(0, total)
	for _, s := range shares {
		if at -= s.part; at < 0 {
			return s.of
		}
	}
	return shares[len(shares)-1].of
}
