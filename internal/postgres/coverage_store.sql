-- From cells without a name (c_cell) to rows: what stayed the same keeps its
-- number, the rest is a base revision. docs/decisions/010-coverage.md.

-- step: 对照上次的地块
create temp table c_old on commit drop as
select id, geom, area, valid, false kept, false young from cell where upper_inf(valid);
-- The first build has nothing to compare with.
do $$ begin
  if exists (select from c_old) then
    create index on c_cell using gist (geom);
    create index on c_old using gist (geom);
    create index on c_old (id);
    analyze c_cell; analyze c_old;
  end if;
end $$;
create temp table c_same_cell (idx int primary key, id bigint not null unique) on commit drop;
insert into c_same_cell select n.idx, o.id from c_cell n join c_old o on n.geom ~= o.geom and st_equals(n.geom, o.geom);
update c_old o set kept = true from c_same_cell k where k.id = o.id;
create temp table c_over on commit drop as
select n.idx, o.id old, st_area(st_intersection(n.geom, o.geom)) overlap
from c_cell n join c_old o on not o.kept and n.geom && o.geom and st_intersects(n.geom, o.geom)
where not exists (select from c_same_cell k where k.idx = n.idx);
delete from c_over where overlap < 0.01;
-- A new vertex of a neighbour bends a border by under a centimetre: the same cell.
insert into c_same_cell
select v.idx, v.old from c_over v join c_cell n on n.idx = v.idx join c_old o on o.id = v.old
where n.area + o.area - 2 * v.overlap < 0.01 * st_perimeter(n.geom);
update c_old o set kept = true from c_same_cell k where k.id = o.id and not o.kept;
delete from c_over v using c_same_cell k where k.id = v.old;
delete from c_over v using c_same_cell k where k.idx = v.idx;
create index on c_over (idx);
create index on c_over (old);
analyze c_over; analyze c_same_cell;
-- A fresh cell inherits from the cell its building stood in, else from the one
-- most of its ground was.
-- Counted before it is joined: right after a first build the planner still
-- believes that no building has a cell, and would look at all for each.
create temp table c_stood on commit drop as
select coalesce(m.cluster, b.id) owner, min(b.cell) old from building b join c_old o on o.id = b.cell
left join c_member m on m.building = b.id group by 1;
analyze c_stood;
create temp table c_new on commit drop as
with ground as (select distinct on (idx) idx, old from c_over order by idx, overlap desc, old)
select idx, block, community, owner, coalesce(same, nextval(pg_get_serial_sequence('cell', 'id'))) id, heir_of, same is null fresh
from (select c.idx, c.block, c.community, c.owner, k.id same, case when k.id is null then coalesce(s.old, g.old) end heir_of
      from c_cell c left join c_same_cell k using (idx) left join c_stood s on s.owner = c.owner left join ground g using (idx) order by c.idx) q;
create unique index on c_new (idx);
create unique index on c_new (id);
analyze c_new;
-- A cell that lived for less than a day was never official: it goes without a
-- trace, unless a publish already named it or nothing took its ground.
update c_old o set young = true where not kept and lower(valid) >= today()
  and not exists (select from publish_touch t where t.cell = o.id) and not exists (select from micro_touch t where t.cell = o.id) and exists (select from c_over v where v.old = o.id);

-- step: 写入地块
insert into cell (id, block, pt, geom, area, valid)
select n.id, n.block, coalesce(c.pt, st_pointonsurface(c.geom)), c.geom, c.area, case when n.heir_of is null then daterange('2020-01-01', null) else daterange(today(), null) end
from c_new n join c_cell c using (idx) where n.fresh order by c.geom;
update cell o set block = n.block, pt = q.pt, geom = c.geom, area = c.area
from c_new n join c_cell c using (idx), lateral (select coalesce(c.pt, st_pointonsurface(c.geom)) pt) q
where n.id = o.id and not n.fresh and (o.block, o.area, o.pt, st_asbinary(o.geom)) is distinct from (n.block, c.area, q.pt, st_asbinary(c.geom));
-- What takes the ground of a cell changes its community on the days that one does.
create temp table c_town on commit drop as
select n.id, cc.community, cc.valid * c.valid as valid from c_new n join cell c on c.id = n.id join cell_community cc on cc.cell = n.heir_of
where n.fresh and cc.valid && c.valid and exists (select from cell_community h where h.cell = n.heir_of and upper_inf(h.valid) and h.community = n.community);
insert into cell_community (cell, community, valid)
select id, community, valid from (
  select id, community, valid from c_town
  union all select n.id, n.community, c.valid from c_new n join cell c on c.id = n.id where n.fresh and not exists (select from c_town t where t.id = n.id)) q order by id;
update cell_community cc set community = n.community from c_new n where n.id = cc.cell and upper_inf(cc.valid) and cc.community <> n.community;
insert into cell_lineage (old, new, share)
select v.old, n.id, least(1, v.overlap / sum(v.overlap) over (partition by v.old)) from c_over v join c_new n on n.idx = v.idx;
-- The heir answers for every day its forebear could answer for.
insert into cell_grid (cell, layer, grid, valid, plan)
select n.id, cg.layer, cg.grid, cg.valid, cg.plan
from c_new n join cell_grid cg on cg.cell = n.heir_of and upper_inf(cg.recorded) join grid g on g.id = cg.grid
where n.fresh and (g.community = n.community or exists (select from c_town t where t.id = n.id));

-- step: 停用旧地块
create temp table c_gone on commit drop as
select o.id, greatest(today(), lower(o.valid) + 1) until from c_old o where not o.kept and not o.young;
create temp table c_shorten on commit drop as
select cg.cell, cg.layer, cg.grid, cg.valid, cg.plan, q.until from cell_grid cg join c_gone q on q.id = cg.cell
where upper_inf(cg.recorded) and (upper_inf(cg.valid) or upper(cg.valid) > q.until);
update cell_grid cg set recorded = tstzrange(lower(cg.recorded), now()) from c_shorten s
where cg.cell = s.cell and cg.layer = s.layer and cg.valid = s.valid and upper_inf(cg.recorded);
insert into cell_grid (cell, layer, grid, valid, plan)
select cell, layer, grid, daterange(lower(valid), until), plan from c_shorten where coalesce(lower(valid) < until, true);
update cell_community cc set valid = daterange(lower(cc.valid), q.until) from c_gone q where q.id = cc.cell and upper_inf(cc.valid);
update cell c set valid = daterange(lower(c.valid), q.until) from c_gone q where q.id = c.id;

-- step: 改挂引用
create temp table c_heir on commit drop as
select distinct on (v.old) v.old, n.id new from c_over v join c_new n on n.idx = v.idx join c_old o on o.id = v.old
order by v.old, v.overlap desc, n.id;
update building b set cell = q.cell from (
  select h.building id, n.id cell from c_home h left join c_new n on n.idx = h.idx) q
where q.id = b.id and b.cell is distinct from q.cell;
select analyze_tables('building') where exists (select from c_new where fresh offset 1000);
-- Facts go with their building, else to the cell that took most of the ground:
-- it answers for every day its forebear answered for.
update visit x set cell = coalesce((select b.cell from building b where b.id = x.building), h.new) from c_heir h where x.cell = h.old;
update incident x set cell = coalesce((select b.cell from building b where b.id = x.building), h.new) from c_heir h where x.cell = h.old;
update sign x set cell = coalesce((select b.cell from building b where b.id = x.building), h.new) from c_heir h where x.cell = h.old;
update plan_comment x set cell = h.new from c_heir h where x.cell = h.old;
update plan_comment x set across = h.new from c_heir h where x.across = h.old;
-- What a draft says of a cell it says of those that inherit from it.
insert into plan_cell (plan, cell, from_grid, label)
select p.plan, n.id, p.from_grid, p.label from c_new n join plan_cell p on p.cell = n.heir_of join cell_community was on was.cell = n.heir_of and was.community = n.community
where n.fresh group by 1, 2, 3, 4;
delete from plan_cell p using c_old o where p.cell = o.id and not o.kept;
update cell_cut k set pieces = array(select coalesce(h.new, p.id) from unnest(k.pieces) with ordinality p(id, n) left join c_heir h on h.old = p.id order by p.n)
where k.healed_at is null and exists (select from c_heir h where h.old = any(k.pieces));
update institution i set cell = q.cell from (
  select i.id, coalesce(b.cell, (select min(n.id) from cell c join c_new n on n.id = c.id where st_intersects(c.geom, st_transform(i.pt, metric_srid())))) cell
  from institution i left join building b on b.id = i.building) q where q.id = i.id and i.cell is distinct from q.cell;
update point p set cell = q.cell from (
  select p.id, coalesce(b.cell, (select min(n.id) from cell c join c_new n on n.id = c.id where st_intersects(c.geom, st_transform(p.pt, metric_srid())))) cell
  from point p left join building b on b.id = p.building) q where q.id = p.id and p.cell is distinct from q.cell;
insert into cell_lineage (old, new, share)
select p.old, y.new, sum(p.share * y.share) from cell_lineage p join c_old o on o.id = p.new and o.young join cell_lineage y on y.old = o.id
group by 1, 2 on conflict (old, new) do update set share = least(1, cell_lineage.share + excluded.share);
delete from cell_lineage l using c_old o where o.young and o.id in (l.old, l.new);
delete from cell_grid cg using c_old o where o.young and o.id = cg.cell;
delete from cell_community cc using c_old o where o.young and o.id = cc.cell;
delete from cell_stat cs using c_old o where o.young and o.id = cs.cell;
delete from cell c using c_old o where o.young and o.id = c.id;
