package postgres_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// redraw is a drawn town with a planner, a second planner and an approver.
type redraw struct {
	town
	db                       *postgres.DB
	planner, other, approver ward.Scope
}

func newRedraw(t testing.TB) redraw {
	w := drawnTown(t)
	w.build()
	// Three households to a building, a member in every fourth, some in need.
	w.exec(`INSERT INTO household (code, building, room, persons) SELECT code || '-' || n, id, n::text, 2 FROM building, generate_series(1, 3) n WHERE cell IS NOT NULL`)
	w.exec(`INSERT INTO person (id, name) OVERRIDING SYSTEM VALUE SELECT id, '住户' || id FROM household`)
	w.exec(`INSERT INTO branch (code, name, kind, area) SELECT 'b-' || g.code, g.code || '支部', 'grid', g.community FROM grid g WHERE g.code <> 'g4'`)
	w.exec(`INSERT INTO branch_grid (branch, grid) SELECT b.id, g.id FROM branch b JOIN grid g ON b.code = 'b-' || g.code`)
	w.exec(`INSERT INTO member (code, person, branch, household) SELECT 'm' || h.id, h.id, bg.branch, h.id FROM household h
		JOIN building_now n ON n.building = h.building JOIN branch_grid bg ON bg.grid = n.grid WHERE h.id % 4 = 0`)
	w.exec(`INSERT INTO household_tag (household, kind, consent_until) SELECT id, 'hardship', '2099-01-01' FROM household WHERE id % 7 = 0`)
	w.exec(`SELECT refresh_cell_stat()`)
	r := redraw{town: w, db: postgres.New(w.pool, postgres.Keys{})}
	r.planner, r.other = r.account("planner", ward.Planner), r.account("other", ward.Planner)
	r.approver = r.account("approver", ward.PartyOffice)
	return r
}

func (r redraw) account(login string, role ward.Role) ward.Scope {
	r.t.Helper()
	const password = "correct horse battery"
	_, err := r.db.CreateAccount(r.t.Context(), ward.System(""), postgres.NewAccount{Login: login, Name: login, Password: password, Grants: []postgres.NewGrant{{Role: role}}})
	r.must(err)
	a, err := r.db.SignIn(r.t.Context(), login, password, "test")
	r.must(err)
	s, err := a.Actor().Scope("draw-plan")
	r.must(err)
	return s
}

func (r redraw) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r redraw) community(code string) int64 {
	return query[int64](r.town, `SELECT id FROM area WHERE code = $1`, code)
}

func (r redraw) gridOf(code string) int64 {
	return query[int64](r.town, `SELECT id FROM grid WHERE code = $1`, code)
}

func (r redraw) cellsOf(grid string) []int64 {
	return query[[]int64](r.town, `SELECT array_agg(n.cell ORDER BY n.cell) FROM cell_now n JOIN grid g ON g.id = n.grid WHERE g.code = $1`, grid)
}

func (r redraw) cell(building string) int64 {
	return query[int64](r.town, `SELECT cell FROM building WHERE code = $1`, building)
}

func newKey() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// plan starts a draft of the communities.
func (r redraw) plan(s ward.Scope, communities ...string) ward.Plan {
	r.t.Helper()
	n := ward.PlanNew{Name: "试划", From: "current", Low: 10, High: 60}
	for _, c := range communities {
		n.Communities = append(n.Communities, r.community(c))
	}
	p, err := r.db.CreatePlan(r.t.Context(), s, newKey(), n)
	r.must(err)
	return p
}

// draw carries out a gesture on the present version.
func (r redraw) draw(s ward.Scope, plan int64, op ward.PlanOp) ward.PlanEdit {
	r.t.Helper()
	edit, err := r.try(s, plan, op)
	r.must(err)
	return edit
}

func (r redraw) try(s ward.Scope, plan int64, op ward.PlanOp) (ward.PlanEdit, error) {
	op.Version = query[int64](r.town, `SELECT version FROM plan WHERE id = $1`, plan)
	return r.db.DrawPlan(r.t.Context(), s, newKey(), plan, op)
}

// line is a line of the town in degrees, in metres from its corner.
func (r redraw) line(xy ...float64) orb.LineString {
	return query[orb.MultiLineString](r.town, `SELECT `+onGround, path(xy...))[0]
}

func TestASplitThatIsMergedAgainLeavesNoTrace(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	p := r.plan(r.planner, "c1")
	g1 := r.gridOf("g1")
	before, err := r.db.PlanGrids(t.Context(), r.planner, p.ID, ward.PlanView{})
	r.must(err)

	preview, err := r.try(r.planner, p.ID, ward.PlanOp{Kind: "split", Grid: g1, Line: r.line(200, -20, 200, 210), Preview: true})
	r.must(err)
	edit := r.draw(r.planner, p.ID, ward.PlanOp{Kind: "split", Grid: g1, Line: r.line(200, -20, 200, 210)})
	if !slices.Equal(preview.Delta.Cells, edit.Delta.Cells) || preview.Version != p.Version || edit.Version != p.Version+1 {
		t.Errorf("the preview (version %d) promised other cells than the split (version %d) moved", preview.Version, edit.Version)
	}
	if len(edit.Grids) != 2 || edit.Grids[0].Grid != g1 || edit.Grids[1].Grid != -1 || edit.Grids[0].Households < edit.Grids[1].Households {
		t.Fatalf("the split made %+v", edit.Grids)
	}
	if len(edit.Path) == 0 || edit.Grids[0].Parts != 1 || edit.Grids[1].Parts != 1 || edit.Grids[0].RoadShare < before[0].RoadShare {
		t.Errorf("the split along a secondary road has path %v and halves %+v", edit.Path, edit.Grids)
	}
	if !slices.ContainsFunc(edit.Checks, func(c ward.PlanCheck) bool { return c.Code == "branch" && c.Grid == -1 && c.Level == ward.CheckError }) {
		t.Errorf("nobody says that the new grid has no branch: %+v", edit.Checks)
	}

	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "merge", Grid: g1, Grids: []int64{-1}})
	if n := query[int](r.town, `SELECT count(*)::int FROM plan_cell`); n != 0 {
		t.Errorf("after merging %d cells are still moved", n)
	}
	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "undo"})
	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "undo"})
	after, err := r.db.PlanGrids(t.Context(), r.planner, p.ID, ward.PlanView{})
	r.must(err)
	if len(after) != len(before) || !slices.EqualFunc(before, after, func(a, b ward.PlanGrid) bool {
		return a.Grid == b.Grid && a.CellCount == b.CellCount && a.Area == b.Area && a.Shape.Equal(b.Shape)
	}) {
		t.Error("undoing everything does not lead back")
	}
	if _, err := r.try(r.planner, p.ID, ward.PlanOp{Kind: "undo"}); ward.ErrorCode(err) != ward.Conflict {
		t.Errorf("undo of nothing: %v", err)
	}
	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "redo"})
	redone := r.draw(r.planner, p.ID, ward.PlanOp{Kind: "redo"})
	if n := query[int](r.town, `SELECT count(*)::int FROM plan_cell`); n != 0 || redone.CanRedo || !redone.CanUndo {
		t.Errorf("redo left %d cells moved, can redo %v, can undo %v", n, redone.CanRedo, redone.CanUndo)
	}
}

func TestALostRaceTellsWhatHappenedMeanwhile(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	p := r.plan(r.planner, "c1")
	op := ward.PlanOp{Version: p.Version, Kind: "assign", Grid: r.gridOf("g2"), Cells: []int64{r.cell("w02")}}
	key := newKey()
	first, err := r.db.DrawPlan(t.Context(), r.planner, key, p.ID, op)
	r.must(err)
	again, err := r.db.DrawPlan(t.Context(), r.planner, key, p.ID, op) // the answer was lost on the way
	r.must(err)
	if again.Version != first.Version || !slices.Equal(again.Delta.Cells, first.Delta.Cells) || len(again.Grids) != len(first.Grids) {
		t.Errorf("a retry answered %+v, first %+v", again, first)
	}
	op.Cells = []int64{r.cell("w12")}
	_, err = r.db.DrawPlan(t.Context(), r.other, newKey(), p.ID, op)
	var stale *ward.Error
	if !errors.As(err, &stale) || stale.Code != ward.Stale {
		t.Fatalf("the slower of two: %v", err)
	}
	lost, ok := stale.Current.(ward.PlanLost)
	if !ok || lost.Version != first.Version || len(lost.Since) != 1 || !slices.Equal(lost.Since[0].Delta.Cells, first.Delta.Cells) {
		t.Errorf("the slower of two is told %+v", stale.Current)
	}
}

func TestALockedGridNeitherGivesNorTakes(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	p := r.plan(r.planner, "c1")
	yes, g1, g2 := true, r.gridOf("g1"), r.gridOf("g2")
	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "set", Grid: g1, Settings: &ward.PlanGridSetting{Locked: &yes}})
	for _, op := range []ward.PlanOp{
		{Kind: "assign", Grid: g2, Cells: []int64{r.cell("w02")}},
		{Kind: "assign", Grid: g1, Cells: []int64{r.cell("n02")}},
		{Kind: "erase", Cells: []int64{r.cell("w02")}},
		{Kind: "merge", Grid: g2, Grids: []int64{g1}},
		{Kind: "split", Grid: g1, Line: r.line(200, -20, 200, 210)},
	} {
		if _, err := r.try(r.planner, p.ID, op); ward.ErrorCode(err) != ward.Conflict {
			t.Errorf("%s with a locked grid: %v", op.Kind, err)
		}
	}
}

func TestGesturesThatMakeNoSenseSayWhy(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	p := r.plan(r.planner, "c1")
	for name, op := range map[string]ward.PlanOp{
		"a grid of another community":      {Kind: "assign", Grid: r.gridOf("g3"), Cells: []int64{r.cell("w02")}},
		"a cell of another community":      {Kind: "assign", Grid: r.gridOf("g1"), Cells: []int64{r.cell("e00")}},
		"a cell that is not there":         {Kind: "erase", Cells: []int64{1 << 40}},
		"a grid the plan does not know":    {Kind: "assign", Grid: -7, Cells: []int64{r.cell("w02")}},
		"a line beside the grid":           {Kind: "split", Grid: r.gridOf("g4"), Line: r.line(0, 0, 1, 1)},
		"a line of one point":              {Kind: "split", Grid: r.gridOf("g1"), Line: r.line(0, 0, 0, 0)},
		"merging a grid with itself":       {Kind: "merge", Grid: r.gridOf("g1"), Grids: []int64{r.gridOf("g1")}},
		"a new code for an official grid":  {Kind: "set", Grid: r.gridOf("g1"), Settings: &ward.PlanGridSetting{Code: new(string)}},
		"a new grid of nothing":            {Kind: "found"},
		"a building that is in no cell":    {Kind: "transfer", Grid: r.gridOf("g1"), Buildings: []int64{1 << 40}},
		"a gesture that does not exist":    {Kind: "shake"},
		"a line off the face of the earth": {Kind: "split", Grid: r.gridOf("g1"), Line: orb.LineString{{500, 0}, {1, 1}}},
	} {
		if _, err := r.try(r.planner, p.ID, op); ward.ErrorCode(err) != ward.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if v := query[int64](r.town, `SELECT version FROM plan WHERE id = $1`, p.ID); v != p.Version {
		t.Error("a refused gesture changed the plan")
	}
}

func TestHolesAndStrayPartsAreFilled(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	p := r.plan(r.planner, "c1")
	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "erase", Cells: []int64{r.cell("w22")}})
	stray := r.draw(r.planner, p.ID, ward.PlanOp{Kind: "assign", Grid: r.gridOf("g2"), Cells: []int64{r.cell("terrace2")}})
	if !slices.ContainsFunc(stray.Checks, func(c ward.PlanCheck) bool { return c.Code == "parts" && c.Level == ward.CheckError && c.Fix != nil }) {
		t.Fatalf("nobody says that g2 is in two parts: %+v", stray.Checks)
	}
	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "fill"})
	checks, err := r.db.PlanChecks(t.Context(), r.planner, p.ID, ward.PlanView{})
	r.must(err)
	for _, c := range checks {
		if c.Level == ward.CheckError {
			t.Errorf("after filling: %s %s", c.Code, c.Message)
		}
	}
	if n := query[int](r.town, `SELECT count(*)::int FROM plan_cell`); n != 0 {
		t.Errorf("filling did not put both cells back: %d are moved", n)
	}
}

// A plan begun from a table, from polygons, from nothing, from another plan.
func TestPlansBeginInFiveWays(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	ctx := t.Context()
	c1 := []int64{r.community("c1")}
	begin := func(n ward.PlanNew) ward.Plan {
		t.Helper()
		n.Name, n.Communities = "导入", c1
		p, err := r.db.CreatePlan(ctx, r.planner, newKey(), n)
		r.must(err)
		return p
	}
	if p := begin(ward.PlanNew{From: "empty"}); p.Moved != len(r.cellsOf("g1"))+len(r.cellsOf("g2")) {
		t.Errorf("an empty plan moves %d cells", p.Moved)
	}
	table := begin(ward.PlanNew{From: "assignment", Text: "楼栋,网格\nw02,g2\nw12,new-1\nw10,g1\n"})
	if table.Moved != 2 || table.Grids != 1 {
		t.Errorf("the table moved %d cells and founded %d grids", table.Moved, table.Grids)
	}
	if p := begin(ward.PlanNew{From: "copy", Plan: table.ID}); p.Moved != 2 || p.Grids != 1 {
		t.Errorf("the copy moves %d cells and has %d grids", p.Moved, p.Grids)
	}
	shapes := query[string](r.town, `SELECT json_build_object('type', 'FeatureCollection', 'features', json_agg(json_build_object('type', 'Feature', 'geometry', st_asgeojson(s.geom, 9)::json, 'properties', json_build_object('code', g.code))))::text
		FROM grid_shape_now s JOIN grid g ON g.id = s.grid WHERE g.community = $1`, c1[0])
	if p := begin(ward.PlanNew{From: "polygons", Text: shapes}); p.Moved != 0 {
		t.Errorf("the official polygons read back move %d cells", p.Moved)
	}
	_, err := r.db.CreatePlan(ctx, r.planner, newKey(), ward.PlanNew{Name: "坏表", Communities: c1, From: "assignment", Text: "楼栋,网格\nnowhere,g1\ne00,g1\n"})
	var bad *ward.Error
	if !errors.As(err, &bad) || bad.Code != ward.Invalid || len(bad.Fields) != 2 {
		t.Errorf("a table with unknown buildings: %v", err)
	}
}
