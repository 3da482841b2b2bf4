-- +goose Up
-- Most questions about plan_cell name a plan that was filled a moment ago. The
-- statistics of a column list the values that were frequent when it was looked
-- at last, and PostgreSQL takes a plan that is not among them for one without
-- rows: it then went through all cells of a plan once for every cell of a
-- community (46 communities, 51,000 cells: a minute instead of a second).
-- Without statistics it goes by the size of the table. Setting the type again
-- forgets those that were gathered.
alter table plan_cell alter column plan set statistics 0;
alter table plan_cell alter column plan type bigint;
