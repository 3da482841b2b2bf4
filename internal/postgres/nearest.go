package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// nearNoun is where the things of a noun stand: rows with id, name, kind, pt and
// what the path of their place is read from.
type nearNoun struct {
	rows, path string // path is of a row x
	// once is set for nouns of which there are few and whose position is looked up row
	// by row: once for both steps of a question. The others are found by an index.
	once bool
}

const cellPath = "(select path from cell_now n where n.cell = x.cell)"

var nearby = map[string]nearNoun{
	"point":    {"select id, name, kind, pt, cell from point where ended is null", cellPath, false},
	"building": {"select id, building_title(name, number) as name, kind, pt, cell from building where ended is null", cellPath, false},
	"team":     {"select id, name, kind, pt, area from team where ended is null and pt is not null", "(select path from area a where a.id = x.area)", true},
	"hub": {`select h.id, h.name, 'hub' as kind, b.pt, b.cell
		from hub h join household d on d.id = h.household join building b on b.id = d.building`, cellPath, true},
}

// nearestSQL takes as many as asked in the order of degrees, which are shorter
// from east to west than from south to north; measures how far the farthest of
// them is, and then everything no farther: none nearer lies outside. A metre of
// a degree is taken a little too long. Where a thing lies in the tree is asked of
// the nearest only, one by one until there are enough.
const nearestSQL = `
	with %[3]s near as materialized (
	  select pt from (select * from (%[1]s) y order by pt <-> @at::geometry offset 0) x where (%[4]s <@ any(@scope::ltree[]) or '' = any(@scope::ltree[])) limit @limit),
	reach as materialized (select max(st_distance(pt::geography, @at::geometry::geography)) + 1 as metres, st_y(@at::geometry) as lat from near),
	around as materialized (
	  select st_expand(@at::geometry, metres / (111000 * greatest(0.01, cos(radians(least(89, abs(lat) + metres / 110500))))), metres / 110500) as box from reach)
	select '%[2]s' as noun, id, name, kind, st_distance(pt::geography, @at::geometry::geography) as metres, pt as location
	from around, (%[1]s) x where x.pt && around.box and (%[4]s <@ any(@scope::ltree[]) or '' = any(@scope::ltree[]))
	order by metres, id limit @limit`

// Nearest lists what is nearest first, see ward.Finders.
func (db *DB) Nearest(ctx context.Context, s ward.Scope, noun string, at orb.Point, limit int) (near []ward.Near, err error) {
	if err := ward.CheckPosition(at); err != nil {
		return nil, err
	}
	n, ok := nearby[noun]
	if !ok {
		return nil, &ward.Error{Code: ward.Invalid, Message: "没有这种类型", Fields: []ward.FieldError{{Field: "noun", Message: "应为 point、team、hub 或 building"}}}
	}
	from, first := n.rows, ""
	if n.once {
		from, first = "select * from placed", "placed as materialized ("+from+"),"
	}
	err = db.look(ctx, func(tx pgx.Tx) error {
		near, err = many[ward.Near](ctx, tx, fmt.Sprintf(nearestSQL, from, noun, first, n.path),
			pgx.NamedArgs{"scope": s.Paths(), "at": at, "limit": min(max(limit, 1), ward.MaxLimit)})
		return err
	})
	return near, err
}
