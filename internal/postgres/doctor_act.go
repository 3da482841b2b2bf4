package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// DoctorAct deals with one case, see ward.Doctor.
func (db *DB) DoctorAct(ctx context.Context, s ward.Scope, key uuid.UUID, check, id string, o ward.DoctorOrder) (fix ward.DoctorFix, err error) {
	if err := o.Validate(); err != nil {
		return fix, err
	}
	c, err := doctorCheckNamed(check)
	if err != nil {
		return fix, err
	}
	entity, other, err := ward.DoctorCaseID(id)
	if err != nil {
		return fix, err
	}
	if o.Preview {
		err := db.write(ctx, func(tx pgx.Tx) error {
			if fix, err = db.doctorAct(ctx, tx, s, c, entity, other, o); err != nil {
				return err
			}
			return errPreview
		})
		if errors.Is(err, errPreview) {
			err = nil
		}
		fix.ID = 0
		return fix, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		fix.ID, err = command(ctx, tx, key, s.Actor(), digest("doctor-act", check, id, o), func() (int64, error) {
			done, err := db.doctorAct(ctx, tx, s, c, entity, other, o)
			return done.ID, err
		})
		if err != nil {
			return err
		}
		fix, err = doctorFixIn(ctx, tx, s, fix.ID, "")
		return err
	})
	return fix, err
}

// errPreview ends the transaction of a preview: what it did is told and undone.
var errPreview = errors.New("only a preview")

func (db *DB) doctorAct(ctx context.Context, tx pgx.Tx, s ward.Scope, c doctorCheck, entity, other int64, o ward.DoctorOrder) (fix ward.DoctorFix, err error) {
	if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1)`, doctorLock); err != nil {
		return fix, fmt.Errorf("waiting for another fix: %w", err)
	}
	rows, err := db.doctorCases(ctx, tx, c, ` and p.state is null and q.entity = @entity and q.other = @other`,
		pgx.NamedArgs{"scope": s.Paths(), "limit": 1, "entity": entity, "other": other})
	if err != nil {
		return fix, err
	}
	if len(rows) == 0 {
		return fix, ward.Errorf(ward.NotFound, "这一条已不在清单里，或不在您的辖区内")
	}
	one := rows[0]
	if !o.Preview && one.State != o.State {
		return fix, &ward.Error{Code: ward.Stale, Message: "这一条刚被改动过，请看最新内容后再处理", Current: one.DoctorCase}
	}
	steps, changes, err := c.planned(ctx, tx, s, one, o)
	if err != nil {
		return fix, err
	}
	if err := walk(ctx, tx, steps); err != nil {
		return fix, err
	}
	if err := recount(ctx, tx, steps, nil); err != nil {
		return fix, err
	}
	fix = ward.DoctorFix{Check: c.name, Action: o.Action, Title: one.Title, Changes: changes, At: db.Now()}
	if o.Preview {
		return fix, nil
	}
	text, err := json.Marshal(steps)
	if err != nil {
		return fix, fmt.Errorf("writing the steps: %w", err)
	}
	err = tx.QueryRow(ctx, `insert into doctor_fix (check_name, entity, other, action, title, changes, steps, path, actor) values ($1, $2, $3, $4, $5, $6, $7, $8::text::ltree, $9) returning id`,
		c.name, entity, other, o.Action, one.Title, string(asJSON(changes)), string(text), one.Path, s.Actor()).Scan(&fix.ID)
	if err != nil {
		return fix, fmt.Errorf("keeping the fix: %w", err)
	}
	return fix, appendAudit(ctx, tx, s, "doctor-"+o.Action, one.Noun, strconv.FormatInt(entity, 10), c.title)
}

// planned is what an order does to a case.
func (c doctorCheck) planned(ctx context.Context, tx pgx.Tx, s ward.Scope, one doctorCase, o ward.DoctorOrder) ([]step, []ward.DoctorChange, error) {
	if o.Action == "pass" {
		row := map[string]any{"check_name": c.name, "entity": one.Entity, "other": one.Other, "state": one.State, "reason": o.Reason, "actor": s.Actor()}
		// An older mark of a case that has changed since makes way.
		if _, err := tx.Exec(ctx, `delete from doctor_pass where check_name = $1 and entity = $2 and other = $3`, c.name, one.Entity, one.Other); err != nil {
			return nil, nil, fmt.Errorf("taking an old mark away: %w", err)
		}
		return []step{add("doctor_pass", row)}, []ward.DoctorChange{{What: "标为已核对", Before: one.Detail, After: "内容不变就不再提示"}}, nil
	}
	if c.plan == nil || one.Fix == "" || one.Target == 0 {
		return nil, nil, ward.Errorf(ward.Conflict, "这一条没有一键处理的办法，请按说明核对")
	}
	steps, changes, err := c.plan(ctx, tx, one)
	if err != nil {
		return nil, nil, fmt.Errorf("planning %s: %w", c.name, translate(err))
	}
	return steps, changes, nil
}

// DoctorUndo takes a fix back, see ward.Doctor.
func (db *DB) DoctorUndo(ctx context.Context, s ward.Scope, key uuid.UUID, id int64) (fix ward.DoctorFix, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1)`, doctorLock); err != nil {
			return fmt.Errorf("waiting for another fix: %w", err)
		}
		_, err := command(ctx, tx, key, s.Actor(), digest("doctor-undo", id), func() (int64, error) {
			now, err := doctorFixIn(ctx, tx, s, id, " for update")
			if err != nil {
				return id, err
			}
			if now.UndoneAt != nil {
				return id, ward.Errorf(ward.Conflict, "这一条已经撤销")
			}
			return id, undoFix(ctx, tx, s, id)
		})
		if err != nil {
			return err
		}
		fix, err = doctorFixIn(ctx, tx, s, id, "")
		return err
	})
	return fix, err
}

func undoFix(ctx context.Context, tx pgx.Tx, s ward.Scope, id int64) error {
	var text []byte
	var noun string
	if err := tx.QueryRow(ctx, `update doctor_fix set undone_at = now(), undone_by = $2 where id = $1 returning steps, check_name`, id, s.Actor()).Scan(&text, &noun); err != nil {
		return fmt.Errorf("marking the fix: %w", err)
	}
	var steps []step
	if err := json.Unmarshal(text, &steps); err != nil {
		return fmt.Errorf("reading the steps: %w", err)
	}
	cells, err := cellsOf(ctx, tx, steps)
	if err != nil {
		return err
	}
	if err := walkBack(ctx, tx, steps); err != nil {
		return err
	}
	if err := recount(ctx, tx, steps, cells); err != nil {
		return err
	}
	return appendAudit(ctx, tx, s, "doctor-undo", "doctor_fix", strconv.FormatInt(id, 10), noun)
}

// recount brings the counts of the cells in step that hold what the steps
// touched; former are cells that held it before.
func recount(ctx context.Context, tx pgx.Tx, steps []step, former []int64) error {
	cells, err := cellsOf(ctx, tx, steps)
	if err != nil {
		return err
	}
	if cells = append(cells, former...); len(cells) == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, `select refresh_cell_stat_of($1)`, cells); err != nil {
		return fmt.Errorf("counting cells again: %w", err)
	}
	return nil
}

// cellsOf are the cells whose counts the steps change.
func cellsOf(ctx context.Context, tx pgx.Tx, steps []step) ([]int64, error) {
	buildings, cells := []int64{}, []int64{}
	for _, s := range steps {
		switch {
		case s.Table == "building" && s.Kind == "set":
			buildings = append(buildings, s.ID)
		case s.Kind == "move" && s.Table == "household" && s.Column == "building":
			var a, b int64
			if json.Unmarshal(s.Before, &a) == nil && json.Unmarshal(s.After, &b) == nil {
				buildings = append(buildings, a, b)
			}
		case s.Kind == "drop" && s.Table == "building" && s.Text != "":
			var cell *int64
			if err := tx.QueryRow(ctx, `select ($1::building).cell`, s.Text).Scan(&cell); err != nil {
				return nil, fmt.Errorf("reading a dropped building: %w", err)
			}
			if cell != nil {
				cells = append(cells, *cell)
			}
		case s.Kind == "drop" && s.Table == "household" && s.Text != "":
			var building int64
			if err := tx.QueryRow(ctx, `select ($1::household).building`, s.Text).Scan(&building); err != nil {
				return nil, fmt.Errorf("reading a dropped door: %w", err)
			}
			buildings = append(buildings, building)
		}
	}
	rows, err := tx.Query(ctx, `select distinct cell from building where id = any($1) and cell is not null`, buildings)
	if err != nil {
		return nil, fmt.Errorf("finding the cells: %w", err)
	}
	of, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	return append(cells, of...), err
}

const doctorFixColumns = `id, check_name as "check", action, title, changes, at, undone_at`

func doctorFixIn(ctx context.Context, q querier, s ward.Scope, id int64, lock string) (ward.DoctorFix, error) {
	return one[ward.DoctorFix](ctx, q, "没有这次处理，或不在您的辖区内", `select `+doctorFixColumns+` from doctor_fix q where id = @id and `+doctorWithin+lock,
		pgx.NamedArgs{"id": id, "scope": s.Paths()})
}

// DoctorFixes lists the newest acts, see ward.Doctor.
func (db *DB) DoctorFixes(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.DoctorFix], error) {
	limit, before := pageLimit(f.Limit), int64(0)
	if f.After != "" {
		var err error
		if before, err = strconv.ParseInt(f.After, 10, 64); err != nil {
			return ward.Page[ward.DoctorFix]{}, badCursor()
		}
	}
	items, err := many[ward.DoctorFix](ctx, db.Pool, `select `+doctorFixColumns+` from doctor_fix q where `+doctorWithin+` and (@before::bigint = 0 or id < @before) order by id desc limit @limit`,
		pgx.NamedArgs{"scope": s.Paths(), "before": before, "limit": limit + 1})
	if err != nil {
		return ward.Page[ward.DoctorFix]{}, fmt.Errorf("listing fixes: %w", err)
	}
	return cut(items, limit, func(f ward.DoctorFix) string { return strconv.FormatInt(f.ID, 10) }), nil
}
