-- +goose Up
-- What the base coverage of a district is slow at beside its geometry.

-- Counting all cells at once reads each register once instead of looking every
-- door up: the counts are those of refresh_cell_stat_of. Right after a build the
-- planner still believes that no building has a cell and would loop.
-- +goose StatementBegin
create or replace function refresh_cell_stat() returns void language sql set enable_nestloop = off as $$
  delete from cell_stat;
  insert into cell_stat (cell, households, persons, members, hardship, buildings)
  with of_door as (select household, count(*) n from member where ended is null and household is not null group by 1),
  hard_door as (select distinct household from household_tag where kind in ('hardship','allowance')),
  of_building as (
    select h.building, count(*) n, sum(h.persons) p, sum(m.n) m, count(k.household) hard
    from household h left join of_door m on m.household = h.id left join hard_door k on k.household = h.id
    where h.ended is null group by 1)
  select b.cell, coalesce(sum(d.n), 0), coalesce(sum(d.p), 0), coalesce(sum(d.m), 0), coalesce(sum(d.hard), 0), count(*)
  from building b left join of_building d on d.building = b.id
  where b.cell is not null and b.ended is null group by b.cell;
$$;
-- +goose StatementEnd

-- A bulk change tells of its extent; only a handful of edits gathers its boxes.
-- +goose StatementBegin
create or replace function tile_changed() returns trigger language plpgsql as $$
declare boxes box2d[]; source text;
begin
  if tg_op = 'TRUNCATE' then
    perform tile_tell(tg_argv[0], array[box2d(st_tileenvelope(0, 0, 0))]);
    return null;
  end if;
  source := case tg_op
    when 'DELETE' then format('select %I g from before', tg_argv[1])
    when 'INSERT' then format('select %I g from after', tg_argv[1])
    else format('select %1$I g from before union all select %1$I from after', tg_argv[1]) end;
  execute format('select array_agg(box2d(g)) from (select * from (%s) q limit 65) q', source) into boxes;
  if cardinality(boxes) > 64 then
    execute format('select array[st_extent(g)] from (%s) q', source) into boxes;
  end if;
  perform tile_tell(tg_argv[0], boxes);
  return null;
end $$;
-- +goose StatementEnd
-- +goose StatementBegin
create or replace function cell_grid_tile_changed() returns trigger language plpgsql as $$
declare boxes box2d[]; source text;
begin
  if tg_op = 'TRUNCATE' then
    perform tile_tell('building', array[box2d(st_tileenvelope(0, 0, 0))]);
    return null;
  end if;
  source := 'select b.geom_3857 g from building b where b.cell in ('
    || case tg_op when 'DELETE' then 'select cell from before' when 'INSERT' then 'select cell from after'
       else 'select cell from before union all select cell from after' end || ')';
  execute format('select array_agg(box2d(g)) from (select * from (%s) q limit 65) q', source) into boxes;
  if cardinality(boxes) > 64 then
    execute format('select array[st_extent(g)] from (%s) q', source) into boxes;
  end if;
  perform tile_tell('building', boxes);
  return null;
end $$;
-- +goose StatementEnd
