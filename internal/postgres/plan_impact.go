package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// moves begins every question about what a plan moves: cells with the grid
// they leave (head, so that it is true when published) and the one they enter.
func (i impact) moves() string {
	return `with moved as (
	select pc.cell, coalesce(h.grid, 0) as from_grid, pc.label as to_grid
	from plan_cell pc left join ` + i.layer.head + ` h on h.cell = pc.cell where pc.plan = @plan and pc.label <> coalesce(h.grid, 0)) `
}

// gridName is what a label is called in the plan.
const gridName = `coalesce((select state->>'name' from plan_grid p where p.plan = @plan and p.label = %[1]s and state->>'name' <> ''), (select name from grid where id = %[1]s), '')`

// PlanImpact says whom the plan concerns.
func (db *DB) PlanImpact(ctx context.Context, s ward.Scope, id int64) (out ward.PlanImpact, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		p, communities, err := planHead(ctx, tx, s, id, false)
		if err != nil {
			return err
		}
		i := impact{tx, layerOf(p.Kind), pgx.NamedArgs{"plan": id, "names": s.SeesNames(), "limit": ward.ImpactLists}}
		if out, err = i.read(ctx); err != nil {
			return err
		}
		return db.branchImpact(ctx, tx, p, communities, &out)
	})
	if err != nil {
		return ward.PlanImpact{}, err
	}
	return out, db.seen(ctx, s, "get-plan-impact", "plan", id)
}

// impact asks the questions of one plan.
type impact struct {
	tx    pgx.Tx
	layer planLayer
	args  pgx.NamedArgs
}

func (i impact) read(ctx context.Context) (out ward.PlanImpact, err error) {
	steps := []func() error{
		func() (err error) { out.Flows, err = i.flows(ctx); return err },
		func() (err error) { out.Leaders, err = i.leaders(ctx); return err },
		func() (err error) { out.Stewards, err = i.stewards(ctx); return err },
		func() (err error) { out.Hubs, err = i.hubs(ctx); return err },
		func() (err error) { out.Points, err = i.points(ctx); return err },
		func() (err error) { out.HandOver, err = i.handOver(ctx); return err },
		func() error { return i.totals(ctx, &out) },
	}
	if i.layer.number == 2 { // work is handed out by grid: another micro-grid changes nobody's
		out.Leaders, out.Hubs, out.Points, out.HandOver = []ward.PersonImpact{}, []ward.PersonImpact{}, []ward.PlaceMove{}, []ward.HandOver{}
		steps = []func() error{steps[0], steps[2]}
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return out, fmt.Errorf("reading the impact of a plan: %w", err)
		}
	}
	for _, f := range out.Flows {
		out.Cells, out.Moved = out.Cells+f.Cells, out.Moved.Plus(f.CellCount)
	}
	if len(out.Flows) > ward.ImpactFlows {
		out.Flows = out.Flows[:ward.ImpactFlows]
	}
	return out, nil
}

func (i impact) flows(ctx context.Context) ([]ward.PlanFlow, error) {
	return many[ward.PlanFlow](ctx, i.tx, i.moves()+`
		select q.*, `+fmt.Sprintf(gridName, "q.from")+` as from_name, `+fmt.Sprintf(gridName, "q.to")+` as to_name from (
		  select m.from_grid as from, m.to_grid as to, count(*) as cells, coalesce(sum(s.households), 0) as households, coalesce(sum(s.persons), 0) as persons,
		    coalesce(sum(s.members), 0) as members, coalesce(sum(s.hardship), 0) as hardship, coalesce(sum(s.buildings), 0) as buildings
		  from moved m left join cell_stat s on s.cell = m.cell group by 1, 2) q order by households desc, cells desc, q.from, q.to`, i.args)
}

func (i impact) leaders(ctx context.Context) ([]ward.PersonImpact, error) {
	return many[ward.PersonImpact](ctx, i.tx, i.moves()+`,
		change as (select grid, sum(gained) gained, sum(lost) lost from (
		  select to_grid grid, count(*) gained, 0 lost from moved m join building b on b.cell = m.cell group by 1
		  union all select from_grid, 0, count(*) from moved m join building b on b.cell = m.cell group by 1) q where grid <> 0 group by 1)
		select c.grid as id, coalesce((select `+fmt.Sprintf(maskedName, "p")+` from grid_role r join person p on p.id = r.person where r.grid = c.grid and r.role = 'leader' and r.valid @> today() limit 1), '') as name,
		  `+fmt.Sprintf(gridName, "c.grid")+` as place, c.gained::int as gained, c.lost::int as lost
		from change c order by c.gained + c.lost desc, c.grid limit @limit`, i.args)
}

func (i impact) stewards(ctx context.Context) ([]ward.PersonImpact, error) {
	return many[ward.PersonImpact](ctx, i.tx, i.moves()+`
		select st.id, `+fmt.Sprintf(maskedName, "p")+` as name, string_agg(distinct coalesce(cy.name, building_title(b.name, b.number)), '、') as place, count(distinct b.id)::int as gained, 0 as lost
		from steward st join steward_place sp on sp.steward = st.id join building b on b.id = sp.building or b.courtyard = sp.courtyard
		join moved m on m.cell = b.cell join member mb on mb.id = st.member join person p on p.id = mb.person left join courtyard cy on cy.id = sp.courtyard
		group by st.id, p.name order by 4 desc, 1 limit @limit`, i.args)
}

func (i impact) hubs(ctx context.Context) ([]ward.PersonImpact, error) {
	return many[ward.PersonImpact](ctx, i.tx, i.moves()+`
		select h.id, h.name, '' as place, count(*)::int as gained, 0 as lost
		from hub h join hub_door d on d.hub = h.id join household x on x.id = d.household join building b on b.id = x.building join moved m on m.cell = b.cell
		group by h.id order by 4 desc, 1 limit @limit`, i.args)
}

func (i impact) points(ctx context.Context) ([]ward.PlaceMove, error) {
	return many[ward.PlaceMove](ctx, i.tx, i.moves()+`
		select p.id, p.name, p.kind, m.from_grid as from, m.to_grid as to from point p join moved m on m.cell = p.cell order by p.id limit @limit`, i.args)
}

// waiting are the open matters on the cells that move.
const waiting = `,
	open as (
	  select 'incident' as noun, i.id::text as id, i.number as title, m.from_grid, m.to_grid, i.received_at at from incident i join moved m on m.cell = i.cell where ` + incidentOpen + `
	  union all select 'visit', v.id::text, building_title(b.name, b.number), m.from_grid, m.to_grid, v.occurred_at
	  from visit v join moved m on m.cell = v.cell join building b on b.id = v.building where v.follow_up >= today()) `

func (i impact) handOver(ctx context.Context) ([]ward.HandOver, error) {
	return many[ward.HandOver](ctx, i.tx, i.moves()+waiting+`select noun, id, title, from_grid as from, to_grid as to from open order by noun, at, id limit @limit`, i.args)
}

func (i impact) totals(ctx context.Context, out *ward.PlanImpact) error {
	return i.tx.QueryRow(ctx, i.moves()+waiting+`
		select count(*) filter (where noun = 'incident'), count(*) filter (where noun = 'visit'), (select count(*) from point p join moved m on m.cell = p.cell) from open`, i.args).
		Scan(&out.Totals.Incidents, &out.Totals.Visits, &out.Totals.Points)
}

// branchImpact compares who cares for which grid before and after, and which
// members live under another branch then.
func (db *DB) branchImpact(ctx context.Context, tx pgx.Tx, p ward.Plan, communities []int64, out *ward.PlanImpact) error {
	out.Founded, out.Closed, out.Branches, out.Members, out.Teams = []ward.Named{}, []ward.Named{}, []ward.BranchImpact{}, []ward.MemberMove{}, []ward.Named{}
	var cells []int64
	var from, to []string
	out.Towns = []ward.TownImpact{}
	err := db.planGrounds(ctx, tx, p, communities, func(g *ward.Ground) (err error) {
		if g.MovesBorders() {
			if out.Towns, err = townImpact(ctx, tx, g); err != nil {
				return err
			}
		}
		change := g.Impact()
		out.Founded, out.Closed, out.Branches = append(out.Founded, change.Founded...), append(out.Closed, change.Closed...), append(out.Branches, change.Branches...)
		for _, id := range slices.Sorted(maps.Keys(change.Cells)) {
			cells, from, to = append(cells, id), append(from, change.Cells[id][0]), append(to, change.Cells[id][1])
		}
		return nil
	})
	if err != nil {
		return err
	}
	if out.Members, err = many[ward.MemberMove](ctx, tx, `
		select m.id as member, w.was as from, w.now as to from unnest(@cells::bigint[], @from::text[], @to::text[]) w(cell, was, now)
		join building b on b.cell = w.cell join household h on h.building = b.id join member m on m.household = h.id order by m.id`,
		pgx.NamedArgs{"cells": cells, "from": from, "to": to}); err != nil {
		return fmt.Errorf("reading members under another branch: %w", err)
	}
	if out.Totals.Members = len(out.Members); out.Totals.Members > ward.ImpactLists {
		out.Members = out.Members[:ward.ImpactLists]
	}
	var closed []int64
	for _, c := range out.Closed {
		closed = append(closed, c.ID)
	}
	if out.Teams, err = many[ward.Named](ctx, tx, `select distinct t.id, t.name, t.kind from team t join team_grid tg on tg.team = t.id where tg.grid = any(@closed) and upper_inf(tg.valid) order by t.id`, pgx.NamedArgs{"closed": closed}); err != nil {
		return fmt.Errorf("reading teams of closed grids: %w", err)
	}
	return nil
}

// ComparePlans puts plans on one score card; the official state of their
// communities comes first.
func (db *DB) ComparePlans(ctx context.Context, s ward.Scope, ids []int64) ([]ward.PlanScore, error) {
	out := []ward.PlanScore{}
	err := db.read(ctx, func(tx pgx.Tx) error {
		now, kind := ward.PlanScore{Name: "现行"}, ""
		for n, id := range ids {
			p, communities, err := planHead(ctx, tx, s, id, false)
			if err != nil {
				return err
			}
			if n == 0 {
				kind = p.Kind
			} else if p.Kind != kind {
				return ward.Errorf(ward.Invalid, "只能比较同一类方案：“%s”是%s", p.Name, ward.PlanKindLabel(p.Kind))
			}
			score := ward.PlanScore{Plan: id, Name: p.Name}
			err = db.planGrounds(ctx, tx, p, communities, func(g *ward.Ground) error {
				score.Add(g)
				if n == 0 {
					now.Add(g.AsOfficial())
				}
				return nil
			})
			if err != nil {
				return err
			}
			if n == 0 {
				out = append(out, now.Done())
			}
			out = append(out, score.Done())
		}
		return nil
	})
	return out, err
}
