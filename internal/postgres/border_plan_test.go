package postgres_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// borders is a town with a secretary for each of its two communities.
type borders struct {
	redraw
	west, east ward.Scope
}

func newBorders(t testing.TB) borders {
	r := newRedraw(t)
	secretary := func(login, community string) ward.Scope {
		const password = "correct horse battery"
		_, err := r.db.CreateAccount(t.Context(), ward.System(""), postgres.NewAccount{Login: login, Name: login, Password: password, Grants: []postgres.NewGrant{{Role: ward.Secretary, Code: community}}})
		r.must(err)
		a, err := r.db.SignIn(t.Context(), login, password, "test")
		r.must(err)
		s, err := a.Actor().Scope("say-plan-word")
		r.must(err)
		return s
	}
	return borders{r, secretary("west", "c1"), secretary("east", "c2")}
}

// borderPlan is a draft about both communities.
func (r borders) borderPlan() ward.Plan {
	r.t.Helper()
	p, err := r.db.CreatePlan(r.t.Context(), r.planner, newKey(), ward.PlanNew{
		Name: "界线调整", Kind: ward.PlanOfCommunities, From: "current", Low: 10, High: 90,
		Communities: []int64{r.community("c1"), r.community("c2")},
	})
	r.must(err)
	return p
}

// strip are the cells of the west beside the border, south of the river.
func (r borders) strip() []int64 {
	return query[[]int64](r.town, `SELECT array_agg(DISTINCT n.cell ORDER BY n.cell) FROM cell_now n JOIN cell_arc a ON n.cell IN (a.l, a.r) JOIN cell_now o ON o.cell IN (a.l, a.r) AND o.community <> n.community
		JOIN grid g ON g.id = n.grid WHERE g.code = 'g1'`)
}

// moved is a submitted plan that gives a strip of the west to the east.
func (r borders) moved() (ward.Plan, []int64) {
	r.t.Helper()
	plan, strip := r.borderPlan(), r.strip()
	r.draw(r.planner, plan.ID, ward.PlanOp{Kind: "assign", Grid: r.gridOf("g3"), Cells: strip})
	return r.submitted(plan.ID), strip
}

func (r borders) submitted(plan int64) ward.Plan {
	r.t.Helper()
	p, err := r.step(r.planner, plan, "submit", ward.PlanStep{})
	r.must(err)
	return p
}

func (r borders) says(s ward.Scope, plan int64, community string, agrees bool, words string) (ward.BorderPlan, error) {
	version := query[int64](r.town, `SELECT version FROM plan WHERE id = $1`, plan)
	return r.db.SayPlanWord(r.t.Context(), s, plan, ward.PlanWordDraft{Version: version, Community: r.community(community), Agrees: agrees, Words: words})
}

// agreed lets both communities and the approver agree.
func (r borders) agreed(plan int64) {
	r.t.Helper()
	_, err := r.says(r.west, plan, "c1", true, "")
	r.must(err)
	_, err = r.says(r.east, plan, "c2", true, "同意")
	r.must(err)
	_, err = r.step(r.approver, plan, "approve", ward.PlanStep{Opinion: "同意"})
	r.must(err)
}

func (r borders) publish(plan int64, days int) error {
	_, err := r.step(r.approver, plan, "publish", ward.PlanStep{Effective: r.day(days)})
	return err
}

// bordered is everything a border plan may change, as text.
func (r borders) bordered() string {
	return r.official() + query[string](r.town, `SELECT md5(concat(
		(SELECT string_agg(concat_ws(' ', cell, community, valid), ',' ORDER BY cell, valid) FROM cell_community),
		(SELECT string_agg(concat_ws(' ', area, valid, st_astext(geom)), ',' ORDER BY area, valid) FROM area_shape),
		(SELECT string_agg(concat_ws(' ', id, st_astext(geom)), ',' ORDER BY id) FROM area)))`)
}

func TestABorderOfCommunitiesMovesOnItsDate(t *testing.T) {
	t.Parallel()
	r := newBorders(t)
	plan, strip := r.moved()
	if len(strip) == 0 {
		t.Fatal("nothing lies at the border")
	}
	building := query[int64](r.town, `SELECT min(id) FROM building WHERE cell = ANY($1)`, strip)
	townOf := func(r redraw, cell int64) string {
		return query[string](r.town, `SELECT a.code FROM cell_now n JOIN area a ON a.id = n.community WHERE n.cell = $1`, cell)
	}
	outline := func(r redraw) string {
		return query[string](r.town, `SELECT md5(st_astext(geom)) FROM area WHERE code = 'c1'`)
	}
	before := outline(r.redraw)
	r.agreed(plan.ID)
	r.must(r.publish(plan.ID, 2))
	r.holdsToday()
	if townOf(r.redraw, strip[0]) != "c1" || outline(r.redraw) != before {
		t.Error("the border moved before its day")
	}
	on := r.clock(r.day(2))
	if _, err := on.db.Announce(t.Context()); err != nil {
		t.Fatal(err)
	}
	on.holds()
	for _, cell := range strip {
		if got := townOf(on, cell); got != "c2" {
			t.Errorf("cell %d is of %s", cell, got)
		}
	}
	if outline(on) == before {
		t.Error("the outline of the community did not follow")
	}
	if n := query[int](on.town, `SELECT count(*)::int FROM area_shape s JOIN area a ON a.id = s.area WHERE s.valid @> today() AND st_equals(s.geom, a.geom)`); n != 2 {
		t.Errorf("%d of 2 outlines are those of today", n)
	}
	if got := query[string](on.town, `SELECT md5(st_astext(s.geom)) FROM area_shape s JOIN area a ON a.id = s.area WHERE a.code = 'c1' AND s.valid @> (today() - 1)`); got != before {
		t.Error("the outline of the day before is not what it was")
	}
	if building != 0 {
		if got := query[string](on.town, `SELECT subpath(path, 2, 1)::text FROM building_now WHERE building = $1`, building); got != fmt.Sprintf("c%d", r.community("c2")) {
			t.Errorf("the building is in %s", got)
		}
	}
	if g := query[int64](on.town, `SELECT grid_at($1, today() - 1)`, strip[0]); g != r.gridOf("g1") {
		t.Errorf("the day before the cell was in %d", g)
	}
	// A plan of grids goes on from there.
	later := on.plan(r.planner, "c2")
	edit := on.draw(r.planner, later.ID, ward.PlanOp{Kind: "erase", Cells: strip[:1]})
	if edit.Delta.Was[0] != r.gridOf("g3") {
		t.Errorf("a later plan finds the cell in %d", edit.Delta.Was[0])
	}
	if _, err := on.try(r.planner, later.ID, ward.PlanOp{Kind: "assign", Grid: r.gridOf("g1"), Cells: strip}); ward.ErrorCode(err) != ward.Invalid {
		t.Errorf("a plan of grids moved a border: %v", err)
	}
}

// holdsToday is holds for a town with a border that waits for its day: cells belong
// to the communities they will have.
func (r borders) holdsToday() {
	r.t.Helper()
	if n := query[int](r.town, `SELECT count(*)::int FROM cell_now n JOIN cell_community cc ON cc.cell = n.cell AND cc.valid @> today() WHERE cc.community <> n.community`); n != 0 {
		r.t.Errorf("%d cells are of another community than their grid today", n)
	}
	if n := query[int](r.town, `SELECT count(*)::int FROM cell_head h JOIN grid g ON g.id = h.grid JOIN cell_community cc ON cc.cell = h.cell AND upper_inf(cc.valid) WHERE cc.community <> g.community`); n != 0 {
		r.t.Errorf("%d cells will be of another community than their grid", n)
	}
}

func TestTheNextBuildKeepsAMovedBorder(t *testing.T) {
	t.Parallel()
	for _, days := range []int{0, 3} {
		t.Run(fmt.Sprintf("in %d days", days), func(t *testing.T) {
			t.Parallel()
			r := newBorders(t)
			plan, _ := r.moved()
			r.agreed(plan.ID)
			r.must(r.publish(plan.ID, days))
			const sizes = `SELECT array_agg(round(sum) ORDER BY community) FROM (SELECT cc.community, sum(c.area) FROM cell c JOIN cell_community cc ON cc.cell = c.id
				WHERE upper_inf(c.valid) AND cc.valid @> (today() + $1::int) GROUP BY 1) q`
			today, then := query[[]float64](r.town, sizes, 0), query[[]float64](r.town, sizes, days)
			r.exec(`INSERT INTO road (code, kind, geom) SELECT 'new', 'minor', st_multi(st_setsrid(st_makeline(st_startpoint(g), st_endpoint(g)), 4326)) FROM (SELECT ($1::geometry) g) q`, r.line(450, 20, 790, 30))
			r.build()
			r.holdsToday()
			if got := query[[]float64](r.town, sizes, 0); !near(got, today) {
				t.Errorf("today the communities are %v, were %v", got, today)
			}
			if got := query[[]float64](r.town, sizes, days); !near(got, then) {
				t.Errorf("after the day the communities are %v, were to be %v", got, then)
			}
			on := r.clock(r.day(days))
			if _, err := on.db.Announce(t.Context()); err != nil {
				t.Fatal(err)
			}
			on.holds()
			on.build()
			on.holds()
			if got := query[[]float64](on.town, sizes, 0); !near(got, then) {
				t.Errorf("built on the day the communities are %v, were to be %v", got, then)
			}
		})
	}
}

// near tells whether areas differ by less than the centimetres a build bends a
// border by.
func near(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return max(x-y, y-x) <= 20 })
}

func TestABorderPlanTakenBackNeverHappened(t *testing.T) {
	t.Parallel()
	r := newBorders(t)
	const now = `SELECT md5(concat(
		(SELECT string_agg(concat_ws(' ', cell, grid, valid), ',' ORDER BY cell, valid) FROM cell_grid WHERE upper_inf(recorded)),
		(SELECT string_agg(concat_ws(' ', cell, community, valid), ',' ORDER BY cell, valid) FROM cell_community),
		(SELECT string_agg(concat_ws(' ', grid, valid, st_astext(geom)), ',' ORDER BY grid, valid) FROM grid_shape),
		(SELECT string_agg(concat_ws(' ', area, valid), ',' ORDER BY area, valid) FROM area_shape),
		(SELECT string_agg(concat_ws(' ', id, st_astext(geom)), ',' ORDER BY id) FROM area)))`
	before := query[string](r.town, now)
	plan, _ := r.moved()
	r.agreed(plan.ID)
	r.must(r.publish(plan.ID, 3))
	if query[string](r.town, now) == before {
		t.Fatal("publishing changed nothing")
	}
	_, err := r.step(r.approver, plan.ID, "unschedule", ward.PlanStep{})
	r.must(err)
	if query[string](r.town, now) != before {
		t.Error("unscheduling does not lead back")
	}
	r.holds()
}

func TestAMovedBorderCanBePutBack(t *testing.T) {
	t.Parallel()
	r := newBorders(t)
	plan, strip := r.moved()
	was := query[string](r.town, `SELECT st_astext(st_normalize(geom)) FROM area WHERE code = 'c1'`)
	r.agreed(plan.ID)
	r.must(r.publish(plan.ID, 0))
	seq := query[int64](r.town, `SELECT seq FROM plan WHERE id = $1`, plan.ID)
	back, err := r.db.CreatePlan(t.Context(), r.planner, newKey(), ward.PlanNew{Name: "恢复", From: "restore", Publication: seq, Communities: []int64{r.community("c1")}, Low: 10, High: 90})
	r.must(err)
	if back.Kind != ward.PlanOfCommunities || back.Moved != len(strip) || len(back.Communities) != 2 {
		t.Fatalf("the way back: %+v", back)
	}
	r.submitted(back.ID)
	r.agreed(back.ID)
	r.must(r.publish(back.ID, 0))
	r.holds()
	if now := query[string](r.town, `SELECT st_astext(st_normalize(geom)) FROM area WHERE code = 'c1'`); now != was {
		t.Error("put back, the border is another")
	}
}

func TestBothCommunitiesAreHeardBeforeABorderMoves(t *testing.T) {
	t.Parallel()
	r := newBorders(t)
	plan, _ := r.moved()
	approve := func() error { _, err := r.step(r.approver, plan.ID, "approve", ward.PlanStep{}); return err }
	var refused *ward.Error
	if err := approve(); !errors.As(err, &refused) || refused.Code != ward.Conflict || !strings.Contains(refused.Message, "c1") || !strings.Contains(refused.Message, "c2") {
		t.Errorf("approved unheard: %v", err)
	}
	if _, err := r.says(r.west, plan.ID, "c2", true, ""); ward.ErrorCode(err) != ward.Forbidden {
		t.Errorf("the west spoke for the east: %v", err)
	}
	if _, err := r.says(r.west, plan.ID, "c1", false, ""); ward.ErrorCode(err) != ward.Invalid {
		t.Errorf("a no without a reason: %v", err)
	}
	seen, err := r.says(r.west, plan.ID, "c1", true, "")
	r.must(err)
	if len(seen.Towns) != 2 || len(seen.Pieces) != 1 || seen.Pieces[0].Moved.Buildings == 0 || len(seen.Outlines) != 2 {
		t.Errorf("the secretary sees %+v", seen)
	}
	if err := approve(); !errors.As(err, &refused) || strings.Contains(refused.Message, "c1") || !strings.Contains(refused.Message, "c2") {
		t.Errorf("approved with one word: %v", err)
	}
	if _, err := r.says(r.east, plan.ID, "c2", false, "服务站离得太远"); err != nil {
		t.Fatal(err)
	}
	p, err := r.db.Plan(t.Context(), r.planner, plan.ID)
	r.must(err)
	if p.State != ward.PlanDraft || !strings.Contains(p.Opinion, "服务站离得太远") || p.Words[0].Agrees != nil {
		t.Errorf("refused, the plan is %+v", p)
	}
	if list, err := r.db.BorderPlans(t.Context(), r.west); err != nil || len(list) != 0 {
		t.Errorf("a draft is shown to the communities: %+v %v", list, err)
	}
	if n := query[int](r.town, `SELECT count(*)::int FROM audit WHERE operation IN ('agree-to-plan', 'refuse-plan')`); n != 2 {
		t.Errorf("%d words are audited", n)
	}
	r.submitted(plan.ID)
	if list, err := r.db.BorderPlans(t.Context(), r.west); err != nil || len(list) != 1 || !slices.Equal(list[0].Mine, []int64{r.community("c1")}) {
		t.Errorf("what the west is asked: %+v %v", list, err)
	}
	r.agreed(plan.ID)
}

func TestOfAGridPlanAndABorderPlanOnOneGroundOneWins(t *testing.T) {
	t.Parallel()
	r := newBorders(t)
	plan, strip := r.moved()
	r.agreed(plan.ID)
	grids := r.plan(r.planner, "c1")
	r.draw(r.planner, grids.ID, ward.PlanOp{Kind: "merge", Grid: r.gridOf("g2"), Grids: []int64{r.gridOf("g1")}})
	high := 400
	_, err := r.db.ChangePlan(t.Context(), r.planner, grids.ID, ward.PlanChange{Version: query[int64](r.town, `SELECT version FROM plan WHERE id = $1`, grids.ID), High: &high})
	r.must(err)
	r.approved(grids.ID)
	var results [2]error
	var all sync.WaitGroup
	for i, id := range []int64{plan.ID, grids.ID} {
		all.Go(func() { results[i] = r.publish(id, 1) })
	}
	all.Wait()
	if (results[0] == nil) == (results[1] == nil) {
		t.Fatalf("both or none: %v", results)
	}
	r.holdsToday()
	if results[0] != nil {
		return
	}
	// The plan of grids drops the ground that is no longer its community's.
	_, err = r.step(r.approver, grids.ID, "reject", ward.PlanStep{})
	r.must(err)
	checks, err := r.db.PlanChecks(t.Context(), r.planner, grids.ID, ward.PlanView{})
	r.must(err)
	i := slices.IndexFunc(checks, func(c ward.PlanCheck) bool { return c.Code == "astray" })
	if i < 0 {
		t.Fatalf("nothing says that ground has gone: %+v", checks)
	}
	r.draw(r.planner, grids.ID, *checks[i].Fix)
	if n := query[int](r.town, `SELECT count(*)::int FROM plan_cell WHERE plan = $1 AND cell = ANY($2)`, grids.ID, strip); n != 0 {
		t.Errorf("%d cells of the neighbour stay in the plan", n)
	}
}

func TestABorderPublicationIsAllOrNothingWhereverItBreaks(t *testing.T) {
	t.Parallel()
	r := newBorders(t)
	plan, _ := r.moved()
	r.agreed(plan.ID)
	version := query[int64](r.town, `SELECT version FROM plan WHERE id = $1`, plan.ID)
	before, day := r.bordered(), r.day(0)
	c := &cutter{}
	config := r.pool.Config()
	config.ConnConfig.Tracer = c
	config.MaxConns = 1
	for n := int64(1); ; n++ {
		pool, err := pgxpool.NewWithConfig(t.Context(), config)
		r.must(err)
		r.must(pool.Ping(t.Context()))
		c.left.Store(n)
		_, err = postgres.New(pool, postgres.Keys{}).StepPlan(t.Context(), r.approver, plan.ID, "publish", ward.PlanStep{Version: version, Effective: day})
		pool.Close()
		if err == nil {
			if n < 40 {
				t.Errorf("publishing took %d statements: this test broke nothing", n)
			}
			break
		}
		var known *ward.Error
		if errors.As(err, &known) {
			t.Fatalf("broken at statement %d: %v", n, err)
		}
		if r.bordered() != before {
			t.Fatalf("broken at statement %d, something stayed", n)
		}
	}
	r.holds()
}

func TestABorderPlanKeepsToWhatACommunityMustHave(t *testing.T) {
	t.Parallel()
	r := newBorders(t)
	plan := r.borderPlan()
	edit := r.draw(r.planner, plan.ID, ward.PlanOp{Kind: "merge", Grid: r.gridOf("g3"), Grids: []int64{r.gridOf("g1"), r.gridOf("g2")}})
	if !slices.ContainsFunc(edit.Checks, func(c ward.PlanCheck) bool { return c.Code == "community_empty" && c.Level == ward.CheckError }) {
		t.Errorf("a community without grids: %+v", edit.Checks)
	}
	r.draw(r.planner, plan.ID, ward.PlanOp{Kind: "undo"})
	// A whole grid goes over as a new grid there, and needs a branch of there.
	name, east, branch := "过来的网格", r.community("c2"), query[int64](r.town, `SELECT branch FROM branch_grid_now WHERE grid = $1`, r.gridOf("g1"))
	edit = r.draw(r.planner, plan.ID, ward.PlanOp{Kind: "found", Cells: r.cellsOf("g1"), Settings: &ward.PlanGridSetting{Name: &name, Community: &east, Branch: &branch}})
	if !slices.ContainsFunc(edit.Checks, func(c ward.PlanCheck) bool { return c.Code == "community_branch" }) {
		t.Errorf("a branch in two communities: %+v", edit.Checks)
	}
	own := "新支部"
	r.draw(r.planner, plan.ID, ward.PlanOp{Kind: "set", Grid: -1, Settings: &ward.PlanGridSetting{BranchName: &own}})
	impact, err := r.db.PlanImpact(t.Context(), r.planner, plan.ID)
	r.must(err)
	if len(impact.Towns) != 2 || impact.Towns[0].Lost != impact.Towns[1].Gained || impact.Towns[0].GridsAfter != 1 {
		t.Errorf("the impact on communities: %+v", impact.Towns)
	}
	r.submitted(plan.ID)
	r.agreed(plan.ID)
	r.must(r.publish(plan.ID, 0))
	r.holds()
	if code := query[string](r.town, `SELECT code FROM grid WHERE created_plan = $1`, plan.ID); code != "c2001" {
		t.Errorf("the grid that came over has the code %s", code)
	}
	if _, err := r.db.BorderPlan(t.Context(), r.east, plan.ID); err != nil {
		t.Errorf("a published plan is not shown to its communities: %v", err)
	}
}
