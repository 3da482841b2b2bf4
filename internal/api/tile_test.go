package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// tileTown is a town in a database and the handler that serves its tiles.
type tileTown struct {
	pool  *pgxpool.Pool
	store *watchedTiles
	tiles *Tiles
	at    orb.Point // middle of the first grid
}

// watchedTiles is the real store, with places to look in and to hold it.
type watchedTiles struct {
	ward.TileStore
	drawn atomic.Int64
	after func()        // runs when a tile was drawn, before it is handed over
	ready chan struct{} // one each time the store listens
	told  chan string   // source of each change, after the cache has heard it
}

func (s *watchedTiles) Tile(ctx context.Context, layer string, z, x, y int) ([]byte, error) {
	s.drawn.Add(1)
	raw, err := s.TileStore.Tile(ctx, layer, z, x, y)
	if s.after != nil {
		s.after()
	}
	return raw, err
}

func (s *watchedTiles) WatchTiles(ctx context.Context, listening func(), changed func(string, orb.Bound)) error {
	return s.TileStore.WatchTiles(ctx,
		func() { listening(); s.ready <- struct{}{} },
		func(source string, box orb.Bound) { changed(source, box); s.told <- source })
}

// newTileTown builds a town of side × side buildings and waits until its
// handler listens.
func newTileTown(t testing.TB, side int, limit int64) *tileTown {
	t.Helper()
	pool := pgtest.New(t)
	pgtest.City(t, pool, side)
	town := newTileTownOn(t, pool, limit)
	err := pool.QueryRow(t.Context(), `SELECT st_x(label), st_y(label) FROM grid_shape ORDER BY grid LIMIT 1`).Scan(&town.at[0], &town.at[1])
	if err != nil {
		t.Fatal(err)
	}
	return town
}

// newTileTownOn serves the tiles of a database and waits until its handler
// listens.
func newTileTownOn(t testing.TB, pool *pgxpool.Pool, limit int64) *tileTown {
	t.Helper()
	store, err := postgres.NewTileStore(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	town := &tileTown{pool: pool, store: &watchedTiles{
		TileStore: store, ready: make(chan struct{}, 10), told: make(chan string, 10_000),
	}}
	town.tiles = NewTiles(town.store, limit, slog.New(slog.DiscardHandler), failTile)
	var run sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	run.Go(func() { town.tiles.Run(ctx) })
	t.Cleanup(func() { cancel(); run.Wait() })
	await(t, town.store.ready)
	return town
}

func failTile(w http.ResponseWriter, r *http.Request, err error) {
	(&Server{Log: slog.New(slog.DiscardHandler)}).Fail(w, r, err)
}

// await takes one value, or fails the test after a generous time.
func await[T any](t testing.TB, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal("nothing came within 20 s")
		panic("unreachable")
	}
}

func (s *tileTown) path(layer string, z int) string {
	tile := maptile.At(s.at, maptile.Zoom(z))
	return fmt.Sprintf("/tiles/%s/%d/%d/%d.mvt", layer, z, tile.X, tile.Y)
}

func (s *tileTown) exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	if _, err := s.pool.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

// get asks for a path; headers come in pairs.
func (s *tileTown) get(t testing.TB, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.tiles.ServeHTTP(w, r)
	return w
}

// has reports whether the tile that is served says text.
func (s *tileTown) has(t testing.TB, path, text string) bool {
	t.Helper()
	w := s.get(t, path)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return strings.Contains(w.Body.String(), text)
}

func (c *tileCache) len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.stored)
}

func TestATileIsServedCompressedWithAStrongTag(t *testing.T) {
	t.Parallel()
	town := newTileTown(t, 20, 1<<20)
	path := town.path("building", 15)
	zipped := town.get(t, path, "Accept-Encoding", "br, gzip")
	h := zipped.Header()
	if zipped.Code != http.StatusOK || h.Get("Content-Encoding") != "gzip" ||
		h.Get("Content-Type") != "application/vnd.mapbox-vector-tile" || h.Get("Cache-Control") != "private, no-cache" ||
		h.Get("Vary") != "Accept-Encoding" || h.Get("Content-Length") != strconv.Itoa(zipped.Body.Len()) {
		t.Errorf("%d, %v", zipped.Code, h)
	}
	zr, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	unzipped, err := io.ReadAll(zr)
	if err != nil {
		t.Fatal(err)
	}
	plain := town.get(t, path)
	if plain.Header().Get("Content-Encoding") != "" || !bytes.Equal(plain.Body.Bytes(), unzipped) || len(unzipped) == 0 {
		t.Error("the uncompressed form differs")
	}
	if plain.Header().Get("Content-Length") != strconv.Itoa(len(unzipped)) || plain.Header().Get("ETag") == h.Get("ETag") {
		t.Errorf("the uncompressed form has length %s and tag %s", plain.Header().Get("Content-Length"), plain.Header().Get("ETag"))
	}
	if n := town.store.drawn.Load(); n != 1 {
		t.Errorf("drawn %d times", n)
	}
	for _, c := range []struct {
		encoding, has string
		code          int
	}{
		{"gzip", h.Get("ETag"), http.StatusNotModified},
		{"gzip", "W/" + h.Get("ETag"), http.StatusNotModified},
		{"gzip", `"other", ` + h.Get("ETag"), http.StatusNotModified},
		{"gzip", "*", http.StatusNotModified},
		{"identity", plain.Header().Get("ETag"), http.StatusNotModified},
		{"identity", h.Get("ETag"), http.StatusOK},
		{"gzip", `"other"`, http.StatusOK},
	} {
		w := town.get(t, path, "Accept-Encoding", c.encoding, "If-None-Match", c.has)
		if w.Code != c.code || w.Header().Get("ETag") == "" || (c.code == http.StatusNotModified && w.Body.Len() > 0) {
			t.Errorf("%v: %d with %d bytes, %v", c, w.Code, w.Body.Len(), w.Header())
		}
	}
	town.exec(t, `UPDATE building SET name = '改名'`)
	await(t, town.store.told)
	if w := town.get(t, path, "Accept-Encoding", "gzip", "If-None-Match", h.Get("ETag")); w.Code != http.StatusOK || w.Header().Get("ETag") == h.Get("ETag") {
		t.Errorf("after a change: %d, tag %s", w.Code, w.Header().Get("ETag"))
	}
}

func TestAnEmptyTileIsAnEmptyBody(t *testing.T) {
	t.Parallel()
	town := newTileTown(t, 10, 1<<20)
	for range 2 {
		w := town.get(t, "/tiles/building/17/0/0.pbf", "Accept-Encoding", "gzip")
		if w.Code != http.StatusOK || w.Body.Len() != 0 || w.Header().Get("Content-Encoding") != "" ||
			w.Header().Get("Content-Length") != "0" || w.Header().Get("ETag") == "" {
			t.Errorf("%d, %d bytes, %v", w.Code, w.Body.Len(), w.Header())
		}
	}
	if n := town.store.drawn.Load(); n != 1 {
		t.Errorf("drawn %d times", n)
	}
}

func TestWhichClientsTakeGzip(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{
		"gzip": true, "GZIP": true, "gzip, deflate, br, zstd": true, "br;q=1.0, gzip;q=0.8": true, "*": true, "identity, *;q=0.1": true,
		"": false, "identity": false, "gzip;q=0": false, "gzip; q=0.000": false, "*, gzip;q=0": false, "*;q=0": false, "x-gzipped": false,
	} {
		if have := acceptsGzip([]string{value}); have != want {
			t.Errorf("%q: %v", value, have)
		}
	}
}

func TestAddressesThatAreNoTileAreRefusedInWords(t *testing.T) {
	t.Parallel()
	tiles := NewTiles(nil, 1<<20, slog.New(slog.DiscardHandler), failTile) // no store: nothing may reach it
	town := &tileTown{tiles: tiles}
	for _, path := range []string{
		"/tiles/", "/tiles/building", "/tiles/person/14/0/0.mvt", "/tiles/person.json", "/tiles/.json",
		"/tiles/building/14/0/0", "/tiles/building/14/0/0.png", "/tiles/building/14/0.mvt", "/tiles/building/14/0/0/0.mvt",
		"/tiles/building/13/0/0.mvt", "/tiles/building/18/0/0.mvt", "/tiles/building/21/0/0.mvt", "/tiles/area/99999999/0/0.mvt",
		"/tiles/building/14/16384/0.mvt", "/tiles/building/14/0/16384.mvt", "/tiles/building/14/-1/0.mvt",
		"/tiles/building/14/0x1/0.mvt", "/tiles/building/14/1e2/0.mvt", "/tiles/building/14/01/0.mvt", "/tiles/building/14/%20/0.mvt",
		"/tiles/building/14/99999999999999999999/0.mvt", "/tiles/building/14/NaN/0.mvt", "/tiles/building/14/0/.mvt",
	} {
		w := town.get(t, path)
		if w.Code != http.StatusNotFound || !strings.ContainsAny(w.Body.String(), "瓦片图层") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

func TestATileIsOnlyRead(t *testing.T) {
	t.Parallel()
	tiles := NewTiles(nil, 0, slog.New(slog.DiscardHandler), failTile)
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		w := httptest.NewRecorder()
		tiles.ServeHTTP(w, httptest.NewRequest(method, "/tiles/area/6/0/0.mvt", nil))
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d %v", method, w.Code, w.Header())
		}
	}
}

func FuzzTileAddress(f *testing.F) {
	tiles := NewTiles(nil, 0, slog.New(slog.DiscardHandler), failTile)
	f.Add("/tiles/building/14/13653/6751.mvt")
	f.Add("/tiles/area/6/0/63.pbf")
	f.Fuzz(func(t *testing.T, path string) {
		k, err := tiles.parse(path)
		if err != nil {
			if ward.ErrorCode(err) != ward.NotFound {
				t.Errorf("%q: %v", path, err)
			}
			return
		}
		l := ward.TileLayers[k.layer]
		if err := l.Check(int(k.z), int(k.x), int(k.y)); err != nil {
			t.Errorf("%q was read as %v: %v", path, k, err)
		}
		// One tile has one address, but for its ending.
		if at := fmt.Sprintf("%s/%d/%d/%d", l.Name, k.z, k.x, k.y); !strings.HasSuffix(path[:len(path)-len(".mvt")], at) {
			t.Errorf("%q was read as %s", path, at)
		}
	})
}

func TestTileJSONDescribesEachLayer(t *testing.T) {
	t.Parallel()
	town := &tileTown{tiles: NewTiles(nil, 0, slog.New(slog.DiscardHandler), failTile)}
	for _, l := range ward.TileLayers {
		w := town.get(t, "http://map.example:8080/tiles/"+l.Name+".json")
		var have tileJSON
		if err := json.Unmarshal(w.Body.Bytes(), &have); err != nil {
			t.Fatalf("%s: %v", w.Body, err)
		}
		if have.TileJSON != "3.0.0" || have.MinZoom != l.MinZoom || have.MaxZoom != l.MaxZoom || have.Name != l.Title ||
			have.Tiles[0] != "http://map.example:8080/tiles/"+l.Name+"/{z}/{x}/{y}.mvt" ||
			have.VectorLayers[0].ID != l.Name || len(have.VectorLayers[0].Fields) != len(l.Fields) {
			t.Errorf("%s", w.Body)
		}
	}
	if w := town.get(t, "/tiles/area.json", "X-Forwarded-Proto", "https"); !strings.Contains(w.Body.String(), `"https://example.com/`) {
		t.Errorf("behind a TLS proxy: %s", w.Body)
	}
}

func TestTheStyleDrawsLayersThatAreServed(t *testing.T) {
	t.Parallel()
	town := &tileTown{tiles: NewTiles(nil, 0, slog.New(slog.DiscardHandler), failTile)}
	for _, theme := range []string{"light", "dark"} {
		w := town.get(t, "http://map.example:8080/tiles/style/"+theme+".json")
		var style struct {
			Version int
			Sources map[string]struct{ URL string }
			Layers  []struct {
				Source      string
				SourceLayer string `json:"source-layer"`
			}
		}
		if err := json.Unmarshal(w.Body.Bytes(), &style); err != nil || style.Version != 8 {
			t.Fatalf("%v: %s", err, w.Body)
		}
		for name, source := range style.Sources {
			if _, err := ward.LookUpTileLayer(name); err != nil || source.URL != "http://map.example:8080/tiles/"+name+".json" {
				t.Errorf("source %s at %s: %v", name, source.URL, err)
			}
		}
		for _, l := range style.Layers[1:] {
			if _, err := ward.LookUpTileLayer(l.SourceLayer); err != nil || l.Source == "" {
				t.Errorf("layer of %q in %q: %v", l.SourceLayer, l.Source, err)
			}
		}
	}
	if w := town.get(t, "/tiles/style/../light.json"); w.Code != http.StatusNotFound {
		t.Errorf("a style that does not exist: %d", w.Code)
	}
}
