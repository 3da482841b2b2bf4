package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

// writeReport counts what the build did and lists what it had to decide.
func (b *coverageBuild) writeReport(ctx context.Context) error {
	b.step("完成")
	r := b.report
	r.Arcs = len(b.arcs)
	for _, c := range b.clusters {
		if c.straddles && c.block != nil {
			r.Straddling += len(c.buildings)
		}
	}
	for _, k := range b.blocks {
		r.CommunityOverlap += geo.RingsArea(k.rings) * float64(max(k.areas-1, 0))
		if k.narrow && k.seated {
			r.CommunityGap += geo.RingsArea(k.rings)
		}
	}
	err := b.tx.QueryRow(ctx, `
		SELECT (SELECT count(*) FROM c_new), (SELECT count(*) FROM c_new WHERE owner = 0),
		       (SELECT count(*) FROM c_new WHERE NOT fresh), (SELECT count(*) FROM c_new WHERE fresh), (SELECT count(*) FROM c_old WHERE NOT kept),
		       (SELECT count(*) FROM building WHERE cell IS NOT NULL),
		       (SELECT count(*) FROM c_new n WHERE EXISTS (SELECT FROM grid g WHERE g.community = n.community AND g.closed_plan IS NULL)
		          AND NOT EXISTS (SELECT FROM cell_grid cg WHERE cg.cell = n.id AND cg.layer = 1 AND upper_inf(cg.recorded) AND upper_inf(cg.valid)))`).
		Scan(&r.Cells, &r.Voids, &r.Kept, &r.Opened, &r.Closed, &r.Buildings, &r.Unassigned)
	if err != nil {
		return fmt.Errorf("counting cells: %w", err)
	}
	if r.Outside, err = list(ctx, b.tx, pgx.RowTo[string], `
		SELECT code FROM building WHERE cell IS NULL ORDER BY code`); err != nil {
		return fmt.Errorf("listing buildings outside: %w", err)
	}
	if r.Grids, err = list(ctx, b.tx, pgx.RowToStructByName[ward.GridFit], `
		SELECT f.id AS grid, f.code, g.name, f.area, f.overlap, f.gap, f.lost, f.shift, f.parts
		FROM c_fit f JOIN grid g ON g.id = f.id ORDER BY f.code`); err != nil {
		return fmt.Errorf("comparing grids: %w", err)
	}
	if r.Empty, err = list(ctx, b.tx, pgx.RowTo[string], `
		SELECT d.code FROM c_drawn d WHERE NOT EXISTS (SELECT FROM cell_now n WHERE n.grid = d.id) AND d.opened <= today() ORDER BY d.code`); err != nil {
		return fmt.Errorf("listing grids without cells: %w", err)
	}
	if r.Choices, err = list(ctx, b.tx, pgx.RowToStructByName[ward.CellChoice], `
		SELECT c.cell, c.grid, g.code, c.reason, st_x(p.pt) AS lon, st_y(p.pt) AS lat
		FROM c_choice c JOIN grid g ON g.id = c.grid, LATERAL (SELECT st_transform(c.pt, 4326) AS pt) p
		WHERE c.reason <> '' ORDER BY c.cell`); err != nil {
		return fmt.Errorf("listing choices: %w", err)
	}
	return nil
}

// list collects rows into a list that is never nil.
func list[T any](ctx context.Context, tx pgx.Tx, row pgx.RowToFunc[T], sql string) ([]T, error) {
	rows, err := tx.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	out, err := pgx.CollectRows(rows, row)
	if out == nil {
		out = []T{}
	}
	return out, err
}
