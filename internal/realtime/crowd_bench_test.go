package realtime_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"wangge/internal/realtime"
	"wangge/internal/ward"
)

// The hub alone, without a database, before a crowd of clients that are a process
// of their own on the same machine. WANGGE_BENCH_CLIENTS makes the crowd smaller.

// crowdVariable tells the test program to be the crowd: its orders, in JSON.
const crowdVariable = "WANGGE_TEST_CROWD"

// orders are what a crowd does: so many clients at the address, the i-th as
// actor i with scope i modulo so many.
type orders struct {
	URL     string
	Clients int
	Scopes  int
}

// tally is what a crowd heard.
type tally struct {
	Messages, Frames int64
	CPU              float64 // microseconds of the hub's process for each message; it does not depend on who else is on the machine
	P50, P99, Worst  float64 // milliseconds from told to the hub until read
}

// memory is a feed that keeps its log there.
type memory struct {
	mu     sync.Mutex
	events []ward.Event
	wake   func()
}

func (m *memory) Head(ctx context.Context) (ward.Head, error) {
	h, _, err := m.Since(ctx, 0, 0)
	return h, err
}

func (m *memory) Since(_ context.Context, after int64, limit int) (ward.Head, []ward.Event, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	from := min(max(0, int(after)), len(m.events))
	return ward.Head{Epoch: "e", Seq: int64(len(m.events)), MinSeq: 1}, m.events[from:min(len(m.events), from+limit)], nil
}

func (m *memory) Sequence(context.Context, int) (int, error) { return 0, nil }

func (m *memory) Listen(ctx context.Context, wake func()) error {
	m.mu.Lock()
	m.wake = wake
	m.mu.Unlock()
	<-ctx.Done()
	return ctx.Err()
}

func (m *memory) Wake() <-chan struct{} { return nil }

// tell adds an event of some 200 bytes.
func (m *memory) tell(path string) {
	m.mu.Lock()
	m.events = append(m.events, ward.Event{
		Seq: int64(len(m.events) + 1), Topic: "visit", Entity: strconv.Itoa(len(m.events)), Version: 1, Paths: []string{path}, Class: ward.Duty,
		Body: json.RawMessage(fmt.Sprintf(`{"pad":"%s","sent":"%019d"}`, strings.Repeat("x", 60), time.Now().UnixNano())),
	})
	wake := m.wake
	m.mu.Unlock()
	if wake != nil {
		wake()
	}
}

// crowdOf runs a hub with those options and a crowd at it.
type crowdOf struct {
	b      *testing.B
	feed   *memory
	server *httptest.Server
	said   *bufio.Scanner
	tell   *os.File
	size   int
}

func newCrowd(b *testing.B, merge time.Duration) *crowdOf {
	b.Helper()
	c := &crowdOf{b: b, feed: &memory{}, size: 10_000}
	if n, err := strconv.Atoi(os.Getenv("WANGGE_BENCH_CLIENTS")); err == nil {
		c.size = n
	}
	hub := realtime.NewHub(c.feed, realtime.Options{Merge: merge, PongWait: time.Minute, Ring: 1 << 16})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- hub.Run(ctx) }()
	<-hub.Ready()
	c.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		actor, _ := strconv.ParseInt(r.URL.Query().Get("actor"), 10, 64)
		hub.Serve(w, r, realtime.Viewer{Actor: actor, Scope: ward.System(r.URL.Query().Get("scope")), Hears: func(ward.Visibility) bool { return true }})
	}))
	b.Cleanup(func() { cancel(); <-ended; c.server.Close() })
	return c
}

// gather starts the crowd and waits until each hears the hub.
func (c *crowdOf) gather(scopes int) {
	c.b.Helper()
	text, err := json.Marshal(orders{URL: c.server.URL, Clients: c.size, Scopes: scopes})
	if err != nil {
		c.b.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crowdVariable+"="+string(text))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		c.b.Fatal(err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		c.b.Fatal(err)
	}
	cmd.Stdin, c.tell = read, write
	if err := cmd.Start(); err != nil {
		c.b.Fatal(err)
	}
	c.b.Cleanup(func() {
		write.Close()
		read.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	c.said = bufio.NewScanner(out)
	if !c.said.Scan() || c.said.Text() != "ready" {
		c.b.Fatalf("the crowd does not gather: %q %v", c.said.Text(), c.said.Err())
	}
}

// run tells events at a rate for so long, evenly over the scopes (0: all to
// all), and returns how many messages that should be and what was heard.
func (c *crowdOf) run(rate, scopes int, last time.Duration) (sent int64, t tally, took time.Duration) {
	c.b.Helper()
	began, cpu := time.Now(), processorTime()
	n := 0
	each := int64(c.size)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for time.Since(began) < last {
		<-tick.C
		for due := int(time.Since(began).Seconds() * float64(rate)); n < due; n++ {
			path := "d1"
			if scopes > 0 {
				path = scopeOf(n % scopes)
			}
			c.feed.tell(path)
		}
	}
	if scopes > 0 {
		each = int64(c.size / scopes)
	}
	sent = int64(n) * each
	fmt.Fprintf(c.tell, "%d\n", sent)
	if !c.said.Scan() {
		c.b.Fatalf("the crowd says nothing: %v", c.said.Err())
	}
	took = time.Since(began)
	if err := json.Unmarshal(c.said.Bytes(), &t); err != nil {
		c.b.Fatalf("the crowd says %q", c.said.Text())
	}
	t.CPU = float64((processorTime() - cpu).Microseconds()) / float64(max(1, t.Messages))
	return sent, t, took
}

func scopeOf(i int) string { return "d1.s" + strconv.Itoa(i) }

// resident is what this process holds in memory, in bytes, once the heap has
// given back what it does not need.
func resident(b *testing.B) float64 {
	b.Helper()
	debug.FreeOSMemory()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("no /proc here: ", err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	kilobytes, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		b.Fatal(err)
	}
	return float64(kilobytes) * 1024
}

// BenchmarkCrowd prints the figures of the hub before ten thousand clients, once
// whatever b.N.
func BenchmarkCrowd(b *testing.B) {
	b.ReportMetric(0, "ns/op")
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Printf("load average before the crowd: %s", load)
	b.Run("idle", func(b *testing.B) {
		c := newCrowd(b, 0)
		before := resident(b)
		c.gather(0)
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		fmt.Printf("idle: heap %.1f kB, stacks %.1f kB for each\n", float64(m.HeapInuse)/float64(c.size)/1000, float64(m.StackInuse)/float64(c.size)/1000)
		figure("memory of an idle live connection", (resident(b)-before)/float64(c.size)/1000, "≤", 12, "kB")
	})
	b.Run("tenth", func(b *testing.B) {
		c := newCrowd(b, 50*time.Millisecond)
		c.gather(0)
		sent, t, _ := c.run(10, 0, 8*time.Second)
		figure("10,000 clients x 10/s, delivered of sent", float64(t.Messages)/float64(sent), "≥", 1, "x")
		figure("10,000 clients x 10/s, p99", t.P99, "≤", 250, "ms")
		figure("10,000 clients x 10/s, processor per message", t.CPU, "≤", 6.4, "µs")
	})
	b.Run("wall", func(b *testing.B) {
		c := newCrowd(b, 100*time.Millisecond)
		c.gather(0)
		sent, t, took := c.run(100, 0, 8*time.Second)
		figure("10,000 clients x 100/s joined, delivered of sent", float64(t.Messages)/float64(sent), "≥", 1, "x")
		figure("10,000 clients x 100/s joined, messages", float64(t.Messages)/took.Seconds()/1000, "≥", 900, "k/s")
		figure("10,000 clients x 100/s joined, p99", t.P99, "≤", 250, "ms")
		figure("10,000 clients x 100/s joined, processor per message", t.CPU, "≤", 1, "µs")
		b.ReportMetric(float64(t.Messages)/float64(t.Frames), "messages/frame")
	})
	b.Run("territories", func(b *testing.B) {
		c := newCrowd(b, 50*time.Millisecond)
		c.gather(200)
		sent, t, _ := c.run(1000, 200, 8*time.Second)
		figure("200 territories x 1,000/s, delivered of sent", float64(t.Messages)/float64(sent), "≥", 1, "x")
		figure("200 territories x 1,000/s, p50", t.P50, "≤", 2, "ms")
		figure("200 territories x 1,000/s, p99", t.P99, "≤", 5, "ms")
	})
}

// figure prints a line of make bench.
func figure(name string, value float64, sign string, limit float64, unit string) {
	verdict := "ok"
	if sign == "≤" && value > limit || sign == "≥" && value < limit {
		verdict = "missed"
	}
	fmt.Printf("figure  %-52s %10.4g %-4s %s %-8.4g %s\n", name, value, unit, sign, limit, verdict)
}

// beCrowd is the other process: it connects, says "ready", reads, and when it is
// told how many messages there should be, says what it heard once it has them
// all or nothing more comes.
func beCrowd(text string) error {
	var o orders
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	var messages, frames atomic.Int64
	took := make([][]float64, o.Clients)
	var gathered sync.WaitGroup
	failed := make(chan error, o.Clients)
	slots := make(chan struct{}, 64)
	for i := range o.Clients {
		gathered.Add(1)
		go func() {
			slots <- struct{}{}
			conn, err := join(o, i)
			<-slots
			gathered.Done()
			if err != nil {
				failed <- err
				return
			}
			for {
				frame, err := frameOf(conn)
				if err != nil {
					return
				}
				if n := int64(bytes.Count(frame.Bytes(), []byte(`"t":"ev"`))); n > 0 {
					// The first of a frame has waited longest: it stands for all of them.
					_, rest, _ := bytes.Cut(frame.Bytes(), []byte(`"sent":"`))
					if sent, err := strconv.ParseInt(string(rest[:19]), 10, 64); err == nil {
						took[i] = append(took[i], float64(time.Now().UnixNano()-sent)/1e6)
					}
					frames.Add(1)
					messages.Add(n)
				}
				read.Put(frame)
			}
		}()
	}
	gathered.Wait()
	select {
	case err := <-failed:
		return err
	default:
	}
	fmt.Println("ready")
	var want int64
	if _, err := fmt.Scan(&want); err != nil {
		return nil // only to be there
	}
	for before := int64(-1); messages.Load() < want && messages.Load() != before; {
		before = messages.Load()
		for end := time.Now().Add(5 * time.Second); time.Now().Before(end) && messages.Load() < want; {
			time.Sleep(10 * time.Millisecond)
		}
	}
	all := slices.Concat(took...)
	slices.Sort(all)
	t := tally{Messages: messages.Load(), Frames: frames.Load()}
	if len(all) > 0 {
		t.P50, t.P99, t.Worst = all[len(all)/2], all[len(all)*99/100], all[len(all)-1]
	}
	out, err := json.Marshal(t)
	fmt.Println(string(out))
	return err
}

// read holds buffers for frames: the crowd shall cost little beside the hub.
var read = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// frameOf reads the next frame.
func frameOf(conn *websocket.Conn) (*bytes.Buffer, error) {
	_, r, err := conn.NextReader()
	if err != nil {
		return nil, err
	}
	frame := read.Get().(*bytes.Buffer)
	frame.Reset()
	_, err = frame.ReadFrom(r)
	return frame, err
}

// join connects one client and waits for the greeting.
func join(o orders, i int) (*websocket.Conn, error) {
	scope := "d1"
	if o.Scopes > 0 {
		scope = scopeOf(i % o.Scopes)
	}
	dialer := websocket.Dialer{HandshakeTimeout: time.Minute, ReadBufferSize: 4096, WriteBufferSize: 256}
	conn, answer, err := dialer.Dial("ws"+strings.TrimPrefix(o.URL, "http")+"/?actor="+strconv.Itoa(i)+"&scope="+scope, http.Header{"Origin": {o.URL}})
	if answer != nil {
		answer.Body.Close()
	}
	if err != nil {
		return nil, err
	}
	_, _, err = conn.ReadMessage()
	return conn, err
}
