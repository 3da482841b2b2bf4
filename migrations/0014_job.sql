-- +goose Up
-- Work that takes longer than a request (任务), and what an import needs to be
-- taken back.
create table job (
  id         uuid primary key,
  kind       text not null check (kind ~ '^[a-z][a-z-]{0,39}$'),
  title      text not null check (length(title) between 1 and 200),
  state      text not null default 'waiting' check (state in ('waiting','running','done','failed','cancelled')),
  share      float8 not null default 0 check (share between 0 and 1),
  doing      text not null default '' check (length(doing) <= 500),
  actor      bigint references account,
  paths      ltree[] not null check (cardinality(paths) > 0),
  owner      uuid not null,
  beat       timestamptz not null default now(),
  cancelling bool not null default false,
  fixed      bool not null default false,
  result     jsonb not null default '{}' check (jsonb_typeof(result) = 'object'),
  created    timestamptz not null default now(),
  started    timestamptz, finished timestamptz
);
create index job_recent on job (created desc, id);
create index job_open on job (owner) where state in ('waiting','running');
comment on table job is '任务: long work, its progress and its end; no personal data in title, doing or result';
comment on column job.doing is 'what it is doing, or what became of it, in Chinese';
comment on column job.paths is 'the territory of whoever started it, as it was then';
comment on column job.owner is 'the running program that does it; one that no longer beats has died';
comment on column job.fixed is 'past the point where it could still be cancelled';

-- What an import did to each row, written by the triggers below in the import's
-- own transaction. before is the row as texts by column, digest says what the row
-- was afterwards, so that a later change is noticed. Kept for thirty days.
create table import_undo (
  run    bigint not null,
  step   bigint generated always as identity,
  tab    text not null,
  op     text not null check (op in ('I','U','D')),
  key    text not null,
  before jsonb,
  digest bigint
);
create index import_undo_run on import_undo (run, tab);
create index import_undo_key on import_undo (tab, key);
comment on table import_undo is 'the way back of each import, row by row';

alter table import_run
  add column paths ltree[] not null default '{""}',
  add column undone timestamptz,
  add column undone_by bigint references account;
comment on column import_run.paths is 'the territory of whoever imported, as it was then: who undoes must hold all of it';

-- How the columns of a file were understood the last time, per office.
create table import_mapping (
  office    ltree not null,
  sheet     text not null,
  signature text not null check (length(signature) = 64),
  reading   jsonb not null check (jsonb_typeof(reading) = 'object'),
  used      timestamptz not null default now(),
  primary key (office, sheet, signature)
);
comment on table import_mapping is 'remembered columns of a kind of file; signature is the SHA-256 of its headers';

-- import_columns lists what of a row is people's own: not what is generated, nor
-- what the coverage and the tree derive.
-- +goose StatementBegin
create function import_columns(tab regclass) returns text[] language sql stable as $$
  select array_agg(attname::text order by attnum) from pg_attribute
  where attrelid = tab and attnum > 0 and not attisdropped and attgenerated = ''
    and attname not in ('path', 'version', 'colour', 'cell') $$;
-- +goose StatementEnd

-- import_key is the text that names a row: its primary key, else all of it.
-- +goose StatementBegin
create function import_key(tab regclass, alias text) returns text language sql stable as $$
  select 'row(' || string_agg(format('%I.%I', alias, a.attname), ',' order by a.attnum) || ')::text'
  from pg_attribute a where a.attrelid = tab and a.attname = any(coalesce(
    (select array_agg(k.attname::text) from pg_index i join pg_attribute k on k.attrelid = i.indrelid and k.attnum = any(i.indkey)
     where i.indrelid = tab and i.indisprimary), import_columns(tab))) $$;
-- +goose StatementEnd

-- import_digest is the expression that tells whether a row is as the import left
-- it. The outline of an area is left out: the cells make it anew.
-- +goose StatementBegin
create function import_digest(tab regclass, alias text) returns text language sql stable as $$
  select 'hashtextextended(row(' || string_agg(format('%I.%I', alias, c), ',' order by n) || ')::text, 0)'
  from unnest(import_columns(tab)) with ordinality as q(c, n)
  where not (tab = 'area'::regclass and c in ('geom', 'label')) $$;
-- +goose StatementEnd

-- import_image is the row as texts by column.
-- +goose StatementBegin
create function import_image(tab regclass, alias text) returns text language sql stable as $$
  select 'jsonb_build_object(' || string_agg(format('%L, %I.%I::text', c, alias, c), ',' order by n) || ')'
  from unnest(import_columns(tab)) with ordinality as q(c, n) $$;
-- +goose StatementEnd

-- +goose StatementBegin
create function import_log() returns trigger language plpgsql as $$
declare
  run constant bigint := current_setting('wangge.import')::bigint;
  own constant bool := exists (select from pg_attribute where attrelid = tg_relid and attname = 'id' and not attisdropped);
begin
  if tg_op = 'UPDATE' and own then
    execute format('insert into import_undo (run, tab, op, key, before, digest) select %s, %L, ''U'', %s, %s, %s from stale o join fresh n using (id)',
      run, tg_table_name, import_key(tg_relid, 'n'), import_image(tg_relid, 'o'), import_digest(tg_relid, 'n'));
    return null;
  end if;
  -- A row without a number of its own is known by what is in it: another row.
  if tg_op in ('UPDATE', 'DELETE') then
    execute format('insert into import_undo (run, tab, op, key, before) select %s, %L, ''D'', %s, %s from stale o',
      run, tg_table_name, import_key(tg_relid, 'o'), import_image(tg_relid, 'o'));
  end if;
  if tg_op in ('UPDATE', 'INSERT') then
    execute format('insert into import_undo (run, tab, op, key, digest) select %s, %L, ''I'', %s, %s from fresh n',
      run, tg_table_name, import_key(tg_relid, 'n'), import_digest(tg_relid, 'n'));
  end if;
  return null;
end $$;
-- +goose StatementEnd

-- Every register that a file can fill. Outside of an import the condition ends it.
-- +goose StatementBegin
do $$
declare tab text;
begin
  foreach tab in array array['area','road','ground','courtyard','building','grid','lane','person','household','household_tag','branch','branch_grid',
      'institution','member','hub','hub_door','team','team_grid','team_member','point','room','grid_role','steward','steward_place','pledge','pairing','honour'] loop
    execute format('create trigger import_insert after insert on %I referencing new table as fresh for each statement when (current_setting(''wangge.import'', true) <> '''') execute function import_log()', tab);
    execute format('create trigger import_update after update on %I referencing old table as stale new table as fresh for each statement when (current_setting(''wangge.import'', true) <> '''') execute function import_log()', tab);
    execute format('create trigger import_delete after delete on %I referencing old table as stale for each statement when (current_setting(''wangge.import'', true) <> '''') execute function import_log()', tab);
  end loop;
end $$;
-- +goose StatementEnd
