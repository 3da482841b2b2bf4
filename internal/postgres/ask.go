package postgres

import (
	"context"
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

const askColumns = `a.id, a.version, a.kind, a.visit, a.household, a.text, ask_state(a) as state, a.result, a.done_at, a.told_at, a.grid, a.occurred_at, b.pt as location,
	building_title(b.name, b.number) || coalesce(' ' || h.unit || '单元' || h.room || '室', '') as place`

// askFrom ties an ask to its door and to where that is today.
const askFrom = `ask a join building b on b.id = a.building left join cell_now n on n.cell = b.cell left join household h on h.id = a.household`

const askWithin = `coalesce(n.path, '') <@ any(@scope::ltree[])`

const askAbsent = "没有这个微心愿或需求，或不在您的辖区内"

// insertBrought writes what a visit brings home (asks) and leaves behind (items).
func insertBrought(ctx context.Context, tx pgx.Tx, d ward.VisitDraft, path string, key uuid.UUID) error {
	for _, i := range d.Items {
		tag, err := tx.Exec(ctx, `insert into visit_item (visit, item, amount) select @visit, id, @amount from item where id = @item`,
			pgx.NamedArgs{"visit": d.ID, "item": i.Item, "amount": i.Amount})
		if err == nil && tag.RowsAffected() == 0 {
			err = &ward.Error{Code: ward.Invalid, Message: "物品表里没有这种物品，请刷新后重选", Fields: []ward.FieldError{{Field: "items", Message: "物品表里没有这种物品"}}}
		}
		if err != nil {
			return err
		}
	}
	for _, a := range d.Asks {
		if _, err := tx.Exec(ctx, `
			insert into ask (id, kind, visit, text, household, building, grid, occurred_at)
			select @id, @kind, v.id, btrim(@text), v.household, v.building, v.grid, v.occurred_at from visit v where v.id = @visit`,
			pgx.NamedArgs{"id": a.ID, "kind": a.Kind, "visit": d.ID, "text": a.Text}); err != nil {
			return err
		}
		if err := appendAsk(ctx, tx, a.ID, key, path); err != nil {
			return err
		}
	}
	return nil
}

// Asks lists newest first.
func (db *DB) Asks(ctx context.Context, s ward.Scope, f ward.AskFilter) (page ward.Page[ward.Ask], err error) {
	d := diary[ward.Ask]{
		columns: askColumns, from: askFrom, within: askWithin, at: "a.occurred_at", id: "a.id",
		cursor: func(a ward.Ask) string { return timeCursor(a.OccurredAt, a.ID) },
	}
	visit, err := uuid.Parse(f.Visit)
	if f.Visit != "" && err != nil {
		return page, ward.Errorf(ward.Invalid, "走访编号应为 UUID")
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		if f.Household > 0 {
			if err := lookAtDoor(ctx, tx, s, f.Household, "list-asks"); err != nil {
				return err
			}
		}
		page, err = d.find(ctx, tx, s, f.Filter, f.From, f.To, func(add narrow) {
			add(f.Kind != "", "a.kind = @kind", "kind", f.Kind)
			add(f.Household > 0, "a.household = @household", "household", f.Household)
			add(f.Visit != "", "a.visit = @visit", "visit", visit)
			add(f.State != "", "ask_state(a) = @state", "state", string(f.State))
		})
		return err
	})
	if !s.SeesNames() {
		for i := range page.Items {
			page.Items[i] = page.Items[i].Wordless()
		}
	}
	return page, err
}

// CreateAsk records one that was said at no visit.
func (db *DB) CreateAsk(ctx context.Context, s ward.Scope, key uuid.UUID, r ward.AskRecord) (a ward.Ask, err error) {
	asked := digest("create-ask", r)
	r = r.Corrected()
	if err := r.Validate(db.Now()); err != nil {
		return a, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		id, err := command(ctx, tx, key, s.Actor(), asked, func() (uuid.UUID, error) {
			at, err := doorOn(ctx, tx, s, ward.VisitDraft{Household: &r.Household, OccurredAt: r.OccurredAt})
			if err != nil {
				return uuid.Nil, err
			}
			if _, err := tx.Exec(ctx, `insert into ask (id, kind, text, household, building, grid, occurred_at) values (@id, @kind, btrim(@text), @household, @building, @grid, @at)`,
				pgx.NamedArgs{"id": r.ID, "kind": r.Kind, "text": r.Text, "household": r.Household, "building": at.Building, "grid": at.Grid, "at": r.OccurredAt}); err != nil {
				return uuid.Nil, err
			}
			if err := appendAuditAt(ctx, tx, s, at.Path, "create-ask", "ask", r.ID.String(), ""); err != nil {
				return uuid.Nil, err
			}
			return r.ID, appendAsk(ctx, tx, r.ID, key, at.Path)
		})
		if err != nil {
			return err
		}
		a, err = askIn(ctx, tx, s.Own(), id, "")
		return err
	})
	return a, err
}

// pathOfAsk is where the door of an ask is today.
func pathOfAsk(ctx context.Context, tx pgx.Tx, id uuid.UUID) (path string, err error) {
	err = tx.QueryRow(ctx, `select n.path::text from `+askFrom+` where a.id = $1`, id).Scan(&path)
	return path, err
}

// ChangeAsk writes what became of an ask if the caller saw its present version.
func (db *DB) ChangeAsk(ctx context.Context, s ward.Scope, key, id uuid.UUID, ch ward.AskChange) (a ward.Ask, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		_, err := command(ctx, tx, key, s.Actor(), digest("change-ask", id, ch), func() (uuid.UUID, error) {
			now, err := askIn(ctx, tx, s, id, " for update of a")
			if err != nil {
				return id, err
			}
			if now.Version != ch.Version {
				return id, &ward.Error{Code: ward.Stale, Message: "这条微心愿或需求已被修改，请看最新内容后再改", Current: now}
			}
			next, err := ch.Apply(now, db.Now())
			if err != nil {
				return id, err
			}
			if _, err := tx.Exec(ctx, `update ask set version = @version, text = btrim(@text), result = btrim(@result), done_at = @done, told_at = @told where id = @id`,
				pgx.NamedArgs{"id": id, "version": next.Version, "text": next.Text, "result": next.Result, "done": next.DoneAt, "told": next.ToldAt}); err != nil {
				return id, err
			}
			path, err := pathOfAsk(ctx, tx, id)
			if err != nil {
				return id, err
			}
			if err := appendAuditAt(ctx, tx, s, path, "change-ask", "ask", id.String(), ""); err != nil {
				return id, err
			}
			return id, appendAsk(ctx, tx, id, key, path)
		})
		if err != nil {
			return err
		}
		a, err = askIn(ctx, tx, s, id, "")
		return err
	})
	return a, err
}

func askIn(ctx context.Context, q querier, s ward.Scope, id uuid.UUID, lock string) (ward.Ask, error) {
	return one[ward.Ask](ctx, q, askAbsent, `select `+askColumns+` from `+askFrom+` where a.id = @id and `+askWithin+lock, pgx.NamedArgs{"id": id, "scope": s.Paths()})
}

// appendAsk tells that an ask came or moved, without a word of it.
func appendAsk(ctx context.Context, tx pgx.Tx, id, key uuid.UUID, path string) error {
	a, err := askIn(ctx, tx, ward.System(""), id, "")
	if err != nil {
		return err
	}
	return appendEvent(ctx, tx, ward.Event{
		Topic: "ask", Entity: id.String(), Version: a.Version, Paths: []string{path}, Class: ward.Duty, Command: key.String(), Body: a.Mark(),
	})
}

// lookAtDoor writes down that somebody looks at what a household has said;
// not_found outside the scope.
func lookAtDoor(ctx context.Context, tx pgx.Tx, s ward.Scope, household int64, operation string) error {
	if _, err := households.get(ctx, tx, s, household); err != nil {
		return err
	}
	var path string
	if err := tx.QueryRow(ctx, `select coalesce(n.path::text, '') from household h left join building_now n on n.building = h.building where h.id = $1`, household).Scan(&path); err != nil {
		return fmt.Errorf("reading where a household is: %w", err)
	}
	return appendAuditAt(ctx, tx, s, path, operation, "household", strconv.FormatInt(household, 10), "")
}

// Items lists what may be delivered, those in use first.
func (db *DB) Items(ctx context.Context) ([]ward.Item, error) {
	return many[ward.Item](ctx, db.Pool, `select id, name, unit, retired from item order by retired, id limit 500`, nil)
}

// SaveItem adds one or changes it.
func (db *DB) SaveItem(ctx context.Context, s ward.Scope, i ward.Item) (ward.Item, error) {
	if err := i.Validate(); err != nil {
		return i, err
	}
	err := db.write(ctx, func(tx pgx.Tx) error {
		sql := `update item set name = btrim(@name), unit = btrim(@unit), retired = @retired where id = @id returning id`
		if i.ID == 0 {
			sql = `insert into item (name, unit, retired) values (btrim(@name), btrim(@unit), @retired) returning id`
		}
		err := tx.QueryRow(ctx, sql, pgx.NamedArgs{"id": i.ID, "name": i.Name, "unit": i.Unit, "retired": i.Retired}).Scan(&i.ID)
		if err == pgx.ErrNoRows {
			return ward.Errorf(ward.NotFound, "没有这种物品")
		}
		if err != nil {
			return err
		}
		return appendAudit(ctx, tx, s, "save-item", "item", strconv.FormatInt(i.ID, 10), "")
	})
	return i, err
}
