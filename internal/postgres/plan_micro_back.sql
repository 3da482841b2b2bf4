-- Taking back what a publication did to micro-grids, before its date. Parameters:
-- @plan, @seq, @effective.

-- A day may have had two publications, one after the other: what the first made of
-- the cells until the day is then not this one's to take back.
-- step: 列出微网格的改动
create temp table p_micro_back on commit drop as
select t.cell, coalesce(t.from_grid, 0) from_grid, coalesce(t.to_grid, 0) to_grid, q.since
from micro_touch t left join lateral (
  select lower(cg.valid) since from cell_grid cg where cg.cell = t.cell and cg.layer = 2 and upper_inf(cg.recorded) and upper(cg.valid) = @effective::date and cg.grid = t.from_grid) q on true
where t.seq = @seq;

-- step: 两段微网格记录作废
update cell_grid cg set recorded = tstzrange(lower(cg.recorded), clock_timestamp()) from p_micro_back b
where cg.cell = b.cell and cg.layer = 2 and upper_inf(cg.recorded) and (lower(cg.valid) = @effective::date or upper(cg.valid) = @effective::date and cg.grid = b.from_grid);

-- step: 微网格照旧延续
insert into cell_grid (cell, layer, grid, valid, recorded, plan)
select cell, 2, from_grid, daterange(coalesce(since, @effective::date), null), tstzrange(clock_timestamp(), null), @plan from p_micro_back where from_grid <> 0;
