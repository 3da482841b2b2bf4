package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// accountLock is held by whoever changes accounts: two administrators who
// disable each other must not both succeed.
const accountLock = 0x77616363 // "wacc"

// accounts are those with a grant in the territory; without any grant they are
// seen by whoever has the whole deployment.
var accounts = noun[ward.Account]{
	absent: "没有这个账号，或不在您的辖区内",
	key:    func(a ward.Account) int64 { return a.ID }, columns: deskColumns, from: "account a", id: "a.id",
	within: `('' = any(@scope::text[]) or exists (select 1 from grant_role r left join area ar on ar.id = r.area left join grid g on g.id = r.grid where r.account = a.id and coalesce(g.path, ar.path, '') <@ any(@scope::ltree[])))`,
	kind:   "(select r.role from grant_role r where r.account = a.id and r.role = @kind limit 1)",
	area:   `exists (select 1 from grant_role r left join area ar on ar.id = r.area left join grid g on g.id = r.grid where r.account = a.id and coalesce(g.path, ar.path, '') <@ (select path from area where id = @area))`,
	words:  "(a.login || ' ' || a.name)",
}

// Accounts lists the accounts with a grant in the scope.
func (db *DB) Accounts(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Account], error) {
	return accounts.find(ctx, db.Pool, s, f)
}

// AccountCard reads one account of the scope, a disabled one too.
func (db *DB) AccountCard(ctx context.Context, s ward.Scope, id int64) (ward.Account, error) {
	return accounts.get(ctx, db.Pool, s, id)
}

// keep runs fn on an account within the scope while nobody else changes
// accounts, tells the live stream, and reads the account again.
func (db *DB) keep(ctx context.Context, s ward.Scope, key uuid.UUID, id int64, operation string, request []byte, fn func(tx pgx.Tx, a ward.Account) error) (a ward.Account, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		_, err := command(ctx, tx, key, s.Actor(), request, func() (int64, error) {
			if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1)`, accountLock); err != nil {
				return id, err
			}
			now, err := accounts.get(ctx, tx, s, id)
			if err != nil {
				return id, err
			}
			if err := fn(tx, now); err != nil {
				return id, err
			}
			after, err := accounts.get(ctx, tx, ward.System(""), id)
			if err != nil {
				return id, err
			}
			if err := appendAuditAt(ctx, tx, s, after.Home(), operation, "account", fmt.Sprint(id), ""); err != nil {
				return id, err
			}
			return id, appendGrantEvent(ctx, tx, id, after.Version)
		})
		if err != nil {
			return err
		}
		a, err = accounts.get(ctx, tx, ward.System(""), id)
		return err
	})
	return a, err
}

// OpenAccount makes an account with a one-time password.
func (db *DB) OpenAccount(ctx context.Context, s ward.Scope, key uuid.UUID, d ward.AccountDraft) (out ward.AccountSecret, err error) {
	d.Login, d.Name, d.Unit = strings.ToLower(strings.TrimSpace(d.Login)), strings.TrimSpace(d.Name), strings.TrimSpace(d.Unit)
	if err := d.Validate(); err != nil {
		return out, err
	}
	if len(d.Grants) == 0 && !s.Covers("") {
		return out, ward.Errorf(ward.Invalid, "请至少授予一个角色")
	}
	password, hash, err := oneTimePassword()
	if err != nil {
		return out, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		id, err := command(ctx, tx, key, s.Actor(), digest("create-account", d), func() (id int64, err error) {
			out.Password = password
			if err := tx.QueryRow(ctx, `insert into account (login, name, password, must_change, subject, unit) values ($1, $2, $3, true, nullif($4, ''), $5) returning id`, d.Login, d.Name, hash, d.Subject, d.Unit).Scan(&id); err != nil {
				return id, err
			}
			if err := putGrants(ctx, tx, s, id, d.Grants); err != nil {
				return id, err
			}
			a, err := accounts.get(ctx, tx, ward.System(""), id)
			if err != nil {
				return id, err
			}
			return id, appendAuditAt(ctx, tx, s, a.Home(), "create-account", "account", fmt.Sprint(id), "")
		})
		if err != nil {
			return err
		}
		out.Account, err = accounts.get(ctx, tx, s, id)
		return err
	})
	if err != nil {
		return ward.AccountSecret{}, err
	}
	return out, nil
}

// ChangeAccount amends an account if the caller saw its present version.
func (db *DB) ChangeAccount(ctx context.Context, s ward.Scope, key uuid.UUID, id int64, ch ward.AccountChange) (ward.Account, error) {
	if err := ch.Validate(); err != nil {
		return ward.Account{}, err
	}
	return db.keep(ctx, s, key, id, "change-account", digest("change-account", id, ch), func(tx pgx.Tx, now ward.Account) error {
		if now.Version != ch.Version {
			return &ward.Error{Code: ward.Stale, Message: "这个账号已被他人修改，请看最新内容后再改", Current: now}
		}
		// The unit says which incidents one handles, wherever they are.
		if (ch.Disabled != nil || ch.Subject != nil || ch.Unit != nil) && !now.KeptBy(s) {
			return beyond()
		}
		if ch.Disabled != nil && *ch.Disabled && id == s.Actor() {
			return ward.Errorf(ward.Conflict, "不能停用自己的账号，请由另一名管理员操作")
		}
		if _, err := tx.Exec(ctx, `
			update account set name = coalesce($2, name), disabled = coalesce($3, disabled), subject = case when $4::text is null then subject else nullif($4, '') end, unit = coalesce($5, unit),
			  epoch = epoch + case when $3 then 1 else 0 end, version = version + 1 where id = $1`, id, ch.Name, ch.Disabled, ch.Subject, ch.Unit); err != nil {
			return err
		}
		if ch.Grants != nil {
			if err := putGrants(ctx, tx, s, id, *ch.Grants); err != nil {
				return err
			}
		}
		return lastAdmin(ctx, tx)
	})
}

func beyond() error {
	return ward.Errorf(ward.Forbidden, "这个账号还有您辖区以外的权限，请由上级管理员操作")
}

// putGrants replaces the grants of an account within the scope.
func putGrants(ctx context.Context, tx pgx.Tx, s ward.Scope, id int64, grants []ward.GrantDraft) error {
	if _, err := tx.Exec(ctx, `
		delete from grant_role r using (select r.ctid from grant_role r left join area ar on ar.id = r.area left join grid g on g.id = r.grid
		  where r.account = $1 and coalesce(g.path, ar.path, '') <@ any($2::ltree[])) old where r.ctid = old.ctid`, id, s.Paths()); err != nil {
		return err
	}
	for i, g := range grants {
		var path *string
		if err := tx.QueryRow(ctx, `select case when $1 = '' then '' else coalesce((select path::text from area where code = $1), (select path::text from grid where code = $1)) end`, g.Code).Scan(&path); err != nil {
			return err
		}
		if path == nil || !s.Covers(*path) {
			return &ward.Error{Code: ward.NotFound, Message: "只能授予自己辖区内的权限：没有这个辖区，或不在您的辖区内", Fields: []ward.FieldError{{Field: fmt.Sprintf("grants[%d]", i), Message: "没有这个辖区，或不在您的辖区内"}}}
		}
		if _, err := tx.Exec(ctx, `
			insert into grant_role (account, role, area, grid, valid)
			select $1, $2, (select id from area where code = $3), (select id from grid where code = $3), daterange(coalesce(nullif($4, '')::date, today()), nullif($5, '')::date, '[]')`,
			id, string(g.Role), g.Code, g.From, g.To); err != nil {
			return err
		}
	}
	return nil
}

// lastAdmin refuses a change after which nobody could administer the whole
// deployment any more.
func lastAdmin(ctx context.Context, tx pgx.Tx) error {
	var left bool
	if err := tx.QueryRow(ctx, `select exists (select from grant_role r join account a on a.id = r.account
		where r.role = 'admin' and r.area is null and r.grid is null and r.valid @> today() and upper_inf(r.valid) and not a.disabled)`).Scan(&left); err != nil {
		return err
	}
	if !left {
		return ward.Errorf(ward.Conflict, "这是最后一名全辖区管理员，须先指定另一名长期有效的管理员")
	}
	return nil
}

// RoleRules lists every role that people hold with what it asks for.
func (db *DB) RoleRules(ctx context.Context, _ ward.Scope) ([]ward.RoleRule, error) {
	asked, err := many[ward.RoleRule](ctx, db.Pool, `select role, totp from role_rule where totp`, nil)
	if err != nil {
		return nil, err
	}
	rules := []ward.RoleRule{}
	for _, role := range ward.AllRoles() {
		if role == ward.Wall {
			continue // a screen has nobody to type a code
		}
		rule := ward.RoleRule{Role: role}
		for _, a := range asked {
			rule.TOTP = rule.TOTP || a.Role == role
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

// ChangeRoleRule changes what a role asks for, everywhere.
func (db *DB) ChangeRoleRule(ctx context.Context, s ward.Scope, r ward.RoleRule) error {
	if !s.Covers("") {
		return ward.Errorf(ward.Forbidden, "角色要求对全部辖区有效，请由全辖区管理员设置")
	}
	if r.TOTP && len(db.Keys.ids) == 0 {
		return noKey()
	}
	return db.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `insert into role_rule (role, totp) values ($1, $2) on conflict (role) do update set totp = excluded.totp`, string(r.Role), r.TOTP); err != nil {
			return err
		}
		return appendAuditAt(ctx, tx, s, "", "change-role-rule", "role", string(r.Role), "")
	})
}

// TurnGrants tells the live stream of accounts whose grants begin or end today,
// so that nobody goes on hearing what ended at midnight.
func (db *DB) TurnGrants(ctx context.Context) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select distinct a.id, a.version from grant_role r join account a on a.id = r.account where lower(r.valid) = today() or upper(r.valid) = today() limit 1000`)
		if err != nil {
			return err
		}
		turned, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct{ ID, Version int64 }])
		if err != nil {
			return err
		}
		for _, a := range turned {
			if err := appendGrantEvent(ctx, tx, a.ID, a.Version); err != nil {
				return err
			}
		}
		return nil
	})
}
