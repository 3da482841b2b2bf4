package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// corner is where the drawn towns stand, in metres of EPSG:4549.
const cornerX, cornerY = 600_000, 3_450_000

// polygonOf draws a rectangle of the town, in metres from its corner.
func rectangle(x0, y0, x1, y1 float64) string {
	return fmt.Sprintf("((%[1]f %[2]f,%[3]f %[2]f,%[3]f %[4]f,%[1]f %[4]f,%[1]f %[2]f))",
		cornerX+x0, cornerY+y0, cornerX+x1, cornerY+y1)
}

func multi(polygons ...string) string { return "MULTIPOLYGON(" + strings.Join(polygons, ",") + ")" }

func path(xy ...float64) string {
	var points []string
	for i := 0; i < len(xy); i += 2 {
		points = append(points, fmt.Sprintf("%f %f", cornerX+xy[i], cornerY+xy[i+1]))
	}
	return "MULTILINESTRING((" + strings.Join(points, ",") + "))"
}

// town puts places into a database.
type town struct {
	t    testing.TB
	pool *pgxpool.Pool
}

func (w town) exec(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.pool.Exec(w.t.Context(), sql, args...); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
}

const onGround = `st_transform(st_geomfromtext($1, metric_srid()), 4326)`

func (w town) area(code, level string, parent *int64, shape string) int64 {
	w.t.Helper()
	return query[int64](w, `INSERT INTO area (code, name, level, parent, geom, label)
		SELECT $2, $2, $3, $4, g, st_pointonsurface(g) FROM (SELECT `+onGround+` g) q RETURNING id`, shape, code, level, parent)
}

func (w town) road(kind string, bridge bool, line string) {
	w.t.Helper()
	w.exec(`INSERT INTO road (kind, bridge, geom) SELECT $2, $3, `+onGround, line, kind, bridge)
}

func (w town) building(code, shape string) int64 {
	w.t.Helper()
	return query[int64](w, `INSERT INTO building (code, geom, pt)
		SELECT $2, g, st_pointonsurface(g) FROM (SELECT `+onGround+` g) q RETURNING id`, shape, code)
}

func (w town) grid(code string, community int64, shape string) int64 {
	w.t.Helper()
	return query[int64](w, `INSERT INTO grid (community, code, name, path, drawn) SELECT $2, $3, $3, 'x', `+onGround+` RETURNING id`, shape, community, code)
}

func (w town) build() ward.CoverageReport {
	w.t.Helper()
	last, started := 0, time.Now()
	report, err := postgres.New(w.pool, postgres.Keys{}).BuildCoverage(w.t.Context(), func(done, total int, step string) {
		if done < last || done >= total || step == "" {
			w.t.Errorf("progress %d of %d %q after %d", done, total, step, last)
		}
		last = done
		w.t.Logf("%6.2f s %s", time.Since(started).Seconds(), step)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return report
}

// query reads one value.
func query[T any](w town, sql string, args ...any) T {
	w.t.Helper()
	var v T
	if err := w.pool.QueryRow(w.t.Context(), sql, args...).Scan(&v); err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// drawnTown is two communities of 400 × 400 m with a main road between them and
// a river across both, crossed by one bridge:
//
//	┌────────┬────────┐
//	│ g2     ║  g3    │   ║ main road   ≈ river   ╫ bridge
//	│≈≈≈╫≈≈≈≈║≈≈≈≈≈≈≈≈│
//	│ g1     ║ [g4]   │   g4 is an enclave in g3
//	└────────┴────────┘
func drawnTown(t testing.TB) town {
	w := town{t, pgtest.New(t)}
	district := w.area("d", "district", nil, multi(rectangle(-50, -50, 850, 450)))
	street := w.area("s", "street", &district, multi(rectangle(-50, -50, 850, 450)))
	west := w.area("c1", "community", &street, multi(rectangle(0, 0, 400, 400)))
	east := w.area("c2", "community", &street, multi(rectangle(400, 0, 800, 400)))
	w.road("main", false, path(400, -100, 400, 500))
	w.road("river", false, path(-100, 200, 120, 203, 900, 200))
	w.road("secondary", true, path(200, -100, 200, 500))
	w.road("minor", false, path(0, 100, 400, 100))
	w.road("wall", false, path(550, 50, 650, 50, 650, 150, 550, 150, 550, 50))
	for i := range 6 {
		for j := range 3 {
			x, y := 20+float64(i)*60, 120+float64(j)*25
			if i == 3 {
				continue // the secondary road runs there
			}
			w.building(fmt.Sprintf("w%d%d", i, j), multi(rectangle(x, y, x+30, y+12)))
			w.building(fmt.Sprintf("n%d%d", i, j), multi(rectangle(x+1, y+120, x+31, y+132)))
			w.building(fmt.Sprintf("e%d%d", i, j), multi(rectangle(x+420, y+120, x+450, y+132)))
		}
	}
	w.building("terrace1", multi(rectangle(20, 20, 40, 32))) // three with common walls
	w.building("terrace2", multi(rectangle(40, 20, 60, 32)))
	w.building("terrace3", multi(rectangle(60, 20, 80, 32)))
	w.building("over-road", multi(rectangle(100, 90, 130, 115)))
	w.building("over-limit", multi(rectangle(380, 40, 415, 60))) // most of it in the west
	w.building("podium", multi(rectangle(700, 20, 760, 60)))
	w.building("tower", multi(rectangle(710, 30, 730, 50))) // on the podium
	w.building("walled", multi(rectangle(580, 80, 610, 110)))
	w.building("outside", multi(rectangle(900, 100, 920, 120)))
	w.grid("g1", west, multi(rectangle(0, 0, 400, 205)))
	w.grid("g2", west, multi(rectangle(0, 195, 400, 400)))
	w.grid("g3", east, multi(rectangle(410, 0, 800, 400)))
	w.grid("g4", east, multi(rectangle(552, 52, 648, 148)))
	w.exec(`UPDATE grid SET drawn = st_multi(st_difference(drawn, (SELECT drawn FROM grid WHERE code = 'g4'))) WHERE code = 'g3'`)
	return w
}

// holds checks what must be true of any coverage.
func (w town) holds() {
	w.t.Helper()
	for what, sql := range map[string]string{
		"cells overlap": `SELECT count(*) FROM cell a JOIN cell b ON a.id < b.id AND a.valid && b.valid AND a.geom && b.geom
			AND st_intersects(a.geom, b.geom) WHERE st_area(st_intersection(a.geom, b.geom)) > 0`,
		"cells and communities differ (cm²)": `SELECT round(1e4 * st_area(st_symdifference(
			(SELECT st_union(geom) FROM cell WHERE upper_inf(valid)),
			(SELECT st_union(st_snaptogrid(st_transform(geom, metric_srid()), 0.01)) FROM area WHERE level = 'community'))))::bigint`,
		"a community's border that is not its cells'": `SELECT count(*) FROM area a WHERE level = 'community' AND 0.0001 < (
			SELECT st_area(st_symdifference(st_union(c.geom), st_snaptogrid(st_transform(a.geom, metric_srid()), 0.01)))
			FROM cell c JOIN cell_community cc ON cc.cell = c.id AND upper_inf(cc.valid) AND cc.community = a.id)`,
		"grid shapes that are not the union of their cells": `SELECT count(*) FROM grid_shape_now s WHERE 0.0001 < (
			SELECT st_area(st_symdifference(st_union(c.geom), st_snaptogrid(st_transform(s.geom, metric_srid()), 0.01)))
			FROM cell_now n JOIN cell c ON c.id = n.cell WHERE n.grid = s.grid)`,
		"grid shapes whose area is not that of their cells": `SELECT count(*) FROM grid_shape_now s WHERE 1e-6 < abs(s.area - (
			SELECT sum(c.area) FROM cell_now n JOIN cell c ON c.id = n.cell WHERE n.grid = s.grid))`,
		"micro-grids in two grids": `SELECT count(*) FROM micro_astray(array(SELECT id FROM area WHERE level = 'community'))`,
		"micro-grid shapes that are not the union of their cells": `SELECT count(*) FROM micro_shape_now s WHERE 0.0001 < (
			SELECT coalesce(st_area(st_symdifference(st_union(c.geom), st_snaptogrid(st_transform(s.geom, metric_srid()), 0.01))), 1)
			FROM micro_now n JOIN cell c ON c.id = n.cell WHERE n.micro = s.grid)`,
		"micro-grids without a shape": `SELECT count(DISTINCT n.micro) FROM micro_now n WHERE NOT EXISTS (SELECT FROM micro_shape_now s WHERE s.grid = n.micro)`,
		"labels outside":              `SELECT count(*) FROM grid_shape WHERE NOT st_contains(geom, label)`,
		"shells that wind clockwise":  `SELECT count(*) FROM grid_shape WHERE NOT st_ispolygonccw(geom)`,
		"buildings cut by their cell": `SELECT count(*) FROM building b JOIN cell c ON c.id = b.cell
			WHERE st_area(st_difference(st_transform(b.geom, metric_srid()), c.geom)) > 0.02 * st_perimeter(st_transform(b.geom, metric_srid()))`,
		"buildings in a closed cell": `SELECT count(*) FROM building b JOIN cell c ON c.id = b.cell WHERE NOT upper_inf(c.valid)`,
		"cells not in one grid on a day of theirs": `SELECT count(*) FROM cell c, (VALUES ('2020-01-01'::date), ('2025-06-01'), (today()), (today() + 1000)) d(day)
			WHERE c.valid @> d.day AND 1 <> (SELECT count(*) FROM cell_grid cg WHERE cg.cell = c.id AND cg.layer = 1 AND upper_inf(cg.recorded) AND cg.valid @> d.day)`,
		"cells in a grid of another community": `SELECT count(*) FROM cell_now n JOIN cell_community cc ON cc.cell = n.cell AND upper_inf(cc.valid) WHERE cc.community <> n.community`,
		"arcs that no pair of cells shares": `SELECT count(*) FROM cell_arc a LEFT JOIN cell l ON l.id = a.l LEFT JOIN cell r ON r.id = a.r
			WHERE a.l <> 0 AND l.id IS NULL OR a.r <> 0 AND r.id IS NULL`,
		"cells whose arcs do not close": `SELECT count(*) FROM cell c WHERE upper_inf(valid) AND NOT st_equals(c.geom,
			(SELECT st_buildarea(st_collect(a.geom)) FROM cell_arc a WHERE c.id IN (a.l, a.r)))
			AND st_numinteriorrings(c.geom) = 0`,
	} {
		if n := query[int64](w, sql); n != 0 {
			w.t.Errorf("%s: %d", what, n)
		}
	}
}

func TestCoverageOfADrawnTown(t *testing.T) {
	t.Parallel()
	w := drawnTown(t)
	report := w.build()
	w.holds()
	cell := func(code string) int64 {
		return query[int64](w, `SELECT coalesce(cell, 0) FROM building WHERE code = $1`, code)
	}
	grid := func(code string) string {
		return query[string](w, `SELECT g.code FROM building b JOIN cell_now n ON n.cell = b.cell JOIN grid g ON g.id = n.grid WHERE b.code = $1`, code)
	}
	if cell("tower") != cell("podium") {
		t.Error("the tower does not share the cell of its podium")
	}
	if cell("terrace1") == cell("terrace2") || cell("terrace2") == cell("terrace3") {
		t.Error("houses with a common wall share a cell")
	}
	for building, want := range map[string]string{"w00": "g1", "n00": "g2", "e00": "g3", "walled": "g4", "over-road": "g1", "over-limit": "g1", "tower": "g3"} {
		if got := grid(building); got != want {
			t.Errorf("%s stands in %s, want %s", building, got, want)
		}
	}
	if len(report.Outside) != 1 || report.Outside[0] != "outside" {
		t.Errorf("outside: %v", report.Outside)
	}
	buildings := query[int](w, `SELECT count(*)::int FROM building`)
	if report.Buildings != buildings-1 || report.Shared != 1 || report.Straddling != 2 || report.Unassigned != 0 {
		t.Errorf("report %+v of %d buildings", report, buildings)
	}
	t.Logf("%+v", report)
}

func TestRiverIsCrossedByTheBridgeOnly(t *testing.T) {
	t.Parallel()
	w := drawnTown(t)
	w.build()
	if n := query[int](w, `SELECT count(*)::int FROM cell_arc WHERE class = 'river' AND crossable`); n == 0 || n > 4 {
		t.Errorf("%d pieces of the river can be crossed", n)
	}
	if n := query[int](w, `SELECT count(*)::int FROM cell_arc WHERE class <> 'river' AND NOT crossable`); n != 0 {
		t.Errorf("%d borders that are no river cannot be crossed", n)
	}
	for _, class := range []string{"main", "secondary", "minor", "wall", "river", "limit", "inner"} {
		if query[int](w, `SELECT count(*)::int FROM cell_arc WHERE class = $1`, class) == 0 {
			t.Errorf("no border of class %s", class)
		}
	}
	// Every metre of the wall is a border of class wall.
	if length := query[float64](w, `SELECT sum(len) FROM cell_arc WHERE class = 'wall'`); length < 399 || length > 401 {
		t.Errorf("%g m of wall, drawn were 400", length)
	}
}

func TestBuildingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	w := drawnTown(t)
	w.build()
	before := query[string](w, `SELECT md5(string_agg(id || valid::text || st_astext(geom), ',' ORDER BY id)) FROM cell`)
	shapes := query[string](w, `SELECT md5(string_agg(grid || valid::text || st_astext(geom), ',' ORDER BY grid, valid)) FROM grid_shape`)
	report := w.build()
	if report.Opened != 0 || report.Closed != 0 || report.Kept != report.Cells {
		t.Errorf("second build opened %d, closed %d and kept %d of %d cells", report.Opened, report.Closed, report.Kept, report.Cells)
	}
	if query[string](w, `SELECT md5(string_agg(id || valid::text || st_astext(geom), ',' ORDER BY id)) FROM cell`) != before {
		t.Error("cells changed")
	}
	if query[string](w, `SELECT md5(string_agg(grid || valid::text || st_astext(geom), ',' ORDER BY grid, valid)) FROM grid_shape`) != shapes {
		t.Error("shapes changed")
	}
	w.holds()
}

func TestRevisionKeepsTheOfficialAssignmentAndItsHistory(t *testing.T) {
	t.Parallel()
	w := drawnTown(t)
	w.build()
	// A redraw gave w00 to g2 from 2024 on, against what was once drawn.
	w.exec(`UPDATE cell_grid SET recorded = tstzrange(lower(recorded), now()) WHERE cell = (SELECT cell FROM building WHERE code = 'w00')`)
	w.exec(`INSERT INTO cell_grid (cell, grid, valid) SELECT b.cell, g.id, v.valid::daterange FROM building b,
		(VALUES ('g1', '[2020-01-01,2024-01-01)'), ('g2', '[2024-01-01,)')) v(code, valid) JOIN grid g ON g.code = v.code WHERE b.code = 'w00'`)
	old := query[int64](w, `SELECT cell FROM building WHERE code = 'w00'`)
	for round, extra := range []string{"new1", "new2"} { // the second on the same day
		w.visit("w00")
		y := 120 + 17*float64(round)
		w.building(extra, multi(rectangle(51, y, 57, y+5)))
		report := w.build()
		if report.Opened == 0 || report.Opened > 12 || report.Closed == 0 {
			t.Errorf("round %d opened %d, closed %d of %d cells", round, report.Opened, report.Closed, report.Cells)
		}
		w.holds()
	}
	// The cell of the second round did not live for a day.
	if n := query[int](w, `SELECT count(*)::int FROM cell WHERE lower(valid) = today() AND NOT upper_inf(valid)`); n != 0 {
		t.Errorf("%d cells opened and closed on one day are still there", n)
	}
	if n := query[int](w, `SELECT count(*)::int FROM visit v JOIN building b ON b.id = v.building WHERE v.cell = b.cell`); n != 2 {
		t.Errorf("%d of 2 visits are in the cell their house is in: the others are in no list any more", n)
	}
	door := func(building, day string) string {
		return query[string](w, `SELECT g.code FROM building b JOIN grid g ON g.id = grid_at(b.cell, $2::date) WHERE b.code = $1`, building, day)
	}
	for _, c := range []struct{ building, day, want string }{
		{"w00", "2021-06-01", "g1"},
		{"w00", "2025-06-01", "g2"},
		{"w00", "2030-01-01", "g2"},
		{"w20", "2021-06-01", "g1"},
		{"w20", "2030-01-01", "g1"},
	} {
		if got := door(c.building, c.day); got != c.want {
			t.Errorf("%s was in %s on %s, want %s", c.building, got, c.day, c.want)
		}
	}
	if now := query[int64](w, `SELECT cell FROM building WHERE code = 'w00'`); now == old {
		t.Fatal("the cell of w00 did not change: this test shows nothing")
	}
	// What was filed under the former cell still answers, up to the revision.
	if got := query[string](w, `SELECT code FROM grid WHERE id = grid_at($1, '2021-06-01')`, old); got != "g1" {
		t.Errorf("the former cell was in %s", got)
	}
	if n := query[int](w, `SELECT count(*)::int FROM cell_now WHERE cell = $1`, old); n != 0 {
		t.Error("the former cell is still in a grid today")
	}
	if shares := query[float64](w, `SELECT sum(share) FROM cell_lineage WHERE old = $1`, old); shares < 0.999 || shares > 1.001 {
		t.Errorf("lineage of the former cell adds up to %g", shares)
	}
	if bad := query[int](w, `SELECT count(*)::int FROM cell_lineage l JOIN cell c ON c.id = l.new WHERE NOT upper_inf(c.valid)`); bad != 0 {
		t.Errorf("%d lineages lead to a cell that is gone", bad)
	}
}

// visit records a visit at a building.
func (w town) visit(building string) {
	w.t.Helper()
	w.exec(`INSERT INTO account (login, name, password) VALUES ('walker', 'walker', '-') ON CONFLICT DO NOTHING`)
	w.exec(`INSERT INTO visit (id, visitor, building, cell, grid, kind, met, started_at, occurred_at, pt)
		SELECT gen_random_uuid(), (SELECT id FROM account), b.id, b.cell, grid_at(b.cell, today()), 'policy', 'met', now(), now(), b.pt FROM building b WHERE code = $1`, building)
}

func TestANewOutlineReplacesTheDerivedOne(t *testing.T) {
	t.Parallel()
	w := drawnTown(t)
	w.build()
	const size = `SELECT sum(c.area) FROM cell c JOIN cell_community cc ON cc.cell = c.id AND upper_inf(cc.valid) JOIN area a ON a.id = cc.community WHERE a.code = 'c2' AND upper_inf(c.valid)`
	if got := query[float64](w, size); got < 159_000 || got > 160_000 {
		t.Errorf("the east has %g m²", got)
	}
	w.exec(`UPDATE area SET geom = (SELECT `+onGround+`) WHERE code = 'c2'`, multi(rectangle(400, 0, 900, 400)))
	w.build()
	w.holds()
	if got := query[float64](w, size); got < 199_000 || got > 200_000 {
		t.Errorf("the east has %g m² after it grew", got)
	}
}

func TestPlacesGetTheCellTheyStandOn(t *testing.T) {
	t.Parallel()
	w := drawnTown(t)
	for code, at := range map[string]string{"in-a-cell": rectangle(700, 300, 701, 301), "far-off": rectangle(2000, 0, 2001, 1)} {
		w.exec(`INSERT INTO point (code, name, pt) SELECT $2, $2, st_centroid(`+onGround+`)`, multi(at), code)
		w.exec(`INSERT INTO institution (code, name, pt) SELECT $2, $2, st_centroid(`+onGround+`)`, multi(at), code)
	}
	w.exec(`INSERT INTO point (code, name, building, pt) SELECT 'in-a-building', 'x', id, pt FROM building WHERE code = 'w00'`)
	w.build()
	if got := query[string](w, `SELECT string_agg(code, ' ' ORDER BY code) FROM (SELECT code, cell FROM point UNION ALL SELECT code, cell FROM institution) q WHERE cell IS NULL`); got != "far-off far-off" {
		t.Errorf("without a cell: %s", got)
	}
	if !query[bool](w, `SELECT p.cell = b.cell FROM point p JOIN building b ON b.id = p.building`) {
		t.Error("a point in a building is not in the building's cell")
	}
}

func TestCoverageOfADistrictAlone(t *testing.T) {
	t.Parallel()
	w := town{t, pgtest.New(t)}
	w.area("d", "district", nil, multi(rectangle(0, 0, 300, 300)))
	w.building("a", multi(rectangle(20, 20, 40, 40)))
	w.building("b", multi(rectangle(200, 200, 240, 220)))
	report := w.build()
	if report.Cells != 2 || report.Buildings != 2 || len(report.Outside) != 0 {
		t.Errorf("report %+v", report)
	}
}

func TestCoverageNeedsAnArea(t *testing.T) {
	t.Parallel()
	_, err := postgres.New(pgtest.New(t), postgres.Keys{}).BuildCoverage(context.Background(), nil)
	if ward.ErrorCode(err) != ward.Invalid {
		t.Errorf("error %v, want one for people", err)
	}
}
