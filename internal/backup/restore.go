package backup

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Load makes the database name beside the one at address, of the dump in the
// unpacked folder dir, and compares it with the manifest. It returns its address.
func Load(ctx context.Context, address, name, dir string, m Manifest) (string, error) {
	err := beside(ctx, address, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "create database "+pgx.Identifier{name}.Sanitize()+" template template0 encoding 'UTF8'")
		return err
	})
	if err != nil {
		return "", fmt.Errorf("无法新建数据库（数据库用户需要 CREATEDB 权限）：%w", err)
	}
	at := named(address, name)
	err = run(ctx, m.Server, "pg_restore", at, "--no-owner", "--no-privileges", "--exit-on-error", "--jobs=2", filepath.Join(dir, dumpName))
	if err == nil {
		err = Compare(ctx, at, m)
	}
	if err != nil {
		return "", errors.Join(err, Drop(context.WithoutCancel(ctx), address, name))
	}
	return at, nil
}

// Compare counts the tables of a database and holds them, and the end of the
// audit, against the manifest.
func Compare(ctx context.Context, address string, m Manifest) error {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return fmt.Errorf("connecting to the restored database: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var have Manifest
	if err := measure(ctx, conn, &have); err != nil {
		return err
	}
	var wrong []string
	for name, n := range m.Tables {
		if got, ok := have.Tables[name]; !ok || got != n {
			wrong = append(wrong, fmt.Sprintf("%s 应有%d行，实有%d行", name, n, got))
		}
	}
	if have.Audit != m.Audit {
		wrong = append(wrong, "审计链的末环不同")
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		return errors.New("恢复的数据与备份清单不符：" + strings.Join(wrong[:min(len(wrong), 10)], "；"))
	}
	return nil
}

// Drop removes a database that nobody needs.
func Drop(ctx context.Context, address, name string) error {
	return beside(ctx, address, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "drop database if exists "+pgx.Identifier{name}.Sanitize()+" with (force)")
		return err
	})
}

// Swap puts the database fresh in the place of the one at address, which is kept
// under the name it returns. While programs are connected it refuses, unless
// force is set: then their connections are ended.
func Swap(ctx context.Context, address, fresh string, at time.Time, force bool) (kept string, err error) {
	now, err := NameOf(address)
	if err != nil {
		return "", err
	}
	kept = now + "_before_" + at.Format("20060102_150405")
	err = beside(ctx, address, func(conn *pgx.Conn) error {
		quoted, aside := pgx.Identifier{now}.Sanitize(), pgx.Identifier{kept}.Sanitize()
		var there, busy int
		if err := conn.QueryRow(ctx, `select (select count(*) from pg_database where datname = $1), (select count(*) from pg_stat_activity where datname = $1)`, now).Scan(&there, &busy); err != nil {
			return err
		}
		if busy > 0 && !force {
			return fmt.Errorf("还有%d个连接在用数据库 %s：请先停止服务，或加 -force 断开它们", busy, now)
		}
		if there > 0 {
			for _, sql := range []string{
				"alter database " + quoted + " with allow_connections false",
				"select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + strings.ReplaceAll(now, "'", "''") + "'",
				"alter database " + quoted + " rename to " + aside,
				"alter database " + aside + " with allow_connections true",
			} {
				if err := retry(ctx, conn, sql); err != nil {
					_, back := conn.Exec(ctx, "alter database "+quoted+" with allow_connections true")
					return errors.Join(err, back)
				}
			}
		}
		if err := retry(ctx, conn, "alter database "+pgx.Identifier{fresh}.Sanitize()+" rename to "+quoted); err != nil {
			if there > 0 {
				err = errors.Join(err, retry(ctx, conn, "alter database "+aside+" rename to "+quoted))
			}
			return err
		}
		if there == 0 {
			kept = ""
		}
		return nil
	})
	return kept, err
}

// retry gives connections that were just ended a moment to be gone.
func retry(ctx context.Context, conn *pgx.Conn, sql string) error {
	for try := 0; ; try++ {
		_, err := conn.Exec(ctx, sql)
		if err == nil || try == 20 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// Files puts the files of the unpacked folder dir where they are not yet; what is
// there is never changed. It returns how many came.
func Files(dir, to string) (came int, err error) {
	from := filepath.Join(dir, strings.TrimSuffix(filesName, "/"))
	err = filepath.WalkDir(from, func(path string, e os.DirEntry, err error) error {
		if errors.Is(err, os.ErrNotExist) && path == from {
			return filepath.SkipAll
		}
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, name)
		if _, err := os.Stat(target); err == nil {
			return nil
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return err
		}
		came++
		return move(path, target)
	})
	if err != nil {
		return came, fmt.Errorf("无法放回照片：%w", err)
	}
	return came, nil
}

// move renames, or copies where the folder lies on another disk.
func move(from, to string) error {
	if os.Rename(from, to) == nil {
		return nil
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	part := filepath.Join(filepath.Dir(to), "part-"+filepath.Base(to))
	if err := os.WriteFile(part, text, 0o600); err != nil {
		return err
	}
	return os.Rename(part, to)
}

// NameOf is the database an address names.
func NameOf(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || len(u.Path) < 2 {
		return "", errors.New("数据库地址里没有库名")
	}
	return strings.TrimPrefix(u.Path, "/"), nil
}

func named(address, name string) string {
	u, err := url.Parse(address)
	if err != nil { // it was used to connect
		panic("backup: an address that connects cannot be read")
	}
	u.Path = "/" + name
	return u.String()
}

// beside connects to the server's own database, where databases are made and
// renamed.
func beside(ctx context.Context, address string, do func(*pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, named(address, "postgres"))
	if err != nil {
		return errors.New("连不上数据库，请检查地址和口令")
	}
	return errors.Join(do(conn), conn.Close(context.WithoutCancel(ctx)))
}
