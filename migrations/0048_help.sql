-- +goose Up
-- 求助: somebody in the field needs help now. Who calls is known to those who
-- answer for the place; the wall is told the place and the team.
create table help_call (
  id           uuid primary key,
  account      bigint not null references account,
  team         bigint references team,
  grid         bigint not null references grid,
  pt           geometry(Point,4326) not null,
  placed       text not null check (placed in ('gps','team','grid')),
  accuracy     real check (accuracy >= 0),
  called_at    timestamptz not null,
  received_at  timestamptz not null default now(),
  state        text not null default 'open' check (state in ('open','acknowledged','closed')),
  acknowledged_by bigint references account, acknowledged_at timestamptz,
  closed_by    bigint references account, closed_at timestamptz,
  result       text not null default '' constraint help_result_length check (length(result) <= 500),
  version      bigint not null default 1,
  constraint help_acknowledged check (state = 'open' or acknowledged_at is not null),
  constraint help_closed check ((state = 'closed') = (closed_at is not null))
);
create index help_call_recent on help_call (received_at desc);
create index help_call_open on help_call (received_at) where state <> 'closed';
comment on column help_call.placed is 'where the place comes from: the device, the team''s last position, or only the grid';

-- An incident may be dispatched to a team (派遣到队伍): it goes there, and is free
-- again when the incident is resolved.
alter table incident add column team bigint references team;
create index incident_team on incident (team) where team is not null;
