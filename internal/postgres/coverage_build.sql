-- What the base coverage is made from, in the metric plane on a 1 cm lattice and
-- in temporary tables of one transaction; the program makes faces of it.
-- Each "-- step:" is one message to the database and one step of progress.

-- step: 读取辖区
-- The ground to be covered: the leaves of the area tree. Normally communities; a
-- district without streets, or a street without communities, counts as one.
create temp table c_area on commit drop as
select a.id, st_collectionextract(st_makevalid(st_snaptogrid(st_transform(d.geom, metric_srid()), 0.01)), 3) geom, d.geom drawn
from area a left join area_outline o on o.area = a.id,
lateral (select coalesce(
  -- A border that waits for its day is built as it will be: cells belong to the last
  -- scheduled state.
  (select s.geom from area_shape s where s.area = a.id and upper_inf(s.valid) and lower(s.valid) > today()),
  case when st_asbinary(o.derived) = st_asbinary(a.geom) then o.drawn else a.geom end) geom) d
where a.scheme = 'party' and (a.valid_to is null or a.valid_to > today())
  and not exists (select from area b where b.path <@ a.path and b.id <> a.id and b.scheme = 'party'
                  and (b.valid_to is null or b.valid_to > today()));
create index on c_area using gist (geom);
analyze c_area;

-- step: 读取道路与界线
create temp table c_way on commit drop as
select kind, bridge, st_snaptogrid(st_transform(geom, metric_srid()), 0.01) geom, row_number() over () n from road;
create index on c_way using gist (geom);
analyze c_way;
-- Areas come first: PostGIS prepares the shape it is asked for again and again.
create temp table c_line on commit drop as
with scope as (select st_expand(st_extent(geom)::geometry, 50) box from c_area),
met as (select distinct w.n from c_area a join c_way w on st_intersects(a.geom, w.geom))
select w.kind, w.bridge, d.geom
from scope, met join c_way w using (n), lateral st_dump(st_clipbybox2d(w.geom, st_setsrid(scope.box, metric_srid()))) d
where st_geometrytype(d.geom) = 'ST_LineString' and st_length(d.geom) > 0;
insert into c_line
select 'limit', false, d.geom from c_area a, lateral st_dump(st_boundary(a.geom)) d;
create temp table c_member (building bigint primary key, cluster bigint not null) on commit drop;
create temp table c_straddler (id bigint primary key, wkb bytea not null) on commit drop;
-- Where each building ended up: its cell by number in c_cell, null when outside.
create temp table c_home (building bigint primary key, idx int) on commit drop;
create temp table c_cell (idx int primary key, block int not null, community bigint not null, owner bigint not null, area float8 not null, geom geometry(Polygon) not null, pt geometry(Point)) on commit drop;
