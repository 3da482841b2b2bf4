package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"wangge/internal/ward"
)

// Sessions keeps sessions in the database, in the form the scs library asks for.
type Sessions struct{ Pool *pgxpool.Pool }

// The keys under which package api keeps what the table shows of a session.
const (
	SessionAccount = "account" // int64
	SessionStarted = "started" // int64, Unix seconds
	SessionAddress = "address" // string
	SessionAgent   = "agent"   // string
)

// tokenHash is what the table has instead of the token: whoever reads the table
// cannot use what stands there.
func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

const (
	// sessionIdle is how long a session may go unused. A tablet is put down and
	// picked up again all day, so the limit is that of the tablet.
	sessionIdle = 12 * time.Hour
	// touchEvery is how often a session that is used is written down as used: a
	// write for each request would cost more than most requests.
	touchEvery = time.Minute
)

// FindCtx returns a living session, whose idle time begins anew; found is false
// when there is none.
func (s Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	var due bool
	err = s.Pool.QueryRow(ctx, `select data, seen < now() - $2::interval from session where token = $1 and expiry > now()`, tokenHash(token), touchEvery).Scan(&data, &due)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, false, nil
	}
	if err == nil && due {
		err = s.touch(ctx, token, data)
	}
	if err != nil {
		return nil, false, fmt.Errorf("reading a session: %w", err)
	}
	return data, true, nil
}

// touch writes down that a session is used, which moves its end on, but not
// beyond the one it was given.
func (s Sessions) touch(ctx context.Context, token string, data []byte) error {
	deadline, _, err := scs.GobCodec{}.Decode(data)
	if err != nil {
		return err
	}
	_, err = s.Pool.Exec(ctx, `update session set seen = now(), expiry = least(now() + $2::interval, $3) where token = $1`, tokenHash(token), sessionIdle, deadline)
	return err
}

// CommitCtx writes a session that has changed. It lives until expiry, or as long
// as it may go unused when that is earlier. One that was ended while a request of it was still
// running is not brought back.
func (s Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	_, values, err := scs.GobCodec{}.Decode(data)
	if err != nil {
		return fmt.Errorf("reading a session: %w", err)
	}
	account, _ := values[SessionAccount].(int64)
	if idle := time.Now().Add(sessionIdle); expiry.After(idle) {
		expiry = idle
	}
	started, _ := values[SessionStarted].(int64)
	address, _ := values[SessionAddress].(string)
	agent, _ := values[SessionAgent].(string)
	_, err = s.Pool.Exec(ctx, `
		with old as (update session set data = $2, expiry = $3, seen = now(), account = nullif($4, 0), address = $6, agent = left($7, 200) where token = $1 returning id)
		insert into session (token, data, expiry, account, address, agent)
		select $1, $2, $3, nullif($4, 0), $6, left($7, 200) where not exists (select from old) and ($4 = 0 or to_timestamp($5) > now() - interval '1 minute')
		on conflict (token) do nothing`, tokenHash(token), data, expiry, account, started, address, agent)
	if err != nil {
		return fmt.Errorf("writing a session: %w", err)
	}
	return nil
}

// DeleteCtx ends a session.
func (s Sessions) DeleteCtx(ctx context.Context, token string) error {
	if _, err := s.Pool.Exec(ctx, `delete from session where token = $1`, tokenHash(token)); err != nil {
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

// Sessions lists the living sign-ins of an account, newest first.
func (db *DB) Sessions(ctx context.Context, account int64) ([]ward.LiveSession, error) {
	return many[ward.LiveSession](ctx, db.Pool, `
		select id, started, seen, address, agent, false as own from session where account = @account and expiry > now() order by id desc limit 100`, pgx.NamedArgs{"account": account})
}

// SessionNumber is the number of the session behind a token, 0 when it is over.
func (s Sessions) SessionNumber(ctx context.Context, token string) (id int64, err error) {
	err = s.Pool.QueryRow(ctx, `select id from session where token = $1 and expiry > now()`, tokenHash(token)).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// EndSession ends a session of the account, or with 0 all of them, and with them
// the live connections. Those of sessions that go on come back by themselves.
func (db *DB) EndSession(ctx context.Context, account, session int64) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		a, err := accountIn(ctx, tx, account)
		if err != nil {
			return err
		}
		return endSession(ctx, tx, a, session, act{Actor: account, Operation: "end-session", Noun: "account", Entity: fmt.Sprint(account), Path: a.Home()})
	})
}

func endSession(ctx context.Context, tx pgx.Tx, a ward.Account, session int64, why act) error {
	tag, err := tx.Exec(ctx, `delete from session where account = $1 and ($2 = 0 or id = $2)`, a.ID, session)
	if err != nil {
		return err
	}
	if session != 0 && tag.RowsAffected() == 0 {
		return ward.Errorf(ward.NotFound, "这次登录已经结束")
	}
	if session == 0 {
		if _, err := tx.Exec(ctx, `update account set epoch = epoch + 1 where id = $1`, a.ID); err != nil {
			return err
		}
	}
	if err := writeAct(ctx, tx, why); err != nil {
		return err
	}
	return appendGrantEvent(ctx, tx, a.ID, a.Version)
}
