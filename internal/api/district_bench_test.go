package api

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/geo"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// districtVariable names the database of a demo district; "make bench" fills it.
const districtVariable = "WANGGE_BENCH_DISTRICT"

// figures is the table of a run: what was measured beside what it should be.
type figures struct{ b *testing.B }

// most prints a figure that should not be above its limit.
func (f figures) most(name string, figure, limit float64, unit string) {
	f.line(name, figure, "≤", limit, unit, figure <= limit)
}

// least prints a figure that should not be below its limit.
func (f figures) least(name string, figure, limit float64, unit string) {
	f.line(name, figure, "≥", limit, unit, figure >= limit)
}

func (f figures) line(name string, figure float64, sign string, limit float64, unit string, ok bool) {
	verdict := "ok"
	if !ok {
		verdict = "missed"
	}
	fmt.Printf("figure  %-52s %10.4g %-4s %s %-8.4g %s\n", name, figure, unit, sign, limit, verdict)
}

// newDistrict serves the tiles of the district, and the whole API to an
// administrator who is signed in.
func newDistrict(b *testing.B) (*tileTown, *http.Client, string) {
	b.Helper()
	address := os.Getenv(districtVariable)
	if address == "" {
		b.Skip(districtVariable + " names no database; make bench fills one")
	}
	pool, err := postgres.Connect(b.Context(), address)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	town := newTileTownOn(b, pool, 256<<20)
	if err := pool.QueryRow(b.Context(), `select st_x(p), st_y(p) from (select st_centroid(st_extent(pt)) p from building) x`).Scan(&town.at[0], &town.at[1]); err != nil {
		b.Fatal(err)
	}
	db := postgres.New(pool, postgres.Keys{})
	if err := db.Spell(b.Context()); err != nil { // the district may be older than this program
		b.Fatal(err)
	}
	const login, password = "bench", "a password of the bench"
	_, err = db.CreateAccount(b.Context(), ward.System(""), postgres.NewAccount{Login: login, Name: login, Password: password, Grants: []postgres.NewGrant{
		{Role: ward.Admin}, {Role: ward.GridStaff}, {Role: ward.Secretary}, {Role: ward.PartyOffice}, {Role: ward.Planner}, {Role: ward.DutyHead},
	}})
	if err != nil && ward.ErrorCode(err) != ward.Conflict {
		b.Fatal(err)
	}
	watch, stop := context.WithCancel(context.WithoutCancel(b.Context()))
	var running sync.WaitGroup
	grids, err := postgres.NewTileStore(b.Context(), pool)
	if err != nil {
		b.Fatal(err)
	}
	running.Go(func() { db.WatchGrids(watch, grids) })
	b.Cleanup(func() { stop(); running.Wait(); grids.Close() })
	server := &Server{Store: db, Sessions: postgres.Sessions{Pool: pool}, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	handler, _ := server.Handler()
	http1 := httptest.NewServer(handler)
	b.Cleanup(http1.Close)
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar}
	answer, err := client.Post(http1.URL+"/api/login", "application/json", strings.NewReader(fmt.Sprintf(`{"login":%q,"password":%q}`, login, password)))
	if err != nil || answer.StatusCode != http.StatusOK {
		b.Fatal("sign-in: ", err, answer)
	}
	answer.Body.Close()
	return town, client, http1.URL
}

// asked is how often a question is put for its p99.
const asked = 60

// latencies asks n times and returns the p99 in milliseconds.
func latencies(b *testing.B, client *http.Client, n int, address func(i int) string) float64 {
	b.Helper()
	took := make([]time.Duration, n)
	for i := range took {
		begin := time.Now()
		answer, err := client.Get(address(i))
		if err != nil {
			b.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			b.Fatalf("%s: %d %.200s", address(i), answer.StatusCode, body)
		}
		took[i] = time.Since(begin)
	}
	slices.Sort(took)
	return took[n*99/100].Seconds() * 1000
}

// BenchmarkDistrict prints the figures of a whole district in one table.
func BenchmarkDistrict(b *testing.B) {
	if testing.Short() || b.N > 1 {
		b.Skip("one pass is all")
	}
	town, client, home := newDistrict(b)
	f := figures{b}
	f.tiles(town)
	f.places(town, client, home)
	f.registers(client, home)
	f.searches(town, client, home)
}

func (f figures) tiles(town *tileTown) {
	b := f.b
	paths := pyramid(b, town)
	begin := time.Now()
	climb(b, town, paths)
	f.most(fmt.Sprintf("pyramid z14-17, %d tiles", len(paths)), time.Since(begin).Seconds(), 3.5, "s")
	f.most("memory of the process with all tiles", residentMB(), 256, "MB")
	static, ours := cachedAgainstStatic(b, town, 40_000)
	f.least("cached tile, of a static handler", 100*ours/static, 85, "%")
	var one, last time.Duration
	before := town.store.drawn.Load()
	const herds = 10
	heavy := town.path("building", 14)
	for range herds {
		o, l := herd(b, town, heavy)
		one, last = one+o, last+l
	}
	f.most("32 at one cold tile: queries", float64(town.store.drawn.Load()-before)/herds-1, 1, "")
	f.most("32 at one cold tile: last answer", last.Seconds()/one.Seconds(), 1.5, "x")
}

// places compares the grid in memory with the SQL, and asks through the API.
func (f figures) places(town *tileTown, client *http.Client, home string) {
	b := f.b
	type shaped struct {
		ID   int64
		Geom orb.MultiPolygon
	}
	rows, err := town.pool.Query(b.Context(), `select grid as id, geom from grid_shape_now`)
	if err != nil {
		b.Fatal(err)
	}
	shapes, err := pgx.CollectRows(rows, pgx.RowToStructByName[shaped])
	if err != nil {
		b.Fatal(err)
	}
	regions := make([]geo.Region, len(shapes))
	for i, s := range shapes {
		regions[i] = geo.Region{ID: s.ID, Shape: s.Geom}
	}
	index := geo.NewIndex(regions)
	bound := townBound(b, town)
	r := rand.New(rand.NewPCG(1, 2))
	points := make([]orb.Point, 2000)
	for i := range points {
		points[i] = orb.Point{bound.Min[0] + r.Float64()*(bound.Max[0]-bound.Min[0]), bound.Min[1] + r.Float64()*(bound.Max[1]-bound.Min[1])}
	}
	const rounds = 100
	begin := time.Now()
	for range rounds {
		for _, p := range points {
			index.At(p)
		}
	}
	f.most(fmt.Sprintf("point to grid in memory, %d grids", len(regions)), float64(time.Since(begin).Nanoseconds())/float64(rounds*len(points)), 600, "ns")
	wrong, inside := 0, points[:0:0]
	for _, p := range points {
		var want int64
		err := town.pool.QueryRow(b.Context(), `select coalesce(min(grid), 0) from grid_shape_now where st_covers(geom, $1::geometry)`, p).Scan(&want)
		if err != nil {
			b.Fatal(err)
		}
		if got, _ := index.At(p); got != want {
			wrong++
		} else if want != 0 {
			inside = append(inside, p)
		}
	}
	f.most(fmt.Sprintf("point to grid in memory: wrong of %d", len(points)), float64(wrong), 0, "")
	f.most("point to grid through the API, p99", latencies(b, client, 1000, func(i int) string {
		p := inside[i%len(inside)]
		return fmt.Sprintf("%s/api/at?lon=%v&lat=%v", home, p[0], p[1])
	}), 5, "ms")
}

// districtLists are all registers, by their path.
func districtLists() []string {
	return []string{
		"areas", "grids", "branches", "buildings", "households", "members", "hubs", "institutions", "courtyards", "lanes", "teams", "points",
		"stewards", "pledges", "pairings", "honours", "visits", "incidents",
	}
}

func (f figures) registers(client *http.Client, home string) {
	for _, noun := range districtLists() {
		p99 := latencies(f.b, client, asked, func(int) string { return home + "/api/" + noun + "?limit=50" })
		f.most("list of "+noun+", p99", p99, 50, "ms")
	}
}

func (f figures) searches(town *tileTown, client *http.Client, home string) {
	b := f.b
	var code, address string
	if err := town.pool.QueryRow(b.Context(), `select code, address from building where address <> '' order by id offset 1000 limit 1`).Scan(&code, &address); err != nil {
		b.Fatal(err)
	}
	for name, words := range map[string]string{"two letters (an)": "an", "initials (hqjd)": "hqjd", "pinyin (hongqi)": "hongqi", "code": code, "address": address, "name (红旗)": "红旗"} {
		f.most("search by "+name+", p99", latencies(b, client, asked, func(int) string { return home + "/api/search?q=" + url.QueryEscape(words) }), 50, "ms")
	}
	at := town.at
	for _, noun := range ward.NearNouns() {
		f.most("nearest "+noun+", p99", latencies(b, client, asked, func(int) string {
			return fmt.Sprintf("%s/api/nearest?lon=%v&lat=%v&noun=%s", home, at[0], at[1], noun)
		}), 50, "ms")
	}
}

// residentMB is the memory of this process as the system counts it.
func residentMB() float64 {
	var size, resident float64
	text, err := os.ReadFile("/proc/self/statm")
	if err == nil {
		_, _ = fmt.Sscan(string(text), &size, &resident)
	}
	return resident * float64(os.Getpagesize()) / 1e6
}
