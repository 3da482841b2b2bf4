package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// thenCells is the most cells whose borders are drawn anew for what was once
// believed: a street of them takes about two seconds.
const thenCells = 40_000

// gridsThen fills in counts and names beside shapes; %s gives grid, geom,
// label, area.
const gridsThen = `
with shape as (%s),
cells as (select c.grid, c.cell from cell_grid c where c.layer = 1 and c.valid @> @on::date and c.recorded @> @known::timestamptz and c.grid in (select grid from shape)),
counts as (select c.grid, sum(s.households)::int households, sum(s.persons)::int persons, sum(s.members)::int members, sum(s.hardship)::int hardship, sum(s.buildings)::int buildings
  from cells c join cell_stat s on s.cell = c.cell group by 1)
select g.id, g.code, g.name, g.kind, g.community, a.name as community_name, g.colour,
  coalesce((select b.name from branch_grid bg join branch b on b.id = bg.branch where bg.grid = g.id and bg.valid @> @on::date limit 1), '') as branch_name,
  n.grid is not null as open, n.grid is null or not h.same as changed, h.geom as shape, h.label, h.area,
  coalesce(k.households, 0) as households, coalesce(k.persons, 0) as persons, coalesce(k.members, 0) as members, coalesce(k.hardship, 0) as hardship, coalesce(k.buildings, 0) as buildings
from shape h join grid g on g.id = h.grid join area a on a.id = g.community
left join grid_shape_now n on n.grid = g.id left join counts k on k.grid = g.id
order by g.code limit 5000`

// GridsThen lists the grids of a day. Borders of then are kept; those of what
// was only believed are made of their cells.
func (db *DB) GridsThen(ctx context.Context, s ward.Scope, p ward.GridPast) (out []ward.GridThen, err error) {
	if err := p.Day(); err != nil {
		return nil, err
	}
	args := pgx.NamedArgs{"on": p.On, "scope": s.Paths(), "community": p.Community, "known": "infinity"}
	shapes := `select h.grid, h.geom, h.label, h.area, h.valid @> today() as same from grid_shape h join grid g on g.id = h.grid
		where h.valid @> @on::date and g.kind <> 'micro' and g.path <@ any(@scope::ltree[]) and (@community = 0 or g.community = @community)`
	err = db.read(ctx, func(tx pgx.Tx) error {
		if !p.Known.IsZero() {
			args["known"] = p.Known
			if err := fewCells(ctx, tx, args); err != nil {
				return err
			}
			shapes = `select q.grid, st_transform(q.geom, 4326)::geometry(MultiPolygon,4326) as geom, st_transform(st_pointonsurface(q.geom), 4326)::geometry(Point,4326) as label, st_area(q.geom) as area,
				coalesce((select st_hausdorffdistance(st_transform(n.geom, metric_srid()), q.geom) < 0.05 from grid_shape_now n where n.grid = q.grid), false) as same from (
				select cg.grid, st_multi(st_union(c.geom)) as geom from cell_grid cg join cell c on c.id = cg.cell join grid g on g.id = cg.grid
				where cg.layer = 1 and cg.valid @> @on::date and cg.recorded @> @known::timestamptz and g.path <@ any(@scope::ltree[]) and (@community = 0 or g.community = @community) group by 1) q`
		}
		out, err = many[ward.GridThen](ctx, tx, fmt.Sprintf(gridsThen, shapes), args)
		return err
	})
	return out, err
}

// fewCells refuses to draw a whole district anew.
func fewCells(ctx context.Context, tx pgx.Tx, args pgx.NamedArgs) error {
	var n int
	if err := tx.QueryRow(ctx, `select count(*) from cell_community cc join area a on a.id = cc.community
		where upper_inf(cc.valid) and a.path <@ any(@scope::ltree[]) and (@community = 0 or cc.community = @community)`, args).Scan(&n); err != nil {
		return fmt.Errorf("counting cells: %w", err)
	}
	if n > thenCells {
		return &ward.Error{Code: ward.Invalid, Message: "范围太大：看“当时所知”请先选一个社区", Fields: []ward.FieldError{{Field: "community", Message: "请选一个社区"}}}
	}
	return nil
}

// gridLife are the columns of a grid of any time.
const gridLife = `g.id, g.code, g.name, g.kind, g.community, a.name as community_name, g.opened::text as opened,
	coalesce((select p.effective::text from plan p where p.id = g.closed_plan), '') as closed`

// GridCodes finds grids of every time.
func (db *DB) GridCodes(ctx context.Context, s ward.Scope, words string) ([]ward.GridLife, error) {
	return many[ward.GridLife](ctx, db.Pool, `select `+gridLife+` from grid g join area a on a.id = g.community
		where g.path <@ any(@scope::ltree[]) and (g.code ilike @words or g.name ilike @words) order by g.code limit 100`,
		pgx.NamedArgs{"scope": s.Paths(), "words": "%" + likeText(words) + "%"})
}

// GridFamily follows a grid over every publication, both ways.
func (db *DB) GridFamily(ctx context.Context, s ward.Scope, grid int64) (out ward.GridFamily, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		args := pgx.NamedArgs{"grid": grid, "scope": s.Paths()}
		out.Grid, err = one[ward.GridLife](ctx, tx, "没有这个网格，或不在您的辖区内",
			`select `+gridLife+` from grid g join area a on a.id = g.community where g.id = @grid and g.path <@ any(@scope::ltree[])`, args)
		if err != nil {
			return err
		}
		if out.Lines, err = familyLines(ctx, tx, args); err != nil {
			return err
		}
		seqs, ids := []int64{}, []int64{grid}
		for _, l := range out.Lines {
			seqs, ids = append(seqs, l.Seq), append(ids, l.Old.ID, l.New.ID)
		}
		args["seqs"], args["ids"] = seqs, ids
		if out.Grids, err = many[ward.GridLife](ctx, tx, `select `+gridLife+` from grid g join area a on a.id = g.community where g.id = any(@ids) order by g.code`, args); err != nil {
			return err
		}
		out.Publications, err = many[ward.GridPublication](ctx, tx, `
			select l.seq, l.effective::text as effective, l.at, l.by_whom as by, p.id as plan, p.name as plan_name, w.name as author, coalesce(y.name, '') as approver, p.opinion,
			  case when l.withdrawn_at is not null then 'withdrawn' when l.effective > today() then 'scheduled' else 'published' end as state
			from publish_log l join plan p on p.id = l.plan join account w on w.id = p.author left join account y on y.id = p.approver
			where l.seq = any(@seqs) order by l.seq`, args)
		return err
	})
	return out, err
}

// familyLines walks from the grid back to its forebears and on to its heirs:
// one way each, so that the cousins of cousins stay out.
func familyLines(ctx context.Context, tx pgx.Tx, args pgx.NamedArgs) ([]ward.GridDescent, error) {
	return many[ward.GridDescent](ctx, tx, `
		with recursive standing as (select l.* from grid_lineage l join publish_log p on p.seq = l.seq where p.withdrawn_at is null),
		back as (
		  select l.seq, l.old, l.new from standing l where l.new = @grid
		  union select l.seq, l.old, l.new from back b join standing l on l.new = b.old and l.seq < b.seq),
		fore as (
		  select l.seq, l.old, l.new from standing l where l.old = @grid
		  union select l.seq, l.old, l.new from fore f join standing l on l.old = f.new and l.seq > f.seq),
		kin as (select * from back union select * from fore)
		select l.seq, p.effective::text as effective, jsonb_build_object('id', o.id, 'name', o.name, 'kind', o.kind) as old, jsonb_build_object('id', n.id, 'name', n.name, 'kind', n.kind) as new,
		  l.kind, l.cells, l.households, l.share_of_old, l.share_of_new
		from kin k join grid_lineage l on l.seq = k.seq and l.old = k.old and l.new = k.new join publish_log p on p.seq = l.seq join grid o on o.id = l.old join grid n on n.id = l.new
		order by l.seq, l.cells desc, l.old, l.new limit 500`, args)
}
