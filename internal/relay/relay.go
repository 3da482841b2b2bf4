// Package relay tells the other nodes of a database where teams are. Positions
// never enter the log; with several nodes they go from one to the others by a
// NATS broker that is there anyway. A broker that is away costs nothing but
// that: no request waits for it or fails with it.
package relay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"wangge/internal/ward"
)

const (
	// atOnce is how many movers go into one message: some 150 kB, where a broker
	// takes a megabyte.
	atOnce = 500
	// mergeFor is how long movers wait for each other: a map moves once a second.
	mergeFor = 100 * time.Millisecond
	// A broker that does not answer two pings is away.
	pingEvery = 5 * time.Second
	pingsMost = 2
	comeBack  = time.Second // between two tries to connect
)

// Options say where the broker is and who listens.
type Options struct {
	// URL is the broker, "nats://host:4222"; several servers of one cluster with
	// commas. See CheckURL.
	URL string
	// Town tells the nodes of one database from those of others at the same
	// broker: letters and digits.
	Town string
	// Hear takes what another node has shown. It must not block.
	Hear func(ward.Mover)
	// Log takes what went wrong.
	Log *slog.Logger
}

// Relay is one node's line to the others. It says nothing until Run.
type Relay struct {
	opt     Options
	subject string
	wake    chan struct{}
	there   atomic.Bool // the broker answers
	odd     atomic.Bool // something could not be read; told once

	mu      sync.Mutex
	waiting map[int64]ward.Mover // the latest of each team that was not sent yet
}

// New makes a relay.
func New(o Options) *Relay {
	return &Relay{opt: o, subject: "wangge." + o.Town + ".movers", wake: make(chan struct{}, 1), waiting: map[int64]ward.Mover{}}
}

// CheckURL says what is wrong with the address of a broker. The error does not
// repeat it: it may hold a password.
func CheckURL(text string) error {
	for one := range strings.SplitSeq(text, ",") {
		u, err := url.Parse(strings.TrimSpace(one))
		if err != nil || u.Host == "" || !slices.Contains([]string{"nats", "tls", "ws", "wss"}, u.Scheme) {
			return errors.New("应为 nats://用户:口令@主机:4222，多个用逗号隔开")
		}
	}
	return nil
}

// Tell says to the other nodes where a mover is or that it is gone. It never
// blocks; of one that moves faster than it can be told, the latest is told.
func (r *Relay) Tell(m ward.Mover) {
	r.mu.Lock()
	if before, waits := r.waiting[m.Team]; !waits || m.Gone || !m.At.Before(before.At) {
		r.waiting[m.Team] = m
	}
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// There reports whether the broker answers.
func (r *Relay) There() bool { return r.there.Load() }

// Run keeps the line until ctx ends. An error means that the address cannot be
// used at all; a broker that is away is waited for.
func (r *Relay) Run(ctx context.Context) error {
	conn, err := nats.Connect(r.opt.URL, r.options(ctx)...)
	if err != nil {
		return fmt.Errorf("opening the line to other nodes: %w", err)
	}
	closed := make(chan struct{})
	conn.SetClosedHandler(func(*nats.Conn) { close(closed) })
	defer func() {
		conn.Close()
		<-closed // its callbacks have ended
	}()
	r.report(ctx, conn)
	if _, err := conn.Subscribe(r.subject, func(m *nats.Msg) { r.hear(m.Data) }); err != nil {
		return fmt.Errorf("listening to other nodes: %w", err)
	}
	for {
		select {
		case <-ctx.Done():
			r.send(conn)
			if conn.IsConnected() {
				_ = conn.FlushTimeout(time.Second) // what it does not get is put right by the database
			}
			return nil
		case <-r.wake:
		}
		r.send(conn)
		pause(ctx, mergeFor)
	}
}

func (r *Relay) options(ctx context.Context) []nats.Option {
	changed := func(c *nats.Conn) { r.report(ctx, c) }
	return []nats.Option{
		nats.Name("wangge"), nats.NoEcho(),
		nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.ReconnectWait(comeBack), nats.IgnoreAuthErrorAbort(),
		nats.ReconnectBufSize(-1), // a position that waits for the broker is an old one
		nats.PingInterval(pingEvery), nats.MaxPingsOutstanding(pingsMost), nats.FlusherTimeout(pingEvery),
		nats.ConnectHandler(changed), nats.ReconnectHandler(changed),
		nats.DisconnectErrHandler(func(c *nats.Conn, _ error) { changed(c) }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			r.opt.Log.WarnContext(ctx, "relay of positions", "error", err)
		}),
	}
}

// report notes whether the broker is there, and logs when that changes.
func (r *Relay) report(ctx context.Context, c *nats.Conn) {
	there := c.IsConnected()
	if was := r.there.Swap(there); ctx.Err() != nil {
		return
	} else if there && !was {
		r.opt.Log.InfoContext(ctx, "relay of positions: connected to the broker")
	} else if !there {
		r.opt.Log.WarnContext(ctx, "relay of positions: the broker is away; other nodes show positions late")
	}
}

// told is a mover on its way: with what a browser is not told.
type told struct {
	ward.Mover
	Paths []string `json:"paths,omitempty"`
	Gone  bool     `json:"gone,omitempty"`
}

// send tells what waits. Without a broker it is forgotten: it will be old by
// the time there is one.
func (r *Relay) send(c *nats.Conn) {
	r.mu.Lock()
	movers := slices.Collect(maps.Values(r.waiting))
	clear(r.waiting)
	r.mu.Unlock()
	if !c.IsConnected() {
		return
	}
	for some := range slices.Chunk(movers, atOnce) {
		batch := make([]told, len(some))
		for i, m := range some {
			batch[i] = told{Mover: m, Paths: m.Paths, Gone: m.Gone}
		}
		text, err := json.Marshal(batch)
		if err == nil {
			err = c.Publish(r.subject, text)
		}
		if err != nil && c.IsConnected() {
			r.opt.Log.Warn("relay of positions: telling", "error", err)
		}
	}
}

// hear takes a message of another node. What is no place is thrown away: it came
// from outside this program.
func (r *Relay) hear(text []byte) {
	var batch []told
	if err := json.Unmarshal(text, &batch); err != nil {
		if !r.odd.Swap(true) {
			r.opt.Log.Warn("relay of positions: a message that cannot be read; is another version running?", "error", err)
		}
		return
	}
	for _, one := range batch {
		m := one.Mover
		m.Paths, m.Gone = one.Paths, one.Gone
		if m.Team > 0 && !m.At.IsZero() && (m.Gone || ward.CheckPosition(m.Location) == nil) {
			r.opt.Hear(m)
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
