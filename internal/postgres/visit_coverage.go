package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// inCoverage are the grids and doors of the area asked for, within the scope.
const inCoverage = `n.path <@ any(@scope::ltree[]) and (@area = 0 or n.path <@ (select path from area where id = @area))`

// coverageCells counts doors by grid and month. What was visited before the
// first month counts as one month of old; the window then gives, for each door
// and month, the last visit before that month.
const coverageCells = `
	with door as materialized (
	  select h.id, least((select value from norm where name = 'visit_ordinary'), r.days) as every, b.cell
	  from household h join building b on b.id = h.building join cell_now n on n.cell = b.cell left join tag_rhythm r on r.household = h.id
	  where ` + inCoverage + ` and h.ended is null and h.use <> 'vacant'),
	month as (select m::date as first, (m + interval '1 month')::date as next from generate_series(@first::date, @last::date, interval '1 month') m),
	walked as (
	  select v.household, date_trunc('month', day)::date as month, max(day) as last, bool_or(v.met = 'met') as met
	  from visit v join door on door.id = v.household cross join lateral (select (v.occurred_at at time zone 'Asia/Shanghai')::date as day) d group by 1, 2),
	old as (select household, max(last) as last from walked where month < @first::date group by 1),
	line as (
	  select d.id, d.cell, d.every, m.first, m.next, w.last is not null as visited, coalesce(w.met, false) as met,
	    greatest(o.last, max(w.last) over (partition by d.id order by m.first rows between unbounded preceding and 1 preceding)) as before
	  from door d cross join month m left join walked w on w.household = d.id and w.month = m.first left join old o on o.household = d.id),
	place as materialized ( -- asked once for each cell, not for each door
	  select c.cell, m.first, coalesce(grid_at(c.cell, least(m.next - 1, today())), n.grid) as grid
	  from (select distinct cell from door) c cross join month m join cell_now n on n.cell = c.cell),
	asked as (
	  select b.cell, date_trunc('month', (a.occurred_at at time zone 'Asia/Shanghai')::date)::date as month,
	    count(*) filter (where a.kind = 'wish') as wishes, count(*) filter (where a.kind = 'need') as needs, count(*) filter (where a.told_at is not null) as told
	  from ask a join building b on b.id = a.building join place on place.cell = b.cell and place.first = date_trunc('month', (a.occurred_at at time zone 'Asia/Shanghai')::date)::date group by 1, 2),
	said as (
	  select p.grid, p.first, sum(x.wishes)::int as wishes, sum(x.needs)::int as needs, sum(x.told)::int as told
	  from asked x join place p on p.cell = x.cell and p.first = x.month group by 1, 2)
	select p.grid, to_char(l.first, 'YYYY-MM') as month, count(*)::int as doors, count(*) filter (where due)::int as due,
	  count(*) filter (where due and visited)::int as visited, count(*) filter (where due and met)::int as met,
	  count(*) filter (where before is null and not visited)::int as never,
	  coalesce(max(said.wishes), 0) as wishes, coalesce(max(said.needs), 0) as needs, coalesce(max(said.told), 0) as told
	from line l join place p on p.cell = l.cell and p.first = l.first left join said on said.grid = p.grid and said.first = p.first cross join lateral (select before is null or before + every < l.next as due) x
	group by p.grid, l.first order by p.grid, l.first`

// VisitCoverage counts the months up to this one.
func (db *DB) VisitCoverage(ctx context.Context, s ward.Scope, f ward.VisitCoverageFilter) (t ward.VisitCoverageTable, err error) {
	months := min(max(f.Months, 1), ward.VisitCoverageMonths)
	now := db.Now().In(ward.China)
	for i := range months {
		t.Months = append(t.Months, now.AddDate(0, 0, 1-now.Day()).AddDate(0, i+1-months, 0).Format("2006-01"))
	}
	args := pgx.NamedArgs{"scope": s.Paths(), "area": f.Area, "first": t.Months[0] + "-01", "last": t.Months[months-1] + "-01", "limit": ward.VisitCoverageGrids + 1}
	err = db.read(ctx, func(tx pgx.Tx) error {
		var grids int
		if err := tx.QueryRow(ctx, `select count(*) from (select from grid n where `+inCoverage+` and exists (select from cell_now c where c.grid = n.id) limit @limit) g`, args).Scan(&grids); err != nil {
			return fmt.Errorf("counting grids: %w", err)
		}
		if grids > ward.VisitCoverageGrids {
			return ward.Errorf(ward.Invalid, "范围内网格超过%d个，请选择一个街道或社区", ward.VisitCoverageGrids)
		}
		if t.Cells, err = many[ward.VisitCoverage](ctx, tx, coverageCells, args); err != nil {
			return err
		}
		ids := []int64{}
		for _, c := range t.Cells {
			ids = append(ids, c.Grid)
		}
		args["ids"] = ids
		if t.Grids, err = many[ward.VisitRow](ctx, tx, `select g.id, g.code, g.name, a.name as community from grid g join area a on a.id = g.community where g.id = any(@ids) order by g.code, g.id`, args); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, `
			select count(*), count(*) filter (where a.told_at is not null) from ask a join building b on b.id = a.building join cell_now n on n.cell = b.cell
			where `+inCoverage+` and a.occurred_at >= @first::date::timestamp at time zone 'Asia/Shanghai'`, args).Scan(&t.Asked, &t.AskedTold); err != nil {
			return fmt.Errorf("counting asks: %w", err)
		}
		return tx.QueryRow(ctx, `
			select count(*), count(*) filter (where m in ('to_tell', 'told')), count(*) filter (where m = 'told')
			from visit v join cell_now n on n.cell = v.cell cross join lateral (select matter_state(v) as m) x
			where `+inCoverage+` and v.outcome <> 'none' and v.occurred_at >= @first::date::timestamp at time zone 'Asia/Shanghai'`, args).Scan(&t.Raised, &t.Done, &t.Told)
	})
	return t, err
}
