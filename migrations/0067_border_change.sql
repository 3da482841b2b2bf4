-- +goose Up
-- Who was told in words that the borders of their grid change (边界变动), so
-- that a tablet tells it once and keeps it as a notice after that.
create table border_change_read (
  account bigint not null references account on delete cascade,
  seq     bigint not null references publish_log,
  at      timestamptz not null,
  primary key (account, seq)
);
comment on table border_change_read is 'publications a person has seen the before/after map of';
-- What a grid gave and took is asked for by grid.
create index publish_touch_from on publish_touch (seq, from_grid);
create index publish_touch_to on publish_touch (seq, to_grid);
