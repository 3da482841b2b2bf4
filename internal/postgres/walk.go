package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// Walk lists the occupied doors of the scope grid by grid in walking order:
// building by building along a space-filling curve (PostGIS sorts geometries
// so), then unit by unit from the top floor down.
func (db *DB) Walk(ctx context.Context, s ward.Scope) ([]ward.WalkDoor, error) {
	return many[ward.WalkDoor](ctx, db.Pool, `
		select n.grid, h.id as household, b.id as building, case when c.name is null or position(c.name in b.name) > 0 then '' else c.name end || building_title(b.name, b.number) as place, b.pt as at
		from household h join building b on b.id = h.building left join courtyard c on c.id = b.courtyard join cell_now n on n.cell = b.cell
		where n.path <@ any(@scope::ltree[]) and h.use <> 'vacant'
		order by n.grid, b.pt, h.unit, h.floor desc, h.room`, pgx.NamedArgs{"scope": s.Paths()})
}

// Backdate makes the server's time of everything recorded so far its device
// time: only for the past days of a demo, which are played in a moment.
func (db *DB) Backdate(ctx context.Context) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		for _, sql := range []string{
			`update visit set received_at = occurred_at where received_at > occurred_at`,
		} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
		return nil
	})
}
