-- +goose Up
-- Accounts as the administrator keeps them: grants with dates, one-time
-- passwords, a second factor, an identity provider, sessions that can be ended.
alter table account
  -- epoch: a session holds the one it began with; raising it ends them all.
  add column epoch bigint not null default 1,
  add column must_change bool not null default false,
  add column subject text constraint account_subject_taken unique check (length(subject) between 1 and 255),
  add column totp_sealed bytea,
  add column totp_confirmed bool not null default false,
  add column totp_step bigint not null default 0;
comment on column account.epoch is 'raised by a new password, a reset, disabling: sessions of an older one are over';
comment on column account.must_change is 'the password was given out by an administrator and opens nothing but its own change';
comment on column account.subject is 'who this is at the identity provider (OIDC sub or the configured claim); linked by an administrator';
comment on column account.totp_sealed is 'secret of the second factor, sealed; the step last used is never accepted again';
update account set epoch = version;

alter table grant_role add column valid daterange not null default '[2020-01-01,)' constraint grant_days check (not isempty(valid));
comment on column grant_role.valid is 'days on which the grant holds, the last one excluded';
create index grant_role_account on grant_role (account);
create view grant_now as select account, role, area, grid from grant_role where valid @> today();

create table role_rule (
  role text primary key check (role in ('grid_leader','grid_staff','secretary','intake','dispatcher','duty_head','handler','planner','party_office','member','admin')),
  totp bool not null default false
);
comment on table role_rule is 'roles that need a second factor';

create table recovery_code (
  account bigint not null references account on delete cascade,
  hash bytea not null check (octet_length(hash) = 32),
  primary key (account, hash)
);
comment on table recovery_code is 'sha256 of codes that stand in for the second factor once; a used one is deleted';

-- The token is kept as its sha256 from now on: whoever reads the table cannot
-- use what stands there. Sessions from before end with this.
delete from session;
alter table session
  add column id bigint generated always as identity constraint session_number unique,
  add column account bigint references account on delete cascade,
  add column started timestamptz not null default now(),
  add column seen timestamptz not null default now(),
  add column address text not null default '',
  add column agent text not null default '';
create index session_account on session (account);
comment on column session.token is 'sha256 of the token in the cookie, hexadecimal';
