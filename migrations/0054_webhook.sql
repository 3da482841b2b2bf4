-- +goose Up
-- Webhooks: other programs that are told of incidents. Each keeps its place in the
-- log of events; what is to be sent waits in webhook_delivery until it arrived or
-- is given up.
create table webhook (
  id bigint generated always as identity primary key,
  name text not null constraint webhook_name_length check (length(name) between 1 and 40),
  url text not null check (length(url) <= 500),
  secret_sealed bytea not null,
  kinds text[] not null check (cardinality(kinds) between 1 and 20),
  area bigint not null references area,
  active bool not null default true,
  version bigint not null default 1,
  position bigint not null,
  made_by bigint not null references account, made_at timestamptz not null default now(), ended_at timestamptz
);
comment on column webhook.position is 'the newest event that was looked at for it';
comment on column webhook.kinds is 'states of incidents it is told of, or all';

create table webhook_delivery (
  id uuid primary key default gen_random_uuid(),
  webhook bigint not null references webhook on delete cascade,
  seq bigint not null, kind text not null, entity text not null, body text not null,
  state text not null default 'waiting' check (state in ('waiting','sent','dead')),
  tries int not null default 0, status int not null default 0, words text not null default '',
  made_at timestamptz not null, next_at timestamptz not null, done_at timestamptz,
  unique (webhook, seq)
);
create index webhook_delivery_due on webhook_delivery (next_at) where state = 'waiting';
create index webhook_delivery_list on webhook_delivery (webhook, made_at desc, id desc);
comment on column webhook_delivery.next_at is 'when it is tried; moved ahead while somebody tries it, so that a node that died is replaced';
comment on column webhook_delivery.words is 'why the last try failed, in words';
