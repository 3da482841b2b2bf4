package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// snapshotVisits is how many of today's visits a snapshot holds at the most.
const snapshotVisits = 5000

// Snapshot reads the live state within the scope and the place in the stream it
// belongs to, in one view of the database.
func (db *DB) Snapshot(ctx context.Context, s ward.Scope) (snap ward.Snapshot, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		head, err := headIn(ctx, tx)
		if err != nil {
			return err
		}
		snap.Epoch, snap.Seq, snap.ServerTime = head.Epoch, head.Seq, db.Now()
		args := db.incidentArgs(s, pgx.NamedArgs{"limit": snapshotVisits})
		if snap.Visits, err = many[ward.VisitMark](ctx, tx, `
			select `+visitMarkColumns+` from `+visitFrom+` join building b on b.id = v.building
			where `+visitWithin+` and v.occurred_at >= today()::timestamp at time zone 'Asia/Shanghai' order by v.occurred_at desc limit @limit`, args); err != nil {
			return err
		}
		if snap.Incidents, err = many[ward.IncidentMark](ctx, tx, `
			select `+incidentMarkColumns+` from `+incidentFrom+`
			where `+incidentWithin+` and `+incidentOpen+` order by i.received_at desc limit @limit`, args); err != nil {
			return err
		}
		page, err := teams.find(ctx, tx, s, ward.Filter{Limit: ward.MaxLimit})
		snap.Teams = page.Items
		return err
	})
	return snap, err
}

// Board counts what a wall shows beside the map.
func (db *DB) Board(ctx context.Context, s ward.Scope) (b ward.Board, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		b.CountedAt = db.Now()
		args := pgx.NamedArgs{"scope": s.Paths()}
		if err := tx.QueryRow(ctx, `select coalesce(string_agg(name, '、' order by path), '') from area where path = any(@scope::ltree[]) or ('' = any(@scope) and level = 'street')`, args).Scan(&b.Name); err != nil {
			return err
		}
		for _, step := range []func() error{
			func() (err error) { b.Figures, err = many[ward.Figure](ctx, tx, boardFigures, args); return err },
			func() (err error) { b.Week, err = many[ward.DayCount](ctx, tx, boardWeek, args); return err },
			func() (err error) {
				b.Ages, err = many[ward.AgeBand](ctx, tx, fmt.Sprintf(ageBands, "exists (select 1 from branch b join area a on a.id = b.area where b.id = m.branch and a.path <@ any(@scope::ltree[]))"), args)
				return err
			},
			func() (err error) {
				b.Communities, err = many[ward.CommunityCount](ctx, tx, boardCommunities, args)
				return err
			},
		} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	return b, err
}

const boardFigures = `
	with g as (select id, path from grid where path <@ any(@scope::ltree[]) and kind <> 'micro'),
	     day as (select today()::timestamp at time zone 'Asia/Shanghai' as start)
	select * from (values
	  ('grids', (select count(*) from g)::float8),
	  ('branches', (select count(*) from branch b join area a on a.id = b.area where a.path <@ any(@scope::ltree[]))),
	  ('whiteSpots', (select count(*) from g where not exists (select 1 from branch_grid_now x where x.grid = g.id))),
	  ('members', (select count(*) from member m join branch b on b.id = m.branch join area a on a.id = b.area where a.path <@ any(@scope::ltree[]))),
	  ('hubs', (select count(*) from hub h join household d on d.id = h.household join building_now n on n.building = d.building where n.path <@ any(@scope::ltree[]))),
	  ('visitsToday', (select count(*) from visit v join cell_now n on n.cell = v.cell, day where v.occurred_at >= day.start and n.path <@ any(@scope::ltree[]))),
	  ('incidentsToday', (select count(*) from incident i join cell_now n on n.cell = i.cell, day where i.received_at >= day.start and n.path <@ any(@scope::ltree[]))),
	  ('incidentsOpen', (select count(*) from incident i join cell_now n on n.cell = i.cell where i.state not in ('closed','void','refused','merged') and n.path <@ any(@scope::ltree[]))),
	  ('teamsOnDuty', (select count(*) from team t join area a on a.id = t.area where t.state <> 'off' and a.path <@ any(@scope::ltree[])))
	) v(name, value)`

const boardWeek = `
	select d::date::text as date,
	  (select count(*) from visit v join cell_now n on n.cell = v.cell where n.path <@ any(@scope::ltree[])
	     and v.occurred_at >= d::timestamp at time zone 'Asia/Shanghai' and v.occurred_at < (d + interval '1 day')::timestamp at time zone 'Asia/Shanghai') as visits,
	  (select count(*) from incident i join cell_now n on n.cell = i.cell where n.path <@ any(@scope::ltree[])
	     and i.received_at >= d::timestamp at time zone 'Asia/Shanghai' and i.received_at < (d + interval '1 day')::timestamp at time zone 'Asia/Shanghai') as incidents
	from generate_series(today() - 6, today(), interval '1 day') d order by d`

const boardCommunities = `
	select a.id, a.name, count(g.id) as grids, count(g.id) filter (where bg.branch is null) as white_spots,
	  coalesce(sum(st.households), 0) as households, coalesce(sum(st.members), 0) as members,
	  coalesce(round((100.0 * sum(st.visited) / nullif(sum(st.households), 0))::numeric, 1), 0)::float8 as visited_pct,
	  coalesce(sum(st.open), 0) as open
	from area a join grid g on g.community = a.id and g.kind <> 'micro'
	left join branch_grid_now bg on bg.grid = g.id
	cross join lateral (
	  select coalesce(sum(c.households), 0) as households, coalesce(sum(c.members), 0) as members,
	    (select count(distinct v.household) from visit v join cell_now m on m.cell = v.cell where m.grid = g.id and v.met = 'met' and v.occurred_at >= date_trunc('month', today())::timestamp at time zone 'Asia/Shanghai') as visited,
	    (select count(*) from incident i join cell_now m on m.cell = i.cell where m.grid = g.id and i.state not in ('closed','void','refused','merged')) as open
	  from cell_now n join cell_stat c on c.cell = n.cell where n.grid = g.id) st
	where a.level = 'community' and g.path <@ any(@scope::ltree[])
	group by a.id, a.name order by a.code`
