package realtime

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"wangge/internal/ward"
)

// Whatever was added, the ring gives back the newest events in order, or says
// that it cannot.
func TestTheRingAgreesWithTheLog(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(1, 20).Draw(t, "size")
		start := rapid.Int64Range(1, 50).Draw(t, "start")
		r := &ring{buf: make([]*entry, size)}
		r.reset("e", start, nil)
		var log []*entry
		for range rapid.IntRange(0, 10).Draw(t, "adds") {
			var some []*entry
			for range rapid.IntRange(0, int(size)).Draw(t, "n") {
				some = append(some, &entry{seq: start + int64(len(log)+len(some))})
			}
			if !r.add(some) {
				t.Fatal("events that continue the ring were refused")
			}
			log = append(log, some...)
		}
		head := start - 1 + int64(len(log))
		if r.add([]*entry{{seq: head + 2}}) {
			t.Fatal("a gap was taken in")
		}
		from := rapid.Int64Range(start-1, head).Draw(t, "from")
		limit := rapid.Int64Range(1, 30).Draw(t, "limit")
		got, err := r.after(position{r.lap, from}, limit, nil)
		want := log[from-start+1:]
		if int64(len(want)) > size {
			if !errors.Is(err, errOvertaken) {
				t.Fatalf("reading from %d of %d with room for %d: %v", from, head, size, err)
			}
			return
		}
		want = want[:min(limit, int64(len(want)))]
		if err != nil || len(got) != len(want) {
			t.Fatalf("%d events, %v; want %d", len(got), err, len(want))
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("event %d is %d, want %d", i, got[i].seq, want[i].seq)
			}
		}
	})
}

func TestEnteringTheRing(t *testing.T) {
	t.Parallel()
	r := &ring{buf: make([]*entry, 10)}
	r.reset("now", 91, nil)
	for seq := int64(91); seq <= 100; seq++ {
		r.add([]*entry{{seq: seq}})
	}
	for _, c := range []struct {
		name   string
		epoch  string
		since  int64
		from   int64
		reason string
	}{
		{"from now on", "", -1, 100, ""},
		{"up to date", "now", 100, 100, ""},
		{"a little behind", "now", 95, 95, ""},
		{"as far behind as allowed", "now", 92, 92, ""},
		{"too far behind", "now", 91, 91, "behind"},
		{"before what is held", "now", 3, 3, "behind"},
		{"another history", "then", 100, 100, "epoch"},
		{"no epoch", "", 100, 100, "epoch"},
		{"newer than the ring", "now", 103, 100, ""},
		{"from the future", "now", 109, 100, "epoch"},
	} {
		p, told, reason := r.enter(c.epoch, c.since, 8)
		if p.seq != c.from || reason != c.reason || (c.since >= 0 && told != c.since) {
			t.Errorf("%s: from %d, told %d, %q; want %d, %d, %q", c.name, p.seq, told, reason, c.from, c.since, c.reason)
		}
	}
	before, _, _ := r.enter("now", 100, 8)
	r.reset("now", 101, nil)
	if _, err := r.after(before, 1, nil); !errors.Is(err, errRestarted) {
		t.Errorf("a reader of the former ring got %v", err)
	}
}

func TestWhatAViewerIsTold(t *testing.T) {
	t.Parallel()
	all := func(ward.Visibility) bool { return true }
	public := func(v ward.Visibility) bool { return v == ward.Public }
	for _, c := range []struct {
		name  string
		scope ward.Scope
		hears func(ward.Visibility) bool
		event entry
		want  sight
	}{
		{"inside", ward.System("d1.s1"), all, entry{paths: []string{"d1.s1.c1"}, class: ward.Duty}, present},
		{"outside", ward.System("d1.s1"), all, entry{paths: []string{"d1.s10.c1"}, class: ward.Duty}, unseen},
		{"left", ward.System("d1.s1"), all, entry{paths: []string{"d1.s2", "d1.s1"}, class: ward.Duty}, gone},
		{"came", ward.System("d1.s2"), all, entry{paths: []string{"d1.s2", "d1.s1"}, class: ward.Duty}, present},
		{"everywhere", ward.System(""), all, entry{paths: []string{"d7"}, class: ward.Duty}, present},
		{"nowhere", ward.Scope{}, all, entry{paths: []string{"d1"}, class: ward.Public}, unseen},
		{"not for the wall", ward.System("d1"), public, entry{paths: []string{"d1"}, class: ward.Duty}, unseen},
		{"left, not for the wall", ward.System("d1"), public, entry{paths: []string{"d2", "d1"}, class: ward.Duty}, unseen},
		{"new borders around one's own", ward.System("d1.s1.c1.g1"), all, entry{topic: ward.PublicationTopic, paths: []string{"d1.s1"}, class: ward.Public}, present},
		{"new borders elsewhere", ward.System("d1.s1.c1.g1"), all, entry{topic: ward.PublicationTopic, paths: []string{"d1.s1.c2"}, class: ward.Public}, unseen},
		{"a grant", ward.System(""), all, entry{topic: ward.GrantTopic, entity: "1", paths: []string{"d1"}, class: ward.Public}, unseen},
	} {
		if got := (Viewer{Actor: 1, Scope: c.scope, Hears: c.hears}).sight(&c.event); got != c.want {
			t.Errorf("%s: sight %d, want %d", c.name, got, c.want)
		}
	}
}
