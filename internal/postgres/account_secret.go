package postgres

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// ResetPassword gives out a one-time password and ends every session.
func (db *DB) ResetPassword(ctx context.Context, s ward.Scope, key uuid.UUID, id int64) (out ward.AccountSecret, err error) {
	password, hash, err := oneTimePassword()
	if err != nil {
		return out, err
	}
	out.Account, err = db.keep(ctx, s, key, id, "reset-password", digest("reset-password", id), func(tx pgx.Tx, now ward.Account) error {
		if !now.KeptBy(s) {
			return beyond()
		}
		out.Password = password
		_, err := tx.Exec(ctx, `update account set password = $2, must_change = true, epoch = epoch + 1, version = version + 1 where id = $1`, id, hash)
		return err
	})
	if err != nil {
		return ward.AccountSecret{}, err
	}
	return out, nil
}

// ResetTOTP takes the second factor away from somebody who lost it, and ends
// every session.
func (db *DB) ResetTOTP(ctx context.Context, s ward.Scope, key uuid.UUID, id int64) (ward.Account, error) {
	return db.keep(ctx, s, key, id, "reset-totp", digest("reset-totp", id), func(tx pgx.Tx, now ward.Account) error {
		if !now.KeptBy(s) {
			return beyond()
		}
		return clearTOTP(ctx, tx, id)
	})
}

// AccountSessions lists the sign-ins of an account of the scope.
func (db *DB) AccountSessions(ctx context.Context, s ward.Scope, id int64) ([]ward.LiveSession, error) {
	a, err := accounts.get(ctx, db.Pool, s, id)
	if err != nil {
		return nil, err
	}
	if !a.KeptBy(s) {
		return nil, beyond()
	}
	return db.Sessions(ctx, id)
}

// EndAccountSession ends a session of an account of the scope, 0 all of them.
func (db *DB) EndAccountSession(ctx context.Context, s ward.Scope, id, session int64) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		a, err := accounts.get(ctx, tx, s, id)
		if err != nil {
			return err
		}
		if !a.KeptBy(s) {
			return beyond()
		}
		return endSession(ctx, tx, a, session, act{Actor: s.Actor(), Operation: "end-account-session", Noun: "account", Entity: fmt.Sprint(id), Path: a.Home()})
	})
}

// oneTimePassword is 60 bits in letters and digits that are not mixed up when
// read out, and its hash.
func oneTimePassword() (password, hash string, err error) {
	text := strings.NewReplacer("O", "8", "I", "9").Replace(rand.Text()[:12])
	password = text[:4] + "-" + text[4:8] + "-" + text[8:]
	if hash, err = argon2id.CreateHash(password, hashing); err != nil {
		return "", "", fmt.Errorf("hashing a password: %w", err)
	}
	return password, hash, nil
}
