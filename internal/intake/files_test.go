package intake

import (
	"os"
	"path/filepath"
	"testing"

	"wangge/internal/ward"
)

// shared is the folder of real files, which is not part of the repository.
func shared(t *testing.T, path string) string {
	t.Helper()
	dir := os.Getenv("WANGGE_SHARED")
	if dir == "" {
		t.Skip("WANGGE_SHARED is not set: no real files to read")
	}
	return filepath.Join(dir, "data", path)
}

// outcome is what reading a file came to.
type outcome struct {
	rows, bad int
	levels    map[string]int
	records   []ward.Record
	file      []ward.Finding
}

func readAll(t *testing.T, path string, o Options) outcome {
	t.Helper()
	s, err := Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	out := outcome{levels: map[string]int{}}
	for r, err := range s.Records(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.Findings {
			out.levels[f.Level]++
		}
		switch {
		case r.Line == 0:
			out.file = r.Findings
			continue
		case r.Bad():
			out.bad++
		}
		out.rows++
		out.records = append(out.records, r)
	}
	return out
}

func TestRealFilesAreRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file      string
		options   Options
		rows, bad int
	}{
		{"shanghai/tilezen_buildings.geojson", Options{}, 1884, 409},
		{"shanghai/tilezen_roads.geojson", Options{}, 1778, 16},
		{"shanghai/tilezen_pois.geojson", Options{}, 494, 170},
		{"shanghai/tilezen_water.geojson", Options{}, 106, 67},
		{"shanghai/tilezen_landuse.geojson", Options{}, 327, 66},
		{"shanghai/district_2014_shp", Options{Sheet: "areas", Set: map[string]string{"level": "district"}, Map: map[string]string{"ADMINCODE": "code"}}, 17, 0},
	} {
		t.Run(filepath.Base(c.file), func(t *testing.T) {
			t.Parallel()
			got := readAll(t, shared(t, c.file), c.options)
			if got.rows != c.rows || got.bad != c.bad {
				t.Errorf("%d rows, %d bad; want %d, %d", got.rows, got.bad, c.rows, c.bad)
			}
		})
	}
}
