package postgres

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

//go:embed plan_micro.sql
var microSQL string

//go:embed plan_micro_back.sql
var microBackSQL string

// publishMicros makes a plan of micro-grids official. The ground is read, locked
// and checked as for any plan; args has the time of the record.
func (db *DB) publishMicros(ctx context.Context, tx pgx.Tx, grounds []*ward.Ground, touched []int64, args pgx.NamedArgs) error {
	if err := refuseUnripe(ctx, tx, grounds, args); err != nil {
		return err
	}
	if err := makeMicros(ctx, tx, grounds, args); err != nil {
		return err
	}
	if err := runSteps(ctx, tx, `
-- step: 列出微网格的改动
create temp table p_micro on commit drop as
select pc.cell, pc.from_grid, coalesce(pg.made, pc.label) as to_grid, h.since
from plan_cell pc left join plan_grid pg on pg.plan = pc.plan and pg.label = pc.label left join micro_head h on h.cell = pc.cell
where pc.plan = @plan;
-- step: 记下公布
insert into publish_log (plan, effective, by_whom, impact)
select @plan, @effective::date, a.name, jsonb_build_object('cells', (select count(*) from p_micro), 'households', (select coalesce(sum(s.households), 0) from p_micro m join cell_stat s on s.cell = m.cell))
from account a where a.id = @actor;
-- step: 方案记下编号
update plan set seq = (select max(seq) from publish_log where plan = @plan), effective = @effective::date where id = @plan;
-- step: 记下到日子改的名称
insert into publish_rename (seq, grid, name)
select p.seq, g.id, pg.state->>'name' from plan p join plan_grid pg on pg.plan = p.id and pg.label > 0 join grid g on g.id = pg.label
where p.id = @plan and coalesce(pg.state->>'name', '') not in ('', g.name);`, args); err != nil {
		return err
	}
	return db.moveMicros(ctx, tx, touched, args)
}

// followMicros keeps micro-grids inside the grids of a plan that is published:
// what it cuts off from its micro-grid is nobody's from the same day on (see
// ward.Ground.Freed).
func (db *DB) followMicros(ctx context.Context, tx pgx.Tx, grounds []*ward.Ground, touched []int64, args pgx.NamedArgs) error {
	var freed, moved []int64
	for _, g := range grounds {
		freed = append(freed, g.Freed()...)
		for i := range g.Cells { // the code and the territory of a micro-grid are of its community
			if c := &g.Cells[i]; c.Other != 0 && g.TownOf(c) != c.Community {
				freed = append(freed, c.ID)
			}
		}
		for _, c := range g.Cells {
			if c.Other != 0 && c.Now != c.Head {
				moved = append(moved, c.Other)
			}
		}
	}
	if err := refuseBusy(ctx, tx, moved, args); err != nil || len(freed) == 0 {
		return err
	}
	if _, err := tx.Exec(ctx, `create temp table p_micro on commit drop as
		select cell, grid as from_grid, 0::bigint as to_grid, since from micro_head where cell = any($1)`, freed); err != nil {
		return fmt.Errorf("listing what leaves its micro-grid: %w", err)
	}
	return db.moveMicros(ctx, tx, touched, args)
}

// refuseUnripe refuses a plan of micro-grids for a day on which its ground is
// still in other grids: it was drawn in the grids of a later publication; and for
// a day before one on which other micro-grids are already to change.
func refuseUnripe(ctx context.Context, tx pgx.Tx, grounds []*ward.Ground, args pgx.NamedArgs) error {
	var cells, moved []int64
	for _, g := range grounds {
		into := map[int64]bool{}
		for _, c := range g.Cells {
			if c.Now != c.Head {
				into[c.Now], moved = true, append(moved, c.ID)
			}
		}
		delete(into, 0)
		for _, l := range slices.Sorted(maps.Keys(into)) {
			cells = append(cells, g.Of(l)...)
		}
	}
	var young, later int
	if err := tx.QueryRow(ctx, `select (select count(*) from cell_head where cell = any($1) and since > $3::date),
		(select count(distinct cell) from cell_grid where cell = any($2) and layer = 2 and upper_inf(recorded) and (lower(valid) > $3::date or upper(valid) > $3::date))`,
		cells, moved, args["effective"]).Scan(&young, &later); err != nil {
		return fmt.Errorf("looking for later publications: %w", err)
	}
	if young > 0 {
		return ward.Errorf(ward.Conflict, "其中%d个地块的网格要到更晚的日期才生效，微网格的生效日期不能早于它", young)
	}
	if later > 0 {
		return ward.Errorf(ward.Conflict, "其中%d个地块已有排在更晚日期的微网格公布，生效日期应在其后", later)
	}
	return nil
}

// refuseBusy refuses a plan of grids that moves ground of micro-grids which a
// scheduled plan changes later: what they will be then was drawn in other grids.
func refuseBusy(ctx context.Context, tx pgx.Tx, moved []int64, args pgx.NamedArgs) error {
	var busy int
	if err := tx.QueryRow(ctx, `
		with here as (select distinct grid from cell_grid where layer = 2 and upper_inf(recorded) and (upper_inf(valid) or upper(valid) > $2::date)
		  and (grid = any($1) or cell in (select cell from plan_cell where plan = $3)))
		select count(distinct cg.grid) from cell_grid cg join here using (grid)
		where cg.layer = 2 and upper_inf(cg.recorded) and (lower(cg.valid) > $2::date or upper(cg.valid) > $2::date)`,
		moved, args["effective"], args["plan"]).Scan(&busy); err != nil {
		return fmt.Errorf("looking for scheduled micro-grids: %w", err)
	}
	if busy > 0 {
		return ward.Errorf(ward.Conflict, "涉及的%d个微网格已有排在更晚日期的公布：请把生效日期定在其后，或先取消那次公布", busy)
	}
	return nil
}

// makeMicros opens the new micro-grids under the next codes of their grid, and
// again those the plan reopens.
func makeMicros(ctx context.Context, tx pgx.Tx, grounds []*ward.Ground, args pgx.NamedArgs) error {
	for _, g := range grounds {
		colours := coloursOf(g)
		for _, label := range g.NewGrids() {
			card := g.Grid(label, false)
			var err error
			if card.Code == "" {
				card.Code, err = microCode(ctx, tx, g.Others[card.Parent].Code, card.Grid, args)
			}
			if err == nil {
				_, err = makeGrid(ctx, tx, card, colours[label], args)
			}
			if err != nil {
				return err
			}
		}
	}
	return reopenGrids(ctx, tx, args)
}

// microCode is the next code in a grid; codes are never used twice, those of closed
// micro-grids neither. One the plan made before keeps its own.
func microCode(ctx context.Context, tx pgx.Tx, parent string, label int64, args pgx.NamedArgs) (string, error) {
	var made string
	err := tx.QueryRow(ctx, `select g.code from plan_grid p join grid g on g.id = p.made where p.plan = $1 and p.label = $2`, args["plan"], label).Scan(&made)
	if !errors.Is(err, pgx.ErrNoRows) {
		return made, err
	}
	var last int
	if err := tx.QueryRow(ctx, `select coalesce(max(substring(code from length($1) + 1)::int), 0) from grid
		where kind = 'micro' and left(code, length($1)) = $1 and substring(code from length($1) + 1) ~ '^[0-9]{2,4}$'`, parent).Scan(&last); err != nil {
		return "", fmt.Errorf("choosing a code: %w", err)
	}
	return ward.MicroCode(parent, last+1), nil
}

// moveMicros carries out p_micro: records, lineage, and the outlines of the
// micro-grids that lose or gain ground.
func (db *DB) moveMicros(ctx context.Context, tx pgx.Tx, touched []int64, args pgx.NamedArgs) error {
	if err := runSteps(ctx, tx, microSQL, args); err != nil {
		return err
	}
	return db.redrawMoved(ctx, tx, touched, 2, "p_micro", args["effective"].(time.Time))
}

// unscheduleMicros takes back what a publication did to micro-grids.
func (db *DB) unscheduleMicros(ctx context.Context, tx pgx.Tx, communities []int64, day time.Time, args pgx.NamedArgs) error {
	var later int
	if err := tx.QueryRow(ctx, `
		select count(*) from micro_touch t left join micro_head h on h.cell = t.cell
		where t.seq = $1 and (h.grid is distinct from t.to_grid or h.since <> $2::date or (t.to_grid is null and exists (
		  select from cell_grid cg where cg.cell = t.cell and cg.layer = 2 and upper_inf(cg.recorded) and lower(cg.valid) >= $2::date)))`, args["seq"], args["effective"]).Scan(&later); err != nil {
		return fmt.Errorf("looking for later publications: %w", err)
	}
	if later > 0 {
		return ward.Errorf(ward.Conflict, "其中%d个地块的微网格后来又有公布，请先取消后面的公布", later)
	}
	if err := runSteps(ctx, tx, microBackSQL, args); err != nil {
		return err
	}
	return db.redrawMoved(ctx, tx, communities, 2, "p_micro_back", day)
}

// refuseAstray is a conflict when a micro-grid would lie in two grids on some day.
// Everything before it is meant to make that impossible; it holds when that fails.
func refuseAstray(ctx context.Context, tx pgx.Tx, communities []int64) error {
	var names []string
	if err := tx.QueryRow(ctx, `select array(select name from grid where id in (select micro_astray($1)) order by id limit 5)`, communities).Scan(&names); err != nil {
		return fmt.Errorf("looking for micro-grids in two grids: %w", err)
	}
	if len(names) > 0 {
		return ward.Errorf(ward.Conflict, "微网格“%s”会有一天跨两个网格：它们后来按新的网格划分过，请先取消后面的微网格公布", names[0])
	}
	return nil
}
