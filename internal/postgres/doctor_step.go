package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// step is one edit of a fix as a value that can be walked back: a column set, a
// row added, taken away or dropped, or references moved from one row to another.
// Table and
// column names come from the program and the catalogue, never from outside.
type step struct {
	Kind   string          `json:"kind"` // set, add, take (add walked back), drop, move
	Table  string          `json:"table"`
	ID     int64           `json:"id,omitempty"`     // set, drop: the row
	Column string          `json:"column,omitempty"` // set, move
	Before json.RawMessage `json:"before,omitempty"` // set: what must stand there; move: the row left
	After  json.RawMessage `json:"after,omitempty"`  // set, move: what comes
	Row    json.RawMessage `json:"row,omitempty"`    // add, take: the row's columns
	Text   string          `json:"text,omitempty"`   // drop: the whole row as PostgreSQL writes it
	Keys   json.RawMessage `json:"keys,omitempty"`   // move: which rows were moved
}

// changedSince is what people read when a step no longer fits.
func changedSince() error {
	return ward.Errorf(ward.Conflict, "相关记录之后又有改动，不能自动进行；请刷新后核对")
}

func set(table string, id int64, column string, before, after any) step {
	return step{Kind: "set", Table: table, ID: id, Column: column, Before: asJSON(before), After: asJSON(after)}
}

func add(table string, row map[string]any) step {
	return step{Kind: "add", Table: table, Row: asJSON(row)}
}

// tableNamed is a table in SQL: with its schema, because point is also a type of
// PostgreSQL.
func tableNamed(table string) string { return pgx.Identifier{"public", table}.Sanitize() }

// asJSON writes the program's own values.
func asJSON(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("json of %T: %v", v, err))
	}
	return text
}

// walk does the steps in order.
func walk(ctx context.Context, tx pgx.Tx, steps []step) error {
	for i := range steps {
		if err := steps[i].do(ctx, tx); err != nil {
			return fmt.Errorf("step %s of %s: %w", steps[i].Kind, steps[i].Table, translate(err))
		}
	}
	return nil
}

// walkBack undoes the steps, the last one first.
func walkBack(ctx context.Context, tx pgx.Tx, steps []step) error {
	for _, s := range slices.Backward(steps) {
		if err := s.undo(ctx, tx); err != nil {
			return fmt.Errorf("undoing step %s of %s: %w", s.Kind, s.Table, translate(err))
		}
	}
	return nil
}

func (s *step) do(ctx context.Context, tx pgx.Tx) error {
	switch s.Kind {
	case "set":
		return s.put(ctx, tx, s.Before, s.After)
	case "add":
		return insertRow(ctx, tx, s.Table, s.Row)
	case "take":
		return takeRow(ctx, tx, s.Table, s.Row)
	case "move":
		return s.move(ctx, tx)
	}
	return s.drop(ctx, tx)
}

func (s step) undo(ctx context.Context, tx pgx.Tx) error {
	table := tableNamed(s.Table)
	switch s.Kind {
	case "set":
		return s.put(ctx, tx, s.After, s.Before)
	case "add":
		return takeRow(ctx, tx, s.Table, s.Row)
	case "take":
		return insertRow(ctx, tx, s.Table, s.Row)
	case "move":
		return s.moveBack(ctx, tx)
	}
	columns, err := columnsOf(ctx, tx, s.Table)
	if err != nil {
		return err
	}
	return exactlyOne(ctx, tx, fmt.Sprintf(`insert into %[1]s (%[2]s) overriding system value select %[2]s from (select ($1::%[1]s).*) r`, table, columns), s.Text)
}

// put sets a column where it still is what it was, and counts the version up.
func (s step) put(ctx context.Context, tx pgx.Tx, before, after json.RawMessage) error {
	table, column := tableNamed(s.Table), pgx.Identifier{s.Column}.Sanitize()
	versioned, err := hasColumn(ctx, tx, s.Table, "version")
	if err != nil {
		return err
	}
	also := ""
	if versioned {
		also = ", version = t.version + 1"
	}
	value := `(jsonb_populate_record(null::` + table + `, jsonb_build_object($2::text, $%d::jsonb))).` + column
	return exactlyOne(ctx, tx, fmt.Sprintf(`update %s t set %s = `+value+also+` where t.id = $1 and t.%s is not distinct from `+value, table, column, 4, column, 3),
		s.ID, s.Column, string(before), string(after))
}

// drop removes a row and remembers it.
func (s *step) drop(ctx context.Context, tx pgx.Tx) error {
	err := tx.QueryRow(ctx, `with gone as (delete from `+tableNamed(s.Table)+` t where id = $1 returning t.*) select gone::text from gone`, s.ID).Scan(&s.Text)
	if err == pgx.ErrNoRows {
		return changedSince()
	}
	return err
}

// insertRow adds a row whose columns are named in the JSON; a clash is told.
func insertRow(ctx context.Context, tx pgx.Tx, table string, row json.RawMessage) error {
	columns, err := fieldsOf(row)
	if err != nil {
		return err
	}
	list, name := strings.Join(columns, ", "), tableNamed(table)
	return exactlyOne(ctx, tx, fmt.Sprintf(`insert into %[1]s (%[2]s) select %[2]s from jsonb_populate_record(null::%[1]s, $1::jsonb)`, name, list), string(row))
}

// takeRow takes away the one row with these values.
func takeRow(ctx context.Context, tx pgx.Tx, table string, row json.RawMessage) error {
	columns, err := fieldsOf(row)
	if err != nil {
		return err
	}
	name := tableNamed(table)
	for i, c := range columns {
		columns[i] = fmt.Sprintf(`t.%[1]s = (jsonb_populate_record(null::%[2]s, $1::jsonb)).%[1]s`, c, name)
	}
	return exactlyOne(ctx, tx, `delete from `+name+` t where `+strings.Join(columns, " and "), string(row))
}

// fieldsOf names the columns of a row, quoted, in a stable order.
func fieldsOf(row json.RawMessage) ([]string, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(row, &fields); err != nil {
		return nil, fmt.Errorf("reading a row: %w", err)
	}
	columns := []string{}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		columns = append(columns, pgx.Identifier{name}.Sanitize())
	}
	return columns, nil
}

func exactlyOne(ctx context.Context, tx pgx.Tx, sql string, args ...any) error {
	tag, err := tx.Exec(ctx, sql, args...)
	if err == nil && tag.RowsAffected() != 1 {
		return changedSince()
	}
	return err
}

func hasColumn(ctx context.Context, tx pgx.Tx, table, column string) (has bool, err error) {
	err = tx.QueryRow(ctx, `select exists (select from pg_attribute where attrelid = $1::regclass and attname = $2 and not attisdropped)`, table, column).Scan(&has)
	return has, err
}

// columnsOf lists the columns of a table that can be written.
func columnsOf(ctx context.Context, tx pgx.Tx, table string) (columns string, err error) {
	err = tx.QueryRow(ctx, `select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
		where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`, table).Scan(&columns)
	return columns, err
}
