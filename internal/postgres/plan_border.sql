-- A publication that moves the borders of communities: what it does besides moving
-- cells between grids. Parameters: @plan, @effective, @actor, @at.

-- step: 列出换社区的地块
create temp table p_town on commit drop as
select m.cell, g.community as now, lower(cc.valid) as since
from p_move m join grid g on g.id = m.to_grid join cell_community cc on cc.cell = m.cell and upper_inf(cc.valid)
where cc.community <> g.community;

-- step: 当天才开始的社区归属不再算
delete from cell_community cc using p_town t where t.cell = cc.cell and upper_inf(cc.valid) and t.since >= @effective::date;

-- step: 原社区到前一天为止
update cell_community cc set valid = daterange(lower(cc.valid), @effective::date) from p_town t
where t.cell = cc.cell and upper_inf(cc.valid) and t.since < @effective::date;

-- step: 生效后归新社区
insert into cell_community (cell, community, valid) select cell, now, daterange(@effective::date, null) from p_town;
