package autodraw

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
)

// The made-up town has a street every fourth cell and a main road every eighth
// row; grids of today ignore both. Figures beside the time: share of grids in
// the band of ±25 %, largest deviation, border on roads, households kept,
// compactness, households moved.
func BenchmarkDraw(b *testing.B) {
	for _, size := range []struct {
		name              string
		wide, high, grids int
	}{{"community", 30, 20, 8}, {"street", 160, 110, 60}} {
		cells, borders := town(size.wide, size.high, size.grids, false, rand.New(rand.NewPCG(11, 0)))
		r, err := New(cells, borders)
		if err != nil {
			b.Fatal(err)
		}
		mean := r.households / size.grids
		for _, way := range []struct {
			name string
			o    Options
		}{
			{"min-change", Options{}},
			{"scratch", Options{Scratch: true}},
			{"scratch/one-run", Options{Scratch: true, Restarts: 1, Effort: 1000}},
		} {
			b.Run(fmt.Sprintf("%s/%s", size.name, way.name), func(b *testing.B) {
				var c Card
				for i := range b.N {
					o := way.o
					o.Grids, o.Least, o.Most, o.Seed = size.grids, mean*3/4, mean*5/4, uint64(i)
					d, err := Draw(context.Background(), r, o)
					if err != nil {
						b.Fatal(err)
					}
					c = d.Card
				}
				b.ReportMetric(100*c.InBand, "%in-band")
				b.ReportMetric(100*c.LargestDeviation, "%worst")
				b.ReportMetric(100*c.OnRoad, "%on-road")
				b.ReportMetric(100*c.Kept, "%kept")
				b.ReportMetric(c.Compactness, "compact")
			})
		}
	}
}
