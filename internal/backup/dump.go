package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// dumpDatabase writes the database to a file with pg_dump and says what it held
// at that moment: both see the same snapshot, however much is written meanwhile.
func dumpDatabase(ctx context.Context, address, file string) (m Manifest, err error) {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return m, errors.New("连不上数据库，请检查地址和口令")
	}
	defer conn.Close(context.WithoutCancel(ctx))
	err = pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		var snapshot string
		if err := tx.QueryRow(ctx, `select pg_export_snapshot(), current_setting('server_version_num')::int / 10000`).Scan(&snapshot, &m.Server); err != nil {
			return fmt.Errorf("taking a snapshot: %w", err)
		}
		if err := measure(ctx, tx, &m); err != nil {
			return err
		}
		return run(ctx, m.Server, "pg_dump", address, "--format=custom", "--no-owner", "--no-privileges", "--snapshot="+snapshot, "--file="+file)
	})
	return m, err
}

// querier is a connection or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// measure counts every table and reads where the schema and the audit stand.
func measure(ctx context.Context, q querier, m *Manifest) error {
	rows, err := q.Query(ctx, `
		select c.relname from pg_class c
		where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
		  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e') order by 1`)
	if err != nil {
		return fmt.Errorf("listing tables: %w", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("listing tables: %w", err)
	}
	m.Tables = map[string]int64{}
	for _, name := range names {
		var n int64
		if err := q.QueryRow(ctx, "select count(*) from "+pgx.Identifier{name}.Sanitize()).Scan(&n); err != nil {
			return fmt.Errorf("counting %s: %w", name, err)
		}
		m.Tables[name] = n
	}
	if !slices.Contains(names, "schema_migration") || !slices.Contains(names, "audit_link") {
		return errors.New("这不是本程序的数据库，或还没有升级过（wangge migrate）")
	}
	if err := q.QueryRow(ctx, `select coalesce(max(version_id), 0) from schema_migration`).Scan(&m.Schema); err != nil {
		return fmt.Errorf("reading the schema: %w", err)
	}
	err = q.QueryRow(ctx, `select seq, encode(hash, 'hex') from audit_link order by seq desc limit 1`).Scan(&m.Audit.Seq, &m.Audit.Hash)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("reading the audit: %w", err)
	}
	return nil
}

// run starts a program of PostgreSQL on a database. The password goes through
// its environment: arguments are seen by everybody on the machine.
func run(ctx context.Context, atLeast int, program, address string, args ...string) error {
	path, err := find(ctx, program, atLeast)
	if err != nil {
		return err
	}
	u, err := url.Parse(address)
	if err != nil {
		return errors.New("数据库地址写法不对")
	}
	env := os.Environ()
	if u.User != nil {
		if secret, ok := u.User.Password(); ok {
			env = append(env, "PGPASSWORD="+secret)
		}
		u.User = url.User(u.User.Username())
	}
	q := u.Query()
	for name := range q { // what pgx takes and libpq does not
		if strings.HasPrefix(name, "pool_") || name == "default_query_exec_mode" {
			q.Del(name)
		}
	}
	u.RawQuery = q.Encode()
	cmd := exec.CommandContext(ctx, path, append(args, "--dbname="+u.String())...)
	cmd.Env = append(env, "LC_ALL=C")
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s 失败：%w：%s", program, err, strings.TrimSpace(said.String()[:min(said.Len(), 2000)]))
	}
	return nil
}

// find looks for a program of PostgreSQL that is as new as the server.
func find(ctx context.Context, program string, atLeast int) (string, error) {
	places, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + program) // constant: cannot fail
	if path, err := exec.LookPath(program); err == nil {
		places = append(places, path)
	}
	for _, path := range slices.Backward(places) {
		out, err := exec.CommandContext(ctx, path, "--version").Output()
		if err == nil && major(string(out)) >= atLeast {
			return path, nil
		}
	}
	return "", fmt.Errorf("需要 %s %d 或更新：请安装 postgresql-client-%d", program, atLeast, atLeast)
}

// major reads "pg_dump (PostgreSQL) 15.20 (Debian …)".
func major(said string) int {
	_, after, _ := strings.Cut(said, ") ")
	number, _, _ := strings.Cut(strings.TrimSpace(after), ".")
	n, err := strconv.Atoi(number)
	if err != nil {
		return 0
	}
	return n
}
