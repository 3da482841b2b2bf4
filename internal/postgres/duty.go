package postgres

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

const (
	dutyColumns = `d.id, d.team, t.name as team_name, t.state, d.started_at, d.ended_at, d.account = @actor as mine, d.sharing, d.version`
	dutyFrom    = `duty d join team t on t.id = d.team join area a on a.id = t.area`
	dutyAbsent  = "没有这次在岗，或不在您的辖区内"
)

// teamWithin is the territory of a team: where it belongs, and the grids it covers.
var teamWithin = teams.within

// Duties lists the duties that run.
func (db *DB) Duties(ctx context.Context, s ward.Scope) ([]ward.TeamDuty, error) {
	return many[ward.TeamDuty](ctx, db.Pool, `select `+dutyColumns+` from `+dutyFrom+` where d.ended_at is null and (`+teamWithin+`) order by d.started_at, d.id limit 500`, dutyArgs(s, nil))
}

func dutyArgs(s ward.Scope, more pgx.NamedArgs) pgx.NamedArgs {
	args := pgx.NamedArgs{"scope": s.Paths(), "actor": s.Actor()}
	for name, value := range more {
		args[name] = value
	}
	return args
}

func dutyIn(ctx context.Context, q querier, s ward.Scope, id int64, lock string) (ward.TeamDuty, error) {
	return one[ward.TeamDuty](ctx, q, dutyAbsent, `select `+dutyColumns+` from `+dutyFrom+` where d.id = @id and (`+teamWithin+`)`+lock, dutyArgs(s, pgx.NamedArgs{"id": id}))
}

// StartDuty puts a team on duty once for each key.
func (db *DB) StartDuty(ctx context.Context, s ward.Scope, key uuid.UUID, d ward.DutyDraft) (duty ward.TeamDuty, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		id, err := command(ctx, tx, key, s.Actor(), digest("start-duty", d), func() (id int64, err error) {
			if _, err := teams.get(ctx, tx, s, d.Team); err != nil {
				return 0, err
			}
			if err := tx.QueryRow(ctx, `insert into duty (team, account, started_at) values ($1, $2, $3) returning id`, d.Team, s.Actor(), db.Now()).Scan(&id); err != nil {
				return 0, err
			}
			return id, db.setTeamState(ctx, tx, s, d.Team, "on_duty", "start-duty")
		})
		if err != nil {
			return err
		}
		duty, err = dutyIn(ctx, tx, ward.System("").For(s.Actor()), id, "")
		return err
	})
	db.dutyChanged()
	return duty, err
}

// ChangeDuty changes or ends a duty that runs.
func (db *DB) ChangeDuty(ctx context.Context, s ward.Scope, key uuid.UUID, id int64, c ward.DutyChange) (duty ward.TeamDuty, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		_, err := command(ctx, tx, key, s.Actor(), digest("change-duty", id, c), func() (int64, error) {
			return id, db.changeDuty(ctx, tx, s, id, c)
		})
		if err != nil {
			return err
		}
		duty, err = dutyIn(ctx, tx, s, id, "")
		return err
	})
	db.dutyChanged()
	if err == nil && (duty.EndedAt != nil || c.Sharing != nil && !*c.Sharing) {
		db.show(ward.Mover{Team: duty.Team, At: db.Now(), Gone: true})
	}
	return duty, err
}

func (db *DB) changeDuty(ctx context.Context, tx pgx.Tx, s ward.Scope, id int64, c ward.DutyChange) error {
	now, err := dutyIn(ctx, tx, s, id, " for update of d")
	if err != nil {
		return err
	}
	if err := c.Allow(now); err != nil {
		return err
	}
	switch {
	case now.EndedAt != nil:
		return ward.Errorf(ward.Conflict, "%s已经下岗", now.TeamName)
	case now.Version != c.Version:
		return &ward.Error{Code: ward.Stale, Current: now, Message: "在岗情况已有变化，请看最新内容后再操作"}
	case c.End:
		return db.endDuty(ctx, tx, s, now.ID, now.Team)
	}
	if _, err := tx.Exec(ctx, `update duty set sharing = coalesce($2, sharing), version = version + 1 where id = $1`, id, c.Sharing); err != nil {
		return err
	}
	if c.Sharing != nil && !*c.Sharing {
		if err := forgetPlace(ctx, tx, now.Team, db.Now()); err != nil {
			return err
		}
	}
	state := now.State
	if c.State != nil {
		state = *c.State
	}
	return db.setTeamState(ctx, tx, s, now.Team, state, "change-duty")
}

func (db *DB) endDuty(ctx context.Context, tx pgx.Tx, s ward.Scope, id, team int64) error {
	if _, err := tx.Exec(ctx, `update duty set ended_at = greatest(started_at, $2), sharing = false, version = version + 1 where id = $1`, id, db.Now()); err != nil {
		return err
	}
	if err := forgetPlace(ctx, tx, team, db.Now()); err != nil {
		return err
	}
	return db.setTeamState(ctx, tx, s, team, "off", "end-duty")
}

// forgetPlace takes away where a team is; where it went stays for its days.
func forgetPlace(ctx context.Context, tx pgx.Tx, team int64, at time.Time) error {
	if _, err := tx.Exec(ctx, `delete from team_position where team = $1`, team); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update team_stay set left_at = greatest(entered_at, $2) where team = $1 and left_at is null`, team, at)
	return err
}

// setTeamState changes the state of a team, writes down who did what and tells of it.
func (db *DB) setTeamState(ctx context.Context, tx pgx.Tx, s ward.Scope, team int64, state, operation string) error {
	var path string
	if err := tx.QueryRow(ctx, `update team t set state = $2, version = t.version + 1 from area a where t.id = $1 and a.id = t.area returning a.path::text`, team, state).Scan(&path); err != nil {
		return err
	}
	if err := appendAuditAt(ctx, tx, s, path, operation, "team", strconv.FormatInt(team, 10), ""); err != nil {
		return err
	}
	fresh, err := teams.get(ctx, tx, ward.System(""), team)
	if err != nil {
		return err
	}
	return appendEvent(ctx, tx, ward.Event{Topic: "team", Entity: strconv.FormatInt(team, 10), Version: fresh.Version, Paths: []string{path}, Class: ward.Public, Body: fresh})
}

// EndLongDuties ends duties that ran longer than the norm allows: somebody
// forgot, and a forgotten switch must not follow anybody home.
func (db *DB) EndLongDuties(ctx context.Context) error {
	type long struct{ ID, Team int64 }
	ended, err := many[long](ctx, db.Pool, `
		select id, team from duty where ended_at is null and started_at < @now::timestamptz - make_interval(hours => (select value from norm where name = 'duty_longest')) order by id limit 200`, pgx.NamedArgs{"now": db.Now()})
	if err != nil {
		return fmt.Errorf("looking for long duties: %w", err)
	}
	for _, d := range ended {
		err := db.write(ctx, func(tx pgx.Tx) error {
			var running bool
			if err := tx.QueryRow(ctx, `select ended_at is null from duty where id = $1 for update`, d.ID).Scan(&running); err != nil || !running {
				return err
			}
			return db.endDuty(ctx, tx, ward.System(""), d.ID, d.Team)
		})
		if err != nil {
			return fmt.Errorf("ending a long duty: %w", err)
		}
		db.show(ward.Mover{Team: d.Team, At: db.Now(), Gone: true})
	}
	db.dutyChanged()
	return nil
}

// show tells the live maps where a team is, when somebody listens.
func (db *DB) show(m ward.Mover) {
	if db.Show != nil {
		db.Show(m)
	}
}

// dutyChanged makes the recorder look anew at who is on duty.
func (db *DB) dutyChanged() { db.duties.Add(1) }
