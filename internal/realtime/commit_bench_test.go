package realtime_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"wangge/internal/realtime"
)

// BenchmarkCommitToSocket measures the whole way of a change, from before its
// transaction until somebody has read it, at 300 transactions a second; once
// whatever b.N.
func BenchmarkCommitToSocket(b *testing.B) {
	const rate, writers, clients = 300, 8, 20
	const last = 8 * time.Second
	s := newStage(b, realtime.Options{PerActor: clients})
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Printf("load average before commit to socket: %s", load)
	n := int(last.Seconds() * rate)
	took := make([][]time.Duration, clients)
	var reading, writing sync.WaitGroup
	for i := range clients {
		conn := s.mustOpen("scope=d1&actor=" + strconv.Itoa(i))
		reading.Go(func() { took[i] = listenFor(b, conn, n) })
	}
	began := time.Now()
	for w := range writers {
		writing.Go(func() {
			for k := w; k < n; k += writers {
				time.Sleep(time.Until(began.Add(time.Duration(k) * time.Second / rate)))
				s.exec(`INSERT INTO outbox (topic, entity, version, paths, class, body)
					VALUES ('visit', $2, 1, '{d1.s1.c1.g1}', 'duty', json_build_object('pad', repeat('x', 120), 'sent', $1::text))`,
					fmt.Sprintf("%019d", time.Now().UnixNano()), strconv.Itoa(k))
				s.poke()
			}
		})
	}
	writing.Wait()
	written := time.Since(began)
	reading.Wait()
	all := slices.Concat(took...)
	slices.Sort(all)
	figure("changes a second, of 300 asked", float64(n)/written.Seconds(), "≥", 290, "/s")
	figure("commit to socket at 300 a second, p50", milliseconds(all[len(all)/2]), "≤", 30, "ms")
	figure("commit to socket at 300 a second, p99", milliseconds(all[len(all)*99/100]), "≤", 250, "ms")
	b.ReportMetric(0, "ns/op")
}
