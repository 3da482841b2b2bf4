package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// hotlineRunWithin: an office shares what its people brought of the hotline.
const hotlineRunWithin = `sheet = '` + ward.HotlineSheetName + `' and (actor = @actor or not exists (select from unnest(paths) p where not p <@ any(@scope::text[]::ltree[])))`

// HotlineRuns lists the newest imports of orders.
func (db *DB) HotlineRuns(ctx context.Context, s ward.Scope, limit int) ([]ward.ImportReport, error) {
	return db.runs(ctx, s, hotlineRunWithin, limit)
}

// HotlineRun reads one import of orders.
func (db *DB) HotlineRun(ctx context.Context, s ward.Scope, id int64) (ward.ImportReport, error) {
	return db.run(ctx, s, hotlineRunWithin, id)
}

// UndoHotline takes a file of orders back, see ward.Hotline.
func (db *DB) UndoHotline(ctx context.Context, s ward.Scope, run int64, commit func() error) (ward.ImportUndo, error) {
	u := undo{scope: s, report: ward.ImportUndo{Import: run, Sheet: ward.HotlineSheetName}}
	err := db.write(ctx, func(tx pgx.Tx) error {
		u.tx = tx
		if err := db.undoOrders(ctx, &u); err != nil {
			return err
		}
		if commit != nil {
			return commit()
		}
		return nil
	})
	if err != nil {
		return ward.ImportUndo{}, fmt.Errorf("undoing an import of orders: %w", err)
	}
	return u.report, nil
}

func (db *DB) undoOrders(ctx context.Context, u *undo) error {
	if err := u.exec(ctx, `select pg_advisory_xact_lock($1)`, hotlineLock); err != nil {
		return err
	}
	file, err := u.findOrders(ctx)
	if err != nil {
		return err
	}
	if err := u.refuseOrders(ctx); err != nil {
		return err
	}
	made, err := many[struct{ Incident uuid.UUID }](ctx, u.tx, `select incident from hotline_undo where run = @run and made order by incident`, pgx.NamedArgs{"run": u.report.Import})
	if err != nil {
		return err
	}
	for _, one := range made {
		if err := db.voidOrder(ctx, u.tx, u.scope, one.Incident, "撤销导入："+file); err != nil {
			return err
		}
	}
	tag, err := u.tx.Exec(ctx, `update hotline_order h set title = u.title, contact_by = u.contact_by, deadline = u.deadline, version = h.version + 1
		from hotline_undo u where u.run = $1 and not u.made and h.incident = u.incident`, u.report.Import)
	if err != nil {
		return err
	}
	u.report.Removed, u.report.Restored = len(made), int(tag.RowsAffected())
	return u.close(ctx, `delete from hotline_undo where run = $1`, "undo-hotline-import")
}

// findOrders locks the import, says why it cannot be undone, and tells its file.
func (u *undo) findOrders(ctx context.Context) (file string, err error) {
	run, err := one[struct {
		File     string
		Written  bool
		Undone   *time.Time
		Old, Log bool
	}](ctx, u.tx, "没有这次导入", `
		select file, written, undone, started < now() - @keep::interval as old, exists (select from hotline_undo l where l.run = import_run.id) as log
		from import_run where id = @id and `+hotlineRunWithin+` for update`,
		pgx.NamedArgs{"id": u.report.Import, "keep": keepUndo, "actor": u.scope.Actor(), "scope": u.scope.Paths()})
	if err != nil {
		return "", err
	}
	return run.File, whyNotUndone(run.Written, run.Undone != nil, run.Log, run.Old)
}

// refuseOrders names the orders somebody has worked on since.
func (u *undo) refuseOrders(ctx context.Context) error {
	touched, err := many[struct{ Number string }](ctx, u.tx, `
		select h.number from hotline_undo u join hotline_order h using (incident) join incident i on i.id = u.incident
		where u.run = @run and (h.version <> u.version or u.made and i.version <> 1) order by h.number`, pgx.NamedArgs{"run": u.report.Import})
	if err != nil || len(touched) == 0 {
		return err
	}
	const named = 5
	numbers := []string{}
	for _, one := range touched[:min(named, len(touched))] {
		numbers = append(numbers, one.Number)
	}
	list := strings.Join(numbers, "、")
	if len(touched) > named {
		list += "等"
	}
	return ward.Errorf(ward.Conflict, "不能撤销：%d件工单已开始办理、已回访或之后又有更新（%s）。请对没有办理的逐件申请作废，或导入更正后的文件", len(touched), list)
}

// voidOrder ends the incident of an order that nobody has worked on; its number is
// free again and what was sealed of the caller is gone.
func (db *DB) voidOrder(ctx context.Context, tx pgx.Tx, s ward.Scope, id uuid.UUID, why string) error {
	now, err := db.incidentIn(ctx, tx, s, id, " for update of i")
	if err != nil {
		return err
	}
	path, err := pathOf(ctx, tx, "incident", id)
	if err != nil {
		return err
	}
	at, next := db.Now(), now
	next.State, next.ClosedAt, next.Deadlines, next.Version = "void", &at, []ward.Deadline{}, now.Version+1
	if err := writeIncident(ctx, tx, next); err != nil {
		return err
	}
	if err := db.appendStep(ctx, tx, s, next, stepDone{Action: ward.UndoneImport, From: now.State, To: next.State, Opinion: why}); err != nil {
		return err
	}
	if err := settleNotices(ctx, tx, now, next); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from hotline_order where incident = $1`, id); err != nil {
		return err
	}
	return db.appendIncident(ctx, tx, id, uuid.New(), path)
}
