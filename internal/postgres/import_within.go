package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

// Within returns a look-up of the registered area a position (degrees of
// WGS 84) lies in, for telling people where the points of a file fall: streets,
// or districts, or communities when those are all there is. It is nil when no
// area is registered in the scope. The areas are read once.
func (db *DB) Within(ctx context.Context, s ward.Scope) (func(orb.Point) (name string, ok bool), error) {
	type named struct {
		Name string
		Geom orb.MultiPolygon
	}
	list, err := many[named](ctx, db.Pool, `
		with here as (
			select *, array_position(array['street', 'district', 'community'], level) as rank from area
			where scheme = 'party' and (valid_to is null or valid_to > today()) and path <@ any(@scope::text[]::ltree[]))
		select name, geom from here where rank = (select min(rank) from here) order by id`,
		pgx.NamedArgs{"scope": s.Paths()})
	if err != nil {
		return nil, fmt.Errorf("reading the areas: %w", err)
	}
	if len(list) == 0 {
		return nil, nil
	}
	regions := make([]geo.Region, len(list))
	for i, a := range list {
		regions[i] = geo.Region{ID: int64(i), Shape: a.Geom}
	}
	index := geo.NewIndex(regions)
	return func(p orb.Point) (string, bool) {
		at, ok := index.At(p)
		if !ok {
			return "", false
		}
		return list[at].Name, true
	}, nil
}
