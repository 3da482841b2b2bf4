package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

const visitColumns = `v.id, v.version, v.visitor, v.household, v.building, v.grid, v.kind, v.mode, v.met, v.mood, v.satisfied, v.note, v.outcome, v.class, v.result, v.done_at, v.told_back, v.told_at,
	case when v.outcome = 'none' then '' else matter_state(v) end as matter, coalesce(v.follow_up::text, '') as follow_up, v.started_at, v.occurred_at, v.received_at, v.offline, v.pt as location, v.accuracy,
	(select building_title(b.name, b.number) || coalesce(' ' || h.unit || '单元' || h.room || '室', '') from building b left join household h on h.id = v.household where b.id = v.building) as place,
	coalesce(v.incident, (select i.id from incident i where i.visit = v.id order by i.received_at, i.id limit 1)) as incident,
	coalesce((select jsonb_agg(jsonb_build_object('item', x.item, 'amount', x.amount, 'name', m.name, 'unit', m.unit) order by m.id) from visit_item x join item m on m.id = x.item where x.visit = v.id), '[]') as items`

// A mark stands at the building, never at the door or where the device was.
const visitMarkColumns = `v.id, v.version, v.building, v.grid, v.kind, v.met, v.outcome, v.occurred_at, b.pt as location`

// visitFrom ties a visit to where its cell is today: that is whose it is now.
const visitFrom = `visit v left join cell_now n on n.cell = v.cell`

const visitWithin = `coalesce(n.path, '') <@ any(@scope::ltree[])`

const visitAbsent = "没有这条走访，或不在您的辖区内"

func visitDiary() diary[ward.Visit] {
	return diary[ward.Visit]{
		columns: visitColumns, from: visitFrom, within: visitWithin, at: "v.occurred_at", id: "v.id",
		cursor: func(v ward.Visit) string { return timeCursor(v.OccurredAt, v.ID) },
	}
}

// Visits lists newest first.
func (db *DB) Visits(ctx context.Context, s ward.Scope, f ward.VisitFilter) (ward.Page[ward.Visit], error) {
	return visitDiary().find(ctx, db.Pool, s, f.Filter, f.From, f.To, func(add narrow) {
		add(f.Kind != "", "v.kind = @kind", "kind", f.Kind)
		add(f.Household > 0, "v.household = @household", "household", f.Household)
		add(f.Building > 0, "v.building = @building", "building", f.Building)
		// The first two are what the index visit_matter is for.
		add(f.Matter != "", "v.outcome <> 'none' and v.told_back = (@matter = 'told') and matter_state(v) = @matter", "matter", string(f.Matter))
	})
}

// Visit reads one visit of the scope.
func (db *DB) Visit(ctx context.Context, s ward.Scope, id uuid.UUID) (ward.Visit, error) {
	return visitIn(ctx, db.Pool, s, id, "")
}

func visitIn(ctx context.Context, q querier, s ward.Scope, id uuid.UUID, lock string) (ward.Visit, error) {
	return one[ward.Visit](ctx, q, visitAbsent, `select `+visitColumns+` from `+visitFrom+` where v.id = @id and `+visitWithin+lock,
		pgx.NamedArgs{"id": id, "scope": s.Paths()})
}

// door is what the store knows of the place a visit names.
type door struct {
	Household *int64
	Building  int64
	Cell      int64
	Grid      int64
	Path      string
	Pt        orb.Point
}

// doorOn finds the place and the grid it was in on the day of the visit. Who may
// write there: whose territory it is today, or whose it was then.
func doorOn(ctx context.Context, tx pgx.Tx, s ward.Scope, d ward.VisitDraft) (door, error) {
	return one[door](ctx, tx, "没有这个门牌，或不在您的辖区内", `
		select h.id as household, b.id as building, b.cell, coalesce((select grid from cell_grid where cell = b.cell and layer = 1 and upper_inf(recorded) and valid @> (@at::timestamptz at time zone 'Asia/Shanghai')::date), n.grid) as grid, n.path::text as path, b.pt
		from building b left join household h on h.id = @household join cell_now n on n.cell = b.cell
		where b.id = case when @household::bigint is null then @building else (select building from household where id = @household) end
		  and (n.path <@ any(@scope::ltree[]) or held_then(@actor, @roles::text[], b.cell, @at))`,
		pgx.NamedArgs{"household": d.Household, "building": d.Building, "at": d.OccurredAt, "scope": s.Paths(), "actor": s.Actor(), "roles": ward.RolesOf("create-visit")})
}

// CreateVisit records a visit once, however often it is sent.
func (db *DB) CreateVisit(ctx context.Context, s ward.Scope, key uuid.UUID, d ward.VisitDraft) (v ward.Visit, err error) {
	asked := digest("create-visit", d)
	d = d.Corrected()
	if err := d.Validate(db.Now()); err != nil {
		return v, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		id, err := commandAnswering(ctx, tx, key, s.Actor(), asked, d.ID, func() error {
			at, err := doorOn(ctx, tx, s, d)
			if err != nil {
				return err
			}
			if err := putVisit(ctx, tx, s, key, d, at); err != nil {
				return err
			}
			return insertBrought(ctx, tx, d, at.Path, key)
		})
		if err != nil {
			return err
		}
		v, err = visitIn(ctx, tx, s.Own(), id, "")
		return err
	})
	return v, err
}

// putVisit stores a visit with its record and its event.
func putVisit(ctx context.Context, tx pgx.Tx, s ward.Scope, key uuid.UUID, d ward.VisitDraft, at door) error {
	var all gathered
	if err := insertVisit(ctx, &all, s, d, at); err != nil {
		return err
	}
	if err := appendAuditAt(ctx, &all, s, at.Path, "create-visit", "visit", d.ID.String(), ""); err != nil {
		return err
	}
	if err := tellVisit(ctx, &all, key, at.Path, d.Mark(at.Building, at.Grid, at.Pt)); err != nil {
		return err
	}
	return all.run(ctx, tx)
}

func insertVisit(ctx context.Context, tx runner, s ward.Scope, d ward.VisitDraft, at door) error {
	started, pt, source := d.OccurredAt, at.Pt, "door"
	if d.StartedAt != nil {
		started = *d.StartedAt
	}
	if d.Location != nil {
		pt, source = *d.Location, "gps"
	}
	_, err := tx.Exec(ctx, `
		insert into visit (id, visitor, household, building, cell, grid, kind, mode, met, mood, satisfied, note, outcome, class, told_back, told_at, follow_up, started_at, occurred_at, offline, pt, accuracy, pt_source, skew)
		values (@id, @visitor, @household, @building, @cell, @grid, @kind, @mode, @met, @mood, @satisfied, @note, @outcome, nullif(@class, ''), @told, case when @told then @occurred_at::timestamptz end, nullif(@follow_up, '')::date, @started_at, @occurred_at, @offline, @pt, @accuracy, @source, @skew)`,
		pgx.NamedArgs{
			"id": d.ID, "visitor": s.Actor(), "household": at.Household, "building": at.Building, "cell": at.Cell, "grid": at.Grid,
			"kind": d.Kind, "mode": d.Mode, "met": d.Met, "mood": d.Mood, "satisfied": d.Satisfied, "note": d.Note, "outcome": d.Outcome, "class": d.Class, "told": d.ToldAtOnce(), "follow_up": d.FollowUp,
			"started_at": started, "occurred_at": d.OccurredAt, "offline": d.Offline, "pt": pt, "accuracy": d.Accuracy, "source": source, "skew": d.Skew,
		})
	return err
}

// ChangeVisit amends a visit if the caller saw its present version.
func (db *DB) ChangeVisit(ctx context.Context, s ward.Scope, key, id uuid.UUID, ch ward.VisitChange) (v ward.Visit, err error) {
	if err := ch.Validate(); err != nil {
		return v, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		_, err := command(ctx, tx, key, s.Actor(), digest("change-visit", id, ch), func() (uuid.UUID, error) {
			now, err := visitIn(ctx, tx, s, id, " for update of v")
			if err != nil {
				return id, err
			}
			if now.Version != ch.Version {
				return id, &ward.Error{Code: ward.Stale, Message: "这条走访已被修改，请看最新内容后再改", Current: now}
			}
			next, err := ch.Apply(now, db.Now())
			if err != nil {
				return id, err
			}
			if _, err := tx.Exec(ctx, `
				update visit set version = @version, kind = @kind, mode = @mode, met = @met, mood = @mood, satisfied = @satisfied,
				  note = @note, outcome = @outcome, class = nullif(@class, ''), result = @result, done_at = @done_at, told_back = @told_back, told_at = @told_at, follow_up = nullif(@follow_up, '')::date where id = @id`,
				pgx.NamedArgs{
					"id": id, "version": next.Version, "kind": next.Kind, "mode": next.Mode, "met": next.Met, "mood": next.Mood, "satisfied": next.Satisfied,
					"note": next.Note, "outcome": next.Outcome, "class": next.Class, "result": next.Result, "done_at": next.DoneAt, "told_back": next.ToldBack, "told_at": next.ToldAt, "follow_up": next.FollowUp,
				}); err != nil {
				return id, err
			}
			path, err := pathOf(ctx, tx, "visit", id)
			if err != nil {
				return id, err
			}
			if err := appendAuditAt(ctx, tx, s, path, "change-visit", "visit", id.String(), ""); err != nil {
				return id, err
			}
			return id, appendVisit(ctx, tx, id, key, path)
		})
		if err != nil {
			return err
		}
		v, err = visitIn(ctx, tx, s, id, "")
		return err
	})
	return v, err
}

// appendVisit tells of the visit as the map shows it.
func appendVisit(ctx context.Context, tx pgx.Tx, id, key uuid.UUID, path string) error {
	mark, err := one[ward.VisitMark](ctx, tx, visitAbsent, `select `+visitMarkColumns+` from visit v join building b on b.id = v.building where v.id = @id`, pgx.NamedArgs{"id": id})
	if err != nil {
		return err
	}
	return tellVisit(ctx, tx, key, path, mark)
}

func tellVisit(ctx context.Context, tx runner, key uuid.UUID, path string, mark ward.VisitMark) error {
	return appendEvent(ctx, tx, ward.Event{
		Topic: "visit", Entity: mark.ID.String(), Version: mark.Version, Paths: []string{path}, Class: ward.Public, Command: key.String(), Body: mark,
	})
}

// pathOf is where a thing with a cell is today.
func pathOf(ctx context.Context, tx pgx.Tx, table string, id uuid.UUID) (path string, err error) {
	err = tx.QueryRow(ctx, `select n.path::text from `+table+` t join cell_now n on n.cell = t.cell where t.id = $1`, id).Scan(&path)
	return path, err
}

// digest tells two different requests under one key apart.
func digest(parts ...any) []byte {
	text, err := json.Marshal(parts)
	if err != nil { // the parts are the program's own structs
		panic(fmt.Sprintf("digest of %T: %v", parts, err))
	}
	sum := sha256.Sum256(text)
	return sum[:]
}
