package postgres_test

import (
	"slices"
	"testing"
	"time"

	"wangge/internal/postgres"
	"wangge/internal/ward"
)

func (r redraw) leader(login, grid string) ward.Scope {
	r.t.Helper()
	const password = "correct horse battery"
	_, err := r.db.CreateAccount(r.t.Context(), ward.System(""), postgres.NewAccount{Login: login, Name: login, Password: password, Grants: []postgres.NewGrant{{Role: ward.GridLeader, Code: grid}}})
	r.must(err)
	a, err := r.db.SignIn(r.t.Context(), login, password, "test")
	r.must(err)
	s, err := a.Actor().Scope("list-border-changes")
	r.must(err)
	return s
}

func households(flows []ward.BorderFlow) (n int) {
	for _, f := range flows {
		n += f.Households
	}
	return n
}

func TestALeaderIsToldOnceWhatMoves(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	leader, other := r.leader("leader1", "g1"), r.leader("leader3", "g3")
	plan, moved := r.splitPlan()
	p, err := r.step(r.approver, plan.ID, "publish", ward.PlanStep{Effective: r.day(1)})
	r.must(err)
	told, err := r.db.BorderChanges(t.Context(), leader)
	r.must(err)
	want := query[int](r.town, `SELECT sum(households)::int FROM cell_stat WHERE cell = any($1)`, moved)
	if len(told) != 1 || told[0].State != "scheduled" || told[0].Read || len(told[0].Gained) != 0 || households(told[0].Lost) != want || want == 0 {
		t.Fatalf("told before the day: %+v, %d households move", told, want)
	}
	if flow := told[0].Lost[0]; flow.Name != "东片网格" || len(flow.Places) == 0 || len(told[0].Before) == 0 || len(told[0].After) == 0 {
		t.Errorf("what is told of the move: %+v", flow)
	}
	again, err := r.db.ReadBorderChange(t.Context(), leader, *p.Seq)
	r.must(err)
	if len(again) != 1 || !again[0].Read {
		t.Errorf("read, it is kept as a notice: %+v", again)
	}
	if list, err := r.db.BorderChanges(t.Context(), other); err != nil || len(list) != 0 {
		t.Errorf("a leader elsewhere is told %+v, %v", list, err)
	}
	if _, err := r.db.ReadBorderChange(t.Context(), other, *p.Seq); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("a leader elsewhere reads it: %v", err)
	}
	drawn, err := r.db.PublicationBorders(t.Context(), r.planner, *p.Seq)
	r.must(err)
	if len(drawn) != 2 || !drawn[0].Founded || len(drawn[0].Gained) != 1 || len(drawn[0].Gained[0].Places) != 0 || len(drawn[1].Lost) != 1 {
		t.Errorf("what the wall is shown: %+v", drawn)
	}
	_, err = r.step(r.approver, plan.ID, "unschedule", ward.PlanStep{})
	r.must(err)
	if list, err := r.db.BorderChanges(t.Context(), leader); err != nil || len(list) != 0 {
		t.Errorf("what was taken back is told: %+v, %v", list, err)
	}
}

func TestTwoPublicationsOfOneDayAreToldAsOne(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	leader := r.leader("leader1", "g1")
	plan, moved := r.splitPlan()
	_, err := r.step(r.approver, plan.ID, "publish", ward.PlanStep{Effective: r.day(1)})
	r.must(err)
	// A second plan of the same day gives the new part to g2: g1 is told of one neighbour.
	fresh := query[int64](r.town, `SELECT id FROM grid WHERE name = '东片网格'`)
	again := r.plan(r.planner, "c1")
	r.draw(r.planner, again.ID, ward.PlanOp{Kind: "merge", Grid: r.gridOf("g2"), Grids: []int64{fresh}})
	r.approved(again.ID)
	p, err := r.step(r.approver, again.ID, "publish", ward.PlanStep{Effective: r.day(1)})
	r.must(err)
	told, err := r.db.BorderChanges(t.Context(), leader)
	r.must(err)
	want := query[int](r.town, `SELECT sum(households)::int FROM cell_stat WHERE cell = any($1)`, moved)
	if len(told) != 1 || len(told[0].Lost) != 1 || told[0].Lost[0].Name != "g2" || households(told[0].Lost) != want || len(told[0].Gained) != 0 {
		t.Fatalf("told of two publications: %+v", told)
	}
	drawn, err := r.db.PublicationBorders(t.Context(), r.planner, *p.Seq)
	r.must(err)
	if len(drawn) != 2 || drawn[0].Name != "g2" || drawn[1].Name != "g1" {
		t.Errorf("the wall is shown %+v", drawn)
	}
	if read, err := r.db.ReadBorderChange(t.Context(), leader, told[0].Seq); err != nil || len(read) != 1 || !read[0].Read {
		t.Errorf("seen once, it is seen: %+v, %v", read, err)
	}
}

func TestTheGridsOfADayStayAsTheyWere(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	plan, moved := r.splitPlan()
	before := query[time.Time](r.town, `SELECT clock_timestamp()`)
	_, err := r.step(r.approver, plan.ID, "publish", ward.PlanStep{Effective: r.day(1)})
	r.must(err)
	on := r.clock(r.day(1))
	names := func(p ward.GridPast) (out []string, changed int) {
		t.Helper()
		list, err := on.db.GridsThen(t.Context(), on.planner, p)
		on.must(err)
		for _, g := range list {
			out = append(out, g.Name)
			if g.Changed {
				changed++
			}
			if len(g.Shape) == 0 || g.Area <= 0 {
				t.Errorf("%s has no shape", g.Name)
			}
		}
		return out, changed
	}
	now, changed := names(ward.GridPast{On: r.day(1)})
	if changed != 0 || !slices.Contains(now, "东片网格") {
		t.Errorf("today: %v, %d changed", now, changed)
	}
	was, changed := names(ward.GridPast{On: r.day(0)})
	if changed != 1 || slices.Contains(was, "东片网格") {
		t.Errorf("yesterday: %v, %d differ from today", was, changed)
	}
	believed, changed := names(ward.GridPast{On: r.day(1), Known: before})
	if changed != 1 || slices.Contains(believed, "东片网格") || len(believed) != len(was) {
		t.Errorf("what was believed of today before the publication: %v, %d differ", believed, changed)
	}
	if _, err := on.db.GridsThen(t.Context(), on.planner, ward.GridPast{On: "heute"}); ward.ErrorCode(err) != ward.Invalid {
		t.Errorf("no day: %v", err)
	}
	family, err := on.db.GridFamily(t.Context(), on.planner, r.gridOf("g1"))
	on.must(err)
	if len(family.Lines) != 2 || len(family.Grids) != 2 || len(family.Publications) != 1 || family.Publications[0].Approver != "approver" || family.Publications[0].Author != "planner" {
		t.Errorf("where g1 went: %+v", family)
	}
	fresh, err := on.db.GridFamily(t.Context(), on.planner, query[int64](on.town, `SELECT grid FROM cell_now WHERE cell = $1`, moved[0]))
	on.must(err)
	if len(fresh.Lines) != 1 || fresh.Lines[0].Kind != "split" {
		t.Errorf("where the new grid came from: %+v", fresh.Lines)
	}
	codes, err := on.db.GridCodes(t.Context(), on.planner, "c1")
	on.must(err)
	if len(codes) != 1 || codes[0].Code != "c1001" || codes[0].Opened != r.day(1) || codes[0].Closed != "" {
		t.Errorf("codes: %+v", codes)
	}
}

func TestASheetNamesTheBordersOfAGrid(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	p := r.plan(r.planner, "c1")
	cells := r.cellsOf("g1")
	name := "新格"
	edit := r.draw(r.planner, p.ID, ward.PlanOp{Kind: "split", Grid: r.gridOf("g1"), Line: r.line(200, -20, 200, 210), Settings: &ward.PlanGridSetting{Name: &name}})
	for _, grid := range []int64{r.gridOf("g1"), -1} {
		sheet, err := r.db.PlanSheet(t.Context(), r.planner, p.ID, grid)
		r.must(err)
		inside := 0
		for _, b := range sheet.Buildings {
			if b.Inside {
				inside++
			}
		}
		sides, length := map[string]bool{}, 0.0
		for _, one := range sheet.Sides {
			sides[one.Side], length = true, length+one.Length
			if one.Other == grid {
				t.Errorf("grid %d borders on itself: %+v", grid, one)
			}
		}
		want := len(edit.Delta.Cells)
		if grid > 0 {
			want = len(cells) - want
		}
		grids, err := r.db.PlanGrids(t.Context(), r.planner, p.ID, ward.PlanView{})
		r.must(err)
		i := slices.IndexFunc(grids, func(g ward.PlanGrid) bool { return g.Grid == grid })
		if inside != grids[i].Buildings || len(sides) != 4 || length < grids[i].Perimeter*0.99 || length > grids[i].Perimeter*1.01 {
			t.Errorf("sheet of %d: %d buildings of %d (%d cells), sides %v, %.0f m of %.0f m", grid, inside, grids[i].Buildings, want, sides, length, grids[i].Perimeter)
		}
	}
	if _, err := r.db.PlanSheet(t.Context(), r.planner, p.ID, -9); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("a grid that is not there: %v", err)
	}
}
