package relay_test

import (
	"context"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/paulmach/orb"
	"go.uber.org/goleak"

	"wangge/internal/relay"
	"wangge/internal/ward"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// broker runs a NATS server on the port, 0 for a free one.
func broker(t *testing.T, port int) (b *server.Server, address string) {
	t.Helper()
	if port == 0 {
		port = server.RANDOM_PORT
	}
	b, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: port, NoLog: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	go b.Start()
	if !b.ReadyForConnections(20 * time.Second) {
		t.Fatal("the broker does not start")
	}
	t.Cleanup(func() { b.Shutdown(); b.WaitForShutdown() })
	return b, b.ClientURL()
}

// line is a running relay and what it hears.
type line struct {
	*relay.Relay
	heard chan ward.Mover
}

func newLine(t *testing.T, address, town string) line {
	t.Helper()
	l := line{heard: make(chan ward.Mover, 10_000)}
	l.Relay = relay.New(relay.Options{URL: address, Town: town, Hear: func(m ward.Mover) { l.heard <- m }, Log: slog.New(slog.DiscardHandler)})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the relay ended with %v", err)
		}
	})
	return l
}

// until waits for a line to be there or away.
func (l line) until(t *testing.T, there bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); l.There() != there; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("there = %t after 20 s", !there)
		}
	}
}

// next is what is heard next.
func (l line) next(t *testing.T) ward.Mover {
	t.Helper()
	select {
	case m := <-l.heard:
		return m
	case <-time.After(20 * time.Second):
		t.Fatal("nothing is heard")
		return ward.Mover{}
	}
}

func at(team int64, seconds int) ward.Mover {
	speed := 1.5
	return ward.Mover{Team: team, At: time.Unix(1_800_000_000+int64(seconds), 0).UTC(), Location: orb.Point{120.1, 30.2}, Speed: &speed, Grid: 7, Paths: []string{"d1.s1.c1.g7", "d1.s2"}}
}

func TestOtherNodesOfTheTownHearEverythingOfAMover(t *testing.T) {
	t.Parallel()
	_, address := broker(t, 0)
	one, two, other := newLine(t, address, "t1"), newLine(t, address, "t1"), newLine(t, address, "t2")
	for _, l := range []line{one, two, other} {
		l.until(t, true)
	}
	hello(t, one, two)
	one.Tell(at(3, 5))
	m := two.next(t)
	if m.Team != 3 || m.Grid != 7 || *m.Speed != 1.5 || m.Location != (orb.Point{120.1, 30.2}) || len(m.Paths) != 2 || m.Gone || !m.At.Equal(at(3, 5).At) {
		t.Errorf("heard %+v", m)
	}
	one.Tell(ward.Mover{Team: 3, At: at(3, 6).At, Gone: true})
	if m := two.next(t); m.Team != 3 || !m.Gone {
		t.Errorf("heard %+v", m)
	}
	if len(one.heard) > 0 || len(other.heard) > 0 {
		t.Errorf("the teller itself heard %d, another town %d", len(one.heard), len(other.heard))
	}
}

// hello makes sure that the broker knows what b wants to hear: a subscription is
// sent behind the greeting that makes a line count as there.
func hello(t *testing.T, a, b line) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); len(b.heard) == 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the lines do not find each other")
		}
		a.Tell(at(1, 0))
	}
	// One of another team ends the greetings that are still on their way.
	a.Tell(at(2, 0))
	for m := b.next(t); m.Team != 2; m = b.next(t) {
		if m.Team != 1 {
			t.Fatalf("heard team %d during the greeting", m.Team)
		}
	}
}

func TestABrokerThatIsAwayHoldsUpNobodyAndIsFoundAgain(t *testing.T) {
	t.Parallel()
	first, address := broker(t, 0)
	one, two := newLine(t, address, "t1"), newLine(t, address, "t1")
	hello(t, one, two)
	port := first.Addr().(*net.TCPAddr).Port
	first.Shutdown()
	first.WaitForShutdown()
	one.until(t, false)
	two.until(t, false)
	began := time.Now()
	for i := range 10_000 {
		one.Tell(at(int64(10+i%1000), i))
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("telling 10,000 positions without a broker took %v", took)
	}
	broker(t, port)
	one.until(t, true)
	two.until(t, true)
	hello(t, one, two)
}

func TestANodeStartsBeforeItsBroker(t *testing.T) {
	t.Parallel()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	address := "nats://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	one, two := newLine(t, address, "t1"), newLine(t, address, "t1")
	if one.There() {
		t.Error("a broker that is not there counts as there")
	}
	broker(t, port)
	hello(t, one, two)
}

func TestOfManyPositionsTheLatestOfEachTeamIsHeard(t *testing.T) {
	t.Parallel()
	_, address := broker(t, 0)
	one, two := newLine(t, address, "t1"), newLine(t, address, "t1")
	hello(t, one, two)
	const teams = 1200 // more than fit into one message
	for second := range 5 {
		for team := range int64(teams) {
			one.Tell(at(100+team, second))
		}
	}
	one.Tell(at(100, 1)) // an older one that comes late
	last := map[int64]time.Time{}
	for done := 0; done < teams; {
		m := two.next(t)
		if m.At.Before(last[m.Team]) {
			t.Fatalf("team %d went back to %v", m.Team, m.At)
		}
		if last[m.Team] = m.At; m.At.Equal(at(0, 4).At) {
			done++
		}
	}
}

func TestAddressesOfBrokers(t *testing.T) {
	t.Parallel()
	for text, good := range map[string]bool{
		"nats://10.0.0.5:4222": true, "nats://u:p@a:4222,nats://u:p@b:4222": true, "tls://broker": true, "wss://broker/x": true,
		"": false, "10.0.0.5:4222": false, "http://a": false, "nats://": false, "nats://a,": false,
	} {
		if err := relay.CheckURL(text); (err == nil) != good {
			t.Errorf("%q: %v", text, err)
		}
	}
	if err := relay.CheckURL("http://u:secret@a"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("a wrong address is repeated with its password: %v", err)
	}
}
