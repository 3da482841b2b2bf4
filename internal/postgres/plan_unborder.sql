-- Taking back, before its date, what a publication did to communities. Parameters:
-- @plan, @seq, @effective, @actor, @at.

-- step: 列出换社区的地块
create temp table p_home on commit drop as
select t.cell, f.community from publish_touch t join grid f on f.id = t.from_grid join grid g on g.id = t.to_grid
where t.seq = @seq and f.community <> g.community;

-- step: 撤下新社区
delete from cell_community cc using p_home h where h.cell = cc.cell and lower(cc.valid) = @effective::date;

-- step: 原社区延续
update cell_community cc set valid = daterange(lower(cc.valid), null) from p_home h
where h.cell = cc.cell and cc.community = h.community and upper(cc.valid) = @effective::date;

-- step: 当天才归原社区的
insert into cell_community (cell, community, valid)
select h.cell, h.community, daterange(@effective::date, null) from p_home h
where not exists (select from cell_community cc where cc.cell = h.cell and upper_inf(cc.valid));
