-- +goose Up
-- A publication is told to the live stream on its date, once.
alter table publish_log add announced_at timestamptz;
update publish_log set announced_at = at;
create index publish_log_waiting on publish_log (effective) where announced_at is null;
-- Unscheduled before its date: it never came to be, and stays on record.
alter table publish_log add withdrawn_at timestamptz, add withdrawn_by bigint references account;
create index publish_log_plan on publish_log (plan);
alter table publish_log add foreign key (plan) references plan;
comment on column publish_log.announced_at is 'when the live stream was told that it came into force';

-- A grid of which nobody has a cell can have no name on the map; what a plan
-- renames takes its name on the date.
create table publish_rename (
  seq bigint not null references publish_log, grid bigint not null references grid, name text not null,
  primary key (seq, grid)
);
