package pgtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/postgres"
	"wangge/migrations"
)

const (
	databasePrefix = "wangge_test_"
	templatePrefix = "wangge_template_"

	// templateLock is any number nobody else uses on the test server.
	templateLock = 0x77616e676765 // "wangge"
)

// templateName depends on every migration and on how they are filled in.
func templateName() (string, error) {
	sum := sha256.New()
	fmt.Fprintf(sum, "srid %d\n", postgres.MetricSRID)
	err := fs.WalkDir(migrations.Files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(migrations.Files, path)
		fmt.Fprintf(sum, "%s %d\n%s", path, len(text), text)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("reading the migrations: %w", err)
	}
	return templatePrefix + hex.EncodeToString(sum.Sum(nil)[:8]), nil
}

// buildTemplate migrates under another name and renames at the end, so a
// template that is there is whole.
func (s testServer) buildTemplate(ctx context.Context, conn *pgx.Conn, name string) error {
	building := name + "_building"
	for _, statement := range []string{
		fmt.Sprintf("DROP DATABASE IF EXISTS %s WITH (FORCE)", quote(building)),
		fmt.Sprintf("CREATE DATABASE %s", quote(building)),
	} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("making the template: %w", err)
		}
	}
	if err := postgres.Migrate(ctx, s.address(building), postgres.MetricSRID); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, fmt.Sprintf("ALTER DATABASE %s RENAME TO %s", quote(building), quote(name))); err != nil {
		return fmt.Errorf("naming the template: %w", err)
	}
	return nil
}

// sweep drops what killed tests left behind over two hours ago, and all but the
// newest templates: those may be in use by tests of another checkout or branch.
func (s testServer) sweep(ctx context.Context, conn *pgx.Conn) error {
	const keepTemplates = 8
	rows, err := conn.Query(ctx, `
		SELECT datname FROM pg_database
		WHERE substring(datname FROM '^' || $1 || '(\d+)_')::bigint < $2
		UNION ALL
		(SELECT datname FROM pg_database WHERE starts_with(datname, $3) ORDER BY oid DESC OFFSET $4)`,
		databasePrefix, time.Now().Add(-2*time.Hour).Unix(), templatePrefix, keepTemplates)
	if err != nil {
		return fmt.Errorf("looking for leftovers: %w", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("looking for leftovers: %w", err)
	}
	for _, name := range names {
		if err := s.drop(ctx, name); err != nil {
			return err
		}
	}
	return nil
}
