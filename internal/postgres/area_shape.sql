-- Outlines of communities from a day on, derived anew. Parameters: @towns, @day, and
-- o_next as the program traced it.

-- step: 第一次改界线的社区，留下原来的界线
insert into area_shape (area, valid, geom, label)
select a.id, '(,)', a.geom, a.label from area a where a.id = any(@towns) and not exists (select from area_shape s where s.area = a.id);

-- step: 撤下当天以后的界线
delete from area_shape where area = any(@towns) and lower(valid) >= @day::date;

-- step: 新的界线
create temp table o_shape on commit drop as
select area, day, until, st_transform(st_geomfromwkb(wkb, metric_srid()), 4326)::geometry(MultiPolygon,4326) as geom,
  st_transform(st_geomfromwkb(label_wkb, metric_srid()), 4326)::geometry(Point,4326) as label from o_next;

-- step: 没有变的界线延续
update area_shape s set valid = daterange(lower(s.valid), o.until) from o_shape o
where o.area = s.area and o.day = @day::date and coalesce(upper(s.valid) >= @day::date, true) and st_equals(s.geom, o.geom);

-- step: 变了的界线到前一天为止
update area_shape s set valid = daterange(lower(s.valid), @day::date) from o_shape o
where o.area = s.area and o.day = @day::date and s.valid @> @day::date and not st_equals(s.geom, o.geom);

-- step: 当天以后的界线
insert into area_shape (area, valid, geom, label)
select o.area, daterange(o.day, o.until), o.geom, o.label from o_shape o where not exists (select from area_shape s where s.area = o.area and s.valid @> o.day);

-- step: 从来没有变过的不用留
delete from area_shape s using area a where s.area = any(@towns) and lower_inf(s.valid) and upper_inf(s.valid) and a.id = s.area and st_asbinary(a.geom) = st_asbinary(s.geom);

-- step: 收拾
drop table o_shape, o_next;
