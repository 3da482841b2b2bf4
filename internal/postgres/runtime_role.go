package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// GrantRuntime lets the role of the address runtime do what the server does on
// the database of the address owner, and no more: read and write rows, no table
// of its own, nothing in the audit but new rows. It is run after each migration;
// the same role as the owner is left as it is.
func GrantRuntime(ctx context.Context, owner, runtime string) error {
	role, err := pgx.ParseConfig(runtime)
	if err != nil {
		return errors.New("数据库地址写法不对") // the cause holds the address with its password
	}
	conn, err := pgx.Connect(ctx, owner)
	if err != nil {
		return fmt.Errorf("connecting as the owner: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var self string
	if err := conn.QueryRow(ctx, `select current_user`).Scan(&self); err != nil || self == role.User {
		return err
	}
	name := pgx.Identifier{role.User}.Sanitize()
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		// Grants of two programs that start together meet in the same catalogue rows.
		for _, sql := range []string{
			`select pg_advisory_xact_lock(2003137895)`,
			`grant usage on schema public to ` + name,
			`revoke create on schema public from ` + name,
			`grant select, insert, update, delete on all tables in schema public to ` + name,
			`grant usage, select, update on all sequences in schema public to ` + name,
			`grant execute on all functions in schema public to ` + name,
			// Partitions made later, by a function of the owner.
			`alter default privileges in schema public grant select, insert, update, delete on tables to ` + name,
			`alter default privileges in schema public grant usage, select, update on sequences to ` + name,
			`revoke insert, update, delete, truncate on audit, audit_link, audit_pending, schema_migration from ` + name,
			`grant insert on audit to ` + name,
			`revoke update on spatial_ref_sys from ` + name,
		} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return fmt.Errorf("granting to the server's role: %w", err)
			}
		}
		return nil
	})
}

// MakeRuntimeRole makes the role of the address runtime with its password, or
// gives it that password. For private clusters, where the owner is superuser.
func MakeRuntimeRole(ctx context.Context, owner, runtime string) error {
	role, err := pgx.ParseConfig(runtime)
	if err != nil {
		return errors.New("数据库地址写法不对")
	}
	conn, err := pgx.Connect(ctx, owner)
	if err != nil {
		return fmt.Errorf("connecting as the owner: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	name := pgx.Identifier{role.User}.Sanitize()
	if _, err := conn.Exec(ctx, `create role `+name+` login nosuperuser nocreatedb nocreaterole noinherit nobypassrls`); err != nil {
		var known *pgconn.PgError
		if !errors.As(err, &known) || known.Code != "42710" && known.Code != "23505" { // it is there, or being made by another
			return fmt.Errorf("making the server's role: %w", err)
		}
	}
	// A statement takes no parameter here; quoting is the server's own.
	var statement string
	if err := conn.QueryRow(ctx, `select format('alter role %I password %L', $1::text, $2::text)`, role.User, role.Password).Scan(&statement); err != nil {
		return fmt.Errorf("quoting the server's role: %w", err)
	}
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("setting the password of the server's role: %w", err)
	}
	return nil
}
