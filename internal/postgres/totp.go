package postgres

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/jackc/pgx/v5"
	"github.com/pquerna/otp/totp"

	"wangge/internal/ward"
)

// The second factor is RFC 6238 with what every app assumes: SHA-1, six digits,
// 30 seconds, one step of slack on either side.
const (
	totpPeriod = 30 // seconds
	totpSlack  = 1  // steps
	totpIssuer = "wangge"
)

// totpPlace binds a sealed secret to its row.
func totpPlace(account int64) string { return fmt.Sprintf("account.totp/%d", account) }

func noKey() error {
	return ward.Errorf(ward.Invalid, "服务没有设置密钥，不能启用动态口令；请管理员设置 WANGGE_KEYS")
}

// BeginTOTP makes a secret; what was enrolled before stays until ConfirmTOTP.
func (db *DB) BeginTOTP(ctx context.Context, account int64) (e ward.Enrolment, err error) {
	if len(db.Keys.ids) == 0 {
		return e, noKey()
	}
	a, err := db.Account(ctx, account)
	if err != nil {
		return e, err
	}
	if a.TOTP {
		return e, ward.Errorf(ward.Conflict, "已启用动态口令；要更换请先停用")
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: totpIssuer, AccountName: a.Login, Rand: rand.Reader})
	if err != nil {
		return e, fmt.Errorf("making a secret: %w", err)
	}
	sealed, err := db.Keys.Seal(totpPlace(account), key.Secret())
	if err != nil {
		return e, err
	}
	e = ward.Enrolment{Secret: key.Secret(), URL: key.URL()}
	if e.QR, err = qrCode(key.URL()); err != nil {
		return e, err
	}
	return e, db.write(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `update account set totp_sealed = $2, totp_step = 0 where id = $1 and not totp_confirmed`, account, sealed); err != nil {
			return err
		}
		return writeAct(ctx, tx, act{Actor: account, Operation: "begin-totp", Noun: "account", Entity: fmt.Sprint(account), Path: a.Home()})
	})
}

// qrCode is a text as the modules of a QR code, row by row.
func qrCode(text string) ([]string, error) {
	code, err := qr.Encode(text, qr.M, qr.Unicode)
	if err != nil {
		return nil, fmt.Errorf("making a QR code: %w", err)
	}
	box := code.Bounds()
	rows := make([]string, box.Dy())
	for y := range rows {
		var row strings.Builder
		for x := range box.Dx() {
			if r, _, _, _ := code.At(box.Min.X+x, box.Min.Y+y).RGBA(); r == 0 {
				row.WriteByte('1')
			} else {
				row.WriteByte('0')
			}
		}
		rows[y] = row.String()
	}
	return rows, nil
}

// ConfirmTOTP turns the second factor on once a code proves that the app has
// the secret, and gives out the recovery codes, this once.
func (db *DB) ConfirmTOTP(ctx context.Context, account int64, code string) (codes []string, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		a, err := accountIn(ctx, tx, account)
		if err != nil {
			return err
		}
		if a.TOTP {
			return ward.Errorf(ward.Conflict, "已启用动态口令")
		}
		if ok, err := db.useCode(ctx, tx, account, code); err != nil || !ok {
			return codeTrouble(err)
		}
		if _, err := tx.Exec(ctx, `update account set totp_confirmed = true, version = version + 1 where id = $1`, account); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from recovery_code where account = $1`, account); err != nil {
			return err
		}
		codes = codes[:0]
		for range ward.RecoveryCodes {
			text := strings.ToLower(rand.Text()[:16]) // 80 bits
			if _, err := tx.Exec(ctx, `insert into recovery_code (account, hash) values ($1, $2)`, account, recoveryHash(text)); err != nil {
				return err
			}
			codes = append(codes, text[:4]+"-"+text[4:8]+"-"+text[8:12]+"-"+text[12:])
		}
		return writeAct(ctx, tx, act{Actor: account, Operation: "confirm-totp", Noun: "account", Entity: fmt.Sprint(account), Path: a.Home()})
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// DropTOTP takes the second factor away after the password was said again.
func (db *DB) DropTOTP(ctx context.Context, account int64, password string) error {
	var hash string
	if err := db.Pool.QueryRow(ctx, `select password from account where id = $1`, account).Scan(&hash); err != nil {
		return translate(err)
	}
	if ok, err := comparePassword(ctx, password, hash); err != nil || !ok {
		return &ward.Error{Code: ward.Invalid, Message: "密码不对", Fields: []ward.FieldError{{Field: "password", Message: "密码不对"}}}
	}
	return db.write(ctx, func(tx pgx.Tx) error {
		a, err := accountIn(ctx, tx, account)
		if err != nil {
			return err
		}
		if a.NeedsTOTP {
			return ward.Errorf(ward.Conflict, "您的角色必须使用动态口令，不能停用")
		}
		if err := clearTOTP(ctx, tx, account); err != nil {
			return err
		}
		return writeAct(ctx, tx, act{Actor: account, Operation: "drop-totp", Noun: "account", Entity: fmt.Sprint(account), Path: a.Home()})
	})
}

func clearTOTP(ctx context.Context, tx pgx.Tx, account int64) error {
	if _, err := tx.Exec(ctx, `update account set totp_sealed = null, totp_confirmed = false, totp_step = 0, epoch = epoch + 1, version = version + 1 where id = $1`, account); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `delete from recovery_code where account = $1`, account)
	return err
}

// SignInCode is the second step of signing in. Wrong codes count like wrong
// passwords.
func (db *DB) SignInCode(ctx context.Context, id int64, code, address string) (ward.Account, error) {
	a, err := db.Account(ctx, id)
	if err != nil {
		return a, err
	}
	if err := db.throttle(ctx, a.Login, address); err != nil {
		return ward.Account{}, err
	}
	used := false
	err = db.write(ctx, func(tx pgx.Tx) (err error) {
		if used, err = db.useCode(ctx, tx, id, code); err != nil || used {
			return err
		}
		tag, err := tx.Exec(ctx, `delete from recovery_code where account = $1 and hash = $2`, id, recoveryHash(code))
		used = err == nil && tag.RowsAffected() == 1
		return err
	})
	if err != nil {
		return ward.Account{}, err
	}
	if !used {
		if err := db.refuseSignIn(ctx, id, a.Login, address); ward.ErrorCode(err) != ward.Unauthenticated {
			return ward.Account{}, err
		}
		return ward.Account{}, ward.Errorf(ward.Unauthenticated, "动态口令不对或已用过，请输入最新的6位数字")
	}
	return db.admit(ctx, id, a.Login)
}

// SignInSubject lets in whom the identity provider vouches for. A one-time
// password that was never changed is void from then on, so that nobody else can
// come with it.
func (db *DB) SignInSubject(ctx context.Context, subject string) (ward.Account, error) {
	var id int64
	var login string
	err := db.Pool.QueryRow(ctx, `select id, login from account where subject = $1 and not disabled`, subject).Scan(&id, &login)
	if err == pgx.ErrNoRows {
		if err := db.write(ctx, func(tx pgx.Tx) error {
			return writeAct(ctx, tx, act{Operation: "login-refused", Noun: "account", Entity: "0"})
		}); err != nil {
			return ward.Account{}, err
		}
		return ward.Account{}, ward.Errorf(ward.Forbidden, "统一身份认证通过，但没有关联的账号，请联系管理员关联")
	}
	if err != nil {
		return ward.Account{}, fmt.Errorf("looking up a subject: %w", err)
	}
	if _, err := db.Pool.Exec(ctx, `update account set must_change = false, password = $2 where id = $1 and must_change`, id, nobodysHash); err != nil {
		return ward.Account{}, fmt.Errorf("voiding a one-time password: %w", err)
	}
	account, err := db.Account(ctx, id)
	if err != nil || account.TOTP {
		return account, err // the second step is still to come
	}
	return db.admit(ctx, id, login)
}

// useCode accepts a code whose step is later than the last one used: a code that
// was seen over a shoulder is worth nothing. The row is locked meanwhile.
func (db *DB) useCode(ctx context.Context, tx pgx.Tx, account int64, code string) (bool, error) {
	var sealed []byte
	var last int64
	if err := tx.QueryRow(ctx, `select totp_sealed, totp_step from account where id = $1 for update`, account).Scan(&sealed, &last); err != nil {
		return false, err
	}
	secret, err := db.Keys.Open(totpPlace(account), sealed)
	if err != nil || secret == "" {
		return false, err
	}
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	now := db.Now().Unix() / totpPeriod
	for step := max(now-totpSlack, last+1); step <= now+totpSlack; step++ {
		want, err := totp.GenerateCode(secret, time.Unix(step*totpPeriod, 0))
		if err != nil {
			return false, fmt.Errorf("computing a code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			_, err := tx.Exec(ctx, `update account set totp_step = $2 where id = $1`, account, step)
			return err == nil, err
		}
	}
	return false, nil
}

func codeTrouble(err error) error {
	if err != nil {
		return err
	}
	return &ward.Error{Code: ward.Invalid, Message: "动态口令不对，请核对手机时间后输入最新的6位数字", Fields: []ward.FieldError{{Field: "code", Message: "请输入最新的6位数字"}}}
}

// recoveryHash is what is kept of a recovery code: it is random enough that a
// plain hash cannot be turned back.
func recoveryHash(code string) []byte {
	sum := sha256.Sum256([]byte(strings.NewReplacer("-", "", " ", "").Replace(strings.ToLower(code))))
	return sum[:]
}
