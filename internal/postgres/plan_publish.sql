-- Publishing a plan: steps of one transaction. Parameters: @plan, @effective,
-- @actor, @at (the recorded time).

-- step: 列出改动
create temp table p_move on commit drop as
select pc.cell, pc.from_grid, coalesce(pg.made, pc.label) as to_grid, h.since
from plan_cell pc left join plan_grid pg on pg.plan = pc.plan and pg.label = pc.label left join cell_head h on h.cell = pc.cell
where pc.plan = @plan;

-- step: 记下公布
insert into publish_log (plan, effective, by_whom, impact)
select @plan, @effective::date, a.name, jsonb_build_object('cells', (select count(*) from p_move), 'households', (select coalesce(sum(s.households), 0) from p_move m join cell_stat s on s.cell = m.cell))
from account a where a.id = @actor;

-- step: 方案记下编号
update plan set seq = (select max(seq) from publish_log where plan = @plan), effective = @effective::date where id = @plan;

-- step: 记下地块
insert into publish_touch (seq, cell, from_grid, to_grid)
select p.seq, m.cell, nullif(m.from_grid, 0), m.to_grid from p_move m, plan p where p.id = @plan;

-- step: 记下网格的来历
insert into grid_lineage (seq, old, new, cells, households, members, share_of_old, share_of_new, kind)
with touched as (select from_grid as grid from p_move union select to_grid from p_move),
pairs as (
  select h.grid as old, coalesce(m.to_grid, h.grid) as new, count(*)::int cells, coalesce(sum(s.households), 0)::int households, coalesce(sum(s.members), 0)::int members
  from cell_head h left join p_move m on m.cell = h.cell left join cell_stat s on s.cell = h.cell
  where h.grid in (select grid from touched) group by 1, 2),
shares as (
  select *, coalesce(households::float8 / nullif(sum(households) over o, 0), cells::float8 / sum(cells) over o) share_of_old,
            coalesce(households::float8 / nullif(sum(households) over n, 0), cells::float8 / sum(cells) over n) share_of_new,
            count(*) over o goes_to
  from pairs window o as (partition by old), n as (partition by new))
select p.seq, s.old, s.new, s.cells, s.households, s.members, s.share_of_old, s.share_of_new,
  case when s.old = s.new then 'same' when g.created_plan = @plan then 'split' when s.goes_to = 1 then 'merge' else 'transfer' end
from shares s join grid g on g.id = s.new, plan p where p.id = @plan;

-- step: 原记录作废
update cell_grid cg set recorded = tstzrange(lower(cg.recorded), @at) from p_move m
where cg.cell = m.cell and cg.layer = 1 and upper_inf(cg.recorded) and upper_inf(cg.valid);

-- step: 生效前照旧
insert into cell_grid (cell, grid, valid, recorded, plan)
select cell, from_grid, daterange(since, @effective::date), tstzrange(@at, null), @plan from p_move where from_grid <> 0 and since < @effective::date;

-- step: 生效后归新网格
insert into cell_grid (cell, grid, valid, recorded, plan)
select cell, to_grid, daterange(@effective::date, null), tstzrange(@at, null), @plan from p_move;

-- step: 撤销没有地块的网格
update grid g set closed_plan = @plan, version = version + 1
where g.id in (select from_grid from p_move) and g.closed_plan is null and not exists (select from cell_head h where h.grid = g.id);

-- step: 撤销网格的支部到期
update branch_grid b set valid = daterange(lower(b.valid), @effective::date) from grid g
where g.id = b.grid and g.closed_plan = @plan and upper_inf(b.valid) and lower(b.valid) < @effective::date;

-- step: 撤销网格的队伍找到新网格
insert into team_grid (team, grid, valid, plan)
select distinct t.team, l.new, daterange(@effective::date, null), @plan
from team_grid t join grid g on g.id = t.grid and g.closed_plan = @plan
join plan p on p.id = @plan
join team m on m.id = t.team join area home on home.id = m.area
cross join lateral (select new from grid_lineage l join grid n on n.id = l.new and n.path <@ home.path where l.seq = p.seq and l.old = t.grid order by l.share_of_old desc, l.new limit 1) l
where upper_inf(t.valid) and not exists (select from team_grid x where x.team = t.team and x.grid = l.new and upper_inf(x.valid));

-- step: 撤销网格的队伍到期
update team_grid t set valid = daterange(lower(t.valid), @effective::date) from grid g
where g.id = t.grid and g.closed_plan = @plan and upper_inf(t.valid) and lower(t.valid) < @effective::date;

-- step: 撤销网格的团队到期
update grid_role r set valid = daterange(lower(r.valid), @effective::date) from grid g
where g.id = r.grid and g.closed_plan = @plan and upper_inf(r.valid) and lower(r.valid) < @effective::date;

-- step: 记下到日子改的名称
insert into publish_rename (seq, grid, name)
select p.seq, g.id, pg.state->>'name' from plan p join plan_grid pg on pg.plan = p.id and pg.label > 0 join grid g on g.id = pg.label
where p.id = @plan and coalesce(pg.state->>'name', '') not in ('', g.name);
