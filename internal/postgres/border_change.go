package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// borderChanges reads publications grid by grid; %s is a further condition.
// One flow is a pair of grids; of its buildings eight are named.
const borderChanges = `
with pub as (
  select l.seq, l.effective, l.plan from publish_log l
  where l.withdrawn_at is null and l.plan is not null and %s order by l.effective desc, l.seq desc limit 50),
mine as (
  select distinct p.seq, p.effective, p.plan, g.id as grid
  from pub p cross join lateral (
    select from_grid as grid from publish_touch t where t.seq = p.seq union select to_grid from publish_touch t where t.seq = p.seq) q
  join grid g on g.id = q.grid and g.path <@ any(@scope::ltree[])),
flow as (
  select m.seq, m.grid, t.to_grid = m.grid as gain, coalesce(case when t.to_grid = m.grid then t.from_grid else t.to_grid end, 0) as other,
    coalesce(sum(s.households), 0)::int as households, coalesce(sum(s.buildings), 0)::int as buildings, array_agg(t.cell) as cells
  from mine m join publish_touch t on t.seq = m.seq and (t.from_grid = m.grid or t.to_grid = m.grid) left join cell_stat s on s.cell = t.cell
  group by 1, 2, 3, 4),
said as (
  select f.seq, f.grid, f.gain, jsonb_agg(jsonb_build_object('grid', f.other, 'name', coalesce(o.name, ''), 'households', f.households, 'buildings', f.buildings,
    'places', case when @places then coalesce((select jsonb_agg(b.title order by b.title) from (
      select coalesce(nullif(b.name, ''), nullif(b.address, ''), b.code) as title from building b where b.cell = any(f.cells) order by 1 limit 8) b), '[]') else '[]' end)
    order by f.households desc, f.other) as flows
  from flow f left join grid o on o.id = f.other group by 1, 2, 3)
select m.seq, m.effective::text as effective, case when m.effective > today() then 'scheduled' else 'published' end as state, p.name as plan,
  g.id as grid, g.code, g.name, was.geom is null as founded, becomes.geom is null as closed,
  coalesce((select flows from said where said.seq = m.seq and said.grid = m.grid and gain), '[]') as gained,
  coalesce((select flows from said where said.seq = m.seq and said.grid = m.grid and not gain), '[]') as lost,
  coalesce(was.geom, 'SRID=4326;MULTIPOLYGON EMPTY'::geometry) as before, coalesce(becomes.geom, 'SRID=4326;MULTIPOLYGON EMPTY'::geometry) as after,
  exists (select from border_change_read r where r.account = @actor and r.seq = m.seq) as read
from mine m join plan p on p.id = m.plan join grid g on g.id = m.grid
left join grid_shape was on was.grid = g.id and was.valid @> (m.effective - 1)
left join grid_shape becomes on becomes.grid = g.id and becomes.valid @> m.effective
order by m.effective desc, m.seq desc, g.code limit %d`

// The most lines told to a person, and drawn of one publication.
const (
	borderChangesTold  = 50
	borderChangesDrawn = 1000
)

// BorderChanges lists what is told of the grids of the scope.
func (db *DB) BorderChanges(ctx context.Context, s ward.Scope) (out []ward.BorderChange, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		out, err = toldBorders(ctx, tx, s)
		return err
	})
	return out, err
}

func toldBorders(ctx context.Context, q querier, s ward.Scope) ([]ward.BorderChange, error) {
	sql := fmt.Sprintf(borderChanges, `l.effective > today() - @days::int`, borderChangesTold)
	return many[ward.BorderChange](ctx, q, sql, pgx.NamedArgs{"scope": s.Paths(), "actor": s.Actor(), "places": true, "days": ward.BorderChangeDays})
}

// ReadBorderChange notes that the actor has seen a publication.
func (db *DB) ReadBorderChange(ctx context.Context, s ward.Scope, seq int64) (out []ward.BorderChange, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			insert into border_change_read (account, seq, at)
			select @actor, l.seq, @now from publish_log l where l.seq = @seq and exists (
			  select from publish_touch t join grid g on g.id in (t.from_grid, t.to_grid) where t.seq = l.seq and g.path <@ any(@scope::ltree[]))
			on conflict (account, seq) do update set at = border_change_read.at`,
			pgx.NamedArgs{"actor": s.Actor(), "seq": seq, "now": db.Now(), "scope": s.Paths()})
		if err != nil {
			return fmt.Errorf("noting a change of borders as read: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return ward.Errorf(ward.NotFound, "没有这次边界变动，或不在您的辖区内")
		}
		out, err = toldBorders(ctx, tx, s)
		return err
	})
	return out, err
}

// PublicationBorders is one publication for every grid it touches.
func (db *DB) PublicationBorders(ctx context.Context, s ward.Scope, seq int64) (out []ward.BorderChange, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		out, err = many[ward.BorderChange](ctx, tx, fmt.Sprintf(borderChanges, `l.seq = @seq`, borderChangesDrawn),
			pgx.NamedArgs{"scope": s.Paths(), "actor": s.Actor(), "places": false, "seq": seq})
		if err == nil && len(out) == 0 {
			return ward.Errorf(ward.NotFound, "没有这次公布，或不在您的辖区内")
		}
		return err
	})
	return out, err
}
