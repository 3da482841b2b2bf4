package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// errDryRun ends the transaction of a preview.
var errDryRun = errors.New("nothing is to be written")

// ChangeEntries changes many records in one transaction, or none, see
// ward.Entries. A preview does the same and takes it back, so that it finds
// everything the write would.
func (db *DB) ChangeEntries(ctx context.Context, s ward.Scope, key uuid.UUID, noun string, b ward.BulkChange) (report ward.BulkReport, err error) {
	r, l, err := register(noun)
	if err != nil {
		return report, err
	}
	if err := b.Validate(r); err != nil {
		return report, err
	}
	values, err := r.Read(b.Set, false)
	if err != nil {
		return report, err
	}
	run := func(tx pgx.Tx) error {
		ids, err := chosen(ctx, tx, s, l, b)
		if err != nil {
			return err
		}
		report, err = db.changeAll(ctx, tx, s, r, l, ids, values, key)
		return err
	}
	if b.DryRun {
		err = db.write(ctx, func(tx pgx.Tx) error {
			if err := run(tx); err != nil {
				return err
			}
			return errDryRun
		})
		if errors.Is(err, errDryRun) {
			err = nil
		}
		report.Batch = nil
		return report, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		report, err = command(ctx, tx, key, s.Actor(), digest("bulk-"+noun, b), func() (ward.BulkReport, error) {
			if err := run(tx); err != nil {
				return report, err
			}
			err := report.Settle(b.Seen)
			return report, err
		})
		return err
	})
	return report, err
}

// chosen are the records of a bulk edit.
func chosen(ctx context.Context, tx pgx.Tx, s ward.Scope, l ledger, b ward.BulkChange) ([]int64, error) {
	if b.Filter == nil {
		ids := slices.Clone(b.IDs)
		slices.Sort(ids) // locks are taken in one order
		return slices.Compact(ids), nil
	}
	ids, err := l.ids(ctx, tx, s, b.Filter.Filter(), ward.BulkLimit+1)
	if err == nil && len(ids) > ward.BulkLimit {
		return nil, ward.Errorf(ward.TooLarge, "筛选出的记录超过%d条，请缩小范围后分批修改", ward.BulkLimit)
	}
	return ids, err
}

// changeAll changes each record as ChangeEntry would and gathers what cannot be.
func (db *DB) changeAll(ctx context.Context, tx pgx.Tx, s ward.Scope, r ward.Register, l ledger, ids []int64, values ward.Values, batch uuid.UUID) (ward.BulkReport, error) {
	report := ward.BulkReport{Matched: len(ids), Findings: []ward.BulkFinding{}, Batch: &batch}
	seen := sha256.New()
	for _, id := range ids {
		now, changed, err := db.changeOne(ctx, tx, s, r, l, id, values, batch)
		fmt.Fprintf(seen, "%d:%d ", id, now.Version)
		var known *ward.Error
		switch {
		case errors.As(err, &known) && known.Code != ward.Internal:
			report.Refuse(id, now.Title, known)
		case err != nil:
			return report, err
		case changed:
			report.Changed++
		default:
			report.Same++
		}
	}
	report.Seen = hex.EncodeToString(seen.Sum(nil)[:16])
	return report, nil
}

// changeOne changes one record under a savepoint: what the database refuses for
// one must not end the others.
func (db *DB) changeOne(ctx context.Context, tx pgx.Tx, s ward.Scope, r ward.Register, l ledger, id int64, values ward.Values, batch uuid.UUID) (now row, changed bool, err error) {
	err = translate(pgx.BeginFunc(ctx, tx, func(tx pgx.Tx) error {
		if err := l.territory().allows(ctx, tx, s, id, true); err != nil {
			return err
		}
		if now, err = readRow(ctx, tx, r, id); err != nil {
			return err
		}
		w := writer{db, tx, s, r, l, &batch, "change", "", id}
		changed, err = w.change(ctx, now, values)
		return err
	}))
	return now, changed && err == nil, err
}

// UndoEntries takes a bulk edit back, see ward.Entries: each field gets its
// former value where the record has not been changed since; the others are told.
func (db *DB) UndoEntries(ctx context.Context, s ward.Scope, key uuid.UUID, noun string, batch uuid.UUID) (report ward.BulkReport, err error) {
	r, l, err := register(noun)
	if err != nil {
		return report, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		report, err = command(ctx, tx, key, s.Actor(), digest("undo-"+noun, batch), func() (ward.BulkReport, error) {
			return db.undo(ctx, tx, s, r, l, batch, key)
		})
		return err
	})
	return report, err
}

// done is one record of a bulk edit.
type done struct {
	Entity, Version int64
	Fields          []struct {
		Field string `json:"field"`
		Old   any    `json:"old"`
	}
}

func (db *DB) undo(ctx context.Context, tx pgx.Tx, s ward.Scope, r ward.Register, l ledger, batch, key uuid.UUID) (ward.BulkReport, error) {
	report := ward.BulkReport{Findings: []ward.BulkFinding{}, Batch: &key, Written: true}
	rows, err := tx.Query(ctx, `select entity, version, fields from record_change where batch = $1 and noun = $2 and action = 'change' order by entity`, batch, r.Noun)
	if err != nil {
		return report, fmt.Errorf("reading a bulk edit: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[done])
	if err != nil {
		return report, fmt.Errorf("reading a bulk edit: %w", err)
	}
	if len(all) == 0 {
		return report, ward.Errorf(ward.NotFound, "没有这次批量修改")
	}
	for _, d := range all {
		report.Matched++
		title, err := db.undoOne(ctx, tx, s, r, l, d, key)
		var known *ward.Error
		switch {
		case errors.As(err, &known) && known.Code != ward.Internal:
			report.Refuse(d.Entity, title, known)
		case err != nil:
			return report, err
		default:
			report.Changed++
		}
	}
	if report.Changed == 0 {
		return report, &ward.Error{Code: ward.Conflict, Message: "这次批量修改已撤销，或之后各条都有人改过，没有可撤销的", Current: report}
	}
	return report, nil
}

func (db *DB) undoOne(ctx context.Context, tx pgx.Tx, s ward.Scope, r ward.Register, l ledger, d done, key uuid.UUID) (title string, err error) {
	err = translate(pgx.BeginFunc(ctx, tx, func(tx pgx.Tx) error {
		if err := l.territory().allows(ctx, tx, s, d.Entity, true); err != nil {
			return err
		}
		now, err := readRow(ctx, tx, r, d.Entity)
		if err != nil {
			return err
		}
		title = now.Title
		if now.Version != d.Version {
			return ward.Errorf(ward.Stale, "之后又有人改过，保留现状")
		}
		former := ward.Values{}
		for _, f := range d.Fields {
			former[f.Field] = f.Old
		}
		values, err := r.Read(former, false)
		if err != nil {
			return err
		}
		_, err = writer{db, tx, s, r, l, &key, "undo", "", d.Entity}.change(ctx, now, values)
		return err
	}))
	return title, err
}
