package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

var cellCuts = noun[ward.CellCut]{
	absent: "没有这条切线，或不在您的辖区内",
	key:    func(c ward.CellCut) int64 { return -c.ID },
	columns: `k.id, k.cell, k.pieces, jsonb_build_object('id', a.id, 'name', a.name, 'kind', 'community') as community, st_transform(k.line, 4326) as line,
		u.name as made_by, k.made_at, (select count(*) = 2 from cell c where c.id = any(k.pieces) and upper_inf(c.valid)) as whole`,
	from: "cell_cut k join area a on a.id = k.community join account u on u.id = k.made_by", id: "-k.id",
	within: "k.healed_at is null and a.path <@ any(@scope::ltree[])",
	area:   "a.path <@ (select path from area where id = @area)",
}

// CellCuts lists the cuts that are not healed, the last made first.
func (db *DB) CellCuts(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.CellCut], error) {
	return cellCuts.find(ctx, db.Pool, s, f)
}

// CutCell cuts a cell along a drawn line, or with o.Preview only says what the
// pieces would be. A retry hears again what came of it.
func (db *DB) CutCell(ctx context.Context, s ward.Scope, key uuid.UUID, cell int64, o ward.CellCutOrder) (edit ward.CellCutEdit, err error) {
	if err := o.Validate(); err != nil {
		return edit, err
	}
	if o.Preview {
		err = db.read(ctx, func(tx pgx.Tx) error {
			k, err := db.startCut(ctx, tx, s, cell, o.Line, [2]int64{-1, -2})
			if err != nil {
				return err
			}
			edit, err = k.describe(ctx)
			return err
		})
		return edit, err
	}
	err = db.write(ctx, func(tx pgx.Tx) error {
		id, err := command(ctx, tx, key, s.Actor(), digest("cut-cell", cell, o), func() (int64, error) { return db.cutCell(ctx, tx, s, cell, o.Line) })
		if err != nil {
			return err
		}
		edit, err = madeCut(ctx, tx, id)
		return err
	})
	return edit, err
}

func (db *DB) cutCell(ctx context.Context, tx pgx.Tx, s ward.Scope, cell int64, line orb.LineString) (id int64, err error) {
	home, err := cellHome(ctx, tx, s, cell)
	if err != nil {
		return 0, err
	}
	r, err := startRecut(ctx, tx, s, home, "cut", []int64{cell})
	if err != nil {
		return 0, err
	}
	var numbers [2]int64
	if err := tx.QueryRow(ctx, `select nextval(pg_get_serial_sequence('cell', 'id')), nextval(pg_get_serial_sequence('cell', 'id'))`).Scan(&numbers[0], &numbers[1]); err != nil {
		return 0, fmt.Errorf("numbering cells: %w", err)
	}
	k, err := db.startCut(ctx, tx, s, cell, line, numbers)
	if err != nil {
		return 0, err
	}
	total := float64(k.cut.Pieces[0].Area2() + k.cut.Pieces[1].Area2())
	for i, n := range numbers {
		r.fresh = append(r.fresh, freshCell{number: n, shape: k.cut.Pieces[i], point: k.point(n)})
		r.heirs = append(r.heirs, heir{cell, n, float64(k.cut.Pieces[i].Area2()) / total})
	}
	r.homes, r.arcs, r.bends, r.towns = k.homes, k.cut.Arcs, k.cut.Bends, k.towns
	r.mesh = k.mesh.Replace([]int64{cell}, k.cut.Arcs)
	if err := r.run(ctx); err != nil {
		return 0, err
	}
	var path [][]byte
	for _, line := range k.cut.Path {
		path = append(path, k.plane.line(line))
	}
	if err := tx.QueryRow(ctx, `insert into cell_cut (cell, pieces, community, line, made_by)
		select $1, $2, $3, st_multi(st_collect(st_geomfromewkb(w) order by n)), $5 from unnest($4::bytea[]) with ordinality p(w, n) returning id`,
		cell, numbers[:], k.home.community, path, s.Actor()).Scan(&id); err != nil {
		return 0, fmt.Errorf("keeping a cut: %w", err)
	}
	return id, appendAuditAt(ctx, tx, s, k.home.path, "cut-cell", "cell", fmt.Sprint(cell), fmt.Sprintf("切成地块%d和%d", numbers[0], numbers[1]))
}

// home is where a cell lies.
type home struct {
	community int64
	path      string
}

// cellHome finds the community of a cell within the scope.
func cellHome(ctx context.Context, tx pgx.Tx, s ward.Scope, cell int64) (h home, err error) {
	var open bool
	err = tx.QueryRow(ctx, `select cc.community, a.path::text, upper_inf(c.valid) and upper_inf(cc.valid)
		from cell c join cell_community cc on cc.cell = c.id join area a on a.id = cc.community
		where c.id = $1 and a.path <@ any($2::text[]::ltree[]) order by lower(cc.valid) desc limit 1`, cell, s.Paths()).Scan(&h.community, &h.path, &open)
	switch {
	case err == pgx.ErrNoRows:
		return h, ward.Errorf(ward.NotFound, "没有这个地块，或不在您的辖区内")
	case err != nil:
		return h, fmt.Errorf("finding a cell: %w", err)
	case !open:
		return h, ward.CutGone()
	}
	return h, nil
}

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

// madeCut says what a cut made.
func madeCut(ctx context.Context, tx pgx.Tx, id int64) (edit ward.CellCutEdit, err error) {
	edit.Cut = id
	var community int64
	if err := tx.QueryRow(ctx, `select cell, community, st_transform(line, 4326) from cell_cut where id = $1`, id).Scan(&edit.Cell, &community, &edit.Path); err != nil {
		return edit, fmt.Errorf("reading a cut: %w", err)
	}
	if edit.Pieces, err = many[ward.CellPiece](ctx, tx, `
		select c.id as cell, c.area, st_transform(c.pt, 4326) as place, st_multi(st_transform(c.geom, 4326)) as shape,
		  coalesce(s.households, 0) as households, coalesce(s.persons, 0) as persons, coalesce(s.members, 0) as members, coalesce(s.hardship, 0) as hardship, coalesce(s.buildings, 0) as buildings
		from cell_cut k, unnest(k.pieces) with ordinality p(id, n) join cell c on c.id = p.id left join cell_stat s on s.cell = c.id where k.id = @id order by p.n`, pgx.NamedArgs{"id": id}); err != nil {
		return edit, fmt.Errorf("reading the pieces of a cut: %w", err)
	}
	err = tx.QueryRow(ctx, `select count(*) from plan p where `+openPlans, []int64{community}).Scan(&edit.Plans)
	return edit, err
}
