package ward

import (
	"context"
	"time"
)

// Visibility says who may hear an event.
type Visibility string

// The classes of events.
const (
	Public Visibility = "public" // no personal data in it: the wall may show it
	Duty   Visibility = "duty"   // for signed-in staff of the territory, not for the wall or the public
	// Confidential is for those who deal with private incidents (disputes).
	Confidential Visibility = "confidential"
)

// GrantTopic is the topic of events that say: the roles, the territory or the
// sessions of the account named by Entity changed. They end that account's live
// connections and are never sent to anybody.
const GrantTopic = "grant"

// PublicationTopic is the topic of events that say: new borders are in force.
// They are of an area, and everybody hears them who has a part of it.
const PublicationTopic = "publication"

// NoticeTopic is the topic of events that say: the account named by Entity has
// notices. Only that account's own connections hear them, wherever they are.
const NoticeTopic = "notice"

// Event (变更) is one committed change of one thing. Whoever changes a thing
// appends the event in the same transaction, while holding the thing's row lock.
type Event struct {
	// Seq is the place in the log: 1, 2, 3 … without gaps. 0 until sequenced.
	Seq int64
	// At is when it was sequenced.
	At time.Time
	// Topic is the noun that changed: "visit", "incident", "grid".
	Topic string
	// Entity is the id of the thing: a UUID or a decimal number.
	Entity string
	// Version is the version of the thing after the change; it rises by one with
	// each change, so a viewer drops what it already has.
	Version int64
	// Paths are area paths: Paths[0] is where the thing is now, the others where
	// it was until this change. Who can see only the latter is told that it is gone.
	Paths []string
	// Class says who may hear it.
	Class Visibility
	// Command is the key of the command that made the change, "" when none did.
	Command string
	// Body is what viewers are sent: any value that marshals to JSON, without
	// names, phones or notes. Read back from the log it is json.RawMessage.
	Body any
}

// Head is where the log stands.
type Head struct {
	// Epoch names this history of the database. A restore or a promotion begins
	// another one, in which old numbers mean nothing.
	Epoch string `json:"epoch" doc:"变更流的代号；与上次不同则须重新取全量"`
	// Seq is the newest number given.
	Seq int64 `json:"seq" doc:"变更流的位置；实时连接从这里接上"`
	// MinSeq is the oldest number still kept.
	MinSeq int64 `json:"-"`
}

// Feed is the store of events.
type Feed interface {
	// Head reads where the log stands now.
	Head(ctx context.Context) (Head, error)
	// Since reads at most limit events after the given number, in order, and
	// where the log stood after reading them.
	Since(ctx context.Context, after int64, limit int) (Head, []Event, error)
	// Sequence gives numbers to at most limit committed changes and returns how
	// many; 0 also while another node is at it.
	Sequence(ctx context.Context, limit int) (int, error)
	// Listen calls wake whenever some node has sequenced, until ctx ends or the
	// connection breaks. It only saves waiting: what it misses, polling finds.
	Listen(ctx context.Context, wake func()) error
	// Wake receives after a commit on this node.
	Wake() <-chan struct{}
}
