package main

import (
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"

	"wangge/internal/geo"
	"wangge/internal/intake"
	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// BenchmarkImportBuildings imports the buildings of a district, each with its
// grid, beside what one would do by hand: ogr2ogr with COPY, and then an UPDATE
// that looks for the grid. Ours also keeps every index and check of the
// register, which the table of ogr2ogr has not.
//
// WANGGE_BENCH_FILES names the folder of the district's files.
func BenchmarkImportBuildings(b *testing.B) {
	folder := os.Getenv("WANGGE_BENCH_FILES")
	if folder == "" {
		b.Skip("WANGGE_BENCH_FILES names no folder; make bench makes one")
	}
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		b.Skip("there is no ogr2ogr to compare with")
	}
	for range b.N {
		pool := pgtest.New(b)
		for _, name := range []string{"areas", "courtyards", "grids"} {
			importFile(b, pool, filepath.Join(folder, name+".geojson"), nil)
		}
		index := drawnGrids(b, pool)
		file := filepath.Join(folder, "buildings.geojson")
		begin, lost := time.Now(), 0
		rows := importFile(b, pool, file, func(r ward.Record) {
			if shape, ok := r.Shape.(orb.MultiPolygon); ok && len(shape) > 0 {
				p, _ := geo.LabelPoint(shape)
				if _, ok := index.At(p); !ok {
					lost++
				}
			}
		})
		ours := time.Since(begin)
		begin = time.Now()
		load := exec.CommandContext(b.Context(), "ogr2ogr", "-f", "PostgreSQL", byKeys(pool.Config().ConnConfig), file, "-nln", "by_hand", "-lco", "GEOMETRY_NAME=geom", "-nlt", "PROMOTE_TO_MULTI")
		load.Env = append(os.Environ(), "PG_USE_COPY=YES")
		if said, err := load.CombinedOutput(); err != nil {
			b.Fatalf("ogr2ogr: %v %s", err, said)
		}
		loaded := time.Since(begin)
		if _, err := pool.Exec(b.Context(), `alter table by_hand add grid bigint; create index on grid using gist (drawn); analyze grid;
			update by_hand set grid = g.id from grid g where st_covers(g.drawn, st_pointonsurface(by_hand.geom))`); err != nil {
			b.Fatal(err)
		}
		hand := time.Since(begin)
		ratio, verdict := ours.Seconds()/hand.Seconds(), "ok"
		if ratio > 0.6 {
			verdict = "missed"
		}
		fmt.Printf("figure  %-52s %10.4g %-4s ≤ %-8.4g %s\n", fmt.Sprintf("import of %d buildings, of ogr2ogr and SQL", rows), ratio, "x", 0.6, verdict)
		b.ReportMetric(ours.Seconds(), "s-ours")
		b.ReportMetric(loaded.Seconds(), "s-ogr2ogr")
		b.ReportMetric(hand.Seconds(), "s-by-hand")
		b.ReportMetric(float64(lost), "without-grid")
	}
}

// byKeys writes the address of a database as ogr2ogr reads it.
func byKeys(c *pgx.ConnConfig) string {
	return fmt.Sprintf("PG:host='%s' port='%d' user='%s' password='%s' dbname='%s'", c.Host, c.Port, c.User, c.Password, c.Database)
}

// importFile imports one file and returns its rows; see hears every record.
func importFile(b *testing.B, pool *pgxpool.Pool, file string, see func(ward.Record)) int {
	b.Helper()
	source, err := intake.Open(b.Context(), file, intake.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer source.Close()
	var records iter.Seq2[ward.Record, error] = func(yield func(ward.Record, error) bool) {
		for r, err := range source.Records(b.Context()) {
			if see != nil && err == nil {
				see(r)
			}
			if !yield(r, err) {
				return
			}
		}
	}
	report, err := postgres.New(pool, postgres.Keys{}).Import(b.Context(), ward.System(""), source.Sheet, source.Name, records, ward.ImportOptions{})
	if err != nil || !report.Written {
		b.Fatalf("%s: %v %+v", file, err, report.Findings)
	}
	return report.Rows
}

func drawnGrids(b *testing.B, pool *pgxpool.Pool) *geo.Index {
	b.Helper()
	rows, err := pool.Query(b.Context(), `select id, drawn as shape from grid`)
	if err != nil {
		b.Fatal(err)
	}
	regions, err := pgx.CollectRows(rows, pgx.RowToStructByName[geo.Region])
	if err != nil {
		b.Fatal(err)
	}
	return geo.NewIndex(regions)
}
