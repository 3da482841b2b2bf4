package postgres

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"strconv"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

const (
	screenColumns = `sc.id, sc.name, a.name as place, coalesce(by.name, '') as paired_by, sc.paired_at, sc.seen_at, sc.version, sc.scene, sc.touring, sc.turn, sc.sound, sc.brightness`
	screenFrom    = `screen sc join area a on a.id = sc.area left join account by on by.id = sc.paired_by`
	screenAbsent  = "没有这块大屏，或不在您的辖区内"
)

var screens = noun[ward.Screen]{
	absent: screenAbsent, key: func(s ward.Screen) int64 { return s.ID }, columns: screenColumns, from: screenFrom, id: "sc.id",
	within: `sc.revoked_at is null and a.path <@ any(@scope::ltree[])`, words: "sc.name",
}

// BeginPairing makes a code, see ward.Screens.
func (db *DB) BeginPairing(ctx context.Context, token [32]byte, address string) (code ward.ScreenCode, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		// One at a time, so that the limits hold.
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtext('screen_code'))`); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from screen_code where expires_at < now()`); err != nil {
			return err
		}
		var own, all int
		if err := tx.QueryRow(ctx, `select count(*) filter (where address = $1), count(*) from screen_code`, address).Scan(&own, &all); err != nil {
			return err
		}
		if own >= ward.ScreenCodesWaiting || all >= ward.ScreenCodesInAll {
			return ward.Errorf(ward.TooMany, "等待配对的大屏太多，请%d分钟后再试", int(ward.ScreenCodeLife.Minutes()))
		}
		for {
			n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
			if err != nil {
				return fmt.Errorf("drawing a code: %w", err)
			}
			code, err = one[ward.ScreenCode](ctx, tx, "taken", `
				insert into screen_code (code, token, address, expires_at) values (@code, @token, @address, now() + make_interval(secs => @life))
				on conflict (code) do nothing returning code, expires_at`,
				pgx.NamedArgs{"code": fmt.Sprintf("%06d", n), "token": token[:], "address": address, "life": ward.ScreenCodeLife.Seconds()})
			if ward.ErrorCode(err) != ward.NotFound {
				return err
			}
		}
	})
	return code, err
}

// ScreenAccount is who a paired screen acts as. It notes, at most once a
// minute, that the screen was there.
func (db *DB) ScreenAccount(ctx context.Context, token [32]byte) (ward.Account, error) {
	type seen struct {
		ID, Account int64
		Long        bool
	}
	sc, err := one[seen](ctx, db.Pool, screenAbsent, `
		select id, account, coalesce(seen_at < now() - interval '1 minute', true) as long from screen where token = @token and revoked_at is null`,
		pgx.NamedArgs{"token": token[:]})
	if err != nil {
		return ward.Account{}, err
	}
	if sc.Long {
		if _, err := db.Pool.Exec(ctx, `update screen set seen_at = now() where id = $1`, sc.ID); err != nil {
			return ward.Account{}, fmt.Errorf("noting a screen: %w", err)
		}
	}
	return db.Account(ctx, sc.Account)
}

// PairScreen lets the wall with the code in, see ward.Screens.
func (db *DB) PairScreen(ctx context.Context, s ward.Scope, d ward.ScreenDraft) (screen ward.Screen, err error) {
	if err := d.Validate(); err != nil {
		return screen, err
	}
	tries := "screen:" + strconv.FormatInt(s.Actor(), 10)
	var wrong int
	if err := db.Pool.QueryRow(ctx, `select count(*) from login_try where login = $1 and at > now() - make_interval(mins => $2)`, tries, ward.LoginWindow).Scan(&wrong); err != nil {
		return screen, fmt.Errorf("counting wrong codes: %w", err)
	}
	if wrong >= ward.ScreenTries {
		return screen, ward.Errorf(ward.TooMany, "配对码错误次数过多，请%d分钟后再试", ward.LoginWindow)
	}
	missed := false
	err = db.write(ctx, func(tx pgx.Tx) error {
		id, hit, err := pairScreen(ctx, tx, s, d)
		if err != nil {
			return err
		}
		if missed = !hit; missed {
			_, err := tx.Exec(ctx, `insert into login_try (login, address) values ($1, '')`, tries)
			return err
		}
		screen, err = screens.get(ctx, tx, s, id)
		return err
	})
	if err == nil && missed {
		err = &ward.Error{Code: ward.Invalid, Message: "配对码不对或已过期", Fields: []ward.FieldError{{Field: "code", Message: "配对码不对或已过期，请看大屏上现在的六位数字"}}}
	}
	return screen, err
}

// pairScreen takes the code and makes the screen with an account of its own;
// hit is false when there is no such code.
func pairScreen(ctx context.Context, tx pgx.Tx, s ward.Scope, d ward.ScreenDraft) (id int64, hit bool, err error) {
	var path string
	err = tx.QueryRow(ctx, `select path::text from area where id = $1 and level in ('street', 'community') and path <@ any($2::text[]::ltree[])`, d.Area, s.Paths()).Scan(&path)
	if err != nil {
		return 0, false, err
	}
	var token []byte
	err = tx.QueryRow(ctx, `delete from screen_code where code = $1 and expires_at > now() returning token`, d.Code).Scan(&token)
	if err == pgx.ErrNoRows {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	if err := tx.QueryRow(ctx, `
		with number as (select nextval(pg_get_serial_sequence('screen', 'id')) as id),
		who as (insert into account (login, name, password) select 'screen-' || id, $1, $2 from number returning id),
		may as (insert into grant_role (account, role, area) select who.id, 'wall', $3 from who)
		insert into screen (id, account, area, name, token, paired_by) overriding system value
		select number.id, who.id, $3, $1, $4, $5 from number, who returning id`,
		d.Name, nobodysHash, d.Area, token, s.Actor()).Scan(&id); err != nil {
		return 0, false, err
	}
	return id, true, appendAuditAt(ctx, tx, s, path, "pair-screen", "screen", strconv.FormatInt(id, 10), "")
}

// Screens lists the screens in use within the scope.
func (db *DB) Screens(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Screen], error) {
	return screens.find(ctx, db.Pool, s, f)
}

// OwnScreen is the screen behind an account.
func (db *DB) OwnScreen(ctx context.Context, account int64) (ward.Screen, error) {
	return one[ward.Screen](ctx, db.Pool, "这个账号不是配对的大屏", `select `+screenColumns+` from `+screenFrom+` where sc.account = @account and sc.revoked_at is null`, pgx.NamedArgs{"account": account})
}

// RevokeScreen ends a screen: its token, its account and its live connection.
func (db *DB) RevokeScreen(ctx context.Context, s ward.Scope, id int64) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		type ended struct {
			Account, Version int64
			Path             string
		}
		e, err := one[ended](ctx, tx, screenAbsent, `
			with sc as (update screen sc set revoked_at = now(), revoked_by = @actor from area a
			  where sc.id = @id and a.id = sc.area and sc.revoked_at is null and a.path <@ any(@scope::ltree[]) returning sc.account, a.path)
			update account x set disabled = true, version = x.version + 1 from sc where x.id = sc.account returning x.id as account, x.version, sc.path::text as path`,
			pgx.NamedArgs{"id": id, "actor": s.Actor(), "scope": s.Paths()})
		if err != nil {
			return err
		}
		if err := appendAuditAt(ctx, tx, s, e.Path, "revoke-screen", "screen", strconv.FormatInt(id, 10), ""); err != nil {
			return err
		}
		return appendGrantEvent(ctx, tx, e.Account, e.Version)
	})
}

// SteerScreen is one press on the remote control.
func (db *DB) SteerScreen(ctx context.Context, s ward.Scope, id int64, st ward.ScreenSteer) (screen ward.Screen, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		var path string
		if err := tx.QueryRow(ctx, `select a.path::text from screen sc join area a on a.id = sc.area where sc.id = $1 for update of sc`, id).Scan(&path); err != nil && err != pgx.ErrNoRows {
			return err
		}
		now, err := screens.get(ctx, tx, s, id)
		if err != nil {
			return err
		}
		now.ScreenRemote = st.Apply(now.ScreenRemote)
		screen = now
		if _, err := tx.Exec(ctx, `update screen set version = $2, scene = $3, touring = $4, turn = $5, sound = $6, brightness = $7 where id = $1`,
			id, now.Version, now.Scene, now.Touring, now.Turn, now.Sound, now.Brightness); err != nil {
			return err
		}
		if err := appendAuditAt(ctx, tx, s, path, "steer-screen", "screen", strconv.FormatInt(id, 10), ""); err != nil {
			return err
		}
		return appendEvent(ctx, tx, ward.Event{Topic: "screen", Entity: strconv.FormatInt(id, 10), Version: now.Version, Paths: []string{path}, Class: ward.Public, Body: now.ScreenRemote})
	})
	return screen, err
}
