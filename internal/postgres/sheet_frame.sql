-- How far a printed map goes. Parameters: @grid, @margin.

-- step: 范围
create temp table sheet_frame on commit drop as
select st_expand(st_setsrid(st_extent(c.geom)::geometry, metric_srid()), @margin) as box, st_centroid(st_collect(c.pt)) as middle
from sheet_cell s join cell c on c.id = s.cell where s.label = @grid;
