-- +goose Up
-- Pieces of lanes are derived from the lane and go with it: they are no later
-- work that keeps an import of lanes from being taken back.
-- +goose StatementBegin
create or replace function undo_later(import bigint) returns table (tab text, title text, changed bool, n bigint) language plpgsql as $$
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
        and s.relname not in ('cell_community', 'area_outline', 'grid_shape', 'lane_piece')
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
