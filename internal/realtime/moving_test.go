package realtime_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/paulmach/orb"

	"wangge/internal/realtime"
	"wangge/internal/ward"
)

func TestAViewerFollowsTeamsOfTheTerritoryOnly(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{MarkEvery: 20 * time.Millisecond})
	at := time.Now()
	show := func(team int64, gone bool, paths ...string) {
		at = at.Add(time.Second)
		s.hub().Show(ward.Mover{Team: team, At: at, Location: orb.Point{120, 30}, Paths: paths, Gone: gone})
	}
	show(1, false, "d1.s1.c1.g1")
	show(2, false, "d1.s2")
	c := s.follower("actor=1&scope=d1.s1&follows")
	deaf := s.follower("actor=2&scope=d1.s1")
	if m := c.now(); !m.All || !slices.Equal(m.ids(), []int64{1}) {
		t.Fatalf("at first: %+v", m)
	}
	show(1, false, "d1.s1.c2")
	show(1, false, "d1.s1.c3")
	if m := c.now(); m.All || !slices.Equal(m.ids(), []int64{1}) || len(m.Gone) != 0 {
		t.Fatalf("moved twice: %+v", m)
	}
	show(1, false, "d1.s2.c4") // left the territory
	if m := c.now(); len(m.M) != 0 || !slices.Equal(m.Gone, []int64{1}) {
		t.Fatalf("left: %+v", m)
	}
	show(3, false, "d1.s2", "d1.s1") // is elsewhere, belongs here
	if m := c.now(); !slices.Equal(m.ids(), []int64{3}) {
		t.Fatalf("own team elsewhere: %+v", m)
	}
	show(3, true)
	if m := c.now(); !slices.Equal(m.Gone, []int64{3}) {
		t.Fatalf("off duty: %+v", m)
	}
	if deaf.heardNow() {
		t.Error("somebody who may not follow teams was told where they are")
	}
}

func TestAnOlderPositionDoesNotMoveATeamBack(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{MarkEvery: 20 * time.Millisecond})
	now := time.Now()
	s.hub().Show(ward.Mover{Team: 1, At: now, Location: orb.Point{120, 30}, Paths: []string{"d1"}})
	s.hub().Show(ward.Mover{Team: 1, At: now.Add(-time.Minute), Location: orb.Point{121, 30}, Paths: []string{"d1"}})
	c := s.follower("actor=1&scope=d1&follows")
	if m := c.now(); m.M[0].Location != (orb.Point{120, 30}) {
		t.Errorf("it is at %v", m.M[0].Location)
	}
}

// The clock of a phone may be ahead of ours: its last position then lies after
// the end of duty, and must not keep the team on the map.
func TestAWrongClockKeepsNobodyOnTheMap(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{MarkEvery: 20 * time.Millisecond})
	now := time.Now()
	ahead := ward.Mover{Team: 1, At: now.Add(50 * time.Second), Location: orb.Point{120, 30}, Paths: []string{"d1"}}
	s.hub().Show(ahead)
	c := s.follower("actor=1&scope=d1&follows")
	if m := c.now(); !slices.Equal(m.ids(), []int64{1}) {
		t.Fatalf("at first: %+v", m)
	}
	s.hub().Show(ward.Mover{Team: 1, At: now, Gone: true})
	if m := c.now(); !slices.Equal(m.Gone, []int64{1}) {
		t.Fatalf("off duty: %+v", m)
	}
	ahead.At = ahead.At.Add(-time.Second) // sent before, on its way until now
	s.hub().Show(ahead)
	if c.heardNow() {
		t.Error("a late position brings a team that is off duty back")
	}
}

func TestWhatWasLostBetweenNodesIsPutRightByTheDatabase(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	clock := time.Now()
	now := func() time.Time { mu.Lock(); defer mu.Unlock(); return clock }
	s := newStage(t, realtime.Options{MarkEvery: 20 * time.Millisecond, Now: now})
	mover := func(team int64, at time.Time) ward.Mover {
		return ward.Mover{Team: team, At: at, Location: orb.Point{120, 30}, Paths: []string{"d1"}}
	}
	began := now()
	for team := range int64(3) {
		s.hub().Show(mover(1+team, began))
	}
	c := s.follower("actor=1&scope=d1&follows")
	c.now()
	mu.Lock()
	clock = clock.Add(10 * time.Second)
	mu.Unlock()
	s.hub().Show(mover(9, now())) // on duty since a moment, not yet in what the database said
	if m := c.now(); !slices.Equal(m.ids(), []int64{9}) {
		t.Fatalf("a new one: %+v", m)
	}
	// 1 stands still, 2 has moved, 3 has gone off duty, 4 was never heard of.
	s.hub().Settle([]ward.Mover{mover(1, began), mover(2, began.Add(time.Second)), mover(4, began)}, now())
	var moved, gone []int64
	for len(moved) < 2 || len(gone) < 1 {
		m := c.now()
		moved, gone = append(moved, m.ids()...), append(gone, m.Gone...)
	}
	slices.Sort(moved)
	if !slices.Equal(moved, []int64{2, 4}) || !slices.Equal(gone, []int64{3}) {
		t.Errorf("moved %v, gone %v; want [2 4], [3]", moved, gone)
	}
	if c.heardNow() {
		t.Error("what has not changed was told again")
	}
}

// nowSaid is a message that says where teams are.
type nowSaid struct {
	T    string       `json:"t"`
	All  bool         `json:"all"`
	M    []ward.Mover `json:"m"`
	Gone []int64      `json:"gone"`
}

func (m nowSaid) ids() (ids []int64) {
	for _, one := range m.M {
		ids = append(ids, one.Team)
	}
	return ids
}

// follower is a bare connection that waits for such messages.
type follower struct {
	t    testing.TB
	conn *websocket.Conn
}

func (s *stage) follower(query string) follower {
	s.t.Helper()
	conn := s.mustOpen(query)
	return follower{s.t, conn}
}

// next is the next message that says where teams are; false when count others
// came without one.
func (f follower) next(count int) (m nowSaid, ok bool) {
	f.t.Helper()
	_ = f.conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	for range count {
		m = nowSaid{}
		if err := f.conn.ReadJSON(&m); err != nil {
			f.t.Fatal(err)
		}
		if m.T == "now" {
			return m, true
		}
	}
	return m, false
}

func (f follower) now() nowSaid {
	f.t.Helper()
	m, ok := f.next(1000)
	if !ok {
		f.t.Fatal("nobody says where teams are")
	}
	return m
}

func (f follower) heardNow() bool {
	f.t.Helper()
	_, heard := f.next(5)
	return heard
}
