package pgtest

import (
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
)

// City is a plain chessboard town for tests and benchmarks of maps: cells of
// 40 m with a building each, grids of 10 by 10 cells, one community, a branch for
// four grids of five, and a few of everything else. Its south-west corner is
// (CityX, CityY) in the default metric system.
const (
	CityX    = 512000.0
	CityY    = 3350000.0
	CityCell = 40.0
)

// City fills the database with side × side cells; side is a multiple of 10.
func City(t testing.TB, pool *pgxpool.Pool, side int) {
	t.Helper()
	if _, err := pool.Exec(t.Context(), citySQL+`; SELECT pg_temp.make_city(`+strconv.Itoa(side)+`)`); err != nil {
		t.Fatalf("pgtest: building the city: %v", err)
	}
	if _, err := pool.Exec(t.Context(), `ANALYZE`); err != nil {
		t.Fatalf("pgtest: analysing the city: %v", err)
	}
}

const citySQL = `
CREATE FUNCTION pg_temp.box(x float8, y float8, w float8, h float8) RETURNS geometry LANGUAGE sql AS $$
	SELECT ST_Transform(ST_MakeEnvelope(512000 + x, 3350000 + y, 512000 + x + w, 3350000 + y + h, metric_srid()), 4326) $$;
CREATE FUNCTION pg_temp.line(x1 float8, y1 float8, x2 float8, y2 float8) RETURNS geometry LANGUAGE sql AS $$
	SELECT ST_Multi(ST_Transform(ST_SetSRID(ST_MakeLine(ST_MakePoint(512000 + x1, 3350000 + y1), ST_MakePoint(512000 + x2, 3350000 + y2)), metric_srid()), 4326)) $$;
CREATE FUNCTION pg_temp.make_city(side int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE d bigint; s bigint; c bigint; m float8 := side * 40;
BEGIN
	INSERT INTO area (code, name, level, geom, label) SELECT '330100', '试验区', 'district', ST_Multi(b), ST_Centroid(b) FROM pg_temp.box(0, 0, m, m) b RETURNING id INTO d;
	INSERT INTO area (code, name, level, parent, geom, label) SELECT '330100001', '试验街道', 'street', d, ST_Multi(b), ST_Centroid(b) FROM pg_temp.box(0, 0, m, m) b RETURNING id INTO s;
	INSERT INTO area (code, name, level, parent, geom, label) SELECT '330100001001', '试验社区', 'community', s, ST_Multi(b), ST_Centroid(b) FROM pg_temp.box(0, 0, m, m) b RETURNING id INTO c;

	INSERT INTO cell (id, block, pt, geom, area)
	SELECT y * side + x + 1, y / 10 * (side / 10) + x / 10,
		ST_SetSRID(ST_MakePoint(512000 + x * 40 + 20, 3350000 + y * 40 + 20), metric_srid()),
		ST_MakeEnvelope(512000 + x * 40, 3350000 + y * 40, 512000 + x * 40 + 40, 3350000 + y * 40 + 40, metric_srid()), 1600
	FROM generate_series(0, side - 1) x CROSS JOIN generate_series(0, side - 1) y;
	INSERT INTO cell_community SELECT id, c, '[2020-01-01,)' FROM cell;

	INSERT INTO grid (community, code, name, colour)
	SELECT c, '330100001001' || lpad((gy * (side / 10) + gx)::text, 4, '0'), '第' || (gy * (side / 10) + gx) || '网格', (gx + 2 * gy) % 6
	FROM generate_series(0, side / 10 - 1) gx CROSS JOIN generate_series(0, side / 10 - 1) gy;
	INSERT INTO cell_grid (cell, grid, valid)
	SELECT cell.id, grid.id, '[2020-01-01,)' FROM cell JOIN grid ON grid.code = '330100001001' || lpad(block::text, 4, '0');
	INSERT INTO grid_shape (grid, valid, geom, label, area, parts)
	SELECT grid.id, '[2020-01-01,)', ST_Multi(b), ST_Centroid(b), 160000, 1
	FROM generate_series(0, side / 10 - 1) gx CROSS JOIN generate_series(0, side / 10 - 1) gy
	JOIN LATERAL pg_temp.box(gx * 400, gy * 400, 400, 400) b ON true
	JOIN grid ON grid.code = '330100001001' || lpad((gy * (side / 10) + gx)::text, 4, '0');

	INSERT INTO building (code, name, number, kind, floors, cell, geom, pt)
	SELECT 'b' || (y * side + x), '试验新村', (y * side + x) || '号楼', 'residential', 6, y * side + x + 1, ST_Multi(b), ST_Centroid(b)
	FROM generate_series(0, side - 1) x CROSS JOIN generate_series(0, side - 1) y JOIN LATERAL pg_temp.box(x * 40 + 5, y * 40 + 8, 30, 14) b ON true;

	INSERT INTO branch (code, name, kind, area) SELECT 'z' || id, name || '党支部', 'grid', c FROM grid WHERE id % 5 <> 0;
	INSERT INTO branch_grid (branch, grid) SELECT b.id, g.id FROM grid g JOIN branch b ON b.code = 'z' || g.id;

	INSERT INTO ground (name, kind, geom) SELECT '试验公园', 'park', ST_Multi(pg_temp.box(0, 0, 400, 400));
	INSERT INTO courtyard (code, name, geom) SELECT 'y' || g, '试验小区', ST_Multi(pg_temp.box(g * 400 + 5, 5, 390, 390)) FROM generate_series(0, side / 10 - 1) g;
	INSERT INTO road (name, kind, bridge, geom) SELECT '试验路', 'main', true, pg_temp.line(0, g * 400, m, g * 400) FROM generate_series(0, side / 10) g;
	INSERT INTO lane (code, name, geom) SELECT 'x' || g, '试验弄', pg_temp.line(g * 400 + 200, 0, g * 400 + 200, m) FROM generate_series(0, side / 10 - 1) g;
	INSERT INTO point (code, name, cell, pt) SELECT 'p' || g, '试验服务站', g * 10 + 1, ST_Centroid(pg_temp.box(g * 400, 0, 40, 40)) FROM generate_series(0, side / 10 - 1) g;
END $$`
