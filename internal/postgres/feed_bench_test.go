package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// BenchmarkSequence measures numbering alone: events waiting in the outbox,
// moved a thousand at a time.
func BenchmarkSequence(b *testing.B) {
	pool := widePool(b)
	db := postgres.New(pool, postgres.Keys{})
	_, err := pool.Exec(b.Context(), `
		INSERT INTO outbox (topic, entity, version, paths, class, body)
		SELECT 'visit', n::text, 1, '{d1.s1.c1.g1}', 'duty', json_build_object('kind', '四百', 'note', repeat('x', 150))
		FROM generate_series(1, $1) n`, b.N)
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for left := b.N; left > 0; {
		moved, err := db.Sequence(b.Context(), 1000)
		if err != nil || moved == 0 {
			b.Fatalf("sequenced %d with %d left: %v", moved, left, err)
		}
		left -= moved
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkCommitToRead measures the whole way of a change, with 16 writers
// flat out: committed, numbered, read.
func BenchmarkCommitToRead(b *testing.B) {
	for _, writers := range []int{1, 16} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			pool := widePool(b)
			l := newLoad(b, pool, int64(b.N))
			l.longest = 10 * time.Millisecond
			stop, done := make(chan struct{}), make(chan struct{})
			go func() {
				defer close(done)
				follow(b, stop, func(after int64) (events []ward.Event, err error) {
					if _, err = l.db.Sequence(b.Context(), 1000); err == nil {
						_, events, err = l.db.Since(b.Context(), after, 2000)
					}
					return events, err
				})
			}()
			b.ResetTimer()
			l.run(b, writers)
			close(stop)
			<-done
			b.ReportMetric(float64(l.committed.Load())/b.Elapsed().Seconds(), "events/s")
		})
	}
}
