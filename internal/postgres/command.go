package postgres

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// command runs fn once for each key of an actor, however often the command is
// sent: a retry gets the answer of the first time. request is the SHA-256 of
// what was asked; the same key with another request is ward.Invalid. It comes
// first in the transaction: a second sender of the same key waits there for the
// first one. When fn fails, nothing is kept and the key is free again. The
// answer is stored, so T holds ids and versions and no personal data.
func command[T any](ctx context.Context, tx pgx.Tx, key uuid.UUID, actor int64, request []byte, fn func() (T, error)) (T, error) {
	var none T
	tag, err := tx.Exec(ctx, `INSERT INTO command (actor, key, request) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		actor, key, request)
	if err != nil {
		return none, fmt.Errorf("claiming a command key: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return formerAnswer[T](ctx, tx, key, actor, request)
	}
	answer, err := fn()
	if err != nil {
		return none, err
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return none, fmt.Errorf("writing the answer of a command: %w", err)
	}
	_, err = tx.Exec(ctx, `UPDATE command SET response = $3 WHERE actor = $1 AND key = $2`, actor, key, string(text))
	if err != nil {
		return none, fmt.Errorf("keeping the answer of a command: %w", err)
	}
	return answer, nil
}

// commandAnswering is command where the answer is known before anything is done,
// such as the number the client chose: one statement instead of two.
func commandAnswering[T any](ctx context.Context, tx pgx.Tx, key uuid.UUID, actor int64, request []byte, answer T, fn func() error) (T, error) {
	var none T
	text, err := json.Marshal(answer)
	if err != nil {
		return none, fmt.Errorf("writing the answer of a command: %w", err)
	}
	tag, err := tx.Exec(ctx, `INSERT INTO command (actor, key, request, response) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		actor, key, request, string(text))
	if err != nil {
		return none, fmt.Errorf("claiming a command key: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return formerAnswer[T](ctx, tx, key, actor, request)
	}
	if err := fn(); err != nil {
		return none, err
	}
	return answer, nil
}

func formerAnswer[T any](ctx context.Context, tx pgx.Tx, key uuid.UUID, actor int64, request []byte) (T, error) {
	var answer T
	var before, text []byte
	err := tx.QueryRow(ctx, `SELECT request, response FROM command WHERE actor = $1 AND key = $2`, actor, key).Scan(&before, &text)
	if err != nil {
		return answer, fmt.Errorf("reading the former answer: %w", err)
	}
	if !bytes.Equal(before, request) {
		return answer, ward.Errorf(ward.Invalid, "同一操作编号的内容不同")
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return answer, fmt.Errorf("reading the former answer: %w", err)
	}
	return answer, nil
}
