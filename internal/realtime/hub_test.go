package realtime_test

import (
	"fmt"
	"testing"

	"wangge/internal/realtime"
)

func TestAViewerSeesItsTerritoryAndNothingElse(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{})
	s.put("old", "d1.s1.c1")
	own := newClient(s, 1, "d1.s1").start()
	other := newClient(s, 2, "d1.s2").start()
	all := newClient(s, 3, "").start()
	s.settle(own, other, all)
	for i := range 40 {
		s.put(fmt.Sprintf("t%d", i%10), fmt.Sprintf("d1.s%d.c%d", i%3, i%7))
	}
	s.settle(own, other, all)
	for _, c := range []*client{own, other, all} {
		if len(c.outside) > 0 {
			t.Errorf("%q was sent %v from outside", c.scope, c.outside)
		}
		if c.connected.Load() != 1 || c.broken.Load() != 0 {
			t.Errorf("%q connected %d times, %d breaks; want 1, 0", c.scope, c.connected.Load(), c.broken.Load())
		}
	}
}
