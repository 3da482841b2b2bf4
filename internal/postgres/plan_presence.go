package postgres

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// AttendPlan notes a window at a plan and lists the others. An event leaves only
// when somebody comes, goes or turns to another grid.
func (db *DB) AttendPlan(ctx context.Context, s ward.Scope, plan int64, a ward.PlanAttendance) (out []ward.PlanPresence, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		if _, _, err := planHead(ctx, tx, s, plan, false); err != nil {
			return err
		}
		now := db.Now()
		args := pgx.NamedArgs{"plan": plan, "window": a.Window, "account": s.Actor(), "grid": a.Grid, "now": now, "silent": now.Add(-ward.PlanPresenceLasts)}
		gone, err := tx.Exec(ctx, `delete from plan_presence where plan = @plan and heard < @silent`, args)
		if err != nil {
			return fmt.Errorf("forgetting who has gone: %w", err)
		}
		changed, err := attend(ctx, tx, a.Leaving, args)
		if err != nil {
			return err
		}
		out, err = many[ward.PlanPresence](ctx, tx, `select p."window", p.account as actor, u.name, p.grid, p.since from plan_presence p join account u on u.id = p.account
			where p.plan = @plan and p."window" <> @window order by p.since, p."window" limit 50`, args)
		// Nobody else there: nobody to tell.
		if err != nil || len(out) == 0 || !changed && gone.RowsAffected() == 0 {
			return err
		}
		return appendPlan(ctx, tx, plan, uuid.Nil, "presence")
	})
	return out, err
}

// attend writes the row of a window and says whether it tells something new. A
// window belongs to who opened it.
func attend(ctx context.Context, tx pgx.Tx, leaving bool, args pgx.NamedArgs) (changed bool, err error) {
	if leaving {
		tag, err := tx.Exec(ctx, `delete from plan_presence where plan = @plan and "window" = @window and account = @account`, args)
		if err != nil {
			return false, fmt.Errorf("leaving a plan: %w", err)
		}
		return tag.RowsAffected() > 0, nil
	}
	err = tx.QueryRow(ctx, `
		with before as (select grid from plan_presence where plan = @plan and "window" = @window),
		said as (insert into plan_presence (plan, "window", account, grid, since, heard) values (@plan, @window, @account, @grid, @now, @now)
		  on conflict (plan, "window") do update set grid = excluded.grid, heard = excluded.heard where plan_presence.account = excluded.account returning 1)
		select exists (select from said) and (select grid from before) is distinct from @grid::bigint`, args).Scan(&changed)
	if err != nil {
		return false, fmt.Errorf("attending a plan: %w", err)
	}
	return changed, nil
}
