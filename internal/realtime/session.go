package realtime

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// Close codes of our own; 1012 (restart) and 1008 (policy) are the standard's.
const (
	closeOver   = 4001 // the sign-in ended
	closeSlow   = 4008 // the client did not read; it resumes from its cursor
	closeResync = 4009 // sent after a resync message
)

// A frame holds at most so much, so that a slow line gets on step by step.
const (
	frameMessages = 256
	frameBytes    = 64 << 10
)

// errEnd says that the session was closed in good order, errGone that the
// client went away.
var (
	errEnd  = errors.New("session ended")
	errGone = errors.New("client gone")
)

// session is one connection. Nothing is queued in it: it stands at a position
// of the ring and reads on from there, so a client that lags costs no memory.
// Only the goroutine of write writes messages; read only reads.
type session struct {
	hub    *Hub
	conn   *websocket.Conn
	viewer Viewer
	actor  int64         // whom the connection is counted for
	wake   chan struct{} // something for this viewer was added
	ended  chan struct{} // closed when the client is gone

	at        position // everything up to here was looked at
	told      int64    // the client's cursor: seq of the last message
	lastFrame time.Time
	lastPing  time.Time
	movedAt   int64              // the turn of the movers up to which it was told; -1: of none yet
	following map[int64]struct{} // movers it was shown

	offered      int64        // the last event for it; of the goroutine that follows the log
	waiting      atomic.Int64 // messages and bytes for this viewer since it last caught up
	waitingBytes atomic.Int64
	writing      atomic.Int64 // Unix nanoseconds at which the running write began, 0 when none runs
	slow         atomic.Bool
}

// draft is the frame a session is putting together.
type draft struct {
	entries []*entry
	frame   []byte
}

func newSession(h *Hub, conn *websocket.Conn, v Viewer, actor int64, at position, told int64) *session {
	if tcp, ok := conn.NetConn().(*net.TCPConn); ok {
		// By default the kernel takes megabytes for a client that does not read,
		// and it would count as slow only after that. On failure it stays so.
		_ = tcp.SetWriteBuffer(2 * frameBytes)
	}
	return &session{
		hub: h, conn: conn, viewer: v, actor: actor, at: at, told: told, movedAt: -1,
		wake: make(chan struct{}, 1), ended: make(chan struct{}),
	}
}

// write runs the session from hello to the end.
func (s *session) write(refused string) {
	epoch, head := s.hub.ring.state()
	err := s.send(helloMessage(epoch, s.told, head, s.hub.opt.Now(), s.hub.asOf()))
	if err == nil && refused != "" {
		err = s.resync(refused)
	}
	if err == nil && refused == "" {
		err = s.follow()
	}
	tick := time.NewTicker(s.hub.opt.MarkEvery)
	defer tick.Stop()
	for err == nil {
		err = s.step(tick.C)
	}
	if errors.Is(err, errEnd) {
		// Let the close frame arrive: closing at once with something unread from
		// the client would reset the connection.
		select {
		case <-s.ended:
		case <-time.After(time.Second):
		}
	}
	_ = s.conn.Close()
	<-s.ended
}

// step sends what there is and waits for more.
func (s *session) step(tick <-chan time.Time) error {
	if err := s.drain(); err != nil {
		return err
	}
	select {
	case <-s.wake:
		s.merge()
		return nil
	case <-tick:
		if err := s.drain(); err != nil {
			return err
		}
		if err := s.follow(); err != nil {
			return err
		}
		return s.beat()
	case <-s.viewer.SessionOver:
		return s.end(closeOver, "session over")
	case <-s.hub.stopping:
		return s.goodbye()
	case <-s.ended:
		return errGone
	}
}

// merge waits until the last frame is Merge ago, so that messages that come
// close together share a frame.
func (s *session) merge() {
	if pause := s.hub.opt.Merge - time.Since(s.lastFrame); pause > 0 {
		time.Sleep(pause)
	}
}

// drain sends everything between the position and the head of the ring.
func (s *session) drain() error {
	d := s.hub.drafts.Get().(*draft)
	defer s.hub.drafts.Put(d)
	for {
		select {
		case <-s.viewer.SessionOver: // before all else: nothing more may leave
			return s.end(closeOver, "session over")
		default:
		}
		var err error
		if d.entries, err = s.hub.ring.after(s.at, frameMessages, d.entries[:0]); err != nil {
			return s.lost(err)
		}
		if len(d.entries) == 0 {
			s.waiting.Store(0)
			s.waitingBytes.Store(0)
			return nil
		}
		if err := s.sendEntries(d); err != nil {
			return err
		}
	}
}

// sendEntries sends what the viewer may see of the entries in one frame. It
// stops at a change of the viewer's own grants: nothing after it may be sent.
func (s *session) sendEntries(d *draft) error {
	const open = `{"t":"batch","m":[`
	d.frame = append(d.frame[:0], open...)
	count, granted := 0, false
	for _, e := range d.entries {
		if granted = s.viewer.concerns(e); granted || len(d.frame) > frameBytes {
			break
		}
		s.at.seq = e.seq
		sight := s.viewer.sight(e)
		if sight == unseen || e.seq <= s.told {
			continue
		}
		if count++; count > 1 {
			d.frame = append(d.frame, ',')
		}
		d.frame = e.append(d.frame, s.told, sight)
		s.told = e.seq
	}
	frame := d.frame[len(open):]
	if count > 1 {
		frame = append(d.frame, "]}"...)
	}
	if count > 0 {
		if err := s.send(frame); err != nil {
			return err
		}
		s.hub.delivered.Add(int64(count))
	}
	if granted {
		return s.granted()
	}
	return nil
}

// granted ends a session whose viewer may see something else from now on: it
// comes again as whoever it then is, or not at all.
func (s *session) granted() error {
	if s.viewer.Refresh != nil {
		ctx, cancel := context.WithTimeout(context.Background(), s.hub.opt.WriteWait)
		defer cancel()
		if _, err := s.viewer.Refresh(ctx); err != nil {
			return s.end(closeOver, "session over")
		}
	}
	return s.resync("grant")
}

// beat keeps the connection alive and the client's cursor and clock near ours.
func (s *session) beat() error {
	now := time.Now()
	slack := s.hub.opt.MarkEvery / 2 // ticks are not exact
	if now.Sub(s.lastPing) >= s.hub.opt.PingEvery-slack {
		s.lastPing = now
		if err := s.conn.WriteControl(websocket.PingMessage, nil, now.Add(s.hub.opt.WriteWait)); err != nil {
			return fmt.Errorf("pinging: %w", err)
		}
	}
	seq := max(s.told, s.at.seq)
	mark := atMessage(s.told, seq, s.hub.opt.Now(), s.hub.asOf())
	s.told = seq
	return s.send(mark)
}

// send writes one frame.
func (s *session) send(frame []byte) error {
	now := time.Now()
	s.lastFrame = now
	s.writing.Store(now.UnixNano())
	_ = s.conn.SetWriteDeadline(now.Add(s.hub.opt.WriteWait))
	err := s.conn.WriteMessage(websocket.TextMessage, frame)
	s.writing.Store(0)
	s.hub.frames.Add(1)
	switch {
	case s.slow.Load():
		s.hub.slow.Add(1)
		return s.end(closeSlow, "slow")
	case err != nil:
		return fmt.Errorf("writing: %w", err)
	}
	return nil
}

// offer is called by the one goroutine of the hub that follows the log when an
// event was added that may be for this viewer: when it is, offer counts it, wakes
// the session and marks it slow when it is stuck with too much.
func (s *session) offer(e *entry, now time.Time) {
	if s.offered == e.seq || s.viewer.sight(e) == unseen && !s.viewer.concerns(e) {
		return
	}
	s.offered = e.seq
	if s.waiting.Add(1) > s.hub.opt.Queue || s.waitingBytes.Add(int64(len(e.present))) > s.hub.opt.QueueBytes {
		began := s.writing.Load()
		if began != 0 && now.UnixNano()-began > int64(s.hub.opt.SlowAfter) {
			s.slow.Store(true)
		}
	}
	s.poke()
}

func (s *session) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// lost ends a session that the ring can no longer serve.
func (s *session) lost(why error) error {
	if errors.Is(why, errRestarted) {
		return s.resync("epoch")
	}
	s.hub.slow.Add(1)
	return s.end(closeSlow, "slow")
}

// resync sends the client back for a snapshot and ends the connection; it comes
// again with the cursor of that, as whoever it then is.
func (s *session) resync(reason string) error {
	s.hub.resyncs.Add(1)
	if err := s.send(resyncMessage(reason)); err != nil {
		return err
	}
	return s.end(closeResync, "resync")
}

func (s *session) goodbye() error {
	retry := time.Duration(s.hub.opt.Random() * float64(s.hub.opt.SpreadRestart))
	if err := s.send(byeMessage(retry)); err != nil {
		return err
	}
	return s.end(websocket.CloseServiceRestart, "restart")
}

// end closes the connection in good order and returns errEnd.
func (s *session) end(code int, reason string) error {
	s.sendClose(code, reason)
	return errEnd
}

// sendClose is safe from either goroutine. When it cannot be written the client
// sees the connection break, which it must survive anyway.
func (s *session) sendClose(code int, reason string) {
	_ = s.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(time.Second))
}
