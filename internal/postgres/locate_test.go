package postgres_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// watched is a city whose grids are kept in memory, and beside it the same
// database asked directly.
func watched(t testing.TB, side int) (kept, direct *postgres.DB, bound orb.Bound) {
	pool := pgtest.New(t)
	pgtest.City(t, pool, side)
	tiles, err := postgres.NewTileStore(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tiles.Close)
	kept, direct = postgres.New(pool, postgres.Keys{}), postgres.New(pool, postgres.Keys{})
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { kept.WatchGrids(ctx, tiles) })
	t.Cleanup(func() { stop(); running.Wait() })
	for range 500 {
		if kept.KeepsGrids() {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if !kept.KeepsGrids() {
		t.Fatal("grids are not watched")
	}
	var b []float64
	if err := pool.QueryRow(t.Context(), `select array[st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e)] from (select st_extent(geom) e from grid_shape) x`).Scan(&b); err != nil {
		t.Fatal(err)
	}
	return kept, direct, orb.Bound{Min: orb.Point{b[0] - 0.0005, b[1] - 0.0005}, Max: orb.Point{b[2] + 0.0005, b[3] + 0.0005}}
}

func somewhere(r *rand.Rand, b orb.Bound) orb.Point {
	return orb.Point{b.Min[0] + r.Float64()*(b.Max[0]-b.Min[0]), b.Min[1] + r.Float64()*(b.Max[1]-b.Min[1])}
}

func TestMemoryAndDatabaseFindTheSamePlace(t *testing.T) {
	t.Parallel()
	kept, direct, bound := watched(t, 40)
	r, all := rand.New(rand.NewPCG(1, 2)), ward.System("")
	inside, built := 0, 0
	for range 2000 {
		p := somewhere(r, bound)
		a, errA := kept.At(t.Context(), all, p)
		b, errB := direct.At(t.Context(), all, p)
		if ward.ErrorCode(errA) != ward.ErrorCode(errB) || a.Grid != b.Grid || a.Community != b.Community {
			t.Fatalf("%v: %+v %v, want %+v %v", p, a, errA, b, errB)
		}
		if errA == nil {
			inside++
			if a.Street.Name != "试验街道" || a.District.Name != "试验区" || a.Community.Name != "试验社区" {
				t.Fatalf("%v: %+v", p, a)
			}
			if a.Building != nil {
				built++
			}
		}
	}
	if inside < 1500 || inside == 2000 || built == 0 {
		t.Errorf("%d of 2000 inside, %d in a building: this proves nothing", inside, built)
	}
}

func TestARenamedOrMovedGridIsFoundAtOnce(t *testing.T) {
	t.Parallel()
	kept, _, bound := watched(t, 20)
	at, all := bound.Center(), ward.System("")
	before, err := kept.At(t.Context(), all, orb.Point{at[0] + 0.0003, at[1] + 0.0003})
	if err != nil {
		t.Fatal(err)
	}
	wait := func(what string, ok func() bool) {
		t.Helper()
		for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
			if ok() {
				return
			}
		}
		t.Error(what)
	}
	p := orb.Point{at[0] + 0.0003, at[1] + 0.0003}
	if _, err := kept.Pool.Exec(t.Context(), `update grid set name = '新名' where id = $1`, before.Grid.ID); err != nil {
		t.Fatal(err)
	}
	wait("the new name", func() bool { a, err := kept.At(t.Context(), all, p); return err == nil && a.Grid.Name == "新名" })
	if _, err := kept.Pool.Exec(t.Context(), `update grid_shape set valid = daterange(lower(valid), today()) where grid = $1`, before.Grid.ID); err != nil {
		t.Fatal(err)
	}
	wait("no grid any more", func() bool { _, err := kept.At(t.Context(), all, p); return ward.ErrorCode(err) == ward.NotFound })
	if _, err := kept.At(t.Context(), ward.System("d999"), bound.Center()); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("outside the territory: %v", err)
	}
}

func TestNearestIsByMetres(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	pgtest.City(t, pool, 40)
	db, r, all := postgres.New(pool, postgres.Keys{}), rand.New(rand.NewPCG(3, 4)), ward.System("")
	for range 20 {
		at := orb.Point{120.12 + r.Float64()*0.02, 30.27 + r.Float64()*0.015}
		near, err := db.Nearest(t.Context(), all, "building", at, 7)
		if err != nil || len(near) != 7 {
			t.Fatalf("%d near, %v", len(near), err)
		}
		var want []float64
		if err := pool.QueryRow(t.Context(), `select array_agg(m) from (select st_distance(pt::geography, $1::geometry::geography) m from building order by 1 limit 7) x`, at).Scan(&want); err != nil {
			t.Fatal(err)
		}
		got := []float64{}
		for _, n := range near {
			got = append(got, n.Metres)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v: %v, want %v", at, got, want)
		}
	}
	for _, noun := range ward.NearNouns() {
		if near, err := db.Nearest(t.Context(), ward.Scope{}, noun, orb.Point{120, 30}, 3); err != nil || near == nil || len(near) != 0 {
			t.Errorf("%s outside: %v %v", noun, near, err)
		}
	}
}

func TestCountsInsideADrawnShape(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	pgtest.City(t, pool, 20)
	db, all := postgres.New(pool, postgres.Keys{}), ward.System("")
	if _, err := pool.Exec(t.Context(), `
		insert into household (code, building, room, persons) select 'h' || id, id, '101', 3 from building;
		insert into household_tag (household, kind, consent_until) select id, 'hardship', '2099-01-01' from household where id <= 4;
		insert into household_tag (household, kind, consent_until) select id, 'hardship', '2020-01-01' from household where id > 4`); err != nil {
		t.Fatal(err)
	}
	var whole, two orb.MultiPolygon
	if err := pool.QueryRow(t.Context(), `select st_multi(st_envelope(st_extent(geom)::geometry)), (select st_multi(st_envelope(st_collect(pt))) from building where id in (1, 22)) from (select st_setsrid(geom, 4326) geom from grid_shape) g`).Scan(&whole, &two); err != nil {
		t.Fatal(err)
	}
	st, err := db.Statistics(t.Context(), all, whole)
	if err != nil || st.Buildings != 400 || st.Households != 400 || st.Persons != 1200 || st.Hardship != "4" || st.Points != 2 || st.Area < 600_000 {
		t.Errorf("whole: %+v %v", st, err)
	}
	if st, err = db.Statistics(t.Context(), all, two); err != nil || st.Buildings >= 400 || st.Buildings < 1 || st.Hardship != "<3" {
		t.Errorf("corner: %+v %v", st, err)
	}
	if st, err = db.Statistics(t.Context(), ward.Scope{}, whole); err != nil || st.Buildings != 0 || st.Persons != 0 || st.Points != 0 {
		t.Errorf("no territory: %+v %v", st, err)
	}
	bowTie := orb.MultiPolygon{{{{120, 30}, {121, 31}, {121, 30}, {120, 31}, {120, 30}}}}
	if _, err = db.Statistics(t.Context(), all, bowTie); ward.ErrorCode(err) != ward.Invalid || !strings.Contains(err.Error(), "自相交") || !strings.Contains(err.Error(), "120.5") {
		t.Errorf("bow-tie: %v", err)
	}
}

func BenchmarkPlaceAt(b *testing.B) {
	kept, _, bound := watched(b, 100)
	r, all := rand.New(rand.NewPCG(1, 2)), ward.System("")
	for b.Loop() {
		if _, err := kept.At(b.Context(), all, somewhere(r, bound)); err != nil && ward.ErrorCode(err) != ward.NotFound {
			b.Fatal(err)
		}
	}
}
