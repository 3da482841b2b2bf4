package postgres

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// hashing is what one password costs: 19 MiB and 2 passes, about 16 ms here.
var hashing = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hashes bounds how many passwords are checked at once, so that a storm of
// sign-ins cannot take the memory.
var hashes = make(chan struct{}, max(2, runtime.NumCPU()))

// nobodysHash makes an unknown account cost as much time as a known one. It is
// the hash of a random value that was thrown away.
const nobodysHash = "$argon2id$v=19$m=19456,t=2,p=1$XTn+kegOFA/Cvf+/Pj/8uQ$FT5oHc/nHmSqizBbveefSS9wsVUqYGInnmkjRGFQW3k"

// accountColumns are the fields of an account with all its grants, those of
// another day too. %s is how many sessions it has, which only the desk asks for.
const accountColumns = `a.id, a.login, a.name, a.disabled, a.demo, a.version, a.epoch, a.must_change, a.totp_confirmed as totp, a.unit, coalesce(a.subject, '') as subject, %s as sessions,
	exists (select from grant_now r join role_rule u on u.role = r.role where r.account = a.id and u.totp) as needs_totp,
	coalesce((select jsonb_agg(jsonb_build_object('role', r.role, 'code', coalesce(g.code, ar.code, ''), 'path', coalesce(g.path, ar.path, '')::text, 'name', coalesce(g.name, ar.name, '全部辖区'),
	    'from', coalesce(lower(r.valid)::text, ''), 'to', coalesce((upper(r.valid) - 1)::text, ''), 'live', r.valid @> today()) order by r.role, coalesce(g.path, ar.path, ''))
	  from grant_role r left join area ar on ar.id = r.area left join grid g on g.id = r.grid where r.account = a.id), '[]') as grants`

// actorColumns are read with every request.
var actorColumns = fmt.Sprintf(accountColumns, "0")

// deskColumns are what the administrator sees.
var deskColumns = fmt.Sprintf(accountColumns, "(select count(*)::int from session o where o.account = a.id and o.expiry > now())")

// NewAccount is an account to be made. A grant names its place by the code of
// an area or a grid; "" is the whole deployment.
type NewAccount struct {
	Login, Name, Password string
	Demo                  bool
	Grants                []NewGrant
}

// NewGrant is one role within the area or grid of that code.
type NewGrant struct {
	Role ward.Role
	Code string
}

// SignIn checks a password. Unknown account, wrong password and disabled
// account answer alike; too many wrong ones make the account or the address wait.
func (db *DB) SignIn(ctx context.Context, login, password, address string) (ward.Account, error) {
	login = strings.ToLower(strings.TrimSpace(login))
	if err := db.throttle(ctx, login, address); err != nil {
		return ward.Account{}, err
	}
	var id int64
	var hash string
	err := db.Pool.QueryRow(ctx, `select id, password from account where login = $1 and not disabled`, login).Scan(&id, &hash)
	if errors.Is(err, pgx.ErrNoRows) {
		hash, err = nobodysHash, nil
	}
	if err != nil {
		return ward.Account{}, fmt.Errorf("looking up an account: %w", err)
	}
	ok, err := comparePassword(ctx, password, hash)
	if err != nil {
		return ward.Account{}, err
	}
	if !ok || id == 0 {
		return ward.Account{}, db.refuseSignIn(ctx, id, login, address)
	}
	account, err := db.Account(ctx, id)
	if err != nil || account.TOTP {
		return account, err // the second step is still to come
	}
	return db.admit(ctx, id, login)
}

// refuseSignIn writes down a wrong password. The audit gets the account when
// there is one, never what was typed, which may be a password in the wrong field.
func (db *DB) refuseSignIn(ctx context.Context, id int64, login, address string) error {
	err := db.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `insert into login_try (login, address) values ($1, $2)`, login, address); err != nil {
			return fmt.Errorf("writing down a failed sign-in: %w", err)
		}
		return writeAct(ctx, tx, act{Operation: "login-refused", Noun: "account", Entity: fmt.Sprint(id)})
	})
	if err != nil {
		return err
	}
	return ward.Errorf(ward.Unauthenticated, "账号或密码不对")
}

// admit lets an account in whose owner has proved to be who they say.
func (db *DB) admit(ctx context.Context, id int64, login string) (a ward.Account, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		if a, err = accountIn(ctx, tx, id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from login_try where login = $1 or at < now() - interval '1 day'`, login); err != nil {
			return fmt.Errorf("clearing failed sign-ins: %w", err)
		}
		return writeAct(ctx, tx, act{Actor: id, Operation: "login", Noun: "account", Entity: fmt.Sprint(id), Path: a.Home()})
	})
	return a, err
}

func (db *DB) throttle(ctx context.Context, login, address string) error {
	var byLogin, byAddress int
	var oldest *time.Time
	err := db.Pool.QueryRow(ctx, `
		select count(*) filter (where login = $1), count(*) filter (where address = $2), min(at) filter (where login = $1)
		from login_try where (login = $1 or address = $2) and at > now() - make_interval(mins => $3)`, login, address, ward.LoginWindow).Scan(&byLogin, &byAddress, &oldest)
	if err != nil {
		return fmt.Errorf("counting failed sign-ins: %w", err)
	}
	if byLogin >= ward.LoginTries || byAddress >= ward.LoginAddressTry {
		return ward.Errorf(ward.TooMany, "密码错误次数过多，请%d分钟后再试", ward.LoginWindow)
	}
	return nil
}

func comparePassword(ctx context.Context, password, hash string) (bool, error) {
	select {
	case hashes <- struct{}{}:
		defer func() { <-hashes }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("checking a password: %w", err)
	}
	return ok, nil
}

// Account reads an account with its grants as they are now; not_found also
// when it is disabled.
func (db *DB) Account(ctx context.Context, id int64) (ward.Account, error) {
	return accountIn(ctx, db.Pool, id)
}

func accountIn(ctx context.Context, q querier, id int64) (ward.Account, error) {
	return one[ward.Account](ctx, q, "账号不存在或已停用", `select `+actorColumns+` from account a where a.id = @id and not a.disabled`, pgx.NamedArgs{"id": id})
}

// CreateAccount makes an account, or gives an existing login these grants and
// this password. It tells the live stream that grants changed.
func (db *DB) CreateAccount(ctx context.Context, s ward.Scope, n NewAccount) (id int64, err error) {
	if utf8.RuneCountInString(n.Password) < ward.PasswordShortest {
		return 0, ward.Errorf(ward.Invalid, "密码至少%d位", ward.PasswordShortest)
	}
	hash, err := argon2id.CreateHash(n.Password, hashing)
	if err != nil {
		return 0, fmt.Errorf("hashing a password: %w", err)
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		var version int64
		if err := tx.QueryRow(ctx, `insert into account (login, name, password, demo) values ($1, $2, $3, $4)
			on conflict (login) do update set name = excluded.name, password = excluded.password, version = account.version + 1, epoch = account.epoch + 1 returning id, version`,
			n.Login, n.Name, hash, n.Demo).Scan(&id, &version); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from grant_role where account = $1`, id); err != nil {
			return err
		}
		for _, g := range n.Grants {
			if err := insertGrant(ctx, tx, id, g); err != nil {
				return err
			}
		}
		if err := appendAudit(ctx, tx, s, "create-account", "account", n.Login, ""); err != nil {
			return err
		}
		return appendGrantEvent(ctx, tx, id, version)
	})
	return id, err
}

func insertGrant(ctx context.Context, tx pgx.Tx, account int64, g NewGrant) error {
	tag, err := tx.Exec(ctx, `
		insert into grant_role (account, role, area, grid)
		select $1, $2, (select id from area where code = $3), (select id from grid where code = $3)
		where $3 = '' or exists (select 1 from area where code = $3) or exists (select 1 from grid where code = $3)`, account, string(g.Role), g.Code)
	if err != nil {
		return err
	}
	if tag.RowsAffected() == 0 {
		return ward.Errorf(ward.NotFound, "没有编码对应的辖区或网格")
	}
	return nil
}

// ChangePassword sets a new password after checking the old one and ends every
// session of the account.
func (db *DB) ChangePassword(ctx context.Context, account int64, old, fresh string) error {
	if utf8.RuneCountInString(fresh) < ward.PasswordShortest {
		return &ward.Error{Code: ward.Invalid, Message: "密码太短", Fields: []ward.FieldError{{Field: "fresh", Message: fmt.Sprintf("密码至少%d位", ward.PasswordShortest)}}}
	}
	var hash string
	if err := db.Pool.QueryRow(ctx, `select password from account where id = $1`, account).Scan(&hash); err != nil {
		return translate(err)
	}
	if ok, err := comparePassword(ctx, old, hash); err != nil || !ok {
		return &ward.Error{Code: ward.Invalid, Message: "原密码不对", Fields: []ward.FieldError{{Field: "old", Message: "原密码不对"}}}
	}
	if old == fresh {
		return &ward.Error{Code: ward.Invalid, Message: "新密码不能与原密码相同", Fields: []ward.FieldError{{Field: "fresh", Message: "请换一个密码"}}}
	}
	sealed, err := argon2id.CreateHash(fresh, hashing)
	if err != nil {
		return fmt.Errorf("hashing a password: %w", err)
	}
	return db.write(ctx, func(tx pgx.Tx) error {
		var version int64
		if err := tx.QueryRow(ctx, `update account set password = $2, must_change = false, version = version + 1, epoch = epoch + 1 where id = $1 returning version`, account, sealed).Scan(&version); err != nil {
			return err
		}
		a, err := accountIn(ctx, tx, account)
		if err != nil {
			return err
		}
		if err := writeAct(ctx, tx, act{Actor: account, Operation: "change-password", Noun: "account", Entity: fmt.Sprint(account), Path: a.Home()}); err != nil {
			return err
		}
		return appendGrantEvent(ctx, tx, account, version)
	})
}

// SignOut tells the live stream to end the connections of the account; those
// of its other sessions come back by themselves.
func (db *DB) SignOut(ctx context.Context, id int64) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		a, err := accountIn(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := writeAct(ctx, tx, act{Actor: id, Operation: "logout", Noun: "account", Entity: fmt.Sprint(id), Path: a.Home()}); err != nil {
			return err
		}
		return appendGrantEvent(ctx, tx, id, a.Version)
	})
}

// appendGrantEvent tells the live stream that the roles, the territory or the
// sessions of an account changed.
func appendGrantEvent(ctx context.Context, tx pgx.Tx, id, version int64) error {
	return appendEvent(ctx, tx, ward.Event{Topic: ward.GrantTopic, Entity: fmt.Sprint(id), Version: version, Paths: []string{""}, Class: ward.Duty})
}
