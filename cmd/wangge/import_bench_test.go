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
// grid, beside what one would do by hand, twice:
//   - ogr2ogr with COPY into a table of its own, and an UPDATE that looks for the
//     grid. That table has no rule, no key but a number and one index; it is the
//     line performance is held against, not the same work;
//   - the same, and then the INSERT that brings the rows into the register with
//     its keys, rules and indexes, which is what the import leaves behind. Still
//     without findings, history and a way back.
//
// WANGGE_BENCH_FILES names the folder of the district's files.
func BenchmarkImportBuildings(b *testing.B) {
	folder := benchFiles(b)
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		b.Skip("there is no ogr2ogr to compare with")
	}
	file := filepath.Join(folder, "buildings.geojson")
	for range b.N {
		pool := benchTown(b, folder, "areas", "courtyards", "grids")
		index := drawnGrids(b, pool)
		rows, lost := 0, 0
		ours := clock(b, pool, func() {
			rows = importFile(b, pool, file, func(r ward.Record) {
				if shape, ok := r.Shape.(orb.MultiPolygon); ok {
					p, _ := geo.InnerSpot(shape)
					if _, ok := index.At(p); !ok {
						lost++
					}
				}
			})
		})
		pool = benchTown(b, folder, "areas", "courtyards", "grids")
		loaded := clock(b, pool, func() {
			load := exec.CommandContext(b.Context(), "ogr2ogr", "-f", "PostgreSQL", byKeys(pool.Config().ConnConfig), file, "-nln", "by_hand", "-lco", "GEOMETRY_NAME=geom", "-nlt", "PROMOTE_TO_MULTI")
			load.Env = append(os.Environ(), "PG_USE_COPY=YES")
			if said, err := load.CombinedOutput(); err != nil {
				b.Fatalf("ogr2ogr: %v %s", err, said)
			}
		})
		run := func(sql string) took {
			return clock(b, pool, func() {
				if _, err := pool.Exec(b.Context(), sql); err != nil {
					b.Fatal(err)
				}
			})
		}
		assigned := run(`alter table by_hand add grid bigint; create index on grid using gist (drawn); analyze grid;
			update by_hand set grid = g.id from grid g where st_covers(g.drawn, st_pointonsurface(by_hand.geom))`)
		registered := run(`insert into building (code, name, number, address, kind, floors, units, height, built, courtyard, geom, pt)
			select h.code, coalesce(h.name, ''), coalesce(h.number, ''), coalesce(h.address, ''), h.kind, coalesce(h.floors, 1), coalesce(h.units, 1), h.height, h.built, c.id, h.geom, st_pointonsurface(h.geom)
			from by_hand h left join courtyard c on c.code = h.courtyard`)
		bare := loaded.and(assigned)
		same := bare.and(registered)
		atMost(fmt.Sprintf("import of %d buildings, of ogr2ogr and SQL", rows), ours.clock.Seconds()/bare.clock.Seconds(), 0.6, "x")
		atMost("the same, of ogr2ogr and SQL into the register", ours.clock.Seconds()/same.clock.Seconds(), 0.6, "x")
		if same.processor > 0 {
			b.ReportMetric(ours.processor.Seconds(), "cpu-ours")
			b.ReportMetric(bare.processor.Seconds(), "cpu-by-hand")
			b.ReportMetric(same.processor.Seconds(), "cpu-by-hand-registered")
		}
		b.ReportMetric(ours.clock.Seconds(), "s-ours")
		b.ReportMetric(loaded.clock.Seconds(), "s-ogr2ogr")
		b.ReportMetric(bare.clock.Seconds(), "s-by-hand")
		b.ReportMetric(same.clock.Seconds(), "s-by-hand-registered")
		b.ReportMetric(float64(lost), "without-grid")
	}
}

// BenchmarkCoverageOfDistrict makes the base coverage of a whole district from
// nothing: every area, road and building is there, no cell is. A second build
// over the same ground follows, which finds every cell again.
//
// WANGGE_BENCH_FILES names the folder of the district's files.
func BenchmarkCoverageOfDistrict(b *testing.B) {
	folder := benchFiles(b)
	for range b.N {
		pool := benchTown(b, folder, "areas", "roads", "courtyards", "grids", "buildings")
		db := postgres.New(pool, postgres.Keys{})
		for _, name := range []string{"base coverage of a district", "the same again"} {
			begun, last := time.Now(), ""
			stepped := begun
			took := clock(b, pool, func() {
				report, err := db.BuildCoverage(b.Context(), func(_, _ int, step string) {
					if testing.Verbose() && last != "" {
						b.Logf("%7.2f s %s", time.Since(stepped).Seconds(), last)
					}
					last, stepped = step, time.Now()
				})
				if err != nil || report.Unassigned != 0 {
					b.Fatalf("%v, %d cells without a grid", err, report.Unassigned)
				}
			})
			atMost(name+", on the clock", took.clock.Seconds(), 40, "s")
			b.Logf("%s: %.1f s of processor time", name, took.processor.Seconds())
		}
	}
}

// benchFiles is the folder of the district's files.
func benchFiles(b *testing.B) string {
	b.Helper()
	folder := os.Getenv("WANGGE_BENCH_FILES")
	if folder == "" {
		b.Skip("WANGGE_BENCH_FILES names no folder; make bench makes one")
	}
	return folder
}

// benchTown is a fresh database with some of the files in it.
func benchTown(b *testing.B, folder string, names ...string) *pgxpool.Pool {
	b.Helper()
	pool := pgtest.New(b)
	for _, name := range names {
		importFile(b, pool, filepath.Join(folder, name+".geojson"), nil)
	}
	if _, err := pool.Exec(b.Context(), `analyze`); err != nil {
		b.Fatal(err)
	}
	return pool
}

// took is how long something took, on the clock and of the processor (0 when
// nobody can tell).
type took struct{ clock, processor time.Duration }

func (t took) and(o took) took { return took{t.clock + o.clock, t.processor + o.processor} }

func clock(b *testing.B, pool *pgxpool.Pool, do func()) took {
	b.Helper()
	before, known := spent(b, pool)
	begin := time.Now()
	do()
	t := took{clock: time.Since(begin)}
	if after, still := spent(b, pool); known && still {
		t.processor = after - before
	}
	return t
}

// atMost prints a figure beside the limit it should not be above.
func atMost(name string, figure, limit float64, unit string) {
	verdict := "ok"
	if figure > limit {
		verdict = "missed"
	}
	fmt.Printf("figure  %-52s %10.4g %-4s ≤ %-8.4g %s\n", name, figure, unit, limit, verdict)
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
