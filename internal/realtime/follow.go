package realtime

import (
	"context"
	"sync/atomic"
	"time"

	"wangge/internal/ward"
)

const (
	sequenceBatch = 1000
	tailBatch     = 2000
	// A look into the database that takes longer has failed.
	feedWait = 5 * time.Second
	// Pause after a failure: long enough not to hammer a starting server.
	retryPause = 200 * time.Millisecond
)

// sequence numbers committed changes as they come. Every node does; the
// database lets one at a time.
func (h *Hub) sequence(ctx context.Context) {
	pause := h.opt.PollMin
	for ctx.Err() == nil {
		started := h.opt.Now()
		moved, err := within(ctx, func(ctx context.Context) (int, error) { return h.feed.Sequence(ctx, sequenceBatch) })
		h.report(ctx, "sequencing", &h.sequenceBad, err)
		if err != nil {
			sleep(ctx, retryPause, nil)
			continue
		}
		h.sequencedAt.Store(started.UnixNano())
		if moved > 0 {
			pause = h.opt.PollMin
			h.wakeTail()
			sleep(ctx, h.opt.Gather-h.opt.Now().Sub(started), nil)
			continue
		}
		if sleep(ctx, pause, h.feed.Wake()) {
			pause = h.opt.PollMin
		} else {
			pause = min(2*pause, h.opt.PollMax)
		}
	}
}

// listen wakes the tail when another node has sequenced.
func (h *Hub) listen(ctx context.Context) {
	for ctx.Err() == nil {
		err := h.feed.Listen(ctx, func() {
			h.report(ctx, "listening", &h.listenBad, nil)
			h.wakeTail()
		})
		h.report(ctx, "listening", &h.listenBad, err)
		sleep(ctx, retryPause, nil)
	}
}

func (h *Hub) wakeTail() {
	select {
	case h.tailWake <- struct{}{}:
	default:
	}
}

// tail reads the log into the ring and wakes the sessions.
func (h *Hub) tail(ctx context.Context) {
	for ctx.Err() == nil {
		more, err := h.tailOnce(ctx)
		h.report(ctx, "following the log", &h.tailBad, err)
		switch {
		case err != nil:
			sleep(ctx, retryPause, nil)
		case !more:
			sleep(ctx, h.opt.PollMax, h.tailWake)
		}
	}
}

// tailOnce reads once and reports whether there may be more at once.
func (h *Hub) tailOnce(ctx context.Context) (more bool, err error) {
	started := h.opt.Now()
	epoch, newest := h.ring.state()
	head, events, err := h.read(ctx, newest)
	if err != nil {
		return false, err
	}
	if head.Epoch != epoch || head.Seq < newest {
		return true, h.restart(ctx, head)
	}
	entries, err := entriesOf(events)
	if err != nil {
		return false, err
	}
	if !h.ring.add(entries) {
		h.breaks.Add(1)
		h.opt.Log.Error("the log has a gap", "after", newest, "read", len(entries), "head", head.Seq)
		return true, h.restart(ctx, head)
	}
	h.offer(entries)
	if len(events) < tailBatch {
		h.tailedAt.Store(started.UnixNano())
		return false, nil
	}
	return true, nil
}

// restart fills the ring with the newest events of a log that is new to the
// hub. Sessions of the former one find that out and end.
func (h *Hub) restart(ctx context.Context, head ward.Head) error {
	first := max(head.Seq-int64(h.opt.Ring), head.MinSeq-1, 0)
	var entries []*entry
	for from := first; from < head.Seq; {
		now, events, err := h.read(ctx, from)
		if err != nil {
			return err
		}
		if now.Epoch != head.Epoch || len(events) == 0 {
			return nil // it changed again; the next round sees the new one
		}
		some, err := entriesOf(events)
		if err != nil {
			return err
		}
		entries = append(entries, some...)
		from = events[len(events)-1].Seq
	}
	entries = unbroken(entries)
	if len(entries) > 0 {
		first = entries[0].seq - 1
	}
	h.offered.Store(0) // of the former log
	h.ring.reset(head.Epoch, first+1, entries)
	h.mu.Lock()
	if !h.open {
		h.open = true
		close(h.ready)
	}
	for s := range h.sessions.all {
		s.poke(dueEvents)
	}
	h.mu.Unlock()
	return nil
}

// unbroken returns the newest entries that follow each other without a gap. In
// a sound log these are all.
func unbroken(entries []*entry) []*entry {
	for i := len(entries) - 1; i > 0; i-- {
		if entries[i-1].seq+1 != entries[i].seq {
			return entries[i:]
		}
	}
	return entries
}

func (h *Hub) read(ctx context.Context, after int64) (head ward.Head, events []ward.Event, err error) {
	ctx, cancel := context.WithTimeout(ctx, feedWait)
	defer cancel()
	return h.feed.Since(ctx, after, tailBatch)
}

// offer wakes the sessions that may see something of the entries.
func (h *Hub) offer(entries []*entry) {
	now := time.Now().UnixNano()
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, e := range entries {
		h.sessions.of(e, func(s *session) { s.offer(e, now) })
		h.offered.Store(e.seq)
	}
}

// asOf is when everything committed was last known here.
func (h *Hub) asOf() time.Time {
	return time.Unix(0, min(h.sequencedAt.Load(), h.tailedAt.Load()))
}

// report logs when something stops working and when it works again, not each
// try in between.
func (h *Hub) report(ctx context.Context, doing string, bad *atomic.Bool, err error) {
	switch {
	case ctx.Err() != nil:
	case err != nil && !bad.Swap(true):
		h.opt.Log.Error("live feed: "+doing+" fails", "err", err)
	case err == nil && bad.Swap(false):
		h.opt.Log.Info("live feed: " + doing + " works again")
	}
}

func entriesOf(events []ward.Event) ([]*entry, error) {
	entries := make([]*entry, 0, len(events))
	for _, e := range events {
		one, err := newEntry(e)
		if err != nil {
			return nil, err
		}
		entries = append(entries, one)
	}
	return entries, nil
}

func within(ctx context.Context, fn func(context.Context) (int, error)) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, feedWait)
	defer cancel()
	return fn(ctx)
}

// sleep waits for the pause, a wake or the end of ctx; true when woken.
func sleep(ctx context.Context, pause time.Duration, wake <-chan struct{}) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-wake:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}
