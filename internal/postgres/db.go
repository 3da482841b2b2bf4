// Package postgres holds all SQL of the program: one file per noun, hand-written
// queries whose territory is a condition, and the codecs between Go and PostGIS.
package postgres

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"wangge/internal/ward"
)

var _ ward.Store = (*DB)(nil)

// DB is the store: a pool, the keys that seal personal fields, a clock.
type DB struct {
	Pool *pgxpool.Pool
	Keys Keys
	Now  func() time.Time
	Seed uint64 // of the sample of self-handled incidents
	// LookLimit is the longest a statement of an expensive read (search, nearest,
	// statistics, map features) may take; zero means five seconds.
	LookLimit time.Duration
	// Draw divides a community among grids by itself; nil: not offered.
	Draw ward.PlanDrawer
	// Show tells the live maps where a team is or that it is gone; nil: nobody.
	Show func(ward.Mover)
	// Foot measures how far it is on foot; nil: nobody can tell.
	Foot ward.FootMeter

	wake   chan struct{}
	duties atomic.Int64 // changes of who is on duty that happened here
	grids  locator
	ground grounds
}

// New makes a store over a pool that Connect opened. Keys may be zero where no
// personal field is written or opened.
func New(pool *pgxpool.Pool, keys Keys) *DB {
	return &DB{Pool: pool, Keys: keys, Now: time.Now, wake: make(chan struct{}, 1)}
}

// Connect opens a pool on a PostGIS database whose connections know geometry
// and ltree. The database may still be unmigrated.
func Connect(ctx context.Context, url string) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("reading the database address: %w", err)
	}
	cfg.AfterConnect = Register
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("opening the database: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("reaching the database: %w", err)
	}
	return pool, nil
}

// Wake receives after a commit on this node that left something in the outbox.
func (db *DB) Wake() <-chan struct{} { return db.wake }

func (db *DB) poke() {
	select {
	case db.wake <- struct{}{}:
	default: // already awake
	}
}

// write runs fn in one transaction, translates what the database says and wakes
// the sequencer after the commit.
func (db *DB) write(ctx context.Context, fn func(pgx.Tx) error) error {
	if err := pgx.BeginFunc(ctx, db.Pool, fn); err != nil {
		return translate(err)
	}
	db.poke()
	return nil
}

// read runs fn in one read-only transaction that sees one state of the database.
func (db *DB) read(ctx context.Context, fn func(pgx.Tx) error) error {
	opts := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return translate(pgx.BeginTxFunc(ctx, db.Pool, opts, fn))
}

// lookLimit is how long one statement of an expensive read may take. Nobody
// waits longer for a map or a search, and the next one needs the connection.
const lookLimit = 5 * time.Second

// look is read with a limit on every statement; over it the answer is
// ward.Invalid in words, and the connection goes on.
func (db *DB) look(ctx context.Context, fn func(pgx.Tx) error) error {
	return db.read(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, db.lookSettings()); err != nil {
			return err
		}
		return fn(tx)
	})
}

func (db *DB) lookSettings() string {
	limit := db.LookLimit
	if limit <= 0 {
		limit = lookLimit
	}
	return fmt.Sprintf(`set local statement_timeout = %d`, max(1, limit.Milliseconds()))
}

// querier is a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// one runs a query that gives exactly one row; absent is the message when none.
func one[T any](ctx context.Context, q querier, absent, sql string, args pgx.NamedArgs) (T, error) {
	rows, err := q.Query(ctx, sql, args)
	if err != nil {
		var none T
		return none, translate(err)
	}
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[T])
	if err == pgx.ErrNoRows {
		return v, ward.Errorf(ward.NotFound, "%s", absent)
	}
	return v, translate(err)
}

// many runs a query that gives any number of rows; the list is never nil.
func many[T any](ctx context.Context, q querier, sql string, args pgx.NamedArgs) ([]T, error) {
	rows, err := q.Query(ctx, sql, args)
	if err != nil {
		return nil, translate(err)
	}
	vs, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
	if vs == nil {
		vs = []T{}
	}
	return vs, translate(err)
}
