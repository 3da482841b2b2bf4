-- +goose Up
-- Asks (诉求): wishes 微心愿 and needs 需求 that were said at a visit, up to the
-- resident being told what came of them. Unlike a matter, of which a visit has one
-- at most, there may be several.
create table ask (
  id uuid primary key,
  version bigint not null default 1,
  kind text not null check (kind in ('wish','need')),
  visit uuid not null references visit,
  text text not null constraint ask_text_length check (length(text) between 1 and 500),
  result text not null default '' constraint ask_result_length check (length(result) <= 2000),
  done_at timestamptz, told_at timestamptz,
  constraint ask_told_when_done check (told_at is null or done_at is not null)
);
create index ask_visit on ask (visit);
create index ask_waits on ask (visit) where told_at is null;
comment on table ask is '微心愿 and 需求 from a visit; where and when are the visit''s';
comment on column ask.done_at is 'when it was fulfilled, or known that it cannot be';
comment on column ask.told_at is '已回告: when the resident was told';

-- +goose StatementBegin
create function ask_state(a ask) returns text language sql immutable as $$
  select case when a.told_at is not null then 'told' when a.done_at is not null then 'to_tell' else 'open' end
$$;
-- +goose StatementEnd

-- Items (慰问物品): what is brought along to a door. One that is not used any more
-- is retired: visits go on naming it.
create table item (
  id bigint generated always as identity primary key,
  name text not null constraint item_name_length check (length(name) between 1 and 20),
  unit text not null constraint item_unit_length check (length(unit) between 1 and 4),
  retired bool not null default false
);
create unique index item_name on item (name) where not retired;
insert into item (name, unit) values ('大米', '袋'), ('食用油', '桶'), ('慰问金', '元'), ('棉被', '床'), ('药品', '盒'), ('政策折页', '份');

create table visit_item (
  visit uuid not null references visit,
  item bigint not null references item,
  amount int not null constraint visit_item_amount check (amount between 1 and 10000),
  primary key (visit, item)
);
comment on table visit_item is 'what was delivered at a visit, and how much of it';
