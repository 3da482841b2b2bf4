package geo

import (
	"math"
	"math/big"

	"github.com/paulmach/orb"
)

// orient tells on which side of the line a→b the point p lies: positive to the
// left, negative to the right, 0 exactly on it (and for anything not finite).
// The answer is exact: floats decide while their error bound allows (Shewchuk,
// Adaptive Precision Floating-Point Arithmetic, 1997, bound A), big rationals
// in the last sliver.
func orient(a, b, p orb.Point) int {
	l, r := (b[0]-a[0])*(p[1]-a[1]), (b[1]-a[1])*(p[0]-a[0])
	det, bound := l-r, 3.3306690738754716e-16*(math.Abs(l)+math.Abs(r))
	switch {
	case det > bound:
		return 1
	case -det > bound:
		return -1
	}
	return orientExact(a, b, p)
}

func orientExact(a, b, p orb.Point) int {
	if s := a[0] + a[1] + b[0] + b[1] + p[0] + p[1]; math.IsNaN(s) || math.IsInf(s, 0) {
		return 0
	}
	diff := func(x, y float64) *big.Rat {
		return new(big.Rat).Sub(new(big.Rat).SetFloat64(x), new(big.Rat).SetFloat64(y))
	}
	l := new(big.Rat).Mul(diff(b[0], a[0]), diff(p[1], a[1]))
	return l.Cmp(new(big.Rat).Mul(diff(b[1], a[1]), diff(p[0], a[0])))
}

// crosses tells whether the ray from p to the east crosses the edge a–b. The
// edge owns its lower end and not its upper one, and a point on the edge does
// not cross it. Both rules see the edge the same way round whichever ring it
// comes from, so regions that share their edges share out every point once.
func crosses(a, b, p orb.Point) bool {
	switch {
	case (a[1] > p[1]) == (b[1] > p[1]), p[0] > a[0] && p[0] > b[0]:
		return false
	case p[0] < a[0] && p[0] < b[0]:
		return true
	case a[1] > b[1]:
		return orient(b, a, p) > 0
	}
	return orient(a, b, p) > 0
}
