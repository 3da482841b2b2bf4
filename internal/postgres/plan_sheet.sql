-- What is printed of one grid of a plan. Parameters: @plan, @grid, @layer.

-- step: 本网格的地块
create temp table sheet_cell on commit drop as
with home as (
  select c.community from plan p join plan_community c on c.plan = p.id where p.id = @plan and p.kind = 'community'
  union select cc.community from plan_cell pc join cell_community cc on cc.cell = pc.cell and upper_inf(cc.valid) where pc.plan = @plan and pc.label = @grid
  union select community from grid where id = @grid)
select cc.cell, coalesce(pc.label, h.grid, 0) as label
from home join cell_community cc on cc.community = home.community and upper_inf(cc.valid)
left join cell_grid h on h.cell = cc.cell and h.layer = @layer and upper_inf(h.recorded) and upper_inf(h.valid) left join plan_cell pc on pc.plan = @plan and pc.cell = cc.cell;
