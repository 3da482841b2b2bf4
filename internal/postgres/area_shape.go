package postgres

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/geo"
)

//go:embed area_shape.sql
var areaShapeSQL string

// outlineTowns derives the outlines of communities from a day on: for that day and
// every later one on which ground of theirs changes its community.
func outlineTowns(ctx context.Context, tx pgx.Tx, towns []int64, day time.Time) error {
	if len(towns) == 0 {
		return nil
	}
	arcs, err := townArcs(ctx, tx, towns, day)
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `select distinct greatest(lower(valid), $2::date) from cell_community where community = any($1) and (upper_inf(valid) or upper(valid) > $2::date) order by 1`, towns, day)
	if err != nil {
		return fmt.Errorf("reading the days communities change: %w", err)
	}
	days, err := pgx.CollectRows(rows, pgx.RowTo[time.Time])
	if err != nil {
		return fmt.Errorf("reading the days communities change: %w", err)
	}
	var next [][]any
	for i, on := range days {
		var until any
		if i+1 < len(days) {
			until = days[i+1]
		}
		shapes, err := townShapes(ctx, tx, arcs, towns, on)
		if err != nil {
			return err
		}
		for town, shape := range shapes {
			pole, _ := geo.Pole(shape.Metres())
			next = append(next, []any{town, on, until, multiPolygonWKB(shape), pointWKB(pole)})
		}
	}
	if _, err := tx.Exec(ctx, `create temp table o_next (area bigint, day date, until date, wkb bytea, label_wkb bytea) on commit drop`); err != nil {
		return fmt.Errorf("preparing outlines: %w", err)
	}
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"o_next"}, []string{"area", "day", "until", "wkb", "label_wkb"}, pgx.CopyFromRows(next)); err != nil {
		return fmt.Errorf("copying outlines: %w", err)
	}
	return runSteps(ctx, tx, areaShapeSQL, pgx.NamedArgs{"towns": towns, "day": day})
}

// townArcs reads the borders of all cells that are of the communities on a day or
// later.
func townArcs(ctx context.Context, tx pgx.Tx, towns []int64, day time.Time) ([]geo.Arc, error) {
	rows, err := tx.Query(ctx, `
		with here as materialized (select distinct cell from cell_community where community = any($1) and (upper_inf(valid) or upper(valid) > $2::date)),
		ids as (select a.id from here join cell_arc a on a.l = here.cell union select a.id from here join cell_arc a on a.r = here.cell)
		select a.l, a.r, st_asbinary(a.geom, 'NDR') from ids join cell_arc a on a.id = ids.id order by a.id`, towns, day)
	if err != nil {
		return nil, fmt.Errorf("reading the borders of communities: %w", err)
	}
	var out []geo.Arc
	var l, r int64
	var line []byte
	_, err = pgx.ForEachRow(rows, []any{&l, &r, &line}, func() error {
		a := geo.Arc{Left: l, Right: r}
		for _, p := range lineOfWKB(line) {
			a.Points = append(a.Points, geo.CmOf(p))
		}
		out = append(out, a)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the borders of communities: %w", err)
	}
	return out, nil
}

// townShapes traces the communities as they are on a day.
func townShapes(ctx context.Context, tx pgx.Tx, arcs []geo.Arc, towns []int64, day time.Time) (map[int64]geo.Shape, error) {
	rows, err := tx.Query(ctx, `select cell, community from cell_community where community = any($1) and valid @> $2::date`, towns, day)
	if err != nil {
		return nil, fmt.Errorf("reading the communities of a day: %w", err)
	}
	labels := map[int64]int64{}
	var cell, town int64
	if _, err := pgx.ForEachRow(rows, []any{&cell, &town}, func() error { labels[cell] = town; return nil }); err != nil {
		return nil, fmt.Errorf("reading the communities of a day: %w", err)
	}
	shapes, err := geo.Trace(arcs, func(cell int64) int64 { return labels[cell] })
	if err != nil {
		return nil, fmt.Errorf("tracing communities: %w", err)
	}
	delete(shapes, 0)
	return shapes, nil
}

// outlineMoved derives again, from today on, the outlines of communities whose
// border a plan has moved or will.
func (b *coverageBuild) outlineMoved(ctx context.Context) error {
	return outlineMoved(ctx, b.tx)
}

func outlineMoved(ctx context.Context, tx pgx.Tx) error {
	var towns []int64
	var today time.Time
	if err := tx.QueryRow(ctx, `select array(select distinct area from area_shape order by 1), today()`).Scan(&towns, &today); err != nil {
		return fmt.Errorf("reading which borders have moved: %w", err)
	}
	return outlineTowns(ctx, tx, towns, today)
}
