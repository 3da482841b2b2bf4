-- step: 保存网格图形
create temp table c_next on commit drop as
select of_what, case of_what when 'grid' then 1 when 'micro' then 2 end as layer, id, day, until, area, parts,
       st_transform(st_geomfromwkb(wkb, metric_srid()), 4326) geom, st_transform(st_geomfromwkb(label_wkb, metric_srid()), 4326) label
from c_shape;
-- Before the first day nothing changes; from it on everything is new, but a
-- shape that did not change goes on as it is.
-- Where no micro-grid is left, those of before end today.
create temp table c_first on commit drop as
select l.layer, case l.layer when 1 then min(n.day) else coalesce(min(n.day), today()) end as day from (values (1), (2)) l(layer) left join c_next n using (layer) group by 1;
delete from grid_shape s using c_first f where s.layer = f.layer and lower(s.valid) >= f.day;
create temp table c_same on commit drop as
select s.grid, s.valid, n.until from grid_shape s, c_first f, c_next n
where s.layer = f.layer and s.valid @> f.day and n.layer = f.layer and n.id = s.grid and n.day = f.day
  and abs(s.area - n.area) < 1e-6 and s.parts = n.parts and st_equals(s.geom, n.geom);
update grid_shape s set valid = daterange(lower(s.valid), c.until) from c_same c
where c.grid = s.grid and c.valid = s.valid and upper(s.valid) is distinct from c.until;
update grid_shape s set valid = daterange(lower(s.valid), f.day) from c_first f
where s.layer = f.layer and s.valid @> f.day and not exists (select from c_same c where c.grid = s.grid);
insert into grid_shape (grid, layer, valid, geom, label, area, parts)
select n.id, n.layer, daterange(n.day, n.until), n.geom, n.label, n.area, n.parts from c_next n join c_first f using (layer)
where not (n.day = f.day and exists (select from c_same c where c.grid = n.id));
select analyze_tables('grid_shape');

-- step: 保存社区边界
-- The leaves of the area tree become exactly the union of their cells, so that
-- neighbours share their border vertex for vertex.
update area a set geom = n.geom, label = n.label from c_next n
where n.of_what = 'area' and n.id = a.id and not st_equals(a.geom, n.geom);
insert into area_outline (area, drawn, derived)
select a.id, case when exists (select from area_shape s where s.area = a.id and lower(s.valid) > today()) then a.geom else c.drawn end, a.geom from area a join c_area c on c.id = a.id
on conflict (area) do update set drawn = excluded.drawn, derived = excluded.derived;
create temp table c_colour (grid bigint, colour int) on commit drop;

-- step: 对照交来的图形
create temp table c_fit on commit drop as
with own as materialized ( -- so that a shape is transformed once
  select d.id, d.code, d.community, d.geom, st_transform(s.geom, metric_srid()) shape, s.area, s.parts
  from c_drawn d join grid_shape_now s on s.grid = d.id)
select o.id, o.code, o.area, o.parts,
  coalesce((select sum(st_area(st_intersection(o.geom, d.geom))) from c_drawn d where d.community = o.community and d.id <> o.id and st_intersects(d.geom, o.geom)), 0) overlap,
  st_area(st_difference(o.shape, u.geom)) gap,
  st_area(st_difference(o.geom, o.shape)) lost,
  st_hausdorffdistance(st_boundary(o.geom), st_boundary(o.shape)) shift
from own o, lateral (select st_union(d.geom) geom from c_drawn d where d.community = o.community and st_intersects(d.geom, o.shape)) u;
