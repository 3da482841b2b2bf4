package postgres

import (
	"context"
	_ "embed"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/geo"
)

//go:embed coverage_shape.sql
var coverageShapeSQL string

// traceShapes derives the outline of every grid and micro-grid from the arcs: for today and
// every later day on which an assignment changes, and the first time also for
// the past; and the boundaries of communities.
func (b *coverageBuild) traceShapes(ctx context.Context) error {
	for layer, what := range map[int]string{1: "grid", 2: "micro"} {
		if err := b.traceLayer(ctx, layer, what); err != nil {
			return err
		}
	}
	label, err := b.labels(ctx, `SELECT cell, community FROM cell_community WHERE valid @> today()`)
	if err != nil {
		return err
	}
	return b.traceInto(ctx, "area", label, nil, nil)
}

// traceLayer derives the outlines of grids (layer 1) or micro-grids (layer 2).
func (b *coverageBuild) traceLayer(ctx context.Context, layer int, what string) error {
	rows, err := b.tx.Query(ctx, `
		SELECT DISTINCT greatest(lower(cg.valid), known.day) AS day
		FROM cell_grid cg JOIN cell c ON c.id = cg.cell AND upper_inf(c.valid),
		     (SELECT CASE WHEN exists (SELECT FROM grid_shape WHERE layer = $1) THEN today() END AS day) known
		WHERE cg.layer = $1 AND upper_inf(cg.recorded) ORDER BY 1`, layer)
	if err != nil {
		return fmt.Errorf("reading the days of change: %w", err)
	}
	days, err := pgx.CollectRows(rows, pgx.RowTo[time.Time])
	if err != nil {
		return fmt.Errorf("reading the days of change: %w", err)
	}
	for i, day := range days {
		var until any
		if i+1 < len(days) {
			until = days[i+1]
		}
		label, err := b.labels(ctx, `
			SELECT cell, grid FROM cell_grid WHERE layer = $2 AND upper_inf(recorded) AND valid @> $1::date`, day, layer)
		if err != nil {
			return err
		}
		if err := b.traceInto(ctx, what, label, day, until); err != nil {
			return err
		}
	}
	return nil
}

// labels reads pairs of cell and label.
func (b *coverageBuild) labels(ctx context.Context, sql string, args ...any) (func(int64) int64, error) {
	labels, err := cellLabels(ctx, b.tx, sql, args...)
	return func(cell int64) int64 { return labels[cell] }, err
}

// cellLabels reads pairs of cell and label, e.g. its grid on a day.
func cellLabels(ctx context.Context, tx pgx.Tx, sql string, args ...any) (map[int64]int64, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("reading assignments: %w", err)
	}
	labels := map[int64]int64{}
	var cell, label int64
	if _, err := pgx.ForEachRow(rows, []any{&cell, &label}, func() error { labels[cell] = label; return nil }); err != nil {
		return nil, fmt.Errorf("reading assignments: %w", err)
	}
	return labels, nil
}

// traceInto writes the outline of every label into c_shape, valid from day until
// another day or for ever.
func (b *coverageBuild) traceInto(ctx context.Context, of string, label func(int64) int64, day, until any) error {
	shapes, err := geo.Trace(b.arcs, label)
	if err != nil {
		return fmt.Errorf("tracing shapes: %w", err)
	}
	parts := geo.Parts(b.arcs, label)
	named := slices.Sorted(maps.Keys(shapes))
	plane := make([]orb.MultiPolygon, len(named))
	for i, l := range named {
		plane[i] = shapes[l].Metres()
	}
	poles := geo.Poles(plane)
	var rows [][]any
	for i, l := range named {
		shape := shapes[l]
		rows = append(rows, []any{
			of, l, day, until, multiPolygonWKB(shape), pointWKB(poles[i]), float64(shape.Area2()) / 2e4, len(parts[l]),
		})
	}
	return b.copy(ctx, "c_shape", []string{"of_what", "id", "day", "until", "wkb", "label_wkb", "area", "parts"}, rows)
}

func pointWKB(p orb.Point) []byte {
	out := binary.LittleEndian.AppendUint64([]byte{1, 1, 0, 0, 0}, math.Float64bits(p[0]))
	return binary.LittleEndian.AppendUint64(out, math.Float64bits(p[1]))
}

// colourGrids gives a colour to grids whose colour a neighbour has too, and
// leaves all others as they are.
func (b *coverageBuild) colourGrids(ctx context.Context) error {
	label, err := b.labels(ctx, `SELECT cell, grid FROM cell_now`)
	if err != nil {
		return err
	}
	colour, err := b.labels(ctx, `SELECT id, colour + 1 FROM grid`)
	if err != nil {
		return err
	}
	var rows [][]any
	for grid, c := range geo.Colour(geo.Neighbours(b.arcs, label), func(g int64) int { return int(colour(g)) - 1 }, gridColours) {
		rows = append(rows, []any{grid, c})
	}
	if err := b.copy(ctx, "c_colour", []string{"grid", "colour"}, rows); err != nil {
		return err
	}
	_, err = b.tx.Exec(ctx, `UPDATE grid g SET colour = c.colour FROM c_colour c WHERE c.grid = g.id AND c.colour <> g.colour`)
	return err
}

// gridColours is how many colours the map has for grids: six are always enough
// (smallest-last order; five neighbours at most are coloured before any grid).
const gridColours = 6
