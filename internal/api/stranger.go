package api

import (
	"sync"
	"time"
)

// How many requests with unknown tokens one address may send.
const (
	strangersMost   = 60
	strangersWindow = 10 * time.Minute
	strangersKept   = 10_000 // addresses; beyond it the count begins anew
)

// strangers counts requests with unknown tokens by address, so that nobody
// tries tokens one after another. The zero value is ready.
type strangers struct {
	mu    sync.Mutex
	since time.Time
	tries map[string]int
}

// allowed says whether an address may still try.
func (s *strangers) allowed(address string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn(now)
	return s.tries[address] < strangersMost
}

// count notes a request with an unknown token.
func (s *strangers) count(address string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn(now)
	s.tries[address]++
}

// turn begins a new window when the old one is over.
func (s *strangers) turn(now time.Time) {
	if s.tries == nil || now.Sub(s.since) > strangersWindow || len(s.tries) > strangersKept {
		s.since, s.tries = now, map[string]int{}
	}
}
