package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"wangge/internal/api"
	"wangge/internal/intake"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// uploads reads files that came over HTTP through the same door as the command
// line does.
type uploads struct {
	db    *postgres.DB
	spool *spool
	jobs  *postgres.Jobs
	door  door
}

// newUploads reads files into the registers.
func newUploads(db *postgres.DB, spool *spool, jobs *postgres.Jobs) uploads {
	return uploads{db, spool, jobs, registersDoor(db)}
}

// Orders reads files of the city's hotline by the same steps.
func (u uploads) Orders() api.ImportSteps {
	u.door = ordersDoor(u.db)
	return u
}

// Import keeps the upload in a file of its own while it is read, then settles
// the coverage when something was written.
func (u uploads) Import(ctx context.Context, s ward.Scope, up api.Upload) (report ward.ImportReport, err error) {
	dir, err := os.MkdirTemp("", "wangge-upload-")
	if err != nil {
		return report, fmt.Errorf("keeping an upload: %w", err)
	}
	defer os.RemoveAll(dir)
	// Only the last part of the name, which says the format.
	file := filepath.Join(dir, filepath.Base(filepath.Clean("/"+up.Name)))
	if err := os.WriteFile(file, up.Body, 0o600); err != nil {
		return report, fmt.Errorf("keeping an upload: %w", err)
	}
	within, err := u.db.Within(ctx, s)
	if err != nil {
		return report, err
	}
	source, err := intake.Open(ctx, file, intake.Options{Sheet: up.Sheet, Within: within})
	if err != nil {
		return report, err
	}
	defer source.Close()
	report, err = u.db.Import(ctx, s, source.Sheet, source.Name, source.Records(ctx), up.Options)
	if err != nil || !report.Written || report.Inserted+report.Updated == 0 {
		return report, err
	}
	found, err := u.db.Settle(ctx, []string{report.Sheet}, nil)
	report.Findings = append(report.Findings, found...)
	return report, err
}

// Imports lists the latest imports.
func (u uploads) Imports(ctx context.Context, s ward.Scope) ([]ward.ImportReport, error) {
	return u.door.runs(ctx, s, ward.DefaultLimit)
}

// ImportReport reads one import.
func (u uploads) ImportReport(ctx context.Context, s ward.Scope, id int64) (ward.ImportReport, error) {
	return u.door.run(ctx, s, id)
}

// Hotline reads a file of work orders at once, leaving out what has errors; what it
// holds of persons stays in memory.
func (u uploads) Hotline(ctx context.Context, s ward.Scope, up api.HotlineUpload) (report ward.ImportReport, err error) {
	dir, err := os.MkdirTemp("", "wangge-upload-")
	if err != nil {
		return report, fmt.Errorf("keeping an upload: %w", err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, filepath.Base(filepath.Clean("/"+up.Name)))
	if err := os.WriteFile(file, up.Body, 0o600); err != nil {
		return report, fmt.Errorf("keeping an upload: %w", err)
	}
	columns := map[string]string{}
	for _, one := range up.Columns {
		header, column, _ := strings.Cut(one, "=")
		columns[header] = column
	}
	door := ordersDoor(u.db)
	source, err := intake.Open(ctx, file, intake.Options{Own: door.own, Map: columns})
	if err != nil {
		return report, err
	}
	defer source.Close()
	return door.take(ctx, s, source, source.Records(ctx), ward.ImportOptions{DryRun: up.Dry, SkipBad: true})
}
