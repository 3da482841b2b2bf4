package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

// DrawPlan carries out one gesture on a draft, or with op.Preview only counts
// what it would do. It looks at the communities it touches and nothing else.
func (db *DB) DrawPlan(ctx context.Context, s ward.Scope, key uuid.UUID, id int64, op ward.PlanOp) (edit ward.PlanEdit, err error) {
	if op.Preview {
		err = db.read(ctx, func(tx pgx.Tx) error {
			w, err := db.startGesture(ctx, tx, s, id, op, false)
			if err != nil {
				return err
			}
			edit, err = w.answer(ctx, w.plan.Version)
			return err
		})
		return edit, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		version, err := command(ctx, tx, key, s.Actor(), digest("draw-plan", id, op), func() (int64, error) {
			w, err := db.startGesture(ctx, tx, s, id, op, true)
			if err != nil {
				return 0, err
			}
			if err := w.save(ctx, key); err != nil {
				return 0, err
			}
			if err := appendAudit(ctx, tx, s, "draw-plan", "plan", fmt.Sprint(id), ""); err != nil {
				return 0, err
			}
			edit, err = w.answer(ctx, w.plan.Version+1)
			return edit.Version, err
		})
		if err == nil && edit.Version == 0 { // a retry: say again what came of it
			edit, err = db.formerEdit(ctx, tx, s, id, version)
		}
		return err
	})
	return edit, err
}

// gesture is one operation on its way.
type gesture struct {
	db      *DB
	tx      pgx.Tx
	scope   ward.Scope
	plan    ward.Plan
	op      ward.PlanOp
	ground  *ward.Ground
	delta   ward.PlanDelta
	path    [][]geo.Cm
	reverts int64 // the log entry an undo or redo is about
}

// startGesture reads what the gesture touches and works out its delta.
func (db *DB) startGesture(ctx context.Context, tx pgx.Tx, s ward.Scope, id int64, op ward.PlanOp, lock bool) (*gesture, error) {
	p, communities, err := planHead(ctx, tx, s, id, lock)
	if err != nil {
		return nil, err
	}
	if p.Version != op.Version {
		return nil, lostRace(ctx, tx, p, op.Version)
	}
	if err := p.Editable(); err != nil {
		return nil, err
	}
	w := &gesture{db: db, tx: tx, scope: s, plan: p, op: op}
	var undone ward.PlanDelta
	if op.Kind == "undo" || op.Kind == "redo" {
		if undone, err = w.findStep(ctx); err != nil {
			return nil, err
		}
	}
	if op.Kind == "transfer" {
		if err := w.takeBuildings(ctx); err != nil {
			return nil, err
		}
	}
	touched, err := w.touched(ctx, communities, undone)
	if err != nil {
		return nil, err
	}
	if w.ground, err = db.planGround(ctx, tx, p, touched); err != nil {
		return nil, err
	}
	switch {
	case op.Kind == "undo" || op.Kind == "redo":
		w.delta, err = w.ground.Revert(undone)
	default:
		err = w.gesture(ctx)
	}
	return w, err
}

// The longest the program draws in one gesture; then its best so far is taken.
const autoLimit = 20 * time.Second

// auto lets the program draw a community.
func (w *gesture) auto(ctx context.Context) error {
	if err := w.plan.Drawable(); err != nil {
		return err
	}
	if w.op.Auto == nil || w.db.Draw == nil {
		return &ward.Error{Code: ward.Invalid, Message: "请说明要自动划分的社区", Fields: []ward.FieldError{{Field: "auto", Message: "请选择社区"}}}
	}
	if w.plan.Kind == ward.PlanOfMicros {
		return ward.Errorf(ward.Conflict, "微网格方案不能自动划分")
	}
	ctx, cancel := context.WithTimeout(ctx, autoLimit)
	defer cancel()
	var err error
	if w.delta, err = w.db.Draw(ctx, w.ground, *w.op.Auto); err != nil {
		return err
	}
	return w.ground.Allowed(w.delta)
}

func (w *gesture) gesture(ctx context.Context) error {
	if w.op.Kind == "auto" {
		return w.auto(ctx)
	}
	line, err := planeLine(ctx, w.tx, w.op.Line)
	if err != nil {
		return err
	}
	if w.op.Kind == "rebase" {
		if w.ground.Heirs, err = closedHeirs(ctx, w.tx, w.plan.BaseSeq); err != nil {
			return err
		}
	}
	w.delta, w.path, err = w.ground.Gesture(w.op, line)
	return err
}

// lostRace is the 409 of a gesture made on an older version.
func lostRace(ctx context.Context, tx pgx.Tx, p ward.Plan, seen int64) error {
	since, err := planLog(ctx, tx, p.ID, seen)
	if err != nil {
		return err
	}
	return &ward.Error{Code: ward.Stale, Message: "方案刚被改动，请先取得最新内容", Current: ward.PlanLost{Version: p.Version, Since: since}}
}

// takeBuildings turns buildings into the cells they stand on.
func (w *gesture) takeBuildings(ctx context.Context) error {
	rows, err := w.tx.Query(ctx, `select cell from building where id = any($1) and cell is not null order by cell`, w.op.Buildings)
	if err != nil {
		return fmt.Errorf("reading the cells of buildings: %w", err)
	}
	if w.op.Cells, err = pgx.CollectRows(rows, pgx.RowTo[int64]); err != nil {
		return fmt.Errorf("reading the cells of buildings: %w", err)
	}
	if len(w.op.Cells) == 0 || len(w.op.Cells) < len(slices.Compact(slices.Sorted(slices.Values(w.op.Buildings)))) && !w.shareCells(ctx) {
		return &ward.Error{Code: ward.Invalid, Message: "有楼栋不存在，或不在任何地块里", Fields: []ward.FieldError{{Field: "buildings", Message: "请重新选择楼栋"}}}
	}
	return nil
}

// shareCells tells whether every building of the gesture has a cell.
func (w *gesture) shareCells(ctx context.Context) bool {
	var missing int
	err := w.tx.QueryRow(ctx, `select count(*) from unnest($1::bigint[]) b where not exists (select from building x where x.id = b and x.cell is not null)`, w.op.Buildings).Scan(&missing)
	return err == nil && missing == 0
}

// touched are the communities a gesture concerns; all of the plan when it names
// nothing. Naming anything outside the plan is invalid.
func (w *gesture) touched(ctx context.Context, communities []int64, undone ward.PlanDelta) ([]int64, error) {
	if w.plan.Kind == ward.PlanOfCommunities {
		return communities, nil // a grid of any may have cells of any
	}
	if w.op.Kind == "auto" && w.op.Auto != nil {
		if !slices.Contains(communities, w.op.Auto.Community) {
			return nil, &ward.Error{Code: ward.Invalid, Message: "社区不在方案范围内", Fields: []ward.FieldError{{Field: "auto.community", Message: "请选择方案范围内的社区"}}}
		}
		return []int64{w.op.Auto.Community}, nil
	}
	cells := append(slices.Clone(w.op.Cells), undone.Cells...)
	labels := append(slices.Clone(w.op.Grids), w.op.Grid)
	for _, g := range undone.Grids {
		labels = append(labels, g.Grid)
	}
	labels = slices.DeleteFunc(labels, func(l int64) bool { return l == 0 })
	if len(cells)+len(labels) == 0 {
		return communities, nil
	}
	rows, err := w.tx.Query(ctx, `
		select community from cell_community where cell = any($2) and upper_inf(valid)
		union select community from grid where id = any($3)
		union select (state->>'community')::bigint from plan_grid where plan = $1 and label = any($3) order by 1`, w.plan.ID, cells, labels)
	if err != nil {
		return nil, fmt.Errorf("reading where a gesture is: %w", err)
	}
	touched, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("reading where a gesture is: %w", err)
	}
	for _, g := range undone.Grids { // a grid that undo brings back is in no table
		for _, state := range []*ward.PlanGridState{g.Was, g.Now} {
			if state != nil && !slices.Contains(touched, state.Community) {
				touched = append(touched, state.Community)
			}
		}
	}
	for _, c := range touched {
		if !slices.Contains(communities, c) {
			return nil, &ward.Error{Code: ward.Invalid, Message: "有地块或网格不在方案范围内", Fields: []ward.FieldError{{Field: "cells", Message: "只能选方案范围内的地块"}}}
		}
	}
	if len(touched) == 0 {
		return nil, &ward.Error{Code: ward.Invalid, Message: "地块或网格已不存在，请重新读取", Fields: []ward.FieldError{{Field: "cells", Message: "请重新读取地块"}}}
	}
	return touched, nil
}

// planeLine brings a drawn line into the metric plane; nil for none.
func planeLine(ctx context.Context, tx pgx.Tx, line orb.LineString) ([]geo.Cm, error) {
	if len(line) == 0 {
		return nil, nil
	}
	for _, p := range line {
		if err := ward.CheckPosition(p); err != nil {
			return nil, err
		}
	}
	var b []byte
	if err := tx.QueryRow(ctx, `select st_asbinary(st_transform($1::geometry, metric_srid()), 'NDR')`, line).Scan(&b); err != nil {
		return nil, fmt.Errorf("projecting a drawn line: %w", err)
	}
	var out []geo.Cm
	for _, p := range lineOfWKB(b) {
		if at := geo.CmOf(p); len(out) == 0 || out[len(out)-1] != at {
			out = append(out, at)
		}
	}
	if len(out) < 2 {
		return nil, &ward.Error{Code: ward.Invalid, Message: "线至少要有两个不同的点", Fields: []ward.FieldError{{Field: "line", Message: "请画一条穿过网格的线"}}}
	}
	return out, nil
}

// answer describes what the gesture did or would do.
func (w *gesture) answer(ctx context.Context, version int64) (ward.PlanEdit, error) {
	g := w.ground
	g.Apply(w.delta)
	touched := g.Touched(w.delta)
	edit := ward.PlanEdit{Version: version, Preview: w.op.Preview, Delta: w.delta, Grids: g.Grids(touched, true), Checks: g.Checks(touched)}
	for _, line := range w.path {
		edit.Path = append(edit.Path, lineInDegrees(line, g.Degrees))
	}
	if w.op.Preview {
		edit.Version = w.plan.Version
	}
	var err error
	edit.CanUndo, edit.CanRedo, err = undoable(ctx, w.tx, w.plan.ID, w.scope.Actor())
	return edit, err
}

func lineInDegrees(line []geo.Cm, at func(geo.Cm) orb.Point) orb.LineString {
	out := make(orb.LineString, len(line))
	for i, p := range line {
		out[i] = at(p)
	}
	return out
}

// formerEdit says again what a gesture did, as the plan is now.
func (db *DB) formerEdit(ctx context.Context, tx pgx.Tx, s ward.Scope, id, version int64) (ward.PlanEdit, error) {
	p, communities, err := planHead(ctx, tx, s, id, false)
	if err != nil {
		return ward.PlanEdit{}, err
	}
	log, err := planLog(ctx, tx, id, version-1)
	if err != nil {
		return ward.PlanEdit{}, err
	}
	if len(log) == 0 || log[0].Seq != version {
		return ward.PlanEdit{}, ward.Errorf(ward.NotFound, "没有这一步操作")
	}
	w := &gesture{db: db, tx: tx, scope: s, plan: p}
	touched, err := w.touched(ctx, communities, log[0].Delta)
	if err != nil {
		return ward.PlanEdit{}, err
	}
	if w.ground, err = db.planGround(ctx, tx, p, touched); err != nil {
		return ward.PlanEdit{}, err
	}
	labels := w.ground.Touched(log[0].Delta)
	edit := ward.PlanEdit{Version: version, Delta: log[0].Delta, Grids: w.ground.Grids(labels, true), Checks: w.ground.Checks(labels)}
	edit.CanUndo, edit.CanRedo, err = undoable(ctx, tx, id, s.Actor())
	return edit, err
}
