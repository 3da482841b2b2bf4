-- Taking back a publication before its date. Parameters: @plan, @seq,
-- @effective, @actor, @at.

-- A day may have had two publications, one after the other: what the first made of
-- the cells until the day is then not this one's to take back.
-- step: 列出改动
create temp table p_back on commit drop as
select t.cell, coalesce(t.from_grid, 0) from_grid, t.to_grid, q.since
from publish_touch t left join lateral (
  select lower(cg.valid) since from cell_grid cg where cg.cell = t.cell and cg.layer = 1 and upper_inf(cg.recorded) and upper(cg.valid) = @effective::date and cg.grid = t.from_grid) q on true
where t.seq = @seq;

-- step: 原来属于谁
create temp table p_grid on commit drop as select from_grid as grid from p_back union select to_grid from p_back;

-- step: 两段记录作废
update cell_grid cg set recorded = tstzrange(lower(cg.recorded), clock_timestamp()) from p_back b
where cg.cell = b.cell and cg.layer = 1 and upper_inf(cg.recorded) and (lower(cg.valid) = @effective::date or upper(cg.valid) = @effective::date and cg.grid = b.from_grid);

-- step: 照旧延续
insert into cell_grid (cell, grid, valid, recorded, plan)
select cell, from_grid, daterange(coalesce(since, @effective::date), null), tstzrange(clock_timestamp(), null), @plan from p_back where from_grid <> 0;

-- step: 撤下新支部关系
delete from branch_grid where plan = @plan and lower(valid) = @effective::date;

-- step: 支部关系延续
update branch_grid b set valid = daterange(lower(b.valid), null)
where upper(b.valid) = @effective::date and b.grid in (select grid from p_grid union select label from plan_grid where plan = @plan)
and not exists (select from branch_grid x where x.grid = b.grid and lower(x.valid) >= @effective::date);

-- step: 撤下队伍关系
delete from team_grid where plan = @plan and lower(valid) = @effective::date;

-- step: 队伍关系延续
update team_grid t set valid = daterange(lower(t.valid), null) where upper(t.valid) = @effective::date and t.grid in (select id from grid where closed_plan = @plan);

-- step: 网格团队延续
update grid_role r set valid = daterange(lower(r.valid), null) where upper(r.valid) = @effective::date and r.grid in (select id from grid where closed_plan = @plan);

-- step: 撤销的网格恢复
update grid set closed_plan = null, version = version + 1 where closed_plan = @plan;

-- step: 未启用的网格收起
update grid set closed_plan = @plan, version = version + 1 where id in (select made from plan_grid where plan = @plan and made is not null)
or id in (select label from plan_grid where plan = @plan and state->>'reopen' = 'true');

-- step: 不再改名
delete from publish_rename where seq = @seq;

-- step: 来历作废
delete from grid_lineage where seq = @seq;

-- step: 公布作废
update publish_log set withdrawn_at = now(), withdrawn_by = @actor, announced_at = coalesce(announced_at, now()) where seq = @seq;
