package realtime

import "time"

// Reasons to wake a session.
const (
	dueEvents uint32 = 1 << iota // the ring holds something for the viewer
	dueMark                      // its mark is due
	dueGone                      // the client is gone
	dueStop                      // the hub goes down
)

// stuck is what has come for a viewer during one write.
type stuck struct {
	since           int64 // when that write began
	last            int64 // seq of the last event counted
	messages, bytes int64
}

// offer is called by the one goroutine of the hub that follows the log when an
// event was added that may be for this viewer: when it is, offer has the session
// woken, at once or when its last frame is Merge ago, and marks it slow when it
// is stuck with too much.
func (s *session) offer(e *entry, now int64) {
	writing := s.writing.Load()
	if writing == 0 && s.first.Load() != 0 || s.viewer.sight(e) == unseen && !s.viewer.concerns(e) {
		return
	}
	if writing != 0 {
		s.count(e, writing, now)
	}
	if !s.first.CompareAndSwap(0, e.seq) {
		return
	}
	pause := s.hub.opt.Merge
	if writing == 0 {
		pause -= time.Duration(now - s.lastFrame.Load())
	}
	if pause > 0 {
		s.hub.pace.in(s, pause, dueEvents)
	} else {
		s.poke(dueEvents)
	}
}

// count notes an event that came while a write was running.
func (s *session) count(e *entry, writing, now int64) {
	if s.stuck.since != writing {
		s.stuck = stuck{since: writing}
	}
	if s.stuck.last == e.seq {
		return
	}
	s.stuck.last = e.seq
	s.stuck.messages++
	s.stuck.bytes += int64(len(e.present))
	if (s.stuck.messages > s.hub.opt.Queue || s.stuck.bytes > s.hub.opt.QueueBytes) && now-writing > int64(s.hub.opt.SlowAfter) {
		s.slow.Store(true)
	}
}

// poke wakes the session for a reason. It never blocks: who finds a reason there
// already leaves the waking to whoever came first.
func (s *session) poke(reason uint32) {
	if s.why.Or(reason) == 0 {
		s.wake <- struct{}{}
	}
}

// skip moves the position to just before what was offered to this session, past
// what is not for its viewer. The order counts: what is offered after first was
// taken wakes the session again, what was offered before is in it.
func (s *session) skip() {
	past := s.hub.offered.Load()
	if first := s.first.Swap(0); first != 0 {
		past = first - 1
	}
	s.at.seq = max(s.at.seq, past)
}
