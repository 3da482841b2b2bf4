-- What is printed of an official grid on a day. Parameters: @grid, @on.

-- step: 那一天的地块
create temp table sheet_cell on commit drop as
select cg.cell, cg.grid as label
from cell_grid cg join grid g on g.id = cg.grid
where g.community = (select community from grid where id = @grid) and cg.layer = 1 and cg.valid @> @on::date and upper_inf(cg.recorded);
