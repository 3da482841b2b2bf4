package postgres_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// BenchmarkTileSettings compares connections with the limits of tiles with a
// transaction that sets them around each tile, for a tile of level 16.
func BenchmarkTileSettings(b *testing.B) {
	pool, tiles, at := tileTown(b, 40)
	tile := at(16)
	sql := `SELECT st_asmvt(t, 'building', 4096, 'geom', 'id') FROM (
		SELECT st_asmvtgeom(b.geom_3857, st_tileenvelope($1, $2, $3), 4096, 64, true) AS geom, b.id, b.name, b.number, b.kind, b.floors, n.grid
		FROM building b LEFT JOIN cell_now n ON n.cell = b.cell
		WHERE b.geom && st_transform(st_tileenvelope($1, $2, $3, margin => 64.0/4096), 4326)) t`
	own := func() error {
		_, err := tiles.Tile(b.Context(), "building", int(tile.Z), int(tile.X), int(tile.Y))
		return err
	}
	local := func() error {
		return pgx.BeginFunc(b.Context(), pool, func(tx pgx.Tx) error {
			_, err := tx.Exec(b.Context(), `SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off; SET LOCAL statement_timeout = '2s'`)
			if err != nil {
				return err
			}
			var raw []byte
			return tx.QueryRow(b.Context(), sql, tile.Z, tile.X, tile.Y).Scan(&raw)
		})
	}
	var took [2]time.Duration
	for range b.N {
		for i, draw := range []func() error{own, local} {
			begin := time.Now()
			if err := draw(); err != nil {
				b.Fatal(err)
			}
			took[i] += time.Since(begin)
		}
	}
	b.ReportMetric(float64(took[0].Microseconds())/float64(b.N), "us-own")
	b.ReportMetric(float64(took[1].Microseconds())/float64(b.N), "us-set-local")
}
