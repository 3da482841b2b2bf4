package walknet

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

// A district: 100 × 70 streets, 20,000 doors, 120 rooms. What is timed is the
// coverage of all doors by all rooms within 800 m; beside it the time to build
// the network and to tie the doors to it.
func BenchmarkCoverage(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 0))
	var ways []Line
	for i := range 100 {
		ways = append(ways, Line{Points: []orb.Point{{float64(i) * 100, 0}, {float64(i) * 100, 7000}}})
	}
	for i := range 71 {
		ways = append(ways, Line{Points: []orb.Point{{0, float64(i) * 100}, {9900, float64(i) * 100}}})
	}
	place := func() orb.Point { return orb.Point{rng.Float64() * 9900, rng.Float64() * 7000} }
	var n *Net
	b.Run("build", func(b *testing.B) {
		for b.Loop() {
			n = New(ways, nil)
		}
		b.ReportMetric(float64(n.Nodes()), "nodes")
		b.ReportMetric(float64(n.Edges()), "edges")
	})
	points := make([]orb.Point, 20_000)
	for i := range points {
		points[i] = place()
	}
	doors := make([]Access, len(points))
	b.Run("attach", func(b *testing.B) {
		for b.Loop() {
			for i, p := range points {
				doors[i], _ = n.Attach(p)
			}
		}
	})
	rooms := doors[:120]
	b.Run("cover", func(b *testing.B) {
		share := 0.0
		for b.Loop() {
			reach, near := n.From(rooms, 800), 0
			for _, d := range doors {
				if m, _ := reach.To(d); !math.IsInf(m, 1) {
					near++
				}
			}
			share = float64(near) / float64(len(doors))
		}
		b.ReportMetric(100*share, "%covered")
	})
}
