-- +goose Up
-- 接入方: other systems that report here through Open311 GeoReport v2. Each acts
-- under an account of its own that nobody can sign in with.
create table client (
  id bigint generated always as identity primary key,
  name text not null constraint client_name_length check (length(name) between 1 and 40),
  account bigint not null references account,
  area bigint not null references area,
  key bytea not null constraint client_key_taken unique check (octet_length(key) = 32),
  made_by bigint not null references account, made_at timestamptz not null default now(),
  used_at timestamptz, revoked_at timestamptz
);
comment on table client is 'while none is in use, nothing is answered on /open311';
comment on column client.key is 'sha256 of the key, which was shown once';
comment on column client.area is 'where it may report, and what is told to anybody through Open311';

alter table incident drop constraint incident_source_check;
alter table incident add constraint incident_source_check check (source in ('staff','visit','patrol','hygiene','resident','hotline','meeting','system'));
