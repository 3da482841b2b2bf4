package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

// A leader who was moved to another grid while away from the network.
func TestWhatWasRecordedBeforeAReassignmentStillArrives(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", ward.GridLeader, "G1")
	must(t, exec(t.Context(), tw, `update grant_role set since = now() - interval '10 days' where account = (select id from account where login = 'leader')`))
	then := time.Now().Add(-time.Hour)
	tw.account(t, "leader", ward.GridLeader, "G3")
	p := tw.signIn(t, "leader")

	visit := ward.VisitDraft{ID: uuid.Must(uuid.NewV7()), Building: 1, Kind: "aid", Met: "met", OccurredAt: then}
	if status, text := p.do("POST", "/api/visits", visit); status != http.StatusOK || !strings.Contains(text, `"grid":1,`) {
		t.Errorf("visit of then: %d %s", status, text)
	}
	if status, _ := p.do("GET", "/api/visits/"+visit.ID.String(), nil); status != http.StatusNotFound {
		t.Errorf("the visit is still shown to the former leader: %d", status)
	}
	incident := ward.IncidentDraft{ID: uuid.Must(uuid.NewV7()), Building: 1, Class: "0101", OccurredAt: then}
	if status, text := p.do("POST", "/api/incidents", incident); status != http.StatusOK || !strings.Contains(text, `"grid":1,`) {
		t.Errorf("incident of then: %d %s", status, text)
	}
	// From now on it is not the leader's any more, and long ago it was not yet.
	for _, at := range []time.Time{time.Now(), time.Now().Add(-20 * 24 * time.Hour), time.Now().Add(-60 * 24 * time.Hour)} {
		late := ward.VisitDraft{ID: uuid.Must(uuid.NewV7()), Building: 1, Kind: "aid", Met: "met", OccurredAt: at}
		if status, text := p.do("POST", "/api/visits", late); status != http.StatusNotFound {
			t.Errorf("visit of %v: %d %s", at, status, text)
		}
	}
	// Grid 2 was never the leader's.
	other := ward.VisitDraft{ID: uuid.Must(uuid.NewV7()), Building: 2, Kind: "aid", Met: "met", OccurredAt: then}
	if status, _ := p.do("POST", "/api/visits", other); status != http.StatusNotFound {
		t.Errorf("a visit elsewhere: %d", status)
	}
}

func TestARedrawLeavesAVisitInTheGridOfItsDay(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", ward.GridLeader, "G1")
	p := tw.signIn(t, "leader")
	// Building 1 went over to grid 3 today.
	must(t, exec(t.Context(), tw, `update cell_grid set valid = daterange('2020-01-01', today()) where grid = 1`))
	must(t, exec(t.Context(), tw, `insert into cell_grid (cell, grid, valid) select cell, 3, daterange(today(), null) from cell_grid where grid = 1`))
	yesterday := time.Now().Add(-26 * time.Hour)
	d := ward.VisitDraft{ID: uuid.Must(uuid.NewV7()), Building: 1, Kind: "aid", Met: "met", OccurredAt: yesterday}
	if status, text := p.do("POST", "/api/visits", d); status != http.StatusOK || !strings.Contains(text, `"grid":1,`) {
		t.Errorf("%d %s", status, text)
	}
}

func TestAWrongClockIsCorrectedAndKept(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", ward.GridLeader, "G1")
	p := tw.signIn(t, "leader")
	const fast = 3 * time.Hour
	byDevice := time.Now().Add(fast - 10*time.Minute).UTC().Truncate(time.Second) // ten minutes ago, by a clock three hours fast
	d := ward.VisitDraft{ID: uuid.Must(uuid.NewV7()), Building: 1, Kind: "aid", Met: "met", OccurredAt: byDevice}
	key := uuid.Must(uuid.NewV7()).String()
	for try := range 2 { // sent again a little later it is the same command
		answer, got := p.send("POST", "/api/visits", key, draft(t, d), "Device-Time", time.Now().Add(fast+time.Duration(try)*time.Second).UTC().Format(time.RFC3339))
		if answer.StatusCode != http.StatusOK {
			t.Fatalf("try %d: %d %v", try, answer.StatusCode, got)
		}
	}
	var off, skew float64
	must(t, tw.db.Pool.QueryRow(t.Context(), fmt.Sprintf(`select extract(epoch from now() - occurred_at)::float8, extract(epoch from skew)::float8 from visit where id = '%s'`, d.ID)).Scan(&off, &skew))
	if off < 590 || off > 620 {
		t.Errorf("it happened %v s ago, want 600", off)
	}
	if skew > -fast.Seconds()+2 || skew < -fast.Seconds()-2 {
		t.Errorf("skew %v s", skew)
	}
}
