package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

var buildings = noun[ward.Building]{
	absent: "没有这栋楼，或不在您的辖区内",
	key:    func(b ward.Building) int64 { return b.ID },
	columns: `b.id, b.code, b.name, b.number, b.address, b.kind, b.floors, b.units, coalesce(cy.name, '') as courtyard,
		(select count(*) from household h where h.building = b.id and h.ended is null) as households,
		n.grid, coalesce(g.name, '') as grid_name, ` + fmt.Sprintf(microOf, "b.cell", "(select today())") + ` as micro, b.pt as location, b.version, b.updated_at`,
	from: `building b left join courtyard cy on cy.id = b.courtyard
		left join cell_now n on n.cell = b.cell left join grid g on g.id = n.grid`,
	id:     "b.id",
	within: fmt.Sprintf(inScope, "n.path"),
	kind:   "b.kind", words: "(b.name || ' ' || b.number || ' ' || b.address)",
	// The texts of search hold these words and more; they are in step after every
	// import and every edit.
	sooner: "b.id in (select y.building from search_text t join search_building y on y.text = t.id where t.words like lower(@words))",
	area:   fmt.Sprintf(inArea, "n.path"), grid: "n.grid = @grid",
	place: "b.geom", live: "b.ended is null",
}

// Buildings lists buildings with today's grid.
func (db *DB) Buildings(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Building], error) {
	return buildings.find(ctx, db.Pool, s, f)
}

// Building reads one building.
func (db *DB) Building(ctx context.Context, s ward.Scope, id int64) (ward.Building, error) {
	return buildings.get(ctx, db.Pool, s, id)
}

// doorColumns are the columns of a door h: where it is, and when it is due.
const doorColumns = `h.id, h.code, h.unit, h.floor, h.room, h.use,
	exists (select 1 from hub where hub.household = h.id) as hub,
	coalesce((select max(v.occurred_at at time zone 'Asia/Shanghai')::date::text from visit v where v.household = h.id), '') as last_visit,
	coalesce((select max(v.occurred_at at time zone 'Asia/Shanghai')::date::text from visit v where v.household = h.id and v.met = 'met'), '') as last_met,
	due_days(h.id) as due_days, coalesce(follow_up(h.id)::text, '') as follow_up, campaigns_due(h.id) as campaigns`

// Doors lists the doors of a building by unit, floor and room with the day of
// the last visit and how often they are due one.
func (db *DB) Doors(ctx context.Context, s ward.Scope, building int64) (doors []ward.Door, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if _, err := buildings.get(ctx, tx, s, building); err != nil {
			return err
		}
		doors, err = many[ward.Door](ctx, tx, `
			select `+doorColumns+` from household h where h.building = @building and h.ended is null order by h.unit, h.floor desc, h.room`,
			pgx.NamedArgs{"building": building})
		return err
	})
	return doors, err
}
