-- step: 保存网格图形
create temp table c_next on commit drop as
select of_what, id, day, until, area, parts,
       st_transform(st_geomfromwkb(wkb, metric_srid()), 4326) geom, st_transform(st_geomfromwkb(label_wkb, metric_srid()), 4326) label
from c_shape;
-- Before the first day nothing changes; from it on everything is new, but a
-- shape that did not change goes on as it is.
create temp table c_first on commit drop as select min(day) as day from c_next where of_what = 'grid';
delete from grid_shape s using c_first f where lower(s.valid) >= f.day;
create temp table c_same on commit drop as
select s.grid, s.valid, n.until from grid_shape s, c_first f, c_next n
where s.valid @> f.day and n.of_what = 'grid' and n.id = s.grid and n.day = f.day
  and abs(s.area - n.area) < 1e-6 and s.parts = n.parts and st_equals(s.geom, n.geom);
update grid_shape s set valid = daterange(lower(s.valid), c.until) from c_same c
where c.grid = s.grid and c.valid = s.valid and upper(s.valid) is distinct from c.until;
update grid_shape s set valid = daterange(lower(s.valid), f.day) from c_first f
where s.valid @> f.day and not exists (select from c_same c where c.grid = s.grid);
insert into grid_shape (grid, valid, geom, label, area, parts)
select n.id, daterange(n.day, n.until), n.geom, n.label, n.area, n.parts from c_next n, c_first f
where n.of_what = 'grid' and not (n.day = f.day and exists (select from c_same c where c.grid = n.id));
select analyze_tables('grid_shape');

-- step: 保存社区边界
-- The leaves of the area tree become exactly the union of their cells, so that
-- neighbours share their border vertex for vertex.
update area a set geom = n.geom, label = n.label from c_next n
where n.of_what = 'area' and n.id = a.id and not st_equals(a.geom, n.geom);
insert into area_outline (area, drawn, derived) select a.id, c.drawn, a.geom from area a join c_area c on c.id = a.id
on conflict (area) do update set drawn = excluded.drawn, derived = excluded.derived;
create temp table c_colour (grid bigint, colour int) on commit drop;

-- step: 对照交来的图形
create temp table c_fit on commit drop as
with own as (
  select d.id, d.code, d.community, d.geom, st_transform(s.geom, metric_srid()) shape, s.area, s.parts
  from c_drawn d join grid_shape_now s on s.grid = d.id)
select o.id, o.code, o.area, o.parts,
  coalesce((select sum(st_area(st_intersection(o.geom, d.geom))) from c_drawn d where d.community = o.community and d.id <> o.id and st_intersects(d.geom, o.geom)), 0) overlap,
  st_area(st_difference(o.shape, u.geom)) gap,
  st_area(st_difference(o.geom, o.shape)) lost,
  st_hausdorffdistance(st_boundary(o.geom), st_boundary(o.shape)) shift
from own o, lateral (select st_union(d.geom) geom from c_drawn d where d.community = o.community and st_intersects(d.geom, o.shape)) u;
