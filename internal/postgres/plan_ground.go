package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// planGround reads the ground of some communities as a plan sees it.
func (db *DB) planGround(ctx context.Context, tx pgx.Tx, p ward.Plan, communities []int64) (*ward.Ground, error) {
	towns, err := db.towns(ctx, tx, communities)
	if err != nil {
		return nil, err
	}
	g := &ward.Ground{Plan: p}
	g.Mesh, g.Cells, g.Degrees = joinTowns(towns)
	layer := layerOf(p.Kind)
	if err := readLabels(ctx, tx, g, layer, communities); err != nil {
		return nil, err
	}
	if g.Official, err = officialGrids(ctx, tx, layer.kinds, communities); err != nil {
		return nil, err
	}
	if err := readOthers(ctx, tx, g, layer, communities); err != nil {
		return nil, err
	}
	if g.States, err = planStates(ctx, tx, p.ID); err != nil {
		return nil, err
	}
	if g.Walked, err = walkedPieces(ctx, tx, p.ID); err != nil {
		return nil, err
	}
	if g.Astray, err = astrayCells(ctx, tx, p.ID); err != nil {
		return nil, err
	}
	if g.MovesBorders() {
		if err := readTowns(ctx, tx, g, communities); err != nil {
			return nil, err
		}
	}
	return g.Ready(), nil
}

// planGrounds reads the ground of a plan as its rules look at it: community by
// community, because grids nest in them and a district need not be in memory at
// once; all together when the plan moves the borders between them.
func (db *DB) planGrounds(ctx context.Context, tx pgx.Tx, p ward.Plan, communities []int64, see func(*ward.Ground) error) error {
	groups := [][]int64{communities}
	if p.Kind != ward.PlanOfCommunities {
		groups = slices.Collect(slices.Chunk(communities, 1))
	}
	for _, group := range groups {
		g, err := db.planGround(ctx, tx, p, group)
		if err != nil {
			return err
		}
		g.Only(group...)
		if err := see(g); err != nil {
			return err
		}
	}
	return nil
}

// astrayCells are cells of a plan that another plan gave to a community outside it.
func astrayCells(ctx context.Context, tx pgx.Tx, plan int64) ([]int64, error) {
	rows, err := tx.Query(ctx, `select pc.cell from plan_cell pc `+strayed+` where pc.plan = $1 order by 1`, plan)
	if err != nil {
		return nil, fmt.Errorf("looking for cells outside the plan: %w", err)
	}
	cells, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("looking for cells outside the plan: %w", err)
	}
	return cells, nil
}

// strayed joins plan_cell pc to communities its plan is not about.
const strayed = `join cell_community cc on cc.cell = pc.cell and upper_inf(cc.valid) and not exists (select from plan_community s where s.plan = pc.plan and s.community = cc.community)`

// readTowns fills in what the checks of a plan of community borders look at.
func readTowns(ctx context.Context, tx pgx.Tx, g *ward.Ground, communities []int64) error {
	g.Towns = map[int64]string{}
	rows, err := tx.Query(ctx, `select id, name from area where id = any($1)`, communities)
	if err != nil {
		return fmt.Errorf("reading the names of communities: %w", err)
	}
	var id int64
	var name string
	if _, err := pgx.ForEachRow(rows, []any{&id, &name}, func() error { g.Towns[id] = name; return nil }); err != nil {
		return fmt.Errorf("reading the names of communities: %w", err)
	}
	g.Places, err = many[ward.GroundPlace](ctx, tx, `
		with here as materialized (select cell from cell_community where community = any(@communities) and upper_inf(valid))
		select 'point' as kind, p.name, p.cell, '{}'::bigint[] as doors from here join point p on p.cell = here.cell
		union all select 'branch', b.name, u.cell, '{}' from here join building u on u.cell = here.cell join branch b on b.building = u.id and b.area = any(@communities)
		union all select 'hub', h.name, u.cell, array(select distinct x.cell from hub_door o join household d on d.id = o.household join building x on x.id = d.building where o.hub = h.id and x.cell is not null order by 1)
		from here join building u on u.cell = here.cell join household n on n.building = u.id join hub h on h.household = n.id
		order by 1, 2, 3`, pgx.NamedArgs{"communities": communities})
	if err != nil {
		return fmt.Errorf("reading what serves the communities: %w", err)
	}
	return nil
}

// walkedPieces is how the newest walk along the border of a plan stands; empty, not
// nil, when there was none.
func walkedPieces(ctx context.Context, tx pgx.Tx, plan int64) ([]ward.WalkedPiece, error) {
	list, err := many[ward.WalkedPiece](ctx, tx, `
		select p.mark, p.state, p.name, p.pairs, coalesce(r.reason, '') as reason, coalesce(r.name, '') as by, st_lineinterpolatepoint(p.line, 0.5) as place
		from border_piece_now p left join lateral (
		  select b.reason, a.name from border_answer b join account a on a.id = b.account where p.state = 'rejected' and b.piece = p.id and b.verdict = 'rejected' order by b.at desc, b.received_at desc limit 1) r on true
		where p.walk = (select max(id) from border_walk where plan = @plan) order by p.mark`, pgx.NamedArgs{"plan": plan})
	if err != nil {
		return nil, fmt.Errorf("reading what was found on the spot: %w", err)
	}
	return list, nil
}

// readLabels fills in who has each cell, officially and in the plan.
func readLabels(ctx context.Context, tx pgx.Tx, g *ward.Ground, layer planLayer, communities []int64) error {
	at := make(map[int64]*ward.GroundCell, len(g.Cells))
	for i := range g.Cells {
		at[g.Cells[i].ID] = &g.Cells[i]
	}
	rows, err := tx.Query(ctx, `
		select cc.cell, coalesce(h.grid, 0), coalesce(pc.from_grid, h.grid, 0), coalesce(pc.label, h.grid, 0), coalesce(o.grid, 0)
		from cell_community cc left join `+layer.head+` h on h.cell = cc.cell left join plan_cell pc on pc.plan = $1 and pc.cell = cc.cell
		left join `+layer.other+` o on o.cell = cc.cell
		where cc.community = any($2) and upper_inf(cc.valid)`, g.Plan.ID, communities)
	if err != nil {
		return fmt.Errorf("reading who has the cells: %w", err)
	}
	var cell, head, from, now, other int64
	_, err = pgx.ForEachRow(rows, []any{&cell, &head, &from, &now, &other}, func() error {
		if c := at[cell]; c != nil {
			c.Head, c.From, c.Now, c.Other = head, from, now, other
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading who has the cells: %w", err)
	}
	return nil
}

// readOthers says what the grids of the other layer are, where there are any, and
// for micro-grids which cells have a steward.
func readOthers(ctx context.Context, tx pgx.Tx, g *ward.Ground, layer planLayer, communities []int64) (err error) {
	if !slices.ContainsFunc(g.Cells, func(c ward.GroundCell) bool { return c.Other != 0 }) {
		return nil
	}
	if g.Others, err = officialGrids(ctx, tx, layer.others, communities); err != nil || !g.Micro() {
		return err
	}
	rows, err := tx.Query(ctx, `
		select b.cell, count(distinct sp.steward) from cell_community cc join building b on b.cell = cc.cell and b.ended is null
		join steward_place sp on sp.building = b.id or sp.courtyard = b.courtyard
		where cc.community = any($1) and upper_inf(cc.valid) group by 1`, communities)
	if err != nil {
		return fmt.Errorf("reading the stewards of cells: %w", err)
	}
	stewards := map[int64]int{}
	var cell int64
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&cell, &n}, func() error { stewards[cell] = n; return nil }); err != nil {
		return fmt.Errorf("reading the stewards of cells: %w", err)
	}
	for i := range g.Cells {
		g.Cells[i].Stewards = stewards[g.Cells[i].ID]
	}
	return nil
}

// officialGrids are the grids of the last scheduled state that are of some kinds.
func officialGrids(ctx context.Context, tx pgx.Tx, kinds string, communities []int64) (map[int64]ward.OfficialGrid, error) {
	list, err := many[ward.OfficialGrid](ctx, tx, `
		select g.id, g.community, g.code, g.name, g.kind, g.colour, b.id as branch, coalesce(b.name, '') as branch_name
		from grid g left join branch_grid bg on bg.grid = g.id and upper_inf(bg.valid) left join branch b on b.id = bg.branch
		where g.community = any(@communities) and g.closed_plan is null and `+kinds, pgx.NamedArgs{"communities": communities})
	if err != nil {
		return nil, fmt.Errorf("reading the official grids: %w", err)
	}
	grids := make(map[int64]ward.OfficialGrid, len(list))
	for _, g := range list {
		grids[g.ID] = g
	}
	return grids, nil
}

// planStates is what a plan says of grids.
func planStates(ctx context.Context, tx pgx.Tx, plan int64) (map[int64]ward.PlanGridState, error) {
	states := map[int64]ward.PlanGridState{}
	rows, err := tx.Query(ctx, `select label, state from plan_grid where plan = $1`, plan)
	if err != nil {
		return nil, fmt.Errorf("reading the grids of a plan: %w", err)
	}
	var label int64
	var state ward.PlanGridState
	_, err = pgx.ForEachRow(rows, []any{&label, &state}, func() error {
		states[label], state = state, ward.PlanGridState{}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the grids of a plan: %w", err)
	}
	return states, nil
}
