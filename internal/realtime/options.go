// Package realtime tells viewers what changed, each only of their own
// territory, and loses nothing: the hub numbers committed changes, follows the
// log and serves one websocket session per viewer.
package realtime

import (
	"log/slog"
	"math/rand/v2"
	"time"
)

// Options are the settings of a Hub. A zero field means the value named with it.
type Options struct {
	// Origins are the allowed values of the Origin header, "https://wangge.example".
	// Empty allows the host the request itself came to.
	Origins []string
	// Ring is how many of the newest events are kept in memory (8192).
	Ring int
	// MaxBehind is how many events a resuming client may have missed (2000);
	// further behind, a fresh snapshot is smaller than the replay.
	MaxBehind int64
	// PerActor is how many connections one account may hold (5).
	PerActor int
	// Merge is how long messages may wait for each other when one frame follows
	// another (50 ms). The first after a pause leaves at once.
	Merge time.Duration
	// Queue and QueueBytes say how much may wait for a client that does not
	// read (256 messages, 1 MiB) before it counts as slow.
	Queue, QueueBytes int64
	// SlowAfter is how long one write must have been stuck for that (1 s): a
	// burst alone makes nobody slow.
	SlowAfter time.Duration
	// WriteWait ends a write (5 s), PongWait a silent connection (10 s).
	WriteWait, PongWait time.Duration
	// PingEvery is the time between pings (4 s).
	PingEvery time.Duration
	// MarkEvery is how often a client is told how far the log is looked through
	// for it and how late it is (1 s); also the sign of life a page watches for.
	MarkEvery time.Duration
	// PollMin and PollMax bound the pause between looks into an idle outbox
	// (20 ms, 250 ms).
	PollMin, PollMax time.Duration
	// Gather is how far apart looks that find something are (5 ms): changes that
	// come all the time share a transaction.
	Gather time.Duration
	// SpreadRestart is over how long clients spread their return when this
	// server goes down (5 s).
	SpreadRestart time.Duration
	// Now is the clock (time.Now), Random a number in [0,1) (math/rand).
	Now    func() time.Time
	Random func() float64
	// Log takes what went wrong (slog.Default()).
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	set(&o.Ring, 8192)
	set(&o.MaxBehind, 2000)
	set(&o.PerActor, 5)
	set(&o.Merge, 50*time.Millisecond)
	set(&o.Queue, 256)
	set(&o.QueueBytes, 1<<20)
	set(&o.SlowAfter, time.Second)
	set(&o.WriteWait, 5*time.Second)
	set(&o.PongWait, 10*time.Second)
	set(&o.PingEvery, 4*time.Second)
	set(&o.MarkEvery, time.Second)
	set(&o.PollMin, 20*time.Millisecond)
	set(&o.PollMax, 250*time.Millisecond)
	set(&o.Gather, 5*time.Millisecond)
	set(&o.SpreadRestart, 5*time.Second)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

func set[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
