package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// importLock lets one import run at a time: two files that create the same code
// would otherwise wait for each other row by row, or fail by turns.
const importLock = 0x696d7074 // "impt"

// errNothingWritten ends the transaction of a dry run or of a file with errors.
var errNothingWritten = errors.New("nothing is to be written")

// Import writes one file into its register, in one transaction, and reports on
// it. A row with an error is never written. Unless opts.SkipBad is set, one such
// row means that nothing of the file is written; report.Written says which. A
// blank cell leaves what is registered as it is; nothing is ever deleted but
// what a row lists anew (tags, doors served, team members).
//
// The error is for a file that cannot be read on (its message is for people) or
// a database that fails; findings of rows are in the report, which is kept and
// can be read again with ImportRun. One import runs at a time, others wait.
func (db *DB) Import(ctx context.Context, scope ward.Scope, sheet ward.Sheet, file string, records iter.Seq2[ward.Record, error], opts ward.ImportOptions) (ward.ImportReport, error) {
	l := &load{
		db: db, scope: scope, sheet: sheet, opts: opts,
		found:  findings{heard: opts.Found},
		report: ward.ImportReport{Sheet: sheet.Name, Title: sheet.Title, File: fileName(file), DryRun: opts.DryRun, Findings: []ward.Finding{}, Started: db.Now()},
	}
	if len(scope.Paths()) == 0 {
		return l.report, ward.Errorf(ward.Forbidden, "您没有可以导入数据的辖区")
	}
	var known bool
	if l.script, known = scriptOf(sheet.Name); !known {
		return l.report, ward.Errorf(ward.Invalid, "%s还不能导入", sheet.Title)
	}
	err := db.write(ctx, func(tx pgx.Tx) error {
		l.tx = tx
		return l.run(ctx, records)
	})
	if err != nil && !errors.Is(err, errNothingWritten) {
		return l.report, fmt.Errorf("importing %s: %w", sheet.Name, inWords(err))
	}
	if err != nil { // the transaction is gone; only the report stays
		l.finish(false)
		l.report.ID = 0
		l.report.ID, err = saveReport(ctx, db.Pool, scope, l.report)
	}
	return l.report, err
}

// inWords is for a rule of the tables that no check told of before: people read
// that there is one, never the SQL.
func inWords(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && strings.HasPrefix(pg.Code, "23") {
		return ward.Errorf(ward.Invalid, "文件里有内容不符合登记规则（%s），整个文件未写入；请把文件交给管理员核对", pg.ConstraintName)
	}
	return err
}

// load is one running import.
type load struct {
	db     *DB
	tx     pgx.Tx
	scope  ward.Scope
	sheet  ward.Sheet
	script script
	opts   ward.ImportOptions
	report ward.ImportReport

	found    findings
	drawn    map[int]orb.MultiPolygon // by line, of a layer; see checkLayers
	badLines int                      // rows that were refused before they reached the database
	masked   int                      // personal values that came back masked
	secrets  []personal               // phones and ID numbers, which the database sees only sealed
}

func (l *load) run(ctx context.Context, records iter.Seq2[ward.Record, error]) error {
	if err := l.prepare(ctx); err != nil {
		return err
	}
	if err := l.copy(ctx, records); err != nil {
		return err
	}
	if err := l.check(ctx); err != nil {
		return err
	}
	tell, err := l.checkLayers(ctx)
	if err != nil {
		return err
	}
	defer tell()
	if l.found.errors > 0 && !l.opts.SkipBad {
		return errNothingWritten
	}
	if err := l.record(ctx); err != nil {
		return err
	}
	if err := l.write(ctx); err != nil {
		return err
	}
	if l.opts.DryRun {
		return errNothingWritten
	}
	tell()
	if err := l.keep(ctx); err != nil {
		return err
	}
	if l.opts.Commit != nil {
		return l.opts.Commit()
	}
	return nil
}

// prepare takes the lock and makes the tables of this transaction.
func (l *load) prepare(ctx context.Context) error {
	// Spatial joins over what was just copied: the planner's defaults are for
	// short queries, and compiling costs more than it gives.
	batch := &pgx.Batch{}
	batch.Queue(`set local work_mem = '64MB'`)
	batch.Queue(`set local temp_buffers = '64MB'`)
	batch.Queue(`set local jit = off`)
	batch.Queue(`select pg_advisory_xact_lock($1)`, importLock)
	batch.Queue(incomingTable(l.sheet))
	batch.Queue(`create temp table finding (line int not null, field text not null, level text not null, message text not null, done text not null default '') on commit drop`)
	if err := l.tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("preparing the import: %w", err)
	}
	return nil
}

// record numbers the import and lets the triggers of the registers note what it
// does to each row, so that it can be taken back.
func (l *load) record(ctx context.Context) error {
	if l.opts.DryRun {
		return nil
	}
	err := l.tx.QueryRow(ctx, `with next as (select nextval(pg_get_serial_sequence('import_run', 'id')) as id) select id from next, set_config('wangge.import', id::text, true)`).Scan(&l.report.ID)
	if err != nil {
		return fmt.Errorf("numbering the import: %w", err)
	}
	return nil
}

// write runs the statements of the script and counts what they did.
func (l *load) write(ctx context.Context) error {
	if l.script.person != "" {
		if err := l.writePersons(ctx); err != nil {
			return err
		}
	}
	for _, sql := range l.script.writes {
		rows, err := l.tx.Query(ctx, sql)
		if err != nil {
			return fmt.Errorf("writing %s: %w", l.sheet.Name, err)
		}
		var counted [2]int
		for rows.Next() {
			if len(rows.FieldDescriptions()) == 2 { // a statement that counts
				if err := rows.Scan(&counted[0], &counted[1]); err != nil {
					rows.Close()
					return fmt.Errorf("counting %s: %w", l.sheet.Name, err)
				}
			}
		}
		if err := rows.Err(); err != nil {
			return fmt.Errorf("writing %s: %w", l.sheet.Name, err)
		}
		l.report.Inserted += counted[0]
		l.report.Updated += counted[1]
	}
	return nil
}

// keep writes the audit and the report in the transaction of the import.
func (l *load) keep(ctx context.Context) error {
	l.finish(true)
	var err error
	if l.report.ID, err = saveReport(ctx, l.tx, l.scope, l.report); err != nil {
		return err
	}
	return appendAudit(ctx, l.tx, l.scope, "import-file", l.sheet.Name, fmt.Sprint(l.report.ID), "")
}

// finish closes the report.
func (l *load) finish(written bool) {
	r := &l.report
	r.Written, r.Finished = written, l.db.Now()
	r.Errors, r.Warnings, r.Notes, r.Findings = l.found.errors, l.found.warnings, l.found.notes, l.found.list()
	r.Skipped = l.badLines
	switch {
	case !written && !r.DryRun, r.DryRun && r.Errors > 0 && !l.opts.SkipBad:
		r.Inserted, r.Updated, r.Same, r.Skipped = 0, 0, 0, r.Rows
	default:
		r.Same = max(0, r.Rows-r.Skipped-r.Inserted-r.Updated)
	}
}
