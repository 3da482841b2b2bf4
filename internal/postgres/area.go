package postgres

import (
	"context"
	"fmt"

	"wangge/internal/ward"
)

// An area is seen by those who act inside it, above it or in it: a grid leader
// may read the name of the own community, street and district.
var areas = noun[ward.Area]{
	absent: "没有这个辖区，或不在您的辖区内",
	key:    func(a ward.Area) int64 { return a.ID },
	columns: `a.id, a.code, a.name, a.level, a.scheme, a.parent, a.path::text, a.valid_from::text, a.label, a.version, a.updated_at,
		` + fmt.Sprintf(boundsOf, "a.geom") + ` as bounds`,
	from:   "area a",
	id:     "a.id",
	within: "a.path <@ any(@scope::ltree[]) or a.path @> any(@scope::ltree[]) or " + inAll,
	kind:   "a.level", words: "(a.name || ' ' || a.code)",
	area:  fmt.Sprintf(inArea, "a.path"),
	owns:  "a.path <@ any(@scope::ltree[])",
	place: "a.geom",
}

// Areas lists the tree of areas around the scope.
func (db *DB) Areas(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Area], error) {
	return areas.find(ctx, db.Pool, s, f)
}

// Area reads one area.
func (db *DB) Area(ctx context.Context, s ward.Scope, id int64) (ward.Area, error) {
	return areas.get(ctx, db.Pool, s, id)
}
