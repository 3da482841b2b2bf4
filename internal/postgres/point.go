package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

var points = noun[ward.Point]{
	absent: "没有这个服务点，或不在您的辖区内",
	key:    func(p ward.Point) int64 { return p.ID },
	columns: `p.id, p.code, p.name, p.kind, p.building, p.address, p.area, p.seats, p.hours, p.services, p.phone, p.has_basics,
		n.grid, coalesce(g.name, '') as grid_name, p.pt as location, p.version, p.updated_at`,
	from:   "point p left join cell_now n on n.cell = p.cell left join grid g on g.id = n.grid",
	id:     "p.id",
	within: fmt.Sprintf(inScope, "n.path"),
	kind:   "p.kind", words: "(p.name || ' ' || p.code || ' ' || p.address)",
	area: fmt.Sprintf(inArea, "n.path"), grid: "n.grid = @grid", place: "p.pt", path: "n.path", live: "p.ended is null",
}

// Points lists 服务点.
func (db *DB) Points(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Point], error) {
	return points.find(ctx, db.Pool, s, f)
}

// PointCard reads one point with its rooms and what it lacks.
func (db *DB) PointCard(ctx context.Context, s ward.Scope, id int64) (card ward.PointCard, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if card.Point, err = points.get(ctx, tx, s, id); err != nil {
			return err
		}
		norms, err := normValues(ctx, tx)
		if err != nil {
			return err
		}
		card.Lacks = card.Lacking(norms["point_area"])
		rows, err := tx.Query(ctx, `select name from room where point = $1 order by name`, id)
		if err != nil {
			return err
		}
		card.Rooms, err = pgx.CollectRows(rows, pgx.RowTo[string])
		if card.Rooms == nil {
			card.Rooms = []string{}
		}
		return err
	})
	return card, err
}
