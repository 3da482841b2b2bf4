package postgres

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/geo"
)

// bendNeighbours gives the cells beside a cut the vertices it put into their
// borders; they move by under a centimetre.
func (r *recut) bendNeighbours(ctx context.Context) error {
	for _, cell := range r.bent() {
		c, err := r.mesh.Contour([]int64{cell}, func(c int64) bool { return c == cell })
		if err != nil || len(c.Shape) != 1 {
			return fmt.Errorf("tracing the cell beside a cut: %d parts, %w", len(c.Shape), err)
		}
		if _, err := r.tx.Exec(ctx, `update cell set geom = $2::geometry, area = $3 where id = $1`, cell, r.plane.polygon(c.Shape[0]), float64(c.Shape.Area2())/2e4); err != nil {
			return fmt.Errorf("writing the cell beside a cut: %w", err)
		}
	}
	return nil
}

// bent are the cells beside a cut that got a new vertex.
func (r *recut) bent() []int64 {
	seen := map[int64]bool{}
	for _, b := range r.bends {
		seen[b.Across] = true
	}
	delete(seen, 0)
	return slices.Sorted(maps.Keys(seen))
}

// bendGrids derives again, from today on, the outlines of grids and micro-grids whose border got
// a new vertex, so that neighbours go on sharing every vertex.
func (r *recut) bendGrids(ctx context.Context) error {
	if len(r.bends) == 0 {
		return nil
	}
	type outline struct {
		Grid  int64
		Layer int
		Day   time.Time
	}
	list, err := many[outline](ctx, r.tx, `
		select s.grid, s.layer, greatest(lower(s.valid), today()) as day from grid_shape s where (upper_inf(s.valid) or upper(s.valid) > today())
		and s.grid in (select cg.grid from cell_grid cg where upper_inf(cg.recorded) and cg.cell = any(@cells))
		order by 2, 3, 1`, pgx.NamedArgs{"cells": append(r.numbers(), r.bent()...)})
	if err != nil {
		return fmt.Errorf("reading the grids beside a cut: %w", err)
	}
	var last outline
	var labels map[int64]int64
	for _, o := range list {
		if labels == nil || o.Day != last.Day || o.Layer != last.Layer {
			last = o
			if labels, err = r.labels(ctx, `select cg.cell, cg.grid from cell_grid cg join cell_community cc on cc.cell = cg.cell and upper_inf(cc.valid)
				where cg.layer = $3 and upper_inf(cg.recorded) and cg.valid @> $2::date and cc.community = any($1)`, r.towns, o.Day, o.Layer); err != nil {
				return err
			}
		}
		shape, err := r.trace(labels, o.Grid)
		if err != nil {
			return err
		}
		if _, err := r.tx.Exec(ctx, `update grid_shape set geom = st_transform(st_geomfromwkb($3, metric_srid()), 4326), area = $4 where grid = $1 and valid @> $2::date`,
			o.Grid, o.Day, multiPolygonWKB(shape), float64(shape.Area2())/2e4); err != nil {
			return fmt.Errorf("writing the outline of a grid: %w", err)
		}
	}
	return nil
}

// bendTowns does the same for communities whose limit got a new vertex.
func (r *recut) bendTowns(ctx context.Context) error {
	if len(r.bends) == 0 || len(r.towns) < 2 {
		return nil
	}
	labels, err := r.labels(ctx, `select cell, community from cell_community where valid @> today() and community = any($1)`, r.towns)
	if err != nil {
		return err
	}
	home := labels[r.fresh[0].number]
	touched := map[int64]bool{}
	for _, cell := range r.bent() {
		if labels[cell] != home {
			touched[home], touched[labels[cell]] = true, true
		}
	}
	for _, town := range slices.Sorted(maps.Keys(touched)) {
		shape, err := r.trace(labels, town)
		if err != nil {
			return err
		}
		if _, err := r.tx.Exec(ctx, `
			with now as (update area set geom = st_transform(st_geomfromwkb($2, metric_srid()), 4326) where id = $1 returning id, geom)
			update area_outline o set derived = now.geom from now where o.area = now.id`, town, multiPolygonWKB(shape)); err != nil {
			return fmt.Errorf("writing the limit of a community: %w", err)
		}
	}
	if len(touched) == 0 {
		return nil
	}
	return outlineMoved(ctx, r.tx)
}

func (r *recut) labels(ctx context.Context, sql string, args ...any) (map[int64]int64, error) {
	return cellLabels(ctx, r.tx, sql, args...)
}

// trace is the outline of all cells of a label.
func (r *recut) trace(labels map[int64]int64, label int64) (geo.Shape, error) {
	var cells []int64
	for cell, l := range labels {
		if l == label {
			cells = append(cells, cell)
		}
	}
	slices.Sort(cells)
	c, err := r.mesh.Contour(cells, func(cell int64) bool { return labels[cell] == label })
	if err != nil {
		return nil, fmt.Errorf("tracing %d: %w", label, err)
	}
	return c.Shape, nil
}
