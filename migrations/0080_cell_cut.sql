-- +goose Up
-- Cuts of cells (切开地块): lines people drew through a cell, such as a park or an
-- empty lot, so that a border of grids can run there. A cut is a base revision:
-- the cell is closed and two take its ground. Building the coverage again starts
-- from these lines too, until a cut is healed. See docs/decisions/124-cutting-a-cell.md.
create table cell_cut (
  id bigint generated always as identity primary key,
  cell bigint not null references cell,
  pieces bigint[] not null check (cardinality(pieces) = 2),
  community bigint not null references area,
  line geometry(MultiLineString,${WANGGE_METRIC_SRID}) not null,
  made_by bigint not null references account, made_at timestamptz not null default now(),
  healed_by bigint references account, healed_at timestamptz, joined bigint references cell,
  constraint cell_cut_healed check ((healed_at is null) = (healed_by is null) and (healed_at is null) = (joined is null))
);
create index cell_cut_community on cell_cut (community, id);
create index cell_cut_cell on cell_cut (cell);
create index cell_cut_joined on cell_cut (joined);
-- A cell that was cut on the day it was made was valid on no day: its range is
-- empty. It stays a row, because logs of plans name it.
alter table cell drop constraint cell_valid_check;
comment on column cell.valid is 'days on which it was part of the base; empty when it lived for less than a day';
comment on table cell_cut is '切开地块的线; an input of the base coverage while healed_at is null';
comment on column cell_cut.pieces is 'the cells that took its ground, from west to east; a later revision may have replaced them';
comment on column cell_cut.line is 'the new border, on the lattice, in stretches where another cell lies inside';
comment on column cell_cut.joined is 'the cell that took the ground of both pieces when the cut was healed';
