package postgres

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

//go:embed plan_border.sql
var moveBordersSQL string

//go:embed plan_unborder.sql
var returnBordersSQL string

// moveBorders gives ground to the communities of its grids from the day on and
// keeps the outlines of both sides, before and after.
func moveBorders(ctx context.Context, tx pgx.Tx, plan ward.Plan, args pgx.NamedArgs) error {
	if err := runSteps(ctx, tx, moveBordersSQL, args); err != nil {
		return err
	}
	return outlineTownsOf(ctx, tx, plan.ID, args["effective"].(time.Time))
}

// returnBorders takes that back, see unschedule.
func returnBorders(ctx context.Context, tx pgx.Tx, plan ward.Plan, day time.Time, args pgx.NamedArgs) error {
	if err := runSteps(ctx, tx, returnBordersSQL, args); err != nil {
		return err
	}
	return outlineTownsOf(ctx, tx, plan.ID, day)
}

func outlineTownsOf(ctx context.Context, tx pgx.Tx, plan int64, day time.Time) error {
	var towns []int64
	if err := tx.QueryRow(ctx, `select array(select plan_towns($1) order by 1)`, plan).Scan(&towns); err != nil {
		return fmt.Errorf("reading the communities of a plan: %w", err)
	}
	return outlineTowns(ctx, tx, towns, day)
}

// townImpact counts what every community of a plan gains and loses.
func townImpact(ctx context.Context, tx pgx.Tx, g *ward.Ground) ([]ward.TownImpact, error) {
	out := g.ImpactOnTowns()
	for i := range out {
		for _, t := range g.TownChanges() {
			if t.ID != out[i].ID {
				continue
			}
			var err error
			if out[i].PlacesGained, err = placesOn(ctx, tx, t.Gained); err != nil {
				return nil, err
			}
			if out[i].PlacesLost, err = placesOn(ctx, tx, t.Lost); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// placesOn counts what lies on some cells.
func placesOn(ctx context.Context, tx pgx.Tx, cells []int64) (ward.TownPlaces, error) {
	p, err := one[ward.TownPlaces](ctx, tx, "", `
		with moved as (select unnest(@cells::bigint[]) as cell), built as (select b.id from building b join moved m on m.cell = b.cell)
		select (select count(*) from point p join moved m on m.cell = p.cell)::int as points,
		  (select count(*) from institution i join moved m on m.cell = i.cell)::int as institutions,
		  (select count(distinct s.steward) from steward_place s join built b on b.id = s.building)::int as stewards,
		  (select count(*) from hub h join household d on d.id = h.household join built b on b.id = d.building)::int as hubs,
		  (select count(*) from branch x join built b on b.id = x.building)::int as branches`, pgx.NamedArgs{"cells": cells})
	if err != nil {
		return p, fmt.Errorf("counting what a community gains and loses: %w", err)
	}
	return p, nil
}

// followBorders makes the outlines of a day that has come those of today. The next
// build of the coverage starts from them.
func followBorders(b *pgx.Batch, seq int64) {
	b.Queue(`
		with moved as (
		  update area a set geom = s.geom, label = s.label from publish_log l join plan p on p.id = l.plan and p.kind = 'community'
		  join plan_community c on c.plan = p.id join area_shape s on s.area = c.community and s.valid @> today()
		  where l.seq = $1 and a.id = c.community and st_asbinary(a.geom) <> st_asbinary(s.geom) returning a.id, a.geom)
		update area_outline o set drawn = m.geom, derived = m.geom from moved m where m.id = o.area`, seq)
}
