package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// OnceANight runs f unless some server on this database has done, or is doing,
// the task of that night, which is a day of the calendar. done is false then. A
// task that failed is not done.
func (db *DB) OnceANight(ctx context.Context, task string, night time.Time, f func(context.Context) error) (done bool, err error) {
	ran := false
	_, err = db.alone(ctx, task, func(ctx context.Context) error {
		before := false
		day := night.Format(time.DateOnly)
		if err := db.Pool.QueryRow(ctx, `select exists (select from nightly where task = $1 and night = $2)`, task, day).Scan(&before); err != nil || before {
			return err
		}
		ran = true
		if err := f(ctx); err != nil {
			return err
		}
		if _, err := db.Pool.Exec(ctx, `insert into nightly (task, night) values ($1, $2)`, task, day); err != nil {
			return fmt.Errorf("noting the work of a night: %w", err)
		}
		_, err := db.Pool.Exec(ctx, `delete from nightly where task = $1 and night < $2::date - 30`, task, day)
		return err
	})
	return ran, err
}

// alone runs f while no other server on this database runs something of that
// name; done is false when one does.
func (db *DB) alone(ctx context.Context, name string, f func(context.Context) error) (done bool, err error) {
	err = db.Pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		if err := conn.QueryRow(ctx, `select pg_try_advisory_lock(hashtextextended('wangge ' || $1, 0))`, name).Scan(&done); err != nil || !done {
			return err
		}
		err := f(ctx)
		_, unlocked := conn.Exec(context.WithoutCancel(ctx), `select pg_advisory_unlock(hashtextextended('wangge ' || $1, 0))`, name)
		if unlocked != nil {
			_ = conn.Conn().Close(context.WithoutCancel(ctx)) // the lock goes with the connection
		}
		return err
	})
	return done, err
}
