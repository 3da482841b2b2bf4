package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/geo"
)

// outlines derives the shapes of grids from the records of who has which cell.
type outlines struct {
	tx    pgx.Tx
	mesh  *geo.Mesh // of every community the grids have cells in
	layer int
	grids []int64
	from  time.Time
}

// redraw derives the outlines again from a day on: for that day, and for every
// later one on which a publication that waits changes their ground.
func (o outlines) redraw(ctx context.Context) error {
	days, err := o.days(ctx)
	if err != nil {
		return err
	}
	var rows [][]any
	last := map[int64][]int64{} // the cells of a grid on the day before
	open := map[int64]int{}     // the row of a grid that has no end yet
	for _, day := range days {
		now, err := o.cells(ctx, day)
		if err != nil {
			return err
		}
		for _, grid := range o.grids {
			if slices.Equal(now[grid], last[grid]) {
				continue
			}
			if i, ends := open[grid]; ends {
				rows[i][2] = day
				delete(open, grid)
			}
			if len(now[grid]) == 0 {
				continue
			}
			row, err := o.trace(grid, now[grid])
			if err != nil {
				return err
			}
			open[grid] = len(rows)
			rows = append(rows, append([]any{grid, day, nil}, row...))
		}
		last = now
	}
	return o.store(ctx, rows)
}

// days are the first day and those after it on which cells come or go.
func (o outlines) days(ctx context.Context) ([]time.Time, error) {
	rows, err := o.tx.Query(ctx, `
		select distinct q.day from (select lower(valid) as day from cell_grid where grid = any($1) and layer = $2 and upper_inf(recorded)
		  union select upper(valid) from cell_grid where grid = any($1) and layer = $2 and upper_inf(recorded)) q where q.day > $3::date order by 1`, o.grids, o.layer, o.from)
	if err != nil {
		return nil, fmt.Errorf("reading the days of change: %w", err)
	}
	days, err := pgx.CollectRows(rows, pgx.RowTo[time.Time])
	if err != nil {
		return nil, fmt.Errorf("reading the days of change: %w", err)
	}
	return append([]time.Time{o.from}, days...), nil
}

// cells are the cells of each grid on a day, by number.
func (o outlines) cells(ctx context.Context, day time.Time) (map[int64][]int64, error) {
	rows, err := o.tx.Query(ctx, `select cell, grid from cell_grid where grid = any($1) and layer = $2 and upper_inf(recorded) and valid @> $3::date order by cell`, o.grids, o.layer, day)
	if err != nil {
		return nil, fmt.Errorf("reading the cells of grids: %w", err)
	}
	of := map[int64][]int64{}
	var cell, grid int64
	if _, err := pgx.ForEachRow(rows, []any{&cell, &grid}, func() error { of[grid] = append(of[grid], cell); return nil }); err != nil {
		return nil, fmt.Errorf("reading the cells of grids: %w", err)
	}
	return of, nil
}

// trace is one outline: shape, place of the label, area, parts.
func (o outlines) trace(grid int64, cells []int64) ([]any, error) {
	in := func(c int64) bool { _, yes := slices.BinarySearch(cells, c); return yes }
	contour, err := o.mesh.Contour(cells, in)
	if err != nil {
		return nil, fmt.Errorf("tracing grid %d: %w", grid, err)
	}
	pole, _ := geo.Pole(contour.Shape.Metres())
	return []any{multiPolygonWKB(contour.Shape), pointWKB(pole), float64(contour.Shape.Area2()) / 2e4, len(o.mesh.Groups(cells, in))}, nil
}

// store replaces what was kept from the day on; an outline that is as it was
// before goes on.
func (o outlines) store(ctx context.Context, rows [][]any) error {
	name := fmt.Sprintf("p_outline_%d", o.layer)
	if _, err := o.tx.Exec(ctx, `create temp table `+name+` (grid bigint, day date, until date, wkb bytea, label_wkb bytea, area float8, parts int) on commit drop`); err != nil {
		return fmt.Errorf("preparing outlines: %w", err)
	}
	if _, err := o.tx.CopyFrom(ctx, pgx.Identifier{name}, []string{"grid", "day", "until", "wkb", "label_wkb", "area", "parts"}, pgx.CopyFromRows(rows)); err != nil {
		return fmt.Errorf("copying outlines: %w", err)
	}
	return runSteps(ctx, o.tx, `
-- step: 撤下当天以后的图形
delete from grid_shape where layer = @layer and lower(valid) >= @from::date and grid = any(@grids);
-- step: 原图形到前一天为止
update grid_shape set valid = daterange(lower(valid), @from::date) where layer = @layer and valid @> @from::date and grid = any(@grids);
-- step: 没有变的图形延续
update grid_shape s set valid = daterange(lower(s.valid), o.until) from `+name+` o
where o.day = @from::date and s.grid = o.grid and s.layer = @layer and upper(s.valid) = @from::date and abs(s.area - o.area) < 1e-6 and s.parts = o.parts
  and st_equals(s.geom, st_transform(st_geomfromwkb(o.wkb, metric_srid()), 4326));
-- step: 新图形
insert into grid_shape (grid, layer, valid, geom, label, area, parts)
select o.grid, @layer, daterange(o.day, o.until), st_transform(st_geomfromwkb(o.wkb, metric_srid()), 4326), st_transform(st_geomfromwkb(o.label_wkb, metric_srid()), 4326), o.area, o.parts
from `+name+` o where not exists (select from grid_shape s where s.grid = o.grid and s.valid @> o.day);
`, pgx.NamedArgs{"layer": o.layer, "grids": o.grids, "from": o.from})
}

// redrawMoved derives the outlines of the grids that a list of moves names: a
// table with from_grid and to_grid, 0 for nobody.
func (db *DB) redrawMoved(ctx context.Context, tx pgx.Tx, communities []int64, layer int, moves string, from time.Time) error {
	rows, err := tx.Query(ctx, `select from_grid from `+moves+` union select to_grid from `+moves)
	if err != nil {
		return fmt.Errorf("reading which grids moved: %w", err)
	}
	grids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return fmt.Errorf("reading which grids moved: %w", err)
	}
	seen := map[int64]bool{}
	for _, g := range grids {
		seen[g] = true
	}
	delete(seen, 0)
	if len(seen) == 0 {
		return nil
	}
	towns, err := db.towns(ctx, tx, communities)
	if err != nil {
		return err
	}
	mesh, _, _ := joinTowns(towns)
	return outlines{tx, mesh, layer, slices.Sorted(maps.Keys(seen)), from}.redraw(ctx)
}
