package realtime

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"time"

	"wangge/internal/ward"
)

// Ephemeral state: where teams are. It never goes through the log; the latest of
// each wins, and a viewer is sent what is new once a second in one message:
//
//	now {all, m: [mover…], gone: [id…]}
//
// all says that m is everything the viewer may follow; the first one after a
// connection does.

// forgetGone is how long a hub remembers that a mover has gone: longer than any
// living connection waits for its next message.
const forgetGone = 2 * time.Minute

// moving is the latest of each mover.
type moving struct {
	mu     sync.Mutex
	turn   int64
	latest map[int64]*moved
	sorted []*moved // newest turn first; nil when it has to be made
}

// moved is one mover, written out once for all viewers.
type moved struct {
	turn  int64
	id    int64
	at    time.Time // of the position
	heard time.Time // by this node
	paths []string
	gone  bool
	text  []byte
}

// settleSlack is how long a position may be on its way into the database.
const settleSlack = 5 * time.Second

// Show takes where a mover is now, or that it is gone. An older position than
// the one known changes nothing; that it is gone always counts, since the clock
// of a device that sent the last position may be ahead of ours.
func (h *Hub) Show(m ward.Mover) {
	text, err := json.Marshal(m)
	if err != nil { // numbers and times marshal; a NaN does not, and is no place
		h.opt.Log.Warn("a mover that cannot be written", "team", m.Team, "error", err)
		return
	}
	now := h.opt.Now()
	h.moving.mu.Lock()
	defer h.moving.mu.Unlock()
	if h.moving.latest == nil {
		h.moving.latest = map[int64]*moved{}
	}
	if known := h.moving.latest[m.Team]; known != nil && m.At.Before(known.at) {
		if !m.Gone {
			return
		}
		m.At = known.at
	}
	h.moving.turn++
	h.moving.latest[m.Team] = &moved{turn: h.moving.turn, id: m.Team, at: m.At, heard: now, paths: m.Paths, gone: m.Gone, text: text}
	h.moving.sorted = nil
}

// Settle puts right what was lost between the nodes or overtook each other:
// movers is everybody on duty, each where the database knew it last at asOf. Who
// is not among them, and was not heard of just now, has gone.
func (h *Hub) Settle(movers []ward.Mover, asOf time.Time) {
	onDuty := make(map[int64]struct{}, len(movers))
	for _, m := range movers {
		onDuty[m.Team] = struct{}{}
		if h.moving.older(m.Team, m.At) {
			h.Show(m)
		}
	}
	for _, team := range h.moving.silent(onDuty, asOf.Add(-settleSlack)) {
		h.Show(ward.Mover{Team: team, At: asOf, Gone: true})
	}
}

// older reports whether at is news of a mover.
func (m *moving) older(team int64, at time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := m.latest[team]
	return known == nil || known.at.Before(at)
}

// silent lists movers on the map that are not on duty and were last heard of
// before a time.
func (m *moving) silent(onDuty map[int64]struct{}, before time.Time) (teams []int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for team, one := range m.latest {
		if _, on := onDuty[team]; !on && !one.gone && one.heard.Before(before) {
			teams = append(teams, team)
		}
	}
	return teams
}

// since lists what has changed after a turn, newest first.
func (m *moving) since(turn int64) (changed []*moved, newest int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.turn == turn {
		return nil, turn
	}
	if m.sorted == nil {
		m.sorted = make([]*moved, 0, len(m.latest))
		for _, one := range m.latest {
			m.sorted = append(m.sorted, one)
		}
		slices.SortFunc(m.sorted, func(a, b *moved) int { return int(b.turn - a.turn) })
	}
	n, _ := slices.BinarySearchFunc(m.sorted, turn, func(one *moved, turn int64) int { return int(turn - one.turn) })
	return m.sorted[:n:n], m.turn
}

// fade takes movers that have been silent for long off the map, and forgets
// those that have gone.
func (m *moving) fade(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, one := range m.latest {
		switch {
		case one.gone && now.Sub(one.heard) > forgetGone:
			delete(m.latest, id)
			m.sorted = nil
		case !one.gone && now.Sub(one.at) > ward.MoverForgets:
			m.turn++
			m.latest[id] = &moved{turn: m.turn, id: id, at: one.at, heard: now, gone: true}
			m.sorted = nil
		}
	}
}

// fadeOut runs fade until ctx ends.
func (h *Hub) fadeOut(ctx context.Context) {
	tick := time.NewTicker(forgetGone / 4)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			h.moving.fade(h.opt.Now())
		}
	}
}

// follow sends what has moved since the last time and may be followed. What the
// viewer was shown and may not see any more is gone for it.
func (s *session) follow() error {
	if !s.viewer.Follows {
		return nil
	}
	changed, newest := s.hub.moving.since(s.movedAt)
	all := s.movedAt < 0
	s.movedAt = newest
	var here [][]byte
	var gone []int64
	for _, one := range changed {
		if !one.gone && slices.ContainsFunc(one.paths, s.viewer.Scope.Covers) {
			here = append(here, one.text)
			if s.following == nil {
				s.following = map[int64]struct{}{}
			}
			s.following[one.id] = struct{}{}
		} else if _, shown := s.following[one.id]; shown {
			gone = append(gone, one.id)
			delete(s.following, one.id)
		}
	}
	if !all && len(here) == 0 && len(gone) == 0 {
		return nil
	}
	return s.send(nowMessage(all, here, gone))
}

func nowMessage(all bool, here [][]byte, gone []int64) []byte {
	b := append(make([]byte, 0, 64+200*len(here)), `{"t":"now","all":`...)
	b = strconv.AppendBool(b, all)
	b = append(append(append(b, `,"m":[`...), bytes.Join(here, []byte(","))...), `],"gone":[`...)
	for i, id := range gone {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, id, 10)
	}
	return append(b, `]}`...)
}
