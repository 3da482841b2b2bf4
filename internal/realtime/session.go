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
	why    atomic.Uint32 // what there is to do
	wake   chan struct{} // told once when why is no longer 0
	ended  chan struct{} // closed when the client is gone

	at        position // everything up to here was looked at
	told      int64    // the client's cursor: seq of the last message
	lastPing  time.Time
	movedAt   int64              // the turn of the movers up to which it was told; -1: of none yet
	following map[int64]struct{} // movers it was shown

	first     atomic.Int64 // seq of the first event for the viewer that it will be woken for; 0: none
	lastFrame atomic.Int64 // Unix nanoseconds at which the last frame of events left
	writing   atomic.Int64 // Unix nanoseconds at which the running write began, 0 when none runs
	stuck     stuck        // of the goroutine that follows the log
	slow      atomic.Bool
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
	s.hub.pace.in(s, s.hub.opt.MarkEvery, dueMark)
	if err == nil {
		err = s.drain() // what came before it was among those who are offered events
	}
	for err == nil {
		<-s.wake
		err = s.turn(s.why.Swap(0))
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

// turn does what there is to do.
func (s *session) turn(why uint32) error {
	s.skip()
	switch {
	case why&dueGone != 0:
		return errGone
	case s.over(): // before all else: nothing more may leave
		return s.end(closeOver, "session over")
	}
	if err := s.drain(); err != nil || why&(dueMark|dueStop) == 0 {
		return err
	}
	if why&dueStop != 0 {
		return s.goodbye()
	}
	s.hub.pace.in(s, s.hub.opt.MarkEvery, dueMark)
	if err := s.follow(); err != nil {
		return err
	}
	return s.beat()
}

func (s *session) over() bool { return s.viewer.SessionOver != nil && s.viewer.SessionOver() }

// drain sends everything between the position and the head of the ring.
func (s *session) drain() error {
	d := s.hub.drafts.Get().(*draft)
	defer s.hub.drafts.Put(d)
	for more := true; more; {
		var err error
		if d.entries, err = s.hub.ring.after(s.at, frameMessages, d.entries[:0]); err != nil {
			return s.lost(err)
		}
		if len(d.entries) == 0 {
			return nil
		}
		if err := s.sendEntries(d); err != nil {
			return err
		}
		// What comes after a look that found the end wakes the session again.
		more = s.at.seq < d.entries[len(d.entries)-1].seq || len(d.entries) == frameMessages
		if more && s.over() {
			return s.end(closeOver, "session over")
		}
	}
	return nil
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
		s.lastFrame.Store(time.Now().UnixNano())
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
