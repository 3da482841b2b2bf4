package postgres_test

import (
	"math"
	"math/rand"
	"testing"

	"github.com/paulmach/orb"

	"wangge/internal/geo"
	"wangge/internal/pgtest"
)

// PROJ, inside PostGIS, is the oracle of our own Gauss-Krüger series.
func TestProjectionsAgreeWithPostGIS(t *testing.T) {
	t.Parallel()
	w := town{t, pgtest.New(t)}
	r := rand.New(rand.NewSource(1))
	worst := 0.0
	for srid := 4513; srid <= 4554; srid++ {
		zone, err := geo.Zone(srid)
		if err != nil {
			t.Fatal(err)
		}
		central := 75 + 3*float64((srid-4513)%21)
		for range 20 {
			p := orb.Point{central + r.Float64()*4 - 2, 3 + r.Float64()*51}
			got := zone.Metres(p)
			var x, y, lon, lat float64
			if err := w.pool.QueryRow(t.Context(), `
				SELECT st_x(m), st_y(m), st_x(d), st_y(d) FROM (
				  SELECT st_transform(st_setsrid(st_makepoint($1, $2), 4490), $3::int) m,
				         st_transform(st_setsrid(st_makepoint($4, $5), $3::int), 4490) d) q`,
				p[0], p[1], srid, got[0], got[1]).Scan(&x, &y, &lon, &lat); err != nil {
				t.Fatal(err)
			}
			back := zone.Degrees(got)
			off := max(math.Hypot(got[0]-x, got[1]-y), 111_000*math.Hypot(back[0]-lon, back[1]-lat))
			if worst = max(worst, off); off > 0.001 {
				t.Fatalf("EPSG:%d at %v: %v and back %v, PostGIS says %v %v and %v %v", srid, p, got, back, x, y, lon, lat)
			}
		}
	}
	t.Logf("840 positions in 42 zones, at most %.2g m apart", worst)
}
