package postgres_test

import (
	"testing"

	"wangge/internal/ward"
)

func TestASheetOfAGridSaysWhatItWasOnTheDay(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	g1, leader := r.gridOf("g1"), r.leader("leader1", "g1")
	plan, moved := r.splitPlan()
	tomorrow := r.day(1)
	_, err := r.step(r.approver, plan.ID, "publish", ward.PlanStep{Effective: tomorrow})
	r.must(err)
	before, err := r.db.GridSheet(t.Context(), leader, g1, r.day(0))
	r.must(err)
	after, err := r.db.GridSheet(t.Context(), leader, g1, tomorrow)
	r.must(err)
	gone := query[int](r.town, `SELECT sum(households)::int FROM cell_stat WHERE cell = any($1)`, moved)
	if before.Counts.Households != after.Counts.Households+gone || gone == 0 || before.Area <= after.Area {
		t.Errorf("%d households and %.0f m² before, %d and %.0f after; %d leave", before.Counts.Households, before.Area, after.Counts.Households, after.Area, gone)
	}
	if before.PlanName != "" || after.PlanName != plan.Name || after.Since != tomorrow || after.Author != "planner" || after.Approver != "approver" {
		t.Errorf("made by “%s” and by “%s” of %s, %s, %s", before.PlanName, after.PlanName, after.Author, after.Approver, after.Since)
	}
	perimeter := func(s ward.GridSheet) (sum float64) {
		for _, side := range s.Sides {
			sum += side.Length
		}
		return sum
	}
	outline := query[float64](r.town, `SELECT st_perimeter(st_transform(geom, metric_srid())) FROM grid_shape WHERE grid = $1 AND valid @> $2::date`, g1, tomorrow)
	if sum := perimeter(after); sum < 0.97*outline || sum > outline+1 {
		t.Errorf("the four sides are %.0f m of %.0f m", sum, outline)
	}
	if len(after.Around) == 0 || len(after.Buildings) == 0 || len(before.Shape) == 0 || before.Shape.Equal(after.Shape) {
		t.Errorf("%d neighbours, %d buildings", len(after.Around), len(after.Buildings))
	}
	fresh := query[int64](r.town, `SELECT id FROM grid WHERE name = '东片网格'`)
	if _, err := r.db.GridSheet(t.Context(), r.planner, fresh, r.day(0)); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("a grid before it was founded: %v", err)
	}
	if _, err := r.db.GridSheet(t.Context(), r.leader("leader3", "g3"), g1, tomorrow); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("a grid of somebody else: %v", err)
	}
	if _, err := r.db.GridSheet(t.Context(), r.planner, g1, "昨天"); ward.ErrorCode(err) != ward.Invalid {
		t.Errorf("no day: %v", err)
	}
}
