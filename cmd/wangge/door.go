package main

import (
	"context"
	"fmt"
	"iter"

	"wangge/internal/intake"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// door is where the rows of an uploaded file go: into a register, or to the work
// orders of the city's hotline. The steps of an import are the same for both.
type door struct {
	own    *ward.Sheet // the only sheet there is; nil: a register, recognised or chosen
	take   func(context.Context, ward.Scope, *intake.Source, iter.Seq2[ward.Record, error], ward.ImportOptions) (ward.ImportReport, error)
	settle func(ctx context.Context, sheet string, tell postgres.Progress) error // brings in step what hangs on the sheet
	undo   func(ctx context.Context, s ward.Scope, run int64, commit func() error) (ward.ImportUndo, error)
	runs   func(ctx context.Context, s ward.Scope, limit int) ([]ward.ImportReport, error)
	run    func(ctx context.Context, s ward.Scope, id int64) (ward.ImportReport, error)
	undone string // what is said at the end: removed, restored
}

func registersDoor(db *postgres.DB) door {
	return door{
		take: func(ctx context.Context, s ward.Scope, source *intake.Source, rows iter.Seq2[ward.Record, error], o ward.ImportOptions) (ward.ImportReport, error) {
			return db.Import(ctx, s, source.Sheet, source.Name, rows, o)
		},
		settle: func(ctx context.Context, sheet string, tell postgres.Progress) error {
			if _, err := db.Settle(ctx, []string{sheet}, tell); err != nil {
				return fmt.Errorf("settling the registers: %w", err)
			}
			return nil
		},
		undo: db.UndoImport, runs: db.ImportRuns, run: db.ImportRun, undone: "已撤销：删除%d行，恢复%d行",
	}
}

func ordersDoor(db *postgres.DB) door {
	sheet := ward.HotlineSheet()
	return door{
		own: &sheet,
		take: func(ctx context.Context, s ward.Scope, source *intake.Source, rows iter.Seq2[ward.Record, error], o ward.ImportOptions) (ward.ImportReport, error) {
			return db.ImportHotline(ctx, s, source.Name, orders(rows), o)
		},
		settle: func(context.Context, string, postgres.Progress) error { return nil },
		undo:   db.UndoHotline, runs: db.HotlineRuns, run: db.HotlineRun, undone: "已撤销：%d件作废，%d件恢复原样",
	}
}

// orders understands rows as work orders; remarks on the whole file have line 0.
func orders(records iter.Seq2[ward.Record, error]) iter.Seq2[ward.HotlineRow, error] {
	return func(yield func(ward.HotlineRow, error) bool) {
		for record, err := range records {
			row := ward.HotlineRow{Findings: record.Findings}
			if record.Line > 0 {
				row = ward.HotlineRowOf(record)
			}
			if !yield(row, err) {
				return
			}
		}
	}
}
