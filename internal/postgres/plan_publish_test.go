package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// step moves a plan on as it is now.
func (r redraw) step(s ward.Scope, plan int64, action string, step ward.PlanStep) (ward.Plan, error) {
	step.Version = query[int64](r.town, `SELECT version FROM plan WHERE id = $1`, plan)
	return r.db.StepPlan(r.t.Context(), s, plan, action, step)
}

func (r redraw) approved(plan int64) {
	r.t.Helper()
	_, err := r.step(r.planner, plan, "submit", ward.PlanStep{})
	r.must(err)
	_, err = r.step(r.approver, plan, "approve", ward.PlanStep{Opinion: "同意"})
	r.must(err)
}

// day is a date a number of days from today.
func (r redraw) day(n int) string {
	return query[string](r.town, `SELECT (today() + $1::int)::text`, n)
}

// clock moves every connection of the test to a day.
func (r redraw) clock(day string) redraw {
	r.t.Helper()
	config := r.pool.Config()
	config.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		if err := postgres.Register(ctx, c); err != nil {
			return err
		}
		_, err := c.Exec(ctx, `SELECT set_config('wangge.today', $1, false)`, day)
		return err
	}
	pool, err := pgxpool.NewWithConfig(r.t.Context(), config)
	r.must(err)
	r.t.Cleanup(pool.Close)
	r.town = town{r.t, pool}
	r.db = postgres.New(pool, postgres.Keys{})
	return r
}

// splitPlan is an approved plan that splits g1 along the secondary road and
// founds a branch for the new part.
func (r redraw) splitPlan() (plan ward.Plan, moved []int64) {
	r.t.Helper()
	plan = r.plan(r.planner, "c1")
	name, branch := "东片网格", "东片支部"
	edit := r.draw(r.planner, plan.ID, ward.PlanOp{Kind: "split", Grid: r.gridOf("g1"), Line: r.line(200, -20, 200, 210), Settings: &ward.PlanGridSetting{Name: &name, BranchName: &branch}})
	r.approved(plan.ID)
	return plan, edit.Delta.Cells
}

// official holds the official state as text, to see whether it changed.
func (r redraw) official() string {
	return query[string](r.town, `SELECT md5(concat(
		(SELECT string_agg(concat_ws(' ', cell, grid, valid, recorded, plan), ',' ORDER BY cell, recorded, valid) FROM cell_grid),
		(SELECT string_agg(concat_ws(' ', id, code, name, closed_plan, version), ',' ORDER BY id) FROM grid),
		(SELECT string_agg(concat_ws(' ', grid, valid, st_astext(geom)), ',' ORDER BY grid, valid) FROM grid_shape),
		(SELECT string_agg(concat_ws(' ', branch, grid, valid), ',' ORDER BY grid, valid) FROM branch_grid),
		(SELECT string_agg(concat_ws(' ', id, state, version, seq, effective), ',' ORDER BY id) FROM plan),
		(SELECT string_agg(concat_ws(' ', seq, plan, withdrawn_at), ',' ORDER BY seq) FROM publish_log),
		(SELECT count(*) FROM publish_touch), (SELECT count(*) FROM grid_lineage), (SELECT count(*) FROM branch), (SELECT count(*) FROM outbox)))`)
}

func TestAPublishedPlanChangesHandsOnItsDate(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	g1 := r.gridOf("g1")
	plan, moved := r.splitPlan()
	if _, err := r.step(r.planner, plan.ID, "approve", ward.PlanStep{}); ward.ErrorCode(err) == "" {
		t.Error("approved twice")
	}
	tomorrow, before := r.day(1), query[time.Time](r.town, `SELECT clock_timestamp()`)
	p, err := r.step(r.approver, plan.ID, "publish", ward.PlanStep{Effective: tomorrow})
	r.must(err)
	if p.State != ward.PlanScheduled || p.Effective != tomorrow || p.Seq == nil {
		t.Errorf("published: %+v", p)
	}
	r.holds()
	if n := query[int](r.town, `SELECT count(*)::int FROM cell_now WHERE grid = $1`, g1); n != len(moved)+query[int](r.town, `SELECT count(*)::int FROM cell_head WHERE grid = $1`, g1) {
		t.Errorf("today g1 has %d cells", n)
	}
	if n, err := r.db.Announce(t.Context()); n != 0 || err != nil {
		t.Errorf("announced %d before the date: %v", n, err)
	}

	on := r.clock(tomorrow)
	n, err := on.db.Announce(t.Context())
	r.must(err)
	if n != 1 || query[int](r.town, `SELECT count(*)::int FROM outbox WHERE topic = 'publication'`) != 1 {
		t.Errorf("on the date %d were announced", n)
	}
	if n, _ := on.db.Announce(t.Context()); n != 0 {
		t.Error("announced twice")
	}
	on.holds()
	fresh := query[int64](on.town, `SELECT id FROM grid WHERE created_plan = $1`, plan.ID)
	if got := query[[]int64](on.town, `SELECT array_agg(cell ORDER BY cell) FROM cell_now WHERE grid = $1`, fresh); !slices.Equal(got, moved) {
		t.Errorf("the new grid has %v, the plan gave it %v", got, moved)
	}
	if name := query[string](on.town, `SELECT b.name FROM branch_grid_now n JOIN branch b ON b.id = n.branch WHERE n.grid = $1`, fresh); name != "东片支部" {
		t.Errorf("the new grid has the branch %s", name)
	}
	if code := query[string](on.town, `SELECT code FROM grid WHERE id = $1`, fresh); code != "c1001" {
		t.Errorf("the new grid has the code %s", code)
	}
	for _, side := range []string{"old", "new"} {
		if bad := query[int](r.town, `SELECT count(*)::int FROM (SELECT sum(share_of_`+side+`) s FROM grid_lineage GROUP BY seq, `+side+`) q WHERE abs(s - 1) > 1e-9`); bad != 0 {
			t.Errorf("%d lineages do not add up by %s", bad, side)
		}
	}
	// What was believed before, and what was so before, stay as they were.
	if g := query[int64](on.town, `SELECT grid_believed_at($1, today() + 5, $2)`, moved[0], before); g != g1 {
		t.Errorf("before the publication it was believed to become %d", g)
	}
	if g := query[int64](on.town, `SELECT grid_at($1, today() - 1)`, moved[0]); g != g1 {
		t.Errorf("yesterday it was in %d", g)
	}
}

func TestAnUnscheduledPlanNeverHappened(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	const now = `SELECT md5(concat(
		(SELECT string_agg(concat_ws(' ', cell, grid, valid), ',' ORDER BY cell, valid) FROM cell_grid WHERE upper_inf(recorded)),
		(SELECT string_agg(concat_ws(' ', grid, valid, st_astext(geom)), ',' ORDER BY grid, valid) FROM grid_shape),
		(SELECT string_agg(concat_ws(' ', branch, grid, valid), ',' ORDER BY grid, valid) FROM branch_grid)))`
	before := query[string](r.town, now)
	plan, _ := r.splitPlan()
	_, err := r.step(r.approver, plan.ID, "publish", ward.PlanStep{Effective: r.day(3)})
	r.must(err)
	if query[string](r.town, now) == before {
		t.Fatal("publishing changed nothing")
	}
	p, err := r.step(r.approver, plan.ID, "unschedule", ward.PlanStep{})
	r.must(err)
	if query[string](r.town, now) != before || p.State != ward.PlanApproved {
		t.Error("unscheduling does not lead back")
	}
	r.holds()
	code := query[string](r.town, `SELECT code FROM grid WHERE created_plan = $1`, plan.ID)
	_, err = r.step(r.approver, plan.ID, "publish", ward.PlanStep{Effective: r.day(2)})
	r.must(err)
	r.holds()
	if again := query[string](r.town, `SELECT string_agg(code, ',') FROM grid WHERE created_plan = $1`, plan.ID); again != code {
		t.Errorf("published again it has the codes %s, had %s", again, code)
	}
}

func TestOnlyTheFirstOfTwoPlansOnOneGroundIsPublished(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	var plans []ward.Plan
	for range 2 {
		p, _ := r.splitPlan()
		plans = append(plans, p)
	}
	apart := r.plan(r.planner, "c2")
	r.draw(r.planner, apart.ID, ward.PlanOp{Kind: "merge", Grid: r.gridOf("g3"), Grids: []int64{r.gridOf("g4")}})
	r.approved(apart.ID)
	plans = append(plans, apart)
	results := make([]error, len(plans))
	var all sync.WaitGroup
	for i, p := range plans {
		all.Go(func() { _, results[i] = r.step(r.approver, p.ID, "publish", ward.PlanStep{Effective: r.day(1)}) })
	}
	all.Wait()
	if results[2] != nil {
		t.Errorf("the plan of the other community: %v", results[2])
	}
	lost := slices.IndexFunc(results[:2], func(err error) bool { return err != nil })
	if lost < 0 || results[1-lost] != nil || ward.ErrorCode(results[lost]) != ward.Stale {
		t.Fatalf("of two plans on one ground: %v", results[:2])
	}
	r.clock(r.day(1)).holds()

	// The loser is taken back, follows the winner and is published after it.
	id := plans[lost].ID
	_, err := r.step(r.approver, id, "reject", ward.PlanStep{})
	r.must(err)
	checks, err := r.db.PlanChecks(t.Context(), r.planner, id, ward.PlanView{})
	r.must(err)
	i := slices.IndexFunc(checks, func(c ward.PlanCheck) bool { return c.Code == "conflict" })
	if i < 0 {
		t.Fatalf("no conflict is shown: %+v", checks)
	}
	r.draw(r.planner, id, *checks[i].Fix)
	r.draw(r.planner, id, ward.PlanOp{Kind: "rebase"})
	if n := query[int](r.town, `SELECT count(*)::int FROM plan_cell WHERE plan = $1`, id); n != 0 {
		t.Errorf("taking theirs leaves %d cells", n)
	}
	if p, err := r.db.Plan(t.Context(), r.planner, id); err != nil || p.BaseSeq != p.HeadSeq {
		t.Errorf("after the rebase the plan stands on %d of %d: %v", p.BaseSeq, p.HeadSeq, err)
	}
}

// Two plans without a common cell, each without fault, cut a grid in two
// together: publishing the second is refused.
func TestPlansThatAreFaultlessAloneAreCheckedTogether(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	name, branch := "单块", "新设支部"
	found := func(cell int64) ward.PlanOp {
		return ward.PlanOp{Kind: "found", Cells: []int64{cell}, Settings: &ward.PlanGridSetting{Name: &name, BranchName: &branch}}
	}
	var alone []int64
	scratch := r.plan(r.planner, "c1")
	for _, cell := range r.cellsOf("g1") {
		op := found(cell)
		op.Preview = true
		edit, err := r.try(r.planner, scratch.ID, op)
		r.must(err)
		if !faulty(edit.Checks) {
			alone = append(alone, cell)
		}
	}
	for _, y := range alone {
		r.draw(r.planner, scratch.ID, found(y))
		for _, z := range alone {
			op := found(z)
			op.Preview = true
			edit, err := r.try(r.planner, scratch.ID, op)
			r.must(err)
			if z == y || !faulty(edit.Checks) {
				continue
			}
			first, second := r.plan(r.planner, "c1"), r.plan(r.planner, "c1")
			r.draw(r.planner, first.ID, found(y))
			r.draw(r.planner, second.ID, found(z))
			r.approved(first.ID)
			r.approved(second.ID)
			_, err = r.step(r.approver, first.ID, "publish", ward.PlanStep{Effective: r.day(1)})
			r.must(err)
			before := r.official()
			_, err = r.step(r.approver, second.ID, "publish", ward.PlanStep{Effective: r.day(2)})
			var refused *ward.Error
			if !errors.As(err, &refused) || refused.Code != ward.Conflict || refused.Current == nil || r.official() != before {
				t.Errorf("the second plan: %v", err)
			}
			return
		}
		r.draw(r.planner, scratch.ID, ward.PlanOp{Kind: "undo"})
	}
	t.Error("no two cells cut g1 together: this test shows nothing")
}

func faulty(checks []ward.PlanCheck) bool {
	return slices.ContainsFunc(checks, func(c ward.PlanCheck) bool { return c.Level == ward.CheckError })
}

// cutter breaks the connection at the n-th thing sent.
type cutter struct{ left atomic.Int64 }

func (c *cutter) tick(conn *pgx.Conn) {
	if c.left.Add(-1) == 0 {
		_ = conn.PgConn().Conn().Close()
	}
}

func (c *cutter) TraceQueryStart(ctx context.Context, conn *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.tick(conn)
	return ctx
}
func (c *cutter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
func (c *cutter) TraceBatchStart(ctx context.Context, conn *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	c.tick(conn)
	return ctx
}
func (c *cutter) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (c *cutter) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}
func (c *cutter) TraceCopyFromStart(ctx context.Context, conn *pgx.Conn, _ pgx.TraceCopyFromStartData) context.Context {
	c.tick(conn)
	return ctx
}
func (c *cutter) TraceCopyFromEnd(context.Context, *pgx.Conn, pgx.TraceCopyFromEndData) {}

func TestAPublicationIsAllOrNothingWhereverItBreaks(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	plan, _ := r.splitPlan()
	version := query[int64](r.town, `SELECT version FROM plan WHERE id = $1`, plan.ID)
	before, day := r.official(), r.day(1)
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
			t.Logf("broken at each of %d statements", n-1)
			if n < 30 {
				t.Errorf("publishing took %d statements: this test broke nothing", n)
			}
			break
		}
		var known *ward.Error
		if errors.As(err, &known) {
			t.Fatalf("broken at statement %d: %v", n, err)
		}
		if r.official() != before {
			t.Fatalf("broken at statement %d, something stayed", n)
		}
	}
	r.holds()
	if r.official() == before {
		t.Error("published, nothing changed")
	}
}

func TestTheAssignmentTableReadBackIsTheSamePlan(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	p := r.plan(r.planner, "c1")
	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "assign", Grid: r.gridOf("g2"), Cells: []int64{r.cell("w02"), r.cell("w12")}})
	rows, err := r.db.PlanAssignments(t.Context(), r.planner, p.ID)
	r.must(err)
	text := "地块,楼栋编码,网格\n"
	for _, row := range rows {
		text += fmt.Sprintf("%d,%s,%s\n", row.Cell, row.Building, row.Grid)
	}
	again, err := r.db.CreatePlan(t.Context(), r.planner, newKey(), ward.PlanNew{Name: "读回", Communities: []int64{r.community("c1")}, From: "assignment", Text: text})
	r.must(err)
	same := query[bool](r.town, `SELECT NOT EXISTS ((SELECT cell, label FROM plan_cell WHERE plan = $1 EXCEPT SELECT cell, label FROM plan_cell WHERE plan = $2)
		UNION (SELECT cell, label FROM plan_cell WHERE plan = $2 EXCEPT SELECT cell, label FROM plan_cell WHERE plan = $1))`, p.ID, again.ID)
	if !same || again.Moved != 2 {
		t.Errorf("read back it moves %d cells", again.Moved)
	}
}

func TestAViewOnlyLinkShowsNoPersonAndCanBeTakenBack(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	p := r.plan(r.planner, "c1")
	first, err := r.db.SharePlan(t.Context(), r.planner, p.ID)
	r.must(err)
	link, err := r.db.SharePlan(t.Context(), r.planner, p.ID)
	r.must(err)
	if _, err := r.db.SharedPlan(t.Context(), first.Token); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("the former link: %v", err)
	}
	shared, err := r.db.SharedPlan(t.Context(), link.Token)
	r.must(err)
	if len(shared.Grids) != 2 || shared.Grids[0].Households == 0 || len(shared.Grids[0].Shape) == 0 {
		t.Errorf("the link shows %+v", shared)
	}
	r.must(r.db.UnsharePlan(t.Context(), r.planner, p.ID))
	if _, err := r.db.SharedPlan(t.Context(), link.Token); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("a link that was taken back: %v", err)
	}
}

// Rolling back is a publication like any other: closed grids open again under
// their old codes, and what was so in between stays on record.
func TestAPublicationIsRolledBackByAnother(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	g3, g4 := r.gridOf("g3"), r.gridOf("g4")
	cells := r.cellsOf("g4")
	merge := r.plan(r.planner, "c2")
	r.draw(r.planner, merge.ID, ward.PlanOp{Kind: "merge", Grid: g3, Grids: []int64{g4}})
	r.approved(merge.ID)
	p, err := r.step(r.approver, merge.ID, "publish", ward.PlanStep{Effective: r.day(0)})
	r.must(err)
	if p.State != ward.PlanPublished || query[int](r.town, `SELECT count(*)::int FROM cell_now WHERE grid = $1`, g4) != 0 {
		t.Errorf("published for today it is %s", p.State)
	}
	back, err := r.db.CreatePlan(t.Context(), r.planner, newKey(), ward.PlanNew{Name: "恢复", Communities: []int64{r.community("c2")}, From: "restore", Publication: *p.Seq, Low: 10, High: 60})
	r.must(err)
	branch := "恢复支部"
	r.draw(r.planner, back.ID, ward.PlanOp{Kind: "set", Grid: g4, Settings: &ward.PlanGridSetting{BranchName: &branch}})
	r.approved(back.ID)
	_, err = r.step(r.approver, back.ID, "publish", ward.PlanStep{Effective: r.day(1)})
	r.must(err)
	on := r.clock(r.day(1))
	on.holds()
	if got := query[[]int64](on.town, `SELECT array_agg(cell ORDER BY cell) FROM cell_now WHERE grid = $1`, g4); !slices.Equal(got, cells) {
		t.Errorf("g4 has %v again, had %v", got, cells)
	}
	if g := query[int64](on.town, `SELECT grid_at($1, today() - 1)`, cells[0]); g != g3 {
		t.Errorf("in between it was in %d", g)
	}
}

// A tablet that was without a network when the borders changed uploads what it
// recorded the day before: it is filed by place and date, and seen from then on
// by whose the place is now.
func TestALateUploadIsFiledByPlaceAndDate(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	plan, moved := r.splitPlan()
	_, err := r.step(r.approver, plan.ID, "publish", ward.PlanStep{Effective: r.day(1)})
	r.must(err)
	building := query[int64](r.town, `SELECT id FROM building WHERE cell = any($1) ORDER BY id LIMIT 1`, moved)
	const password = "correct horse battery"
	_, err = r.db.CreateAccount(t.Context(), ward.System(""), postgres.NewAccount{Login: "leader", Name: "leader", Password: password, Grants: []postgres.NewGrant{{Role: ward.GridLeader, Code: "g1"}}})
	r.must(err)
	account, err := r.db.SignIn(t.Context(), "leader", password, "test")
	r.must(err)
	leader, err := account.Actor().Scope("create-visit")
	r.must(err)

	on := r.clock(r.day(1))
	draft := ward.VisitDraft{ID: newKey(), Building: building, Kind: "aid", Met: "met", OccurredAt: time.Now()}
	visit, err := on.db.CreateVisit(t.Context(), leader, newKey(), draft)
	r.must(err)
	if visit.Grid != r.gridOf("g1") {
		t.Errorf("the visit of the day before is filed under grid %d", visit.Grid)
	}
	if _, err := on.db.Visit(t.Context(), leader, visit.ID); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("the place is another grid's now, its former leader reads it: %v", err)
	}
	for borders, want := range map[string]string{"then": "g1", "today": "c1001"} {
		figures, err := on.db.GridFigures(t.Context(), ward.System(""), time.Now().In(time.FixedZone("", 8*3600)).Format("2006-01"), borders)
		r.must(err)
		if len(figures) != 1 || figures[0].Code != want || figures[0].Visits != 1 {
			t.Errorf("in the borders of %s: %+v", borders, figures)
		}
	}
}
