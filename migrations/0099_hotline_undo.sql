-- +goose Up
-- The way back of a file of the hotline's orders: which it made, and what those it
-- amended were before. An order that goes takes its line along.
create table hotline_undo (
  run bigint not null,
  incident uuid not null references hotline_order on delete cascade,
  made bool not null,
  title text not null default '', contact_by timestamptz, deadline timestamptz,
  version bigint not null,
  primary key (run, incident)
);
create index hotline_undo_incident on hotline_undo (incident);
comment on column hotline_undo.made is 'the import made the order; else title, contact_by and deadline are what it was';
comment on column hotline_undo.version is 'of the order as the import left it: another one means that somebody worked on it';
