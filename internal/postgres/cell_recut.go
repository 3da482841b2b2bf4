package postgres

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

//go:embed cell_recut.sql
var recutSQL string

// openPlans are the plans somebody may still have open on a community $1 (a
// list): they hear of a change of its cells.
const openPlans = `p.state in ('draft','submitted','approved') and exists (select from plan_community pc where pc.plan = p.id and pc.community = any($1))`

// recut replaces cells by others on the same ground: a base revision of a few
// cells, in one transaction. Nobody's grid changes.
type recut struct {
	tx    pgx.Tx
	scope ward.Scope
	kind  string // cut or heal, for the log of plans
	at    time.Time
	plane plane
	plans []int64 // that hear of it

	old   []int64
	fresh []freshCell
	heirs []heir
	homes map[int64]int64 // building → new cell

	mesh  *geo.Mesh  // afterwards
	arcs  []geo.Arc  // of the new cells
	bends []geo.Bend // vertices that were put into borders of others
	towns []int64    // communities the mesh holds whole
}

// freshCell is a cell that a recut opens.
type freshCell struct {
	number int64
	shape  geo.Shape
	point  *orb.Point // where its building is named, metres; nil for a void
}

// heir is which share of an old cell a new one took over.
type heir struct {
	from, to int64
	share    float64
}

// startRecut makes sure of being alone: plans first and communities then, in
// order, as a publication does, so that nobody waits for each other.
func startRecut(ctx context.Context, tx pgx.Tx, s ward.Scope, h home, kind string, old []int64) (*recut, error) {
	r := &recut{tx: tx, scope: s, kind: kind, old: old, homes: map[int64]int64{}}
	rows, err := tx.Query(ctx, `select p.id from plan p where `+openPlans+` or exists (select from plan_cell c where c.plan = p.id and c.cell = any($2)) order by p.id for update`, []int64{h.community}, old)
	if err != nil {
		return nil, fmt.Errorf("holding the plans of a community: %w", err)
	}
	if r.plans, err = pgx.CollectRows(rows, pgx.RowTo[int64]); err != nil {
		return nil, fmt.Errorf("holding the plans of a community: %w", err)
	}
	var free bool
	if err := tx.QueryRow(ctx, `select pg_try_advisory_xact_lock_shared($1)`, coverageLock).Scan(&free); err != nil {
		return nil, fmt.Errorf("looking for a build: %w", err)
	}
	if !free {
		return nil, ward.Errorf(ward.Conflict, "正在生成底图，地块马上会变：请几分钟后再试")
	}
	beside, err := townsBeside(ctx, tx, s, old)
	if err != nil {
		return nil, err
	}
	for _, c := range slices.Sorted(maps.Keys(beside)) {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1, $2)`, publishLock, int32(c)); err != nil {
			return nil, fmt.Errorf("waiting for a publication: %w", err)
		}
	}
	if err := tx.QueryRow(ctx, `select clock_timestamp(), metric_srid()`).Scan(&r.at, &r.plane); err != nil {
		return nil, fmt.Errorf("asking for the time: %w", err)
	}
	return r, nil
}

// run writes everything down.
func (r *recut) run(ctx context.Context) error {
	for _, part := range []func(context.Context) error{r.openCells, r.moveRows, r.writeArcs, r.renameBorders, r.bendNeighbours, r.bendGrids, r.bendTowns, r.tellPlans} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (r *recut) numbers() []int64 {
	var out []int64
	for _, c := range r.fresh {
		out = append(out, c.number)
	}
	return out
}

func (r *recut) openCells(ctx context.Context) error {
	for _, c := range r.fresh {
		var pt any
		if c.point != nil {
			pt = r.plane.point(*c.point)
		}
		if _, err := r.tx.Exec(ctx, `insert into cell (id, block, pt, geom, area, valid)
			select $1, o.block, coalesce($2::geometry, st_pointonsurface($3::geometry)), $3::geometry, $4, daterange(today(), null) from cell o where o.id = $5`,
			c.number, pt, r.plane.polygon(c.shape[0]), float64(c.shape.Area2())/2e4, r.old[0]); err != nil {
			return fmt.Errorf("opening a cell: %w", err)
		}
	}
	return nil
}

func (r *recut) moveRows(ctx context.Context) error {
	var from, to, buildings, homes []int64
	var share []float64
	for _, h := range r.heirs {
		from, to, share = append(from, h.from), append(to, h.to), append(share, h.share)
	}
	for _, b := range slices.Sorted(maps.Keys(r.homes)) {
		buildings, homes = append(buildings, b), append(homes, r.homes[b])
	}
	return runSteps(ctx, r.tx, recutSQL, pgx.NamedArgs{
		"old": r.old, "new": r.numbers(), "at": r.at,
		"from": from, "to": to, "share": share, "building": buildings, "home": homes,
	})
}

// writeArcs stores the borders of the new cells. Along a river each is crossable
// again only where a bridge meets it.
func (r *recut) writeArcs(ctx context.Context) error {
	_, err := r.tx.CopyFrom(ctx, pgx.Identifier{"cell_arc"}, []string{"l", "r", "class", "len", "crossable", "geom"}, pgx.CopyFromSlice(len(r.arcs), func(i int) ([]any, error) {
		a := r.arcs[i]
		return []any{a.Left, a.Right, a.Class, a.Length, a.Crossable, r.plane.line(a.Points)}, nil
	}))
	if err != nil {
		return fmt.Errorf("writing borders: %w", err)
	}
	_, err = r.tx.Exec(ctx, `
		update cell_arc a set crossable = false where a.class = 'river' and a.crossable and (a.l = any($1) or a.r = any($1))
		and not exists (select from road w where w.bridge and w.kind <> 'river' and w.geom && st_expand(st_transform(a.geom, 4326), 0.001)
		  and st_dwithin(st_transform(w.geom, metric_srid()), st_points(a.geom), 0.05))`, r.numbers())
	if err != nil {
		return fmt.Errorf("looking for bridges: %w", err)
	}
	return nil
}

// renameBorders names borders that people walk along by the new cells, so that
// what was said of them still stands.
func (r *recut) renameBorders(ctx context.Context) error {
	_, err := r.tx.Exec(ctx, `
		update border_piece k set pairs = q.pairs from border_piece p, lateral (
		  select array_agg(t.cell order by m.lo, m.hi, t.n) pairs from (
		    select distinct least(x.n, y.n) lo, greatest(x.n, y.n) hi from generate_series(1, cardinality(p.pairs) / 2) i,
		      lateral (select p.pairs[2 * i - 1] n where p.pairs[2 * i - 1] <> all($1) union all select n from unnest($2::bigint[]) n where p.pairs[2 * i - 1] = any($1)) x,
		      lateral (select p.pairs[2 * i] n where p.pairs[2 * i] <> all($1) union all select n from unnest($2::bigint[]) n where p.pairs[2 * i] = any($1)) y
		    where (p.pairs[2 * i - 1] <> all($1) and p.pairs[2 * i] <> all($1)) or exists (select from cell_arc a where (a.l, a.r) in ((x.n, y.n), (y.n, x.n)))) m,
		    lateral (values (1, m.lo), (2, m.hi)) t(n, cell)) q
		where p.id = k.id and k.pairs && $1 and q.pairs is not null`, r.old, r.numbers())
	if err != nil {
		return fmt.Errorf("naming borders by the new cells: %w", err)
	}
	return nil
}

// tellPlans leaves a line in the log of every plan concerned and tells who has
// it open. The log is never changed: the line says which cells took the ground of
// which, and what came before is read through it.
func (r *recut) tellPlans(ctx context.Context) error {
	delta := ward.PlanDelta{Cells: []int64{}, Was: []int64{}, Now: []int64{}, Cuts: []ward.CellChange{{Old: r.old, New: r.numbers()}}}
	for _, plan := range r.plans {
		if _, err := r.tx.Exec(ctx, `
			with p as (update plan set version = version + 1 where id = $1 returning version)
			insert into plan_op (plan, seq, kind, actor, delta) select $1, version, $2, $3, $4 from p`, plan, r.kind, r.scope.Actor(), delta); err != nil {
			return fmt.Errorf("telling a plan of new cells: %w", err)
		}
		if err := appendPlan(ctx, r.tx, plan, uuid.Nil, r.kind); err != nil {
			return err
		}
	}
	return nil
}
