package postgres

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// tell writes a notice for each person concerned but who did it, and lets their
// own connections hear of it.
func (db *DB) tell(ctx context.Context, tx pgx.Tx, actor int64, i ward.Incident, path string, t ward.Telling) error {
	roles := []string{}
	for _, r := range t.Roles {
		roles = append(roles, string(r))
	}
	args := pgx.NamedArgs{
		"actor": actor, "incident": i.ID, "kind": t.Kind, "now": db.Now(), "path": path, "roles": roles, "units": filled(t.Units), "accounts": filled(t.Accounts),
	}
	// The row of notice_box is locked in the order of accounts, so that two
	// transactions never wait for each other.
	type told struct{ ID, Account, Version int64 }
	all, err := many[told](ctx, tx, `
		with who as (
		  select a.id from account a where not a.disabled and a.id <> @actor and (a.id = any(@accounts) or (
		    (cardinality(@units::text[]) = 0 or a.unit = '' or a.unit = any(@units))
		    and exists (select 1 from grant_role r left join area ar on ar.id = r.area left join grid g on g.id = r.grid where r.account = a.id and r.role = any(@roles) and @path::ltree <@ coalesce(g.path, ar.path, ''))))
		  order by a.id limit 200),
		box as (insert into notice_box (account, version) select id, 1 from who order by id on conflict (account) do update set version = notice_box.version + 1 returning account, version),
		note as (insert into notice (account, at, kind, incident) select account, @now, @kind, @incident from box returning id, account)
		select note.id, note.account, box.version from note join box using (account) order by note.account`, args)
	if err != nil {
		return fmt.Errorf("writing notices: %w", err)
	}
	for _, n := range all {
		if err := appendEvent(ctx, tx, ward.Event{
			Topic: ward.NoticeTopic, Entity: fmt.Sprint(n.Account), Version: n.Version, Paths: []string{path}, Class: ward.Duty,
			Body: ward.Notice{ID: n.ID, At: db.Now(), Kind: t.Kind, Incident: i.ID, Number: i.Number, Class: i.ClassName},
		}); err != nil {
			return err
		}
	}
	return nil
}

// settleNotices marks as read what asked for something that is done now: what waited at
// a board it has left, and an application that was answered. Results and calls to
// the spot stay.
func settleNotices(ctx context.Context, tx pgx.Tx, before, after ward.Incident) error {
	kinds := ward.NoticesSettled(before, after)
	if len(kinds) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `update notice set read = true where incident = $1 and not read and kind = any($2)`, after.ID, kinds)
	return err
}

// Notices lists the newest of the account in the scope.
func (db *DB) Notices(ctx context.Context, s ward.Scope, limit int) (list ward.NoticeList, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, `select count(distinct incident) from notice where account = $1 and not read`, s.Actor()).Scan(&list.Unread); err != nil {
			return err
		}
		list.Items, err = many[ward.Notice](ctx, tx, `
			select t.id, t.at, t.kind, t.incident, i.number, c.name as class, t.read, t.more from (
			  select distinct on (incident) id, at, kind, incident, read, (count(*) over (partition by incident) - 1)::int as more
			  from (select * from notice where account = @account order by id desc limit @most) n order by incident, id desc) t
			join incident i on i.id = t.incident join incident_class c on c.code = i.class order by t.id desc limit @limit`, pgx.NamedArgs{"account": s.Actor(), "limit": pageLimit(limit), "most": noticesLooked})
		return err
	})
	return list, err
}

// ReadNotices marks those up to an id as read.
func (db *DB) ReadNotices(ctx context.Context, s ward.Scope, upto int64) (ward.NoticeList, error) {
	if err := db.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `update notice set read = true where account = $1 and id <= $2 and not read`, s.Actor(), upto)
		return err
	}); err != nil {
		return ward.NoticeList{}, err
	}
	return db.Notices(ctx, s, 50)
}

// noticesLooked bounds how far back notices of one incident are put together.
const noticesLooked = 1000

// warnMost bounds one round of WarnDue; the rest comes with the next.
const warnMost = 200

// WarnDue tells those concerned of limits that run out or have run out, once
// each, and returns how many. Several nodes may run it at once.
func (db *DB) WarnDue(ctx context.Context) (warned int, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		type late struct {
			Incident uuid.UUID
			Name     string
			Step     bool
			Late     bool
		}
		due, err := many[late](ctx, tx, `
			select d.incident, d.name, d.step, @now > d.late_at as late from incident_due d
			where not d.stopped and d.told < case when @now > d.late_at then 2 else 1 end and d.warn_at <= @now order by d.warn_at limit @most for update of d skip locked`,
			pgx.NamedArgs{"now": db.Now(), "most": warnMost})
		if err != nil {
			return err
		}
		for _, d := range due {
			kind, told := "due_soon", 1
			if d.Late {
				kind, told = "overdue", 2
			}
			i, err := db.incidentIn(ctx, tx, ward.System(""), d.Incident, "")
			if err != nil {
				return err
			}
			path, err := pathOf(ctx, tx, "incident", d.Incident)
			if err != nil {
				return err
			}
			if d.Late { // says more than that it was due soon
				if _, err := tx.Exec(ctx, `update notice set read = true where incident = $1 and not read and kind = 'due_soon'`, i.ID); err != nil {
					return err
				}
			}
			if err := db.tell(ctx, tx, 0, i, path, ward.DueTelling(i, kind)); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `update incident_due set told = $4 where incident = $1 and name = $2 and step = $3`, d.Incident, d.Name, d.Step, told); err != nil {
				return err
			}
		}
		warned = len(due)
		return nil
	})
	return warned, err
}
