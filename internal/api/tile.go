package api

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"wangge/internal/ward"
)

// A listener that was lost is called again after this long.
const tileWatchPause = time.Second

// Tiles serves the vector tiles (矢量瓦片) of every ward.TileLayer:
//
//	/tiles/{layer}.json            TileJSON 3.0
//	/tiles/style/{theme}.json      MapLibre style over all layers, light or dark
//	/tiles/{layer}/{z}/{x}/{y}.mvt Mapbox Vector Tile, also .pbf
//
// Tiles are kept compressed in memory and dropped exactly when what they show
// changes. A tile holds nothing personal and no territory, so the handler asks
// for no session.
type Tiles struct {
	store  ward.TileStore
	cache  *tileCache
	layers map[string]int // index in ward.TileLayers
	fail   func(http.ResponseWriter, *http.Request, error)
	log    *slog.Logger
}

// NewTiles makes the handler; limit is how many bytes of tiles stay in memory;
// fail answers a request that went wrong. Nothing is kept before Run listens.
func NewTiles(store ward.TileStore, limit int64, log *slog.Logger, fail func(http.ResponseWriter, *http.Request, error)) *Tiles {
	t := &Tiles{store: store, layers: map[string]int{}, fail: fail, log: log}
	t.cache = newTileCache(limit, func(ctx context.Context, k tileKey) ([]byte, error) {
		return store.Tile(ctx, ward.TileLayers[k.layer].Name, int(k.z), int(k.x), int(k.y))
	})
	for i, l := range ward.TileLayers {
		t.layers[l.Name] = i
	}
	return t
}

// Run follows the changes of tiles until ctx ends, and then waits for tiles
// still being drawn; no request is answered after it. While the database does
// not tell of changes nothing is kept.
func (t *Tiles) Run(ctx context.Context) {
	defer t.cache.close()
	for {
		err := t.store.WatchTiles(ctx, t.cache.see, t.cache.changed)
		t.cache.blind()
		if ctx.Err() != nil {
			return
		}
		t.log.Warn("tiles: changes are not told, every tile is drawn anew", "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(tileWatchPause):
		}
	}
}

// ServeHTTP answers GET and HEAD below /tiles/.
func (t *Tiles) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		(&Problem{Title: "不能这样做", Status: http.StatusMethodNotAllowed, Detail: "瓦片只能读取", Code: ward.Invalid}).write(w)
		return
	}
	if name, ok := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/tiles/"), ".json"); ok {
		if theme, ok := strings.CutPrefix(name, "style/"); ok {
			t.serveStyle(w, r, theme)
			return
		}
		t.serveTileJSON(w, r, name)
		return
	}
	key, err := t.parse(r.URL.Path)
	if err != nil {
		t.fail(w, r, err)
		return
	}
	tile, err := t.cache.get(r.Context(), key)
	if r.Context().Err() != nil {
		return // the client left; nobody reads an answer
	}
	if err != nil {
		t.fail(w, r, err)
		return
	}
	tile.send(w, r)
}

// parse reads /tiles/{layer}/{z}/{x}/{y}.mvt. It is by hand because a tile out
// of memory costs no more than the router would.
func (t *Tiles) parse(path string) (tileKey, error) {
	name, rest, _ := strings.Cut(strings.TrimPrefix(path, "/tiles/"), "/")
	layer, ok := t.layers[name]
	if !ok {
		return tileKey{}, ward.Errorf(ward.NotFound, "没有这个图层")
	}
	zs, rest, _ := strings.Cut(rest, "/")
	xs, ys, _ := strings.Cut(rest, "/")
	ys, mvt := strings.CutSuffix(ys, ".mvt")
	if !mvt {
		ys, ok = strings.CutSuffix(ys, ".pbf")
	}
	z, okZ := tileNumber(zs)
	x, okX := tileNumber(xs)
	y, okY := tileNumber(ys)
	if !ok || !okZ || !okX || !okY {
		return tileKey{}, ward.Errorf(ward.NotFound, "瓦片地址应为 /tiles/图层/级别/列号/行号.mvt")
	}
	if err := ward.TileLayers[layer].Check(z, x, y); err != nil {
		return tileKey{}, err
	}
	return tileKey{uint8(layer), uint8(z), uint32(x), uint32(y)}, nil
}

// tileNumber reads plain digits only, so that a tile has one address.
func tileNumber(s string) (int, bool) {
	if len(s) == 0 || len(s) > 7 || s[0] == '0' && len(s) > 1 {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}
