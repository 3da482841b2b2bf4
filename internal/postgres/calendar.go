package postgres

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// calendarIn reads the working calendar; the default until somebody saved one.
func calendarIn(ctx context.Context, q querier) (ward.Calendar, error) {
	saved, err := many[ward.Calendar](ctx, q, `select version, hours, days from work_calendar`, nil)
	if err != nil || len(saved) == 0 {
		return ward.DefaultCalendar(), err
	}
	return saved[0], nil
}

// Calendar reads the working calendar.
func (db *DB) Calendar(ctx context.Context) (ward.Calendar, error) { return calendarIn(ctx, db.Pool) }

// SaveCalendar changes it and counts every limit that runs anew.
func (db *DB) SaveCalendar(ctx context.Context, s ward.Scope, c ward.Calendar) (saved ward.Calendar, err error) {
	if err := c.Validate(); err != nil {
		return c, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		// One at a time, also when there is no row yet.
		if _, err := tx.Exec(ctx, `lock table work_calendar in share row exclusive mode`); err != nil {
			return err
		}
		now, err := calendarIn(ctx, tx)
		if err != nil {
			return err
		}
		if now.Version != c.Version {
			return &ward.Error{Code: ward.Stale, Message: "工作日历已被他人修改，请看最新内容后再改", Current: now}
		}
		if _, err := tx.Exec(ctx, `insert into work_calendar (version, hours, days) values (@version, @hours, @days) on conflict (one) do update set version = excluded.version, hours = excluded.hours, days = excluded.days`,
			pgx.NamedArgs{"version": c.Version + 1, "hours": filled(c.Hours), "days": filled(c.Days)}); err != nil {
			return err
		}
		if err := recountLimits(ctx, tx, c); err != nil {
			return err
		}
		if err := appendAudit(ctx, tx, s, "save-calendar", "calendar", "", ""); err != nil {
			return err
		}
		saved, err = calendarIn(ctx, tx)
		return err
	})
	return saved, err
}

// recountLimits reckons the moments of every running limit on a changed calendar.
func recountLimits(ctx context.Context, tx pgx.Tx, c ward.Calendar) error {
	type running struct {
		Incident  uuid.UUID
		Deadlines []ward.Deadline
	}
	// Locked in order, so that no step comes in between.
	all, err := many[running](ctx, tx, `
		select i.id as incident, (select jsonb_agg(jsonb_build_object('name', d.name, 'step', d.step, 'works', d.works, 'limit', d.limit_seconds, 'used', d.used_seconds, 'startedAt', d.started_at,
		  'warnAt', d.warn_at, 'dueAt', d.due_at, 'lateAt', d.late_at, 'cardAt', d.card_at, 'stopped', d.stopped)) from incident_due d where d.incident = i.id) as deadlines
		from incident i where exists (select 1 from incident_due d where d.incident = i.id) order by i.id for update of i`, nil)
	if err != nil {
		return err
	}
	for _, r := range all {
		for k, d := range r.Deadlines {
			r.Deadlines[k] = d.Recount(c)
		}
		i := ward.Incident{ID: r.Incident, Deadlines: r.Deadlines}
		if err := writeDeadlines(ctx, tx, i); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `update incident set due_at = $2 where id = $1`, i.ID, i.Due()); err != nil {
			return err
		}
	}
	return nil
}
