-- +goose Up
-- 字典: the numbers of the field that a deployment may set for itself. Every one
-- has its row, so that a query needs no default; what they mean, their limits and
-- their defaults are said in internal/ward/norm.go.
create table norm (
  name       text primary key check (name ~ '^[a-z][a-z0-9_]{1,39}$'),
  value      int not null check (value between 0 and 1000000),
  version    bigint not null default 1,
  updated_at timestamptz not null default now(),
  actor      bigint references account
);
comment on table norm is '字典: numbers a deployment sets for itself';
comment on column norm.actor is 'who set it last; null: as it came';

insert into norm (name, value) values
  ('visit_ordinary', 182), ('visit_hardship', 30), ('visit_allowance', 30), ('visit_lone_elder', 30), ('visit_disabled', 30),
  ('visit_illness', 30), ('visit_military', 30), ('visit_elder_80', 30), ('visit_new_baby', 30),
  ('grid_households_low', 300), ('grid_households_high', 500), ('grid_persons', 1200), ('point_area', 300);

create table norm_change (
  id    bigint generated always as identity primary key,
  norm  text not null references norm,
  old   int not null,
  new   int not null,
  at    timestamptz not null default now(),
  actor bigint references account
);
create index norm_change_norm on norm_change (norm, id desc);
comment on table norm_change is 'every change of a norm, kept for good';

-- due_days: how often a door is due a visit. A tag counts while its consent holds;
-- of several the most frequent, and never rarer than an ordinary door.
-- +goose StatementBegin
create function due_days(door bigint) returns int language sql stable as $$
  select least((select value from norm where name = 'visit_ordinary'),
    (select min(n.value) from household_tag t join norm n on n.name = 'visit_' || t.kind where t.household = door and t.consent_until >= today()))
$$;
-- +goose StatementEnd
