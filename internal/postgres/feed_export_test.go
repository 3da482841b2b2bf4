package postgres

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// What the tests of the feed, which live outside to use pgtest, call of it.

func AppendEvent(ctx context.Context, tx pgx.Tx, e ward.Event) error { return appendEvent(ctx, tx, e) }

func HeadIn(ctx context.Context, tx pgx.Tx) (ward.Head, error) { return headIn(ctx, tx) }

func Command[T any](ctx context.Context, tx pgx.Tx, key uuid.UUID, actor int64, request []byte, fn func() (T, error)) (T, error) {
	return command(ctx, tx, key, actor, request, fn)
}

func (db *DB) Write(ctx context.Context, fn func(pgx.Tx) error) error { return db.write(ctx, fn) }
