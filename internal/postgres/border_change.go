package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// borderChanges reads publications day by day and grid by grid: what several of one
// day change is one change, a cell that went on being told from its first grid to
// its last. %s is a further condition. One flow is a pair of grids; of its buildings
// eight are named.
const borderChanges = `
with pub as (
  select l.seq, l.effective, p.name from publish_log l join plan p on p.id = l.plan
  where l.withdrawn_at is null and %s order by l.effective desc, l.seq desc limit 50),
mine as (
  select p.effective, max(p.seq) as seq, array_agg(distinct p.seq) as seqs, string_agg(distinct p.name, '、') as plan, g.id as grid
  from pub p cross join lateral (
    select from_grid as grid from publish_touch t where t.seq = p.seq union select to_grid from publish_touch t where t.seq = p.seq) q
  join grid g on g.id = q.grid and g.path <@ any(@scope::ltree[]) group by p.effective, g.id),
net as (
  select c.effective, c.cell, (array_agg(t.from_grid order by t.seq))[1] as from_grid, (array_agg(t.to_grid order by t.seq desc))[1] as to_grid
  from (select distinct m.effective, t.cell from mine m join publish_touch t on t.seq = any(m.seqs) and (t.from_grid = m.grid or t.to_grid = m.grid)) c
  join pub p on p.effective = c.effective join publish_touch t on t.seq = p.seq and t.cell = c.cell group by 1, 2),
flow as (
  select m.effective, m.grid, t.to_grid = m.grid as gain, coalesce(case when t.to_grid = m.grid then t.from_grid else t.to_grid end, 0) as other,
    coalesce(sum(s.households), 0)::int as households, coalesce(sum(s.buildings), 0)::int as buildings, array_agg(t.cell) as cells
  from mine m join net t on t.effective = m.effective and t.from_grid is distinct from t.to_grid and (t.from_grid = m.grid or t.to_grid = m.grid) left join cell_stat s on s.cell = t.cell
  group by 1, 2, 3, 4),
said as (
  select f.effective, f.grid, f.gain, jsonb_agg(jsonb_build_object('grid', f.other, 'name', coalesce(o.name, ''), 'community', coalesce(case when o.community <> own.community then other.name end, ''), 'households', f.households, 'buildings', f.buildings,
    'places', case when @places then coalesce((select jsonb_agg(b.title order by b.title) from (
      select coalesce(nullif(b.name, ''), nullif(b.address, ''), b.code) as title from building b where b.cell = any(f.cells) order by 1 limit 8) b), '[]') else '[]' end)
    order by f.households desc, f.other) as flows
  from flow f join grid own on own.id = f.grid left join grid o on o.id = f.other left join area other on other.id = o.community group by 1, 2, 3)
select m.seq, m.effective::text as effective, case when m.effective > today() then 'scheduled' else 'published' end as state, m.plan,
  g.id as grid, g.code, g.name, was.geom is null as founded, becomes.geom is null as closed,
  coalesce((select flows from said where said.effective = m.effective and said.grid = m.grid and gain), '[]') as gained,
  coalesce((select flows from said where said.effective = m.effective and said.grid = m.grid and not gain), '[]') as lost,
  coalesce(was.geom, 'SRID=4326;MULTIPOLYGON EMPTY'::geometry) as before, coalesce(becomes.geom, 'SRID=4326;MULTIPOLYGON EMPTY'::geometry) as after,
  not exists (select from unnest(m.seqs) q where not exists (select from border_change_read r where r.account = @actor and r.seq = q)) as read
from mine m join grid g on g.id = m.grid
left join grid_shape was on was.grid = g.id and was.valid @> (m.effective - 1)
left join grid_shape becomes on becomes.grid = g.id and becomes.valid @> m.effective
where exists (select from flow f where f.effective = m.effective and f.grid = m.grid)
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

// ReadBorderChange notes that the actor has seen a publication, and those before it
// of the same day.
func (db *DB) ReadBorderChange(ctx context.Context, s ward.Scope, seq int64) (out []ward.BorderChange, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		if err := touchedBy(ctx, tx, s, seq, "没有这次边界变动，或不在您的辖区内"); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
			insert into border_change_read (account, seq, at)
			select @actor, l.seq, @now from publish_log l join publish_log asked on asked.effective = l.effective
			where asked.seq = @seq and l.seq <= @seq and l.withdrawn_at is null and `+fmt.Sprintf(touches, "l.seq")+`
			on conflict (account, seq) do update set at = border_change_read.at`,
			pgx.NamedArgs{"actor": s.Actor(), "seq": seq, "now": db.Now(), "scope": s.Paths()}); err != nil {
			return fmt.Errorf("noting a change of borders as read: %w", err)
		}
		out, err = toldBorders(ctx, tx, s)
		return err
	})
	return out, err
}

// touches says whether the publication %s concerns a grid of the scope.
const touches = `exists (select from publish_touch t join grid g on g.id in (t.from_grid, t.to_grid) where t.seq = %s and g.path <@ any(@scope::ltree[]))`

// touchedBy is ward.NotFound in those words unless the publication stands and
// concerns the scope.
func touchedBy(ctx context.Context, tx pgx.Tx, s ward.Scope, seq int64, absent string) error {
	var there bool
	err := tx.QueryRow(ctx, `select exists (select from publish_log l where l.seq = @seq and l.withdrawn_at is null and `+fmt.Sprintf(touches, "l.seq")+`)`,
		pgx.NamedArgs{"seq": seq, "scope": s.Paths()}).Scan(&there)
	if err == nil && !there {
		return ward.Errorf(ward.NotFound, "%s", absent)
	}
	return err
}

// PublicationBorders is the day of a publication for every grid it touches; none
// when others of that day undid it.
func (db *DB) PublicationBorders(ctx context.Context, s ward.Scope, seq int64) (out []ward.BorderChange, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if err := touchedBy(ctx, tx, s, seq, "没有这次公布，或不在您的辖区内"); err != nil {
			return err
		}
		out, err = many[ward.BorderChange](ctx, tx, fmt.Sprintf(borderChanges, `l.effective = (select effective from publish_log where seq = @seq)`, borderChangesDrawn),
			pgx.NamedArgs{"scope": s.Paths(), "actor": s.Actor(), "places": false, "seq": seq})
		return err
	})
	return out, err
}
