package realtime

import (
	"time"

	"github.com/gorilla/websocket"
)

// More control frames than this in one ping interval is abuse.
const controlFrames = 20

// read takes control frames until the client is gone. Anything else is refused:
// a client has nothing to say here yet.
func (s *session) read() {
	defer s.poke(dueGone)
	defer close(s.ended)
	s.conn.SetReadLimit(readLimit)
	alive := s.control(s.conn.PingHandler())
	s.conn.SetPingHandler(alive)
	s.conn.SetPongHandler(s.control(func(string) error { return nil }))
	_ = s.conn.SetReadDeadline(time.Now().Add(s.hub.opt.PongWait))
	if _, _, err := s.conn.NextReader(); err == nil {
		s.sendClose(websocket.ClosePolicyViolation, "no messages expected")
	}
}

// control wraps a handler of control frames: each one proves the client alive,
// too many in one interval end the connection.
func (s *session) control(next func(string) error) func(string) error {
	since, count := time.Now(), 0
	return func(data string) error {
		now := time.Now()
		if now.Sub(since) > s.hub.opt.PingEvery {
			since, count = now, 0
		}
		if count++; count > controlFrames {
			s.sendClose(websocket.ClosePolicyViolation, "too many control frames")
			return errEnd
		}
		_ = s.conn.SetReadDeadline(now.Add(s.hub.opt.PongWait))
		return next(data)
	}
}
