-- +goose Up
-- Data doctor (数据体检): what was put right or looked at and left as it is.
create table doctor_fix (
  id         bigint generated always as identity primary key,
  check_name text not null,
  entity     bigint not null,
  other      bigint not null default 0,
  action     text not null check (action in ('fix','pass')),
  title      text not null,
  changes    jsonb not null,
  steps      jsonb not null,
  path       ltree not null,
  actor      bigint not null,
  at         timestamptz not null default now(),
  undone_at  timestamptz,
  undone_by  bigint,
  constraint doctor_fix_undone check ((undone_at is null) = (undone_by is null))
);
create index doctor_fix_recent on doctor_fix (id desc);
create index doctor_fix_path on doctor_fix using gist (path);
comment on table doctor_fix is 'one tap of the data doctor: what changed in words (changes) and as steps that can be walked back';
comment on column doctor_fix.other is 'the second thing of a pair, 0 when there is none';

-- A case that somebody looked at and left is hidden as long as what was found
-- stays the same: state is the print of it.
create table doctor_pass (
  check_name text not null,
  entity     bigint not null,
  other      bigint not null default 0,
  state      text not null,
  reason     text not null default '' check (length(reason) <= 200),
  actor      bigint not null,
  at         timestamptz not null default now(),
  primary key (check_name, entity, other)
);
comment on table doctor_pass is 'marked as checked: hidden until the case changes';

-- refresh_cell_stat_of counts some cells again after their buildings moved.
-- +goose StatementBegin
create function refresh_cell_stat_of(cells bigint[]) returns void language sql as $$
  delete from cell_stat where cell = any(cells);
  insert into cell_stat (cell, households, persons, members, hardship, buildings)
  select b.cell, coalesce(sum(h.n), 0), coalesce(sum(h.p), 0), coalesce(sum(h.m), 0), coalesce(sum(h.hard), 0), count(*)
  from building b left join lateral (
    select count(*) n, sum(h.persons) p,
           sum((select count(*) from member m where m.household = h.id)) m,
           count(*) filter (where exists (select 1 from household_tag t where t.household = h.id and t.kind in ('hardship','allowance'))) hard
    from household h where h.building = b.id) h on true
  where b.cell = any(cells) group by b.cell;
$$;
-- +goose StatementEnd
