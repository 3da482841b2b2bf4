package postgres

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

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
