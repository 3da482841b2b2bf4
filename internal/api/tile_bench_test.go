package api

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"wangge/internal/ward"
)

// benchTown has 3,600 buildings: as many as a tile of level 14 of an inner city.
const benchTown = 60

// tileClient asks over one kept connection. net/http's own client costs more
// than the server and would hide it.
type tileClient struct {
	conn net.Conn
	in   *bufio.Reader
}

func dialTiles(t testing.TB, server *httptest.Server) *tileClient {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &tileClient{conn, bufio.NewReaderSize(conn, 64<<10)}
}

func tileRequest(path string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: map\r\nAccept-Encoding: gzip\r\n\r\n")
}

// ask sends one request and reads past its answer; it returns the bytes of the
// body.
func (c *tileClient) ask(request []byte) (int, error) {
	if _, err := c.conn.Write(request); err != nil {
		return 0, err
	}
	length := -1
	for first := true; ; first = false {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if first && string(line[9:12]) != "200" {
			return 0, fmt.Errorf("answer %s", line)
		}
		if len(line) == 2 {
			break
		}
		if value, ok := strings.CutPrefix(string(line), "Content-Length: "); ok {
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return 0, err
			}
		}
	}
	return c.in.Discard(length)
}

// hammer asks n times in all over the clients and returns how long it took.
func hammer(b *testing.B, clients []*tileClient, n int, requests [][]byte) time.Duration {
	b.Helper()
	var all sync.WaitGroup
	begin := time.Now()
	for i, c := range clients {
		all.Go(func() {
			for k := i; k < n; k += len(clients) {
				if _, err := c.ask(requests[k%len(requests)]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	return time.Since(begin)
}

// BenchmarkCachedTile compares a tile out of memory with a handler that knows
// one answer only; both over loopback, turn by turn.
func BenchmarkCachedTile(b *testing.B) {
	town := newTileTown(b, benchTown, 64<<20)
	static, ours := cachedAgainstStatic(b, town, b.N)
	b.ReportMetric(ours, "tiles/s")
	b.ReportMetric(static, "static/s")
	b.ReportMetric(100*ours/static, "%static")
}

// cachedAgainstStatic returns the answers a second of both.
func cachedAgainstStatic(b *testing.B, town *tileTown, asked int) (static, ours float64) {
	b.Helper()
	path := town.path("building", 15)
	body := town.get(b, path, "Accept-Encoding", "gzip").Body.Bytes()
	length := []string{strconv.Itoa(len(body))}
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		tileHeaders(h)
		h["Content-Encoding"], h["Content-Length"] = tileGzip, length
		_, _ = w.Write(body)
	}))
	defer plain.Close()
	tiles := httptest.NewServer(town.tiles)
	defer tiles.Close()
	var toStatic, toOurs []*tileClient
	for range 4 {
		toStatic, toOurs = append(toStatic, dialTiles(b, plain)), append(toOurs, dialTiles(b, tiles))
	}
	request := [][]byte{tileRequest(path)}
	var a, c time.Duration
	b.ResetTimer()
	const turns = 8
	n := max(asked/turns, 1)
	for range turns {
		a += hammer(b, toStatic, n, request)
		c += hammer(b, toOurs, n, request)
	}
	return float64(turns*n) / a.Seconds(), float64(turns*n) / c.Seconds()
}

// mixedTiles are tiles of grids and buildings as a map asks for them.
func mixedTiles(town *tileTown) (paths []string) {
	for _, l := range []string{"grid", "building"} {
		for z := 14; z <= 17; z++ {
			middle := maptile.At(town.at, maptile.Zoom(z))
			for dx := range uint32(4) {
				for dy := range uint32(4) {
					paths = append(paths, fmt.Sprintf("/tiles/%s/%d/%d/%d.mvt", l, z, middle.X+dx, middle.Y-dy))
				}
			}
		}
	}
	return paths
}

// byPostGIS draws tiles of buildings and grids as one would without this program.
var byPostGIS = map[string]string{
	"building": `SELECT st_asmvt(t, 'building', 4096, 'geom', 'id') FROM (
		SELECT st_asmvtgeom(b.geom_3857, st_tileenvelope($1, $2, $3), 4096, 64, true) AS geom, b.id, b.name, b.number, b.kind, b.floors, n.grid
		FROM building b LEFT JOIN cell_grid n ON n.cell = b.cell AND n.layer = 1 AND upper_inf(n.recorded) AND n.valid @> (SELECT today())
		WHERE b.geom && st_transform(st_tileenvelope($1, $2, $3, margin => 64.0/4096), 4326) AND b.ended IS NULL) t`,
	"grid": `SELECT st_asmvt(t, 'grid', 4096, 'geom', 'id') FROM (
		SELECT st_asmvtgeom(s.geom_3857, st_tileenvelope($1, $2, $3), 4096, 64, true) AS geom, g.id, g.code, g.name, g.kind, g.colour, g.community,
			b.branch, b.branch IS NULL AS white_spot
		FROM grid_shape_now s JOIN grid g ON g.id = s.grid LEFT JOIN branch_grid_now b ON b.grid = s.grid
		WHERE s.geom_3857 && st_tileenvelope($1, $2, $3, margin => 64.0/4096)) t`,
}

// BenchmarkUncachedTile compares drawing, compressing and sending with the SQL of
// PostGIS alone; two at a time, turn by turn.
func BenchmarkUncachedTile(b *testing.B) {
	town := newTileTown(b, benchTown, 0) // no room: nothing is kept
	ours := httptest.NewServer(town.tiles)
	defer ours.Close()
	clients := []*tileClient{dialTiles(b, ours), dialTiles(b, ours)}
	paths := mixedTiles(town)
	requests := make([][]byte, len(paths))
	keys := make([]tileKey, len(paths))
	for i, p := range paths {
		requests[i] = tileRequest(p)
		var err error
		if keys[i], err = town.tiles.parse(p); err != nil {
			b.Fatal(err)
		}
	}
	config := town.pool.Config()
	config.MaxConns = 2
	for name, value := range map[string]string{"max_parallel_workers_per_gather": "0", "jit": "off", "plan_cache_mode": "force_generic_plan"} {
		config.ConnConfig.RuntimeParams[name] = value
	}
	bareSQL, err := pgxpool.NewWithConfig(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	defer bareSQL.Close()
	draw := func(n int) time.Duration {
		begin := time.Now()
		var all sync.WaitGroup
		for i := range 2 {
			all.Go(func() {
				for j := i; j < n; j += 2 {
					k := keys[j%len(keys)]
					var tile []byte
					if err := bareSQL.QueryRow(b.Context(), byPostGIS[ward.TileLayers[k.layer].Name], k.z, k.x, k.y).Scan(&tile); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		return time.Since(begin)
	}
	draw(len(keys)) // statements prepared
	var bare, served time.Duration
	b.ResetTimer()
	turns := max(b.N/len(keys), 1)
	for range turns {
		bare += draw(len(keys))
		served += hammer(b, clients, len(keys), requests)
	}
	n := float64(turns * len(keys))
	b.ReportMetric(n/served.Seconds(), "tiles/s")
	b.ReportMetric(n/bare.Seconds(), "sql/s")
	b.ReportMetric(100*bare.Seconds()/served.Seconds(), "%sql")
}

// BenchmarkHerd is 32 clients who ask at once for a heavy tile that nobody has.
func BenchmarkHerd(b *testing.B) {
	town := newTileTown(b, benchTown, 64<<20)
	path := town.path("building", 14)
	town.get(b, path)
	var one, last time.Duration
	before := town.store.drawn.Load()
	b.ResetTimer()
	for range b.N {
		o, l := herd(b, town, path)
		one, last = one+o, last+l
	}
	b.ReportMetric(float64(town.store.drawn.Load()-before)/float64(b.N)-1, "queries/herd")
	b.ReportMetric(float64(last.Microseconds())/1000/float64(b.N), "ms-last")
	b.ReportMetric(last.Seconds()/one.Seconds(), "x-one")
}

// herd asks once and then with 32 clients at once for a tile nobody has.
func herd(b *testing.B, town *tileTown, path string) (one, last time.Duration) {
	b.Helper()
	town.tiles.cache.see() // drops everything
	begin := time.Now()
	town.get(b, path, "Accept-Encoding", "gzip")
	one = time.Since(begin)
	town.tiles.cache.see()
	var all sync.WaitGroup
	begin = time.Now()
	for range 32 {
		all.Go(func() { town.get(b, path, "Accept-Encoding", "gzip") })
	}
	all.Wait()
	return one, time.Since(begin)
}

// BenchmarkFreshTile is the time from the commit of a change to the first fresh
// tile of level 16, while two other clients ask for tiles as fast as they can.
func BenchmarkFreshTile(b *testing.B) {
	town := newTileTown(b, benchTown, 64<<20)
	server := httptest.NewServer(town.tiles)
	defer server.Close()
	path := town.path("building", 16)
	requests := [][]byte{tileRequest(path)}
	for _, p := range mixedTiles(town) {
		if !strings.Contains(p, "/14/") && !strings.Contains(p, "/15/") { // their drawing anew would be most of the load
			requests = append(requests, tileRequest(p))
		}
	}
	var stop atomic.Bool
	var served atomic.Int64
	var load sync.WaitGroup
	for range 2 {
		c := dialTiles(b, server)
		load.Go(func() {
			for k := 0; !stop.Load(); k++ {
				if _, err := c.ask(requests[k%len(requests)]); err != nil {
					b.Error(err)
					return
				}
				served.Add(1)
			}
		})
	}
	took := make([]time.Duration, 0, b.N)
	tile := maptile.At(town.at, 16).Center()
	b.ResetTimer()
	begin := time.Now()
	for n := range b.N {
		name := "n" + strconv.Itoa(n) + "."
		town.exec(b, `UPDATE building SET name = $1 WHERE id = (SELECT id FROM building ORDER BY pt <-> st_setsrid(st_makepoint($2, $3), 4326) LIMIT 1)`, name, tile[0], tile[1])
		committed := time.Now()
		for !town.has(b, path, name) {
		}
		took = append(took, time.Since(committed))
	}
	b.ReportMetric(float64(served.Load())/time.Since(begin).Seconds(), "tiles/s")
	stop.Store(true)
	load.Wait()
	slices.Sort(took)
	ms := func(part float64) float64 {
		return float64(took[int(float64(len(took)-1)*part)].Microseconds()) / 1000
	}
	b.ReportMetric(ms(0.5), "ms-p50")
	b.ReportMetric(ms(0.9), "ms-p90")
}

// BenchmarkPyramid draws every tile of grids and buildings of levels 14 to 17.
func BenchmarkPyramid(b *testing.B) {
	town := newTileTown(b, benchTown, 256<<20)
	paths := pyramid(b, town)
	b.ResetTimer()
	for range b.N {
		town.tiles.cache.see()
		climb(b, town, paths)
	}
	b.ReportMetric(float64(len(paths)*b.N)/b.Elapsed().Seconds(), "tiles/s")
	b.ReportMetric(float64(len(paths)), "tiles")
	b.ReportMetric(float64(town.tiles.cache.bytes)/1e6, "MB")
}

// pyramid lists the tiles of grids and buildings of levels 14 to 17.
func pyramid(b *testing.B, town *tileTown) (paths []string) {
	b.Helper()
	bound := townBound(b, town)
	for _, l := range []string{"grid", "building"} {
		for z := maptile.Zoom(14); z <= 17; z++ {
			first, last := maptile.At(bound.LeftTop(), z), maptile.At(bound.RightBottom(), z)
			for x := first.X; x <= last.X; x++ {
				for y := first.Y; y <= last.Y; y++ {
					paths = append(paths, fmt.Sprintf("/tiles/%s/%d/%d/%d.mvt", l, z, x, y))
				}
			}
		}
	}
	return paths
}

// climb asks for all tiles, four at a time.
func climb(b *testing.B, town *tileTown, paths []string) {
	b.Helper()
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for k := i; k < len(paths); k += 4 {
				w := town.get(b, paths[k], "Accept-Encoding", "gzip")
				_, _ = io.Copy(io.Discard, w.Body)
			}
		})
	}
	all.Wait()
}

func townBound(b *testing.B, town *tileTown) (bound orb.Bound) {
	b.Helper()
	err := town.pool.QueryRow(b.Context(), `SELECT st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e) FROM (SELECT st_extent(geom) e FROM building) t`).
		Scan(&bound.Min[0], &bound.Min[1], &bound.Max[0], &bound.Max[1])
	if err != nil {
		b.Fatal(err)
	}
	return bound
}
