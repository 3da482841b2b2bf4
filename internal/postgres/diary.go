package postgres

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// diary is how things that happen (visits, incidents) are listed: newest first,
// by the time of a column, tied to where their cell n is today.
type diary[T any] struct {
	columns, from, within string
	at, id                string
	cursor                func(T) string
	rising                bool          // the earliest first instead
	args                  pgx.NamedArgs // further arguments of the clauses
}

// narrow adds a condition with its argument when on.
type narrow func(on bool, clause, name string, value any)

// find lists a page within the scope; more adds what only this noun is narrowed by.
func (d diary[T]) find(ctx context.Context, q querier, s ward.Scope, f ward.Filter, from, to string, more func(narrow)) (ward.Page[T], error) {
	where, args := []string{d.within}, pgx.NamedArgs{"scope": s.Paths()}
	maps.Copy(args, d.args)
	add := func(on bool, clause, name string, value any) {
		if on {
			where, args[name] = append(where, clause), value
		}
	}
	add(f.Area > 0, fmt.Sprintf(inArea, "n.path"), "area", f.Area)
	add(f.Grid > 0, "n.grid = @grid", "grid", f.Grid)
	more(add)
	if err := narrowTime(add, d.at, from, to); err != nil {
		return ward.Page[T]{}, err
	}
	beyond, order := "<", "desc"
	if d.rising {
		beyond, order = ">", "asc"
	}
	if err := narrowAfter(add, fmt.Sprintf("(%s, %s) %s", d.at, d.id, beyond), f.After); err != nil {
		return ward.Page[T]{}, err
	}
	limit := pageLimit(f.Limit)
	args["limit"] = limit + 1
	items, err := many[T](ctx, q, fmt.Sprintf("select %s from %s where %s order by %[4]s %[6]s, %[5]s %[6]s limit @limit", d.columns, d.from, strings.Join(where, " and "), d.at, d.id, order), args)
	return cut(items, limit, d.cursor), err
}

// narrowTime adds conditions for whole days, both ends included, in China's time.
func narrowTime(add narrow, column, from, to string) error {
	for _, end := range []struct{ day, field, clause string }{
		{from, "from", column + " >= (@from_day::date)::timestamp at time zone 'Asia/Shanghai'"},
		{to, "to", column + " < (@to_day::date + 1)::timestamp at time zone 'Asia/Shanghai'"},
	} {
		if end.day == "" {
			continue
		}
		if _, err := time.Parse(time.DateOnly, end.day); err != nil {
			return &ward.Error{Code: ward.Invalid, Message: "日期应写作 2026-11-22", Fields: []ward.FieldError{{Field: end.field, Message: "日期应写作 2026-11-22"}}}
		}
		add(true, end.clause, end.field+"_day", end.day)
	}
	return nil
}

// timeCursor stands for the last row of a page ordered by time and id.
func timeCursor(at time.Time, id uuid.UUID) string {
	return at.UTC().Format(time.RFC3339Nano) + "_" + id.String()
}

func narrowAfter(add narrow, columns, cursor string) error {
	if cursor == "" {
		return nil
	}
	at, id, ok := strings.Cut(cursor, "_")
	when, err := time.Parse(time.RFC3339Nano, at)
	key, err2 := uuid.Parse(id)
	if !ok || err != nil || err2 != nil {
		return badCursor()
	}
	add(true, columns+" (@after_at::timestamptz, @after_id::uuid)", "after_at", when)
	add(true, "true", "after_id", key)
	return nil
}
