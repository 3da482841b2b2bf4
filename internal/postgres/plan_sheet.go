package postgres

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

//go:embed plan_sheet.sql
var planSheetSQL string

//go:embed sheet_frame.sql
var planFrameSQL string

// PlanSheet reads what is printed of one grid of a plan. Nothing is kept: the
// transaction is there for its temporary tables.
func (db *DB) PlanSheet(ctx context.Context, s ward.Scope, plan, grid int64) (out ward.PlanSheet, err error) {
	out.Grid = grid
	err = pgx.BeginFunc(ctx, db.Pool, func(tx pgx.Tx) error {
		p, _, err := planHead(ctx, tx, s, plan, false)
		if err != nil {
			return err
		}
		args := pgx.NamedArgs{"plan": plan, "layer": layerOf(p.Kind).number, "grid": grid, "on": "infinity", "margin": ward.SheetMargin, "scope": s.Paths(), "names": s.SeesNames()}
		if err := runSteps(ctx, tx, planSheetSQL+planFrameSQL, args); err != nil {
			return err
		}
		var known bool
		if err := tx.QueryRow(ctx, `select exists (select from sheet_cell where label = @grid)
			and exists (select from sheet_cell s join cell_community cc on cc.cell = s.cell and upper_inf(cc.valid) join plan_community pc on pc.plan = @plan and pc.community = cc.community)`, args).Scan(&known); err != nil {
			return fmt.Errorf("looking for a grid of a plan: %w", err)
		}
		if !known {
			return ward.Errorf(ward.NotFound, "方案里没有这个网格，或它没有地块")
		}
		return fillPlanSheet(ctx, tx, s, grid, args, &out)
	})
	return out, translate(err)
}

func fillPlanSheet(ctx context.Context, tx pgx.Tx, s ward.Scope, grid int64, args pgx.NamedArgs, out *ward.PlanSheet) (err error) {
	if out.Sides, err = many[ward.SheetSide](ctx, tx, sheetSides, args); err != nil {
		return err
	}
	if out.Buildings, err = many[ward.SheetBuilding](ctx, tx, `
		select b.id, building_title(b.name, b.number) as title, coalesce(c.households, 0) as households, coalesce(l.label = @grid, false) as inside, b.geom as shape
		from sheet_frame f join building b on b.geom && st_transform(f.box, 4326)
		left join sheet_cell l on l.cell = b.cell left join cell_stat c on c.cell = b.cell and (select count(*) from building x where x.cell = b.cell) = 1
		order by b.address, b.number, b.id limit 3000`, args); err != nil {
		return err
	}
	if out.Roads, err = many[ward.SheetRoad](ctx, tx, `
		select q.name, q.class, st_multi(st_collectionextract(st_intersection(q.geom, f.box), 2)) as line
		from (select st_transform(box, 4326) as box from sheet_frame) f
		join (select name, kind as class, geom from road union all select name, 'lane', geom from lane) q on q.geom && f.box and st_intersects(q.geom, f.box)
		where not st_isempty(st_collectionextract(st_intersection(q.geom, f.box), 2)) order by q.class, q.name limit 1000`, args); err != nil {
		return err
	}
	if out.Roles, err = gridRoles(ctx, tx, s, grid, args["on"].(string)); err != nil {
		return err
	}
	const here = `join sheet_cell l on l.label = @grid and l.cell = `
	if out.Hubs, err = many[ward.Named](ctx, tx, `select h.id, h.name, 'hub' as kind from hub h join household d on d.id = h.household join building b on b.id = d.building `+here+`b.cell order by h.name limit 200`, args); err != nil {
		return err
	}
	if out.Points, err = many[ward.Named](ctx, tx, `select p.id, p.name, p.kind from point p `+here+`p.cell order by p.kind, p.name limit 200`, args); err != nil {
		return err
	}
	out.Teams, err = many[ward.Named](ctx, tx, `select t.id, t.name, t.kind from (select case when @on::date = 'infinity' then today() else @on::date end as day) sheet_day, team t join team_grid tg on tg.team = t.id where tg.grid = @grid and tg.valid @> sheet_day.day order by t.kind, t.name limit 200`, args)
	return err
}

// wayAlong names the road or lane within fifteen metres of p.there, other than
// p.own.
const wayAlong = `coalesce((
	select q.name from (
	  (select r.name, r.geom from road r where r.name <> '' and r.name <> p.own and st_dwithin(r.geom, p.there, 0.0003) order by r.geom <-> p.there limit 2)
	  union all (select n.name, n.geom from lane n where n.name <> p.own and st_dwithin(n.geom, p.there, 0.0003) order by n.geom <-> p.there limit 2)) q
	where st_dwithin(q.geom::geography, p.there::geography, 15) order by q.geom <-> p.there limit 1), '')`

// sheetSides are the border arcs of a grid by the quarter of the sky they lie
// in, seen from its middle, by the road or lane within fifteen metres, and by
// who is on the other side.
const sheetSides = `
with mine as (select cell from sheet_cell where label = @grid),
edge as (
  select a.class, a.len, st_lineinterpolatepoint(a.geom, 0.5) as at, coalesce(o.label, 0) as other from mine m join cell_arc a on a.l = m.cell left join sheet_cell o on o.cell = a.r
  where a.valid @> @on::date and coalesce(o.label, 0) <> @grid
  union all
  select a.class, a.len, st_lineinterpolatepoint(a.geom, 0.5), coalesce(o.label, 0) from mine m join cell_arc a on a.r = m.cell left join sheet_cell o on o.cell = a.l
  where a.valid @> @on::date and coalesce(o.label, 0) <> @grid),
placed as (
  select e.*, st_transform(e.at, 4326) as there, '' as own, degrees(st_azimuth(f.middle, e.at)) as bearing from edge e cross join sheet_frame f),
named as (
  select p.class, p.len, p.other,
    case when p.bearing >= 45 and p.bearing < 135 then 'east' when p.bearing >= 135 and p.bearing < 225 then 'south' when p.bearing >= 225 and p.bearing < 315 then 'west' else 'north' end as side,
    case when p.class = 'inner' then '' else ` + wayAlong + ` end as name
  from placed p)
select side, name, class, other, sum(len) as length from named group by side, name, class, other
having sum(len) >= 1 order by array_position(array['east','south','west','north'], side), sum(len) desc, name limit 400`
