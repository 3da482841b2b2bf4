package siting

import (
	"math"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// nearby finds how far the nearest place is in a straight line.
type nearby map[[2]int][]orb.Point

// bucket is how wide a square of it is, metres.
const bucket = 300.0

func squareOf(p orb.Point, wide float64) [2]int {
	return [2]int{int(math.Floor(p[0] / wide)), int(math.Floor(p[1] / wide))}
}

func newNearby(places []ward.SitingPlace) nearby {
	n := nearby{}
	for _, p := range places {
		at := squareOf(p.At, bucket)
		n[at] = append(n[at], p.At)
	}
	return n
}

// distance is metres to the nearest place, +Inf when none is within far metres.
func (n nearby) distance(p orb.Point, far float64) float64 {
	best, at := math.Inf(1), squareOf(p, bucket)
	for ring := 0; float64(ring-1)*bucket <= min(best, far); ring++ {
		n.onRing(at, ring, func(q orb.Point) { best = min(best, away(p, q)) })
	}
	if best > far {
		return math.Inf(1)
	}
	return best
}

// onRing calls with every place in the squares that are so many steps away.
func (n nearby) onRing(at [2]int, ring int, each func(orb.Point)) {
	for dx := -ring; dx <= ring; dx++ {
		step := 1
		if dx != -ring && dx != ring {
			step = max(1, 2*ring)
		}
		for dy := -ring; dy <= ring; dy += step {
			for _, q := range n[[2]int{at[0] + dx, at[1] + dy}] {
				each(q)
			}
		}
	}
}

func away(a, b orb.Point) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }
