package walknet

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func attach(t *testing.T, n *Net, x, y float64) Access {
	t.Helper()
	a, ok := n.Attach(orb.Point{x, y})
	if !ok {
		t.Fatalf("%v, %v is nowhere near a way", x, y)
	}
	return a
}

func metres(t *testing.T, n *Net, from, to orb.Point) float64 {
	t.Helper()
	m, _ := n.From([]Access{attach(t, n, from[0], from[1])}, math.Inf(1)).To(attach(t, n, to[0], to[1]))
	return m
}

// A walled yard south of a street, with a path out of its gate in the west:
//
//	0────────────street────────────300   y = 100
//	│path      ████wall████████
//	gate 20    █ yard, way y=50  █
func yard() *Net {
	return New([]Line{
		{Points: []orb.Point{{0, 100}, {300, 100}}},
		{Points: []orb.Point{{20, 100}, {20, 50}, {280, 50}}},
	}, [][]orb.Point{{{40, 90}, {290, 90}, {290, 20}, {40, 20}, {40, 90}}})
}

func TestBehindAWallOneWalksRoundByTheGate(t *testing.T) {
	t.Parallel()
	n := yard()
	// In a straight line 40 m; on foot to the gate and back.
	have := metres(t, n, orb.Point{270, 105}, orb.Point{270, 65})
	if want := 5.0 + 250 + 50 + 250 + 15; math.Abs(have-want) > 0.01 {
		t.Errorf("%.1f m, want %.1f", have, want)
	}
}

func TestADoorIsTiedToAWayItCanReachNotToTheNearest(t *testing.T) {
	t.Parallel()
	n := yard()
	a := attach(t, n, 150, 80) // 20 m to the street, behind the wall; 30 m to the way in the yard
	if p := n.place(a); p[1] != 50 {
		t.Errorf("tied to the way at %v", p)
	}
	if _, ok := n.Attach(orb.Point{5000, 5000}); ok {
		t.Error("a place far from every way was tied to one")
	}
}

func TestABridgePassesOverAndJoinsAtItsEnds(t *testing.T) {
	t.Parallel()
	river := [][]orb.Point{{{-100, 50}, {300, 50}}}
	street := []Line{{Points: []orb.Point{{0, 0}, {200, 0}}}, {Points: []orb.Point{{0, 100}, {200, 100}}}, {Points: []orb.Point{{-50, 60}, {100, 60}}}}
	if m := metres(t, New(street, river), orb.Point{100, 0}, orb.Point{100, 100}); !math.IsInf(m, 1) {
		t.Errorf("no bridge, and yet %.0f m", m)
	}
	with := New(append(street, Line{Points: []orb.Point{{0, 0}, {0, 100}}, Bridge: true}), river)
	if m := metres(t, with, orb.Point{100, 0}, orb.Point{100, 100}); math.Abs(m-300) > 0.01 {
		t.Errorf("%.1f m over the bridge, want 300", m)
	}
	// The towpath at y = 60 lies below the bridge and has no stairs.
	if m := metres(t, with, orb.Point{80, 60}, orb.Point{100, 100}); !math.IsInf(m, 1) {
		t.Errorf("%.0f m from the towpath onto the bridge", m)
	}
}

func TestTwoPlacesOnOneStretchNeedNotGoToItsEnd(t *testing.T) {
	t.Parallel()
	n := New([]Line{{Points: []orb.Point{{0, 0}, {1000, 0}}}}, nil)
	if m := metres(t, n, orb.Point{400, 3}, orb.Point{430, 4}); math.Abs(m-37) > 0.01 {
		t.Errorf("%.1f m, want 37", m)
	}
}

// town is a lattice of streets with some missing, doors at random, and walls.
func town(seed uint64) (*Net, []Demand) {
	rng := rand.New(rand.NewPCG(seed, 0))
	var ways []Line
	for i := range 8 {
		for j := range 7 {
			a := float64(i) * 100
			b, c := float64(j)*100, float64(j+1)*100
			if rng.IntN(6) > 0 {
				ways = append(ways, Line{Points: []orb.Point{{a, b}, {a, c}}})
			}
			if rng.IntN(6) > 0 {
				ways = append(ways, Line{Points: []orb.Point{{b, a}, {c, a}}})
			}
		}
	}
	var walls [][]orb.Point
	for range 6 {
		x, y := rng.Float64()*600, rng.Float64()*600
		walls = append(walls, []orb.Point{{x, y}, {x + 70, y}, {x + 70, y + 60}})
	}
	n := New(ways, walls)
	var doors []Demand
	for len(doors) < 40 {
		if a, ok := n.Attach(orb.Point{rng.Float64() * 700, rng.Float64() * 700}); ok {
			doors = append(doors, Demand{a, float64(rng.IntN(30))})
		}
	}
	return n, doors
}

func accesses(d []Demand) []Access {
	var all []Access
	for _, x := range d {
		all = append(all, x.Access)
	}
	return all
}

func TestWalkingIsADistance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, doors := town(rapid.Uint64().Draw(t, "town"))
		pick := rapid.IntRange(0, len(doors)-1)
		a, b, c := doors[pick.Draw(t, "a")].Access, doors[pick.Draw(t, "b")].Access, doors[pick.Draw(t, "c")].Access
		way := func(x, y Access) float64 {
			m, _ := n.From([]Access{x}, math.Inf(1)).To(y)
			return m
		}
		if x, y := way(a, b), way(b, a); x != y && math.Abs(x-y) > 1e-6 {
			t.Fatalf("%v there, %v back", x, y)
		}
		// Through c one goes in and out of its door once more.
		if way(a, b) > way(a, c)+way(c, b)+1e-6 {
			t.Fatal("a detour is shorter")
		}
		if straight := away(n.place(a), n.place(b)); way(a, b) < straight-1e-6 {
			t.Fatalf("%v m on foot, %v m in a straight line", way(a, b), straight)
		}
		both := n.From([]Access{a, b}, math.Inf(1))
		if m, from := both.To(c); math.Abs(m-min(way(a, c), way(b, c))) > 1e-6 && !math.IsInf(m, 1) || from > 1 {
			t.Fatalf("%v m from place %d", m, from)
		}
	})
}

func TestMorePlacesNeverCoverLessAndGreedyBeatsEachAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, doors := town(rapid.Uint64().Draw(t, "town"))
		limit := rapid.Float64Range(50, 500).Draw(t, "limit")
		picked, covered, err := n.Choose(context.Background(), accesses(doors[:20]), accesses(doors[20:21]), doors, limit, 5)
		if err != nil || len(covered) != len(picked)+1 {
			t.Fatal(err, covered)
		}
		for i := range picked {
			if covered[i+1] <= covered[i] || covered[i+1] > 1+1e-9 {
				t.Fatalf("covered %v", covered)
			}
		}
		scores, err := n.Sites(context.Background(), accesses(doors[:20]), accesses(doors[20:21]), doors, limit, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(picked) > 0 && math.Abs(scores[0].Gain-(covered[1]-covered[0])) > 1e-9 {
			t.Fatalf("the best site gains %v, the first pick %v", scores[0].Gain, covered[1]-covered[0])
		}
		for _, s := range scores {
			if s.Mean > s.Worst+1e-9 || s.Gain > s.Within+1e-9 || s.Within+s.Cut > 1+1e-9 {
				t.Fatalf("%+v", s)
			}
		}
	})
}

func TestSitingStopsWhenNobodyWaits(t *testing.T) {
	t.Parallel()
	n, doors := town(1)
	gone := errors.New("gone")
	ctx, cancel := context.WithCancelCause(context.Background())
	_, err := n.Sites(ctx, accesses(doors), nil, doors, 300, func(int) { cancel(gone) })
	if !errors.Is(err, gone) {
		t.Errorf("%v", err)
	}
}

func TestAPathDrawnToTheKerbReachesTheRoadUnlessAWallStandsThere(t *testing.T) {
	t.Parallel()
	ways := []Line{{Points: []orb.Point{{0, 0}, {200, 0}}}, {Points: []orb.Point{{100, 8}, {100, 90}}}}
	if m := metres(t, New(ways, nil), orb.Point{0, 0}, orb.Point{100, 80}); math.Abs(m-180) > 0.01 {
		t.Errorf("%.1f m, want 180 over the kerb", m)
	}
	wall := [][]orb.Point{{{50, 4}, {150, 4}}}
	if m := metres(t, New(ways, wall), orb.Point{0, 0}, orb.Point{100, 80}); !math.IsInf(m, 1) {
		t.Errorf("%.1f m through a wall", m)
	}
}
