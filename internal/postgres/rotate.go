package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// sealedColumn is a column that holds sealed values. A test finds columns that
// are missing here.
type sealedColumn struct {
	table, column string
	place         func(id int64) string
	digest        string // the column of the keyed hash of the same value, "" when there is none
}

func sealedColumns() []sealedColumn {
	return []sealedColumn{
		{"person", "phone_sealed", phonePlace, ""},
		{"person", "id_no_sealed", idNoPlace, "id_no_digest"},
		{"account", "totp_sealed", totpPlace, ""},
		{"resident_report", "phone_sealed", reporterPlace, ""},
		{"client_report", "contact_sealed", contactPlace, ""},
		{"hotline_order", "caller_sealed", callerPlace, ""},
		{"webhook", "secret_sealed", webhookPlace, ""},
		{"hotline_order", "phone_sealed", callerPhonePlace, ""},
	}
}

const rotateBatch = 500 // rows in one transaction

// keyOf is the id of the key a value was sealed with.
const keyOf = `convert_from(substr(%[1]s, 4, get_byte(%[1]s, 2)), 'UTF8')`

// KeyUse is how many values a key has sealed.
type KeyUse struct {
	Key    string
	Values int64
}

// KeysInUse counts the sealed values by key, in the order of the ids of keys.
func (db *DB) KeysInUse(ctx context.Context) ([]KeyUse, error) {
	var parts []string
	for _, c := range sealedColumns() {
		parts = append(parts, fmt.Sprintf("select "+keyOf+" as key from %[2]s where %[1]s is not null", c.column, c.table))
	}
	return many[KeyUse](ctx, db.Pool, `select key, count(*) as values from (`+strings.Join(parts, " union all ")+`) k group by key order by key`, nil)
}

// RotateKeys seals every value anew with the first key. It goes on where an
// earlier run ended, however that ended: what is already sealed with the first
// key is left alone. progress is told after each batch how many values are done
// and how many there were to do.
func (db *DB) RotateKeys(ctx context.Context, progress func(done, all int64)) error {
	if len(db.Keys.ids) == 0 {
		return ward.Errorf(ward.Invalid, "没有密钥：请设置 WANGGE_KEYS")
	}
	used, err := db.KeysInUse(ctx)
	if err != nil {
		return err
	}
	var done, all int64
	for _, u := range used {
		if u.Key != db.Keys.ids[0] {
			all += u.Values
		}
	}
	for _, c := range sealedColumns() {
		for after, more := int64(0), true; more; {
			n := 0
			if after, n, err = db.rotateBatch(ctx, c, after); err != nil {
				return err
			}
			if more = n == rotateBatch; n > 0 {
				done += int64(n)
				progress(done, all)
			}
		}
	}
	if done == 0 {
		return nil
	}
	return db.write(ctx, func(tx pgx.Tx) error {
		return writeAct(ctx, tx, act{Operation: "rotate-keys", Noun: "key", Entity: db.Keys.ids[0]})
	})
}

// rotateBatch seals the next rows of a column whose key is another one, and
// returns the last id and how many they were.
func (db *DB) rotateBatch(ctx context.Context, c sealedColumn, after int64) (last int64, n int, err error) {
	last = after
	err = pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, fmt.Sprintf(`select id, %[1]s from %[2]s where id > $1 and %[1]s is not null and `+keyOf+` <> $2 order by id limit $3 for update`, c.column, c.table), after, db.Keys.ids[0], rotateBatch)
		if err != nil {
			return err
		}
		type row struct {
			ID    int64
			Value []byte
		}
		old, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
		if err != nil {
			return err
		}
		batch := &pgx.Batch{}
		for _, r := range old {
			text, err := db.Keys.Open(c.place(r.ID), r.Value)
			if err != nil {
				return fmt.Errorf("%s.%s of row %d: %w", c.table, c.column, r.ID, err)
			}
			sealed, err := db.Keys.Seal(c.place(r.ID), text)
			if err != nil {
				return err
			}
			if c.digest == "" {
				batch.Queue(fmt.Sprintf(`update %s set %s = $2 where id = $1`, c.table, c.column), r.ID, sealed)
			} else {
				batch.Queue(fmt.Sprintf(`update %s set %s = $2, %s = $3 where id = $1`, c.table, c.column, c.digest), r.ID, sealed, db.Keys.Digest(text))
			}
			last = r.ID
		}
		n = len(old)
		return tx.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return after, 0, fmt.Errorf("sealing anew: %w", err)
	}
	return last, n, nil
}
