package postgres_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"wangge/internal/postgres"
)

// mutants are sequencers that look right and are wrong, each by one step. They
// move what waits in the outbox once.
var mutants = []struct {
	name string
	move func(ctx context.Context, tx pgx.Tx) error
}{
	{"no lock: two sequencers at once, each with rows of its own", func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			with moved as (delete from outbox where id = any (array(select id from outbox order by id limit 20 for update skip locked)) returning *),
			n as (select count(*) as n from moved),
			head as (update stream_head set seq = seq + n.n from n where n.n > 0 returning seq - n.n as before)
			insert into event (seq, topic, entity, version, paths, class, command, body)
			select head.before + row_number() over (order by id), topic, entity, version, paths, class, command, body from moved, head`)
		return err
	}},
	{"deletes up to the newest number, not what was moved", func(ctx context.Context, tx pgx.Tx) error {
		newest, err := copyOutbox(ctx, tx, `select * from outbox order by id limit 200`)
		if err == nil && newest > 0 {
			_, err = tx.Exec(ctx, `delete from outbox where id <= $1`, newest)
		}
		return err
	}},
	{"keeps the outbox and goes on behind the newest number", func(ctx context.Context, tx pgx.Tx) error {
		_, err := copyOutbox(ctx, tx, `select * from outbox where id > (select coalesce(max((body->>'outbox')::bigint), 0) from event) order by id limit 200`)
		return err
	}},
}

// copyOutbox numbers the rows of a query into the log, under the lock, and
// returns the newest of their own numbers.
func copyOutbox(ctx context.Context, tx pgx.Tx, rows string) (newest int64, err error) {
	if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(1)`); err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `
		with moved as (`+rows+`), n as (select count(*) as n from moved),
		head as (update stream_head set seq = seq + n.n from n where n.n > 0 returning seq - n.n as before),
		written as (insert into event (seq, topic, entity, version, paths, class, command, body)
			select head.before + row_number() over (order by id), topic, entity, version, paths, class, command, jsonb_build_object('outbox', id) from moved, head returning 1)
		select coalesce(max(id), 0) from moved`).Scan(&newest)
	return newest, err
}

// The load must be able to find a wrong sequencer, or it proves nothing of the
// right one.
func TestTheLoadCatchesAWrongSequencer(t *testing.T) {
	t.Parallel()
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			// Whether two get in each other's way is chance on a busy machine.
			for try := range 5 {
				if err := underLoad(t, m.move); err != nil {
					t.Logf("caught at try %d: %v", try+1, err)
					return
				}
			}
			t.Fatal("went unnoticed")
		})
	}
}

// underLoad lets two sequencers of that kind move what a load commits, and says
// what is wrong with what is read.
func underLoad(t *testing.T, move func(context.Context, pgx.Tx) error) error {
	t.Helper()
	pool := widePool(t)
	// A few things, so that one is changed again while its last change waits.
	l := newLoad(t, pool, 4_000)
	l.things = 100
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var sequencers sync.WaitGroup
	for range 2 {
		sequencers.Go(func() { mutate(t, ctx, pool, move) })
	}
	l.run(t, 16)
	cancel()
	sequencers.Wait()
	for range 2 * l.events / 20 { // what is left
		if err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error { return move(t.Context(), tx) }); err != nil {
			t.Fatal(err)
		}
	}
	_, read, err := postgres.New(pool, postgres.Keys{}).Since(t.Context(), 0, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	return l.check(read)
}

func mutate(t *testing.T, ctx context.Context, pool *pgxpool.Pool, move func(context.Context, pgx.Tx) error) {
	for ctx.Err() == nil {
		err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error { return move(ctx, tx) })
		if err != nil && ctx.Err() == nil {
			t.Errorf("sequencing: %v", err)
			return
		}
		time.Sleep(time.Millisecond)
	}
}
