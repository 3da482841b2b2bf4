-- Micro-grids change hands: steps of one publication. The caller has filled
-- p_micro (cell, from_grid, to_grid, since; 0 is nobody). Parameters: @plan,
-- @effective, @at (the recorded time).

-- step: 记下微网格的地块
insert into micro_touch (seq, cell, from_grid, to_grid)
select p.seq, m.cell, nullif(m.from_grid, 0), nullif(m.to_grid, 0) from p_micro m, plan p where p.id = @plan;

-- Shares are of the whole micro-grid: what comes from nobody or goes to nobody has
-- a share too, and no row.
-- step: 记下微网格的来历
insert into grid_lineage (seq, old, new, cells, households, members, share_of_old, share_of_new, kind)
with touched as (select from_grid as grid from p_micro where from_grid <> 0 union select to_grid from p_micro where to_grid <> 0),
ground as (select cell from micro_head where grid in (select grid from touched) union select cell from p_micro),
pairs as (
  select coalesce(h.grid, 0) as old, coalesce(m.to_grid, h.grid, 0) as new, count(*)::int cells, coalesce(sum(s.households), 0)::int households, coalesce(sum(s.members), 0)::int members
  from ground g left join micro_head h on h.cell = g.cell left join p_micro m on m.cell = g.cell left join cell_stat s on s.cell = g.cell group by 1, 2),
shares as (
  select *, coalesce(households::float8 / nullif(sum(households) over o, 0), cells::float8 / sum(cells) over o) share_of_old,
            coalesce(households::float8 / nullif(sum(households) over n, 0), cells::float8 / sum(cells) over n) share_of_new,
            count(*) over o goes_to
  from pairs window o as (partition by old), n as (partition by new))
select p.seq, s.old, s.new, s.cells, s.households, s.members, s.share_of_old, s.share_of_new,
  case when s.old = s.new then 'same' when g.created_plan = @plan then 'split' when s.goes_to = 1 then 'merge' else 'transfer' end
from shares s join grid g on g.id = s.new, plan p where p.id = @plan and s.old <> 0;

-- step: 微网格的原记录作废
update cell_grid cg set recorded = tstzrange(lower(cg.recorded), @at) from p_micro m
where cg.cell = m.cell and cg.layer = 2 and upper_inf(cg.recorded) and upper_inf(cg.valid);

-- step: 生效前的微网格照旧
insert into cell_grid (cell, layer, grid, valid, recorded, plan)
select cell, 2, from_grid, daterange(since, @effective::date), tstzrange(@at, null), @plan from p_micro where from_grid <> 0 and since < @effective::date;

-- step: 生效后归新的微网格
insert into cell_grid (cell, layer, grid, valid, recorded, plan)
select cell, 2, to_grid, daterange(@effective::date, null), tstzrange(@at, null), @plan from p_micro where to_grid <> 0;

-- step: 撤销没有地块的微网格
update grid g set closed_plan = @plan, version = version + 1
where g.id in (select from_grid from p_micro where from_grid <> 0) and g.closed_plan is null and not exists (select from micro_head h where h.grid = g.id);
