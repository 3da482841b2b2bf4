package geo

import (
	"math/rand"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

func TestColourChangesOnlyWhatClashes(t *testing.T) {
	t.Parallel()
	around := func(n ...int64) map[int64]bool {
		out := map[int64]bool{}
		for _, l := range n {
			out[l] = true
		}
		return out
	}
	neighbours := map[int64]map[int64]bool{1: around(2), 2: around(1, 3), 3: around(2)}
	have := map[int64]int{1: 4, 2: 4, 3: 2}
	if got, want := Colour(neighbours, func(l int64) int { return have[l] }, 6), map[int64]int{2: 0}; !reflect.DeepEqual(got, want) {
		t.Errorf("new colours %v, want %v", got, want)
	}
}

func TestSixColoursAreEnoughForAnyTown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		arcs, err := Arcs(town(r, rapid.IntRange(1, 7).Draw(t, "n")), plain)
		if err != nil {
			t.Fatal(err)
		}
		neighbours := Neighbours(arcs, func(c int64) int64 { return c })
		have := func(l int64) int { return int(l) % 2 }
		now := Colour(neighbours, have, 6)
		colour := func(l int64) int {
			if c, ok := now[l]; ok {
				return c
			}
			return have(l)
		}
		for l, around := range neighbours {
			for n := range around {
				if colour(l) == colour(n) {
					t.Fatalf("%d and %d touch and are both %d", l, n, colour(l))
				}
			}
		}
	})
}
