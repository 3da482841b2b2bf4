package realtime

import (
	"context"
	"sync"
	"time"
)

// paceSlots is into how many steps the longest pause is divided.
const paceSlots = 250

// pace wakes sessions at their time: each for its mark, and one whose last frame
// has just left when the next may follow. One wheel does it for all of them: ten
// thousand timers cost more than what is sent.
type pace struct {
	step  time.Duration
	began time.Time

	mu    sync.Mutex
	hand  int // the slot that is due next
	slots [paceSlots + 1][]paced
}

type paced struct {
	session *session
	reason  uint32
}

// newPace makes a wheel for pauses of at most longest.
func newPace(longest time.Duration) *pace {
	return &pace{step: max(longest/paceSlots, time.Millisecond/2), began: time.Now()}
}

// in wakes the session after the pause, give or take a step.
func (p *pace) in(s *session, pause time.Duration, reason uint32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	slot := (p.hand + min(int(pause/p.step), paceSlots)) % len(p.slots)
	p.slots[slot] = append(p.slots[slot], paced{s, reason})
}

// run turns the wheel until ctx ends.
func (p *pace) run(ctx context.Context) {
	tick := time.NewTicker(p.step)
	defer tick.Stop()
	var due []paced
	for turned := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for ; turned < int(time.Since(p.began)/p.step); turned++ {
			due = p.take(due[:0])
			for _, one := range due {
				one.session.poke(one.reason)
			}
			clear(due) // nobody who left is held
		}
	}
}

// take moves the hand on and appends who was due there to dst.
func (p *pace) take(dst []paced) []paced {
	p.mu.Lock()
	defer p.mu.Unlock()
	slot := &p.slots[p.hand]
	dst = append(dst, *slot...)
	clear(*slot)
	*slot = (*slot)[:0]
	p.hand = (p.hand + 1) % len(p.slots)
	return dst
}
