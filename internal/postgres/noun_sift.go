package postgres

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// sortedBy is the order people expect of Chinese words: by their sound.
const sortedBy = ` collate "zh-x-icu"`

// listColumn is a column of a list that can be narrowed and sorted by.
type listColumn struct {
	name string // in SQL, over the list q
	kind string // type in SQL
}

// listColumns reads them off the type of the rows: what is a text, a number, a
// yes or no, a time, or a list of texts or numbers.
func listColumns[T any]() map[string]listColumn {
	out := map[string]listColumn{}
	row := reflect.TypeFor[T]()
	for i := range row.NumField() {
		f := row.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		t := f.Type
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		kind := ""
		switch {
		case t == reflect.TypeFor[time.Time]():
			kind = "timestamptz"
		case t.Kind() == reflect.String:
			kind = "text"
		case t.Kind() == reflect.Bool:
			kind = "bool"
		case t.Kind() == reflect.Float64:
			kind = "float8"
		case t.Kind() == reflect.Int, t.Kind() == reflect.Int64:
			kind = "bigint"
		case t == reflect.TypeFor[[]string]():
			kind = "text[]"
		case t == reflect.TypeFor[[]int64]():
			kind = "bigint[]"
		}
		if name != "" && kind != "" {
			out[name] = listColumn{"q." + pgx.Identifier{snake(name)}.Sanitize(), kind}
		}
	}
	return out
}

// snake is the way back from the names of the API: gridName → grid_name.
func snake(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// sifted is the list within the scope and the filter, as the rows q, with the
// conditions on its columns. Columns that nobody asks for cost nothing: the
// planner takes the inner list apart.
func (n noun[T]) sifted(s ward.Scope, f ward.Filter) (from string, args pgx.NamedArgs, err error) {
	inner, args, err := n.narrow(s, f)
	if err != nil {
		return "", nil, err
	}
	conditions, err := f.Conditions()
	if err != nil {
		return "", nil, err
	}
	columns, where := listColumns[T](), []string{"true"}
	for i, c := range conditions {
		column, ok := columns[c.Column]
		if !ok {
			return "", nil, ward.BadColumn("where")
		}
		arg := "where" + strconv.Itoa(i)
		clause, value, err := column.compare(c, arg)
		if err != nil {
			return "", nil, err
		}
		where, args[arg] = append(where, clause), value
	}
	return fmt.Sprintf("(select %s from %s where %s) q where %s", n.columns, n.from, inner, strings.Join(where, " and ")), args, nil
}

// compare is a condition on the column, with the value for @arg.
func (c listColumn) compare(w ward.Condition, arg string) (clause string, value any, err error) {
	empty := w.Value == ""
	switch {
	case empty && (w.Op == "=" || w.Op == "!="):
		clause = "coalesce(" + c.name + "::text, '') in ('', '{}')"
		if w.Op == "!=" {
			clause = "not " + clause
		}
		return clause, nil, nil
	case c.kind == "text" && w.Op == "~":
		return c.name + " ilike @" + arg, "%" + likeText(w.Value) + "%", nil
	case c.kind == "text[]" && w.Op == "~":
		return "array_to_string(" + c.name + ", ' ') ilike @" + arg, "%" + likeText(w.Value) + "%", nil
	case c.kind == "text[]" || c.kind == "bigint[]":
		element, _ := strings.CutSuffix(c.kind, "[]")
		if value, err = typed(element, w.Value); err != nil || w.Op != "=" {
			return "", nil, ward.BadComparison()
		}
		return "@" + arg + "::" + element + " = any(" + c.name + ")", value, nil
	case w.Op == "~":
		return "", nil, ward.BadComparison()
	}
	if value, err = typed(c.kind, w.Value); err != nil {
		return "", nil, ward.BadComparison()
	}
	if w.Op == "!=" {
		return c.name + " is distinct from @" + arg + "::" + c.kind, value, nil
	}
	return c.name + " " + w.Op + " @" + arg + "::" + c.kind, value, nil
}

// typed reads a value of a column's type.
func typed(kind, text string) (any, error) {
	switch kind {
	case "bigint":
		return strconv.ParseInt(text, 10, 64)
	case "float8":
		n, err := strconv.ParseFloat(text, 64)
		if err == nil && (math.IsNaN(n) || math.IsInf(n, 0)) {
			return nil, strconv.ErrRange
		}
		return n, err
	case "bool":
		return strconv.ParseBool(text)
	case "timestamptz":
		if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
			return t, nil
		}
		return time.ParseInLocation(time.DateOnly, text, chinaTime)
	}
	return text, nil
}

// place is where a page ended: the value it was sorted by, as text, and the key.
type place struct {
	Value *string `json:"v"`
	ID    int64   `json:"i"`
}

func (p place) cursor() string {
	text, err := json.Marshal(p)
	if err != nil { // a text and a number
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func readPlace(cursor string) (p place, err error) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil || p.ID < 1 {
		return p, badCursor()
	}
	return p, nil
}

// sift lists a page narrowed and sorted by columns of the list. Empty values
// come last whichever the direction; equal ones in the order of the key.
func (n noun[T]) sift(ctx context.Context, q querier, s ward.Scope, f ward.Filter) (page ward.Page[T], err error) {
	from, args, err := n.sifted(s, f)
	if err != nil {
		return page, err
	}
	name, down := strings.CutPrefix(f.Sort, "-")
	if name == "" {
		name = "id"
	}
	by, ok := listColumns[T]()[name]
	if !ok || strings.HasSuffix(by.kind, "[]") {
		return page, ward.BadColumn("sort")
	}
	value := by.name
	if by.kind == "text" {
		value = "nullif(" + by.name + ", '')" + sortedBy
	}
	direction, beyond := "asc", ">"
	if down {
		direction, beyond = "desc", "<"
	}
	if f.After != "" {
		p, err := readPlace(f.After)
		if err != nil {
			return page, err
		}
		args["after"] = p.ID
		from += " and " + after(value, by.kind, beyond, p.Value == nil)
		if p.Value != nil {
			if args["last"], err = typed(by.kind, *p.Value); err != nil {
				return page, badCursor()
			}
		}
	}
	limit := pageLimit(f.Limit)
	args["limit"] = limit + 1
	rows, err := q.Query(ctx, fmt.Sprintf("select q.* from %s order by %s %s nulls last, q.id limit @limit", from, value, direction), args)
	if err != nil {
		return page, translate(err)
	}
	items, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
	if err != nil {
		return page, translate(err)
	}
	if items == nil {
		items = []T{}
	}
	return cut(items, limit, func(v T) string { return place{textOf(v, name), n.key(v)}.cursor() }), nil
}

// after is the condition for the rows behind the last one of the former page.
func after(value, kind, beyond string, empty bool) string {
	if empty {
		return "(" + value + ") is null and q.id > @after"
	}
	return fmt.Sprintf("(%[1]s %[3]s @last::%[2]s or (%[1]s = @last::%[2]s and q.id > @after) or (%[1]s) is null)", value, kind, beyond)
}

// textOf is a field of a row by its name in the API, as a cursor keeps it; nil
// when it is empty.
func textOf(row any, name string) *string {
	v := reflect.ValueOf(row)
	for i := range v.NumField() {
		tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if tag != name {
			continue
		}
		f := v.Field(i)
		if f.Kind() == reflect.Pointer {
			if f.IsNil() {
				return nil
			}
			f = f.Elem()
		}
		text := fmt.Sprint(f.Interface())
		if t, ok := f.Interface().(time.Time); ok {
			text = t.Format(time.RFC3339Nano)
		}
		if text == "" {
			return nil
		}
		return &text
	}
	return nil
}

// ids are the keys of at most limit rows of a filter, in their order.
func (n noun[T]) ids(ctx context.Context, q querier, s ward.Scope, f ward.Filter, limit int) ([]int64, error) {
	from, args, err := n.sifted(s, f)
	if err != nil {
		return nil, err
	}
	args = maps.Clone(args)
	args["limit"] = limit
	rows, err := q.Query(ctx, "select q.id from "+from+" order by q.id limit @limit", args)
	if err != nil {
		return nil, translate(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	return found, translate(err)
}
