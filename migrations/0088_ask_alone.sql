-- +goose Up
-- A wish or a need may be said at any time, not at a visit only: it has a door and
-- a moment of its own. One from a visit takes both from it.
alter table ask alter column visit drop not null;
alter table ask add column household bigint references household, add column building bigint references building, add column grid bigint references grid,
  add column occurred_at timestamptz;
update ask a set household = v.household, building = v.building, grid = v.grid, occurred_at = v.occurred_at from visit v where v.id = a.visit;
alter table ask alter column building set not null, alter column grid set not null, alter column occurred_at set not null;
create index ask_household on ask (household, occurred_at desc);
create index ask_building on ask (building);
comment on table ask is '微心愿 and 需求 of households; where a visit brought it, its door and moment are the visit''s';
comment on column ask.grid is 'the grid of the door on the day it was said';
