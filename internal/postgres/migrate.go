package postgres

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"wangge/migrations"
)

// MetricSRID is the projected system of a deployment that names none:
// CGCS2000 / 3-degree Gauss-Kruger CM 120E, metres, right for Zhejiang and
// Shanghai.
const MetricSRID = 4549

// A migration waits this long for the lock of a table and then fails, rather
// than letting every reader queue up behind it.
const migrationLockTimeout = 10 * time.Second

// Migrate brings the database at dsn to the newest schema, forward only. Two
// programs that start together wait for each other by an advisory lock. srid is
// the metric system (EPSG number, projected, metres) and is fixed with the
// first migration: another one later is an error.
func Migrate(ctx context.Context, dsn string, srid int) error {
	db, err := openForMigration(dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	if err != nil {
		return fmt.Errorf("making the migration lock: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db,
		filledFS{migrations.Files, map[string]string{"WANGGE_METRIC_SRID": strconv.Itoa(srid)}},
		goose.WithSessionLocker(locker),
		goose.WithDisableGlobalRegistry(true),
		goose.WithTableName("schema_migration"))
	if err != nil {
		return fmt.Errorf("reading the migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrating: %w", err)
	}
	return checkMetricSRID(ctx, db, srid)
}

func openForMigration(dsn string) (*sql.DB, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("reading the database address: %w", err)
	}
	cfg.RuntimeParams["lock_timeout"] = strconv.FormatInt(migrationLockTimeout.Milliseconds(), 10)
	cfg.RuntimeParams["application_name"] = "wangge migrate"
	return stdlib.OpenDB(*cfg), nil
}

func checkMetricSRID(ctx context.Context, db *sql.DB, want int) error {
	var have int
	if err := db.QueryRowContext(ctx, "SELECT metric_srid()").Scan(&have); err != nil {
		return fmt.Errorf("reading the metric SRID: %w", err)
	}
	if have != want {
		return fmt.Errorf("数据库建库时使用的米制坐标系是 EPSG:%d，与设置 WANGGE_METRIC_SRID=%d 不一致；建库后不能更改", have, want)
	}
	return nil
}

// filledFS is a file system whose files have ${NAME} replaced. goose could do
// this itself (-- +goose ENVSUB ON), but it reads the process environment and
// also rewrites every other $ of the file, $$ and $1 of function bodies
// included. So the values come in here, and ENVSUB lines are dropped: a
// migration may carry them or not.
type filledFS struct {
	fs.FS
	values map[string]string
}

// Open returns the file name with its values filled in.
func (f filledFS) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil || info.IsDir() {
		return file, err
	}
	defer file.Close()
	text, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	text = fill(text, f.values)
	return &filledFile{Reader: bytes.NewReader(text), info: sizedInfo{info, int64(len(text))}}, nil
}

func fill(text []byte, values map[string]string) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(text) {
		if bytes.HasPrefix(bytes.TrimSpace(line), []byte("-- +goose ENVSUB")) {
			continue
		}
		for name, value := range values {
			line = bytes.ReplaceAll(line, []byte("${"+name+"}"), []byte(value))
		}
		out.Write(line)
	}
	return out.Bytes()
}

type filledFile struct {
	*bytes.Reader
	info fs.FileInfo
}

func (f *filledFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *filledFile) Close() error               { return nil }

type sizedInfo struct {
	fs.FileInfo
	size int64
}

func (i sizedInfo) Size() int64 { return i.size }
