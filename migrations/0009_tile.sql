-- +goose Up
-- Exact invalidation of tiles: a change of a layer's row tells the box it left
-- and the box it entered. Rare edits only (registers, borders), so NOTIFY in
-- the transaction is fine; a bulk import tells once per statement.
-- +goose StatementBegin
create function tile_changed() returns trigger language plpgsql as $$
declare boxes box2d[]; box box2d;
begin
  if tg_op = 'DELETE' then
    execute format('select array_agg(box2d(%1$I)) from before', tg_argv[1]) into boxes;
  elsif tg_op = 'INSERT' then
    execute format('select array_agg(box2d(%1$I)) from after', tg_argv[1]) into boxes;
  else
    execute format('select array_agg(box2d(g)) from (select %1$I g from before union all select %1$I from after) q', tg_argv[1]) into boxes;
  end if;
  -- A bulk load tells of its whole extent once; a handful of edits each tell their own box.
  if cardinality(boxes) > 64 then
    select array[st_extent(b::geometry)] into boxes from unnest(boxes) b;
  end if;
  foreach box in array coalesce(boxes, '{}') loop
    perform pg_notify('tile', format('%s %s %s %s %s', tg_argv[0], st_xmin(box), st_ymin(box), st_xmax(box), st_ymax(box)));
  end loop;
  return null;
end $$;
-- +goose StatementEnd
-- +goose StatementBegin
do $$
declare l record;
begin
  for l in select * from (values ('area','area','geom_3857'), ('road','road','geom_3857'), ('ground','ground','geom_3857'),
      ('courtyard','courtyard','geom_3857'), ('building','building','geom_3857'), ('grid_shape','grid','geom_3857'),
      ('lane','lane','geom_3857'), ('point','point','pt_3857')) v(tab, layer, col) loop
    execute format('create trigger tile_insert after insert on %I referencing new table as after for each statement execute function tile_changed(%L,%L)', l.tab, l.layer, l.col);
    execute format('create trigger tile_update after update on %I referencing old table as before new table as after for each statement execute function tile_changed(%L,%L)', l.tab, l.layer, l.col);
    execute format('create trigger tile_delete after delete on %I referencing old table as before for each statement execute function tile_changed(%L,%L)', l.tab, l.layer, l.col);
  end loop;
end $$;
-- +goose StatementEnd
-- A renamed or recoloured grid changes its tiles too.
-- +goose StatementBegin
create function grid_tile_changed() returns trigger language plpgsql as $$
declare box box2d;
begin
  select st_extent(s.geom_3857) into box from after a join grid_shape_now s on s.grid = a.id;
  if box is not null then
    perform pg_notify('tile', format('grid %s %s %s %s', st_xmin(box), st_ymin(box), st_xmax(box), st_ymax(box)));
  end if;
  return null;
end $$;
-- +goose StatementEnd
create trigger tile_update after update on grid referencing new table as after for each statement execute function grid_tile_changed();
