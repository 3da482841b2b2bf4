package postgres_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// tileTown returns a town and its tiles, and the tile of a level that holds the
// middle of its first grid.
func tileTown(t testing.TB, side int) (*pgxpool.Pool, *postgres.TileStore, func(z int) maptile.Tile) {
	t.Helper()
	pool := pgtest.New(t)
	pgtest.City(t, pool, side)
	tiles, err := postgres.NewTileStore(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tiles.Close)
	var p orb.Point
	err = pool.QueryRow(t.Context(), `SELECT st_x(label), st_y(label) FROM grid_shape ORDER BY grid LIMIT 1`).Scan(&p[0], &p[1])
	if err != nil {
		t.Fatal(err)
	}
	return pool, tiles, func(z int) maptile.Tile { return maptile.At(p, maptile.Zoom(z)) }
}

func decodeTile(t testing.TB, tiles *postgres.TileStore, layer string, at maptile.Tile) *mvt.Layer {
	t.Helper()
	raw, err := tiles.Tile(t.Context(), layer, int(at.Z), int(at.X), int(at.Y))
	if err != nil {
		t.Fatal(err)
	}
	layers, err := mvt.Unmarshal(raw)
	if err != nil {
		t.Fatal(err)
	}
	if len(layers) != 1 || layers[0].Name != layer {
		t.Fatalf("tile %v of %s holds %d layers", at, layer, len(layers))
	}
	return layers[0]
}

func TestEveryLayerDrawsItsFieldsAndNothingElse(t *testing.T) {
	t.Parallel()
	pool, tiles, at := tileTown(t, 20)
	if _, err := pool.Exec(t.Context(), `WITH m AS (INSERT INTO grid (community, code, name, kind) SELECT community, code || '01', '东院', 'micro' FROM grid ORDER BY id LIMIT 1 RETURNING id)
		INSERT INTO grid_shape (grid, layer, valid, geom, label, area, parts) SELECT m.id, 2, s.valid, s.geom, s.label, s.area, s.parts FROM m, (SELECT * FROM grid_shape ORDER BY grid LIMIT 1) s`); err != nil {
		t.Fatal(err)
	}
	for _, l := range ward.TileLayers {
		t.Run(l.Name, func(t *testing.T) {
			features := decodeTile(t, tiles, l.Name, at(l.MinZoom)).Features
			if len(features) == 0 {
				t.Fatal("no features")
			}
			seen := map[string]bool{}
			for _, f := range features {
				if f.ID == nil {
					t.Error("a feature without id")
				}
				for name := range f.Properties {
					seen[name] = true
				}
			}
			want := slices.Sorted(maps.Keys(l.Fields))
			if have := slices.Sorted(maps.Keys(seen)); !slices.Equal(have, want) {
				t.Errorf("fields %v, want %v", have, want)
			}
		})
	}
}

func TestATileShowsShapesWhereTheyAre(t *testing.T) {
	t.Parallel()
	pool, tiles, at := tileTown(t, 10)
	tile := at(17)
	layer := decodeTile(t, tiles, "building", tile)
	layer.ProjectToWGS84(tile)
	drawn := map[float64]orb.Bound{}
	for _, f := range layer.Features {
		drawn[f.ID.(float64)] = f.Geometry.Bound()
	}
	rows, err := pool.Query(t.Context(), `SELECT id, st_xmin(geom), st_ymin(geom), st_xmax(geom), st_ymax(geom)
		FROM building WHERE geom && st_makeenvelope($1,$2,$3,$4,4326)`,
		tile.Bound().Min[0], tile.Bound().Min[1], tile.Bound().Max[0], tile.Bound().Max[1])
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for rows.Next() {
		var id float64
		var want orb.Bound
		if err := rows.Scan(&id, &want.Min[0], &want.Min[1], &want.Max[0], &want.Max[1]); err != nil {
			t.Fatal(err)
		}
		n++
		have, ok := drawn[id]
		if !ok {
			t.Errorf("building %v is not drawn", id)
			continue
		}
		if inside := tile.Bound(); inside.Contains(want.Min) && inside.Contains(want.Max) {
			const step = 360.0 / (1 << 17) / 4096
			for i := range 2 {
				if max(have.Min[i]-want.Min[i], want.Min[i]-have.Min[i]) > step || max(have.Max[i]-want.Max[i], want.Max[i]-have.Max[i]) > step {
					t.Errorf("building %v drawn at %v, is at %v", id, have, want)
				}
			}
		}
	}
	if rows.Err() != nil || n < 20 {
		t.Errorf("looked at %d buildings, %v", n, rows.Err())
	}
}

func TestAGridWithoutABranchIsAWhiteSpot(t *testing.T) {
	t.Parallel()
	pool, tiles, at := tileTown(t, 50)
	white := 0
	for _, f := range decodeTile(t, tiles, "grid", at(12)).Features {
		_, has := f.Properties["branch"]
		if has == f.Properties.MustBool("white_spot") {
			t.Errorf("grid %v: branch %v, white spot %v", f.ID, f.Properties["branch"], f.Properties["white_spot"])
		}
		if !has {
			white++
		}
	}
	if white == 0 {
		t.Error("no white spot in a town that has some")
	}
	exec(t, pool, `UPDATE branch_grid SET valid = daterange('2020-01-01', today())`)
	for _, f := range decodeTile(t, tiles, "grid", at(12)).Features {
		if !f.Properties.MustBool("white_spot") {
			t.Error("a branch that left yesterday is still drawn")
		}
	}
}

func TestABuildingIsDrawnWithTheGridOfToday(t *testing.T) {
	t.Parallel()
	pool, tiles, at := tileTown(t, 20)
	// Moved from tomorrow on: today nothing changes.
	exec(t, pool, `
		UPDATE cell_grid SET valid = daterange('2020-01-01', today() + 1) WHERE cell = 1;
		INSERT INTO cell_grid (cell, grid, valid) SELECT 1, max(grid), daterange(today() + 1, null) FROM cell_grid`)
	gridOf := func(id float64) float64 {
		for _, f := range decodeTile(t, tiles, "building", at(15)).Features {
			if f.ID == id {
				return f.Properties.MustFloat64("grid")
			}
		}
		t.Fatalf("building %v is not drawn", id)
		return 0
	}
	var building, before, after float64
	err := pool.QueryRow(t.Context(), `SELECT b.id, min(g.grid), max(g.grid) FROM building b JOIN cell_grid g USING (cell) WHERE cell = 1 GROUP BY 1`).Scan(&building, &before, &after)
	if err != nil {
		t.Fatal(err)
	}
	if have := gridOf(building); have != before {
		t.Errorf("today in grid %v, drawn in %v", before, have)
	}
	exec(t, pool, tomorrow)
	if have := gridOf(building); have != after {
		t.Errorf("tomorrow in grid %v, drawn in %v", after, have)
	}
}

// tomorrow makes the database of a test believe that a day has passed, in every
// session at once.
const tomorrow = `CREATE OR REPLACE FUNCTION today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS
	$$ SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date + 1 $$`

func TestTilesThatDoNotExistAreRefusedBeforeAnySQL(t *testing.T) {
	t.Parallel()
	store := &postgres.TileStore{} // without a database
	for _, c := range []struct {
		layer   string
		z, x, y int
	}{
		{"person", 14, 0, 0},
		{"", 14, 0, 0},
		{"building", 13, 0, 0},
		{"building", 18, 0, 0},
		{"building", 21, 0, 0},
		{"area", -1, 0, 0},
		{"building", 14, -1, 0},
		{"building", 14, 0, -1},
		{"building", 14, 1 << 14, 0},
		{"building", 14, 0, 1 << 14},
	} {
		_, err := store.Tile(t.Context(), c.layer, c.z, c.x, c.y)
		if ward.ErrorCode(err) != ward.NotFound {
			t.Errorf("%v: %v, want not_found", c, err)
		}
	}
}

// Every text column that may say something of a person, or was typed by one,
// is given a word that no tile may contain.
func TestNoPersonalFieldIsInAnyTile(t *testing.T) {
	t.Parallel()
	pool, tiles, at := tileTown(t, 10)
	const canary = "canary4711"
	exec(t, pool, strings.ReplaceAll(`
		INSERT INTO person (name, phone_sealed, phone_tail, id_no_sealed, id_no_digest) VALUES ('CANARY', 'CANARY', '4711', 'CANARY', 'CANARY');
		INSERT INTO household (code, building, room, persons, head) SELECT 'CANARY', id, 'CANARY', 47, (SELECT id FROM person) FROM building LIMIT 1;
		INSERT INTO household_tag (household, kind, purpose, consent_until) SELECT id, 'hardship', 'CANARY', '2030-01-01' FROM household;
		UPDATE branch SET secretary = (SELECT id FROM person), name = 'CANARY' || id;
		INSERT INTO member (code, person, branch, household, home_unit, skills, posts)
			SELECT 'CANARY', p.id, b.id, h.id, 'CANARY', '{CANARY}', '{CANARY}' FROM person p, household h, (SELECT id FROM branch LIMIT 1) b;
		INSERT INTO hub (code, name, member, household, offers, hours) SELECT 'CANARY', 'CANARY', m.id, h.id, '{CANARY}', 'CANARY' FROM member m, household h;
		INSERT INTO grid_role (grid, role, member, person) SELECT g.id, 'leader', m.id, m.person FROM grid g, member m;
		INSERT INTO pledge (member, kind, household, text) SELECT id, 'needy_household', household, 'CANARY' FROM member;
		INSERT INTO pairing (code, kind, left_member, right_household, since, promise) SELECT 'CANARY', 'member_household', id, household, '2020-01-01', 'CANARY' FROM member;
		INSERT INTO account (login, name, password, member) SELECT 'CANARY', 'CANARY', 'CANARY', id FROM member;
		INSERT INTO visit (id, visitor, household, building, cell, grid, kind, met, note, delivered, started_at, occurred_at, pt)
			SELECT gen_random_uuid(), a.id, h.id, b.id, b.cell, g.id, 'aid', 'met', 'CANARY', '{CANARY}', now(), now(), b.pt
			FROM account a, household h JOIN building b ON b.id = h.building, (SELECT id FROM grid LIMIT 1) g;
		INSERT INTO incident_class (code, name) VALUES ('99', 'CANARY');
		INSERT INTO incident (id, number, reporter, class, description, place, result, handler_unit, cell, grid, occurred_at, pt)
			SELECT gen_random_uuid(), 'CANARY', a.id, '99', 'CANARY', 'CANARY', 'CANARY', 'CANARY', b.cell, g.id, now(), b.pt
			FROM account a, household h JOIN building b ON b.id = h.building, (SELECT id FROM grid LIMIT 1) g;
		INSERT INTO institution (code, name, pt) SELECT 'CANARY', 'CANARY', pt FROM building LIMIT 1;
		INSERT INTO team (code, name, kind, area, leader) SELECT 'CANARY', 'CANARY', 'patrol', (SELECT id FROM area LIMIT 1), id FROM member;
		INSERT INTO room (point, name) SELECT id, 'CANARY' FROM point;
		INSERT INTO booking (room, kind, during, title) SELECT id, 'other', tstzrange(now(), now() + interval '1 hour'), 'CANARY' FROM room;
		INSERT INTO honour (kind, household, year, given_by) SELECT 'good_household', id, 2026, 'CANARY' FROM household;
		INSERT INTO audit (operation, noun, purpose) VALUES ('CANARY', 'CANARY', 'CANARY');
		UPDATE point SET phone = 'CANARY', address = 'CANARY';
		UPDATE building SET address = 'CANARY'`, "CANARY", canary))
	looked := 0
	for _, l := range ward.TileLayers {
		for z := l.MinZoom; z <= l.MaxZoom; z++ {
			middle := at(z)
			for _, tile := range append(maptile.Tiles{middle}, around(middle)...) {
				raw, err := tiles.Tile(t.Context(), l.Name, z, int(tile.X), int(tile.Y))
				if err != nil {
					t.Fatal(err)
				}
				looked += len(raw)
				if strings.Contains(string(raw), canary) || strings.Contains(string(raw), "4711") {
					t.Errorf("tile %s/%v tells something personal", l.Name, tile)
				}
			}
		}
	}
	if looked < 50_000 {
		t.Errorf("looked at %d bytes only", looked)
	}
}

func around(m maptile.Tile) maptile.Tiles {
	var out maptile.Tiles
	for dx := range uint32(3) {
		for dy := range uint32(3) {
			out = append(out, maptile.New(m.X+dx-1, m.Y+dy-1, m.Z))
		}
	}
	return out
}

type tileChange struct {
	source string
	box    orb.Bound
}

// watch listens until the test ends and returns what is told.
func watch(t *testing.T, tiles *postgres.TileStore) <-chan tileChange {
	t.Helper()
	told, ready, ended := make(chan tileChange, 1000), make(chan struct{}), make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		ended <- tiles.WatchTiles(ctx, func() { close(ready) }, func(s string, b orb.Bound) { told <- tileChange{s, b} })
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err == nil {
			t.Error("a watch ended without an error")
		}
	})
	select {
	case <-ready:
	case <-time.After(10 * time.Second):
		t.Fatal("not listening after 10 s")
	}
	return told
}

// next is the next change told.
func next(t *testing.T, told <-chan tileChange) tileChange {
	t.Helper()
	select {
	case c := <-told:
		return c
	case <-time.After(10 * time.Second):
		t.Fatal("no change told within 10 s")
		return tileChange{}
	}
}

func TestEachChangeIsToldWithTheBoxItTouched(t *testing.T) {
	t.Parallel()
	pool, tiles, _ := tileTown(t, 20)
	told := watch(t, tiles)
	box := func(sql string) (b orb.Bound) {
		t.Helper()
		err := pool.QueryRow(t.Context(), `SELECT st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e) FROM (`+sql+`) q(e)`).Scan(&b.Min[0], &b.Min[1], &b.Max[0], &b.Max[1])
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	const (
		building1 = `SELECT st_extent(geom_3857) FROM building WHERE cell = 1`
		grid1     = `SELECT st_extent(geom_3857) FROM grid_shape WHERE grid = (SELECT min(id) FROM grid)`
		all       = `SELECT st_extent(geom_3857) FROM building`
	)
	for _, c := range []struct{ name, change, source, touched string }{
		{"a renamed building", `UPDATE building SET name = '新' WHERE cell = 1`, "building", building1},
		{"a moved cell", `UPDATE cell_grid SET plan = 1 WHERE cell = 1`, "building", building1},
		{"a recoloured grid", `UPDATE grid SET colour = 5 WHERE id = (SELECT min(id) FROM grid)`, "grid", grid1},
		{"a redrawn grid", `UPDATE grid_shape SET area = 1 WHERE grid = (SELECT min(id) FROM grid)`, "grid", grid1},
		{"a grid that lost its branch", `DELETE FROM branch_grid WHERE grid = (SELECT min(id) FROM grid)`, "grid", grid1},
		{"a grid that got a branch", `INSERT INTO branch_grid (branch, grid) SELECT min(b.id), min(g.id) FROM branch b, grid g`, "grid", grid1},
		{"a bulk load", `UPDATE building SET name = '全'`, "building", all},
		{"a new road", `INSERT INTO road (geom) SELECT geom FROM road LIMIT 1`, "road", `SELECT st_extent(geom_3857) FROM (SELECT * FROM road ORDER BY id DESC LIMIT 1) r`},
		{"a lane that goes", `DELETE FROM lane WHERE code = 'x0'`, "lane", `SELECT box2d(st_transform(pg_temp.line(200, 0, 200, 800), 3857))`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var want orb.Bound
			if c.source != "lane" {
				exec(t, pool, c.change)
				want = box(c.touched)
			} else {
				want = box(`SELECT st_extent(geom_3857) FROM lane WHERE code = 'x0'`)
				exec(t, pool, c.change)
			}
			have := next(t, told)
			grown := want.Pad(2) // a stored box is rounded outward to 32 bits
			if have.source != c.source || !have.box.Pad(2).Contains(want.Min) || !have.box.Pad(2).Contains(want.Max) ||
				!grown.Contains(have.box.Min) || !grown.Contains(have.box.Max) {
				t.Errorf("told %v, want %s %v", have, c.source, want)
			}
		})
	}
	t.Run("a move tells the place it left too", func(t *testing.T) {
		before := box(building1)
		exec(t, pool, `UPDATE building SET geom = st_translate(geom, 0.01, 0) WHERE cell = 1`)
		covered := orb.Bound{Min: orb.Point{1e9, 1e9}, Max: orb.Point{-1e9, -1e9}}
		covered = covered.Union(next(t, told).box).Union(next(t, told).box)
		if after := box(building1); !covered.Pad(2).Contains(before.Min) || !covered.Pad(2).Contains(after.Max) {
			t.Errorf("told %v, want %v and %v", covered, before, after)
		}
	})
	t.Run("emptying a table tells the world", func(t *testing.T) {
		exec(t, pool, `TRUNCATE road`)
		if c := next(t, told); c.source != "road" || c.box.Max[0]-c.box.Min[0] < 4e7 {
			t.Errorf("told %v", c)
		}
	})
}

func TestANewDayIsToldForWhatHasDates(t *testing.T) {
	t.Parallel()
	pool, tiles, _ := tileTown(t, 10)
	tiles.SetPulse(10 * time.Millisecond)
	told := watch(t, tiles)
	exec(t, pool, tomorrow)
	got := []string{}
	for range 3 {
		c := next(t, told)
		if c.box.Max[0]-c.box.Min[0] < 4e7 {
			t.Errorf("told %v, want the world", c)
		}
		got = append(got, c.source)
	}
	slices.Sort(got)
	if fmt.Sprint(got) != "[area building grid]" {
		t.Errorf("told %v", got)
	}
}

func TestALostListenerIsAnError(t *testing.T) {
	t.Parallel()
	pool, tiles, _ := tileTown(t, 10)
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- tiles.WatchTiles(t.Context(), func() { close(ready) }, func(string, orb.Bound) {})
	}()
	<-ready
	exec(t, pool, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query ~ 'clock_timestamp' AND pid <> pg_backend_pid()`)
	select {
	case err := <-ended:
		if err == nil {
			t.Error("no error")
		}
	case <-time.After(10 * time.Second):
		t.Error("still listening 10 s after the connection ended")
	}
}

func TestAChangeThatIsNoBoxIsAnError(t *testing.T) {
	t.Parallel()
	for _, payload := range []string{"", "grid", "grid 1 2 3", "grid a b c d", "grid NaN 0 1 1", "grid 5 0 1 1"} {
		if _, _, err := postgres.ParseTileChange(payload); err == nil {
			t.Errorf("%q was read", payload)
		}
	}
	source, box, err := postgres.ParseTileChange("grid_shape -1.5 2e3 3 2001")
	if err != nil || source != "grid_shape" || box != (orb.Bound{Min: orb.Point{-1.5, 2000}, Max: orb.Point{3, 2001}}) {
		t.Errorf("read %v %v %v", source, box, err)
	}
}

func exec(t testing.TB, pool *pgxpool.Pool, sql string) {
	t.Helper()
	if _, err := pool.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}
