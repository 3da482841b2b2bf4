package postgres

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

const (
	helpColumns = `h.id, h.version, h.state, h.team, coalesce(t.name, '') as team_name, h.grid, g.name as grid_name, h.pt as location, h.placed, h.called_at, h.received_at,
		h.acknowledged_at, h.closed_at, w.name as caller, h.account = @actor as mine, coalesce(k.name, '') as acknowledged_by, coalesce(c.name, '') as closed_by, h.result`
	helpFrom = `help_call h join grid g on g.id = h.grid join account w on w.id = h.account left join team t on t.id = h.team
		left join account k on k.id = h.acknowledged_by left join account c on c.id = h.closed_by`
	helpWithin = `(g.path <@ any(@scope::ltree[]) or h.account = @actor)`
	helpAbsent = "没有这次求助，或不在您的辖区内"
)

// HelpCalls lists what is not closed and what came in the last day.
func (db *DB) HelpCalls(ctx context.Context, s ward.Scope) ([]ward.HelpCall, error) {
	return many[ward.HelpCall](ctx, db.Pool, `select `+helpColumns+` from `+helpFrom+` where `+helpWithin+` and (h.state <> 'closed' or h.received_at > @now::timestamptz - interval '1 day') order by h.received_at desc, h.id limit 200`,
		dutyArgs(s, pgx.NamedArgs{"now": db.Now()}))
}

func (db *DB) helpIn(ctx context.Context, q querier, s ward.Scope, id uuid.UUID, lock string) (ward.HelpCall, error) {
	return one[ward.HelpCall](ctx, q, helpAbsent, `select `+helpColumns+` from `+helpFrom+` where h.id = @id and `+helpWithin+lock, dutyArgs(s, pgx.NamedArgs{"id": id}))
}

// CallHelp takes a call once for each key.
func (db *DB) CallHelp(ctx context.Context, s ward.Scope, key uuid.UUID, d ward.HelpDraft) (h ward.HelpCall, err error) {
	asked := digest("call-help", d)
	err = db.write(ctx, func(tx pgx.Tx) error {
		id, err := command(ctx, tx, key, s.Actor(), asked, func() (uuid.UUID, error) {
			return d.ID, db.callHelp(ctx, tx, s, d)
		})
		if err != nil {
			return err
		}
		h, err = db.helpIn(ctx, tx, ward.System("").For(s.Actor()), id, "")
		return err
	})
	return h, err
}

// helpPlace is where help is needed, as well as it is known.
type helpPlace struct {
	Grid   int64
	Pt     orb.Point
	Placed string
}

func (db *DB) callHelp(ctx context.Context, tx pgx.Tx, s ward.Scope, d ward.HelpDraft) error {
	// The team counts only when it is the caller's own duty.
	at, err := one[helpPlace](ctx, tx, "不知道您在哪里：请打开定位，或直接拨打值班电话", `
		with mine as (select d.team from duty d where d.account = @actor and d.ended_at is null and (@team::bigint is null or d.team = @team) order by d.started_at desc limit 1),
		places as (
		  select 1 as rank, c.grid, @pt::geometry as pt, 'gps' as placed from grid_shape_now c join grid g on g.id = c.grid where g.kind <> 'micro' and st_intersects(c.geom, @pt::geometry)
		  union all select 2, p.grid, p.pt, 'team' from team_position p join mine on mine.team = p.team where p.grid is not null
		  union all select 3, g.id, coalesce(@pt::geometry, c.label), case when @pt::geometry is null then 'grid' else 'gps' end from grid g join grid_shape_now c on c.grid = g.id where g.id = @grid
		  union all select 4, g.id, coalesce(@pt::geometry, c.label), case when @pt::geometry is null then 'grid' else 'gps' end from grid g join grid_shape_now c on c.grid = g.id where g.path <@ any(@scope::ltree[]))
		select grid, pt, placed from places order by rank, grid limit 1`,
		dutyArgs(s, pgx.NamedArgs{"pt": d.Location, "team": d.Team, "grid": d.Grid}))
	if err != nil {
		return err
	}
	called := d.CalledAt.Add(d.Skew)
	if called.After(db.Now()) || called.IsZero() {
		called = db.Now()
	}
	if _, err := tx.Exec(ctx, `
		insert into help_call (id, account, team, grid, pt, placed, accuracy, called_at, received_at)
		values ($1, $2, (select d.team from duty d where d.account = $2 and d.ended_at is null and ($3::bigint is null or d.team = $3) order by d.started_at desc limit 1), $4, $5, $6, $7, $8, $9)`,
		d.ID, s.Actor(), d.Team, at.Grid, at.Pt, at.Placed, real4(d.Accuracy), called, db.Now()); err != nil {
		return err
	}
	return db.helpMoved(ctx, tx, s, d.ID, "call-help")
}

// StepHelp answers a call or ends it.
func (db *DB) StepHelp(ctx context.Context, s ward.Scope, key, id uuid.UUID, st ward.HelpStep) (h ward.HelpCall, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		_, err := command(ctx, tx, key, s.Actor(), digest("step-help", id, st), func() (uuid.UUID, error) {
			now, err := db.helpIn(ctx, tx, s, id, " for update of h")
			if err != nil {
				return id, err
			}
			state, err := st.Take(now)
			if err != nil {
				return id, err
			}
			if now.Version != st.Version {
				return id, &ward.Error{Code: ward.Stale, Current: now, Message: "求助的情况已有变化，请看最新内容"}
			}
			if _, err := tx.Exec(ctx, `
				update help_call set state = $2, version = version + 1, acknowledged_by = coalesce(acknowledged_by, $3), acknowledged_at = coalesce(acknowledged_at, $4),
				  closed_by = case when $2 = 'closed' then $3 end, closed_at = case when $2 = 'closed' then $4::timestamptz end, result = $5 where id = $1`,
				id, state, s.Actor(), db.Now(), st.Result); err != nil {
				return id, err
			}
			return id, db.helpMoved(ctx, tx, s, id, st.Action+"-help")
		})
		if err != nil {
			return err
		}
		h, err = db.helpIn(ctx, tx, s, id, "")
		return err
	})
	return h, err
}

// helpMoved writes down who did what and tells of it.
func (db *DB) helpMoved(ctx context.Context, tx pgx.Tx, s ward.Scope, id uuid.UUID, operation string) error {
	h, err := db.helpIn(ctx, tx, ward.System(""), id, "")
	if err != nil {
		return err
	}
	var path string
	if err := tx.QueryRow(ctx, `select path::text from grid where id = $1`, h.Grid).Scan(&path); err != nil {
		return err
	}
	if err := appendAuditAt(ctx, tx, s, path, operation, "help", id.String(), ""); err != nil {
		return err
	}
	if err := appendEvent(ctx, tx, ward.Event{Topic: "help", Entity: id.String(), Version: h.Version, Paths: []string{path}, Class: ward.Public, Body: h.HelpMark}); err != nil {
		return err
	}
	return db.tellCaller(ctx, tx, id, path)
}

// tellCaller lets whoever called know that something has come of it, also when
// help is needed outside the caller's own territory.
func (db *DB) tellCaller(ctx context.Context, tx pgx.Tx, id uuid.UUID, path string) error {
	var caller string
	var version int64
	if err := tx.QueryRow(ctx, `
		insert into notice_box (account, version) select account, 1 from help_call where id = $1 on conflict (account) do update set version = notice_box.version + 1
		returning account::text, version`, id).Scan(&caller, &version); err != nil {
		return err
	}
	return appendEvent(ctx, tx, ward.Event{Topic: ward.NoticeTopic, Entity: caller, Version: version, Paths: []string{path}, Class: ward.Duty, Body: struct{}{}})
}
