-- Cells that other cells replace on the same ground: both pieces of a cut, or the
-- whole of a healed one. Parameters: @old, @new (cells), @at (the recorded time),
-- @from, @to, @share (lineage), @building, @home (building → cell).
-- Nobody's grid changes, on no day: a new cell answers for every day and belief
-- its forebear answered for. docs/decisions/124-cutting-a-cell.md.

-- step: 社区照旧
insert into cell_community (cell, community, valid)
select n, cc.community, cc.valid * daterange(today(), null) from unnest(@new::bigint[]) n, cell_community cc
where cc.cell = (@old::bigint[])[1] and cc.valid && daterange(today(), null);

-- step: 归属照旧
insert into cell_grid (cell, layer, grid, valid, recorded, plan)
select n, cg.layer, cg.grid, cg.valid, cg.recorded, cg.plan from unnest(@new::bigint[]) n, cell_grid cg where cg.cell = (@old::bigint[])[1];

-- step: 旧地块今天以后的归属
create temp table k_end on commit drop as
select cell, layer, grid, valid, plan from cell_grid where cell = any(@old::bigint[]) and upper_inf(recorded) and (upper_inf(valid) or upper(valid) > today());

-- step: 这些记录作废
update cell_grid cg set recorded = tstzrange(lower(cg.recorded), @at) from k_end e
where cg.cell = e.cell and cg.layer = e.layer and cg.valid = e.valid and upper_inf(cg.recorded);

-- step: 旧地块的归属到昨天为止
insert into cell_grid (cell, layer, grid, valid, recorded, plan)
select cell, layer, grid, daterange(lower(valid), today()), tstzrange(@at, null), plan from k_end where coalesce(lower(valid) < today(), true);

-- step: 今天才有的旧地块不再属于社区
delete from cell_community where cell = any(@old::bigint[]) and lower(valid) >= today();

-- step: 旧地块的社区到昨天为止
update cell_community set valid = daterange(lower(valid), today()) where cell = any(@old::bigint[]) and valid @> today();

-- step: 旧地块停用
update cell set valid = daterange(lower(valid), greatest(today(), lower(valid))) where id = any(@old::bigint[]);

-- step: 记下地块的来历
insert into cell_lineage (old, new, share) select * from unnest(@from::bigint[], @to::bigint[], @share::float8[]);

-- step: 楼栋
update building b set cell = h.cell from unnest(@building::bigint[], @home::bigint[]) h(id, cell) where b.id = h.id;

-- Facts go with the building they are about, else with the ground they lie on.
-- step: 机构
update institution x set cell = coalesce((select b.cell from building b where b.id = x.building and b.cell = any(@new::bigint[])),
  (select c.id from cell c where c.id = any(@new::bigint[]) order by st_distance(c.geom, st_transform(x.pt, metric_srid())), c.id limit 1))
where x.cell = any(@old::bigint[]);

-- step: 服务点
update point x set cell = coalesce((select b.cell from building b where b.id = x.building and b.cell = any(@new::bigint[])),
  (select c.id from cell c where c.id = any(@new::bigint[]) order by st_distance(c.geom, st_transform(x.pt, metric_srid())), c.id limit 1))
where x.cell = any(@old::bigint[]);

-- step: 走访
update visit x set cell = coalesce((select b.cell from building b where b.id = x.building and b.cell = any(@new::bigint[])),
  (select c.id from cell c where c.id = any(@new::bigint[]) order by st_distance(c.geom, st_transform(x.pt, metric_srid())), c.id limit 1))
where x.cell = any(@old::bigint[]);

-- step: 事件
update incident x set cell = coalesce((select b.cell from building b where b.id = x.building and b.cell = any(@new::bigint[])),
  (select c.id from cell c where c.id = any(@new::bigint[]) order by st_distance(c.geom, st_transform(x.pt, metric_srid())), c.id limit 1))
where x.cell = any(@old::bigint[]);

-- step: 扫码牌
update sign x set cell = coalesce((select b.cell from building b where b.id = x.building and b.cell = any(@new::bigint[])),
  (select c.id from cell c where c.id = any(@new::bigint[]) order by st_distance(c.geom, st_transform(x.pt, metric_srid())), c.id limit 1))
where x.cell = any(@old::bigint[]);

-- step: 批注
update plan_comment x set
  cell = case when x.cell = any(@old::bigint[]) then n.id else x.cell end,
  across = case when x.across = any(@old::bigint[]) then n.id else x.across end
from (select distinct on (p.id) p.id as comment, c.id from plan_comment p, cell c
  where c.id = any(@new::bigint[]) and (p.cell = any(@old::bigint[]) or p.across = any(@old::bigint[]))
  order by p.id, st_distance(c.geom, st_transform(p.pt, metric_srid())), c.id) n
where n.comment = x.id;

-- What a publication moved is the same ground under new numbers.
-- step: 公布过的地块
insert into publish_touch (seq, cell, from_grid, to_grid)
select distinct on (t.seq, n) t.seq, n, t.from_grid, t.to_grid from publish_touch t, unnest(@new::bigint[]) n where t.cell = any(@old::bigint[]) order by t.seq, n, t.cell;

-- step: 公布里的旧编号
delete from publish_touch where cell = any(@old::bigint[]);

-- step: 公布过的微网格地块
insert into micro_touch (seq, cell, from_grid, to_grid)
select distinct on (t.seq, n) t.seq, n, t.from_grid, t.to_grid from micro_touch t, unnest(@new::bigint[]) n where t.cell = any(@old::bigint[]) order by t.seq, n, t.cell;

-- step: 公布里微网格的旧编号
delete from micro_touch where cell = any(@old::bigint[]);

-- step: 方案里的地块
insert into plan_cell (plan, cell, from_grid, label)
select distinct on (p.plan, n) p.plan, n, p.from_grid, p.label from plan_cell p, unnest(@new::bigint[]) n where p.cell = any(@old::bigint[]) order by p.plan, n, p.cell;

-- step: 方案里的旧编号
delete from plan_cell where cell = any(@old::bigint[]);

-- step: 户数
select refresh_cell_stat_of(@old::bigint[] || @new::bigint[]);

-- step: 旧边线
delete from cell_arc where l = any(@old::bigint[]) or r = any(@old::bigint[]);
