package postgres

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

const (
	shiftColumns = `x.id, x.team, t.name as team_name, t.kind, x.starts_at, x.ends_at, x.post, exists (select 1 from duty d where d.team = x.team and d.ended_at is null) as on_duty, x.version,
		coalesce((select jsonb_agg(jsonb_build_object('id', w.id, 'mine', w.mine, 'theirs', w.theirs, 'with', o.name, 'reason', w.reason, 'state', w.state, 'askedBy', by.name, 'askedAt', w.asked_at, 'ownAsked', w.asked_by = @actor) order by w.id)
		  from shift_swap w join shift y on y.id = case when w.mine = x.id then w.theirs else w.mine end join team o on o.id = y.team join account by on by.id = w.asked_by
		  where w.state = 'asked' and x.id in (w.mine, w.theirs)), '[]') as swaps`
	shiftFrom   = `shift x join team t on t.id = x.team join area a on a.id = t.area`
	shiftAbsent = "没有这个班次，或不在您的辖区内"
)

// Shifts lists those that touch the days from and to.
func (db *DB) Shifts(ctx context.Context, s ward.Scope, from, to time.Time) ([]ward.Shift, error) {
	return many[ward.Shift](ctx, db.Pool, `select `+shiftColumns+` from `+shiftFrom+` where (`+teamWithin+`) and x.starts_at < @to and x.ends_at > @from order by x.starts_at, t.name, x.id limit 2000`,
		dutyArgs(s, pgx.NamedArgs{"from": from, "to": to}))
}

// packWeeks is how much of the roster a device keeps, from Monday on.
const packWeeks = 2

// packShifts are the shifts of some teams in the weeks a device keeps.
func packShifts(ctx context.Context, q querier, s ward.Scope, of []ward.Team, at time.Time) ([]ward.Shift, error) {
	ids := make([]int64, len(of))
	for i, t := range of {
		ids[i] = t.ID
	}
	at = at.In(ward.China)
	monday := time.Date(at.Year(), at.Month(), at.Day()-(int(at.Weekday())+6)%7, 0, 0, 0, 0, ward.China)
	return many[ward.Shift](ctx, q, `select `+shiftColumns+` from `+shiftFrom+` where (`+teamWithin+`) and x.team = any(@teams) and x.starts_at < @to and x.ends_at > @from order by x.starts_at, t.name, x.id limit 500`,
		dutyArgs(s, pgx.NamedArgs{"teams": ids, "from": monday, "to": monday.AddDate(0, 0, 7*packWeeks)}))
}

func shiftIn(ctx context.Context, q querier, s ward.Scope, id int64, lock string) (ward.Shift, error) {
	return one[ward.Shift](ctx, q, shiftAbsent, `select `+shiftColumns+` from `+shiftFrom+` where x.id = @id and (`+teamWithin+`)`+lock, dutyArgs(s, pgx.NamedArgs{"id": id}))
}

// SaveShift sets a shift up or changes it.
func (db *DB) SaveShift(ctx context.Context, s ward.Scope, key uuid.UUID, d ward.ShiftDraft) (shift ward.Shift, err error) {
	if err := d.Validate(); err != nil {
		return shift, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		id, err := command(ctx, tx, key, s.Actor(), digest("save-shift", d), func() (int64, error) { return db.saveShift(ctx, tx, s, d) })
		if err != nil {
			return err
		}
		shift, err = shiftIn(ctx, tx, s, id, "")
		return err
	})
	return shift, err
}

func (db *DB) saveShift(ctx context.Context, tx pgx.Tx, s ward.Scope, d ward.ShiftDraft) (id int64, err error) {
	if _, err := teams.get(ctx, tx, s, d.Team); err != nil {
		return 0, err
	}
	if d.ID > 0 {
		now, err := shiftIn(ctx, tx, s, d.ID, " for update of x")
		if err != nil {
			return 0, err
		}
		if now.Version != d.Version {
			return 0, &ward.Error{Code: ward.Stale, Current: now, Message: "这个班次已有变化，请看最新内容后再改"}
		}
	}
	err = tx.QueryRow(ctx, `
		with changed as (update shift set team = $2, starts_at = $3, ends_at = $4, post = $5, version = version + 1 where id = $1 returning id),
		made as (insert into shift (team, starts_at, ends_at, post) select $2, $3, $4, $5 where $1 = 0 returning id)
		select id from changed union all select id from made`, d.ID, d.Team, d.StartsAt, d.EndsAt, d.Post).Scan(&id)
	if err != nil {
		return 0, err
	}
	return id, db.shiftMoved(ctx, tx, s, d.Team, id, "save-shift")
}

// DropShift takes a shift off the roster.
func (db *DB) DropShift(ctx context.Context, s ward.Scope, id int64) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		now, err := shiftIn(ctx, tx, s, id, " for update of x")
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from shift where id = $1`, id); err != nil {
			return err
		}
		return db.shiftMoved(ctx, tx, s, now.Team, id, "drop-shift")
	})
}

// AskSwap asks the other side for an exchange.
func (db *DB) AskSwap(ctx context.Context, s ward.Scope, key uuid.UUID, id int64, d ward.SwapDraft) (shift ward.Shift, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		_, err := command(ctx, tx, key, s.Actor(), digest("ask-swap", id, d), func() (int64, error) {
			now, err := shiftIn(ctx, tx, s, id, "")
			if err != nil {
				return 0, err
			}
			theirs, err := shiftIn(ctx, tx, s, d.Theirs, "")
			if err != nil {
				return 0, err
			}
			if theirs.Team == now.Team || !now.StartsAt.After(db.Now()) || !theirs.StartsAt.After(db.Now()) {
				return 0, ward.Errorf(ward.Conflict, "只能与别的队伍换还没有开始的班次")
			}
			if _, err := tx.Exec(ctx, `insert into shift_swap (mine, theirs, reason, asked_by, asked_at) values ($1, $2, $3, $4, $5)`, id, d.Theirs, d.Reason, s.Actor(), db.Now()); err != nil {
				return 0, err
			}
			return id, db.shiftMoved(ctx, tx, s, now.Team, id, "ask-swap")
		})
		if err != nil {
			return err
		}
		shift, err = shiftIn(ctx, tx, s, id, "")
		return err
	})
	return shift, err
}

// AnswerSwap agrees, declines or takes back; agreed, the two shifts exchange
// their teams.
func (db *DB) AnswerSwap(ctx context.Context, s ward.Scope, key uuid.UUID, id int64, a ward.SwapAnswer) (w ward.ShiftSwap, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		_, err := command(ctx, tx, key, s.Actor(), digest("answer-swap", id, a), func() (int64, error) {
			now, err := swapIn(ctx, tx, s, id, " for update of w")
			if err != nil {
				return id, err
			}
			state, err := a.Take(now)
			if err != nil {
				return id, err
			}
			if _, err := tx.Exec(ctx, `update shift_swap set state = $2, answered_by = $3, answered_at = $4 where id = $1`, id, state, s.Actor(), db.Now()); err != nil {
				return id, err
			}
			if state == "agreed" {
				if err := exchange(ctx, tx, now); err != nil {
					return id, err
				}
			}
			var team int64
			if err := tx.QueryRow(ctx, `select team from shift where id = $1`, now.Mine).Scan(&team); err != nil {
				return id, err
			}
			return id, db.shiftMoved(ctx, tx, s, team, now.Mine, a.Answer+"-swap")
		})
		if err != nil {
			return err
		}
		w, err = swapIn(ctx, tx, s, id, "")
		return err
	})
	return w, err
}

func swapIn(ctx context.Context, q querier, s ward.Scope, id int64, lock string) (ward.ShiftSwap, error) {
	return one[ward.ShiftSwap](ctx, q, "没有这次换班，或不在您的辖区内", `
		select w.id, w.mine, w.theirs, t.name as with, w.reason, w.state, by.name as asked_by, w.asked_at, w.asked_by = @actor as own_asked
		from shift_swap w join shift x on x.id = w.theirs join team t on t.id = x.team join area a on a.id = t.area join account by on by.id = w.asked_by
		where w.id = @id and (`+teamWithin+`)`+lock, dutyArgs(s, pgx.NamedArgs{"id": id}))
}

// exchange lets two shifts change their teams; the constraint that a team is on
// one shift at a time is deferred for it.
func exchange(ctx context.Context, tx pgx.Tx, w ward.ShiftSwap) error {
	if _, err := tx.Exec(ctx, `set constraints shift_no_overlap deferred`); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update shift x set team = y.team, version = x.version + 1 from shift y where x.id in ($1, $2) and y.id in ($1, $2) and y.id <> x.id`, w.Mine, w.Theirs)
	return err
}

// shiftMoved writes down who changed the roster and tells of it.
func (db *DB) shiftMoved(ctx context.Context, tx pgx.Tx, s ward.Scope, team, id int64, operation string) error {
	var path string
	if err := tx.QueryRow(ctx, `select a.path::text from team t join area a on a.id = t.area where t.id = $1`, team).Scan(&path); err != nil {
		return err
	}
	if err := appendAuditAt(ctx, tx, s, path, operation, "shift", strconv.FormatInt(id, 10), ""); err != nil {
		return err
	}
	return appendEvent(ctx, tx, ward.Event{Topic: "shift", Entity: strconv.FormatInt(id, 10), Version: db.Now().UnixMilli(), Paths: []string{path}, Class: ward.Duty, Body: map[string]any{"team": team}})
}
