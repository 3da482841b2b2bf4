package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Sessions keeps sessions in the database, in the form the scs library asks for.
type Sessions struct{ Pool *pgxpool.Pool }

// FindCtx returns a living session; found is false when there is none.
func (s Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	err = s.Pool.QueryRow(ctx, `select data from session where token = $1 and expiry > now()`, token).Scan(&data)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("reading a session: %w", err)
	}
	return data, true, nil
}

// CommitCtx writes a session.
func (s Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	_, err := s.Pool.Exec(ctx, `insert into session (token, data, expiry) values ($1, $2, $3)
		on conflict (token) do update set data = excluded.data, expiry = excluded.expiry`, token, data, expiry)
	if err != nil {
		return fmt.Errorf("writing a session: %w", err)
	}
	return nil
}

// DeleteCtx ends a session.
func (s Sessions) DeleteCtx(ctx context.Context, token string) error {
	if _, err := s.Pool.Exec(ctx, `delete from session where token = $1`, token); err != nil {
		return fmt.Errorf("ending a session: %w", err)
	}
	return nil
}

// Find, Commit and Delete without a context serve only to satisfy scs.Store;
// the library calls the Ctx forms.
func (s Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context.
func (s Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// Sweep drops sessions that ran out.
func (s Sessions) Sweep(ctx context.Context) error {
	if _, err := s.Pool.Exec(ctx, `delete from session where expiry < now()`); err != nil {
		return fmt.Errorf("dropping old sessions: %w", err)
	}
	return nil
}
