package siting

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/internal/walknet"
	"wangge/internal/ward"
)

// A district: 100 × 70 streets, 200,000 buildings of four households, 120 rooms.
// What is timed is one coverage with all its figures, as when a slider moves; it
// fails beyond the 50 ms a planner does not notice.
func BenchmarkDistrictCoverage(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 0))
	var ways []walknet.Line
	for i := range 100 {
		ways = append(ways, walknet.Line{Points: []orb.Point{{float64(i) * 100, 0}, {float64(i) * 100, 7000}}})
	}
	for i := range 71 {
		ways = append(ways, walknet.Line{Points: []orb.Point{{0, float64(i) * 100}, {9900, float64(i) * 100}}})
	}
	ground := ward.SitingGround{Areas: map[int64]string{}}
	place := func() orb.Point { return orb.Point{rng.Float64() * 9900, rng.Float64() * 7000} }
	for i := range 200_000 {
		at := place()
		ground.Doors = append(ground.Doors, ward.SitingDoor{
			Building: int64(i + 1), Community: int64(at[0]/700)*10 + int64(at[1]/700), At: at, Location: orb.Point{120 + at[0]/1e5, 30 + at[1]/1e5},
			SitingPeople: ward.SitingPeople{Households: 4, Elders: i % 2},
		})
	}
	for i := range 120 {
		ground.Places = append(ground.Places, ward.SitingPlace{ID: int64(i + 1), At: place()})
	}
	f := &Finder{Now: time.Now, town: &town{net: walknet.New(ways, nil)}}
	start := time.Now()
	s, err := f.settle(b.Context(), ground)
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("tying 200,000 buildings: %v", time.Since(start))
	for _, minutes := range []int{5, 10, 15} {
		var out ward.SitingCoverage
		b.Run(map[int]string{5: "5 minutes", 10: "10 minutes", 15: "15 minutes"}[minutes], func(b *testing.B) {
			for b.Loop() {
				out = s.cover(ward.SitingLayer{Of: ward.SitingPoint, Minutes: minutes, Pace: ward.PaceUsual})
			}
			b.ReportMetric(float64(out.Within.Households)/float64(out.Total.Households)*100, "%covered")
			b.ReportMetric(float64(len(out.Spots)), "spots")
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms(limit50)")
		})
	}
}
