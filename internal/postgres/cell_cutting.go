package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

// cutting is a cut on its way.
type cutting struct {
	tx      pgx.Tx
	cell    int64
	home    home
	plane   plane
	towns   []int64 // communities whose cells may get a new vertex
	mesh    *geo.Mesh
	cut     geo.Cut
	numbers [2]int64
	built   []footprint
	homes   map[int64]int64 // building → piece
}

// footprint is a building on or beside a cell.
type footprint struct {
	id    int64
	name  string
	shape geo.Shape
	own   bool // it belongs to the cell
}

// startCut works out both pieces and what stands on them; nothing is written.
func (db *DB) startCut(ctx context.Context, tx pgx.Tx, s ward.Scope, cell int64, drawn orb.LineString, numbers [2]int64) (*cutting, error) {
	k := &cutting{tx: tx, cell: cell, numbers: numbers, homes: map[int64]int64{}}
	var err error
	if k.home, err = cellHome(ctx, tx, s, cell); err != nil {
		return nil, err
	}
	if err := tx.QueryRow(ctx, `select metric_srid()`).Scan(&k.plane); err != nil {
		return nil, fmt.Errorf("asking for the metric plane: %w", err)
	}
	line, err := planeLine(ctx, tx, drawn)
	if err != nil {
		return nil, err
	}
	beside, err := townsBeside(ctx, tx, s, []int64{cell})
	if err != nil {
		return nil, err
	}
	k.towns = slices.Sorted(maps.Keys(beside))
	towns, err := db.towns(ctx, tx, k.towns)
	if err != nil {
		return nil, err
	}
	mesh, cells, _ := joinTowns(towns)
	k.mesh = mesh
	if !mesh.Bordered(cell) {
		return nil, ward.Errorf(ward.Conflict, "这个地块没有边线：请先重新生成底图")
	}
	if k.cut, err = mesh.Cut(cell, line, numbers); err != nil {
		return nil, ward.CutRefusal(err)
	}
	if err := k.withinLimits(beside, cells); err != nil {
		return nil, err
	}
	if err := k.readBuildings(ctx); err != nil {
		return nil, err
	}
	return k, k.settle()
}

// town is a community that a cut may touch.
type town struct {
	ID   int64
	Name string
	Ours bool // within the scope
}

// townsBeside are the communities of cells and of their neighbours.
func townsBeside(ctx context.Context, tx pgx.Tx, s ward.Scope, cells []int64) (map[int64]town, error) {
	list, err := many[town](ctx, tx, `
		select a.id, a.name, a.path <@ any(@scope::ltree[]) as ours from area a where a.id in (
		  select cc.community from cell_community cc where upper_inf(cc.valid) and cc.cell in (
		    select unnest(@cells::bigint[]) union select l from cell_arc where r = any(@cells) union select r from cell_arc where l = any(@cells)))`,
		pgx.NamedArgs{"cells": cells, "scope": s.Paths()})
	if err != nil {
		return nil, fmt.Errorf("reading who lies beside: %w", err)
	}
	towns := map[int64]town{}
	for _, t := range list {
		towns[t.ID] = t
	}
	return towns, nil
}

// withinLimits refuses a cut that would bend a limit the planner does not own on
// both sides.
func (k *cutting) withinLimits(towns map[int64]town, cells []ward.GroundCell) error {
	for _, b := range k.cut.Bends {
		if b.Straight {
			continue
		}
		if b.Across == 0 {
			return ward.CutAtLimit("")
		}
		i := slices.IndexFunc(cells, func(c ward.GroundCell) bool { return c.ID == b.Across })
		if t := towns[cells[i].Community]; !t.Ours {
			return ward.CutAtLimit(t.Name)
		}
	}
	return nil
}

// readBuildings reads what stands on the cell or reaches into it. A building
// without a shape is a spot of half a metre, as the build of the coverage has it.
func (k *cutting) readBuildings(ctx context.Context) error {
	rows, err := k.tx.Query(ctx, `
		with ground as materialized (select geom, st_transform(geom, 4326) there from cell where id = $1)
		select b.id, building_title(b.name, b.number), b.cell is not distinct from $1,
		  st_asbinary(case when st_isempty(s.geom) then st_buffer(st_transform(b.pt, metric_srid()), 0.5, 2) else s.geom end, 'NDR')
		from ground g join building b on b.cell = $1 or b.geom && g.there and st_intersects(b.geom, g.there), lateral (
		  select st_collectionextract(case when st_isvalid(m) then m else st_makevalid(m) end, 3) geom
		  from (select st_snaptogrid(st_transform(b.geom, metric_srid()), 0.01) m) q) s
		order by b.id`, k.cell)
	if err != nil {
		return fmt.Errorf("reading the buildings of a cell: %w", err)
	}
	var f footprint
	var outline []byte
	_, err = pgx.ForEachRow(rows, []any{&f.id, &f.name, &f.own, &outline}, func() (err error) {
		f.shape, err = shapeOf(outline)
		k.built = append(k.built, f)
		return err
	})
	if err != nil {
		return fmt.Errorf("reading the buildings of a cell: %w", err)
	}
	return nil
}

// settle gives every building of the cell whole to one piece; a line that runs
// through one is refused.
func (k *cutting) settle() error {
	var blade []geo.Segment
	for _, line := range k.cut.Path {
		for i := 1; i < len(line); i++ {
			blade = append(blade, geo.Segment{A: line[i-1], B: line[i]})
		}
	}
	shapes := make([]geo.Shape, len(k.built))
	for i, b := range k.built {
		shapes[i] = b.shape
	}
	for i, through := range geo.NewShapes(shapes).Entered(blade, throughDepth) {
		if through {
			return ward.CutThroughBuilding(k.built[i].name)
		}
	}
	for _, b := range k.built {
		if b.own {
			k.homes[b.id] = k.numbers[0]
			if at := geo.InnerPoint(largest(b.shape)); k.cut.Pieces[1].Holds(at) || !k.cut.Pieces[0].Holds(at) && k.cut.Pieces[1].Distance(at) < k.cut.Pieces[0].Distance(at) {
				k.homes[b.id] = k.numbers[1]
			}
		}
	}
	return nil
}

// point is where the first building of a piece is named; nil for a void.
func (k *cutting) point(piece int64) *orb.Point {
	for _, b := range k.built {
		if k.homes[b.id] == piece {
			at := geo.InnerPoint(largest(b.shape))
			return &at
		}
	}
	return nil
}

// describe says what the pieces would be.
func (k *cutting) describe(ctx context.Context) (ward.CellCutEdit, error) {
	edit := ward.CellCutEdit{Preview: true, Cell: k.cell, Path: orb.MultiLineString{}}
	for _, line := range k.cut.Path {
		var there orb.LineString
		if err := k.tx.QueryRow(ctx, `select st_transform($1::geometry, 4326)`, k.plane.line(line)).Scan(&there); err != nil {
			return edit, fmt.Errorf("projecting a border: %w", err)
		}
		edit.Path = append(edit.Path, there)
	}
	for i, n := range k.numbers {
		p := ward.CellPiece{Cell: n, Area: float64(k.cut.Pieces[i].Area2()) / 2e4}
		var built []int64
		for building, piece := range k.homes {
			if piece == n {
				built = append(built, building)
			}
		}
		err := k.tx.QueryRow(ctx, `
			select st_multi(there), st_pointonsurface(there), s.households, s.persons, s.members, s.hardship, s.buildings
			from (select st_transform($1::geometry, 4326) there) q, (
			  select coalesce(sum(d.n), 0) households, coalesce(sum(d.p), 0) persons, coalesce(sum(d.m), 0) members, coalesce(sum(d.hard), 0) hardship, count(*) buildings
			  from building b left join lateral (
			    select count(*) n, sum(h.persons) p, sum((select count(*) from member m where m.household = h.id and m.ended is null)) m,
			           count(*) filter (where exists (select from household_tag t where t.household = h.id and t.kind in ('hardship','allowance'))) hard
			    from household h where h.building = b.id and h.ended is null) d on true
			  where b.id = any($2) and b.ended is null) s`, k.plane.polygon(k.cut.Pieces[i][0]), built).
			Scan(&p.Shape, &p.Place, &p.Households, &p.Persons, &p.Members, &p.Hardship, &p.Buildings)
		if err != nil {
			return edit, fmt.Errorf("counting a piece: %w", err)
		}
		edit.Pieces = append(edit.Pieces, p)
	}
	err := k.tx.QueryRow(ctx, `select count(*) from plan p where `+openPlans, []int64{k.home.community}).Scan(&edit.Plans)
	return edit, err
}
