package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

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
