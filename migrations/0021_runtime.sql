-- +goose Up
-- The server runs as a role that owns nothing. What it still needs of an owner
-- is done by functions of the owner: partitions of the log (0008), links of the
-- audit (0019), and fresh statistics after a large import.
-- +goose StatementBegin
create function analyze_tables(variadic names text[]) returns void language plpgsql security definer set search_path from current as $$
declare name text;
begin
  foreach name in array names loop
    execute format('analyze %I', name);
  end loop;
end $$;
-- +goose StatementEnd
comment on function analyze_tables is 'statistics of tables of this schema, for a role that does not own them';
