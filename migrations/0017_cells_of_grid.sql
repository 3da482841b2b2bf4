-- +goose Up
-- The cells of a grid today: cell_now asks for validity on a day, which the
-- index of open-ended rows does not answer, and a card of a grid read the whole
-- table of a district.
create index cell_grid_grid on cell_grid (grid) include (cell, layer, valid) where upper_inf(recorded);
