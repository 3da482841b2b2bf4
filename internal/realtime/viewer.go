package realtime

import (
	"context"
	"strconv"

	"wangge/internal/ward"
)

// Viewer is who listens at one connection and what they may see.
type Viewer struct {
	// Actor is the account.
	Actor int64
	// Scope is the territory.
	Scope ward.Scope
	// Hears says which classes of events the viewer may hear.
	Hears func(ward.Visibility) bool
	// Follows says that the viewer may see where teams are, within the territory.
	Follows bool
	// SessionOver reports whether the sign-in has ended; nil when it cannot. It is
	// asked before anything leaves, at the latest with each mark, and must work
	// after the request that opened the connection.
	SessionOver func() bool
	// Refresh, when given, reads the viewer again; an error means that the
	// sign-in has ended. It is asked once the start of the connection is fixed,
	// so that a grant taken away in between cannot be missed, and when the
	// viewer's grants change. It must work after the request has ended.
	Refresh func(ctx context.Context) (Viewer, error)
}

// sight is what one viewer is told of one event.
type sight int

const (
	unseen  sight = iota // nothing
	present              // the event
	gone                 // only that it left the territory
)

func (v Viewer) sight(e *entry) sight {
	switch {
	case e.topic == ward.NoticeTopic: // one's own, wherever the thing is
		if e.entity == strconv.FormatInt(v.Actor, 10) {
			return present
		}
		return unseen
	case e.topic == ward.GrantTopic || !v.Hears(e.class):
		return unseen
	case e.topic == ward.PublicationTopic && v.Scope.Meets(e.paths[0]):
		return present
	}
	if v.Scope.Covers(e.paths[0]) {
		return present
	}
	for _, former := range e.paths[1:] {
		if v.Scope.Covers(former) {
			return gone
		}
	}
	return unseen
}

// concerns reports whether e changes what the viewer may see.
func (v Viewer) concerns(e *entry) bool {
	return e.topic == ward.GrantTopic && e.entity == strconv.FormatInt(v.Actor, 10)
}
