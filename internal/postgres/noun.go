package postgres

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// noun is how one register is read: the columns of its ward type, where they
// come from, and the condition that keeps a reader within the territory. Every
// clause may use @scope, the ltree paths of the reader.
type noun[T any] struct {
	absent  string // what to say when it is not there
	key     func(T) int64
	columns string
	from    string        // tables with aliases
	id      string        // the numeric key, also the order of the list
	within  string        // true inside the territory
	kind    string        // what Filter.Kind compares with; "" when there is none
	words   string        // the text Filter.Query is looked for in
	sooner  string        // true wherever words are like @words, and found by an index; "" when there is none
	area    string        // the condition for @area, a path Filter.Area names
	grid    string        // the condition for @grid
	place   string        // the geometry Filter.BBox is held against; "" when there is none
	args    pgx.NamedArgs // further arguments of the clauses
	owns    string        // true where a record may be changed; "" when that is within
	path    string        // where a row lies in the tree; "" when its changes are not told live
	live    string        // true for a record in use; "" when none ends
}

// find lists a page within the scope, in the order of the key.
func (n noun[T]) find(ctx context.Context, q querier, s ward.Scope, f ward.Filter) (ward.Page[T], error) {
	if len(f.Where) > 0 || f.Sort != "" {
		return n.sift(ctx, q, s, f)
	}
	where, args, err := n.narrow(s, f)
	if err != nil {
		return ward.Page[T]{}, err
	}
	if f.After != "" {
		after, err := strconv.ParseInt(f.After, 10, 64)
		if err != nil {
			return ward.Page[T]{}, badCursor()
		}
		where, args["after"] = where+" and "+n.id+" > @after", after
	}
	limit := pageLimit(f.Limit)
	args["limit"] = limit + 1
	sql := fmt.Sprintf("select %s from %s where %s order by %s limit @limit", n.columns, n.from, where, n.id)
	items, err := many[T](ctx, q, sql, args)
	if err != nil {
		return ward.Page[T]{}, fmt.Errorf("listing: %w", err)
	}
	return cut(items, limit, func(v T) string { return strconv.FormatInt(n.key(v), 10) }), nil
}

// get reads one within the scope; outside it is as if it were not there.
func (n noun[T]) get(ctx context.Context, q querier, s ward.Scope, id int64) (T, error) {
	sql := fmt.Sprintf("select %s from %s where %s = @id and (%s)", n.columns, n.from, n.id, n.within)
	return one[T](ctx, q, n.absent, sql, n.with(s, pgx.NamedArgs{"id": id}))
}

// with adds to args what every clause may use.
func (n noun[T]) with(s ward.Scope, args pgx.NamedArgs) pgx.NamedArgs {
	args["scope"], args["names"] = s.Paths(), s.SeesNames()
	maps.Copy(args, n.args)
	return args
}

// narrow is the condition of a filter within a scope.
func (n noun[T]) narrow(s ward.Scope, f ward.Filter) (string, pgx.NamedArgs, error) {
	args := n.with(s, pgx.NamedArgs{})
	where := []string{"(" + n.within + ")"}
	if n.live != "" && !f.Ended {
		where = append(where, n.live)
	} else if n.live != "" {
		where = append(where, "not ("+n.live+")")
	}
	add := func(on bool, clause, name string, value any) {
		if on && clause != "" {
			where, args[name] = append(where, clause), value
		}
	}
	add(f.Area > 0, n.area, "area", f.Area)
	add(f.Grid > 0, n.grid, "grid", f.Grid)
	add(f.Kind != "" && n.kind != "", n.kind+" = @kind", "kind", f.Kind)
	add(f.Query != "" && n.words != "", n.words+" ilike @words", "words", "%"+likeText(f.Query)+"%")
	if f.Query != "" && n.sooner != "" {
		where = append(where, n.sooner)
	}
	bound, on, err := f.Bound()
	if err != nil {
		return "", nil, err
	}
	if on && n.place != "" {
		where = append(where, n.place+" && st_makeenvelope(@west, @south, @east, @north, 4326)")
		args["west"], args["south"], args["east"], args["north"] = bound.Min[0], bound.Min[1], bound.Max[0], bound.Max[1]
	}
	return strings.Join(where, " and "), args, nil
}

// cut makes a page of limit items out of limit+1.
func cut[T any](items []T, limit int, cursor func(T) string) ward.Page[T] {
	if len(items) <= limit {
		return ward.Page[T]{Items: items}
	}
	return ward.Page[T]{Items: items[:limit], Next: cursor(items[limit-1])}
}

func pageLimit(asked int) int {
	if asked <= 0 {
		return ward.DefaultLimit
	}
	return min(asked, ward.MaxLimit)
}

func badCursor() error {
	return &ward.Error{Code: ward.Invalid, Message: "翻页标记无效，请从第一页开始", Fields: []ward.FieldError{{Field: "after", Message: "请使用上一页返回的 next"}}}
}

// likeText makes s match itself in a LIKE pattern.
func likeText(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// Conditions that several nouns share. A path is inside the scope when one of
// the scope's paths is its ancestor or itself.
const (
	inScope = "(%s <@ any(@scope::ltree[]) or " + inAll + ")"
	// inAll is true for those whose territory is everything, also what lies nowhere.
	// Said apart the planner sees it, and does not look for the few rows it believes
	// to be in a path.
	inAll  = "'' = any(@scope::ltree[])"
	inArea = "%s <@ (select path from area where id = @area)"
	// maskedName shows a name whole only to those whose work needs it.
	maskedName = "case when @names then %[1]s.name else left(%[1]s.name, 1) || repeat('*', greatest(length(%[1]s.name) - 2, 1)) || case when length(%[1]s.name) > 2 then right(%[1]s.name, 1) else '' end end"
	// boundsOf are west, south, east, north of a geometry.
	boundsOf = "array[st_xmin(%[1]s), st_ymin(%[1]s), st_xmax(%[1]s), st_ymax(%[1]s)]"
)
