package postgres

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// fewest is the smallest number of hardship households that is told; fewer
// could be known by name.
const fewest = 3

// Statistics counts inside a drawn shape, see ward.Finders. A building belongs
// to the shape when its point does, and brings its doors along.
func (db *DB) Statistics(ctx context.Context, s ward.Scope, shape orb.MultiPolygon) (st ward.Statistics, err error) {
	err = db.look(ctx, func(tx pgx.Tx) error {
		if err := checkShape(ctx, tx, shape); err != nil {
			return err
		}
		var hardship int
		if err := tx.QueryRow(ctx, statisticsSQL, pgx.NamedArgs{"shape": shape, "scope": s.Paths()}).Scan(
			&st.Area, &st.Buildings, &st.Households, &st.Persons, &st.Members, &hardship, &st.Hubs, &st.Points, &st.Open, &st.Visits); err != nil {
			return err
		}
		st.Hardship = "<" + strconv.Itoa(fewest)
		if hardship >= fewest {
			st.Hardship = strconv.Itoa(hardship)
		}
		return nil
	})
	return st, err
}

// checkShape refuses a polygon that PostGIS finds invalid.
func checkShape(ctx context.Context, tx pgx.Tx, shape orb.MultiPolygon) error {
	var valid bool
	var reason *string
	var lon, lat *float64
	if err := tx.QueryRow(ctx, `select valid, reason, st_x(location), st_y(location) from st_isvaliddetail($1::geometry)`, shape).Scan(&valid, &reason, &lon, &lat); err != nil {
		return err
	}
	if valid {
		return nil
	}
	at := shape[0][0][0]
	if lon != nil && lat != nil {
		at = orb.Point{*lon, *lat}
	}
	said := ""
	if reason != nil {
		said = *reason
	}
	return ward.InvalidShape(said, at)
}

const statisticsSQL = `
	with drawn as materialized (select @shape::geometry as shape),
	b as materialized (select b.id from drawn, building b join cell_now n on n.cell = b.cell
	  where st_intersects(b.pt, shape) and n.path <@ any(@scope::ltree[])),
	h as materialized (select h.id, h.persons from b join household h on h.building = b.id)
	select (select st_area(shape::geography) from drawn),
	  (select count(*) from b), (select count(*) from h), (select coalesce(sum(persons), 0) from h),
	  (select count(*) from h join member m on m.household = h.id),
	  (select count(*) from h where exists (select 1 from household_tag t where t.household = h.id and t.kind in ('hardship','allowance') and t.consent_until >= today())),
	  (select count(*) from h join hub on hub.household = h.id),
	  (select count(*) from drawn, point p join cell_now n on n.cell = p.cell where st_intersects(p.pt, shape) and n.path <@ any(@scope::ltree[])),
	  (select count(*) from drawn, ` + incidentFrom + ` where st_intersects(i.pt, shape) and ` + incidentOpen + ` and n.path <@ any(@scope::ltree[])),
	  (select count(*) from b join visit v on v.building = b.id where v.occurred_at >= date_trunc('month', today())::timestamp at time zone 'Asia/Shanghai')`
