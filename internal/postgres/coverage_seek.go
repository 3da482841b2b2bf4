package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/geo"
)

// seekGrids counts, for each cell without a grid, the drawn grids of its
// community that hold its point, and names the one when there is just one.
func (b *coverageBuild) seekGrids(ctx context.Context) error {
	type drawnGrid struct{ id, community int64 }
	var grids []drawnGrid
	var shapes []geo.Shape
	home := map[int64]int64{}
	rows, err := b.tx.Query(ctx, `SELECT id, community FROM c_drawn`)
	if err != nil {
		return fmt.Errorf("reading drawn grids: %w", err)
	}
	var id, community int64
	if _, err := pgx.ForEachRow(rows, []any{&id, &community}, func() error { home[id] = community; return nil }); err != nil {
		return fmt.Errorf("reading drawn grids: %w", err)
	}
	err = eachShape(ctx, b.tx, `SELECT id, st_asbinary(geom) FROM c_drawn ORDER BY id`, nil, func(id int64, shape geo.Shape) {
		grids, shapes = append(grids, drawnGrid{id, home[id]}), append(shapes, shape)
	})
	if err != nil {
		return fmt.Errorf("reading drawn grids: %w", err)
	}
	drawn := geo.NewShapes(shapes)
	var held [][]any
	rows, err = b.tx.Query(ctx, `SELECT id, community, st_x(pt), st_y(pt) FROM c_todo`)
	if err != nil {
		return fmt.Errorf("reading cells without a grid: %w", err)
	}
	var at orb.Point
	_, err = pgx.ForEachRow(rows, []any{&id, &community, &at[0], &at[1]}, func() error {
		n, grid := 0, any(nil)
		drawn.Holding(at, func(i int) {
			if grids[i].community == community {
				n++
				grid = grids[i].id
			}
		})
		if n != 1 {
			grid = nil
		}
		held = append(held, []any{id, n, grid})
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading cells without a grid: %w", err)
	}
	return b.copy(ctx, "c_held", []string{"cell", "n", "grid"}, held)
}
