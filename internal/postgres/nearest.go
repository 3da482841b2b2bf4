package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// nearby is where the things of a noun stand: rows with id, name, kind, pt and
// the path of where they are.
var nearby = map[string]string{
	"point": `select x.id, x.name, x.kind, x.pt, n.path from point x left join cell_now n on n.cell = x.cell where x.ended is null`,
	"team":  `select x.id, x.name, x.kind, x.pt, a.path from team x join area a on a.id = x.area where x.ended is null and x.pt is not null`,
	"building": `select x.id, building_title(x.name, x.number) as name, x.kind, x.pt, n.path
		from building x left join cell_now n on n.cell = x.cell where x.ended is null`,
	"hub": `select x.id, x.name, 'hub' as kind, b.pt, (select path from cell_now n where n.cell = b.cell) as path
		from hub x join household d on d.id = x.household join building b on b.id = d.building`,
}

// placedOnce are the nouns of which there are few and whose place is looked up row by
// row: once for both steps of a question. The others are found by an index.
var placedOnce = []string{"hub", "team"}

// nearestSQL takes as many as asked in the order of degrees, which are shorter
// from east to west than from south to north; measures how far the farthest of
// them is, and then everything no farther: none nearer lies outside. A metre of
// a degree is taken a little too long.
const nearestSQL = `
	with %[3]s near as materialized (
	  select pt from (%[1]s) x where coalesce(x.path, '') <@ any(@scope::ltree[]) order by x.pt <-> @at::geometry limit @limit),
	reach as materialized (select max(st_distance(pt::geography, @at::geometry::geography)) + 1 as metres, st_y(@at::geometry) as lat from near),
	around as materialized (
	  select st_expand(@at::geometry, metres / (111000 * greatest(0.01, cos(radians(least(89, abs(lat) + metres / 110500))))), metres / 110500) as box from reach)
	select '%[2]s' as noun, id, name, kind, st_distance(pt::geography, @at::geometry::geography) as metres, pt as location
	from around, (%[1]s) x where x.pt && around.box and coalesce(x.path, '') <@ any(@scope::ltree[])
	order by metres, id limit @limit`

// Nearest lists what is nearest first, see ward.Finders.
func (db *DB) Nearest(ctx context.Context, s ward.Scope, noun string, at orb.Point, limit int) (near []ward.Near, err error) {
	if err := ward.CheckPosition(at); err != nil {
		return nil, err
	}
	from, ok := nearby[noun]
	if !ok {
		return nil, &ward.Error{Code: ward.Invalid, Message: "没有这种类型", Fields: []ward.FieldError{{Field: "noun", Message: "应为 point、team、hub 或 building"}}}
	}
	first := ""
	if slices.Contains(placedOnce, noun) {
		from, first = "select * from placed", "placed as materialized ("+from+"),"
	}
	err = db.look(ctx, func(tx pgx.Tx) error {
		near, err = many[ward.Near](ctx, tx, fmt.Sprintf(nearestSQL, from, noun, first),
			pgx.NamedArgs{"scope": s.Paths(), "at": at, "limit": min(max(limit, 1), ward.MaxLimit)})
		return err
	})
	return near, err
}
