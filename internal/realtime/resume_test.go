package realtime_test

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"wangge/internal/realtime"
)

// cutter is a network that breaks: a TCP relay that cuts each connection after
// some number of bytes towards the client.
type cutter struct {
	listener net.Listener
	target   string
	after    func() int64
	cuts     counter
	wg       sync.WaitGroup
}

func newCutter(t testing.TB, target string, after func() int64) *cutter {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{listener: listener, target: u.Host, after: after}
	c.wg.Go(c.accept)
	t.Cleanup(func() { listener.Close(); c.wg.Wait() })
	return c
}

func (c *cutter) address() string { return "http://" + c.listener.Addr().String() }

func (c *cutter) accept() {
	for {
		client, err := c.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", c.target)
		if err != nil {
			client.Close()
			continue
		}
		c.wg.Go(func() { io.Copy(server, client); server.Close() })
		c.wg.Go(func() {
			if _, err := io.CopyN(client, server, c.after()); err == nil {
				c.cuts.Add(1)
			}
			client.Close()
			server.Close()
		})
	}
}

// keepBusy moves things about between the streets until the returned function
// is called, which waits for the writers.
func (s *stage) keepBusy(writers int) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(w), 7))
			for ctx.Err() == nil {
				path := fmt.Sprintf("d1.s%d.c%d", r.IntN(3), r.IntN(4))
				if err := s.tryPut(context.Background(), fmt.Sprintf("t%d", r.IntN(60)), path, "duty"); err != nil {
					s.t.Errorf("writing: %v", err)
					return
				}
				pause(ctx, time.Duration(r.IntN(4))*time.Millisecond)
			}
		})
	}
	return func() { cancel(); wg.Wait() }
}

func TestAClientCutOffAtAnyByteEndsInTheSameState(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{Merge: 5 * time.Millisecond, PerActor: 50})
	r := rand.New(rand.NewPCG(1, 2))
	var mu sync.Mutex
	whole := false
	relay := newCutter(t, s.server.URL, func() int64 {
		mu.Lock()
		defer mu.Unlock()
		if whole {
			return math.MaxInt64
		}
		return 150 + r.Int64N(8000) // somewhere between the handshake and a few frames later
	})
	var clients []*client
	for i, scope := range []string{"d1.s0", "d1.s1", "d1.s2.c3", ""} {
		c := newClient(s, i, scope)
		c.address = relay.address()
		clients = append(clients, c.start())
	}
	stop := s.keepBusy(4)
	for deadline := time.Now().Add(20 * time.Second); relay.cuts.Load() < 100; {
		if time.Now().After(deadline) {
			t.Fatalf("only %d cuts", relay.cuts.Load())
		}
		clients[0].waitChange(20 * time.Millisecond)
	}
	stop()
	mu.Lock()
	whole = true // a client far behind needs more than a few frames
	mu.Unlock()
	s.settle(clients...)
	for _, c := range clients {
		if len(c.outside) > 0 {
			t.Errorf("%q was sent %v from outside", c.scope, c.outside)
		}
	}
	t.Logf("%d cuts", relay.cuts.Load())
}

func TestNothingIsLostWhenTheNodeIsReplaced(t *testing.T) {
	t.Parallel()
	options := realtime.Options{SpreadRestart: time.Millisecond, PerActor: 50}
	s := newStage(t, options)
	clients := []*client{newClient(s, 1, "d1.s0").start(), newClient(s, 2, "d1.s1.c1").start(), newClient(s, 3, "").start()}
	stop := s.keepBusy(4)
	for range 5 {
		s.restart(options)
		clients[2].waitChange(time.Second)
		pause(t.Context(), 50*time.Millisecond)
	}
	stop()
	s.settle(clients...)
	for _, c := range clients {
		if c.connected.Load() < 3 {
			t.Errorf("%q connected %d times over 5 restarts", c.scope, c.connected.Load())
		}
	}
	if n := s.hub().Stats().Breaks; n != 0 {
		t.Errorf("%d gaps in the log", n)
	}
}

func TestAnotherEpochSendsEveryClientForASnapshot(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{})
	for i := range 20 {
		s.put(fmt.Sprintf("t%d", i), "d1.s1")
	}
	s.arrive()
	c := newClient(s, 1, "d1").start()
	s.settle(c)
	// A restore: the state is an older one and the log is shorter.
	s.exec(`WITH state AS (DELETE FROM thing WHERE id > 't5'), log AS (DELETE FROM event WHERE seq > 10)
		UPDATE stream_head SET generation = gen_random_uuid(), seq = 10`)
	s.settle(c)
	if c.resynced.Load() == 0 {
		t.Error("the client went on as if nothing had happened")
	}
	s.put("new", "d1.s1")
	s.settle(c)
}

// A log with a hole cannot come from the sequencer. Should one be there all the
// same, clients take a snapshot and the node goes on behind the hole.
func TestAHoleInTheLogIsNoticedAndLeftBehind(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{})
	s.put("before", "d1.s1")
	s.arrive()
	c := newClient(s, 1, "d1").start()
	s.settle(c)
	s.exec(`UPDATE stream_head SET seq = seq + 5`)
	s.put("behind", "d1.s1")
	s.settle(c)
	s.put("later", "d1.s1")
	s.settle(c)
	if s.hub().Stats().Breaks != 1 || c.resynced.Load() != 1 {
		t.Errorf("%d breaks noticed, %d resyncs; want 1, 1", s.hub().Stats().Breaks, c.resynced.Load())
	}
}

func TestAClientTooFarBehindTakesASnapshot(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{MaxBehind: 10})
	s.put("a", "d1.s1")
	c := newClient(s, 1, "d1").start()
	s.settle(c)
	c.stop()
	witness := newClient(s, 2, "d1").start() // what it has heard, the node has heard
	s.settle(witness)
	for i := range 30 {
		s.put(fmt.Sprintf("t%d", i), "d1.s1")
	}
	s.settle(witness)
	again := newClient(s, 1, "d1")
	again.epoch, again.cursor, again.state = c.epoch, c.cursor, c.state
	again.start()
	s.settle(again)
	if again.resynced.Load() != 1 {
		t.Errorf("resynced %d times, want 1", again.resynced.Load())
	}
}

// A client that misses a message notices by prev and resumes. One that does not
// look diverges, and settling must see that, or these tests would prove nothing.
func TestPrevIsWhatKeepsAClientRight(t *testing.T) {
	t.Parallel()
	s := newStage(t, realtime.Options{})
	loseThird := func() func(message) bool {
		n := 0
		return func(m message) bool {
			if m.T == "ev" {
				n++
			}
			return m.T == "ev" && n == 3
		}
	}
	careful, trusting := newClient(s, 1, "d1"), newClient(s, 2, "d1")
	careful.lose, trusting.lose, trusting.trusting = loseThird(), loseThird(), true
	careful.start()
	trusting.start()
	s.settle(careful, trusting)
	for i := range 10 {
		s.put(fmt.Sprintf("t%d", i), "d1.s1")
	}
	s.settle(careful)
	if careful.broken.Load() != 1 {
		t.Errorf("the careful client saw %d breaks, want 1", careful.broken.Load())
	}
	// Both heard the same by now; the trusting one lacks what was lost.
	witness := newClient(s, 3, "d1").start()
	s.settle(witness)
	for deadline := time.Now().Add(10 * time.Second); len(trusting.things()) < 9 && time.Now().Before(deadline); {
		trusting.waitChange(20 * time.Millisecond)
	}
	if difference(s.shown("d1"), trusting.things()) == "equal" {
		t.Error("a lost message without the prev check went unnoticed")
	}
}
