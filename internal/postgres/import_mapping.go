package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// office is whose memory of files counts: everybody of a territory shares it.
func office(s ward.Scope) string {
	if paths := s.Paths(); len(paths) > 0 {
		return paths[0]
	}
	return ""
}

// RememberReading keeps how a kind of file was read, by the signature of its
// headers, for the office of the scope.
func (db *DB) RememberReading(ctx context.Context, s ward.Scope, sheet, signature string, r ward.Reading) error {
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("writing a reading: %w", err)
	}
	_, err = db.Pool.Exec(ctx, `insert into import_mapping (office, sheet, signature, reading) values ($1::text::ltree, $2, $3, $4)
		on conflict (office, sheet, signature) do update set reading = excluded.reading, used = now()`, office(s), sheet, signature, string(text))
	if err != nil {
		return fmt.Errorf("remembering a reading: %w", err)
	}
	return nil
}

// RecallReading finds how a kind of file was last read; sheet "" takes any. ok
// is false when none is remembered.
func (db *DB) RecallReading(ctx context.Context, s ward.Scope, sheet, signature string) (r ward.Reading, ok bool, err error) {
	var text []byte
	err = db.Pool.QueryRow(ctx, `select reading from import_mapping where office = $1::text::ltree and ($2 = '' or sheet = $2) and signature = $3 order by used desc limit 1`,
		office(s), sheet, signature).Scan(&text)
	if errors.Is(err, pgx.ErrNoRows) {
		return r, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		return r, false, fmt.Errorf("recalling a reading: %w", err)
	}
	return r, true, nil
}
