package postgres_test

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"wangge/internal/ward"
)

// microPlan starts a draft of micro-grids.
func (r redraw) microPlan(communities ...string) ward.Plan {
	r.t.Helper()
	n := ward.PlanNew{Name: "微网格", Kind: ward.PlanOfMicros, From: "current", Low: 1, High: 60}
	for _, c := range communities {
		n.Communities = append(n.Communities, r.community(c))
	}
	p, err := r.db.CreatePlan(r.t.Context(), r.planner, newKey(), n)
	r.must(err)
	return p
}

// publishOn makes a plan official, n days from today.
func (r redraw) publishOn(plan int64, n int) ward.Plan {
	r.t.Helper()
	r.approved(plan)
	p, err := r.step(r.approver, plan, "publish", ward.PlanStep{Effective: r.day(n)})
	r.must(err)
	r.holds()
	return p
}

// oneMicro publishes today one micro-grid of all of a grid.
func (r redraw) oneMicro(grid, community string) (micro int64) {
	r.t.Helper()
	p := r.microPlan(community)
	name := "一号微网格"
	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "found", Cells: r.cellsOf(grid), Settings: &ward.PlanGridSetting{Name: &name}})
	r.publishOn(p.ID, 0)
	return query[int64](r.town, `SELECT id FROM grid WHERE created_plan = $1`, p.ID)
}

func TestMicroGridsComeIntoForceOnTheirDate(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	grids := query[int](r.town, `SELECT count(*)::int FROM grid_shape_now`)
	p := r.microPlan("c1")
	g1 := r.cellsOf("g1")
	west := []int64{}
	for _, b := range []string{"w00", "w01", "w02", "w10", "w11", "w12"} {
		west = append(west, r.cell(b))
	}
	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "found", Cells: west})
	edit := r.draw(r.planner, p.ID, ward.PlanOp{Kind: "found", Cells: slices.DeleteFunc(g1, func(c int64) bool { return slices.Contains(west, c) })})
	if edit.Grids[0].Kind != "micro" || edit.Grids[0].Parent != r.gridOf("g1") {
		t.Errorf("a new micro-grid is %+v", edit.Grids[0])
	}
	p = r.publishOn(p.ID, 1)
	if n := query[int](r.town, `SELECT count(*)::int FROM micro_now`); n != 0 {
		t.Errorf("%d cells are in micro-grids before the day", n)
	}
	codes := func(r redraw) []string {
		return query[[]string](r.town, `SELECT array(SELECT code || ' ' || (closed_plan IS NULL) FROM grid WHERE kind = 'micro' ORDER BY code)`)
	}
	if got := codes(r); !slices.Equal(got, []string{"g101 true", "g102 true"}) {
		t.Errorf("codes %v", got)
	}

	// Taken back, and published again: nothing is left of it, and the codes stay theirs.
	_, err := r.step(r.approver, p.ID, "unschedule", ward.PlanStep{})
	r.must(err)
	r.holds()
	if n := query[int](r.town, `SELECT count(*)::int FROM micro_head`); n != 0 || codes(r)[0] != "g101 false" {
		t.Errorf("taken back, %d cells are still in micro-grids; %v", n, codes(r))
	}
	p, err = r.step(r.approver, p.ID, "publish", ward.PlanStep{Effective: r.day(1)})
	r.must(err)
	if got := codes(r); !slices.Equal(got, []string{"g101 true", "g102 true"}) {
		t.Errorf("published again under the codes %v", got)
	}

	on := r.clock(r.day(1))
	on.holds()
	list, err := on.db.MicroGrids(t.Context(), r.planner, ward.MicroFilter{Filter: ward.Filter{Grid: r.gridOf("g1")}})
	r.must(err)
	if len(list.Items) != 2 || list.Items[0].Grid != r.gridOf("g1") || list.Items[0].Households+list.Items[1].Households != query[int](r.town, `SELECT sum(s.households)::int FROM cell_now n JOIN cell_stat s ON s.cell = n.cell WHERE n.grid = $1`, r.gridOf("g1")) {
		t.Errorf("the micro-grids of g1 are %+v", list.Items)
	}
	if before, err := on.db.MicroGrids(t.Context(), r.planner, ward.MicroFilter{On: r.day(0)}); err != nil || len(before.Items) != 0 {
		t.Errorf("the day before there were %+v, %v", before.Items, err)
	}
	// Whoever asks for grids meets no micro-grid.
	all, err := on.db.Grids(t.Context(), r.planner, ward.Filter{})
	r.must(err)
	if len(all.Items) != grids {
		t.Errorf("%d grids are listed, %d there are", len(all.Items), grids)
	}
	log, err := on.db.Publications(t.Context(), r.planner, ward.Filter{})
	r.must(err)
	if log.Items[0].Cells != len(g1) {
		t.Errorf("the log says %+v of %d cells", log.Items[0], len(g1))
	}
}

func TestAGridPlanFreesWhatItCutsOffAMicroGrid(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	micro := r.oneMicro("g1", "c1")
	before := query[[]int64](r.town, `SELECT array_agg(cell ORDER BY cell) FROM micro_head WHERE grid = $1`, micro)

	plan, moved := r.splitPlan()
	checks, err := r.db.PlanChecks(t.Context(), r.planner, plan.ID, ward.PlanView{})
	r.must(err)
	i := slices.IndexFunc(checks, func(c ward.PlanCheck) bool { return c.Code == "divided" })
	if i < 0 || checks[i].Level != ward.CheckWarning || !strings.Contains(checks[i].Message, "一号微网格") || !slices.Equal(checks[i].Cells, moved) {
		t.Errorf("of the micro-grid it cuts through the plan says %+v", checks)
	}
	_, err = r.step(r.approver, plan.ID, "publish", ward.PlanStep{Effective: r.day(2)})
	r.must(err)
	r.holds()
	if got := query[[]int64](r.town, `SELECT array_agg(cell ORDER BY cell) FROM micro_head WHERE grid = $1`, micro); !slices.Equal(got, slices.DeleteFunc(slices.Clone(before), func(c int64) bool { return slices.Contains(moved, c) })) {
		t.Errorf("the micro-grid keeps %v of %v", got, before)
	}
	if at := query[*int64](r.town, `SELECT micro_at($1, today() + 1)`, moved[0]); at == nil || *at != micro {
		t.Error("what is cut off left its micro-grid before the day")
	}
	r.clock(r.day(2)).holds()

	_, err = r.step(r.approver, plan.ID, "unschedule", ward.PlanStep{})
	r.must(err)
	r.holds()
	if got := query[[]int64](r.town, `SELECT array_agg(cell ORDER BY cell) FROM micro_head WHERE grid = $1`, micro); !slices.Equal(got, before) {
		t.Errorf("taken back, the micro-grid has %v, before %v", got, before)
	}
}

func TestPlansOfGridsAndMicroGridsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	r.oneMicro("g1", "c1")
	west := []int64{r.cell("w00"), r.cell("w01"), r.cell("w02"), r.cell("w10"), r.cell("w11"), r.cell("w12")}
	divide := r.microPlan("c1")
	r.draw(r.planner, divide.ID, ward.PlanOp{Kind: "found", Cells: west})
	r.publishOn(divide.ID, 3)

	// The micro-grids change on day three: before it nobody may move their grid.
	split, _ := r.splitPlan()
	if _, err := r.step(r.approver, split.ID, "publish", ward.PlanStep{Effective: r.day(1)}); ward.ErrorCode(err) != ward.Conflict || !strings.Contains(err.Error(), "微网格") {
		t.Fatalf("a grid was moved under scheduled micro-grids: %v", err)
	}
	_, err := r.step(r.approver, split.ID, "publish", ward.PlanStep{Effective: r.day(4)})
	r.must(err)
	r.holds()

	// The grids change on day four: micro-grids drawn in them cannot begin on day three.
	fresh := query[int64](r.town, `SELECT id FROM grid WHERE created_plan = $1`, split.ID)
	inside := r.microPlan("c1")
	r.draw(r.planner, inside.ID, ward.PlanOp{Kind: "found", Cells: query[[]int64](r.town, `SELECT array_agg(cell) FROM cell_head WHERE grid = $1`, fresh)})
	r.approved(inside.ID)
	if _, err := r.step(r.approver, inside.ID, "publish", ward.PlanStep{Effective: r.day(3)}); ward.ErrorCode(err) != ward.Conflict {
		t.Fatalf("micro-grids before their grid: %v", err)
	}
	_, err = r.step(r.approver, inside.ID, "publish", ward.PlanStep{Effective: r.day(4)})
	r.must(err)
	r.holds()

	// What was built on a publication keeps it from being taken back.
	again := r.microPlan("c1")
	r.draw(r.planner, again.ID, ward.PlanOp{Kind: "found", Cells: query[[]int64](r.town, `SELECT array_agg(cell) FROM micro_touch WHERE to_grid IS NULL`)})
	r.publishOn(again.ID, 4)
	if _, err := r.step(r.approver, split.ID, "unschedule", ward.PlanStep{}); ward.ErrorCode(err) != ward.Conflict {
		t.Errorf("grids were taken back from under their micro-grids: %v", err)
	}
	for _, plan := range []int64{again.ID, inside.ID, split.ID, divide.ID} {
		_, err := r.step(r.approver, plan, "unschedule", ward.PlanStep{})
		r.must(err)
		r.holds()
	}
	for n := range 5 {
		r.clock(r.day(n)).holds()
	}
}

// Random plans of both kinds on random days: whatever is accepted, every
// micro-grid lies in one grid on every day.
func TestAMicroGridLiesInOneGridOnEveryDay(t *testing.T) {
	t.Parallel()
	for seed := range int64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r, luck := newRedraw(t), rand.New(rand.NewSource(seed))
			r.oneMicro("g1", "c1")
			accepted := 0
			var published []int64
			for range 14 {
				if len(published) > 0 && luck.Intn(4) == 0 {
					_, _ = r.step(r.approver, published[luck.Intn(len(published))], "unschedule", ward.PlanStep{}) // refused or not
					r.holds()
					continue
				}
				plan := r.anyPlan(luck)
				if _, err := r.step(r.planner, plan, "submit", ward.PlanStep{}); err != nil {
					continue
				}
				_, err := r.step(r.approver, plan, "approve", ward.PlanStep{Opinion: "同意"})
				r.must(err)
				_, err = r.step(r.approver, plan, "publish", ward.PlanStep{Effective: r.day(luck.Intn(4))})
				if code := ward.ErrorCode(err); err != nil && code != ward.Conflict && code != ward.Stale {
					t.Fatal(err)
				}
				if err == nil {
					accepted, published = accepted+1, append(published, plan)
				}
				r.holds()
			}
			if accepted < 3 {
				t.Errorf("only %d of the plans were accepted: the test says little", accepted)
			}
		})
	}
}

// anyPlan draws a plan of either kind on the western community.
func (r redraw) anyPlan(luck *rand.Rand) int64 {
	r.t.Helper()
	name := "支部"
	if luck.Intn(2) == 0 {
		p := r.microPlan("c1")
		parent := query[int64](r.town, `SELECT grid FROM cell_head h JOIN grid g ON g.id = h.grid JOIN area a ON a.id = g.community AND a.code = 'c1' GROUP BY 1 ORDER BY md5(grid::text || $1::text) LIMIT 1`, fmt.Sprint(luck.Int63()))
		cells := query[[]int64](r.town, `SELECT array_agg(cell ORDER BY cell) FROM cell_head WHERE grid = $1`, parent)
		_, _ = r.try(r.planner, p.ID, ward.PlanOp{Kind: "found", Cells: cells[:1+luck.Intn(len(cells))]})
		_, _ = r.try(r.planner, p.ID, ward.PlanOp{Kind: "fill"})
		return p.ID
	}
	p := r.plan(r.planner, "c1")
	x := float64(80 + luck.Intn(240))
	low := 1
	for _, grid := range query[[]int64](r.town, `SELECT array_agg(DISTINCT grid ORDER BY grid) FROM cell_head h JOIN grid g ON g.id = h.grid JOIN area a ON a.id = g.community AND a.code = 'c1'`) {
		_, _ = r.try(r.planner, p.ID, ward.PlanOp{Kind: "split", Grid: grid, Line: r.line(x, -20, x, 420), Settings: &ward.PlanGridSetting{BranchName: &name, Low: &low}})
	}
	return p.ID
}

func TestACutAndANewBuildKeepMicroGrids(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	micro := r.oneMicro("g4", "c2")
	later := r.microPlan("c2") // and what a scheduled plan will make of it
	r.draw(r.planner, later.ID, ward.PlanOp{Kind: "erase", Cells: []int64{r.cell("walled")}})
	r.publishOn(later.ID, 5)
	old := r.cell("walled")
	_, err := r.cut(r.planner, old, 620, cutTop, 622, cutBottom)
	r.must(err)
	r.holds()
	for _, piece := range query[[]int64](r.town, `SELECT array_agg(new) FROM cell_lineage WHERE old = $1`, old) {
		if at := query[*int64](r.town, `SELECT micro_at($1, today())`, piece); at == nil || *at != micro {
			t.Errorf("piece %d is in micro-grid %v today", piece, at)
		}
		if at := query[*int64](r.town, `SELECT micro_at($1, today() + 5)`, piece); at != nil {
			t.Errorf("piece %d is in micro-grid %d on the fifth day", piece, *at)
		}
	}
	_, err = r.step(r.approver, later.ID, "unschedule", ward.PlanStep{})
	r.must(err)
	r.holds()

	// The next day, because pieces of today that a publication names live out the day.
	r = r.clock(r.day(1))
	r.road("minor", false, path(540, 130, 660, 130)) // through the block: the base is built anew
	r.build()
	r.holds()
	if n := query[int](r.town, `SELECT count(*)::int FROM micro_now WHERE micro = $1 AND grid = $2`, micro, r.gridOf("g4")); n != query[int](r.town, `SELECT count(*)::int FROM cell_now WHERE grid = $1`, r.gridOf("g4")) {
		t.Errorf("after a build %d cells of the grid are in its micro-grid", n)
	}
}

func TestAMicroPlanIsBegunFromWhatThereIs(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	micro := r.oneMicro("g1", "c1")
	seq := query[int64](r.town, `SELECT max(seq) FROM publish_log`)
	begin := func(n ward.PlanNew) (ward.Plan, error) {
		n.Name, n.Communities = "再划", []int64{r.community("c1")}
		return r.db.CreatePlan(t.Context(), r.planner, newKey(), n)
	}
	usual, err := begin(ward.PlanNew{Kind: ward.PlanOfMicros, From: "current"})
	r.must(err)
	if usual.Low != ward.MicroHouseholdsLow || usual.High != ward.MicroHouseholdsHigh || usual.PersonsHigh != ward.MicroPersons {
		t.Errorf("the usual norm is %d–%d, %d", usual.Low, usual.High, usual.PersonsHigh)
	}
	empty, err := begin(ward.PlanNew{Kind: ward.PlanOfMicros, From: "empty"})
	r.must(err)
	if empty.Moved != len(r.cellsOf("g1")) {
		t.Errorf("begun empty, %d cells leave their micro-grid", empty.Moved)
	}
	back, err := begin(ward.PlanNew{From: "restore", Publication: seq})
	r.must(err)
	if back.Kind != ward.PlanOfMicros || back.Moved != empty.Moved {
		t.Errorf("putting back a publication of micro-grids is %+v", back)
	}
	table, err := begin(ward.PlanNew{Kind: ward.PlanOfMicros, From: "assignment", Text: "楼栋,网格\nn00,二号院\nn01,二号院\nw00,g101\n"})
	r.must(err)
	if table.Moved != 2 || table.Grids != 1 {
		t.Errorf("from a table: %d cells, %d micro-grids; w00 is in g101 already (%d)", table.Moved, table.Grids, micro)
	}
	if _, err := begin(ward.PlanNew{Kind: ward.PlanOfMicros, From: "copy", Plan: r.plan(r.planner, "c1").ID}); ward.ErrorCode(err) != ward.Invalid {
		t.Errorf("a copy of a plan of grids: %v", err)
	}
	if _, err := r.try(r.planner, usual.ID, ward.PlanOp{Kind: "auto", Auto: &ward.PlanAuto{Community: r.community("c1")}}); ward.ErrorCode(err) != ward.Conflict && ward.ErrorCode(err) != ward.Invalid {
		t.Errorf("drawn by the program: %v", err)
	}
	_, err = r.db.PlanImpact(t.Context(), r.planner, empty.ID)
	r.must(err)
	if _, err := r.db.ComparePlans(t.Context(), r.planner, []int64{usual.ID, r.plan(r.planner, "c1").ID}); ward.ErrorCode(err) != ward.Invalid {
		t.Errorf("plans of two kinds on one score card: %v", err)
	}
	sheet, err := r.db.PlanSheet(t.Context(), r.planner, usual.ID, micro)
	r.must(err)
	if len(sheet.Sides) == 0 || len(sheet.Buildings) == 0 {
		t.Error("the sheet of a micro-grid is empty")
	}
}
