package realtime_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"wangge/internal/realtime"
)

// open makes a bare connection that starts now; query adds to the address.
func (s *stage) open(query string, header http.Header, buffer int) (*websocket.Conn, *http.Response, error) {
	dialer := &websocket.Dialer{HandshakeTimeout: 5 * time.Second, EnableCompression: true, NetDialContext: dial(buffer)}
	if header == nil {
		header = http.Header{"Origin": {s.server.URL}}
	}
	conn, response, err := dialer.Dial("ws"+strings.TrimPrefix(s.server.URL, "http")+"/?"+query, header)
	if response != nil {
		response.Body.Close()
	}
	return conn, response, err
}

// dial makes connections with a receive buffer of so many bytes (0: as is). With
// a small one the server soon feels a client that does not read.
func dial(buffer int) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil || buffer == 0 {
			return conn, err
		}
		return conn, conn.(*net.TCPConn).SetReadBuffer(buffer)
	}
}

func (s *stage) mustOpen(query string) *websocket.Conn {
	s.t.Helper()
	conn, response, err := s.open(query, nil, 0)
	if err != nil {
		s.t.Fatalf("connecting: %v (%v)", err, response)
	}
	s.t.Cleanup(func() { conn.Close() })
	conn.SetReadDeadline(time.Now().Add(time.Minute)) // a test must not wait for ever
	return conn
}

// next reads the next message other than at and hello, unpacking batches into rest.
func next(conn *websocket.Conn, rest *[]message) (message, error) {
	for {
		for len(*rest) > 0 {
			m := (*rest)[0]
			*rest = (*rest)[1:]
			if m.T != "at" && m.T != "hello" {
				return m, nil
			}
		}
		var m message
		if err := conn.ReadJSON(&m); err != nil {
			return m, err
		}
		if *rest = m.M; m.T != "batch" {
			*rest = []message{m}
		}
	}
}

// ending reads to the end and returns the messages before it and the close code.
func ending(t testing.TB, conn *websocket.Conn) (messages []message, code int) {
	t.Helper()
	conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	var rest []message
	for {
		m, err := next(conn, &rest)
		if err == nil {
			messages = append(messages, m)
			continue
		}
		var closed *websocket.CloseError
		if !errors.As(err, &closed) {
			t.Fatalf("ended without a close frame: %v", err)
		}
		return messages, closed.Code
	}
}

func TestASessionEndsWithItsSignIn(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{})
	conn := s.mustOpen("scope=d1")
	s.over.Store(true)
	if _, code := ending(t, conn); code != 4001 {
		t.Errorf("close code %d, want 4001", code)
	}
}

func TestAServerThatGoesDownSaysWhenToComeBack(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{Random: func() float64 { return 0.5 }, SpreadRestart: 4 * time.Second})
	conn := s.mustOpen("scope=d1")
	s.node.stop()
	messages, code := ending(t, conn)
	if code != websocket.CloseServiceRestart || len(messages) != 1 || messages[0].T != "bye" || messages[0].Retry != 2000 {
		t.Errorf("%+v, close code %d; want bye with retry 2000, 1012", messages, code)
	}
	if _, response, _ := s.open("", nil, 0); response == nil || response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a stopped hub answers %v, want 503", response)
	}
}

func TestNothingAfterAChangeOfGrantsReachesTheOldSession(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{Merge: time.Millisecond})
	stop := s.keepBusy(4)
	defer stop()
	neighbour := newClient(s, 8, "d1").start()
	for round := range 20 {
		conn := s.mustOpen("actor=7&scope=d1")
		var rest []message
		for range 3 { // it flows
			if _, err := next(conn, &rest); err != nil {
				t.Fatal(err)
			}
		}
		s.exec(`INSERT INTO outbox (topic, entity, version, paths, class, body) VALUES ('grant', '7', $1, '{d1}', 'duty', 'null')`, round+1)
		messages, code := ending(t, conn)
		messages = append(rest, messages...)
		last := messages[len(messages)-1]
		if code != 4009 || last.T != "resync" || last.Reason != "grant" {
			t.Fatalf("round %d ended with %+v and %d, want resync for the grant and 4009", round, last, code)
		}
		var revoked int64
		if err := s.pool.QueryRow(t.Context(), `SELECT max(seq) FROM event WHERE topic = 'grant'`).Scan(&revoked); err != nil {
			t.Fatal(err)
		}
		for _, m := range messages {
			if m.Seq >= revoked || m.Topic == "grant" {
				t.Fatalf("round %d: %s %d was sent, revoked at %d", round, m.T, m.Seq, revoked)
			}
		}
		conn.Close()
	}
	stop()
	s.settle(neighbour)
	if neighbour.connected.Load() != 1 {
		t.Errorf("another account was disturbed: %d connections, %d breaks, %d resyncs, %+v",
			neighbour.connected.Load(), neighbour.broken.Load(), neighbour.resynced.Load(), s.hub().Stats())
	}
}

// A client that claims to have what is yet to come neither gets it twice nor
// slips past the event that takes its grants away.
func TestACursorAheadOfTheNodeIsTakenWithCare(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{MarkEvery: 50 * time.Millisecond})
	epoch, _, _, err := s.snapshot(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	ahead := s.mustOpen("scope=d1&actor=1&since=2&epoch=" + epoch)
	sly := s.mustOpen("scope=d1&actor=2&since=4&epoch=" + epoch)
	for range 3 {
		s.put("thing", "d1.s1")
	}
	var rest []message
	if m, err := next(ahead, &rest); err != nil || m.Prev != 2 || m.Seq != 3 {
		t.Errorf("got %+v %v, want 3 after 2", m, err)
	}
	s.exec(`INSERT INTO outbox (topic, entity, version, paths, class, body) VALUES ('grant', '2', 1, '{d1}', 'duty', 'null')`)
	if messages, code := ending(t, sly); code != 4009 || len(messages) != 1 {
		t.Errorf("got %+v and %d, want the resync alone", messages, code)
	}
}

func TestTheWallHearsOnlyWhatIsPublic(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{})
	conn := s.mustOpen("scope=d1&class=public")
	for i, class := range []string{"duty", "public", "duty", "public"} {
		if err := s.tryPut(t.Context(), fmt.Sprintf("%s%d", class, i), "d1.s1", class); err != nil {
			t.Fatal(err)
		}
	}
	var rest []message
	for _, want := range []string{"public1", "public3"} {
		if m, err := next(conn, &rest); err != nil || m.ID != want {
			t.Errorf("heard %s %v, want %s", m.ID, err, want)
		}
	}
}

func TestAThingThatLeavesIsGoneAndTellsNothingOfItsNewPlace(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{})
	s.put("thing", "d1.s1.c1")
	s.arrive()
	conn := s.mustOpen("scope=d1.s1")
	s.put("thing", "d1.s2.c9")
	s.put("thing", "d1.s2.c8") // not ours any more
	s.put("mark", "d1.s1.c1")
	var rest []message
	m, err := next(conn, &rest)
	if err != nil || m.T != "gone" || m.ID != "thing" || m.Version != 2 || m.Path != "" || m.Body != nil {
		t.Errorf("got %+v %v, want gone with neither path nor body", m, err)
	}
	if after, err := next(conn, &rest); err != nil || after.ID != "mark" || after.Prev != m.Seq || after.Seq != m.Seq+2 {
		t.Errorf("then %+v %v, want mark with prev %d", after, err, m.Seq)
	}
}

func TestAQuietClientsCursorMovesOn(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{MarkEvery: 50 * time.Millisecond})
	conn := s.mustOpen("scope=d9")
	s.put("thing", "d1.s1")
	conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	for {
		var m message
		if err := conn.ReadJSON(&m); err != nil {
			t.Fatal(err)
		}
		if m.T == "at" && m.Seq == 1 && m.Prev == 0 {
			return
		}
	}
}

func TestConnectionsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{PerActor: 2})
	origin := func(o string) http.Header { return http.Header{"Origin": {o}} }
	for _, c := range []struct {
		name, query string
		header      http.Header
		want        int
	}{
		{"another site", "", origin("http://evil.example"), http.StatusForbidden},
		{"a site that ends alike", "", origin(s.server.URL + ".evil.example"), http.StatusForbidden},
		{"no origin", "", http.Header{}, http.StatusForbidden},
		{"null origin", "", origin("null"), http.StatusForbidden},
		{"bad cursor", "since=x", nil, http.StatusBadRequest},
		{"negative cursor", "since=-1", nil, http.StatusBadRequest},
	} {
		if _, response, err := s.open(c.query, c.header, 0); err == nil || response == nil || response.StatusCode != c.want {
			t.Errorf("%s: %v %v, want %d", c.name, response, err, c.want)
		}
	}
	first := s.mustOpen("actor=5")
	s.mustOpen("actor=5")
	if _, response, err := s.open("actor=5", nil, 0); err == nil || response.StatusCode != http.StatusTooManyRequests {
		t.Errorf("a third connection: %v, want 429", response)
	}
	s.mustOpen("actor=6")
	first.Close()
	for deadline := time.Now().Add(5 * time.Second); ; {
		if _, _, err := s.open("actor=5", nil, 0); err == nil {
			break // the place is free again
		}
		if time.Now().After(deadline) {
			t.Fatal("a closed connection still counts")
		}
	}
}

// A client that does not read is closed with 4008 and resumes without loss;
// those beside it notice nothing.
func TestASlowClientIsClosedAndResumes(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{WriteWait: time.Minute, PongWait: time.Minute})
	epoch, _, _, err := s.snapshot(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	quick := newClient(s, 1, "").start()
	s.settle(quick)
	slow, _, err := s.open("since=0&epoch="+epoch, nil, 64<<10)
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	const big = `INSERT INTO outbox (topic, entity, version, paths, class, body)
		SELECT 'big', n::text, 1, '{d1}', 'duty', to_json(repeat('x', 20000)) FROM generate_series(1, $1) n`
	s.exec(big, 200)
	s.arrive()
	pause(t.Context(), 3*time.Second) // stuck for longer than SlowAfter
	s.exec(big, 300)
	s.arrive()
	const total = 500
	messages, code := ending(t, slow)
	if code != 4008 {
		t.Errorf("close code %d, want 4008", code)
	}
	cursor := contiguous(t, messages, 0)
	if cursor >= total {
		t.Fatal("it was not slow at all")
	}
	again := s.mustOpen(fmt.Sprintf("since=%d&epoch=%s", cursor, epoch))
	again.SetReadDeadline(time.Now().Add(20 * time.Second))
	var rest []message
	for cursor < total {
		m, err := next(again, &rest)
		if err != nil {
			t.Fatalf("resuming at %d: %v", cursor, err)
		}
		cursor = contiguous(t, []message{m}, cursor)
	}
	if n := s.hub().Stats().Slow; n != 1 || quick.connected.Load() != 1 {
		t.Errorf("%d slow clients, the quick one connected %d times (%d breaks, %d resyncs); want 1, 1",
			n, quick.connected.Load(), quick.broken.Load(), quick.resynced.Load())
	}
}

// contiguous checks that every event after the cursor came, and returns the last.
func contiguous(t testing.TB, messages []message, cursor int64) int64 {
	t.Helper()
	for _, m := range messages {
		if m.Prev != cursor || m.Seq != cursor+1 {
			t.Fatalf("got %d after %d at cursor %d", m.Seq, m.Prev, cursor)
		}
		cursor = m.Seq
	}
	return cursor
}

// A burst larger than the queue makes nobody slow who reads.
func TestABurstMakesNobodySlow(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{})
	conn := s.mustOpen("scope=d1")
	s.exec(`INSERT INTO outbox (topic, entity, version, paths, class, body)
		SELECT 'many', n::text, 1, '{d1}', 'duty', to_json(repeat('x', 2000)) FROM generate_series(1, 3000) n`)
	conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	var rest []message
	for cursor := int64(0); cursor < 3000; {
		m, err := next(conn, &rest)
		if err != nil {
			t.Fatalf("at %d: %v", cursor, err)
		}
		cursor = contiguous(t, []message{m}, cursor)
	}
	if st := s.hub().Stats(); st.Slow != 0 || st.Frames > 400 {
		t.Errorf("%d slow, %d frames for 3000 messages", st.Slow, st.Frames)
	}
}
