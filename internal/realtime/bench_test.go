package realtime_test

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"wangge/internal/realtime"
)

// BenchmarkFanOut sends b.N events at a fixed rate to clients that all may see
// them; server, clients and database share the machine. ms are commit → read.
// merge=0 sends each message in a frame of its own.
func BenchmarkFanOut(b *testing.B) {
	for _, c := range []struct {
		clients, rate int
		merge         time.Duration
	}{
		{500, 10, 50 * time.Millisecond},
		{1000, 100, time.Nanosecond},
		{1000, 100, 50 * time.Millisecond},
		{2000, 200, 50 * time.Millisecond},
	} {
		b.Run(fmt.Sprintf("clients=%d/rate=%d/merge=%v", c.clients, c.rate, c.merge.Truncate(time.Millisecond)), func(b *testing.B) {
			fanOut(b, c.clients, c.rate, c.merge)
		})
	}
}

func fanOut(b *testing.B, clients, rate int, merge time.Duration) {
	s := newStage(b, realtime.Options{Merge: merge, PerActor: clients})
	took := make([][]time.Duration, clients)
	var reading sync.WaitGroup
	for i := range clients {
		conn := s.mustOpen("scope=d1&actor=" + strconv.Itoa(i))
		reading.Go(func() { took[i] = listenFor(b, conn, b.N) })
	}
	before := s.hub().Stats()
	cpu := processorTime()
	b.ResetTimer()
	ticks := time.NewTicker(time.Second / time.Duration(rate))
	defer ticks.Stop()
	for range b.N {
		<-ticks.C
		s.exec(`INSERT INTO outbox (topic, entity, version, paths, class, body)
			VALUES ('visit', gen_random_uuid()::text, 1, '{d1.s1.c1.g1}', 'duty', json_build_object('pad', repeat('x', 120), 'sent', $1::text))`,
			fmt.Sprintf("%019d", time.Now().UnixNano()))
		s.poke()
	}
	reading.Wait()
	b.StopTimer()
	after := s.hub().Stats()
	all := slices.Concat(took...)
	slices.Sort(all)
	delivered := float64(after.Delivered - before.Delivered)
	b.ReportMetric(delivered/b.Elapsed().Seconds(), "deliveries/s")
	b.ReportMetric(milliseconds(all[len(all)/2]), "p50-ms")
	b.ReportMetric(milliseconds(all[len(all)*99/100]), "p99-ms")
	b.ReportMetric(delivered/float64(after.Frames-before.Frames), "messages/frame")
	b.ReportMetric(float64((processorTime()-cpu).Microseconds())/delivered, "µs-cpu/delivery")
	b.ReportMetric(0, "ns/op")
}

// listenFor reads n events and returns how long each took.
func listenFor(b *testing.B, conn *websocket.Conn, n int) []time.Duration {
	took := make([]time.Duration, 0, n)
	key := []byte(`"sent":"`)
	for len(took) < n {
		_, frame, err := conn.ReadMessage()
		if err != nil {
			b.Errorf("after %d of %d: %v", len(took), n, err)
			return append(took, 0)
		}
		now := time.Now().UnixNano()
		for {
			_, rest, found := bytes.Cut(frame, key)
			if !found {
				break
			}
			sent, err := strconv.ParseInt(string(rest[:19]), 10, 64)
			if err != nil {
				b.Error(err)
			}
			took = append(took, time.Duration(now-sent))
			frame = rest
		}
	}
	return took
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// processorTime is what this process, server and clients, has used.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkIdleConnection measures the memory of a connection that waits, once
// whatever b.N: heap and stacks of both ends, the client's being a bare socket.
func BenchmarkIdleConnection(b *testing.B) {
	const clients = 2000
	s := newStage(b, realtime.Options{PerActor: clients, PongWait: time.Hour})
	memory := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapInuse + m.StackInuse
	}
	before := memory()
	for range clients {
		s.raw(1)
	}
	time.Sleep(1500 * time.Millisecond) // each has been told the time once
	b.ReportMetric(float64(memory()-before)/clients/1024, "kB/connection")
	b.ReportMetric(0, "ns/op")
}
