package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// runner takes statements: a transaction, which runs each at once, or gathered.
type runner interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// gathered are statements none of which needs the answer of another: run sends
// all of them in one round trip.
type gathered struct{ batch pgx.Batch }

// Exec keeps a statement for run; the tag it returns says nothing.
func (g *gathered) Exec(_ context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	g.batch.Queue(sql, args...)
	return pgconn.CommandTag{}, nil
}

// run runs the statements in their order and stops at the first that fails.
func (g *gathered) run(ctx context.Context, tx pgx.Tx) error {
	return tx.SendBatch(ctx, &g.batch).Close()
}
