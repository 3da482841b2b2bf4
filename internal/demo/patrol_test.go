package demo

import (
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"wangge/internal/geo"
)

// However far it is sent at a time, a patrol never goes farther than that, and
// it goes on for ever.
func TestAPatrolWalksNoFasterThanItIsTold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var lanes []orb.LineString
		for range rapid.IntRange(1, 8).Draw(t, "lanes") {
			var l orb.LineString
			for range rapid.IntRange(2, 5).Draw(t, "points") {
				l = append(l, orb.Point{120 + rapid.Float64Range(0, .004).Draw(t, "lon"), 30 + rapid.Float64Range(0, .004).Draw(t, "lat")})
			}
			lanes = append(lanes, l)
		}
		p := NewPatrol(lanes, orb.Point{120.001, 30.001}, 1)
		at := p.at
		for range 200 {
			metres := rapid.Float64Range(.1, 60).Draw(t, "metres")
			next := p.Walk(metres)
			if d := geo.Distance(at, next); d > metres*1.01+.01 {
				t.Fatalf("%v m instead of %v", d, metres)
			}
			at = next
		}
	})
}

func TestWithoutALaneAPatrolStaysWhereItIs(t *testing.T) {
	t.Parallel()
	if at := NewPatrol(nil, orb.Point{120, 30}, 1).Walk(100); at != (orb.Point{120, 30}) {
		t.Errorf("it went to %v", at)
	}
}
