package geo

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSortByStripsIsTheSort(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, leastSort - 1, leastSort, leastSort + 1, 50_001} {
		for _, width := range []int64{1, 3, 1000, 1 << 40} {
			points := make([]Cm, n)
			for i := range points {
				points[i] = Cm{r.Int64N(width) - width/2, r.Int64N(100)}
			}
			want := slices.Compact(slices.SortedFunc(slices.Values(points), Cm.compare))
			if got := sortPoints(points); !slices.Equal(got, want) {
				t.Errorf("%d points on %d cm are not in order", n, width)
			}
		}
	}
}
