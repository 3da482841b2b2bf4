package postgres_test

import (
	"context"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"wangge/internal/postgres"
)

// watchTiles follows the changes of tiles until the test ends, or stop is called;
// what it is told of comes out of the channel after the store has heard it.
func watchTiles(t *testing.T, tiles *postgres.TileStore) (told <-chan string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	changes, listening, done := make(chan string, 100), make(chan bool), make(chan bool)
	go func() {
		defer close(done)
		_ = tiles.WatchTiles(ctx, func() { close(listening) }, func(source string, _ orb.Bound) { changes <- source })
	}()
	<-listening
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return changes, stop
}

func TestBlocksOfBuildingsFollowTheirChanges(t *testing.T) {
	t.Parallel()
	pool, tiles, at := tileTown(t, 12)
	draw := func(at maptile.Tile) { sameBuildings(t, pool, tiles, at) }
	block, deep := at(14), at(17)
	draw(block)
	if n := tiles.KeptBlocks(); n != 0 {
		t.Fatalf("%d blocks are kept though nobody is told of changes", n)
	}
	told, stop := watchTiles(t, tiles)
	draw(block)
	if n := tiles.KeptBlocks(); n != 1 {
		t.Fatalf("%d blocks are kept of one", n)
	}
	for z := 14; z <= 17; z++ {
		draw(at(z)) // out of memory, and still as PostGIS draws it
	}
	for _, sql := range []string{
		`UPDATE building SET name = 'renamed', geom = st_translate(geom, 0.00001, 0), ended = CASE WHEN id % 7 = 0 THEN date '2026-01-01' END`,
		`UPDATE building SET cell = NULL WHERE id % 3 = 0`,
	} {
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
		for <-told != "building" {
		}
		if n := tiles.KeptBlocks(); n != 0 {
			t.Fatalf("%d blocks are kept of before the change", n)
		}
		draw(deep)
		draw(block)
		draw(deep)
	}
	stop()
	if n := tiles.KeptBlocks(); n != 0 {
		t.Errorf("%d blocks are kept after the end of listening", n)
	}
}

func TestABlockThatChangedWhileItWasReadIsNotKept(t *testing.T) {
	t.Parallel()
	pool, tiles, at := tileTown(t, 12)
	told, _ := watchTiles(t, tiles)
	block := at(14)
	changed := tiles.ReadBlock(int(block.X), int(block.Y))
	elsewhere := tiles.ReadBlock(int(block.X)+9, int(block.Y))
	if _, err := pool.Exec(t.Context(), `UPDATE building SET name = 'renamed' WHERE id = (SELECT min(id) FROM building)`); err != nil {
		t.Fatal(err)
	}
	for <-told != "building" {
	}
	changed()
	if n := tiles.KeptBlocks(); n != 0 {
		t.Errorf("%d blocks are kept that changed while they were read", n)
	}
	elsewhere()
	if n := tiles.KeptBlocks(); n != 1 {
		t.Errorf("%d blocks are kept, want the one far from the change", n)
	}
}
