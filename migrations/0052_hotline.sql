-- +goose Up
-- 12345热线: work orders of the city's hotline, each an incident here. The order's
-- number is the city's; its deadline is kept beside the limits of the class.
create table hotline_order (
  id bigint generated always as identity unique,
  incident uuid primary key references incident on delete cascade,
  number text not null constraint hotline_order_taken unique check (length(number) between 1 and 40),
  title text not null default '' check (length(title) <= 200),
  called_at timestamptz, contact_by timestamptz, deadline timestamptz,
  caller_sealed bytea, phone_sealed bytea,
  contacted_at timestamptz,
  solved text not null default '' check (solved in ('','yes','no','partly')),
  content text not null default '' check (content in ('','yes','no','partly')),
  reply text not null default '' constraint hotline_reply_length check (length(reply) <= 1000),
  version bigint not null default 1,
  imported_at timestamptz not null, exported_at timestamptz
);
create index hotline_order_recent on hotline_order (imported_at desc, id desc);
comment on column hotline_order.content is 'whether the caller was content (满意)';
comment on column hotline_order.exported_at is 'when its result was last taken back to the city';
