package postgres_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
)

// blockTown is side × side blocks of 150 × 130 m with eight turned buildings
// each, roads bent at random, and a community for every five by five blocks.
func blockTown(t testing.TB, side int) town {
	w := town{t, pgtest.New(t)}
	w.exec(`SELECT setseed(0.5)`)
	width, height := float64(side)*150, float64(side)*130
	district := w.area("d", "district", nil, multi(rectangle(-100, -100, width+100, height+100)))
	street := w.area("s", "street", &district, multi(rectangle(-100, -100, width+100, height+100)))
	for i := 0; i < side; i += 5 {
		for j := 0; j < side; j += 5 {
			w.area(fmt.Sprintf("c%d-%d", i, j), "community", &street, multi(rectangle(float64(i)*150, float64(j)*130, float64(min(i+5, side))*150, float64(min(j+5, side))*130)))
		}
	}
	const corner = `st_setsrid(st_makepoint($2 + 150 * i, $3 + 130 * j), metric_srid())`
	w.exec(`INSERT INTO road (kind, geom) SELECT CASE WHEN i % 5 = 0 OR j % 5 = 0 THEN 'main' ELSE 'minor' END, st_multi(st_transform(line, 4326))
		FROM generate_series(0, $1::int) i, generate_series(0, $1::int) j, LATERAL (SELECT `+corner+` p) c, LATERAL (
		  SELECT st_makeline(ARRAY[p, st_translate(p, 75, random() * 6 - 3), st_translate(p, 150, 0)]) line WHERE i < $1
		  UNION ALL SELECT st_makeline(ARRAY[p, st_translate(p, random() * 6 - 3, 65), st_translate(p, 0, 130)]) WHERE j < $1) l`,
		side, cornerX, cornerY)
	w.exec(`INSERT INTO building (code, geom, pt)
		SELECT i || '-' || j || '-' || k, st_multi(g), st_centroid(g)
		FROM generate_series(0, $1::int - 1) i, generate_series(0, $1::int - 1) j, generate_series(0, 7) k,
		LATERAL (SELECT st_translate(`+corner+`, 25 + 33 * (k % 4), 35 + 55 * (k / 4)) p) c,
		LATERAL (SELECT st_transform(st_rotate(st_makeenvelope(st_x(p) - 11, st_y(p) - 7, st_x(p) + 11, st_y(p) + 7, metric_srid()), random(), p), 4326) g) b`,
		side, cornerX, cornerY)
	w.exec(`INSERT INTO grid (community, code, name, path, drawn) SELECT id, code || '-' || n, code, 'x',
		st_multi(st_transform(st_makeenvelope(xmin, ymin + (ymax - ymin) * (n - 1) / 8, xmax, ymin + (ymax - ymin) * n / 8, metric_srid()), 4326))
		FROM (SELECT id, code, st_xmin(g) xmin, st_xmax(g) xmax, st_ymin(g) ymin, st_ymax(g) ymax FROM (
		  SELECT id, code, st_transform(geom, metric_srid()) g FROM area WHERE level = 'community') a) b, generate_series(1, 8) n`)
	w.exec(`ANALYZE`)
	return w
}

// BenchmarkCoverageBuild builds the base coverage of a synthetic town; a street
// has about 4,000 buildings. WANGGE_BENCH_BLOCKS sets the blocks along a side.
func BenchmarkCoverageBuild(b *testing.B) {
	side := 22
	if s, err := strconv.Atoi(os.Getenv("WANGGE_BENCH_BLOCKS")); err == nil {
		side = s
	}
	for range b.N {
		b.StopTimer()
		w := blockTown(b, side)
		started := time.Now()
		b.StartTimer()
		report, err := postgres.New(w.pool, postgres.Keys{}).BuildCoverage(b.Context(), func(_, _ int, step string) {
			if testing.Verbose() {
				b.Logf("%7.2f s %s", time.Since(started).Seconds(), step)
			}
		})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(report.Buildings), "buildings")
		b.ReportMetric(float64(report.Cells), "cells")
		b.ReportMetric(float64(report.Buildings)/time.Since(started).Seconds(), "buildings/s")
		if report.Buildings != side*side*8 || report.Unassigned != 0 {
			b.Fatalf("%d buildings in cells, %d cells without a grid", report.Buildings, report.Unassigned)
		}
	}
}
