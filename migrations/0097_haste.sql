-- +goose Up
-- What the import and the base coverage of a district paid for row by row
-- (docs/decisions/138-haste-of-imports.md).

-- One grid a day, one community a day: the rule is the same, held by other means.
-- GiST over a cell and its days was the dearest part of a base revision. Now the
-- row that is valid for ever, which is nearly every row, is held by a unique
-- index, and a look at each statement's cells holds the days before.

-- cell_days_checked refuses a statement after which a cell has two rows for a day.
-- +goose StatementBegin
create function cell_days_checked() returns trigger language plpgsql as $$
declare
  own constant text := case when tg_table_name = 'cell_grid' then 'cell, layer' else 'cell' end;
  kept constant text := case when tg_table_name = 'cell_grid' then 'upper_inf(recorded)' else 'true' end;
  twice bool;
begin
  -- One writer after the other: whoever waits here sees, when it goes on, what the
  -- one before has kept. A look at an older state of the database could not.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception using errcode = '0A000', message = tg_table_name || ' is written in read committed transactions only';
  end if;
  perform pg_advisory_xact_lock(7002);
  -- Of rows in the order of their first days, two overlap just when two in a row do.
  execute format('select exists (select from (
      select valid && lag(valid) over (partition by %1$s order by lower(valid)) as met
      from %2$I where cell in (select cell from fresh) and %3$s) q where met)', own, tg_table_name, kept) into twice;
  if twice then
    raise exception using errcode = '23P01', schema = tg_table_schema, table = tg_table_name,
      constraint = tg_argv[0], message = 'two rows of a cell for one day';
  end if;
  return null;
end $$;
-- +goose StatementEnd

alter table cell_community drop constraint cell_community_cell_valid_excl;
create unique index cell_in_one_community on cell_community (cell) where upper_inf(valid);
create index cell_community_cell on cell_community (cell) include (community, valid);
create trigger days_inserted after insert on cell_community referencing new table as fresh for each statement execute function cell_days_checked('cell_in_one_community');
create trigger days_updated after update on cell_community referencing new table as fresh for each statement execute function cell_days_checked('cell_in_one_community');

-- What cell_grid_head and cell_grid_cells held stands in cell_grid_cell and
-- cell_grid_grid too, for the few rows more that are no longer open-ended.
alter table cell_grid drop constraint cell_in_one_grid;
drop index cell_grid_head, cell_grid_cells;
create unique index cell_in_one_grid on cell_grid (cell, layer) where upper_inf(recorded) and upper_inf(valid);
create trigger days_inserted after insert on cell_grid referencing new table as fresh for each statement execute function cell_days_checked('cell_in_one_grid');
create trigger days_updated after update on cell_grid referencing new table as fresh for each statement execute function cell_days_checked('cell_in_one_grid');

-- Buildings are found by their words through search_text, each text once, and
-- drawn through their outlines in degrees: a tile is a box in degrees as well.
drop index building_words, building_geom_3857;
