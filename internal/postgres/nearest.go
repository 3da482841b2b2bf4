package postgres

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// nearby is where the things of a noun stand: x.pt, x.id and the columns of
// ward.Near.
var nearby = map[string]struct{ columns, from, within, order string }{
	"point":    {"x.id, x.name, x.kind, x.pt", "point x left join cell_now n on n.cell = x.cell", "x.ended is null and " + cellWithin, "x.pt"},
	"team":     {"x.id, x.name, x.kind, x.pt", "team x join area a on a.id = x.area", "x.ended is null and x.pt is not null and (a.path <@ any(@scope::ltree[]))", "x.pt"},
	"building": {"x.id, building_title(x.name, x.number) as name, x.kind, x.pt", "building x left join cell_now n on n.cell = x.cell", "x.ended is null and " + cellWithin, "x.pt"},
	"hub":      {"x.id, x.name, 'hub' as kind, b.pt", "hub x join household d on d.id = x.household join building b on b.id = d.building left join cell_now n on n.cell = b.cell", cellWithin, "b.pt"},
}

// spare is how many more than asked are looked at: the index orders on the
// sphere, the answer on the ellipsoid, and the two differ by half a percent.
const spare = 20

// Nearest lists what is nearest first, see ward.Finders.
func (db *DB) Nearest(ctx context.Context, s ward.Scope, noun string, at orb.Point, limit int) (near []ward.Near, err error) {
	if err := ward.CheckPosition(at); err != nil {
		return nil, err
	}
	n, ok := nearby[noun]
	if !ok {
		return nil, &ward.Error{Code: ward.Invalid, Message: "没有这种类型", Fields: []ward.FieldError{{Field: "noun", Message: "应为 point、team、hub 或 building"}}}
	}
	limit = min(max(limit, 1), ward.MaxLimit)
	err = db.look(ctx, func(tx pgx.Tx) error {
		near, err = many[ward.Near](ctx, tx, fmt.Sprintf(`
		select '%s' as noun, id, name, kind, st_distance(pt::geography, @at::geometry::geography) as metres, pt as location from (
		  select %s from %s where %s order by %s::geography <-> @at::geometry::geography limit %s) near
		order by metres, id limit @limit`, noun, n.columns, n.from, n.within, n.order, strconv.Itoa(limit+spare)),
			pgx.NamedArgs{"scope": s.Paths(), "at": at, "limit": limit})
		return err
	})
	return near, err
}
