package realtime

import (
	"strconv"
	"strings"

	"wangge/internal/ward"
)

// audience is the sessions of a hub, found by whom an event may concern. Asking
// each of ten thousand sessions about each event costs more than sending it to
// the fifty that hear it.
type audience struct {
	all     map[*session]struct{}
	byPath  map[string]group // by each path of the viewer's territory; "" is everywhere
	byActor map[int64]group
}

// group is some sessions.
type group map[*session]struct{}

func newAudience() audience {
	return audience{all: map[*session]struct{}{}, byPath: map[string]group{}, byActor: map[int64]group{}}
}

func (a audience) add(s *session) {
	a.all[s] = struct{}{}
	addTo(a.byActor, s.viewer.Actor, s)
	for _, path := range s.viewer.Scope.Paths() {
		addTo(a.byPath, path, s)
	}
}

func (a audience) remove(s *session) {
	if _, in := a.all[s]; !in {
		return
	}
	delete(a.all, s)
	removeFrom(a.byActor, s.viewer.Actor, s)
	for _, path := range s.viewer.Scope.Paths() {
		removeFrom(a.byPath, path, s)
	}
}

func addTo[K comparable](groups map[K]group, key K, s *session) {
	if groups[key] == nil {
		groups[key] = group{}
	}
	groups[key][s] = struct{}{}
}

func removeFrom[K comparable](groups map[K]group, key K, s *session) {
	delete(groups[key], s)
	if len(groups[key]) == 0 {
		delete(groups, key)
	}
}

// of calls hear for every session that an event may concern, and perhaps for
// some more or twice for one; which it does, the session says itself (sight).
func (a audience) of(e *entry, hear func(*session)) {
	if e.topic == ward.NoticeTopic || e.topic == ward.GrantTopic {
		actor, err := strconv.ParseInt(e.entity, 10, 64)
		if err != nil {
			return // nobody's
		}
		for s := range a.byActor[actor] {
			hear(s)
		}
		return
	}
	if e.topic == ward.PublicationTopic { // rare, and for those below too
		for s := range a.all {
			hear(s)
		}
		return
	}
	for _, path := range e.paths {
		for above := path; ; above = above[:max(0, strings.LastIndexByte(above, '.'))] {
			for s := range a.byPath[above] {
				hear(s)
			}
			if above == "" {
				break
			}
		}
	}
}
