package realtime

import (
	"errors"
	"sync"
)

// Why the ring cannot go on from a position: it holds another history now, or
// newer events have pushed out the next one.
var (
	errRestarted = errors.New("the log started over")
	errOvertaken = errors.New("too far behind")
)

// ring holds the newest events of one epoch, without a gap.
type ring struct {
	mu    sync.RWMutex
	buf   []*entry // event seq is at seq % len(buf)
	first int64    // the oldest held; first == next when empty
	next  int64    // the number the next event must have
	epoch string
	lap   int // counts resets; a reader of an earlier lap must start over
}

// reset empties the ring, which goes on with the number next of the epoch and
// with entries from there on. Nobody enters it in between.
func (r *ring) reset(epoch string, next int64, entries []*entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.buf)
	r.epoch, r.first, r.next = epoch, next, next
	r.lap++
	r.put(entries)
}

// add appends events that continue the ring; false, and nothing added, when
// they do not.
func (r *ring) add(entries []*entry) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, e := range entries {
		if e.seq != r.next+int64(i) {
			return false
		}
	}
	r.put(entries)
	return true
}

func (r *ring) put(entries []*entry) {
	size := int64(len(r.buf))
	for _, e := range entries {
		r.buf[e.seq%size] = e
	}
	r.next += int64(len(entries))
	r.first = max(r.first, r.next-size)
}

// position is where a reader of the ring stands: everything up to seq is done.
type position struct {
	lap int
	seq int64
}

// after appends at most limit events after p to dst; errRestarted or
// errOvertaken when the ring cannot go on from p.
func (r *ring) after(p position, limit int64, dst []*entry) ([]*entry, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	switch {
	case p.lap != r.lap:
		return dst, errRestarted
	case p.seq+1 < r.first:
		return dst, errOvertaken
	}
	for seq := p.seq + 1; seq < min(r.next, p.seq+1+limit); seq++ {
		dst = append(dst, r.buf[seq%int64(len(r.buf))])
	}
	return dst, nil
}

// enter finds the place of a client whose state is as of since in the epoch;
// told is what it has already. A negative since means: from now on. reason is
// why it cannot resume, or "".
func (r *ring) enter(epoch string, since, maxBehind int64) (p position, told int64, reason string) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	head := r.next - 1
	switch {
	case since < 0:
		since = head
	// A snapshot may be a little newer than what the ring has heard of.
	case epoch != r.epoch, since-head > maxBehind:
		reason = "epoch"
	case since+1 < r.first, head-since > maxBehind:
		reason = "behind"
	}
	// Never beyond the head, whatever the client says: it might skip the event
	// that takes its grants away.
	return position{r.lap, min(since, head)}, since, reason
}

func (r *ring) state() (epoch string, head int64) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.epoch, r.next - 1
}
