package postgres_test

import (
	"math"
	"reflect"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"

	"wangge/internal/postgres"
)

// asPostGIS draws buildings the way every other layer is drawn.
const asPostGIS = `SELECT ST_AsMVT(t, 'building', 4096, 'geom', 'id') FROM (
	SELECT ST_AsMVTGeom(b.geom_3857, ST_TileEnvelope($1, $2, $3), 4096, 64, true) AS geom, b.id, b.name, b.number, b.kind, b.floors, n.grid
	FROM building b LEFT JOIN cell_now n ON n.cell = b.cell
	WHERE b.geom_3857 && ST_TileEnvelope($1, $2, $3, margin => 64.0/4096) AND b.ended IS NULL) t`

func TestBuildingsAreDrawnAsPostGISDrawsThem(t *testing.T) {
	t.Parallel()
	pool, tiles, at := tileTown(t, 20)
	// Shapes that a tile of level 14 makes touch themselves, a hole, two parts, an
	// ended one, one without a cell, and one over the whole tile.
	if _, err := pool.Exec(t.Context(), `
		INSERT INTO building (code, name, floors, geom, pt) SELECT 'odd' || n, 'odd ' || n, n, g, st_pointonsurface(g)
		FROM (SELECT st_x(label) x, st_y(label) y FROM grid_shape ORDER BY grid LIMIT 1) p, LATERAL (VALUES
			(1, 'POLYGON((0 0,40 0,40 20,21 20,21 1,20 1,20 20,0 20,0 0))'),
			(2, 'POLYGON((0 0,90 0,90 90,0 90,0 0),(30 30,30 60,60 60,60 30,30 30))'),
			(3, 'MULTIPOLYGON(((0 0,9 0,9 9,0 0)),((9.1 9.1,20 9,20 20,9.1 9.1)))'),
			(4, 'POLYGON((0 0,60 0,60 0.1,0 0.1,0 0))'),
			(5, 'POLYGON((-3000 -3000,3000 -3000,3000 3000,-3000 3000,-3000 -3000))'),
			(6, 'POLYGON((0 0,0.2 0,0.2 0.2,0 0))'),
			(7, 'POLYGON((-900 0,900 0,900 300,-900 300,-900 200,800 200,800 100,-900 100,-900 0))')) v(n, t),
		LATERAL (SELECT st_multi(st_translate(st_scale(st_geomfromtext(t, 4326), 1e-5, 1e-5), x, y)) g) q;
		UPDATE building SET ended = '2026-01-01' WHERE id = (SELECT min(id) FROM building);
		UPDATE building SET cell = NULL WHERE id = (SELECT min(id) + 1 FROM building)`); err != nil {
		t.Fatal(err)
	}
	drawn := 0
	for z := 14; z <= 17; z++ {
		middle := at(z)
		for x := middle.X - 1; x <= middle.X+1; x++ {
			for y := middle.Y - 1; y <= middle.Y+1; y++ {
				drawn += sameBuildings(t, pool, tiles, maptile.New(x, y, maptile.Zoom(z)))
			}
		}
	}
	if drawn < 500 {
		t.Errorf("only %d buildings were compared", drawn)
	}
}

// sameBuildings compares a tile with that of PostGIS, and counts its buildings.
func sameBuildings(t *testing.T, pool *pgxpool.Pool, tiles *postgres.TileStore, at maptile.Tile) int {
	t.Helper()
	ours, err := tiles.Tile(t.Context(), "building", int(at.Z), int(at.X), int(at.Y))
	if err != nil {
		t.Fatal(err)
	}
	var theirs []byte
	if err := pool.QueryRow(t.Context(), asPostGIS, at.Z, at.X, at.Y).Scan(&theirs); err != nil {
		t.Fatal(err)
	}
	have, want := features(t, ours), features(t, theirs)
	for id, w := range want {
		h, ok := have[id]
		if !ok {
			if planar.Area(w.Geometry) > 4 {
				t.Errorf("%v: building %v of area %v is missing", at, id, planar.Area(w.Geometry))
			}
			continue
		}
		if !reflect.DeepEqual(h.Properties, w.Properties) {
			t.Errorf("%v: building %v says %v, want %v", at, id, h.Properties, w.Properties)
		}
		if a, b, border := planar.Area(h.Geometry), planar.Area(w.Geometry), planar.Length(w.Geometry); math.Abs(a-b) > border+4 {
			t.Errorf("%v: building %v has area %v, want %v", at, id, a, b)
		}
		if !nearly(h.Geometry.Bound(), w.Geometry.Bound()) {
			t.Errorf("%v: building %v lies in %v, want %v", at, id, h.Geometry.Bound(), w.Geometry.Bound())
		}
		delete(have, id)
	}
	for id, h := range have {
		if _, ok := want[id]; !ok && planar.Area(h.Geometry) > 4 {
			t.Errorf("%v: building %v of area %v is too many", at, id, planar.Area(h.Geometry))
		}
	}
	return len(want)
}

func nearly(a, b orb.Bound) bool {
	const steps = 1.5
	return math.Abs(a.Min[0]-b.Min[0]) < steps && math.Abs(a.Min[1]-b.Min[1]) < steps && math.Abs(a.Max[0]-b.Max[0]) < steps && math.Abs(a.Max[1]-b.Max[1]) < steps
}

func features(t *testing.T, tile []byte) map[any]*mvtFeature {
	t.Helper()
	out := map[any]*mvtFeature{}
	if len(tile) == 0 {
		return out
	}
	layers, err := mvt.Unmarshal(tile)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range layers[0].Features {
		out[f.ID] = &mvtFeature{f.Geometry, f.Properties}
	}
	return out
}

type mvtFeature struct {
	Geometry   orb.Geometry
	Properties map[string]any
}
