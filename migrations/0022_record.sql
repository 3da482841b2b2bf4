-- +goose Up
-- Registers people keep by hand: every record has a version, the time of its
-- last change and, where other records hang on it, a day on which it ended.
-- What was changed by whom is in record_change, written in the transaction of
-- the change.

-- record_touched: whoever writes a record, an import too, makes its version
-- rise, so that a form opened before cannot overwrite what came in since.
-- +goose StatementBegin
create function record_touched() returns trigger language plpgsql as $$
begin
  new.updated_at := now();
  if new.version = old.version then
    new.version := old.version + 1;
  end if;
  return new;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
do $$
declare tab text;
begin
  foreach tab in array array['area','household','hub','institution','lane','courtyard','steward','pledge','pairing','honour'] loop
    execute format('alter table %I add column version bigint not null default 1', tab);
  end loop;
  foreach tab in array array['area','grid','household','branch','member','hub','courtyard','lane','team','steward','pledge','pairing','honour'] loop
    execute format('alter table %I add column updated_at timestamptz not null default now()', tab);
    execute format('create trigger record_touched before update on %I for each row execute function record_touched()', tab);
  end loop;
  -- A coverage built again gives records other cells: that is no change of the record.
  foreach tab in array array['building','institution','point'] loop
    execute format('alter table %I add column updated_at timestamptz not null default now()', tab);
    execute format('create trigger record_touched before update on %I for each row when (old.cell is not distinct from new.cell) execute function record_touched()', tab);
  end loop;
  foreach tab in array array['building','household','courtyard','lane','branch','member','institution','team','point'] loop
    execute format('alter table %I add column ended date', tab);
    execute format('comment on column %I.ended is %L', tab, '停用日期: no longer listed or drawn; what happened there stays');
  end loop;
end $$;
-- +goose StatementEnd

create table record_change (
  id      bigint generated always as identity primary key,
  noun    text not null,
  entity  bigint not null,
  version bigint not null,
  at      timestamptz not null default now(),
  actor   bigint references account,
  action  text not null check (action in ('create','change','retire','restore','remove','undo')),
  batch   uuid,
  reason  text not null default '' check (length(reason) <= 200),
  fields  jsonb not null default '[]' check (jsonb_typeof(fields) = 'array')
);
create index record_change_of on record_change (noun, entity, id desc);
create index record_change_batch on record_change (batch) where batch is not null;
comment on table record_change is '变更历史: who changed which field of which record from what to what; append only';
comment on column record_change.version is 'the version the change made';
comment on column record_change.batch is 'one bulk edit, which can be taken back as a whole';
comment on column record_change.fields is '[{field, old, new, oldText, newText}]; of personal fields only masked text';
create trigger record_change_append_only before update or delete on record_change for each row execute function audit_append_only();
create trigger record_change_no_truncate before truncate on record_change for each statement execute function audit_append_only();

-- What has ended counts no more.
-- +goose StatementBegin
create or replace function refresh_cell_stat_of(cells bigint[]) returns void language sql as $$
  delete from cell_stat where cell = any(cells);
  insert into cell_stat (cell, households, persons, members, hardship, buildings)
  select b.cell, coalesce(sum(h.n), 0), coalesce(sum(h.p), 0), coalesce(sum(h.m), 0), coalesce(sum(h.hard), 0), count(*)
  from building b left join lateral (
    select count(*) n, sum(h.persons) p,
           sum((select count(*) from member m where m.household = h.id and m.ended is null)) m,
           count(*) filter (where exists (select 1 from household_tag t where t.household = h.id and t.kind in ('hardship','allowance'))) hard
    from household h where h.building = b.id and h.ended is null) h on true
  where b.cell = any(cells) and b.ended is null group by b.cell;
$$;
create or replace function refresh_cell_stat() returns void language sql as $$
  delete from cell_stat;
  select refresh_cell_stat_of(array(select distinct cell from building where cell is not null));
$$;
-- +goose StatementEnd
