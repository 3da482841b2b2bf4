package realtime

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"wangge/internal/ward"
)

// readLimit bounds a frame from a client, who has nothing to say but pong and
// close. Compression is never agreed on: it would turn 65 KB into 64 MiB.
const readLimit = 4096

// Hub follows the feed and serves the live connections of one node.
type Hub struct {
	feed     ward.Feed
	opt      Options
	upgrader websocket.Upgrader
	ring     ring
	moving   moving
	tailWake chan struct{}
	ready    chan struct{} // closed when the hub first serves
	pace     *pace
	running  sync.WaitGroup
	drafts   sync.Pool // of *draft: a frame being written

	mu       sync.RWMutex
	open     bool
	sessions audience
	perActor map[int64]int

	sequencedAt, tailedAt atomic.Int64 // Unix nanoseconds of the last success
	slow, resyncs, breaks atomic.Int64
	delivered, frames     atomic.Int64
	offered               atomic.Int64 // the last event that every session was offered
	sequenceBad, tailBad  atomic.Bool  // the last try failed; log only changes
	listenBad             atomic.Bool
}

// NewHub makes a hub on the feed. It serves nobody until Run.
func NewHub(feed ward.Feed, options Options) *Hub {
	h := &Hub{
		feed:     feed,
		opt:      options.withDefaults(),
		tailWake: make(chan struct{}, 1),
		ready:    make(chan struct{}),
		sessions: newAudience(),
		perActor: map[int64]int{},
		drafts:   sync.Pool{New: func() any { return new(draft) }},
	}
	h.pace = newPace(max(h.opt.MarkEvery, h.opt.Merge))
	h.ring.buf = make([]*entry, h.opt.Ring)
	h.upgrader = websocket.Upgrader{
		HandshakeTimeout: h.opt.WriteWait,
		ReadBufferSize:   256, // clients send control frames only
		WriteBufferSize:  4096,
		WriteBufferPool:  &sync.Pool{},
		CheckOrigin:      h.knownOrigin,
	}
	return h
}

// Stats are counters of a hub since it started.
type Stats struct {
	Sessions  int       // connections now
	Head      int64     // the newest event known here
	AsOf      time.Time // when everything committed was last known here
	Delivered int64     // messages sent
	Frames    int64     // frames they were sent in
	Slow      int64     // connections closed because they did not read
	Resyncs   int64     // clients sent back for a snapshot
	Breaks    int64     // gaps found in the log; must stay 0
}

// Stats reads the counters.
func (h *Hub) Stats() Stats {
	h.mu.RLock()
	n := len(h.sessions.all)
	h.mu.RUnlock()
	_, head := h.ring.state()
	return Stats{
		Sessions: n, Head: head, AsOf: h.asOf(), Delivered: h.delivered.Load(), Frames: h.frames.Load(),
		Slow: h.slow.Load(), Resyncs: h.resyncs.Load(), Breaks: h.breaks.Load(),
	}
}

// Run follows the feed until ctx ends, then says goodbye to every client and
// waits for all it started. It is called once.
func (h *Hub) Run(ctx context.Context) error {
	h.running.Go(func() { h.sequence(ctx) })
	h.running.Go(func() { h.listen(ctx) })
	h.running.Go(func() { h.fadeOut(ctx) })
	h.running.Go(func() { h.pace.run(ctx) })
	h.tail(ctx)
	h.mu.Lock()
	h.open = false
	for s := range h.sessions.all {
		s.poke(dueStop)
	}
	h.mu.Unlock()
	h.running.Wait()
	return nil
}

// Ready is closed when the hub has read the log and serves. Until then Serve
// answers 503.
func (h *Hub) Ready() <-chan struct{} { return h.ready }

// Serve makes a live connection of the request and returns at once; the hub
// owns the connection from then on. Query: since and epoch of the snapshot the
// client holds; without since the stream starts now.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, v Viewer) {
	since, err := sinceOf(r.URL.Query())
	if err != nil {
		http.Error(w, "since 不是有效的序号", http.StatusBadRequest)
		return
	}
	if !h.knownOrigin(r) {
		http.Error(w, "来源不被允许", http.StatusForbidden)
		return
	}
	actor := v.Actor
	if status, reason := h.admit(actor); status != 0 {
		w.Header().Set("Retry-After", "1")
		http.Error(w, reason, status)
		return
	}
	start, told, refused := h.ring.enter(r.URL.Query().Get("epoch"), since, h.opt.MaxBehind)
	if v.Refresh != nil {
		if v, err = v.Refresh(r.Context()); err != nil {
			h.leave(actor, nil)
			http.Error(w, "登录已失效", http.StatusUnauthorized)
			return
		}
	}
	conn, err := h.upgrader.Upgrade(hijacker{w}, r, nil)
	if err != nil { // already answered
		h.leave(actor, nil)
		return
	}
	h.join(newSession(h, conn, v, actor, start, told), refused)
}

// hijacker finds the connection below writers that wrap others.
type hijacker struct{ http.ResponseWriter }

// Hijack takes over the connection.
func (w hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// admit takes a place for a connection of the actor; leave gives it back.
func (h *Hub) admit(actor int64) (status int, reason string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.open {
		return http.StatusServiceUnavailable, "实时服务正在启动或停止"
	}
	if h.perActor[actor] >= h.opt.PerActor {
		return http.StatusTooManyRequests, "同一账号的实时连接过多"
	}
	h.perActor[actor]++
	h.running.Add(1)
	return 0, ""
}

// join starts the goroutines of an admitted session. One that cannot resume is
// told so and never hears an event.
func (h *Hub) join(s *session, refused string) {
	if refused == "" {
		h.mu.Lock()
		h.sessions.add(s)
		if !h.open { // it went down meanwhile
			s.poke(dueStop)
		}
		h.mu.Unlock()
	}
	go s.read()
	go func() {
		defer h.leave(s.actor, s)
		s.write(refused)
	}()
}

func (h *Hub) leave(actor int64, s *session) {
	h.mu.Lock()
	if s != nil {
		h.sessions.remove(s)
	}
	if h.perActor[actor]--; h.perActor[actor] == 0 {
		delete(h.perActor, actor)
	}
	h.mu.Unlock()
	h.running.Done()
}

func sinceOf(q url.Values) (int64, error) {
	if !q.Has("since") {
		return -1, nil
	}
	since, err := strconv.ParseInt(q.Get("since"), 10, 64)
	if err == nil && since < 0 {
		err = errors.New("negative")
	}
	return since, err
}

// knownOrigin lets in only pages of our own: a browser sends the session cookie
// along with a socket opened by any page.
func (h *Hub) knownOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if len(h.opt.Origins) > 0 {
		return slices.Contains(h.opt.Origins, origin)
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && u.Host == r.Host && (u.Scheme == "http" || u.Scheme == "https")
}
