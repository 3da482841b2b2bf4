package intake

import (
	"os"
	"testing"
)

// BenchmarkBuildings reads the file named by WANGGE_BENCH_BUILDINGS, such as
// the 213,757 buildings of a demo district.
func BenchmarkBuildings(b *testing.B) {
	path := os.Getenv("WANGGE_BENCH_BUILDINGS")
	if path == "" {
		b.Skip("WANGGE_BENCH_BUILDINGS names no file")
	}
	rows := 0
	for b.Loop() {
		s, err := Open(b.Context(), path, Options{})
		if err != nil {
			b.Fatal(err)
		}
		for r, err := range s.Records(b.Context()) {
			if err != nil {
				b.Fatal(err)
			}
			if r.Line > 0 {
				rows++
			}
		}
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
