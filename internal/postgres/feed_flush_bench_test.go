package postgres_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
)

// BenchmarkSlowDisk measures what telling of changes costs eight writers on a
// disk that takes two milliseconds to flush (commit_delay): those who tell by a
// NOTIFY of their own commit one after the other. It needs a server that flushes.
// Once whatever b.N.
func BenchmarkSlowDisk(b *testing.B) {
	pool, err := postgres.Connect(b.Context(), pgtest.URL(b)+"&pool_max_conns=12&commit_delay=2000&commit_siblings=0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	var fsync string
	if err := pool.QueryRow(b.Context(), `show fsync`).Scan(&fsync); err != nil || fsync != "on" {
		b.Skip("this server does not flush: make bench has one that does")
	}
	l := newLoad(b, pool, 0)
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Printf("load average before the slow disk: %s", load)
	ctx, cancel := context.WithCancel(b.Context())
	var sequencer sync.WaitGroup
	sequencer.Go(func() { // as the hub does
		for ctx.Err() == nil {
			next := time.After(5 * time.Millisecond)
			if _, err := l.db.Sequence(ctx, 1000); err != nil && ctx.Err() == nil {
				b.Error(err)
				return
			}
			<-next
		}
	})
	var shares []float64
	for range 4 { // pairs, so that what else goes on falls on both
		without := flushRate(b, l, func(tx pgx.Tx, id int) error {
			_, err := tx.Exec(ctx, `update thing set version = version + 1 where id = $1`, id)
			return err
		})
		with := flushRate(b, l, func(tx pgx.Tx, id int) error {
			_, err := change(ctx, tx, id)
			return err
		})
		shares = append(shares, with/without)
	}
	cancel()
	sequencer.Wait()
	slices.Sort(shares)
	share := (shares[1] + shares[2]) / 2
	verdict := "ok"
	if share < 0.9 {
		verdict = "missed"
	}
	fmt.Printf("figure  %-52s %10.4g %-4s ≥ %-8.4g %s\n", "8 writers, 2 ms flush, with events of without", share, "x", 0.9, verdict)
	b.ReportMetric(0, "ns/op")
}

// flushRate is how many transactions a second eight writers commit.
func flushRate(b *testing.B, l *load, do func(pgx.Tx, int) error) float64 {
	b.Helper()
	var count atomic.Int64
	var writers sync.WaitGroup
	began := time.Now()
	for w := range 8 {
		writers.Go(func() {
			r := rand.New(rand.NewPCG(uint64(w), 5))
			for time.Since(began) < 1500*time.Millisecond {
				if err := l.db.Write(b.Context(), func(tx pgx.Tx) error { return do(tx, r.IntN(l.things)) }); err != nil {
					b.Error(err)
					return
				}
				count.Add(1)
			}
		})
	}
	writers.Wait()
	return float64(count.Load()) / time.Since(began).Seconds()
}
