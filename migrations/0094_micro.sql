-- +goose Up
-- Micro-grids (微网格) nest in grids: rows of grid of kind micro, whose cells are
-- layer 2 of cell_grid. Which grid a micro-grid lies in is nowhere written down: it
-- is the grid of its cells, on every day. docs/decisions/136-micro-grids.md.

-- Outlines of both layers stand in one table; whoever asks for grids asks for the
-- views, and never meets a micro-grid.
alter table grid_shape add layer smallint not null default 1 check (layer in (1, 2));
comment on column grid_shape.layer is '1 grid, 2 micro-grid';
create or replace view grid_shape_now as
  select s.* from grid_shape s where s.layer = 1 and s.valid @> today();
create view micro_shape_now as
  select s.* from grid_shape s where s.layer = 2 and s.valid @> today();

-- micro_now: the micro-grid and the grid of each cell that has one, today. Who may
-- see the grid may see the micro-grid.
create view micro_now as
  select m.cell, m.grid as micro, n.grid, n.community, n.path
  from cell_grid m join cell_now n on n.cell = m.cell
  where m.layer = 2 and upper_inf(m.recorded) and m.valid @> today();

-- micro_head is to layer 2 what cell_head is to layer 1.
create view micro_head as
  select cell, grid, lower(valid) as since from cell_grid where layer = 2 and upper_inf(recorded) and upper_inf(valid);

-- micro_at answers for any date, as known now.
create function micro_at(cell_id bigint, on_day date) returns bigint language sql stable parallel safe as
  $$ select grid from cell_grid where cell = cell_id and layer = 2 and upper_inf(recorded) and valid @> on_day $$;

-- What publish_touch says of grids, micro_touch says of micro-grids: those a plan
-- of micro-grids moved, and those a plan of grids took out of theirs.
create table micro_touch (
  seq bigint not null references publish_log, cell bigint not null references cell, from_grid bigint, to_grid bigint,
  primary key (seq, cell), check (from_grid is distinct from to_grid)
);
create index micro_touch_cell on micro_touch (cell);
comment on table micro_touch is 'cells a publication moved between micro-grids; null is nobody';

-- micro_astray lists micro-grids of some communities that on some day lie in two
-- grids or on ground without a grid. There are none: publications are refused that
-- would make one.
create function micro_astray(communities bigint[]) returns setof bigint language sql stable as $$
  with here as (
    select m.grid, m.cell, m.valid from cell_grid m join grid g on g.id = m.grid
    where m.layer = 2 and upper_inf(m.recorded) and g.community = any(communities)),
  stay as (
    select h.grid as micro, h.cell, h.valid, c.grid, h.valid * c.valid as days
    from here h left join cell_grid c on c.cell = h.cell and c.layer = 1 and upper_inf(c.recorded) and c.valid && h.valid),
  piece as (select micro, grid, range_agg(days) as days from stay where grid is not null group by 1, 2)
  select a.micro from piece a join piece b on a.micro = b.micro and a.grid < b.grid and a.days && b.days
  union
  select micro from stay group by micro, cell, valid
  having not datemultirange(valid) <@ coalesce(range_agg(days) filter (where grid is not null), '{}'::datemultirange)
$$;

create or replace view search_source as
  select 'area' as noun, id, name from area
  union all select case kind when 'micro' then 'micro' else 'grid' end, id, name from grid
  union all select 'branch', id, name from branch
  union all select 'point', id, name from point
  union all select 'team', id, name from team
  union all select 'institution', id, name from institution;

-- How large a micro-grid should be; see ward.MicroHouseholdsLow.
insert into norm (name, value) values ('micro_households_low', 30), ('micro_households_high', 120), ('micro_persons', 300);
