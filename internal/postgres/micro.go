package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// micros are the micro-grids of @on. The grid one lies in is the grid of any of
// its cells on that day: all of them are in the same.
var micros = noun[ward.MicroGrid]{
	absent: "没有这个微网格，或不在您的辖区内",
	key:    func(m ward.MicroGrid) int64 { return m.ID },
	columns: `m.id, m.code, m.name, g.id as grid, g.name as grid_name, a.name as community_name,
		st.buildings, st.households, st.persons,
		array(select distinct ` + fmt.Sprintf(alwaysMasked, "p") + ` from building b join steward_place sp on sp.building = b.id or sp.courtyard = b.courtyard
		  join steward w on w.id = sp.steward join member mb on mb.id = w.member join person p on p.id = mb.person
		  where b.cell = any(here.cells) and b.ended is null order by 1 limit 10) as stewards,
		s.label, ` + fmt.Sprintf(boundsOf, "s.geom") + ` as bounds, s.area, m.version, m.updated_at`,
	from: `grid m join grid_shape s on s.grid = m.id and s.layer = 2 and s.valid @> @on::date
		cross join lateral (select array_agg(cg.cell) as cells, min(cg.cell) as cell from cell_grid cg
		  where cg.grid = m.id and cg.layer = 2 and upper_inf(cg.recorded) and cg.valid @> @on::date) here
		join grid g on g.id = grid_at(here.cell, @on::date) join area a on a.id = g.community
		cross join lateral (
		  select coalesce(sum(c.buildings), 0) buildings, coalesce(sum(c.households), 0) households, coalesce(sum(c.persons), 0) persons
		  from cell_stat c where c.cell = any(here.cells)) st`,
	id:     "m.id",
	within: "m.kind = 'micro' and " + fmt.Sprintf(inScope, "g.path"),
	words:  "(m.name || ' ' || m.code)",
	area:   fmt.Sprintf(inArea, "g.path"), grid: "g.id = @grid", place: "s.geom",
}

// microOf is the micro-grid of a cell on a day as ward.Named, null for none.
const microOf = `(select jsonb_build_object('id', m.id, 'name', m.name, 'kind', m.kind) from cell_grid mc join grid m on m.id = mc.grid
	where mc.cell = %s and mc.layer = 2 and upper_inf(mc.recorded) and mc.valid @> %s)`

// microBelieved is the same as it was recorded at a given time.
const microBelieved = `(select jsonb_build_object('id', m.id, 'name', m.name, 'kind', m.kind) from cell_grid mc join grid m on m.id = mc.grid
	where mc.cell = %s and mc.layer = 2 and mc.valid @> %s and mc.recorded @> %s)`

// MicroGrids lists the micro-grids of a day.
func (db *DB) MicroGrids(ctx context.Context, s ward.Scope, f ward.MicroFilter) (ward.Page[ward.MicroGrid], error) {
	if _, err := time.Parse(time.DateOnly, f.On); f.On != "" && err != nil {
		return ward.Page[ward.MicroGrid]{}, &ward.Error{Code: ward.Invalid, Message: "日期应写作 2026-11-22", Fields: []ward.FieldError{{Field: "on", Message: "日期应写作 2026-11-22"}}}
	}
	of, err := db.microsOf(ctx, f.On)
	if err != nil {
		return ward.Page[ward.MicroGrid]{}, err
	}
	return of.find(ctx, db.Pool, s, f.Filter)
}

// MicroGrid reads one micro-grid of today.
func (db *DB) MicroGrid(ctx context.Context, s ward.Scope, id int64) (ward.MicroGrid, error) {
	of, err := db.microsOf(ctx, "")
	if err != nil {
		return ward.MicroGrid{}, err
	}
	return of.get(ctx, db.Pool, s, id)
}

// microsOf are the micro-grids of a day, "" for today.
func (db *DB) microsOf(ctx context.Context, on string) (noun[ward.MicroGrid], error) {
	of := micros
	if on == "" {
		if err := db.Pool.QueryRow(ctx, `select today()::text`).Scan(&on); err != nil {
			return of, fmt.Errorf("asking for today: %w", err)
		}
	}
	of.args = pgx.NamedArgs{"on": on}
	return of, nil
}
