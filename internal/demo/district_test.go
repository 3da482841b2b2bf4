package demo

import (
	"testing"

	"github.com/paulmach/orb"
)

func TestTilesOfADistrictJoinWithoutAGap(t *testing.T) {
	t.Parallel()
	town := &Town{Rows: map[string][]Row{}}
	district(3, town, 4, 2)
	area := func(r Row) float64 {
		sum := 0.0
		for _, p := range r.Shape.(orb.MultiPolygon) {
			for _, ring := range p {
				sum += areaOf(ring[:len(ring)-1])
			}
		}
		return sum
	}
	sums := map[string]float64{}
	count := map[string]int{}
	for _, r := range town.Rows["areas"] {
		level := r.Values["level"].(string)
		sums[level] += area(r)
		count[level]++
		if n := len(r.Shape.(orb.MultiPolygon)); n != 1 && level != "community" {
			t.Errorf("%v has %d parts", r.Values["name"], n)
		}
	}
	for _, r := range town.Rows["grids"] {
		sums["grid"] += area(r)
	}
	if count["street"] != 2 || count["community"] < 32 {
		t.Errorf("%v", count)
	}
	for level, sum := range sums {
		if d := sum/sums["district"] - 1; d > 1e-9 || d < -1e-9 {
			t.Errorf("%s areas are %.3g of the district off", level, d)
		}
	}
	codesResolve(t, city{town: town})
	rowsFit(t, city{town: town})
}
