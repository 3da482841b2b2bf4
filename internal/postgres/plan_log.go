package postgres

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// save writes the delta of a gesture, its log entry and the new version, in one
// trip to the database.
func (w *gesture) save(ctx context.Context, key uuid.UUID) error {
	b, head := &pgx.Batch{}, layerOf(w.plan.Kind).head
	w.saveCells(b)
	for _, g := range w.delta.Grids {
		if g.Now == nil {
			b.Queue(`delete from plan_grid where plan = $1 and label = $2`, w.plan.ID, g.Grid)
		} else {
			b.Queue(`insert into plan_grid (plan, label, state) values ($1, $2, $3) on conflict (plan, label) do update set state = excluded.state`, w.plan.ID, g.Grid, *g.Now)
		}
	}
	switch {
	case w.op.Kind == "undo":
		b.Queue(`update plan_op set undone = true where plan = $1 and seq = $2`, w.plan.ID, w.reverts)
	case w.op.Kind == "redo":
		b.Queue(`update plan_op set undone = false where plan = $1 and seq = $2`, w.plan.ID, w.reverts)
	case w.op.Kind == "resolve" && w.op.Keep == "ours":
		b.Queue(`update plan_cell pc set from_grid = coalesce((select h.grid from `+head+` h where h.cell = pc.cell), 0) where pc.plan = $1 and pc.cell = any($2)`, w.plan.ID, w.op.Cells)
	case w.op.Kind == "rebase":
		b.Queue(`delete from plan_cell pc where pc.plan = $1 and pc.label = coalesce((select h.grid from `+head+` h where h.cell = pc.cell), 0)`, w.plan.ID)
		b.Queue(`delete from plan_cell where plan = $1 and cell = any($2)`, w.plan.ID, w.ground.Astray)
	}
	if w.op.Kind == "resolve" || w.op.Kind == "rebase" {
		b.Queue(`update plan p set base_seq = (select coalesce(max(seq), 0) from publish_log) where p.id = $1
			and not exists (select from plan_cell pc left join `+head+` h on h.cell = pc.cell where pc.plan = p.id and pc.from_grid <> coalesce(h.grid, 0))`, w.plan.ID)
	}
	var reverts *int64
	if w.reverts > 0 {
		reverts = &w.reverts
	}
	b.Queue(`insert into plan_op (plan, seq, kind, actor, delta, reverts) values ($1, $2, $3, $4, $5, $6)`, w.plan.ID, w.plan.Version+1, w.op.Kind, w.scope.Actor(), w.delta, reverts)
	b.Queue(`update plan set version = version + 1, changed_at = now() where id = $1`, w.plan.ID)
	if err := w.tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("writing a gesture: %w", err)
	}
	return appendPlan(ctx, w.tx, w.plan.ID, key, w.op.Kind)
}

// saveCells keeps a plan sparse: a cell that is back where it officially is has
// no row.
func (w *gesture) saveCells(b *pgx.Batch) {
	var home, away, from, to []int64
	for i, id := range w.delta.Cells {
		c := w.ground.Cell(id)
		if w.delta.Now[i] == c.Head {
			home = append(home, id)
		} else {
			away, from, to = append(away, id), append(from, c.From), append(to, w.delta.Now[i])
		}
	}
	if len(home) > 0 {
		b.Queue(`delete from plan_cell where plan = $1 and cell = any($2)`, w.plan.ID, home)
	}
	if len(away) > 0 {
		b.Queue(`insert into plan_cell (plan, cell, from_grid, label) select $1, * from unnest($2::bigint[], $3::bigint[], $4::bigint[])
			on conflict (plan, cell) do update set label = excluded.label`, w.plan.ID, away, from, to)
	}
}

const planLogColumns = `o.seq, o.kind, o.actor, coalesce(a.name, '系统') as actor_name, o.at, o.reverts, o.undone, o.delta`

func planLog(ctx context.Context, q querier, plan, after int64) ([]ward.PlanLogEntry, error) {
	return many[ward.PlanLogEntry](ctx, q, `select `+planLogColumns+` from plan_op o left join account a on a.id = o.actor
		where o.plan = @plan and o.seq > @after order by o.seq limit @limit`, pgx.NamedArgs{"plan": plan, "after": after, "limit": ward.MaxLimit})
}

// PlanLog lists the gestures after a version.
func (db *DB) PlanLog(ctx context.Context, s ward.Scope, id, after int64) (log []ward.PlanLogEntry, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if _, _, err := planHead(ctx, tx, s, id, false); err != nil {
			return err
		}
		log, err = planLog(ctx, tx, id, after)
		return err
	})
	return log, err
}

// A person undoes and redoes what they did themselves: the last step of theirs
// that stands, the first undone one after it. Steps that changed nothing and
// undos are passed over.
const (
	standing = `o.plan = $1 and o.actor = $2 and o.reverts is null and not o.undone and (o.delta->'cells' <> '[]' or o.delta ? 'grids')`
	lastStep = `select max(o.seq) from plan_op o where ` + standing
	nextStep = `select min(o.seq) from plan_op o where o.plan = $1 and o.actor = $2 and o.undone and o.seq > coalesce((` + lastStep + `), 0)`
)

func undoable(ctx context.Context, tx pgx.Tx, plan, actor int64) (undo, redo bool, err error) {
	err = tx.QueryRow(ctx, `select (`+lastStep+`) is not null, (`+nextStep+`) is not null`, plan, actor).Scan(&undo, &redo)
	if err != nil {
		err = fmt.Errorf("looking for steps to undo: %w", err)
	}
	return undo, redo, err
}

// findStep finds the step an undo or redo is about and gives the delta to
// revert. Cells that were cut since stand for their pieces.
func (w *gesture) findStep(ctx context.Context) (ward.PlanDelta, error) {
	which, nothing := lastStep, "没有可以撤销的操作"
	if w.op.Kind == "redo" {
		which, nothing = nextStep, "没有可以重做的操作"
	}
	var d ward.PlanDelta
	var text []byte
	err := w.tx.QueryRow(ctx, `select seq, delta from plan_op where plan = $1 and seq = (`+which+`)`, w.plan.ID, w.scope.Actor()).Scan(&w.reverts, &text)
	if err == pgx.ErrNoRows {
		return d, ward.Errorf(ward.Conflict, "%s", nothing)
	}
	if err != nil {
		return d, fmt.Errorf("finding the step: %w", err)
	}
	if err := json.Unmarshal(text, &d); err != nil {
		return d, fmt.Errorf("reading the step: %w", err)
	}
	if w.op.Kind == "redo" {
		d = d.Reverse() // reverting the reverse
	}
	return w.pieces(ctx, d)
}

// pieces replaces cells of a delta that are no more by those that took their
// ground.
func (w *gesture) pieces(ctx context.Context, d ward.PlanDelta) (ward.PlanDelta, error) {
	rows, err := w.tx.Query(ctx, `
		with recursive heir(old, cell) as (
		  select c.id, c.id from cell c where c.id = any($1)
		  union select h.old, l.new from heir h join cell_lineage l on l.old = h.cell)
		select h.old, h.cell from heir h join cell c on c.id = h.cell and upper_inf(c.valid) order by 1, 2`, d.Cells)
	if err != nil {
		return d, fmt.Errorf("following cells that were cut: %w", err)
	}
	heirs := map[int64][]int64{}
	var old, cell int64
	if _, err := pgx.ForEachRow(rows, []any{&old, &cell}, func() error { heirs[old] = append(heirs[old], cell); return nil }); err != nil {
		return d, fmt.Errorf("following cells that were cut: %w", err)
	}
	out := ward.PlanDelta{Cells: []int64{}, Was: []int64{}, Now: []int64{}, Grids: d.Grids}
	seen := map[int64]bool{} // a healed cell took over several
	for i, id := range d.Cells {
		for _, heir := range heirs[id] {
			if seen[heir] {
				continue
			}
			seen[heir] = true
			out.Cells, out.Was, out.Now = append(out.Cells, heir), append(out.Was, d.Was[i]), append(out.Now, d.Now[i])
		}
	}
	return out, nil
}

// closedHeirs maps grids that were closed by publications after base to the
// grid that took at least nine tenths of them.
func closedHeirs(ctx context.Context, tx pgx.Tx, base int64) (map[int64]int64, error) {
	rows, err := tx.Query(ctx, `
		select distinct on (l.old) l.old, l.new from grid_lineage l join grid g on g.id = l.old and g.closed_plan is not null
		where l.seq > $1 and l.share_of_old >= 0.9 and l.old <> l.new order by l.old, l.seq desc`, base)
	if err != nil {
		return nil, fmt.Errorf("reading who took over closed grids: %w", err)
	}
	heirs := map[int64]int64{}
	var old, heir int64
	if _, err := pgx.ForEachRow(rows, []any{&old, &heir}, func() error { heirs[old] = heir; return nil }); err != nil {
		return nil, fmt.Errorf("reading who took over closed grids: %w", err)
	}
	return heirs, nil
}
