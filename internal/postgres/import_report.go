package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// findings collects what is found and keeps the first of each level, so that a
// thousand notes do not hide an error.
type findings struct {
	errors, warnings, notes int
	kept                    map[string][]ward.Finding
	heard                   func(ward.Finding) // nil when nobody listens
}

func (f *findings) add(found ...ward.Finding) {
	if f.kept == nil {
		f.kept = map[string][]ward.Finding{}
	}
	for _, one := range found {
		if f.heard != nil {
			f.heard(one)
		}
		switch one.Level {
		case ward.LevelError:
			f.errors++
		case ward.LevelWarning:
			f.warnings++
		default:
			f.notes++
		}
		if len(f.kept[one.Level]) < ward.MaxFindings {
			f.kept[one.Level] = append(f.kept[one.Level], one)
		}
	}
}

// list is what the report keeps: errors first, then warnings and notes, each in
// the order of the file.
func (f *findings) list() []ward.Finding {
	out := []ward.Finding{}
	for _, level := range []string{ward.LevelError, ward.LevelWarning, ward.LevelNote} {
		part := slices.Clone(f.kept[level])
		slices.SortStableFunc(part, func(a, b ward.Finding) int { return cmp.Compare(a.Line, b.Line) })
		out = append(out, part...)
	}
	return out[:min(len(out), ward.MaxFindings)]
}

// fileName keeps the base name of a file, short enough for the table.
func fileName(file string) string {
	name := []rune(strings.ToValidUTF8(strings.ReplaceAll(path.Base(strings.ReplaceAll(file, `\`, "/")), "\x00", ""), ""))
	if len(name) > 200 {
		name = name[:200]
	}
	return string(name)
}

const importRunColumns = `id, sheet, '' as title, file, dry_run, written, line_count as rows, inserted, updated, same, skipped, errors, warnings, notes, findings, started, finished, undone,
	written and undone is null and (exists (select from import_undo u where u.run = import_run.id) or exists (select from hotline_undo u where u.run = import_run.id)) as undoable`

// saveReport keeps a report and returns its number.
func saveReport(ctx context.Context, q querier, scope ward.Scope, r ward.ImportReport) (int64, error) {
	list, err := json.Marshal(r.Findings)
	if err != nil {
		return 0, fmt.Errorf("writing the findings: %w", err)
	}
	var actor *int64
	if id := scope.Actor(); id > 0 {
		actor = &id
	}
	rows, err := q.Query(ctx, `
		insert into import_run (id, paths, actor, sheet, file, dry_run, written, line_count, inserted, updated, same, skipped, errors, warnings, notes, findings, started, finished)
		overriding system value
		values (coalesce(@id, nextval(pg_get_serial_sequence('import_run', 'id'))), @paths::text[]::ltree[], @actor, @sheet, @file, @dry, @written, @rows, @inserted, @updated, @same, @skipped, @errors, @warnings, @notes, @findings, @started, @finished) returning id`,
		pgx.NamedArgs{
			"id": nullIfZero(r.ID), "paths": scope.Paths(), "actor": actor, "sheet": r.Sheet, "file": r.File, "dry": r.DryRun, "written": r.Written, "rows": r.Rows,
			"inserted": r.Inserted, "updated": r.Updated, "same": r.Same, "skipped": r.Skipped, "errors": r.Errors,
			"warnings": r.Warnings, "notes": r.Notes, "findings": string(list), "started": r.Started, "finished": r.Finished,
		})
	if err != nil {
		return 0, fmt.Errorf("keeping the report: %w", err)
	}
	id, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[int64])
	if err != nil {
		return 0, fmt.Errorf("keeping the report: %w", err)
	}
	return id, nil
}

func nullIfZero(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

// importRunWithin: a person sees the reports of their own imports, and all of
// them when their territory is the whole deployment. Orders of the hotline have a
// list of their own.
const importRunWithin = `(sheet <> '` + ward.HotlineSheetName + `' and (actor = @actor or '' = any(@scope::text[])))`

// ImportRuns lists the newest reports without their findings.
func (db *DB) ImportRuns(ctx context.Context, s ward.Scope, limit int) ([]ward.ImportReport, error) {
	return db.runs(ctx, s, importRunWithin, limit)
}

// ImportRun reads one report; not_found when there is none or it is not the
// person's to see.
func (db *DB) ImportRun(ctx context.Context, s ward.Scope, id int64) (ward.ImportReport, error) {
	return db.run(ctx, s, importRunWithin, id)
}

// runs lists the newest reports within a condition.
func (db *DB) runs(ctx context.Context, s ward.Scope, within string, limit int) ([]ward.ImportReport, error) {
	if limit <= 0 || limit > ward.MaxLimit {
		limit = ward.DefaultLimit
	}
	list, err := many[ward.ImportReport](ctx, db.Pool, `
		select `+strings.Replace(importRunColumns, "findings,", "'[]'::jsonb as findings,", 1)+`
		from import_run where `+within+` order by started desc, id desc limit @limit`,
		pgx.NamedArgs{"actor": s.Actor(), "scope": s.Paths(), "limit": limit})
	for i := range list {
		list[i].Title = sheetTitle(list[i].Sheet)
	}
	return list, err
}

// run reads one report within a condition.
func (db *DB) run(ctx context.Context, s ward.Scope, within string, id int64) (ward.ImportReport, error) {
	r, err := one[ward.ImportReport](ctx, db.Pool, "没有这份导入报告",
		`select `+importRunColumns+` from import_run where id = @id and `+within,
		pgx.NamedArgs{"id": id, "actor": s.Actor(), "scope": s.Paths()})
	r.Title = sheetTitle(r.Sheet)
	return r, err
}

func sheetTitle(name string) string {
	if name == ward.HotlineSheetName {
		return ward.HotlineSheet().Title
	}
	sheet, _ := ward.SheetByName(name)
	return sheet.Title
}
