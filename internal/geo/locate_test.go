package geo

import (
	"fmt"
	"math"
	"math/rand"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"
)

// tiles cuts a square of n × n wobbly quadrangles that share their vertices.
// wobble moves a vertex by at most 0.4 of the unit.
func tiles(n int, wobble func() float64) []Region {
	at := make([][]orb.Point, n+1)
	for i := range at {
		for j := 0; j <= n; j++ {
			at[i] = append(at[i], orb.Point{float64(i) + wobble(), float64(j) + wobble()})
		}
	}
	var regions []Region
	for i := range n {
		for j := range n {
			regions = append(regions, Region{int64(len(regions) + 1), orb.MultiPolygon{{{
				at[i][j], at[i+1][j], at[i+1][j+1], at[i][j+1], at[i][j],
			}}}})
		}
	}
	return regions
}

func TestIndexKnowsHolesPartsAndTheOutside(t *testing.T) {
	t.Parallel()
	x := NewIndex([]Region{
		{7, orb.MultiPolygon{
			{{{0, 0}, {9, 0}, {9, 9}, {0, 9}, {0, 0}}, {{3, 3}, {3, 6}, {6, 6}, {6, 3}, {3, 3}}},
			{{{4, 4}, {5, 4}, {5, 5}, {4, 5}, {4, 4}}},
		}},
		{8, orb.MultiPolygon{{{{3, 3}, {6, 3}, {6, 6}, {3, 6}, {3, 3}}, {{4, 4}, {4, 5}, {5, 5}, {5, 4}, {4, 4}}}}},
		{9, orb.MultiPolygon{{{{20, 20}, {21, 20}, {20, 21}, {20, 20}}}}},
		{3, orb.MultiPolygon{{{{20, 20}, {21, 20}, {20, 21}, {20, 20}}}}},
		{10, nil},
	})
	for _, c := range []struct {
		p    orb.Point
		want int64
	}{
		{orb.Point{1, 1}, 7},
		{orb.Point{3.5, 3.5}, 8},
		{orb.Point{4.5, 4.5}, 7},
		{orb.Point{20.2, 20.2}, 3}, // both: the smallest id
		{orb.Point{10, 1}, 0},
		{orb.Point{math.NaN(), 1}, 0},
		{orb.Point{math.Inf(1), math.Inf(1)}, 0},
	} {
		if got, ok := x.At(c.p); got != c.want || ok != (c.want != 0) {
			t.Errorf("%v lies in %d, %v, want %d", c.p, got, ok, c.want)
		}
	}
	for _, empty := range []*Index{NewIndex(nil), NewTree(nil)} {
		if _, ok := empty.At(orb.Point{1, 1}); ok {
			t.Error("an empty index found something")
		}
	}
}

// On borders and on vertices too: exactly one region, the same as by hand.
func TestEveryPointOfATilingBelongsToExactlyOneRegion(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 7).Draw(t, "n")
		regions := tiles(n, func() float64 { return rapid.Float64Range(-0.4, 0.4).Draw(t, "w") })
		x := NewIndex(regions)
		ring := regions[rapid.IntRange(0, len(regions)-1).Draw(t, "region")].Shape[0][0]
		k := rapid.IntRange(0, 3).Draw(t, "edge")
		s := rapid.SampledFrom([]float64{0, 1, 0.5, 1. / 3, 0.1, 0.7}).Draw(t, "along")
		p := orb.Point{ring[k][0] + s*(ring[k+1][0]-ring[k][0]), ring[k][1] + s*(ring[k+1][1]-ring[k][1])}
		var holders []int64
		for _, r := range regions {
			if Contains(r.Shape, p) {
				holders = append(holders, r.ID)
			}
		}
		deep := p[0] > 0.5 && p[1] > 0.5 && p[0] < float64(n)-0.5 && p[1] < float64(n)-0.5
		if len(holders) > 1 || deep && len(holders) != 1 {
			t.Fatalf("%v lies in %v", p, holders)
		}
		if id, ok := x.At(p); ok != (len(holders) == 1) || ok && id != holders[0] {
			t.Fatalf("%v: index says %d, by hand %v", p, id, holders)
		}
	})
}

// Regions that overlap, lie in each other, have level borders and pieces far apart;
// points inside, on borders and on the lines between squares of the raster.
func TestIndexSaysWhatALookAtEveryRegionSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		coordinate := rapid.OneOf(rapid.Map(rapid.IntRange(0, 16), func(n int) float64 { return float64(n) / 2 }), rapid.Float64Range(0, 8))
		var regions []Region
		for i := range rapid.IntRange(1, 40).Draw(t, "regions") {
			var shape orb.MultiPolygon
			for range rapid.IntRange(1, 2).Draw(t, "parts") {
				x, y := coordinate.Draw(t, "x"), coordinate.Draw(t, "y")
				w, h := coordinate.Draw(t, "w"), coordinate.Draw(t, "h")
				cut := rapid.Float64Range(-1, 1).Draw(t, "cut")
				outer := orb.Ring{{x, y}, {x + w, y}, {x + w, y + h}, {x + cut*w, y + h/2}, {x, y + h}, {x, y}}
				inner := orb.Ring{{x + w/4, y + h/4}, {x + w/4, y + h/3}, {x + w/3, y + h/3}, {x + w/3, y + h/4}}
				shape = append(shape, orb.Polygon{outer, inner})
			}
			regions = append(regions, Region{int64(100 - i), shape})
		}
		x, tree := NewIndex(regions), NewTree(regions)
		for range 30 {
			p := orb.Point{coordinate.Draw(t, "px"), coordinate.Draw(t, "py")}
			if s := x.raster.squares; s != nil && rapid.Bool().Draw(t, "corner") {
				p = x.raster.centre(int32(rapid.IntRange(0, len(s)-1).Draw(t, "square")))
				p[0] += rapid.SampledFrom([]float64{-0.5, 0, 0.5}).Draw(t, "aside") / x.raster.perX
				p[1] += rapid.SampledFrom([]float64{-0.5, 0, 0.5}).Draw(t, "above") / x.raster.perY
			}
			want := int64(0)
			for _, r := range regions {
				if Contains(r.Shape, p) && (want == 0 || r.ID < want) {
					want = r.ID
				}
			}
			if got, ok := x.At(p); got != want || ok != (want != 0) {
				t.Fatalf("%v lies in %d, %v; by hand in %d", p, got, ok, want)
			}
			if got, ok := tree.At(p); got != want || ok != (want != 0) {
				t.Fatalf("%v lies in %d, %v of the tree; by hand in %d", p, got, ok, want)
			}
		}
	})
}

func TestIndexAllocatesNothing(t *testing.T) {
	x := NewIndex(tiles(20, rand.New(rand.NewSource(1)).Float64))
	if n := testing.AllocsPerRun(100, func() { x.At(orb.Point{10.1, 10.1}) }); n != 0 {
		t.Errorf("%v allocations a look-up", n)
	}
}

// district is n grids with 48 vertices each, about the size of real ones.
func district(n int) ([]Region, []orb.Point) {
	r := rand.New(rand.NewSource(1))
	side := int(math.Round(math.Sqrt(float64(n))))
	regions := tiles(side, func() float64 { return r.Float64()*0.6 - 0.3 })
	for i, region := range regions {
		regions[i].Shape = orb.MultiPolygon{{bend(region.Shape[0][0], 12)}}
	}
	points := make([]orb.Point, 4096)
	for i := range points {
		points[i] = orb.Point{r.Float64() * float64(side), r.Float64() * float64(side)}
	}
	return regions, points
}

// bend puts pieces wavy pieces into each edge, the same from both sides.
func bend(ring orb.Ring, pieces int) orb.Ring {
	var out orb.Ring
	for i := 0; i+1 < len(ring); i++ {
		a, b := ring[i], ring[i+1]
		for k := range pieces {
			s := float64(k) / float64(pieces)
			sway := 0.05 * math.Sin(2*math.Pi*s)
			out = append(out, orb.Point{a[0] + s*(b[0]-a[0]) - sway*(b[1]-a[1]), a[1] + s*(b[1]-a[1]) + sway*(b[0]-a[0])})
		}
	}
	return append(out, out[0])
}

// BenchmarkIndexAt measures point → grid and how much faster it is than the
// obvious loop over all grids.
func BenchmarkIndexAt(b *testing.B) {
	for _, n := range []int{2000, 10000} {
		regions, points := district(n)
		b.Run(fmt.Sprintf("grids=%d", len(regions)), func(b *testing.B) {
			started := time.Now()
			x := NewIndex(regions)
			built := time.Since(started)
			b.ReportAllocs()
			b.ResetTimer()
			for i := 0; i < b.N; i++ {
				x.At(points[i%len(points)])
			}
			b.StopTimer()
			tree := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
			b.ReportMetric(linearScan(regions, points)/tree, "x_linear")
			b.ReportMetric(float64(built.Microseconds()), "build_µs")
		})
	}
}

// linearScan is what one would write first: bound, then orb's point in polygon.
func linearScan(regions []Region, points []orb.Point) float64 {
	bounds := make([]orb.Bound, len(regions))
	for i, r := range regions {
		bounds[i] = r.Shape.Bound()
	}
	started := time.Now()
	for _, p := range points {
		for i, r := range regions {
			if bounds[i].Contains(p) && planar.MultiPolygonContains(r.Shape, p) {
				break
			}
		}
	}
	return float64(time.Since(started).Nanoseconds()) / float64(len(points))
}
