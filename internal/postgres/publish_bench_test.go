package postgres_test

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// Limits of a publication over a district.
const (
	publishCells  = 52_000 // in these communities; about 45,000 of them are in grids that move
	publishLimit  = 8 * time.Second
	publishReader = 250 * time.Millisecond // the longest a reader waits meanwhile
)

// BenchmarkPublishDistrict publishes a plan that moves about 45,000 buildings of
// the district of "make bench", while somebody reads grids and buildings all the
// time, and takes it back again.
func BenchmarkPublishDistrict(b *testing.B) {
	address := os.Getenv("WANGGE_BENCH_DISTRICT")
	if address == "" || testing.Short() || b.N > 1 {
		b.Skip("one pass over the district that make bench fills")
	}
	pool, err := postgres.Connect(b.Context(), address)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	r := redraw{town: town{b, pool}, db: postgres.New(pool, postgres.Keys{})}
	run := strconv.FormatInt(time.Now().UnixMilli(), 36)
	r.planner, r.approver = r.account("planner-"+run, ward.Planner), r.account("approver-"+run, ward.PartyOffice)
	communities := query[[]int64](r.town, `SELECT array_agg(community) FROM (
		SELECT community, sum(n) OVER (ORDER BY community) - n AS before FROM (SELECT community, count(*) n FROM cell_now GROUP BY 1) q) q WHERE before < $1`, publishCells)
	plan := r.soundGridsMoved(b, communities)
	moved := query[int](r.town, `SELECT count(*)::int FROM plan_cell WHERE plan = $1`, plan)

	reading, stop := r.readAllTheTime(b)
	begin := time.Now()
	_, err = r.step(r.approver, plan, "publish", ward.PlanStep{Effective: r.day(30)})
	took := time.Since(begin)
	close(stop)
	longest := <-reading
	r.must(err)
	_, err = r.step(r.approver, plan, "unschedule", ward.PlanStep{})
	r.must(err)
	printed(fmt.Sprintf("publish: %d moved buildings", moved), took.Seconds(), publishLimit.Seconds(), "s")
	printed("publish: longest wait of a reader meanwhile", float64(longest.Milliseconds()), float64(publishReader.Milliseconds()), "ms")
}

// soundGridsMoved is an approved plan in which the grids of each community that
// hang together and have a branch take each other's place in a round, so that
// nothing becomes worse than it is.
func (r redraw) soundGridsMoved(b *testing.B, communities []int64) int64 {
	b.Helper()
	p, err := r.db.CreatePlan(b.Context(), r.planner, newKey(), ward.PlanNew{Name: "整区轮换", Communities: communities, From: "current", Low: 1, High: 4000})
	r.must(err)
	r.exec(`INSERT INTO plan_cell SELECT $1, h.cell, h.grid, s.other FROM cell_head h JOIN (
		SELECT g.id, coalesce(lead(g.id) OVER w, first_value(g.id) OVER w) AS other
		FROM grid g JOIN grid_shape_now o ON o.grid = g.id AND o.parts = 1 JOIN branch_grid_now t ON t.grid = g.id
		WHERE g.kind = 'basic' AND g.closed_plan IS NULL AND g.community = any($2)
		WINDOW w AS (PARTITION BY g.community ORDER BY g.id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) s ON s.id = h.grid
		WHERE s.other <> h.grid`, p.ID, communities)
	r.approved(p.ID)
	return p.ID
}

// readAllTheTime reads a page of grids and a page of buildings until stop is
// closed, and then tells the longest one of them took.
func (r redraw) readAllTheTime(b *testing.B) (longest <-chan time.Duration, stop chan struct{}) {
	told, stop := make(chan time.Duration, 1), make(chan struct{})
	var running sync.WaitGroup
	b.Cleanup(running.Wait)
	all := ward.System("")
	running.Go(func() {
		var most time.Duration
		defer func() { told <- most }()
		for {
			select {
			case <-stop:
				return
			default:
			}
			begin := time.Now()
			if _, err := r.db.Grids(b.Context(), all, ward.Filter{Limit: 20}); err != nil {
				b.Error(err)
				return
			}
			if _, err := r.db.Buildings(b.Context(), all, ward.Filter{Limit: 20}); err != nil {
				b.Error(err)
				return
			}
			most = max(most, time.Since(begin))
		}
	})
	return told, stop
}

// printed prints a figure beside the limit it should not be above.
func printed(name string, figure, limit float64, unit string) {
	verdict := "ok"
	if figure > limit {
		verdict = "missed"
	}
	fmt.Printf("figure  %-52s %10.4g %-4s ≤ %-8.4g %s\n", name, figure, unit, limit, verdict)
}
