package postgres_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// cut cuts the cell of a building.
func (r redraw) cut(s ward.Scope, cell int64, xy ...float64) (ward.CellCutEdit, error) {
	return r.db.CutCell(r.t.Context(), s, newKey(), cell, ward.CellCutOrder{Line: r.line(xy...)})
}

// The cell of “walled” is a block of 100 × 100 m with a house of 30 × 30 m:
//
//	┌──────────┬──┐ 150
//	│   ┌──┐   │  │
//	│   └──┘   │  │   the cut runs along x = 620 or so
//	└──────────┴──┘ 50
//	550        620 650
const cutTop, cutBottom = 160.0, 40.0

// facts puts down what hangs on the cell of “walled”: a visit in the house, an
// incident in the yard, a plate in the yard, a comment at a draft.
func (r redraw) facts(plan int64) (visit, incident string) {
	r.t.Helper()
	cell := r.cell("walled")
	visit, incident = newKey().String(), newKey().String()
	yard := query[orb.Point](r.town, `SELECT st_transform(st_setsrid(st_makepoint($1, $2), metric_srid()), 4326)`, cornerX+640.0, cornerY+100.0)
	r.exec(`INSERT INTO visit (id, visitor, building, cell, grid, kind, met, started_at, occurred_at, pt)
		SELECT $1::uuid, 1, b.id, b.cell, n.grid, 'aid', 'met', now() - interval '3 days', now() - interval '3 days', b.pt FROM building b JOIN cell_now n ON n.cell = b.cell WHERE b.code = 'walled'`, visit)
	r.exec(`INSERT INTO incident_class (code, name) VALUES ('t1', '试验') ON CONFLICT DO NOTHING`)
	r.exec(`INSERT INTO incident (id, number, reporter, class, cell, grid, occurred_at, pt) SELECT $1::uuid, $1, 1, 't1', n.cell, n.grid, now(), $2::geometry FROM cell_now n WHERE n.cell = $3`, incident, yard, cell)
	r.exec(`INSERT INTO sign (token, grid, cell, pt, made_by) SELECT 'abcdefghijklmnop', n.grid, n.cell, $1::geometry, 1 FROM cell_now n WHERE n.cell = $2`, yard, cell)
	r.exec(`INSERT INTO plan_comment (plan, author, text, cell, pt) VALUES ($1, (SELECT id FROM account LIMIT 1), '这里要一分为二', $2, $3::geometry)`, plan, cell, yard)
	return visit, incident
}

// logged replays the log of a plan: cells that were cut stand for their pieces.
func (r redraw) logged(plan int64) map[int64]int64 {
	r.t.Helper()
	log, err := r.db.PlanLog(r.t.Context(), r.planner, plan, 0)
	r.must(err)
	label := map[int64]int64{}
	for _, entry := range log {
		for i, cell := range entry.Delta.Cells {
			label[cell] = entry.Delta.Now[i]
		}
		for _, c := range entry.Delta.Cuts {
			if l, moved := label[c.Old[0]]; moved {
				for _, n := range c.New {
					label[n] = l
				}
			}
			for _, old := range c.Old {
				delete(label, old)
			}
		}
	}
	return label
}

// follows checks that the log of a plan replayed gives the plan.
func (r redraw) follows(plan int64) {
	r.t.Helper()
	logged := r.logged(plan)
	rows := query[[]string](r.town, `SELECT coalesce(array_agg(cell || ' ' || label ORDER BY cell), '{}') FROM plan_cell WHERE plan = $1`, plan)
	var want []string
	for cell, label := range logged {
		if head := query[int64](r.town, `SELECT coalesce((SELECT grid FROM cell_head WHERE cell = $1), 0)`, cell); head != label {
			want = append(want, fmt.Sprint(cell, " ", label))
		}
	}
	slices.Sort(want)
	slices.Sort(rows)
	if !slices.Equal(rows, want) {
		r.t.Errorf("the log gives %v, the plan has %v", want, rows)
	}
}

func TestACutCellGoesOnAnsweringForEverything(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	cell, grid := r.cell("walled"), r.gridOf("g4")
	p := r.plan(r.planner, "c2")
	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "assign", Grid: r.gridOf("g3"), Cells: []int64{cell}})
	version := query[int64](r.town, `SELECT version FROM plan WHERE id = $1`, p.ID)
	visit, incident := r.facts(p.ID)
	// A border somebody walks along: the wall of the block, left of it the cell around.
	r.exec(`WITH w AS (INSERT INTO border_walk (grid, made_by, made_at) SELECT $2, id, now() FROM account LIMIT 1 RETURNING id)
		INSERT INTO border_piece (walk, mark, grids, pairs, name, class, length, line, left_side, right_side, words)
		SELECT w.id, 1, array[$2::bigint], array[least($1, other), greatest($1, other)], '围墙', 'wall', 100, 'SRID=4326;LINESTRING(120 30,120 30.1)'::geometry, side, side, '沿围墙'
		FROM w, (SELECT CASE WHEN l = $1 THEN r ELSE l END other FROM cell_arc WHERE $1 IN (l, r) ORDER BY len DESC LIMIT 1) a, (SELECT '{"grid":0,"name":"","side":"","places":[]}'::jsonb side) s`, cell, grid)
	before := query[string](r.town, `SELECT concat_ws(' ', households, persons, members, hardship, buildings) FROM cell_stat WHERE cell = $1`, cell)
	area := query[float64](r.town, `SELECT sum(area) FROM cell WHERE upper_inf(valid)`)
	then := query[time.Time](r.town, `SELECT now()`)
	believed := query[int64](r.town, `SELECT grid_believed_at($1, today() - 9, $2)`, cell, then)

	preview, err := r.db.CutCell(t.Context(), r.planner, newKey(), cell, ward.CellCutOrder{Line: r.line(620, cutTop, 625, cutBottom), Preview: true})
	r.must(err)
	if n := query[int](r.town, `SELECT count(*)::int FROM cell_cut`); n != 0 || preview.Cut != 0 {
		t.Error("a preview cut")
	}
	edit, err := r.cut(r.planner, cell, 620, cutTop, 625, cutBottom)
	r.must(err)
	for i, piece := range edit.Pieces {
		shown := preview.Pieces[i]
		if shown.Area != piece.Area || shown.CellCount != piece.CellCount || !shown.Shape.Equal(piece.Shape) {
			t.Errorf("piece %d was shown as %+v and is %+v", i, shown, piece)
		}
	}
	west, east := edit.Pieces[0].Cell, edit.Pieces[1].Cell
	if edit.Pieces[0].Households != 3 || edit.Pieces[1].Households != 0 || edit.Plans != 1 || len(edit.Path) != 1 {
		t.Errorf("the cut made %+v", edit)
	}

	sum := query[string](r.town, `SELECT concat_ws(' ', sum(households), sum(persons), sum(members), sum(hardship), sum(buildings)) FROM cell_stat WHERE cell = any($1)`, []int64{west, east})
	if sum != before {
		t.Errorf("counts %s, before %s", sum, before)
	}
	if now := query[float64](r.town, `SELECT sum(area) FROM cell WHERE upper_inf(valid)`); math.Abs(now-area) > 1e-6 {
		t.Errorf("%g m² of cells, before %g", now, area)
	}
	for what, got := range map[string]int64{
		"house":    query[int64](r.town, `SELECT cell FROM building WHERE code = 'walled'`),
		"visit":    query[int64](r.town, `SELECT cell FROM visit WHERE id = $1::uuid`, visit),
		"incident": query[int64](r.town, `SELECT cell FROM incident WHERE id = $1::uuid`, incident),
		"sign":     query[int64](r.town, `SELECT cell FROM sign`),
		"comment":  query[int64](r.town, `SELECT cell FROM plan_comment WHERE plan = $1`, p.ID),
	} {
		want := east
		if what == "house" || what == "visit" {
			want = west
		}
		if got != want {
			t.Errorf("the %s is in cell %d, want %d (pieces %d and %d)", what, got, want, west, east)
		}
	}
	for _, piece := range []int64{west, east} {
		if g := query[int64](r.town, `SELECT grid FROM cell_now WHERE cell = $1`, piece); g != grid {
			t.Errorf("piece %d is in grid %d, its forebear was in %d", piece, g, grid)
		}
		if g := query[int64](r.town, `SELECT grid_at($1, today() - 9)`, piece); g != grid {
			t.Errorf("nine days ago piece %d was in grid %d", piece, g)
		}
		if g := query[int64](r.town, `SELECT grid_believed_at($1, today() - 9, $2)`, piece, then); g != believed {
			t.Errorf("piece %d was believed to be in grid %d, its forebear in %d", piece, g, believed)
		}
	}
	if n := query[int](r.town, `SELECT count(*)::int FROM cell_now WHERE cell = $1`, cell); n != 0 {
		t.Error("the cell that was cut still counts today")
	}
	if share := query[float64](r.town, `SELECT sum(share) FROM cell_lineage WHERE old = $1`, cell); math.Abs(share-1) > 1e-12 {
		t.Errorf("the shares of the pieces add up to %g", share)
	}
	if named := query[[]int64](r.town, `SELECT pairs FROM border_piece`); slices.Contains(named, cell) || !slices.Contains(named, west) && !slices.Contains(named, east) {
		t.Errorf("the border that is walked along lies between %v", named)
	}
	r.cutHolds()

	// The draft goes on with both pieces, and its step can still be undone.
	if now := query[int64](r.town, `SELECT version FROM plan WHERE id = $1`, p.ID); now != version+1 {
		t.Errorf("the draft is at version %d, was at %d", now, version)
	}
	r.follows(p.ID)
	if n := query[int](r.town, `SELECT count(*)::int FROM plan_cell WHERE plan = $1 AND cell = any($2) AND label = $3`, p.ID, []int64{west, east}, r.gridOf("g3")); n != 2 {
		t.Errorf("%d pieces are where the draft had the cell", n)
	}
	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "undo"})
	if n := query[int](r.town, `SELECT count(*)::int FROM plan_cell WHERE plan = $1`, p.ID); n != 0 {
		t.Errorf("after undoing %d cells are still moved", n)
	}
	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "redo"})
	r.follows(p.ID)
}

// cutHolds is what is true of the base after any cuts: cells share every vertex,
// grids and communities are exactly their cells, arcs say what cells are.
func (r redraw) cutHolds() {
	r.t.Helper()
	r.tilesWhere(`upper_inf(a.valid) AND upper_inf(b.valid)`)
	for what, sql := range map[string]string{
		"cells that no arc goes round": `SELECT count(*) FROM cell c WHERE upper_inf(valid) AND NOT EXISTS (SELECT FROM cell_arc a WHERE c.id IN (a.l, a.r))`,
		"arcs of cells that are no more": `SELECT count(*) FROM cell_arc a WHERE (a.l <> 0 AND NOT EXISTS (SELECT FROM cell c WHERE c.id = a.l AND upper_inf(c.valid)))
			OR (a.r <> 0 AND NOT EXISTS (SELECT FROM cell c WHERE c.id = a.r AND upper_inf(c.valid)))`,
		"cells that differ from their arcs": `SELECT count(*) FROM cell c, LATERAL (SELECT st_buildarea(st_union(a.geom)) g FROM cell_arc a WHERE c.id IN (a.l, a.r)) b
			WHERE upper_inf(c.valid) AND NOT st_equals(b.g, CASE WHEN st_nrings(c.geom) = 1 THEN c.geom ELSE b.g END)`,
		"grids that differ from their cells": `SELECT count(*) FROM grid_shape_now s, LATERAL (SELECT st_union(c.geom) g FROM cell_now n JOIN cell c ON c.id = n.cell WHERE n.grid = s.grid) q
			WHERE st_area(st_symdifference(st_snaptogrid(st_transform(s.geom, metric_srid()), 0.01), q.g)) > 0.0001`,
		"buildings without a cell that was open": `SELECT count(*) FROM building b JOIN cell c ON c.id = b.cell WHERE NOT upper_inf(c.valid)`,
		"cells in several communities today":     `SELECT count(*) FROM (SELECT cell FROM cell_community WHERE valid @> today() GROUP BY 1 HAVING count(*) > 1) q`,
		"ground twice today":                     `SELECT count(*) FROM cell_now a JOIN cell_now b ON a.cell < b.cell JOIN cell c ON c.id = a.cell JOIN cell d ON d.id = b.cell AND c.geom && d.geom WHERE st_area(st_intersection(c.geom, d.geom)) > 0`,
	} {
		if n := query[int64](r.town, sql); n != 0 {
			r.t.Errorf("%s: %d", what, n)
		}
	}
}

// A cut is an input of the base: building it again makes the same cells.
func TestACutSurvivesTheNextBuild(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	first, err := r.cut(r.planner, r.cell("walled"), 620, cutTop, 625, cutBottom)
	r.must(err)
	// With a corner, from the road to the neighbour's ground.
	second, err := r.cut(r.planner, r.cell("e00"), 430, 190, 430, 255, 390, 255)
	r.must(err)
	report := r.build()
	if report.Opened != 0 || report.Closed != 0 {
		t.Errorf("the next build opened %d and closed %d cells", report.Opened, report.Closed)
	}
	for _, edit := range []ward.CellCutEdit{first, second} {
		for _, p := range edit.Pieces {
			if !query[bool](r.town, `SELECT upper_inf(valid) FROM cell WHERE id = $1`, p.Cell) {
				t.Errorf("piece %d is gone", p.Cell)
			}
		}
	}
	r.cutHolds()
	// A house more in the neighbourhood: the cut is still there.
	p := r.plan(r.planner, "c2")
	for _, piece := range first.Pieces {
		r.draw(r.planner, p.ID, ward.PlanOp{Kind: "assign", Grid: r.gridOf("g3"), Cells: []int64{piece.Cell}})
	}
	visit, _ := r.facts(p.ID)
	r.building("annex", multi(rectangle(560, 120, 575, 140)))
	r.build()
	r.cutHolds()
	if lost := query[int](r.town, `SELECT count(*)::int FROM plan_cell p JOIN cell c ON c.id = p.cell WHERE NOT upper_inf(c.valid)`); lost != 0 || query[int](r.town, `SELECT count(*)::int FROM plan_cell WHERE label = $1`, r.gridOf("g3")) < 3 {
		t.Errorf("the draft lost what the next build replaced (%d cells of before)", lost)
	}
	if !query[bool](r.town, `SELECT v.cell = b.cell FROM visit v JOIN building b ON b.id = v.building WHERE v.id = $1::uuid`, visit) {
		t.Error("the visit is not where its house is")
	}
	if a, b := query[int64](r.town, cellUnder, cornerX+560.0, cornerY+60.0), query[int64](r.town, cellUnder, cornerX+645.0, cornerY+60.0); a == b {
		t.Error("a house more, and the cut is forgotten")
	}
	_, err = r.db.HealCell(t.Context(), r.planner, first.Cut)
	r.must(err)
	r.build()
	r.cutHolds()
	if a, b := query[int64](r.town, cellUnder, cornerX+610.0, cornerY+60.0), query[int64](r.town, cellUnder, cornerX+645.0, cornerY+60.0); a != b {
		t.Error("the cut was healed, and the next build cuts again")
	}
}

const cellUnder = `SELECT id FROM cell WHERE upper_inf(valid) AND st_intersects(geom, st_setsrid(st_makepoint($1, $2), metric_srid()))`

func TestACutOnWhichSomethingWasBuiltStays(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	cell, cells := r.cell("walled"), query[int](r.town, `SELECT count(*)::int FROM cell WHERE upper_inf(valid)`)
	p := r.plan(r.planner, "c2")
	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "assign", Grid: r.gridOf("g3"), Cells: []int64{cell}})
	edit, err := r.cut(r.planner, cell, 620, cutTop, 625, cutBottom)
	r.must(err)
	east := edit.Pieces[1].Cell

	// Not while a draft has them apart.
	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "assign", Grid: r.gridOf("g4"), Cells: []int64{east}})
	if _, err := r.db.HealCell(t.Context(), r.planner, edit.Cut); ward.ErrorCode(err) != ward.Conflict || !strings.Contains(err.Error(), "试划") {
		t.Errorf("a draft has the pieces apart: %v", err)
	}
	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "undo"})
	// Nor while one of them is cut again.
	again, err := r.cut(r.planner, east, 600, 100, 700, 100)
	r.must(err)
	r.cutHolds()
	if _, err := r.db.HealCell(t.Context(), r.planner, edit.Cut); ward.ErrorCode(err) != ward.Conflict {
		t.Errorf("a piece was cut again: %v", err)
	}
	_, err = r.db.HealCell(t.Context(), r.planner, again.Cut)
	r.must(err)
	r.cutHolds()
	if _, err := r.db.HealCell(t.Context(), r.planner, again.Cut); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("healed twice: %v", err)
	}
	list, err := r.db.CellCuts(t.Context(), r.planner, ward.Filter{Area: r.community("c2")})
	r.must(err)
	if len(list.Items) != 1 || list.Items[0].ID != edit.Cut || !list.Items[0].Whole {
		t.Errorf("one cut is left, which can be healed now: %+v", list.Items)
	}
	r.follows(p.ID)
	_, err = r.db.HealCell(t.Context(), r.planner, edit.Cut)
	r.must(err)
	r.cutHolds()
	if now := query[int](r.town, `SELECT count(*)::int FROM cell WHERE upper_inf(valid)`); now != cells {
		t.Errorf("%d cells, want %d", now, cells)
	}
}

// The way back while nothing was built on it: one cell again, with all that
// hung on both pieces, and a step of a draft from before can still be undone.
func TestAHealedCutLeavesOneCell(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	cell := r.cell("walled")
	shape := query[string](r.town, `SELECT st_astext(st_normalize(geom)) FROM cell WHERE id = $1`, cell)
	stat := query[string](r.town, `SELECT concat_ws(' ', households, persons, members, hardship, buildings) FROM cell_stat WHERE cell = $1`, cell)
	p := r.plan(r.planner, "c2")
	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "assign", Grid: r.gridOf("g3"), Cells: []int64{cell}})
	visit, incident := r.facts(p.ID)
	edit, err := r.cut(r.planner, cell, 620, cutTop, 625, cutBottom)
	r.must(err)
	change, err := r.db.HealCell(t.Context(), r.planner, edit.Cut)
	r.must(err)
	whole := change.New[0]
	if got := query[string](r.town, `SELECT concat_ws(' ', households, persons, members, hardship, buildings) FROM cell_stat WHERE cell = $1`, whole); got != stat {
		t.Errorf("counts %s, before %s", got, stat)
	}
	if same := query[bool](r.town, `SELECT st_area(st_symdifference(geom, st_geomfromtext($2, metric_srid()))) < 1 FROM cell WHERE id = $1`, whole, shape); !same {
		t.Error("the cell has another shape")
	}
	for what, sql := range map[string]string{
		"house": `SELECT cell FROM building WHERE code = 'walled'`, "visit": `SELECT cell FROM visit WHERE id = '` + visit + `'`,
		"incident": `SELECT cell FROM incident WHERE id = '` + incident + `'`, "sign": `SELECT cell FROM sign`, "comment": `SELECT cell FROM plan_comment`,
	} {
		if got := query[int64](r.town, sql); got != whole {
			t.Errorf("the %s is in cell %d, want %d", what, got, whole)
		}
	}
	r.cutHolds()
	r.follows(p.ID)
	r.draw(r.planner, p.ID, ward.PlanOp{Kind: "undo"})
	if n := query[int](r.town, `SELECT count(*)::int FROM plan_cell WHERE plan = $1`, p.ID); n != 0 {
		t.Errorf("after undoing %d cells are still moved", n)
	}
	if report := r.build(); report.Opened != 0 || report.Closed != 0 {
		t.Errorf("the next build opened %d and closed %d cells", report.Opened, report.Closed)
	}
}

// Only who has the territory, only a line that cuts, only what may be cut.
func TestACutIsRefusedInWords(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	walled := r.cell("walled")
	for words, line := range map[string][]float64{
		"从地块的一边画到另一边": {500, 500, 510, 510},
		"穿过了楼栋":       {500, 100, 700, 100},
		"太小":          {549, 148, 552, 152},
		"三块以上":        {500, 60, 700, 60, 700, 70, 500, 70},
	} {
		_, err := r.cut(r.planner, walled, line...)
		var known *ward.Error
		if !errors.As(err, &known) || known.Code != ward.Invalid || !strings.Contains(known.Message, words) {
			t.Errorf("%s: %v", words, err)
		}
	}
	if n := query[int](r.town, `SELECT count(*)::int FROM cell WHERE NOT upper_inf(valid)`); n != 0 {
		t.Errorf("refused, and %d cells are closed", n)
	}
	const password = "correct horse battery"
	_, err := r.db.CreateAccount(t.Context(), ward.System(""), postgres.NewAccount{Login: "west", Name: "west", Password: password, Grants: []postgres.NewGrant{{Role: ward.Planner, Code: "c1"}}})
	r.must(err)
	account, err := r.db.SignIn(t.Context(), "west", password, "test")
	r.must(err)
	west, err := account.Actor().Scope("cut-cell")
	r.must(err)
	if _, err := r.cut(west, walled, 620, cutTop, 625, cutBottom); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("a cell of another territory: %v", err)
	}
	edit, err := r.cut(r.planner, walled, 620, cutTop, 625, cutBottom)
	r.must(err)
	if _, err := r.cut(r.planner, walled, 620, cutTop, 625, cutBottom); ward.ErrorCode(err) != ward.Conflict {
		t.Errorf("a cell that was cut: %v", err)
	}
	if _, err := r.db.HealCell(t.Context(), west, edit.Cut); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("a cut of another territory: %v", err)
	}
}

// An outer limit that runs aslant would move by a hair where a cut meets it; at a
// corner of it nothing moves.
func TestACutDoesNotMoveTheOuterLimit(t *testing.T) {
	t.Parallel()
	w := town{t, pgtest.New(t)}
	park := "((600000 3450000,600200 3450007,600190 3450150,600000 3450160,600000 3450000))"
	district := w.area("d", "district", nil, multi(rectangle(-50, -50, 850, 450)))
	street := w.area("s", "street", &district, multi(rectangle(-50, -50, 850, 450)))
	w.area("c1", "community", &street, multi(park))
	w.build()
	r := redraw{town: w, db: postgres.New(w.pool, postgres.Keys{})}
	r.planner = r.account("planner", ward.Planner)
	cell := query[int64](w, `SELECT id FROM cell`)
	if _, err := r.cut(r.planner, cell, 101, -20, 103, 190); err == nil || !strings.Contains(err.Error(), "辖区外界") {
		t.Errorf("across the limit: %v", err)
	}
	if _, err := r.cut(r.planner, cell, 0, 0, 190, 150); err != nil {
		t.Errorf("from corner to corner: %v", err)
	}
	if report := r.build(); report.Opened+report.Closed != 0 {
		t.Errorf("built again: %+v", report)
	}
}

func TestTwoCutsOfOneCellAtOnceMakeTwoPieces(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	cell := r.cell("walled")
	results := make([]error, 6)
	var all sync.WaitGroup
	for i := range results {
		all.Go(func() { _, results[i] = r.cut(r.planner, cell, 615+float64(i), cutTop, 620+float64(i), cutBottom) })
	}
	all.Wait()
	done := 0
	for _, err := range results {
		switch {
		case err == nil:
			done++
		case ward.ErrorCode(err) != ward.Conflict:
			t.Error(err)
		}
	}
	if done != 1 {
		t.Errorf("%d of 6 cuts were made", done)
	}
	r.cutHolds()
}

// Any cuts anywhere, in drafts and between publications: the base holds.
func TestAnyCutsKeepTheBase(t *testing.T) {
	t.Parallel()
	r := newRedraw(t)
	dice := rand.New(rand.NewSource(7))
	p := r.plan(r.planner, "c1", "c2")
	done := 0
	for range 120 {
		cells := query[[]int64](r.town, `SELECT array_agg(id ORDER BY id) FROM cell WHERE upper_inf(valid)`)
		cell := cells[dice.Intn(len(cells))]
		box := query[[]float64](r.town, `SELECT array[st_xmin(geom), st_ymin(geom), st_xmax(geom), st_ymax(geom)] FROM cell WHERE id = $1`, cell)
		// Mostly beside the house, where a cell has room.
		near := func(from, to float64) float64 {
			side := dice.Float64() * 0.3
			if dice.Intn(2) == 0 {
				side = 1 - side
			}
			return from + side*(to-from)
		}
		x, y := near(box[0], box[2])-cornerX, near(box[1], box[3])-cornerY
		line := []float64{x, box[1] - cornerY - 1, x + dice.Float64(), box[3] - cornerY + 1}
		switch dice.Intn(3) {
		case 0:
			line = []float64{box[0] - cornerX - 1, y, box[2] - cornerX + 1, y + dice.Float64()}
		case 1:
			line = []float64{x, box[1] - cornerY - 1, x, y, box[2] - cornerX + 1, y}
		}
		edit, err := r.cut(r.planner, cell, line...)
		if err != nil {
			if c := ward.ErrorCode(err); c != ward.Invalid && c != ward.Conflict {
				t.Fatal(err)
			}
			continue
		}
		done++
		piece := edit.Pieces[dice.Intn(2)].Cell
		grids := query[[]int64](r.town, `SELECT array_agg(g.id) FROM grid g JOIN cell_community cc ON cc.community = g.community WHERE cc.cell = $1 AND upper_inf(cc.valid)`, piece)
		r.draw(r.planner, p.ID, ward.PlanOp{Kind: "assign", Grid: grids[dice.Intn(len(grids))], Cells: []int64{piece}})
		if dice.Intn(3) == 0 {
			r.draw(r.planner, p.ID, ward.PlanOp{Kind: "undo"})
		}
	}
	t.Logf("%d of 120 lines cut", done)
	if done < 20 {
		t.Error("this test shows too little")
	}
	r.cutHolds()
	r.follows(p.ID)
	report := r.build()
	t.Logf("built again: %d opened, %d closed", report.Opened, report.Closed)
	r.cutHolds()
}
