package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// sitingDoors are the buildings where somebody lives; elders and hardship by the
// tags whose consent still holds. %s is what says where they belong.
const sitingDoors = `
	with lived as materialized (
	  select h.building, count(*)::int households, count(*) filter (where t.elder)::int elders, count(*) filter (where t.hard)::int hardship
	  from household h left join (
	    select household, bool_or(kind in ('lone_elder', 'elder_80')) elder, bool_or(kind in ('hardship', 'allowance')) hard
	    from household_tag where consent_until >= today() group by 1) t on t.household = h.id
	  where h.use <> 'vacant' and h.ended is null group by 1)
	select b.id as building, w.community, w.grid, w.label, building_title(b.name, b.number) as title,
	  exists (select from branch_grid bg where bg.grid = w.label and bg.valid @> today()) as branch,
	  st_transform(b.pt, metric_srid()) as at, b.pt as location, l.households, l.elders, l.hardship
	from lived l join building b on b.id = l.building join %s w on w.cell = b.cell
	where b.ended is null order by b.id`

// The doors of a territory as they are today.
const doorsNow = `(select n.cell, n.community, n.grid, n.grid as label from cell_now n where n.path <@ any(@scope::ltree[]))`

// The doors of a plan, with their grids in it.
const doorsPlanned = `(select cc.cell, cc.community, coalesce(h.grid, 0) as grid, coalesce(pc.label, h.grid, 0) as label
	from plan_community c join cell_community cc on cc.community = c.community and upper_inf(cc.valid)
	left join cell_grid h on h.cell = cc.cell and h.layer = @layer and upper_inf(h.recorded) and upper_inf(h.valid) left join plan_cell pc on pc.plan = c.plan and pc.cell = cc.cell where c.plan = @plan)`

// sitingPlaces is what people walk to, by layer; %s as for doors.
var sitingPlaces = map[string]string{
	ward.SitingPoint: `select p.id, p.name, p.kind, p.pt as location, st_transform(p.pt, metric_srid()) as at, w.community, w.grid, w.label
		from point p join %s w on w.cell = p.cell where p.ended is null and (@kind = '' or p.kind = @kind) order by p.id`,
	ward.SitingHub: `select u.id, u.name, 'hub' as kind, b.pt as location, st_transform(b.pt, metric_srid()) as at, w.community, w.grid, w.label
		from hub u join household h on h.id = u.household join building b on b.id = h.building join %s w on w.cell = b.cell where u.ended is null order by u.id`,
}

// SitingGround reads a territory as it is today.
func (db *DB) SitingGround(ctx context.Context, s ward.Scope, l ward.SitingLayer) (g ward.SitingGround, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		g, err = sitingGround(ctx, tx, doorsNow, l, pgx.NamedArgs{"scope": s.Paths(), "kind": l.Kind})
		return err
	})
	return g, err
}

// PlanSitingGround reads the communities of a plan with the grids it gives them.
func (db *DB) PlanSitingGround(ctx context.Context, s ward.Scope, plan int64) (g ward.SitingGround, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		p, _, err := planHead(ctx, tx, s, plan, false)
		if err != nil {
			return err
		}
		g, err = sitingGround(ctx, tx, doorsPlanned, ward.SitingLayer{Of: ward.SitingPoint}, pgx.NamedArgs{"plan": plan, "layer": layerOf(p.Kind).number, "kind": ""})
		return err
	})
	return g, err
}

func sitingGround(ctx context.Context, tx pgx.Tx, where string, l ward.SitingLayer, args pgx.NamedArgs) (g ward.SitingGround, err error) {
	if err := tx.QueryRow(ctx, `select revision from walk_revision`).Scan(&g.Revision); err != nil {
		return g, fmt.Errorf("reading the revision of the ways: %w", err)
	}
	if g.Doors, err = many[ward.SitingDoor](ctx, tx, fmt.Sprintf(sitingDoors, where), args); err != nil {
		return g, fmt.Errorf("reading who walks: %w", err)
	}
	g.Places, g.Areas = []ward.SitingPlace{}, map[int64]string{}
	if places, walked := sitingPlaces[l.Of]; walked {
		if g.Places, err = many[ward.SitingPlace](ctx, tx, fmt.Sprintf(places, where), args); err != nil {
			return g, fmt.Errorf("reading where people walk to: %w", err)
		}
	}
	var ids []int64
	seen := map[int64]bool{}
	for _, d := range g.Doors {
		if !seen[d.Community] {
			seen[d.Community], ids = true, append(ids, d.Community)
		}
	}
	areas, err := many[ward.Named](ctx, tx, `select id, name, level as kind from area where id = any(@ids)`, pgx.NamedArgs{"ids": ids})
	if err != nil {
		return g, fmt.Errorf("reading communities: %w", err)
	}
	for _, a := range areas {
		g.Areas[a.ID] = a.Name
	}
	return g, nil
}

// SitingWays reads what people walk along, and what they cannot walk through.
func (db *DB) SitingWays(ctx context.Context) (ways []ward.SitingWay, revision int64, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, `select revision from walk_revision`).Scan(&revision); err != nil {
			return fmt.Errorf("reading the revision of the ways: %w", err)
		}
		ways, err = many[ward.SitingWay](ctx, tx, `
			select q.bridge, q.barrier, d.geom as line from (
			  select bridge, kind in ('wall', 'river', 'rail') as barrier, geom from road
			  union all select false, false, geom from lane where ended is null) q, lateral st_dump(st_transform(q.geom, metric_srid())) d
			where st_npoints(d.geom) > 1`, pgx.NamedArgs{})
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("reading ways and walls: %w", err)
	}
	return ways, revision, nil
}

// SitingCandidates lists the buildings a question is about. Those asked for by
// number are taken as they are, within the territory.
func (db *DB) SitingCandidates(ctx context.Context, s ward.Scope, q ward.SitingQuestion, limit int) ([]ward.SitingCandidate, error) {
	list, err := many[ward.SitingCandidate](ctx, db.Pool, `
		select b.id as building, building_title(b.name, b.number) as name, b.kind, a.name as community, st_area(b.geom::geography) as footprint,
		  coalesce((select p.name from point p where p.building = b.id and p.ended is null order by p.id limit 1), '') as point,
		  st_transform(b.pt, metric_srid()) as at, b.pt as location
		from building b join cell_now n on n.cell = b.cell join area a on a.id = n.community
		where b.ended is null and n.path <@ any(@scope::ltree[]) and (@community = 0 or n.community = @community)
		  and case @from when 'these' then b.id = any(@these)
		    when 'own' then b.kind = 'public' or exists (select from point p where p.building = b.id and p.ended is null)
		    else coalesce(cardinality(@buildings::bigint[]), 0) = 0 or b.id = any(@buildings) end
		  and (@footprint = 0 or st_area(b.geom::geography) >= @footprint)
		order by b.id limit @limit`,
		pgx.NamedArgs{"scope": s.Paths(), "community": q.Community, "from": q.From, "these": q.These, "buildings": q.Buildings, "footprint": q.Footprint, "limit": limit})
	if err != nil {
		return nil, fmt.Errorf("reading candidates of a site: %w", err)
	}
	return list, nil
}
