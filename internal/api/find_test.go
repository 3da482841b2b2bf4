package api_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

func TestBadQuestionsAboutPlacesAreRefusedInWords(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "staff", ward.GridStaff, "A11")
	p := tw.signIn(t, "staff")
	for _, c := range []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/api/at", "", 422},
		{"GET", "/api/at?lon=NaN&lat=30", "", 422},
		{"GET", "/api/at?lon=Infinity&lat=30", "", 422},
		{"GET", "/api/at?lon=1e300&lat=30", "", 422},
		{"GET", "/api/at?lon=120&lat=91", "", 422},
		{"GET", "/api/at?lon=0&lat=0", "", 404},
		{"GET", "/api/at?lon=120&lat=30&x=1", "", 422},
		{"GET", "/api/nearest?lon=120&lat=30&noun=person", "", 422},
		{"GET", "/api/nearest?lon=120&lat=NaN&noun=team", "", 422},
		{"GET", "/api/nearest?lon=120&lat=30&noun=team&limit=1000", "", 422},
		{"POST", "/api/statistics", `{"type":"Polygon","coordinates":[[[120,30],[121,31],[121,30],[120,31],[120,30]]]}`, 422},
		{"POST", "/api/statistics", `{"type":"Polygon","coordinates":[[` + strings.Repeat(`[1,1],`, 1000) + `[2,2]]]}`, 422},
		{"POST", "/api/statistics", `{`, 422},
		{"POST", "/api/statistics", `{"a":"` + strings.Repeat("x", 70_000) + `"}`, 413},
	} {
		answer, got := p.send(c.method, c.path, uuid.NewString(), c.body)
		detail, _ := got["detail"].(string)
		if answer.StatusCode != c.status || !hasChinese(detail) {
			t.Errorf("%s %s %.40s: %d, want %d: %v", c.method, c.path, c.body, answer.StatusCode, c.status, got)
		}
	}
}

// BenchmarkAtThroughTheAPI is the time from a question to its answer over
// loopback, with the session looked up each time.
func BenchmarkAtThroughTheAPI(b *testing.B) {
	tw := newTown(b)
	tw.account(b, "staff", ward.GridStaff, "A11")
	p := tw.signIn(b, "staff")
	at := tw.place(1)
	var took []time.Duration
	for b.Loop() {
		begin := time.Now()
		if status, body := p.do("GET", path("/api/at?lon=%v&lat=%v", at[0], at[1]), nil); status != 200 {
			b.Fatal(status, body)
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
}
