package postgres

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// CreateBorderWalk cuts a border into pieces and asks for them to be walked.
func (db *DB) CreateBorderWalk(ctx context.Context, s ward.Scope, key uuid.UUID, d ward.BorderWalkDraft) (out ward.BorderWalk, err error) {
	if err := d.Validate(); err != nil {
		return out, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		id, err := command(ctx, tx, key, s.Actor(), digest("create-border-walk", d), func() (int64, error) {
			g, border, err := db.borderToWalk(ctx, tx, s, d)
			if err != nil {
				return 0, err
			}
			pieces, err := cutBorder(ctx, tx, g, border)
			if err != nil {
				return 0, err
			}
			return db.storeBorderWalk(ctx, tx, s, key, d, pieces)
		})
		if err != nil {
			return err
		}
		out, err = borderWalkIn(ctx, tx, s, id)
		return err
	})
	return out, err
}

// walkedGround is ground with the names of grids that lie beyond it.
type walkedGround struct {
	*ward.Ground
	beyond map[int64]string
}

func (g walkedGround) name(label int64) string {
	if name, ok := g.beyond[label]; ok {
		return name
	}
	return g.Name(label)
}

// borderToWalk reads the border a walk is asked for.
func (db *DB) borderToWalk(ctx context.Context, tx pgx.Tx, s ward.Scope, d ward.BorderWalkDraft) (g walkedGround, border []ward.BorderStretch, err error) {
	if d.Plan > 0 {
		p, communities, err := planHead(ctx, tx, s, d.Plan, true)
		if err != nil {
			return g, nil, err
		}
		if p.State == ward.PlanPublished || p.State == ward.PlanWithdrawn {
			return g, nil, ward.Errorf(ward.Conflict, "方案%s，不用再踏界", ward.PlanStateLabel(p.State))
		}
		if p.Kind == ward.PlanOfMicros {
			return g, nil, ward.Errorf(ward.Conflict, "微网格不立界，不用踏界")
		}
		if g.Ground, err = db.planGround(ctx, tx, p, communities); err != nil {
			return g, nil, err
		}
		border = g.NewBorder()
		if len(border) == 0 {
			return g, nil, ward.Errorf(ward.Conflict, "方案没有新的边界：合并网格不产生新界线，不用踏界")
		}
		return g, border, nil
	}
	return db.gridToWalk(ctx, tx, s, d.Grid)
}

// gridToWalk reads the border of a grid as it is today, with its neighbours of
// other communities.
func (db *DB) gridToWalk(ctx context.Context, tx pgx.Tx, s ward.Scope, grid int64) (g walkedGround, border []ward.BorderStretch, err error) {
	var community int64
	err = tx.QueryRow(ctx, `select community from grid where id = @grid and path <@ any(@scope::ltree[])`, pgx.NamedArgs{"grid": grid, "scope": s.Paths()}).Scan(&community)
	if err == pgx.ErrNoRows {
		return g, nil, ward.Errorf(ward.NotFound, "没有这个网格，或不在您的辖区内")
	}
	if err != nil {
		return g, nil, fmt.Errorf("looking for a grid: %w", err)
	}
	if g.Ground, err = db.planGround(ctx, tx, ward.Plan{}, []int64{community}); err != nil {
		return g, nil, err
	}
	type cellNow struct {
		Cell, Grid int64
		Name       string
	}
	// Today's borders: a plan reads those that are scheduled.
	now, err := many[cellNow](ctx, tx, `select n.cell, n.grid, g.name from cell_now n join grid g on g.id = n.grid where n.community = @community`, pgx.NamedArgs{"community": community})
	if err != nil {
		return g, nil, fmt.Errorf("reading who has the cells today: %w", err)
	}
	g.beyond = map[int64]string{}
	for _, c := range now {
		if cell := g.Cell(c.Cell); cell != nil {
			cell.Head, cell.Now, g.beyond[c.Grid] = c.Grid, c.Grid, c.Name
		}
	}
	g.Ready()
	border = g.BorderOf(grid)
	if len(border) == 0 {
		return g, nil, ward.Errorf(ward.Conflict, "这个网格还没有地块，没有边界可走")
	}
	others := []int64{}
	for _, b := range border {
		others = append(others, b.Left, b.Right)
	}
	outer, err := many[cellNow](ctx, tx, `select n.cell, n.grid, g.name from cell_now n join grid g on g.id = n.grid where n.cell = any(@cells) and n.community <> @community and n.path <@ any(@scope::ltree[])`,
		pgx.NamedArgs{"cells": others, "community": community, "scope": s.Paths()})
	if err != nil {
		return g, nil, fmt.Errorf("reading the grids beyond: %w", err)
	}
	at := map[int64]int64{}
	for _, c := range outer {
		at[c.Cell], g.beyond[c.Grid] = c.Grid, c.Name
	}
	for i := range border {
		b := &border[i]
		if b.LeftGrid == 0 {
			b.LeftGrid = at[b.Left]
		}
		if b.RightGrid == 0 {
			b.RightGrid = at[b.Right]
		}
	}
	return g, border, nil
}

// storeBorderWalk writes a walk down; pieces of the one before whose line is the
// same go over to it with their answers.
func (db *DB) storeBorderWalk(ctx context.Context, tx pgx.Tx, s ward.Scope, key uuid.UUID, d ward.BorderWalkDraft, pieces []newPiece) (id int64, err error) {
	args := pgx.NamedArgs{"plan": d.Plan, "grid": d.Grid, "note": d.Note, "due": d.Due, "actor": s.Actor(), "now": db.Now()}
	former := int64(0)
	err = tx.QueryRow(ctx, `update border_walk set closed_at = coalesce(closed_at, @now) where id = (
		select id from border_walk where plan = nullif(@plan, 0) or grid = nullif(@grid, 0) order by id desc limit 1) returning id`, args).Scan(&former)
	if err != nil && err != pgx.ErrNoRows {
		return 0, fmt.Errorf("ending the walk before: %w", err)
	}
	if err := tx.QueryRow(ctx, `insert into border_walk (plan, grid, note, due, made_by, made_at) values (nullif(@plan, 0), nullif(@grid, 0), @note, nullif(@due, '')::date, @actor, @now) returning id`, args).Scan(&id); err != nil {
		return 0, fmt.Errorf("writing a walk: %w", err)
	}
	b := &pgx.Batch{}
	for _, p := range pieces {
		b.Queue(`
			with kept as (
			  update border_piece k set walk = @walk, mark = @mark, grids = @grids, name = @name, class = @class, length = @length, line = @line, left_side = @left, right_side = @right, words = @words
			  where k.walk = @former and k.pairs = @pairs and (k.left_side->>'grid')::bigint in (@l, @r) and (k.right_side->>'grid')::bigint in (@l, @r) returning k.id)
			insert into border_piece (walk, mark, grids, pairs, name, class, length, line, left_side, right_side, words)
			select @walk, @mark, @grids, @pairs, @name, @class, @length, @line, @left, @right, @words where not exists (select from kept)`,
			pgx.NamedArgs{
				"walk": id, "former": former, "mark": p.Mark, "grids": p.grids, "pairs": p.pairs, "name": p.Name, "class": p.Class, "length": p.Length,
				"line": p.Line, "left": p.Left, "right": p.Right, "l": p.Left.Grid, "r": p.Right.Grid, "words": p.Words,
			})
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return 0, fmt.Errorf("writing the pieces of a border: %w", err)
	}
	if err := appendAudit(ctx, tx, s, "create-border-walk", "border_walk", fmt.Sprint(id), ""); err != nil {
		return 0, err
	}
	if former != 0 {
		if err := appendBorderWalk(ctx, tx, former, uuid.Nil); err != nil {
			return 0, err
		}
	}
	return id, appendBorderWalk(ctx, tx, id, key)
}
