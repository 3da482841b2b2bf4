-- The base coverage, from areas, roads and footprints to faces. Everything is in
-- the metric plane on a 1 cm lattice and in temporary tables of one transaction.
-- Each "-- step:" is one message to the database and one step of progress.

-- step: 读取辖区
-- The ground to be covered: the leaves of the area tree. Normally communities; a
-- district without streets, or a street without communities, counts as one.
create temp table c_area on commit drop as
select a.id, st_collectionextract(st_makevalid(st_snaptogrid(st_transform(d.geom, metric_srid()), 0.01)), 3) geom, d.geom drawn
from area a left join area_outline o on o.area = a.id,
lateral (select case when st_asbinary(o.derived) = st_asbinary(a.geom) then o.drawn else a.geom end geom) d
where a.scheme = 'party' and (a.valid_to is null or a.valid_to > today())
  and not exists (select from area b where b.path <@ a.path and b.id <> a.id and b.scheme = 'party'
                  and (b.valid_to is null or b.valid_to > today()));
create index on c_area using gist (geom);
analyze c_area;

-- step: 读取道路与界线
create temp table c_line on commit drop as
with scope as (select st_expand(st_extent(geom)::geometry, 50) box from c_area),
moved as (select r.kind, r.bridge, st_snaptogrid(st_transform(r.geom, metric_srid()), 0.01) geom from road r)
select m.kind, m.bridge, d.geom
from scope, moved m, lateral st_dump(st_clipbybox2d(m.geom, st_setsrid(scope.box, metric_srid()))) d
where exists (select from c_area a where a.geom && m.geom and st_intersects(a.geom, m.geom))
  and st_geometrytype(d.geom) = 'ST_LineString' and st_length(d.geom) > 0;
insert into c_line
select 'limit', false, d.geom from c_area a, lateral st_dump(st_boundary(a.geom)) d;
create temp table c_probe on commit drop as select st_subdivide(geom, 32) geom from c_line;
create index on c_line using gist (geom);
create index on c_probe using gist (geom);
analyze c_line; analyze c_probe;

-- step: 读取楼栋轮廓
create temp table c_foot on commit drop as
select b.id, b.code, case when st_isempty(s.geom) then st_buffer(st_transform(b.pt, metric_srid()), 0.5, 2) else s.geom end geom
from building b, lateral (
  select st_collectionextract(st_makevalid(st_snaptogrid(st_transform(b.geom, metric_srid()), 0.01)), 3) geom) s;
create index on c_foot using gist (geom);
analyze c_foot;

-- step: 合并重叠的楼栋
-- A footprint with more than a tenth of itself in another one shares its cell.
-- c_member holds the pairs; the program joins them into clusters.
create temp table c_pair on commit drop as
select a.id a, b.id b from c_foot a join c_foot b on a.id < b.id and a.geom && b.geom and st_intersects(a.geom, b.geom)
where st_area(st_intersection(a.geom, b.geom)) > 0.1 * least(st_area(a.geom), st_area(b.geom));
create temp table c_member (building bigint primary key, cluster bigint not null) on commit drop;

-- step: 找出跨线的楼栋
create temp table c_cluster on commit drop as
select coalesce(m.cluster, f.id) id, count(*)::int buildings,
       case when count(*) = 1 then st_union(f.geom) else st_collectionextract(st_union(f.geom, 0.01), 3) end geom
from c_foot f left join c_member m on m.building = f.id group by 1;
alter table c_cluster add pt geometry, add core geometry, add straddles bool not null default false,
  add cut bool not null default false, add block int, add face int;
update c_cluster c set pt = st_pointonsurface(c.geom), core = k.geom,
  straddles = exists (select from c_probe p where p.geom && c.geom and st_intersects(p.geom, k.geom))
from c_cluster o, lateral (select st_buffer(o.geom, -0.02, 'quad_segs=1') geom) k where o.id = c.id;
create index on c_cluster using gist (geom);
create index on c_cluster using gist (pt);
create index on c_cluster (id);
analyze c_cluster;

-- step: 划分街区
-- Where a line runs through a building it goes round it instead: the footprint
-- becomes a block of its own, so the building stays whole.
create temp table c_net on commit drop as
select st_unaryunion(st_collect(g), 0.01) geom from (
  select case when u.geom is null then l.geom else st_difference(l.geom, u.geom) end g
  from c_line l left join lateral (
    select st_union(c.geom) geom from c_cluster c where c.straddles and c.geom && l.geom and st_intersects(c.geom, l.geom)) u on true
  union all select st_boundary(geom) from c_cluster where straddles) q;
create temp table c_block on commit drop as
select row_number() over (order by st_xmin(d.geom), st_ymin(d.geom), st_xmax(d.geom), st_area(d.geom))::int id, d.geom, st_pointonsurface(d.geom) pt
from (select st_polygonize(geom) geom from c_net) n, lateral st_dump(n.geom) d;
alter table c_block add community bigint, add areas int not null default 0, add straddler bigint, add narrow bool not null default false;
create index on c_block using gist (geom);
create index on c_block (id);
analyze c_block;
update c_block b set community = q.id, areas = q.n from (
  select b.id block, min(a.id) id, count(*) n from c_block b join c_area a on st_contains(a.geom, b.pt) group by b.id) q where q.block = b.id;
update c_block b set straddler = q.id from (
  select b.id block, min(c.id) id from c_block b join c_cluster c on c.straddles and st_contains(c.geom, b.pt) group by b.id) q where q.block = b.id;
-- A straddler belongs whole to the area that holds most of it, to none when most
-- of it is outside.
update c_block b set community = q.area from (
  select id, case when sum(overlap) >= 0.5 * max(size) then (array_agg(area order by overlap desc, area))[1] end area from (
    select c.id, a.id area, st_area(c.geom) size, st_area(st_intersection(a.geom, c.geom)) overlap
    from c_cluster c left join c_area a on st_intersects(a.geom, c.geom) where c.straddles) v
  group by id) q where q.id = b.straddler;
-- Slivers between communities drawn apart: the program gives them to a
-- neighbour when they have no border with the outside.
update c_block set narrow = true where community is null and straddler is null and 2 * st_area(geom) < 2.0 * st_perimeter(geom);
delete from c_block where community is null and not narrow;
update c_cluster c set block = q.block from (
  select straddler id, min(id) block from c_block where straddler is not null and community is not null group by 1) q where q.id = c.id and c.straddles;
update c_cluster c set block = q.block from (
  select c.id, min(b.id) block from c_cluster c join c_block b on st_contains(b.geom, c.pt)
  where not c.straddles and b.straddler is null and b.community is not null group by c.id) q where q.id = c.id;
create index on c_cluster (block);
analyze c_cluster; analyze c_block;

-- step: 取楼栋外墙点
-- Sites of the Voronoi diagram: walls every 2.5 m, coarser in a block of very
-- many buildings so that one diagram stays within memory.
create temp table c_site on commit drop as
with many as (select block, greatest(1, count(*) / 10000.0) * 2.5 spacing from c_cluster
              where block is not null and not straddles group by block having count(*) > 1)
select distinct on (block, x, y) block, x, y, owner from (
  select m.block, st_x(p.geom) x, st_y(p.geom) y, c.id owner
  from many m join c_cluster c on c.block = m.block and not c.straddles,
  lateral st_dumppoints(st_snaptogrid(st_segmentize(st_boundary(c.geom), m.spacing), 0.01)) p) q
order by block, x, y, owner;
create temp table c_divider (block int not null, wkb bytea not null) on commit drop;

-- step: 楼栋之间划界
create temp table c_div on commit drop as
select d.block, s.geom from c_divider d join c_block b on b.id = d.block,
lateral st_dump(st_intersection(st_geomfromwkb(d.wkb, metric_srid()), b.geom)) s where st_dimension(s.geom) = 1;
create index on c_div using gist (geom);
analyze c_div;
-- Where a divider still clips a footprint (walls that touch), the wall takes its
-- place.
update c_cluster c set cut = true where not straddles and block is not null
  and exists (select from c_div d where d.geom && c.geom and st_intersects(d.geom, c.core));

-- step: 连成一张图
create temp table c_face on commit drop as
with lines as (
  select geom from c_net
  union all
  select case when u.geom is null then d.geom else st_difference(d.geom, u.geom) end
  from c_div d left join lateral (
    select st_union(c.geom) geom from c_cluster c where c.cut and c.geom && d.geom and st_intersects(c.geom, d.geom)) u on true
  union all select st_boundary(geom) from c_cluster where cut),
noded as (select st_polygonize(geom) geom from (select st_unaryunion(st_collect(geom), 0.01) geom from lines) u)
select row_number() over (order by st_xmin(d.geom), st_ymin(d.geom), st_xmax(d.geom), st_area(d.geom))::int id, d.geom, st_pointonsurface(d.geom) pt
from noded n, lateral st_dump(n.geom) d;
alter table c_face add block int, add owner bigint, add anchored bool not null default false;
create index on c_face using gist (geom);
create index on c_face (id);
analyze c_face;

-- step: 认领地块
update c_face f set block = q.block from (
  select f.id, min(b.id) block from c_face f join c_block b on st_contains(b.geom, f.pt) group by f.id) q where q.id = f.id;
delete from c_face where block is null;
update c_cluster c set face = q.face from (
  select c.id, min(f.id) face from c_cluster c join c_face f on st_intersects(f.geom, c.pt) where c.block is not null group by c.id) q where q.id = c.id;
analyze c_cluster; analyze c_face;
update c_face f set owner = q.owner, anchored = true from (
  select face, min(id) owner from c_cluster where face is not null group by face) q where q.face = f.id;
update c_face f set owner = q.owner from (
  select f.id, min(c.id) owner from c_face f join c_cluster c on (c.cut or c.straddles) and c.block is not null and st_contains(c.geom, f.pt)
  where not f.anchored group by f.id) q where q.id = f.id;
-- What is left of a built block goes with the nearest building of the block.
update c_face f set owner = (
  select c.id from c_cluster c where c.block = f.block and c.face is not null order by st_distance(c.geom, f.pt), c.id limit 1)
where owner is null and exists (select from c_cluster c where c.block = f.block and not c.straddles);
create temp table c_cell (idx int primary key, block int not null, community bigint not null, owner bigint not null, wkb bytea not null) on commit drop;
create temp table c_seat (face int primary key, idx int not null) on commit drop;
