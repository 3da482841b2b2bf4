package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// spikeWidth is the width in metres below which a way out and back is a spike:
// nothing stands on it.
const spikeWidth = 0.01

// Unspike takes spikes out of a closed ring in degrees: vertices to which the
// border runs and from which it comes straight back, less than a centimetre
// beside itself. n is how many were taken; a ring without any comes back as it is.
func Unspike(ring orb.Ring) (out orb.Ring, n int) {
	if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
		return ring, 0
	}
	frame := NewFrame(ring[0])
	out = ring
	for i := 0; i < len(out)-1 && len(out) > 4; {
		last := len(out) - 1 // the first vertex again
		before := out[(i+last-1)%last]
		spike := isSpike(frame, before, out[i], out[i+1])
		if !spike && (n == 0 || before != out[i]) { // the foot of a spike may stand twice
			i++
			continue
		}
		if spike {
			if n++; n == 1 {
				out = slices.Clone(ring)
			}
		}
		out = slices.Delete(out, i, i+1)
		if i == 0 {
			out[len(out)-1] = out[0]
		}
		i = max(0, i-2) // what stood behind it may be one now
	}
	return out, n
}

// isSpike tells whether the border turns back at b: the end of its shorter arm
// lies beside the longer one.
func isSpike(frame Frame, a, b, c orb.Point) bool {
	tip, from, to := frame.Metres(b), frame.Metres(a), frame.Metres(c)
	ax, ay, cx, cy := from[0]-tip[0], from[1]-tip[1], to[0]-tip[0], to[1]-tip[1]
	if ax*cx+ay*cy <= 0 {
		return false
	}
	long := math.Max(math.Hypot(ax, ay), math.Hypot(cx, cy))
	return math.Abs(ax*cy-ay*cx)/long < spikeWidth
}
