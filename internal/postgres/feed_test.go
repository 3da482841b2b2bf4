package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

func appendOne(t testing.TB, db *postgres.DB, e ward.Event) error {
	t.Helper()
	return db.Write(t.Context(), func(tx pgx.Tx) error { return postgres.AppendEvent(t.Context(), tx, e) })
}

func sample() ward.Event {
	return ward.Event{
		Topic: "visit", Entity: "0197a3f0-0000-7000-8000-000000000001", Version: 3,
		Paths: []string{"d1.s1.c2.g5", "d1.s1.c1.g1"}, Class: ward.Public,
		Command: "0197a3f0-0000-7000-8000-000000000002", Body: json.RawMessage(`{"kind":"四百","n":[1,2]}`),
	}
}

func sequenceAll(t testing.TB, db *postgres.DB) int {
	t.Helper()
	moved, err := db.Sequence(t.Context(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	return moved
}

func TestAnEventComesBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	db := postgres.New(pgtest.New(t), postgres.Keys{})
	if err := appendOne(t, db, sample()); err != nil {
		t.Fatal(err)
	}
	select {
	case <-db.Wake():
	default:
		t.Error("the commit did not wake the sequencer")
	}
	if _, events, err := db.Since(t.Context(), 0, 10); err != nil || len(events) != 0 {
		t.Errorf("%d events before sequencing, %v", len(events), err)
	}
	if moved := sequenceAll(t, db); moved != 1 {
		t.Fatalf("sequenced %d, want 1", moved)
	}
	head, events, err := db.Since(t.Context(), 0, 10)
	if err != nil || len(events) != 1 || head.Seq != 1 || head.MinSeq != 1 {
		t.Fatalf("head %+v, %d events, %v", head, len(events), err)
	}
	got, want := events[0], sample()
	if time.Since(got.At) > time.Minute {
		t.Errorf("sequenced at %v", got.At)
	}
	want.Seq, want.At = 1, got.At
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
	if moved := sequenceAll(t, db); moved != 0 {
		t.Errorf("sequenced %d of nothing", moved)
	}
}

func TestARolledBackEventNeverLeaves(t *testing.T) {
	t.Parallel()
	db := postgres.New(pgtest.New(t), postgres.Keys{})
	err := db.Write(t.Context(), func(tx pgx.Tx) error {
		if err := postgres.AppendEvent(t.Context(), tx, sample()); err != nil {
			return err
		}
		return errChangedMind
	})
	if !errors.Is(err, errChangedMind) || sequenceAll(t, db) != 0 {
		t.Errorf("after a rollback: %v, or something was sequenced", err)
	}
}

func TestAnEventThatCannotBeToldIsRefusedWithItsTransaction(t *testing.T) {
	t.Parallel()
	db := postgres.New(pgtest.New(t), postgres.Keys{})
	for name, spoil := range map[string]func(*ward.Event){
		"no path":       func(e *ward.Event) { e.Paths = nil },
		"no entity":     func(e *ward.Event) { e.Entity = "" },
		"no class":      func(e *ward.Event) { e.Class = "" },
		"strange topic": func(e *ward.Event) { e.Topic = "Visit!" },
		"body too big":  func(e *ward.Event) { e.Body = strings.Repeat("走", 11_000) },
		"not JSON":      func(e *ward.Event) { e.Body = func() {} },
	} {
		e := sample()
		spoil(&e)
		if err := appendOne(t, db, e); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestOnlyOneSequencerAtATime(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	db := postgres.New(pool, postgres.Keys{})
	if err := appendOne(t, db, sample()); err != nil {
		t.Fatal(err)
	}
	other, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Exec(t.Context(), `SELECT pg_advisory_xact_lock($1)`, 0x77616e67); err != nil {
		t.Fatal(err)
	}
	if moved := sequenceAll(t, db); moved != 0 {
		t.Errorf("sequenced %d while another was at it", moved)
	}
	if err := other.Rollback(t.Context()); err != nil { // it died: the next one takes over
		t.Fatal(err)
	}
	if moved := sequenceAll(t, db); moved != 1 {
		t.Errorf("sequenced %d after the other died, want 1", moved)
	}
}

func TestANewEpochIsAnotherOne(t *testing.T) {
	t.Parallel()
	db := postgres.New(pgtest.New(t), postgres.Keys{})
	before, err := db.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := db.NewEpoch(t.Context()); err != nil {
		t.Fatal(err)
	}
	after, err := db.Head(t.Context())
	if err != nil || after.Epoch == before.Epoch {
		t.Errorf("epoch %q, then %q, %v", before.Epoch, after.Epoch, err)
	}
	if parts := strings.Split(after.Epoch, ":"); len(parts) != 3 || parts[1] != "00000001" {
		t.Errorf("epoch %q, want system:timeline:generation", after.Epoch)
	}
}

func TestTheLogGrowsAndForgetsByPartitions(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	db := postgres.New(pool, postgres.Keys{})
	// The log has come to the end of its first partition.
	if _, err := pool.Exec(t.Context(), `UPDATE stream_head SET seq = 99998`); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if err := appendOne(t, db, sample()); err != nil {
			t.Fatal(err)
		}
	}
	if moved := sequenceAll(t, db); moved != 4 {
		t.Fatalf("sequenced %d over the edge, want 4", moved)
	}
	if err := db.Keep(t.Context(), time.Hour, time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, events, err := db.Since(t.Context(), 0, 10); err != nil || len(events) != 4 || events[3].Seq != 100_002 {
		t.Fatalf("young events: %d, %v", len(events), err)
	}
	if err := db.Keep(t.Context(), -time.Hour, time.Hour); err != nil { // as if an hour had passed
		t.Fatal(err)
	}
	head, events, err := db.Since(t.Context(), 0, 10)
	if err != nil || len(events) != 3 || head.MinSeq != 100_000 || head.Seq != 100_002 {
		t.Fatalf("old events: %d, head %+v, %v; want the partition being written to stay", len(events), head, err)
	}
}

func TestASequencedBatchWakesListeners(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	db := postgres.New(pool, postgres.Keys{})
	ctx, cancel := context.WithCancel(t.Context())
	woken, ended := make(chan struct{}, 8), make(chan error, 1)
	go func() { ended <- db.Listen(ctx, func() { woken <- struct{}{} }) }()
	wait := func(what string) {
		t.Helper()
		select {
		case <-woken:
		case <-time.After(10 * time.Second):
			t.Fatalf("not woken %s", what)
		}
	}
	wait("at the start")
	if err := appendOne(t, db, sample()); err != nil {
		t.Fatal(err)
	}
	sequenceAll(t, db)
	wait("by a batch")
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("listening ended with %v", err)
	}
}
