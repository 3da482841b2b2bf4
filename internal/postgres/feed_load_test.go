package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// load is many writers at once on things that count their own versions, some of
// which change their mind or take long, and what they committed.
type load struct {
	db      *postgres.DB
	events  int64 // how many to commit
	things  int
	longest time.Duration

	committed atomic.Int64
	mu        sync.Mutex
	when      map[string]time.Time // "thing/version" → the commit was acknowledged
}

var errChangedMind = errors.New("rolled back on purpose")

func newLoad(t testing.TB, pool *pgxpool.Pool, events int64) *load {
	t.Helper()
	l := &load{db: postgres.New(pool, postgres.Keys{}), events: events, things: 2000, longest: time.Second, when: map[string]time.Time{}}
	_, err := pool.Exec(t.Context(), `
		CREATE TABLE thing (id int PRIMARY KEY, version bigint NOT NULL) WITH (fillfactor = 50)`)
	if err == nil {
		_, err = pool.Exec(t.Context(), `INSERT INTO thing SELECT n, 0 FROM generate_series(0, $1) n`, l.things)
	}
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// widePool opens a fresh database with a connection for every writer: through
// fewer, their transactions would hardly overlap.
func widePool(t testing.TB) *pgxpool.Pool {
	t.Helper()
	u, err := url.Parse(pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("pool_max_conns", "20")
	u.RawQuery = q.Encode()
	pool, err := postgres.Connect(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// run lets the writers loose until enough is committed.
func (l *load) run(t testing.TB, writers int) {
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(w), 42))
			for l.committed.Load() < l.events {
				if err := l.transaction(t.Context(), r); err != nil && !errors.Is(err, errChangedMind) {
					t.Errorf("writer %d: %v", w, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// transaction changes one to three things; one in ten is rolled back, one in a
// thousand stays open for long.
func (l *load) transaction(ctx context.Context, r *rand.Rand) error {
	var written []string
	err := l.db.Write(ctx, func(tx pgx.Tx) error {
		first := r.IntN(l.things)
		for id := first; id <= min(first+r.IntN(3), l.things); id++ { // rising ids: no deadlock
			version, err := change(ctx, tx, id)
			if err != nil {
				return err
			}
			written = append(written, fmt.Sprintf("%d/%d", id, version))
		}
		if r.Float64() < 0.001 {
			time.Sleep(time.Duration(r.Float64() * float64(l.longest)))
		}
		if r.Float64() < 0.1 {
			return errChangedMind
		}
		return nil
	})
	if err != nil {
		return err
	}
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, w := range written {
		l.when[w] = now
	}
	l.committed.Add(int64(len(written)))
	return nil
}

func change(ctx context.Context, tx pgx.Tx, id int) (version int64, err error) {
	err = tx.QueryRow(ctx, `UPDATE thing SET version = version + 1 WHERE id = $1 RETURNING version`, id).Scan(&version)
	if err != nil {
		return 0, err
	}
	return version, postgres.AppendEvent(ctx, tx, ward.Event{
		Topic: "thing", Entity: strconv.Itoa(id), Version: version, Paths: []string{"d1.s1.c1.g7"}, Class: ward.Duty,
		Body: map[string]any{"kind": "四百", "met": "有人", "place": []float64{120.1554, 30.2741}},
	})
}

// check compares what was read with what was committed: everything once, the
// versions of one thing in order.
func (l *load) check(read []ward.Event) error {
	version := map[string]int64{}
	seen := map[string]bool{}
	for _, e := range read {
		name := fmt.Sprintf("%s/%d", e.Entity, e.Version)
		switch {
		case seen[name]:
			return fmt.Errorf("%s was read twice", name)
		case e.Version != version[e.Entity]+1:
			return fmt.Errorf("%s was read after version %d", name, version[e.Entity])
		case l.when[name].IsZero():
			return fmt.Errorf("%s was read and never committed", name)
		}
		seen[name], version[e.Entity] = true, e.Version
	}
	if missing := len(l.when) - len(seen); missing > 0 {
		return fmt.Errorf("%d of %d events were lost", missing, len(l.when))
	}
	return nil
}

// eventCount is how many events a load test commits: WANGGE_TEST_EVENTS, or a
// number that takes seconds.
func eventCount(t testing.TB) int64 {
	if n, err := strconv.ParseInt(os.Getenv("WANGGE_TEST_EVENTS"), 10, 64); err == nil {
		return n
	}
	if testing.Short() {
		return 5_000
	}
	return 20_000
}

// follow reads with next from the start until stopped and everything is read.
func follow(t testing.TB, stop <-chan struct{}, next func(after int64) ([]ward.Event, error)) (read []ward.Event) {
	stopped := false
	for {
		after := int64(0)
		if len(read) > 0 {
			after = read[len(read)-1].Seq
		}
		events, err := next(after)
		if err != nil {
			t.Errorf("reading on: %v", err)
			return read
		}
		read = append(read, events...)
		if len(events) > 0 {
			continue
		}
		if stopped {
			return read
		}
		select {
		case <-stop:
			stopped = true // one more look
		case <-time.After(2 * time.Millisecond):
		}
	}
}

func TestTheLogHoldsEveryCommitOnceInOrder(t *testing.T) {
	t.Parallel()
	pool := widePool(t)
	l := newLoad(t, pool, eventCount(t))
	began := time.Now()
	sequencing, endSequencing := context.WithCancel(t.Context())
	stop := make(chan struct{})
	var sequencers, readers sync.WaitGroup
	for range 2 { // two nodes
		sequencers.Go(func() { sequenceUntil(t, sequencing, postgres.New(pool, postgres.Keys{})) })
	}
	var read []ward.Event
	var snapshots []snapshot
	readers.Go(func() {
		read = follow(t, stop, func(after int64) ([]ward.Event, error) {
			_, events, err := l.db.Since(t.Context(), after, 2000)
			return events, err
		})
	})
	readers.Go(func() { snapshots = takeSnapshots(t, pool, stop) })
	l.run(t, 16)
	elapsed := time.Since(began)
	endSequencing()
	sequencers.Wait()
	empty(t, l.db)
	close(stop)
	readers.Wait()
	t.Logf("%d events committed in %v: %.0f/s", l.committed.Load(), elapsed.Round(time.Millisecond), float64(l.committed.Load())/elapsed.Seconds())

	if err := l.check(read); err != nil {
		t.Error(err)
	}
	for i, e := range read {
		if e.Seq != int64(i+1) {
			t.Fatalf("event %d has number %d", i+1, e.Seq)
		}
	}
	checkSnapshots(t, snapshots, read)
}

// empty moves what the outbox still holds. Sequence moving nothing is no sign of
// an empty one: a sequencer that was cut off holds the lock until the server has
// noticed.
func empty(t testing.TB, db *postgres.DB) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		if _, err := db.Sequence(t.Context(), 1000); err != nil {
			t.Fatal(err)
		}
		var waiting int
		if err := db.Pool.QueryRow(t.Context(), `SELECT count(*) FROM outbox`).Scan(&waiting); err != nil {
			t.Fatal(err)
		}
		switch {
		case waiting == 0:
			return
		case time.Now().After(deadline):
			t.Fatalf("%d events stay in the outbox", waiting)
		}
	}
}

func sequenceUntil(t testing.TB, ctx context.Context, db *postgres.DB) {
	for ctx.Err() == nil {
		moved, err := db.Sequence(ctx, 1000)
		if err != nil && ctx.Err() == nil {
			t.Errorf("sequencing: %v", err)
			return
		}
		if moved == 0 {
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// snapshot is the state of one moment and the cursor read with it.
type snapshot struct {
	seq      int64
	versions map[string]int64
}

func takeSnapshots(t testing.TB, pool *pgxpool.Pool, stop <-chan struct{}) (taken []snapshot) {
	for {
		select {
		case <-stop:
			return taken
		case <-time.After(200 * time.Millisecond):
		}
		s := snapshot{versions: map[string]int64{}}
		err := pgx.BeginTxFunc(t.Context(), pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
			head, err := postgres.HeadIn(t.Context(), tx)
			if err != nil {
				return err
			}
			s.seq = head.Seq
			rows, err := tx.Query(t.Context(), `SELECT id::text, version FROM thing`)
			if err != nil {
				return err
			}
			var id string
			var version int64
			_, err = pgx.ForEachRow(rows, []any{&id, &version}, func() error { s.versions[id] = version; return nil })
			return err
		})
		if err != nil {
			t.Errorf("taking a snapshot: %v", err)
			return taken
		}
		taken = append(taken, s)
	}
}

// checkSnapshots: a snapshot holds every effect of the log up to its cursor.
func checkSnapshots(t *testing.T, snapshots []snapshot, log []ward.Event) {
	t.Helper()
	if len(snapshots) == 0 {
		t.Error("no snapshot was taken")
	}
	for _, s := range snapshots {
		for _, e := range log[:s.seq] {
			if s.versions[e.Entity] < e.Version {
				t.Fatalf("snapshot at %d shows version %d of %s; the log up to there has %d", s.seq, s.versions[e.Entity], e.Entity, e.Version)
			}
		}
	}
}

// The cursor most people would write loses what commits late. If this load did
// not show it, the test above would prove nothing.
func TestTheLoadCatchesANaiveCursor(t *testing.T) {
	t.Parallel()
	pool := widePool(t)
	l := newLoad(t, pool, 5_000)
	stop := make(chan struct{})
	var reading sync.WaitGroup
	var read []ward.Event
	reading.Go(func() {
		read = follow(t, stop, func(after int64) ([]ward.Event, error) {
			rows, err := pool.Query(t.Context(), `SELECT id, entity, version FROM outbox WHERE id > $1 ORDER BY id LIMIT 2000`, after)
			if err != nil {
				return nil, err
			}
			return pgx.CollectRows(rows, func(row pgx.CollectableRow) (e ward.Event, err error) {
				return e, row.Scan(&e.Seq, &e.Entity, &e.Version)
			})
		})
	})
	l.run(t, 16)
	close(stop)
	reading.Wait()
	err := l.check(read)
	if err == nil {
		t.Fatal("the naive cursor went unnoticed")
	}
	t.Logf("caught: %v; %d committed, %d read", err, len(l.when), len(read))
}

// A transaction that stays open holds back nobody else's events.
func TestAnOpenTransactionDelaysNobody(t *testing.T) {
	t.Parallel()
	pool := widePool(t)
	l := newLoad(t, pool, 0)
	open := 2 * time.Second
	if d, err := time.ParseDuration(os.Getenv("WANGGE_TEST_OPEN")); err == nil {
		open = d
	}
	ctx, cancel := context.WithCancel(t.Context())
	var sequencer sync.WaitGroup
	sequencer.Go(func() { sequenceUntil(t, ctx, l.db) })
	defer sequencer.Wait()
	defer cancel()

	blocker, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := change(t.Context(), blocker, 0); err != nil { // the oldest id in the outbox
		t.Fatal(err)
	}
	worst, count, cursor := time.Duration(0), 0, int64(0)
	for end := time.Now().Add(open); time.Now().Before(end); count++ {
		began := time.Now()
		err := l.db.Write(t.Context(), func(tx pgx.Tx) error {
			_, err := change(t.Context(), tx, 1+count%l.things)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for cursor <= int64(count) {
			_, events, err := l.db.Since(t.Context(), cursor, 10)
			if err != nil {
				t.Fatal(err)
			}
			cursor += int64(len(events))
			if cursor > int64(count) {
				break
			}
			time.Sleep(time.Millisecond)
		}
		worst = max(worst, time.Since(began))
	}
	if worst > open*3/4 { // held back, the first would have taken all of open
		t.Errorf("an event took %v while another transaction was open", worst)
	}
	t.Logf("%d events while a transaction was open for %v; the slowest took %v", count, open, worst)
	if err := blocker.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; {
		_, events, err := l.db.Since(t.Context(), int64(count), 10)
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("the late event did not come: %v", err)
		}
		if len(events) == 1 && events[0].Entity == "0" {
			return
		}
		time.Sleep(time.Millisecond)
	}
}
