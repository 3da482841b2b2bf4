package postgres

import (
	"context"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
	"wangge/migrations"
)

// NewestSchema is the number of the newest migration this program knows.
func NewestSchema() (newest int64) {
	names, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil { // the pattern is constant
		panic("postgres: listing migrations: " + err.Error())
	}
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			newest = max(newest, n)
		}
	}
	return newest
}

// Restored ends what a database brought along that was put in the place of
// another: every client takes a fresh snapshot, every session is over (one that
// was ended since the backup would live again), and the audit says it.
func (db *DB) Restored(ctx context.Context, at time.Time) error {
	if err := db.NewEpoch(ctx); err != nil {
		return err
	}
	return db.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `delete from session`); err != nil {
			return fmt.Errorf("ending the sessions of a backup: %w", err)
		}
		return appendAudit(ctx, tx, ward.System(""), "restore-backup", "backup", at.UTC().Format(time.RFC3339), "")
	})
}
