-- +goose Up
-- 值班排班: which team is on from when to when, and swaps that both sides agree to.
create table shift (
  id         bigint generated always as identity primary key,
  team       bigint not null references team,
  starts_at  timestamptz not null,
  ends_at    timestamptz not null,
  post       text not null default '' constraint shift_post_length check (length(post) <= 60),
  version    bigint not null default 1,
  constraint shift_times check (ends_at > starts_at and ends_at <= starts_at + interval '24 hours'),
  constraint shift_no_overlap exclude using gist (team with =, tstzrange(starts_at, ends_at) with &&) deferrable initially immediate
);
create index shift_starts on shift (starts_at);
comment on table shift is '班次: post says where or what for';

create table shift_swap (
  id         bigint generated always as identity primary key,
  mine       bigint not null references shift on delete cascade,
  theirs     bigint not null references shift on delete cascade,
  reason     text not null constraint shift_swap_reason check (length(reason) between 1 and 200),
  state      text not null default 'asked' check (state in ('asked','agreed','declined','withdrawn')),
  asked_by   bigint not null references account, asked_at timestamptz not null default now(),
  answered_by bigint references account, answered_at timestamptz,
  constraint shift_swap_two check (mine <> theirs)
);
create unique index shift_swap_waiting on shift_swap (mine, theirs) where state = 'asked';
comment on table shift_swap is '换班: asked by one side, agreed to by somebody else of the other';
