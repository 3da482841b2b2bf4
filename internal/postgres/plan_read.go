package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// PlanCells reads the ground of a plan for an editor.
func (db *DB) PlanCells(ctx context.Context, s ward.Scope, id int64, v ward.PlanView) (out ward.PlanCells, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		p, communities, err := viewed(ctx, tx, s, id, v)
		if err != nil {
			return err
		}
		g, err := db.planGround(ctx, tx, p, communities)
		if err != nil {
			return err
		}
		g.Only(communities...)
		out = g.Compact()
		return nil
	})
	return out, err
}

// PlanGrids describes the grids of a plan with their shapes.
func (db *DB) PlanGrids(ctx context.Context, s ward.Scope, id int64, v ward.PlanView) ([]ward.PlanGrid, error) {
	out := []ward.PlanGrid{}
	err := db.eachTown(ctx, s, id, v, func(g *ward.Ground) {
		out = append(out, g.Grids(g.Labels(), true)...)
	})
	return out, err
}

// PlanChecks runs every check of a plan.
func (db *DB) PlanChecks(ctx context.Context, s ward.Scope, id int64, v ward.PlanView) ([]ward.PlanCheck, error) {
	out := []ward.PlanCheck{}
	err := db.eachTown(ctx, s, id, v, func(g *ward.Ground) { out = append(out, g.CheckAll()...) })
	return out, err
}

// eachTown shows the ground of a plan, see planGrounds.
func (db *DB) eachTown(ctx context.Context, s ward.Scope, id int64, v ward.PlanView, see func(*ward.Ground)) error {
	return db.read(ctx, func(tx pgx.Tx) error {
		p, communities, err := viewed(ctx, tx, s, id, v)
		if err != nil {
			return err
		}
		return db.planGrounds(ctx, tx, p, communities, func(g *ward.Ground) error { see(g); return nil })
	})
}

// viewed reads a plan and which of its communities are asked for.
func viewed(ctx context.Context, tx pgx.Tx, s ward.Scope, id int64, v ward.PlanView) (p ward.Plan, communities []int64, err error) {
	p, communities, err = planHead(ctx, tx, s, id, false)
	if err != nil {
		return p, nil, err
	}
	box, on, err := ward.Filter{BBox: v.BBox}.Bound()
	if p.Kind == ward.PlanOfCommunities && err == nil {
		return p, communities, nil // a grid may lie in two of them
	}
	if err != nil || !on && v.Community == 0 {
		return p, communities, err
	}
	where, args := "id = any(@all)", pgx.NamedArgs{"all": communities, "one": v.Community}
	if v.Community > 0 {
		where += " and id = @one"
	}
	if on {
		where += " and geom && st_makeenvelope(@west, @south, @east, @north, 4326)"
		args["west"], args["south"], args["east"], args["north"] = box.Min[0], box.Min[1], box.Max[0], box.Max[1]
	}
	rows, err := tx.Query(ctx, `select id from area where `+where+` order by id`, args)
	if err != nil {
		return p, nil, fmt.Errorf("choosing communities: %w", err)
	}
	communities, err = pgx.CollectRows(rows, pgx.RowTo[int64])
	if err == nil && communities == nil {
		communities = []int64{}
	}
	if err == nil && v.Community > 0 && len(communities) == 0 {
		err = ward.Errorf(ward.NotFound, "这个社区不在方案范围内")
	}
	return p, communities, err
}
