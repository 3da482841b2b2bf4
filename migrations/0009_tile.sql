-- +goose Up
-- Exact invalidation of tiles: a change of what a layer shows tells the box it
-- left and the box it entered. Rare edits only (registers, borders), so NOTIFY
-- in the transaction is fine; a bulk import tells once per statement.
-- Payload: layer xmin ymin xmax ymax, metres of EPSG:3857.
-- +goose StatementBegin
create function tile_tell(layer text, boxes box2d[]) returns void language plpgsql as $$
declare box box2d;
begin
  -- A bulk load tells of its whole extent once; a handful of edits each tell their own box.
  if cardinality(boxes) > 64 then
    select array[st_extent(b::geometry)] into boxes from unnest(boxes) b;
  end if;
  foreach box in array coalesce(boxes, '{}') loop
    if box is not null then
      perform pg_notify('tile', format('%s %s %s %s %s', layer, st_xmin(box), st_ymin(box), st_xmax(box), st_ymax(box)));
    end if;
  end loop;
end $$;
-- +goose StatementEnd
-- +goose StatementBegin
create function tile_changed() returns trigger language plpgsql as $$
declare boxes box2d[];
begin
  if tg_op = 'TRUNCATE' then
    boxes := array[box2d(st_tileenvelope(0, 0, 0))];
  elsif tg_op = 'DELETE' then
    execute format('select array_agg(box2d(%1$I)) from before', tg_argv[1]) into boxes;
  elsif tg_op = 'INSERT' then
    execute format('select array_agg(box2d(%1$I)) from after', tg_argv[1]) into boxes;
  else
    execute format('select array_agg(box2d(g)) from (select %1$I g from before union all select %1$I from after) q', tg_argv[1]) into boxes;
  end if;
  perform tile_tell(tg_argv[0], boxes);
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
    execute format('create trigger tile_truncate after truncate on %I for each statement execute function tile_changed(%L,%L)', l.tab, l.layer, l.col);
  end loop;
end $$;
-- +goose StatementEnd

-- What a tile shows from other tables. A renamed or recoloured grid, and one
-- that got or lost its branch, changes the tiles of its shapes; a cell that
-- changed its grid changes the buildings on it.
-- +goose StatementBegin
create function grid_tile_changed() returns trigger language plpgsql as $$
declare boxes box2d[];
begin
  select array_agg(box2d(s.geom_3857)) into boxes from after a join grid_shape s on s.grid = a.id;
  perform tile_tell('grid', boxes);
  return null;
end $$;
-- +goose StatementEnd
create trigger tile_update after update on grid referencing new table as after for each statement execute function grid_tile_changed();

-- +goose StatementBegin
create function branch_grid_tile_changed() returns trigger language plpgsql as $$
declare boxes box2d[];
begin
  if tg_op = 'TRUNCATE' then
    boxes := array[box2d(st_tileenvelope(0, 0, 0))];
  elsif tg_op = 'DELETE' then
    select array_agg(box2d(s.geom_3857)) into boxes from grid_shape s where s.grid in (select grid from before);
  elsif tg_op = 'INSERT' then
    select array_agg(box2d(s.geom_3857)) into boxes from grid_shape s where s.grid in (select grid from after);
  else
    select array_agg(box2d(s.geom_3857)) into boxes from grid_shape s where s.grid in (select grid from before union all select grid from after);
  end if;
  perform tile_tell('grid', boxes);
  return null;
end $$;
-- +goose StatementEnd
create trigger tile_insert after insert on branch_grid referencing new table as after for each statement execute function branch_grid_tile_changed();
create trigger tile_update after update on branch_grid referencing old table as before new table as after for each statement execute function branch_grid_tile_changed();
create trigger tile_delete after delete on branch_grid referencing old table as before for each statement execute function branch_grid_tile_changed();
create trigger tile_truncate after truncate on branch_grid for each statement execute function branch_grid_tile_changed();

-- A redraw moves cells by the thousand, and a tile holds hundreds of buildings:
-- the box of each moved building is asked for, not the box of its cell.
-- +goose StatementBegin
create function cell_grid_tile_changed() returns trigger language plpgsql as $$
declare boxes box2d[];
begin
  if tg_op = 'TRUNCATE' then
    boxes := array[box2d(st_tileenvelope(0, 0, 0))];
  elsif tg_op = 'DELETE' then
    select array_agg(box2d(b.geom_3857)) into boxes from building b where b.cell in (select cell from before);
  elsif tg_op = 'INSERT' then
    select array_agg(box2d(b.geom_3857)) into boxes from building b where b.cell in (select cell from after);
  else
    select array_agg(box2d(b.geom_3857)) into boxes from building b where b.cell in (select cell from before union all select cell from after);
  end if;
  perform tile_tell('building', boxes);
  return null;
end $$;
-- +goose StatementEnd
create trigger tile_insert after insert on cell_grid referencing new table as after for each statement execute function cell_grid_tile_changed();
create trigger tile_update after update on cell_grid referencing old table as before new table as after for each statement execute function cell_grid_tile_changed();
create trigger tile_delete after delete on cell_grid referencing old table as before for each statement execute function cell_grid_tile_changed();
create trigger tile_truncate after truncate on cell_grid for each statement execute function cell_grid_tile_changed();
