package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/project"
	"pgregory.net/rapid"

	"wangge/internal/ward"
)

func TestAHerdOnAColdTileIsOneQuery(t *testing.T) {
	t.Parallel()
	town := newTileTown(t, 60, 1<<24)
	path := town.path("building", 14)
	var herd sync.WaitGroup
	for range 32 {
		herd.Go(func() {
			if w := town.get(t, path, "Accept-Encoding", "gzip"); w.Code != http.StatusOK || w.Body.Len() < 10_000 {
				t.Errorf("%d with %d bytes", w.Code, w.Body.Len())
			}
		})
	}
	herd.Wait()
	if n := town.store.drawn.Load(); n != 1 {
		t.Errorf("drawn %d times", n)
	}
}

func TestAClientThatLeavesDoesNotStopTheTileForOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		c := newTileCache(1<<20, func(ctx context.Context, _ tileKey) ([]byte, error) {
			select {
			case <-hold:
				return []byte("tile"), nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		})
		defer c.close()
		c.see()
		ctx, leave := context.WithCancel(t.Context())
		first, second := make(chan error, 1), make(chan error, 1)
		go func() { _, err := c.get(ctx, tileKey{}); first <- err }()
		synctest.Wait()
		go func() { _, err := c.get(t.Context(), tileKey{}); second <- err }()
		synctest.Wait()
		leave()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("who left got %v", err)
		}
		close(hold)
		if err := <-second; err != nil {
			t.Errorf("who stayed got %v", err)
		}
		if c.len() != 1 {
			t.Error("the tile was not kept")
		}
	})
}

func TestATileDrawnTooLongIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newTileCache(1<<20, func(ctx context.Context, _ tileKey) ([]byte, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		defer c.close()
		c.see()
		if _, err := c.get(t.Context(), tileKey{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if c.len() != 0 || len(c.flights) != 0 {
			t.Error("a failed tile was kept")
		}
	})
}

// The change comes after the old state was read and before the tile is stored:
// the worst moment.
func TestAChangeDuringADrawingIsNotLost(t *testing.T) {
	t.Parallel()
	town := newTileTown(t, 10, 1<<20)
	path := town.path("building", 16)
	drawn, release := make(chan struct{}), make(chan struct{})
	var held atomic.Bool
	town.store.after = func() {
		if held.CompareAndSwap(false, true) { // not sync.Once: the second drawing must pass
			close(drawn)
			<-release
		}
	}
	waited := make(chan string, 1)
	go func() {
		w := town.get(t, path)
		waited <- w.Body.String()
	}()
	await(t, drawn)
	town.exec(t, `UPDATE building SET name = 'changed-while-drawn'`)
	await(t, town.store.told)
	// Who comes now waits for nobody and sees the change.
	if !town.has(t, path, "changed-while-drawn") {
		t.Error("a request after the change got the old tile")
	}
	close(release)
	if got := await(t, waited); !strings.Contains(got, "changed-while-drawn") {
		t.Error("who waited for the old drawing got it although it was known to be stale")
	}
	if !town.has(t, path, "changed-while-drawn") {
		t.Error("the stale drawing was kept")
	}
	if n := town.store.drawn.Load(); n != 2 {
		t.Errorf("drawn %d times", n)
	}
}

func TestFiveHundredChangesUnderLoadLeaveNoStaleTile(t *testing.T) {
	t.Parallel()
	town := newTileTown(t, 20, 1<<22)
	var paths []string
	for z := 14; z <= 17; z++ {
		paths = append(paths, town.path("building", z))
	}
	var building int64
	tile := maptile.At(town.at, 17).Bound()
	err := town.pool.QueryRow(t.Context(), `SELECT id FROM building WHERE st_within(geom, st_makeenvelope($1,$2,$3,$4,4326)) LIMIT 1`,
		tile.Min[0], tile.Min[1], tile.Max[0], tile.Max[1]).Scan(&building)
	if err != nil {
		t.Fatal(err)
	}
	var stop atomic.Bool
	var load sync.WaitGroup
	for i := range 4 {
		load.Go(func() {
			for n := i; !stop.Load(); n++ {
				town.get(t, paths[n%len(paths)])
			}
		})
	}
	stale := 0
	for n := range 500 {
		name := fmt.Sprintf("name-%d.", n)
		town.exec(t, `UPDATE building SET name = $2 WHERE id = $1`, building, name)
		await(t, town.store.told) // one: the box before and after is the same
		if !town.has(t, paths[n%len(paths)], name) {
			stale++
		}
	}
	stop.Store(true)
	load.Wait()
	for _, path := range paths {
		if !town.has(t, path, "name-499.") {
			stale++
		}
	}
	if stale > 0 {
		t.Errorf("%d stale tiles", stale)
	}
}

func TestALostListenerDropsEverythingUntilItIsBack(t *testing.T) {
	t.Parallel()
	town := newTileTown(t, 10, 1<<20)
	path := town.path("grid", 15)
	town.get(t, path)
	if town.tiles.cache.len() != 1 {
		t.Fatal("the tile was not kept")
	}
	town.exec(t, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND query ~ 'clock_timestamp' AND pid <> pg_backend_pid()`)
	await(t, town.store.ready)
	if town.tiles.cache.len() != 0 {
		t.Error("tiles outlived the listener")
	}
	town.exec(t, `UPDATE grid SET name = 'after-the-loss'`)
	await(t, town.store.told)
	if !town.has(t, path, "after-the-loss") || town.tiles.cache.len() != 1 {
		t.Error("the new listener does not work")
	}
}

func TestNothingIsKeptWhileNobodyTellsOfChanges(t *testing.T) {
	t.Parallel()
	drawn := 0
	c := newTileCache(1<<20, func(context.Context, tileKey) ([]byte, error) {
		drawn++
		return []byte("tile"), nil
	})
	defer c.close()
	get := func(want int) {
		t.Helper()
		if _, err := c.get(t.Context(), tileKey{}); err != nil || drawn != want {
			t.Errorf("drawn %d times, want %d, %v", drawn, want, err)
		}
	}
	get(1)
	get(2)
	c.see()
	get(3)
	get(3)
	c.blind()
	get(4)
	get(5)
	c.see()
	get(6)
	get(6)
}

func TestTheLongestUnusedTilesGoFirst(t *testing.T) {
	t.Parallel()
	body := make([]byte, 4096)
	for i := range body {
		body[i] = byte(i * i >> 3) // does not compress to nothing
	}
	c := newTileCache(0, func(context.Context, tileKey) ([]byte, error) { return body, nil })
	defer c.close()
	one, err := c.packer.pack(body)
	if err != nil {
		t.Fatal(err)
	}
	c.limit = 3 * one.size()
	c.see()
	get := func(x uint32) {
		t.Helper()
		if _, err := c.get(t.Context(), tileKey{x: x}); err != nil {
			t.Fatal(err)
		}
	}
	for _, x := range []uint32{1, 2, 3, 1, 4} {
		get(x)
	}
	for x, want := range map[uint32]bool{1: true, 2: false, 3: true, 4: true} {
		if have := c.stored[tileKey{x: x}] != nil; have != want {
			t.Errorf("tile %d kept: %v", x, have)
		}
	}
	if c.bytes != c.limit || c.len() != 3 {
		t.Errorf("%d tiles of %d bytes, limit %d", c.len(), c.bytes, c.limit)
	}
	c.limit = one.size() / 2
	get(5)
	if c.bytes != 0 || c.len() != 0 {
		t.Error("a tile over the limit was kept")
	}
}

func TestAClosedHandlerDrawsNothing(t *testing.T) {
	t.Parallel()
	tiles := NewTiles(nil, 1<<20, slog.New(slog.DiscardHandler), failTile)
	tiles.cache.close()
	w := httptest.NewRecorder()
	tiles.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/tiles/area/6/0/0.mvt", nil))
	if w.Code != http.StatusInternalServerError {
		t.Errorf("%d", w.Code)
	}
}

// Whatever box changes and whichever way it is looked up, exactly the tiles that
// show it go.
func TestAChangeDropsTheTilesThatShowIt(t *testing.T) {
	t.Parallel()
	layer := uint8(0)
	for i, l := range ward.TileLayers {
		if l.Name == "building" {
			layer = uint8(i)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		middle := orb.Point{rapid.Float64Range(120, 120.02).Draw(t, "lon"), rapid.Float64Range(30, 30.02).Draw(t, "lat")}
		size := rapid.Float64Range(0, 0.02).Draw(t, "size")
		box := project.Bound(orb.Bound{Min: middle, Max: orb.Point{middle[0] + size, middle[1] + size}}, project.WGS84.ToMercator)
		c := newTileCache(1<<30, nil)
		body, err := c.packer.pack(nil)
		if err != nil {
			t.Fatal(err)
		}
		shown := map[tileKey]bool{}
		for z := maptile.Zoom(14); z <= 17; z++ {
			first := maptile.At(orb.Point{119.99, 30.03}, z)
			last := maptile.At(orb.Point{120.03, 29.99}, z)
			step := uint32(1) << (z - 14) // some of the deep ones are enough
			for x := first.X; x <= last.X; x += step {
				for y := first.Y; y <= last.Y; y += step {
					k := tileKey{layer, uint8(z), x, y}
					c.keep(k, body)
					tile := project.Bound(maptile.New(x, y, z).Bound(), project.WGS84.ToMercator)
					shown[k] = tile.Pad((tile.Max[0] - tile.Min[0]) * ward.TileBuffer).Intersects(box)
				}
			}
		}
		other := tileKey{layer: layer ^ 1, z: 14, x: maptile.At(middle, 14).X, y: maptile.At(middle, 14).Y}
		c.keep(other, body)
		c.changed("building", box)
		for k, shows := range shown {
			if kept := c.stored[k] != nil; kept && shows {
				t.Fatalf("tile %v shows %v and was kept", k, box)
			}
		}
		if c.stored[other] == nil {
			t.Fatal("a tile of another layer went")
		}
		far := 0
		for k, shows := range shown {
			if !shows && c.stored[k] == nil && !nearly(k, box) {
				far++
			}
		}
		if far > 0 {
			t.Fatalf("%d tiles went that do not show %v", far, box)
		}
	})
}

// nearly allows for the half step of rounding.
func nearly(k tileKey, box orb.Bound) bool {
	tile := project.Bound(maptile.New(k.x, k.y, maptile.Zoom(k.z)).Bound(), project.WGS84.ToMercator)
	return tile.Pad((tile.Max[0] - tile.Min[0]) * (ward.TileBuffer + 1.0/4096)).Intersects(box)
}
