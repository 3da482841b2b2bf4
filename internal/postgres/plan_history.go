package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

var publications = noun[ward.PlanPublication]{
	absent: "没有这次公布，或不在您的辖区内",
	key:    func(p ward.PlanPublication) int64 { return -p.Seq },
	columns: `l.seq, l.plan, coalesce(p.name, '') as plan_name, l.effective::text as effective, l.at, l.by_whom as by,
		case when l.withdrawn_at is not null then 'withdrawn' when l.effective > today() then 'scheduled' else 'published' end as state,
		case when p.kind = 'micro' then (select count(*) from micro_touch t where t.seq = l.seq) else (select count(*) from publish_touch t where t.seq = l.seq) end as cells`,
	from: "publish_log l join plan p on p.id = l.plan", id: "-l.seq",
	within: planWithin,
	area:   `exists (select from plan_community pc join area a on a.id = pc.community where pc.plan = p.id and a.path <@ (select path from area where id = @area))`,
}

// Publications lists what was published, the newest first.
func (db *DB) Publications(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.PlanPublication], error) {
	return publications.find(ctx, db.Pool, s, f)
}

// GridLineage lists what a grid came from and became, the newest first.
func (db *DB) GridLineage(ctx context.Context, s ward.Scope, grid int64) (out []ward.GridDescent, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		var known bool
		if err := tx.QueryRow(ctx, `select exists (select from grid where id = $1 and path <@ any($2::text[]::ltree[]))`, grid, s.Paths()).Scan(&known); err != nil {
			return fmt.Errorf("looking for a grid: %w", err)
		}
		if !known {
			return ward.Errorf(ward.NotFound, "没有这个网格，或不在您的辖区内")
		}
		out, err = many[ward.GridDescent](ctx, tx, `
			select l.seq, p.effective::text as effective, jsonb_build_object('id', o.id, 'name', o.name, 'kind', o.kind) as old, jsonb_build_object('id', n.id, 'name', n.name, 'kind', n.kind) as new,
			  l.kind, l.cells, l.households, l.share_of_old, l.share_of_new
			from grid_lineage l join publish_log p on p.seq = l.seq join grid o on o.id = l.old join grid n on n.id = l.new
			where @grid in (l.old, l.new) order by l.seq desc, l.cells desc, l.old, l.new limit 500`, pgx.NamedArgs{"grid": grid})
		return err
	})
	return out, err
}

// BuildingGrids is every grid a building was recorded in, what was corrected
// too: newest record first.
func (db *DB) BuildingGrids(ctx context.Context, s ward.Scope, building int64) (out []ward.GridStay, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		var known bool
		if err := tx.QueryRow(ctx, `select exists (select from building_now where building = $1 and path <@ any($2::text[]::ltree[]))`, building, s.Paths()).Scan(&known); err != nil {
			return fmt.Errorf("looking for a building: %w", err)
		}
		if !known {
			return ward.Errorf(ward.NotFound, "没有这栋楼，或不在您的辖区内")
		}
		out, err = many[ward.GridStay](ctx, tx, `
			select g.id as grid, g.code, g.name, lower(cg.valid)::text as from, coalesce(upper(cg.valid)::text, '') as until,
			  to_char(lower(cg.recorded) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as recorded, coalesce(to_char(upper(cg.recorded) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '') as struck
			from building b join cell_grid cg on cg.cell = b.cell and cg.layer = 1 join grid g on g.id = cg.grid
			where b.id = @building order by lower(cg.recorded) desc, lower(cg.valid) desc limit 500`, pgx.NamedArgs{"building": building})
		return err
	})
	return out, err
}

// GridFigures counts a month. In the borders of then every record stays with
// the grid it was filed under; in today's it goes with its cell, or with what
// took the cell's ground.
func (db *DB) GridFigures(ctx context.Context, s ward.Scope, month, borders string) ([]ward.GridFigure, error) {
	begin, err := time.Parse("2006-01", month)
	if err != nil {
		return nil, &ward.Error{Code: ward.Invalid, Message: "月份应写作 2026-11", Fields: []ward.FieldError{{Field: "month", Message: "月份应写作 2026-11"}}}
	}
	owner := "x.grid"
	if borders == "today" {
		owner = "coalesce(n.grid, (select m.grid from cell_lineage l join cell_now m on m.cell = l.new where l.old = x.cell order by l.share desc limit 1))"
	}
	return many[ward.GridFigure](ctx, db.Pool, `
		with facts as (
		  select `+owner+` as grid, 1 visits, (x.met = 'met')::int met, 0 incidents, 0 closed from visit x left join cell_now n on n.cell = x.cell where x.occurred_at >= @begin and x.occurred_at < @finish
		  union all
		  select `+owner+`, 0, 0, 1, (x.state = 'closed')::int from incident x left join cell_now n on n.cell = x.cell where x.occurred_at >= @begin and x.occurred_at < @finish)
		select g.id as grid, g.code, g.name, sum(f.visits)::int as visits, sum(f.met)::int as met, sum(f.incidents)::int as incidents, sum(f.closed)::int as closed
		from facts f join grid g on g.id = f.grid where g.path <@ any(@scope::ltree[]) group by g.id order by g.code limit 5000`,
		pgx.NamedArgs{"begin": chinaDay(begin), "finish": chinaDay(begin.AddDate(0, 1, 0)), "scope": s.Paths()})
}

// chinaDay is the beginning of a day by the clock of China.
func chinaDay(day time.Time) string { return day.Format(time.DateOnly) + "T00:00:00+08:00" }
