package realtime_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// message is one message of the protocol as a client reads it.
type message struct {
	T       string          `json:"t"`
	Prev    int64           `json:"prev"`
	Seq     int64           `json:"seq"`
	Head    int64           `json:"head"`
	Epoch   string          `json:"epoch"`
	Topic   string          `json:"topic"`
	ID      string          `json:"id"`
	Version int64           `json:"version"`
	Path    string          `json:"path"`
	Body    json.RawMessage `json:"body"`
	Reason  string          `json:"reason"`
	Retry   int64           `json:"retry"`
	M       []message       `json:"m"`
}

// client follows a territory as the browser does: snapshot, stream, resume. It
// runs until stop.
type client struct {
	stage *stage
	scope string
	actor int

	// How a test spoils it; set before start.
	lose      func(message) bool // drops a message before the client sees it
	trusting  bool               // does not check prev
	address   string             // instead of the stage's server
	dialer    *websocket.Dialer
	resynced  counter
	connected counter
	broken    counter // prev did not match

	mu      sync.Mutex
	state   map[string]int64
	epoch   string
	cursor  int64
	outside []string // ids it was sent bodies of from outside its territory
	changed chan struct{}
	cancel  context.CancelFunc
	done    chan struct{}
}

func newClient(s *stage, actor int, scope string) *client {
	return &client{
		stage: s, scope: scope, actor: actor, address: s.server.URL, dialer: &websocket.Dialer{HandshakeTimeout: 5 * time.Second},
		changed: make(chan struct{}, 1), done: make(chan struct{}),
	}
}

func (c *client) start() *client {
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	c.stage.t.Cleanup(c.stop)
	go func() {
		defer close(c.done)
		for ctx.Err() == nil {
			c.session(ctx)
			pause(ctx, 20*time.Millisecond)
		}
	}()
	return c
}

func (c *client) stop() {
	c.cancel()
	<-c.done
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

func (c *client) things() map[string]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.state)
}

func (c *client) waitChange(atMost time.Duration) {
	select {
	case <-c.changed:
	case <-time.After(atMost):
	}
}

// session is one connection from dial to break.
func (c *client) session(ctx context.Context) {
	if c.state == nil {
		epoch, seq, things, err := c.stage.snapshot(ctx, c.scope)
		if err != nil {
			return
		}
		c.mu.Lock()
		c.epoch, c.cursor, c.state = epoch, seq, things
		c.mu.Unlock()
		c.tellChange()
	}
	conn, err := c.dial(ctx)
	if err != nil {
		return
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	c.connected.Add(1)
	for {
		var m message
		if err := conn.ReadJSON(&m); err != nil {
			return
		}
		if m.T != "batch" {
			m.M = []message{m}
		}
		for _, one := range m.M {
			if !c.take(one) {
				return
			}
		}
		c.tellChange()
	}
}

func (c *client) tellChange() {
	select {
	case c.changed <- struct{}{}:
	default:
	}
}

func (c *client) dial(ctx context.Context) (*websocket.Conn, error) {
	q := url.Values{"scope": {c.scope}, "actor": {fmt.Sprint(c.actor)}, "since": {fmt.Sprint(c.cursor)}, "epoch": {c.epoch}}
	conn, response, err := c.dialer.DialContext(ctx, "ws"+strings.TrimPrefix(c.address, "http")+"/?"+q.Encode(),
		http.Header{"Origin": {c.address}})
	if response != nil {
		response.Body.Close()
	}
	return conn, err
}

// take applies one message; false ends the connection.
func (c *client) take(m message) bool {
	if c.lose != nil && c.lose(m) {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch m.T {
	case "resync":
		c.resynced.Add(1)
		c.state = nil
		return false
	case "ev", "gone", "at":
		if m.Prev != c.cursor && !c.trusting {
			c.broken.Add(1)
			return false
		}
		c.cursor = m.Seq
	}
	switch {
	case m.T == "ev" && !covers(c.scope, m.Path):
		c.outside = append(c.outside, m.ID)
	case m.T == "ev" && m.Version > c.state[m.ID]:
		c.state[m.ID] = m.Version
	case m.T == "gone":
		delete(c.state, m.ID)
	}
	return true
}

func covers(scope, path string) bool {
	return scope == "" || path == scope || strings.HasPrefix(path, scope+".")
}
