-- +goose Up
-- Who may come in, where they may act, and what was looked at.
create table account (
  id bigint generated always as identity primary key,
  login text not null constraint account_login_taken unique check (login ~ '^[a-z0-9_.-]{2,40}$'),
  name text not null check (length(name) between 1 and 50),
  password text not null,
  member bigint references member,
  disabled bool not null default false,
  demo bool not null default false,
  created_at timestamptz not null default now(),
  version bigint not null default 1
);
create table grant_role (
  account bigint not null references account on delete cascade,
  role text not null check (role in ('grid_leader','grid_staff','secretary','intake','dispatcher','duty_head','handler','planner','party_office','member','admin','wall')),
  area bigint references area, grid bigint references grid,
  constraint grant_one_place check (num_nonnulls(area, grid) <= 1),
  unique nulls not distinct (account, role, area, grid)
);
comment on table grant_role is 'a role within an area or a grid; neither = the whole deployment';
alter table visit add foreign key (visitor) references account;
alter table incident add foreign key (reporter) references account;
alter table incident_step add foreign key (actor) references account;

create table session (
  token text primary key, data bytea not null, expiry timestamptz not null
);
create index session_expiry on session (expiry);

create table login_try (
  login text not null, address text not null, at timestamptz not null default now()
);
create index login_try_recent on login_try (login, at);
create index login_try_address on login_try (address, at);

create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(), actor bigint, operation text not null, noun text not null, entity text not null default '',
  purpose text not null default '', detail jsonb not null default '{}'
);
create index audit_actor on audit (actor, at desc);
create index audit_entity on audit (noun, entity, at desc);
comment on table audit is 'every view of personal fields and every change; append only';
-- +goose StatementBegin
create function audit_append_only() returns trigger language plpgsql as $$
begin raise exception using errcode = '23514', constraint = 'audit_append_only', message = 'audit is append only'; end $$;
-- +goose StatementEnd
create trigger audit_append_only before update or delete on audit for each row execute function audit_append_only();
create trigger audit_no_truncate before truncate on audit for each statement execute function audit_append_only();
