-- +goose Up
-- Screens (大屏): walls that were let in by a code typed by staff, not by a
-- password. Each has an account of its own that nobody can sign in with, so
-- that roles, territory, audit and the live stream treat it like any other.
create table screen (
  id         bigint generated always as identity primary key,
  account    bigint not null references account,
  area       bigint not null references area,
  name       text not null constraint screen_name_length check (length(name) between 1 and 40),
  token      bytea not null constraint screen_token_taken unique check (octet_length(token) = 32),
  paired_by  bigint not null references account,
  paired_at  timestamptz not null default now(),
  seen_at    timestamptz,
  revoked_at timestamptz,
  revoked_by bigint references account,
  -- what its remote control has set; version rises with each change
  version    bigint not null default 1,
  scene      text not null default '' check (scene in ('', 'overview', 'visits', 'incidents', 'teams')),
  touring    bool not null default true,
  turn       bigint not null default 0,
  sound      bool not null default true,
  brightness float8 not null default 1 constraint screen_brightness check (brightness between 0.3 and 1),
  constraint screen_revoked check ((revoked_at is null) = (revoked_by is null))
);
create index screen_account on screen (account);
comment on column screen.token is 'sha256 of what the screen holds in its cookie';
comment on column screen.turn is 'scenes to go on (or back) since the beginning; a screen follows the difference';

-- A wall that waits: the code it shows and the token it will have.
create table screen_code (
  code       text primary key check (code ~ '^[0-9]{6}$'),
  token      bytea not null unique check (octet_length(token) = 32),
  address    text not null,
  expires_at timestamptz not null
);
create index screen_code_address on screen_code (address);
comment on table screen_code is 'codes of walls that wait to be paired: five minutes, one use';
