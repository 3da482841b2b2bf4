package postgres_test

import (
	"fmt"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"wangge/internal/geo"
	"wangge/internal/pgtest"
)

// sharedFile reads a file of real data, which is not in the repository.
func sharedFile(t *testing.T, name string) *geojson.FeatureCollection {
	t.Helper()
	folder := os.Getenv("WANGGE_SHARED")
	if folder == "" {
		t.Skip("WANGGE_SHARED does not name a folder with real data")
	}
	data, err := os.ReadFile(filepath.Join(folder, "data", "shanghai", name))
	if err != nil {
		t.Skip(err)
	}
	if faults := geo.Scan(data, geo.DefaultLimits()); len(faults) > 0 {
		t.Fatal(faults[0])
	}
	fc, err := geojson.UnmarshalFeatureCollection(data)
	if err != nil {
		t.Fatal(err)
	}
	return fc
}

// OpenStreetMap's Shanghai: buildings over roads and over each other, roads over
// water, double carriageways; communities drawn 20 cm apart or over each other.
func TestCoverageOfARealCity(t *testing.T) {
	t.Parallel()
	buildings, roads := sharedFile(t, "tilezen_buildings.geojson"), sharedFile(t, "tilezen_roads.geojson")
	w := town{t, pgtest.New(t)}
	bound := orb.Bound{Min: orb.Point{180, 90}, Max: orb.Point{-180, -90}}
	n := 0
	for i, f := range buildings.Features {
		shape, ok := geo.Multi(f.Geometry)
		if shape = geo.Tidy(shape); !ok || len(shape) == 0 {
			continue
		}
		if query[bool](w, `SELECT st_isvalid($1::geometry)`, shape) {
			bound = bound.Union(shape.Bound())
			w.exec(`INSERT INTO building (code, geom, pt) SELECT $2, $1::geometry, st_pointonsurface($1::geometry)`, shape, fmt.Sprint(i))
			n++
		}
	}
	kinds := map[string]string{"highway": "main", "major_road": "secondary", "minor_road": "minor", "path": "path", "rail": "rail"}
	for _, f := range roads.Features {
		kind := kinds[f.Properties.MustString("kind", "")]
		line, ok := f.Geometry.(orb.LineString)
		if kind == "" || !ok {
			continue
		}
		w.exec(`INSERT INTO road (kind, bridge, geom) SELECT $2, $3, st_multi($1::geometry)`, line, kind, f.Properties["is_bridge"] == true)
	}
	w.communities(bound, 3)
	report := w.build()
	w.tiles()
	if report.Buildings+len(report.Outside) != n {
		t.Errorf("%d buildings in cells and %d outside, %d imported", report.Buildings, len(report.Outside), n)
	}
	t.Logf("%d buildings, %d in cells, %d outside, %d straddling, %d shared; %d cells, %d of them void, %d arcs, %d splinters; gap %.0f m², overlap %.0f m²",
		n, report.Buildings, len(report.Outside), report.Straddling, report.Shared, report.Cells, report.Voids, report.Arcs, report.Splinters,
		report.CommunityGap, report.CommunityOverlap)
	again := w.build()
	if again.Opened != 0 || again.Closed != 0 {
		t.Errorf("a second build opened %d and closed %d cells", again.Opened, again.Closed)
	}
}

// The sample street of the repository: clean lines, irregular blocks, walled
// estates, a river; grids drawn by somebody who meant it.
func TestCoverageOfTheSampleStreet(t *testing.T) {
	t.Parallel()
	w := town{t, pgtest.New(t)}
	for _, f := range sampleFile(t, "areas.geojson") {
		w.exec(`INSERT INTO area (code, name, level, parent, geom, label)
			SELECT $2, $3, $4, (SELECT id FROM area WHERE code = $5), $1::geometry, st_pointonsurface($1::geometry)`,
			f.Geometry, f.Properties["code"], f.Properties["name"], f.Properties["level"], f.Properties["parent"])
	}
	for _, f := range sampleFile(t, "roads.geojson") {
		w.exec(`INSERT INTO road (kind, bridge, geom) SELECT $2, $3, st_multi($1::geometry)`,
			f.Geometry, f.Properties["kind"], f.Properties["bridge"] == true)
	}
	batch := &pgx.Batch{}
	for _, f := range sampleFile(t, "buildings.geojson") {
		batch.Queue(`INSERT INTO building (code, geom, pt) SELECT $2, st_multi($1::geometry), st_pointonsurface($1::geometry)`, f.Geometry, f.Properties["code"])
	}
	buildings := batch.Len()
	for _, f := range sampleFile(t, "grids.geojson") {
		batch.Queue(`INSERT INTO grid (community, code, name, path, drawn) SELECT id, $2, $3, 'x', $1::geometry FROM area WHERE code = $4`,
			f.Geometry, f.Properties["code"], f.Properties["name"], f.Properties["community"])
	}
	if err := w.pool.SendBatch(t.Context(), batch).Close(); err != nil {
		t.Fatal(err)
	}
	report := w.build()
	w.tiles()
	if report.Buildings != buildings || report.Unassigned != 0 || len(report.Empty) != 0 {
		t.Errorf("%d of %d buildings in cells, outside %v; %d cells without a grid, grids without cells %v",
			report.Buildings, buildings, report.Outside, report.Unassigned, report.Empty)
	}
	shift, parts := 0.0, 0
	for _, g := range report.Grids {
		shift = max(shift, g.Shift)
		if g.Parts > 1 {
			parts++
			t.Logf("%s %s lies in %d parts", g.Code, g.Name, g.Parts)
		}
	}
	t.Logf("%d cells, %d void, %d arcs, %d straddling, %d shared, %d splinters, %d choices; borders moved by at most %.1f m; %d grids in parts",
		report.Cells, report.Voids, report.Arcs, report.Straddling, report.Shared, report.Splinters, len(report.Choices), shift, parts)
	if n := query[int](w, `SELECT count(*)::int FROM grid a JOIN grid b ON a.id < b.id AND a.colour = b.colour
		JOIN cell_now n ON n.grid = a.id JOIN cell_arc r ON r.l = n.cell JOIN cell_now m ON m.cell = r.r AND m.grid = b.id`); n != 0 {
		t.Errorf("%d pieces of border have one colour on both sides", n)
	}
}

// sampleFile reads a file of geodata/.
func sampleFile(t *testing.T, name string) []*geojson.Feature {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "geodata", name))
	if err != nil {
		t.Fatal(err)
	}
	fc, err := geojson.UnmarshalFeatureCollection(data)
	if err != nil {
		t.Fatal(err)
	}
	return fc.Features
}

// Buildings thrown down at random, over each other and over roads thrown down at
// random, in communities that do not fit: still every spot is in one cell, every
// building in one cell or in the report, and a second build changes nothing.
func TestCoverageOfAnyMess(t *testing.T) {
	t.Parallel()
	for seed := range int64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := town{t, pgtest.New(t)}
			r := rand.New(rand.NewSource(seed))
			at := func() float64 { return math.Round(r.Float64()*40000) / 100 }
			for range 12 {
				kind := []string{"main", "minor", "path", "river", "wall"}[r.Intn(5)]
				w.road(kind, r.Intn(2) == 0, path(at(), at(), at(), at(), at(), at()))
			}
			for i := range 90 {
				x, y := at()-20, at()-20
				w.exec(`INSERT INTO building (code, geom, pt) SELECT $2, g, st_pointonsurface(g) FROM (
					SELECT st_transform(st_rotate(st_geomfromtext($1, metric_srid()), $3, $4, $5), 4326) g) q`,
					multi(rectangle(x, y, x+5+r.Float64()*30, y+3+r.Float64()*15)), fmt.Sprint(i), r.Float64(), cornerX+x, cornerY+y)
			}
			var bound orb.Bound
			for i, p := range []string{rectangle(0, 0, 1, 1), rectangle(399, 399, 400, 400)} {
				b := query[orb.MultiPolygon](w, `SELECT `+onGround, multi(p)).Bound()
				if bound = bound.Union(b); i == 0 {
					bound = b
				}
			}
			w.communities(bound, 2)
			report := w.build()
			w.tiles()
			if report.Buildings+len(report.Outside) != 90 {
				t.Errorf("%d buildings in cells, %d outside, 90 imported", report.Buildings, len(report.Outside))
			}
			if again := w.build(); again.Opened != 0 || again.Closed != 0 {
				t.Errorf("a second build opened %d and closed %d cells", again.Opened, again.Closed)
			}
			w.tiles()
		})
	}
}

// communities cuts a bound into n × n communities that do not quite fit.
func (w town) communities(bound orb.Bound, n int) {
	district := query[int64](w, `INSERT INTO area (code, name, level, geom, label)
		SELECT 'd', 'd', 'district', st_multi($1::geometry), st_centroid($1::geometry) RETURNING id`, bound.Pad(0.01).ToPolygon())
	street := query[int64](w, `INSERT INTO area (code, name, level, parent, geom, label)
		SELECT 's', 's', 'street', $2, st_multi($1::geometry), st_centroid($1::geometry) RETURNING id`, bound.Pad(0.01).ToPolygon(), district)
	dx, dy := (bound.Max[0]-bound.Min[0])/float64(n), (bound.Max[1]-bound.Min[1])/float64(n)
	for i := range n {
		for j := range n {
			b := orb.Bound{
				Min: orb.Point{bound.Min[0] + float64(i)*dx, bound.Min[1] + float64(j)*dy},
				Max: orb.Point{bound.Min[0] + float64(i+1)*dx - 2e-6, bound.Min[1] + float64(j+1)*dy + 2e-6},
			}
			w.exec(`INSERT INTO area (code, name, level, parent, geom, label)
				SELECT $2, $2, 'community', $3, st_multi($1::geometry), st_centroid($1::geometry)`, b.ToPolygon(), fmt.Sprintf("c%d%d", i, j), street)
		}
	}
}

// Differences under 6 cm wide are left out: outlines are put on the lattice.
//
// drawn is the ground of the communities as it was handed in, beside that of the
// cells.
const drawn = `WITH drawn AS (SELECT st_union(st_transform(drawn, metric_srid())) geom FROM area_outline),
	cells AS (SELECT st_union(geom) geom FROM cell WHERE upper_inf(valid)) `

// tiles checks that cells cover the communities once.
func (w town) tiles() {
	w.t.Helper()
	w.tilesWhere(`a.valid && b.valid`)
}

// tilesWhere does so for two cells a and b of the same time. Of a border that a
// vertex was put into, the past of a cell beside it may differ by a centimetre.
func (w town) tilesWhere(together string) {
	w.t.Helper()
	for what, sql := range map[string]string{
		"cells overlap": `SELECT count(*) FROM cell a JOIN cell b ON a.id < b.id AND ` + together + ` AND a.geom && b.geom
			AND st_intersects(a.geom, b.geom) WHERE st_area(st_intersection(a.geom, b.geom)) > 0`,
		"cells and communities differ (cm²)": `SELECT round(1e4 * st_area(st_symdifference(
			(SELECT st_union(geom) FROM cell WHERE upper_inf(valid)),
			(SELECT st_union(st_snaptogrid(st_transform(geom, metric_srid()), 0.01)) FROM area WHERE level = 'community'))))::bigint`,
		"ground lost that no building outside took (m²)": drawn + `SELECT round(st_area(st_buffer(st_difference(st_difference(drawn.geom, cells.geom), coalesce(
			(SELECT st_union(st_buffer(st_transform(geom, metric_srid()), 0.05)) FROM building WHERE cell IS NULL), st_geomfromtext('POINT EMPTY', metric_srid()))), -0.03)))::bigint FROM drawn, cells`,
		"ground won that is no building and no sliver (m²)": drawn + `SELECT round(st_area(st_difference(st_difference(cells.geom, st_buffer(drawn.geom, 1)),
			(SELECT st_union(st_buffer(st_transform(geom, metric_srid()), 0.05)) FROM building))))::bigint FROM drawn, cells`,
		"buildings cut by their cell": `SELECT count(*) FROM building b JOIN cell c ON c.id = b.cell, LATERAL (SELECT st_transform(b.geom, metric_srid()) g) m
			WHERE st_area(st_difference(m.g, c.geom)) > 0.1 * st_area(m.g) + 0.03 * st_perimeter(m.g)`,
	} {
		if n := query[int64](w, sql); n != 0 {
			w.t.Errorf("%s: %d", what, n)
		}
	}
}
