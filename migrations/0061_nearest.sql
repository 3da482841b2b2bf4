-- +goose Up
-- What is nearest is found through the index of positions in degrees, and the
-- indexes of positions on the sphere go: on buildings it was the dearest of ten
-- to write to, at every import and every base revision.
drop index building_near, point_near, team_near;

-- In which grid a cell is, is asked at every list and every map. The planner took
-- the index that keeps days from overlapping, a tree of ranges, at 70 us each; one
-- that holds all that is asked takes 7.
create index cell_grid_cell on cell_grid (cell) include (grid, layer, valid) where upper_inf(recorded);
drop index cell_grid_day;

-- Texts of buildings (0060) as they are looked through: what is called exactly
-- so, then the shortest first until there are enough.
create index search_text_name on search_text (name);
create index search_text_exactly on search_text using gin (string_to_array(pinyin || ' ' || initials, ' '));
create index search_text_long on search_text (length(name), id);
