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
    and attname not in ('path', 'version', 'updated_at', 'colour', 'cell') $$;
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

-- Taking an import back. UndoImport makes two temporary tables for the length of
-- its transaction: undo_row (tab, key, op, before, digest, gone), one line for
-- each row that the import touched, and undo_count (how, n).

-- undo_gather: the first entry of a row says what it was, the last what it became.
-- +goose StatementBegin
create function undo_gather(import bigint) returns void language plpgsql as $$
begin
  insert into undo_row
  select tab, key, (array_agg(op order by step))[1], (array_agg(before order by step))[1],
         (array_agg(digest order by step desc))[1], (array_agg(op order by step desc))[1] = 'D'
  from import_undo where run = import group by tab, key;
  delete from undo_row where op = 'I' and gone; -- came and went
  analyze undo_row;
end $$;
-- +goose StatementEnd

-- undo_later: what came after the import and needs it: the table, what people call
-- it as far as its comment says, whether rows of the import itself were changed,
-- and how many.
-- +goose StatementBegin
create function undo_later(import bigint) returns table (tab text, title text, changed bool, n bigint) language plpgsql as $$
declare t text; f record; own text;
begin
  for t in select distinct u.tab from undo_row u order by 1 loop
    own := import_key(t::regclass, 't');
    -- Changed or gone since. The outline of an area is the cells'; there only a
    -- later import tells.
    execute format('select count(*) from undo_row u left join %1$I t on %2$s = u.key
      where u.tab = %1$L and not u.gone and (u.digest is distinct from %3$s or %1$L = ''area'' and exists (select from import_undo l where l.tab = u.tab and l.key = u.key and l.run > $1))',
      t, own, import_digest(t::regclass, 't')) into n using import;
    if n > 0 then
      tab := t; changed := true; title := split_part(obj_description(t::regclass), ':', 1);
      return next;
    end if;
    -- Refers to a row that would go, and is none of the import's.
    for f in
      select s.oid::regclass as source, s.relname as name, a.attname as col, r.attname as ref
      from pg_constraint c join pg_class s on s.oid = c.conrelid
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1] join pg_attribute r on r.attrelid = c.confrelid and r.attnum = c.confkey[1]
      where c.contype = 'f' and c.confrelid = t::regclass and cardinality(c.conkey) = 1 and c.conparentid = 0
        -- What is derived goes with the row.
        and s.relname not in ('cell_community', 'area_outline', 'grid_shape')
    loop
      execute format('select count(*) from %s x where x.%I in (select t.%I from %I t join undo_row u on %s = u.key where u.tab = %L and u.op = ''I'') and not exists (select from undo_row v where v.tab = %L and v.key = %s)%s',
        f.source, f.col, f.ref, t, own, t, f.name, import_key(f.source, 'x'),
        -- The cells of a grid are derived too, unless a plan of people gave them.
        case when f.name = 'cell_grid' then ' and x.plan is not null' else '' end) into n;
      if n > 0 then
        tab := f.name; changed := false; title := split_part(obj_description(f.source), ':', 1);
        return next;
      end if;
    end loop;
  end loop;
end $$;
-- +goose StatementEnd

-- undo_derived: what the cells made of communities and grids that go, goes before them.
-- +goose StatementBegin
create function undo_derived() returns void language plpgsql as $$
declare grids bigint[]; cells bigint[];
begin
  select array_agg(g.id) into grids from grid g join undo_row u on row(g.id)::text = u.key where u.tab = 'grid' and u.op = 'I';
  delete from cell_grid where grid = any(grids);
  delete from grid_shape where grid = any(grids);
  select array_agg(distinct c.cell) into cells from cell_community c join undo_row u on row(c.community)::text = u.key where u.tab = 'area' and u.op = 'I';
  if cells is not null then
    update building set cell = null where cell = any(cells);
    update institution set cell = null where cell = any(cells);
    update point set cell = null where cell = any(cells);
    delete from cell_arc where l = any(cells) or r = any(cells);
    delete from cell_lineage where old = any(cells) or new = any(cells);
    delete from cell_stat where cell = any(cells);
    delete from cell_community where cell = any(cells);
    delete from cell where id = any(cells);
  end if;
end $$;
-- +goose StatementEnd

-- A row with a number of its own stays the same row when it changes; another is
-- known by what is in it, and is taken away and put back instead.
-- +goose StatementBegin
create function undo_numbered(tab regclass) returns bool language sql stable as $$
  select exists (select from pg_attribute where attrelid = tab and attname = 'id' and not attisdropped) $$;
-- +goose StatementEnd

-- undo_remove: rows that the import created go.
-- +goose StatementBegin
create function undo_remove(tab text) returns void language plpgsql as $$
declare done bigint;
begin
  execute format('delete from %1$I t using undo_row u where u.tab = %1$L and u.key = %2$s and not u.gone and (u.op = ''I'' or not undo_numbered(%1$L))',
    tab, import_key(tab::regclass, 't'));
  get diagnostics done = row_count;
  insert into undo_count values ('removed', done);
end $$;
-- +goose StatementEnd

-- undo_restore: rows that were changed are as they were; those that went come back.
-- A column that is younger than the import keeps what it has.
-- +goose StatementBegin
create function undo_restore(tab text) returns void language plpgsql as $$
declare done bigint; changed bigint := 0; cols text; vals text; sets text; own constant bool := undo_numbered(tab::regclass);
begin
  if not exists (select from undo_row u where u.tab = undo_restore.tab and u.op <> 'I') then
    return;
  end if;
  select string_agg(quote_ident(c), ','), string_agg(format('(u.before->>%L)::%s', c, kind), ','),
         string_agg(format('%I = case when u.before ? %L then (u.before->>%L)::%s else t.%I end', c, c, c, kind, c), ',') filter (where c <> 'id')
  into cols, vals, sets
  from (select a.attname::text as c, format_type(a.atttypid, a.atttypmod) as kind from pg_attribute a
        where a.attrelid = tab::regclass and a.attname = any(import_columns(tab::regclass)) order by a.attnum) q;
  if own then
    if exists (select from pg_attribute where attrelid = tab::regclass and attname = 'version') then
      sets := sets || ', version = t.version + 1';
    end if;
    if tab = 'household' then -- doors that change places must not meet on the way
      update household h set room = '~' || h.id from undo_row u where u.tab = 'household' and u.op <> 'I' and u.key = row(h.id)::text;
    end if;
    execute format('update %1$I t set %2$s from undo_row u where u.tab = %1$L and u.op <> ''I'' and not u.gone and u.key = %3$s',
      tab, sets, import_key(tab::regclass, 't'));
    get diagnostics changed = row_count;
  end if;
  execute format('insert into %1$I (%2$s) %5$s select %3$s from undo_row u where u.tab = %1$L and u.op <> ''I'' and (u.gone or %4$L)',
    tab, cols, vals, not own, case when own then 'overriding system value' else '' end);
  get diagnostics done = row_count;
  insert into undo_count values ('restored', changed + done);
end $$;
-- +goose StatementEnd
