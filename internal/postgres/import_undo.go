package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// keepUndo is how long an import can be taken back: its log holds what rows were
// before, names among them.
const keepUndo = 30 * 24 * time.Hour

// undoneTables are the registers in the order in which rows leave them: whatever
// refers to others goes first. Rows that stay get back what they were in between,
// because they may refer to some that go.
var (
	undoneFirst = []string{
		"household_tag", "hub_door", "steward_place", "team_member", "team_grid", "branch_grid", "room",
		"grid_role", "steward", "pledge", "pairing", "honour", "hub", "team", "point", "institution", "member", "household",
	}
	undoneLast = []string{"branch", "person", "building", "courtyard", "lane", "ground", "road", "grid", "area"}
)

// UndoImport takes back what an import did, in one transaction: what it created
// goes, what it changed or removed is as it was. It is conflict, naming how many
// of what, when later work depends on it: visits, incidents, whatever else refers
// to a created row, and rows that were changed since; and when it has been undone
// or is older than thirty days. Commit, when not nil, is asked before the changes
// are kept. Call Settle with the sheet afterwards.
func (db *DB) UndoImport(ctx context.Context, s ward.Scope, id int64, commit func() error) (ward.ImportUndo, error) {
	u := undo{scope: s, report: ward.ImportUndo{Import: id}}
	err := db.write(ctx, func(tx pgx.Tx) error {
		u.tx = tx
		if err := u.run(ctx); err != nil {
			return err
		}
		if commit != nil {
			return commit()
		}
		return nil
	})
	if err != nil {
		return ward.ImportUndo{}, fmt.Errorf("undoing an import: %w", err)
	}
	return u.report, nil
}

// undo is one running UndoImport.
type undo struct {
	tx     pgx.Tx
	scope  ward.Scope
	report ward.ImportUndo
}

func (u *undo) run(ctx context.Context) error {
	if err := u.find(ctx); err != nil {
		return err
	}
	for _, sql := range []string{
		`create temp table undo_row (tab text not null, key text not null, op text not null, before jsonb, digest bigint, gone bool not null, primary key (tab, key)) on commit drop`,
		`create temp table undo_count (how text not null, n bigint not null) on commit drop`,
	} {
		if err := u.exec(ctx, sql); err != nil {
			return err
		}
	}
	if err := u.exec(ctx, `select undo_gather($1)`, u.report.Import); err != nil {
		return err
	}
	if err := u.refuse(ctx); err != nil {
		return err
	}
	if err := u.exec(ctx, `select undo_derived()`); err != nil {
		return err
	}
	for _, step := range []struct {
		tables []string
		sql    string
	}{
		{undoneFirst, `select undo_remove($1)`},
		{slices.Concat(undoneLast, undoneFirst), `select undo_restore($1)`},
		{undoneLast, `select undo_remove($1)`},
	} {
		for _, table := range step.tables {
			if err := u.exec(ctx, step.sql, table); err != nil {
				return err
			}
		}
	}
	return u.keep(ctx)
}

func (u *undo) exec(ctx context.Context, sql string, args ...any) error {
	if _, err := u.tx.Exec(ctx, sql, args...); err != nil {
		return fmt.Errorf("%s of %v: %w", sql, args, err)
	}
	return nil
}

// find locks the import and says why it cannot be undone.
func (u *undo) find(ctx context.Context) error {
	if err := u.exec(ctx, `select pg_advisory_xact_lock($1)`, importLock); err != nil {
		return err
	}
	run, err := one[struct {
		Sheet    string
		Written  bool
		Undone   *time.Time
		Old, Log bool
		Within   bool
	}](ctx, u.tx, "没有这次导入", `
		select sheet, written, undone, started < now() - @keep::interval as old, exists (select from import_undo l where l.run = import_run.id) as log,
		       not exists (select from unnest(paths) p where not p <@ any(@scope::text[]::ltree[])) as within
		from import_run where id = @id and `+importRunWithin+` for update`,
		pgx.NamedArgs{"id": u.report.Import, "keep": keepUndo, "actor": u.scope.Actor(), "scope": u.scope.Paths()})
	u.report.Sheet = run.Sheet
	if err == nil && run.Written && run.Undone == nil && !run.Within {
		err = ward.Errorf(ward.Forbidden, "这次导入超出了您现在的辖区，请由上级撤销")
	}
	if err != nil {
		return err
	}
	return whyNotUndone(run.Written, run.Undone != nil, run.Log, run.Old)
}

// whyNotUndone says in words why an import has no way back; log is whether one is kept.
func whyNotUndone(written, undone, log, old bool) error {
	switch {
	case !written:
		return ward.Errorf(ward.Conflict, "这次导入没有写入，不用撤销")
	case undone:
		return ward.Errorf(ward.Conflict, "这次导入已经撤销过了")
	case !log && old:
		return ward.Errorf(ward.Conflict, "这次导入已超过30天，撤销所需的记录已经删除")
	case !log:
		return ward.Errorf(ward.Conflict, "这次导入没有改变任何内容，不用撤销")
	}
	return nil
}

// refuse names what later work depends on the import.
func (u *undo) refuse(ctx context.Context) error {
	later, err := many[ward.Dependent](ctx, u.tx, `
		select tab as noun, coalesce(max(title), '') as title, changed, sum(n)::int as count from undo_later(@import) group by tab, changed order by changed, sum(n) desc, tab`,
		pgx.NamedArgs{"import": u.report.Import})
	if err != nil {
		return fmt.Errorf("looking for later work: %w", err)
	}
	if len(later) == 0 {
		return nil
	}
	parts := make([]string, len(later))
	for i, d := range later {
		parts[i] = d.Words()
	}
	return &ward.Error{Code: ward.Conflict, Message: "不能撤销，后来的工作用到了这次导入的内容：" + strings.Join(parts, "、") + "。请先处理这些内容，或导入更正后的文件", Current: later}
}

// keep writes down that the import was undone.
func (u *undo) keep(ctx context.Context) error {
	err := u.tx.QueryRow(ctx, `select coalesce(sum(n) filter (where how = 'removed'), 0), coalesce(sum(n) filter (where how = 'restored'), 0) from undo_count`).Scan(&u.report.Removed, &u.report.Restored)
	if err != nil {
		return fmt.Errorf("counting: %w", err)
	}
	return u.close(ctx, `delete from import_undo where run = $1`, "undo-import")
}

// close marks the import as undone, forgets the way back and writes the audit.
func (u *undo) close(ctx context.Context, forget, operation string) error {
	var actor *int64
	if id := u.scope.Actor(); id > 0 {
		actor = &id
	}
	if err := u.exec(ctx, `update import_run set undone = now(), undone_by = $2 where id = $1`, u.report.Import, actor); err != nil {
		return err
	}
	if err := u.exec(ctx, forget, u.report.Import); err != nil {
		return err
	}
	return appendAudit(ctx, u.tx, u.scope, operation, u.report.Sheet, fmt.Sprint(u.report.Import), "")
}

// ForgetUndo drops the logs of imports that are too old to be undone.
func (db *DB) ForgetUndo(ctx context.Context) error {
	for _, log := range []string{"import_undo", "hotline_undo"} {
		if _, err := db.Pool.Exec(ctx, `delete from `+log+` where run in (select id from import_run where started < now() - $1::interval)`, keepUndo); err != nil {
			return fmt.Errorf("forgetting old imports: %w", err)
		}
	}
	return nil
}
