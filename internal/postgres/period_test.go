package postgres_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"
)

// assignments are the two tables in which a cell has one answer a day, with an
// insert of (cell, layer, first day, day after the last).
var assignments = map[string]string{
	"cell_grid":      `insert into cell_grid (cell, layer, grid, valid) values ($1, $2, 1, daterange($3, $4))`,
	"cell_community": `insert into cell_community (cell, community, valid) select $1, 11, daterange($3, $4) where $2::int = 1`,
}

// A row gets in just when no row of the cell and layer has one of its days.
func TestTwoPeriodsOfACellNeverOverlap(t *testing.T) {
	t.Parallel()
	pool := twoCommunities(t)
	if _, err := pool.Exec(t.Context(), `delete from cell_grid`); err != nil {
		t.Fatal(err)
	}
	type period struct {
		cell        int64
		layer       int
		first, past int // past -1: for ever
	}
	day := func(n int) any {
		if n < 0 {
			return nil
		}
		return time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n)
	}
	for table, insert := range assignments {
		t.Run(table, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(rt *rapid.T) {
				tx, err := pool.Begin(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				defer tx.Rollback(t.Context())
				var kept []period
				days := rapid.OneOf(rapid.IntRange(0, 12), rapid.IntRange(0, 60_000))
				for range rapid.IntRange(1, 14).Draw(rt, "rows") {
					p := period{rapid.Int64Range(1, 3).Draw(rt, "cell"), 1, days.Draw(rt, "first"), -1}
					if table == "cell_grid" {
						p.layer = rapid.IntRange(1, 2).Draw(rt, "layer")
					}
					if rapid.Bool().Draw(rt, "ends") {
						p.past = p.first + 1 + days.Draw(rt, "length")
					}
					free := true
					for _, o := range kept {
						free = free && (o.cell != p.cell || o.layer != p.layer || o.past >= 0 && o.past <= p.first || p.past >= 0 && p.past <= o.first)
					}
					err := pgx.BeginFunc(t.Context(), tx, func(point pgx.Tx) error {
						_, err := point.Exec(t.Context(), insert, p.cell, p.layer, day(p.first), day(p.past))
						return err
					})
					if (err == nil) != free {
						rt.Fatalf("%+v beside %+v: let in %v, want %v (%v)", p, kept, err == nil, free, err)
					}
					if free {
						kept = append(kept, p)
					}
				}
			})
		})
	}
}

// Eight at once give a cell a grid, each from another day on and for ever: one is
// let in, whoever commits first.
func TestOfPeriodsWrittenAtOnceOneGetsIn(t *testing.T) {
	t.Parallel()
	pool := twoCommunities(t)
	if _, err := pool.Exec(t.Context(), `delete from cell_grid`); err != nil {
		t.Fatal(err)
	}
	for table, insert := range assignments {
		for cell := range int64(3) {
			var all sync.WaitGroup
			fates := make([]error, 8)
			for i := range fates {
				all.Go(func() {
					fates[i] = pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
						_, err := tx.Exec(t.Context(), insert, cell+1, 1, time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC), nil)
						return err
					})
				})
			}
			all.Wait()
			in := 0
			for _, err := range fates {
				if err == nil {
					in++
				}
			}
			if in != 1 {
				t.Errorf("%s: %d rows of cell %d got in: %v", table, in, cell+1, fates)
			}
			var overlapping int
			if err := pool.QueryRow(t.Context(), fmt.Sprintf(`select count(*) from %s a join %[1]s b on a.cell = b.cell and a.ctid < b.ctid and a.valid && b.valid`, table)).Scan(&overlapping); err != nil || overlapping > 0 {
				t.Errorf("%s: %d overlap, %v", table, overlapping, err)
			}
		}
	}
}

// An end that is drawn out over the next period is refused like a new row.
func TestAPeriodCannotGrowIntoTheNext(t *testing.T) {
	t.Parallel()
	pool := twoCommunities(t)
	for _, sql := range []string{
		`delete from cell_grid`,
		`insert into cell_grid (cell, grid, valid) values (1, 1, '[2020-01-01,2026-01-01)'), (1, 2, '[2026-01-01,)')`,
		`insert into cell_community (cell, community, valid) values (1, 11, '[2020-01-01,2026-01-01)'), (1, 12, '[2026-01-01,)')`,
	} {
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	for sql, ok := range map[string]bool{
		`update cell_grid set valid = '[2020-01-01,2026-01-02)' where cell = 1 and grid = 1`:            false,
		`update cell_community set valid = '[2020-01-01,2026-01-02)' where cell = 1 and community = 11`: false,
		`update cell_grid set valid = '[2020-01-01,2025-12-31)' where cell = 1 and grid = 1`:            true,
		`update cell_grid set recorded = tstzrange('2020-01-01', '2021-01-01') where cell = 1 and grid = 2;
		 update cell_grid set valid = '[2020-01-01,)' where cell = 1 and grid = 1`: true, // what is recorded no longer leaves the days free
	} {
		tx, err := pool.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(t.Context(), sql); (err == nil) != ok {
			t.Errorf("%s: allowed %v: %v", sql, err == nil, err)
		}
		if err := tx.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
