package postgres

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

// HealCell joins the pieces of a cut while nothing was built on it.
func (db *DB) HealCell(ctx context.Context, s ward.Scope, cut int64) (change ward.CellChange, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		c, err := cellCuts.get(ctx, tx, s, -cut) // their key counts down
		if err != nil {
			return err
		}
		if !c.Whole {
			return ward.Errorf(ward.Conflict, "其中一块后来又被切开或被新的底图替换：请先接回后来的切线")
		}
		h, err := cellHome(ctx, tx, s, c.Pieces[0])
		if err != nil {
			return err
		}
		r, err := startRecut(ctx, tx, s, h, "heal", c.Pieces)
		if err != nil {
			return err
		}
		if err := refuseBuilt(ctx, tx, cut, c.Pieces); err != nil {
			return err
		}
		if err := db.joinPieces(ctx, r, s, [2]int64(c.Pieces)); err != nil {
			return err
		}
		change = ward.CellChange{Old: c.Pieces, New: r.numbers()}
		// The cell that was cut was itself a piece, maybe: its place is taken by the whole.
		if _, err := tx.Exec(ctx, `with ended as (update cell_cut set healed_at = now(), healed_by = $2, joined = $3 where id = $1 returning cell)
			update cell_cut k set pieces = array_replace(k.pieces, ended.cell, $3) from ended where k.healed_at is null and k.id <> $1 and ended.cell = any(k.pieces)`, cut, s.Actor(), change.New[0]); err != nil {
			return fmt.Errorf("ending a cut: %w", err)
		}
		return appendAuditAt(ctx, tx, s, h.path, "heal-cell", "cell_cut", fmt.Sprint(cut), fmt.Sprintf("地块%d和%d接成%d", c.Pieces[0], c.Pieces[1], change.New[0]))
	})
	return change, err
}

// refuseBuilt refuses to join pieces on which something was built since: they
// were cut again or joined by somebody else, publications gave them to different
// grids, or a plan does.
func refuseBuilt(ctx context.Context, tx pgx.Tx, cut int64, pieces []int64) error {
	var healed, whole, apart bool
	var plans []string
	if err := tx.QueryRow(ctx, `select
		(select healed_at is not null from cell_cut where id = $1),
		(select count(*) = 2 from cell where id = any($2) and upper_inf(valid)),
		exists (select layer, grid, valid from cell_grid where cell = any($2) and upper_inf(recorded) group by 1, 2, 3 having count(*) <> 2),
		array(select p.name from plan p where exists (select label from plan_cell c where c.plan = p.id and c.cell = any($2) group by label having count(*) <> 2) order by p.id limit 5)`,
		cut, pieces).Scan(&healed, &whole, &apart, &plans); err != nil {
		return fmt.Errorf("looking for what was built on a cut: %w", err)
	}
	switch {
	case healed || !whole:
		return ward.Errorf(ward.Conflict, "这条切线已被接回，或其中一块已被替换：请重新读取")
	case apart:
		return ward.Errorf(ward.Conflict, "两块已经或曾经属于不同的网格，不能再接回")
	case len(plans) > 0:
		return ward.Errorf(ward.Conflict, "方案“%s”把两块划给了不同的网格：先把它们划到同一网格，再接回", strings.Join(plans, "”“"))
	}
	return nil
}

func (db *DB) joinPieces(ctx context.Context, r *recut, s ward.Scope, pieces [2]int64) error {
	var number int64
	if err := r.tx.QueryRow(ctx, `select nextval(pg_get_serial_sequence('cell', 'id'))`).Scan(&number); err != nil {
		return fmt.Errorf("numbering a cell: %w", err)
	}
	beside, err := townsBeside(ctx, r.tx, s, pieces[:])
	if err != nil {
		return err
	}
	r.towns = slices.Sorted(maps.Keys(beside))
	towns, err := db.towns(ctx, r.tx, r.towns)
	if err != nil {
		return err
	}
	mesh, _, _ := joinTowns(towns)
	var shape geo.Shape
	r.arcs, shape, err = mesh.Join(pieces, number)
	switch {
	case errors.Is(err, geo.ErrApart):
		return ward.Errorf(ward.Conflict, "两块现在不再相邻，接不成一块")
	case err != nil:
		return err
	}
	r.mesh = mesh.Replace(pieces[:], r.arcs)
	fresh := freshCell{number: number, shape: shape}
	rows, err := r.tx.Query(ctx, `select b.id, st_x(c.pt), st_y(c.pt) from building b join cell c on c.id = b.cell where b.cell = any($1) order by b.id desc`, pieces[:])
	if err != nil {
		return fmt.Errorf("reading the buildings of a cut: %w", err)
	}
	var building int64
	var at orb.Point
	if _, err := pgx.ForEachRow(rows, []any{&building, &at[0], &at[1]}, func() error {
		place := at
		r.homes[building], fresh.point = number, &place // the first building names the cell
		return nil
	}); err != nil {
		return fmt.Errorf("reading the buildings of a cut: %w", err)
	}
	r.fresh = []freshCell{fresh}
	r.heirs = []heir{{pieces[0], number, 1}, {pieces[1], number, 1}}
	return r.run(ctx)
}
