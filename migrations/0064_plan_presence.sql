-- +goose Up
-- Who has a plan open now. Worth nothing after a crash, hence unlogged; a row
-- that is not renewed within a minute says nothing any more.
create unlogged table plan_presence (
  plan bigint not null references plan on delete cascade,
  "window" uuid not null,
  account bigint not null references account on delete cascade,
  grid bigint not null default 0,
  since timestamptz not null,
  heard timestamptz not null,
  primary key (plan, "window")
);
comment on table plan_presence is 'windows that have a plan open; grid is the label selected there, 0 for none';
