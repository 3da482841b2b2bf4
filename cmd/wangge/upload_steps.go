package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"wangge/internal/intake"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// Keep takes an uploaded file in for the steps that follow.
func (u uploads) Keep(_ context.Context, s ward.Scope, name string, body []byte) (ward.Upload, error) {
	return u.spool.keep(s.Actor(), name, body)
}

// options is a reading as intake understands it.
func (u uploads) options(ctx context.Context, s ward.Scope, r ward.Reading) (intake.Options, error) {
	within, err := u.db.Within(ctx, s)
	if u.door.own != nil {
		r.Sheet = ""
	}
	return intake.Options{Own: u.door.own, Sheet: r.Sheet, Layer: r.Layer, CRS: r.CRS, Swap: r.Swap, Map: r.Map, Set: r.Set, Within: within}, err
}

// Look recognises a file. What the office did with such a file the last time is
// taken over where the person has said nothing yet.
func (u uploads) Look(ctx context.Context, s ward.Scope, id uuid.UUID, r ward.Reading) (look ward.FileLook, err error) {
	f, done, err := u.spool.use(s.Actor(), id)
	if err != nil {
		return look, err
	}
	defer done()
	o, err := u.options(ctx, s, r)
	if err != nil {
		return look, err
	}
	if look, err = intake.Look(ctx, f.path(), o); err != nil || len(r.Map) > 0 {
		return look, err
	}
	before, ok, err := u.db.RecallReading(ctx, s, u.sheetOf(r), look.Signature)
	if err != nil || !ok {
		return look, err
	}
	o.Map, o.Set = before.Map, before.Set
	if o.Sheet == "" && o.Own == nil {
		o.Sheet = before.Sheet
	}
	again, err := intake.Look(ctx, f.path(), o)
	if err != nil {
		return look, nil // what was remembered no longer fits; the plain look does
	}
	again.Remembered = true
	return again, nil
}

// sheetOf is the sheet somebody chose, or the only one; "" when it is open.
func (u uploads) sheetOf(r ward.Reading) string {
	if u.door.own != nil {
		return u.door.own.Name
	}
	return r.Sheet
}

// Check reads the whole file as a job, without writing: findings, the map of its
// rows, the rows with errors as a table.
func (u uploads) Check(ctx context.Context, s ward.Scope, id, job uuid.UUID, r ward.Reading) (ward.Job, error) {
	return u.start(ctx, s, id, job, "import-check", "检查", func(ctx context.Context, t *postgres.Task, f *spooled, source *intake.Source) (map[string]any, error) {
		bad, shown := badLines{}, &preview{}
		report, err := u.door.take(ctx, s, source, shown.see(source.Records(ctx)), ward.ImportOptions{
			DryRun: true, Found: bad.hear, Progress: func(n int) { t.Progress(0, fmt.Sprintf("已读取%d行", n)) },
		})
		if err != nil {
			return nil, err
		}
		t.Progress(0.9, "整理检查结果")
		f.rows = shown.rows
		if err := os.MkdirAll(filepath.Dir(f.mapPath()), 0o700); err != nil {
			return nil, fmt.Errorf("keeping the check: %w", err)
		}
		if err := errors.Join(shown.save(f.mapPath(), bad), saveBad(ctx, f.badPath(), source, bad)); err != nil {
			return nil, err
		}
		t.Progress(1, fmt.Sprintf("检查完成：%d行，%d处错误，%d处提醒", report.Rows, report.Errors, report.Warnings))
		return map[string]any{"import": report.ID, "shapes": len(shown.shapes.Features)}, nil
	}, r)
}

func saveBad(ctx context.Context, path string, source *intake.Source, why badLines) error {
	_ = os.Remove(path) // of an earlier check
	if len(why) == 0 {
		return nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("keeping the bad rows: %w", err)
	}
	_, err = source.WriteRows(ctx, f, why)
	return errors.Join(err, f.Close())
}

// Write imports the file as a job. Until its commit it can be cancelled and then
// leaves nothing; afterwards the file is forgotten and its reading remembered.
func (u uploads) Write(ctx context.Context, s ward.Scope, id, job uuid.UUID, r ward.Reading, skipBad bool) (ward.Job, error) {
	return u.start(ctx, s, id, job, "import", "导入", func(ctx context.Context, t *postgres.Task, f *spooled, source *intake.Source) (map[string]any, error) {
		report, err := u.door.take(ctx, s, source, source.Records(ctx), ward.ImportOptions{
			SkipBad: skipBad,
			Progress: func(n int) {
				t.Progress(0.6*float64(n)/float64(max(f.rows, n, 1)), fmt.Sprintf("已读取%d行，正在写入", n))
			},
			Commit: func() error { return t.Fix(ctx) },
		})
		if err != nil {
			return nil, err
		}
		result := map[string]any{"import": report.ID}
		if !report.Written {
			t.Progress(1, "文件有错误，没有写入")
			return result, nil
		}
		u.after(ctx, s, f, report, r)
		if report.Inserted+report.Updated > 0 {
			if err := u.door.settle(ctx, report.Sheet, settling(t)); err != nil {
				return result, err
			}
		}
		t.Progress(1, fmt.Sprintf("已写入：新增%d，更新%d", report.Inserted, report.Updated))
		return result, nil
	}, r)
}

// after remembers how the file was read and forgets the file.
func (u uploads) after(ctx context.Context, s ward.Scope, f *spooled, report ward.ImportReport, r ward.Reading) {
	if o, err := u.options(ctx, s, r); err == nil && len(r.Map) > 0 {
		if look, err := intake.Look(ctx, f.path(), o); err == nil {
			r.Sheet = report.Sheet
			_ = u.db.RememberReading(ctx, s, report.Sheet, look.Signature, r) // only saves work the next time
		}
	}
	u.spool.drop(f.ID)
}

func settling(t *postgres.Task) postgres.Progress {
	return func(done, total int, step string) {
		t.Progress(0.6+0.4*float64(done)/float64(max(total, 1)), "已写入，正在整理："+step)
	}
}

// start runs work on an upload as a job; the file stays as long.
func (u uploads) start(ctx context.Context, s ward.Scope, id, job uuid.UUID, kind, verb string,
	work func(context.Context, *postgres.Task, *spooled, *intake.Source) (map[string]any, error), r ward.Reading,
) (ward.Job, error) {
	f, done, err := u.spool.use(s.Actor(), id)
	if err != nil {
		return ward.Job{}, err
	}
	o, err := u.options(ctx, s, r)
	if err != nil {
		done()
		return ward.Job{}, err
	}
	return u.jobs.Start(ctx, s, postgres.JobStart{ID: job, Kind: kind, Title: verb + " " + f.Name}, func(ctx context.Context, t *postgres.Task) (map[string]any, error) {
		defer done()
		t.Progress(0, "正在打开文件")
		source, err := intake.Open(ctx, f.path(), o)
		if err != nil {
			return nil, err
		}
		defer source.Close()
		return work(ctx, t, f, source)
	})
}

// Undo takes an import back as a job.
func (u uploads) Undo(ctx context.Context, s ward.Scope, run int64, job uuid.UUID) (ward.Job, error) {
	report, err := u.door.run(ctx, s, run)
	if err != nil {
		return ward.Job{}, err
	}
	return u.jobs.Start(ctx, s, postgres.JobStart{ID: job, Kind: "import-undo", Title: "撤销导入 " + report.File}, func(ctx context.Context, t *postgres.Task) (map[string]any, error) {
		t.Progress(0.1, "正在恢复导入前的内容")
		undone, err := u.door.undo(ctx, s, run, func() error { return t.Fix(ctx) })
		if err != nil {
			return nil, err
		}
		if err := u.door.settle(ctx, undone.Sheet, settling(t)); err != nil {
			return nil, err
		}
		t.Progress(1, fmt.Sprintf(u.door.undone, undone.Removed, undone.Restored))
		return map[string]any{"import": run}, nil
	})
}

// CheckMap is the map of the rows, GeoJSON.
func (u uploads) CheckMap(_ context.Context, s ward.Scope, id uuid.UUID) ([]byte, error) {
	return u.made(s, id, (*spooled).mapPath)
}

// BadRows is the table of the rows with errors.
func (u uploads) BadRows(_ context.Context, s ward.Scope, id uuid.UUID) ([]byte, error) {
	return u.made(s, id, (*spooled).badPath)
}

func (u uploads) made(s ward.Scope, id uuid.UUID, path func(*spooled) string) ([]byte, error) {
	f, done, err := u.spool.use(s.Actor(), id)
	if err != nil {
		return nil, err
	}
	defer done()
	return f.made(path(f))
}
