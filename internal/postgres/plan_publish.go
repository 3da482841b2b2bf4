package postgres

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

//go:embed plan_publish.sql
var publishSQL string

//go:embed plan_unschedule.sql
var unscheduleSQL string

// publishLock with the number of a community lets one publication at a time
// change that community.
const publishLock = 7001

// publish makes an approved plan official from a day on, all of it or nothing.
func (db *DB) publish(ctx context.Context, tx pgx.Tx, s ward.Scope, p ward.Plan, communities []int64, step ward.PlanStep) error {
	day, today, err := effectiveDay(ctx, tx, step.Effective)
	if err != nil {
		return err
	}
	args := pgx.NamedArgs{"plan": p.ID, "effective": day, "actor": s.Actor()}
	touched, err := lockCommunities(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	layer := layerOf(p.Kind)
	if err := refuseStale(ctx, tx, layer.head, args); err != nil {
		return err
	}
	var at time.Time // after the locks, so that records of one cell follow each other
	if err := tx.QueryRow(ctx, `select clock_timestamp()`).Scan(&at); err != nil {
		return fmt.Errorf("asking for the time: %w", err)
	}
	args["at"] = at
	grounds, err := db.publishGrounds(ctx, tx, p, touched)
	if err != nil {
		return err
	}
	if layer.number == 2 {
		err = db.publishMicros(ctx, tx, grounds, touched, args)
	} else {
		err = db.publishGrids(ctx, tx, grounds, touched, args)
	}
	if err == nil && p.Kind == ward.PlanOfCommunities {
		// Last, because the ground in memory is of the communities as they are until here.
		err = moveBorders(ctx, tx, p, args)
	}
	if err != nil {
		return err
	}
	if err := refuseAstray(ctx, tx, touched); err != nil {
		return err
	}
	if today {
		_, err = announce(ctx, tx)
	}
	return err
}

// publishGrids writes down a plan of grids, with what hangs on them.
func (db *DB) publishGrids(ctx context.Context, tx pgx.Tx, grounds []*ward.Ground, touched []int64, args pgx.NamedArgs) error {
	made, err := makeGrids(ctx, tx, grounds, args)
	if err != nil {
		return err
	}
	if err := runSteps(ctx, tx, publishSQL, args); err != nil {
		return err
	}
	if err := tieBranches(ctx, tx, grounds, made, args); err != nil {
		return err
	}
	if err := db.redrawMoved(ctx, tx, touched, 1, "p_move", args["effective"].(time.Time)); err != nil {
		return err
	}
	return db.followMicros(ctx, tx, grounds, touched, args)
}

// lockCommunities waits for builds and other publications on the same ground
// and says which communities the plan changes.
func lockCommunities(ctx context.Context, tx pgx.Tx, plan int64) ([]int64, error) {
	if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock_shared($1)`, coverageLock); err != nil {
		return nil, fmt.Errorf("waiting for a build: %w", err)
	}
	rows, err := tx.Query(ctx, `
		select cc.community from plan_cell pc join cell_community cc on cc.cell = pc.cell and upper_inf(cc.valid) where pc.plan = $1
		union select g.community from plan_cell pc join grid g on g.id in (pc.label, pc.from_grid) where pc.plan = $1
		union select (state->>'community')::bigint from plan_grid where plan = $1 order by 1`, plan)
	if err != nil {
		return nil, fmt.Errorf("reading what a plan touches: %w", err)
	}
	touched, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, fmt.Errorf("reading what a plan touches: %w", err)
	}
	for _, c := range touched { // ascending, so that two never wait for each other
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1, $2)`, publishLock, int32(c)); err != nil {
			return nil, fmt.Errorf("waiting for another publication: %w", err)
		}
	}
	if len(touched) == 0 {
		return nil, ward.Errorf(ward.Conflict, "方案没有任何改动，不用公布")
	}
	return touched, nil
}

// refuseStale refuses a plan whose ground another publication changed, or will
// change later than this one.
func refuseStale(ctx context.Context, tx pgx.Tx, head string, args pgx.NamedArgs) error {
	var moved, later int
	err := tx.QueryRow(ctx, `
		select count(*) filter (where pc.from_grid <> coalesce(h.grid, 0)), count(*) filter (where h.since > @effective::date)
		from plan_cell pc left join `+head+` h on h.cell = pc.cell where pc.plan = @plan`, args).Scan(&moved, &later)
	switch {
	case err != nil:
		return fmt.Errorf("comparing a plan with the official state: %w", err)
	case moved > 0:
		return &ward.Error{Code: ward.Stale, Message: fmt.Sprintf("另一个方案先公布了，其中%d个地块已被它改动：请退回草稿，逐块解决冲突后再提交", moved), Current: map[string]int{"cells": moved}}
	case later > 0:
		return ward.Errorf(ward.Conflict, "其中%d个地块已有排在更晚日期的公布，生效日期应在其后", later)
	}
	return nil
}

// publishGrounds reads the communities and runs every check again on the
// newest state: two plans, each without fault, may break a grid together.
func (db *DB) publishGrounds(ctx context.Context, tx pgx.Tx, p ward.Plan, touched []int64) ([]*ward.Ground, error) {
	var out []*ward.Ground
	var found []ward.PlanCheck
	err := db.planGrounds(ctx, tx, p, touched, func(g *ward.Ground) error {
		found, out = append(found, ward.Errors(g.CheckAll())...), append(out, g)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, refused(found)
}

// coloursOf gives the grids of a plan colours that neighbours do not share; the
// official ones keep theirs.
func coloursOf(g *ward.Ground) map[int64]int {
	return geo.Colour(geo.Neighbours(g.Mesh.Arcs, g.Label), func(l int64) int {
		if o, ok := g.Official[l]; ok {
			return o.Colour
		}
		return -1
	}, gridColours)
}

// makeGrids opens the new grids under the next codes of their community, and
// again those the plan reopens; it returns label → grid.
func makeGrids(ctx context.Context, tx pgx.Tx, grounds []*ward.Ground, args pgx.NamedArgs) (map[int64]int64, error) {
	made := map[int64]int64{}
	for _, g := range grounds {
		colours := coloursOf(g)
		for _, label := range g.NewGrids() {
			card := g.Grid(label, false)
			id, err := makeGrid(ctx, tx, card, colours[label], args)
			if err != nil {
				return nil, err
			}
			made[label] = id
		}
	}
	return made, reopenGrids(ctx, tx, args)
}

// reopenGrids opens closed grids that the plan brings back.
func reopenGrids(ctx context.Context, tx pgx.Tx, args pgx.NamedArgs) error {
	_, err := tx.Exec(ctx, `update grid set closed_plan = null, version = version + 1 where closed_plan is not null
		and id in (select label from plan_grid where plan = @plan and state->>'reopen' = 'true')`, args)
	if err != nil {
		return fmt.Errorf("opening grids again: %w", err)
	}
	return nil
}

func makeGrid(ctx context.Context, tx pgx.Tx, card ward.PlanGrid, colour int, args pgx.NamedArgs) (id int64, err error) {
	err = tx.QueryRow(ctx, `update grid set closed_plan = null, version = version + 1 where id = (select made from plan_grid where plan = $1 and label = $2) returning id`, args["plan"], card.Grid).Scan(&id)
	if !errors.Is(err, pgx.ErrNoRows) {
		return id, err // published before and unscheduled: its code is kept for it
	}
	code := card.Code
	if code == "" {
		var community string
		var last int
		if err := tx.QueryRow(ctx, `select a.code, coalesce(max(substring(g.code from length(a.code) + 1)::int) filter (where g.kind <> 'micro' and g.code ~ ('^' || a.code || '[0-9]{1,6}$')), 0)
			from area a left join grid g on g.community = a.id where a.id = $1 group by a.code`, card.Community).Scan(&community, &last); err != nil {
			return 0, fmt.Errorf("choosing a code: %w", err)
		}
		code = ward.GridCode(community, last+1)
	}
	if err := tx.QueryRow(ctx, `insert into grid (community, code, name, kind, colour, path, opened, created_plan) values ($1, $2, $3, $4, $5, 'x', $6, $7) returning id`,
		card.Community, code, card.Name, card.Kind, max(0, colour), args["effective"], args["plan"]).Scan(&id); err != nil {
		return 0, fmt.Errorf("opening a grid: %w", err)
	}
	if _, err := tx.Exec(ctx, `update plan_grid set made = $3 where plan = $1 and label = $2`, args["plan"], card.Grid, id); err != nil {
		return 0, fmt.Errorf("noting a new grid: %w", err)
	}
	return id, nil
}

// runSteps runs the steps of an SQL file one by one; each may name any of args.
func runSteps(ctx context.Context, tx pgx.Tx, text string, args pgx.NamedArgs) error {
	for _, part := range strings.Split(text, "-- step: ")[1:] {
		title, sql, _ := strings.Cut(part, "\n")
		if _, err := tx.Exec(ctx, sql, args); err != nil {
			return fmt.Errorf("step %s: %w", title, err)
		}
	}
	return nil
}

// tieBranches gives new, reopened and retied grids the branch the plan says,
// founding those it names. One name in one community is one branch.
func tieBranches(ctx context.Context, tx pgx.Tx, grounds []*ward.Ground, made map[int64]int64, args pgx.NamedArgs) error {
	for _, g := range grounds {
		for _, label := range g.Labels() {
			state, said := g.States[label]
			if !said || len(g.Of(label)) == 0 || state.Branch == nil && state.BranchName == "" {
				continue
			}
			grid := label
			if label < 0 {
				grid = made[label]
			}
			if err := tieBranch(ctx, tx, grid, state, args); err != nil {
				return err
			}
		}
	}
	return nil
}

func tieBranch(ctx context.Context, tx pgx.Tx, grid int64, state ward.PlanGridState, args pgx.NamedArgs) error {
	args = pgx.NamedArgs{"grid": grid, "community": state.Community, "name": state.BranchName, "branch": state.Branch, "plan": args["plan"], "effective": args["effective"]}
	if state.BranchName != "" {
		if _, err := tx.Exec(ctx, `insert into branch (code, name, kind, area, founded)
			select 'B' || g.code, @name, 'grid', @community, @effective from grid g where g.id = @grid
			and not exists (select from branch b where b.area = @community and b.name = @name)`, args); err != nil {
			return fmt.Errorf("founding a branch: %w", err)
		}
	}
	return runSteps(ctx, tx, `
-- step: 收住原来的支部
delete from branch_grid where grid = @grid and lower(valid) >= @effective::date;
-- step: 缩短原来的支部
update branch_grid set valid = daterange(lower(valid), @effective::date) where grid = @grid and valid @> @effective::date;
-- step: 接上新的支部
insert into branch_grid (branch, grid, valid, plan) select b.id, @grid, daterange(@effective::date, null), @plan from branch b
where case when @name = '' then b.id = @branch else b.area = @community and b.name = @name end limit 1;`, args)
}
