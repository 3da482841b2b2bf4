-- Which grid each new cell belongs to, from the polygons handed in.

-- step: 写入边线
delete from cell_arc; -- the program copies the new ones

-- step: 按图形分配网格
select analyze_tables('cell', 'cell_arc', 'cell_community');
select refresh_cell_stat();
create temp table c_drawn on commit drop as
select g.id, g.code, g.community, g.opened, st_collectionextract(st_makevalid(st_transform(g.drawn, metric_srid())), 3) geom
from grid g where g.drawn is not null and g.closed_plan is null and g.kind <> 'micro';
create index on c_drawn (community);
create temp table c_todo on commit drop as
select c.id, c.pt, cc.community from cell c join cell_community cc on cc.cell = c.id and upper_inf(cc.valid)
where upper_inf(c.valid) and not exists (
  select from cell_grid cg where cg.cell = c.id and cg.layer = 1 and upper_inf(cg.recorded) and upper_inf(cg.valid));
analyze c_drawn; analyze c_todo;
-- Which drawn grids hold the point of a cell: the program looks, there are many.
create temp table c_held (cell bigint primary key, n int not null, grid bigint) on commit drop;

-- step: 写入网格归属
analyze c_held;
create temp table c_choice on commit drop as
select t.id cell, t.pt, t.community, h.n, h.grid, case h.n when 0 then 'none' when 1 then '' else 'several' end reason
from c_todo t join c_held h on h.cell = t.id;
update c_choice c set grid = (
  select d.id from c_drawn d where d.community = c.community and st_intersects(d.geom, t.geom) and st_area(st_intersection(d.geom, t.geom)) > 0
  order by st_area(st_intersection(d.geom, t.geom)) desc, d.id limit 1)
from cell t where t.id = c.cell and c.grid is null;
update c_choice c set grid = d.id, reason = 'nearest' from c_choice q, lateral (
  select d.id from c_drawn d where d.community = q.community order by st_distance(d.geom, q.pt), d.id limit 1) d
where q.cell = c.cell and c.grid is null;
with former as materialized (select cell, max(upper(valid)) until from cell_grid where layer = 1 and upper_inf(recorded) group by cell)
insert into cell_grid (cell, grid, valid)
select c.cell, c.grid, daterange(greatest(g.opened, f.until), null)
from c_choice c join grid g on g.id = c.grid left join former f on f.cell = c.cell order by c.cell;
select analyze_tables('cell_grid');
create temp table c_shape (of_what text, id bigint, day date, until date, wkb bytea not null, label_wkb bytea not null, area float8 not null, parts int not null) on commit drop;
