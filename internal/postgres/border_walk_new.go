package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/geo"
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

// newPiece is a piece that is not stored yet.
type newPiece struct {
	ward.BorderPiece
	grids, pairs []int64
}

// cutBorder cuts a border into pieces and says what they follow and what lies
// beside them.
func cutBorder(ctx context.Context, tx pgx.Tx, g walkedGround, border []ward.BorderStretch) ([]newPiece, error) {
	middles := make([]orb.Point, len(border))
	for i, b := range border {
		middles[i] = middleOf(b.Points, g.Degrees)
	}
	names, err := waysAt(ctx, tx, middles, nil)
	if err != nil {
		return nil, err
	}
	for i := range border {
		if border[i].Class != "inner" {
			border[i].Name = names[i]
		}
	}
	runs := ward.BorderRuns(border)
	if len(runs) > ward.BorderPiecesMost {
		return nil, ward.Errorf(ward.Conflict, "边界太长（%d段），一次至多%d段：请按社区分成几个方案踏界", len(runs), ward.BorderPiecesMost)
	}
	ends, own := []orb.Point{}, []string{}
	pieces := make([]newPiece, len(runs))
	for i, run := range runs {
		p := &pieces[i]
		along, class := run.Along()
		p.Mark, p.Name, p.Class, p.Length, p.pairs = i+1, ward.BorderAlong(along, class), class, run.Length(), run.Pairs()
		for _, v := range run.Points() {
			p.Line = append(p.Line, g.Degrees(v))
		}
		p.grids = gridsOf(g, run)
		ends, own = append(ends, p.Line[0], p.Line[len(p.Line)-1]), append(own, p.Name, p.Name)
	}
	if names, err = waysAt(ctx, tx, ends, own); err != nil {
		return nil, err
	}
	titles, err := buildingsBeside(ctx, tx, border)
	if err != nil {
		return nil, err
	}
	for i, run := range runs {
		p := &pieces[i]
		p.Left, p.Right = sideOf(g, run, true), sideOf(g, run, false)
		for _, s := range run {
			p.Left.Places, p.Right.Places = beside(p.Left.Places, titles[s.Left]), beside(p.Right.Places, titles[s.Right])
		}
		p.Words = ward.BorderWords(p.BorderPiece, run, names[2*i], names[2*i+1])
	}
	return pieces, nil
}

// middleOf is the place half way along a line, in degrees.
func middleOf(points []geo.Cm, degrees func(geo.Cm) orb.Point) orb.Point {
	i, share := geo.Halfway(points)
	a, b := degrees(points[i]), degrees(points[i+1])
	return orb.Point{a[0] + share*(b[0]-a[0]), a[1] + share*(b[1]-a[1])}
}

// gridsOf are the official grids a run touches: those that have the ground today
// and those that would have it.
func gridsOf(g walkedGround, run ward.BorderRun) (grids []int64) {
	for _, s := range run {
		all := []int64{s.LeftGrid, s.RightGrid}
		for _, cell := range []int64{s.Left, s.Right} {
			if c := g.Cell(cell); c != nil {
				all = append(all, c.Head)
			}
		}
		for _, grid := range all {
			if grid > 0 && !slices.Contains(grids, grid) {
				grids = append(grids, grid)
			}
		}
	}
	slices.Sort(grids)
	return grids
}

func sideOf(g walkedGround, run ward.BorderRun, left bool) ward.BorderSide {
	label := run[0].RightGrid
	if left {
		label = run[0].LeftGrid
	}
	side := ward.BorderSide{Grid: label, Places: []string{}}
	if label == 0 {
		return side
	}
	side.Name = g.name(label)
	var middle geo.Cm
	cells := g.Of(label) // none for a grid of another community
	for _, id := range cells {
		middle.X, middle.Y = middle.X+g.Cell(id).At.X, middle.Y+g.Cell(id).At.Y
	}
	n := int64(max(1, len(cells)))
	side.Side = run.SideOf(left, geo.Cm{X: middle.X / n, Y: middle.Y / n})
	return side
}

// placesBeside is how many buildings are named on each side of a piece.
const placesBeside = 4

func beside(places, titles []string) []string {
	for _, title := range titles {
		if len(places) < placesBeside && !slices.Contains(places, title) {
			places = append(places, title)
		}
	}
	return places
}

// buildingsBeside names the buildings of the cells along a border.
func buildingsBeside(ctx context.Context, tx pgx.Tx, border []ward.BorderStretch) (map[int64][]string, error) {
	cells := []int64{}
	for _, b := range border {
		cells = append(cells, b.Left, b.Right)
	}
	type named struct {
		Cell  int64
		Title string
	}
	list, err := many[named](ctx, tx, `select b.cell, building_title(b.name, b.number) as title from building b where b.cell = any(@cells) and building_title(b.name, b.number) <> '' order by b.address, b.number, b.id`, pgx.NamedArgs{"cells": cells})
	if err != nil {
		return nil, fmt.Errorf("naming buildings along a border: %w", err)
	}
	titles := map[int64][]string{}
	for _, n := range list {
		titles[n.Cell] = append(titles[n.Cell], n.Title)
	}
	return titles, nil
}

// waysAt names the road or lane at each place; but names one that does not count,
// place by place: at the end of a piece what it follows says nothing.
func waysAt(ctx context.Context, tx pgx.Tx, places []orb.Point, but []string) ([]string, error) {
	xs, ys := make([]float64, len(places)), make([]float64, len(places))
	for i, p := range places {
		xs[i], ys[i] = p[0], p[1]
	}
	if but == nil {
		but = make([]string, len(places))
	}
	rows, err := tx.Query(ctx, `select `+wayAlong+` from (
		select i, own, st_setsrid(st_makepoint(x, y), 4326) as there from unnest($1::float8[], $2::float8[], $3::text[]) with ordinality q(x, y, own, i)) p order by p.i`, xs, ys, but)
	if err != nil {
		return nil, fmt.Errorf("naming roads along a border: %w", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("naming roads along a border: %w", err)
	}
	return names, nil
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
