package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

var hubs = noun[ward.Hub]{
	absent: "没有这个党员中心户，或不在您的辖区内",
	key:    func(h ward.Hub) int64 { return h.ID },
	columns: `h.id, h.code, h.name, m.branch, br.name as branch_name, d.building, n.grid, coalesce(g.name, '') as grid_name, h.offers, h.hours,
		(select count(*) from hub_door x where x.hub = h.id) as doors, b.pt as location, h.version, h.updated_at`,
	from: `hub h join member m on m.id = h.member join branch br on br.id = m.branch join household d on d.id = h.household
		join building b on b.id = d.building left join cell_now n on n.cell = b.cell left join grid g on g.id = n.grid`,
	id:     "h.id",
	within: fmt.Sprintf(inScope, "n.path"),
	words:  "(h.name || ' ' || h.code)",
	area:   fmt.Sprintf(inArea, "n.path"), grid: "n.grid = @grid", place: "b.pt", path: "n.path",
}

// Hubs lists 党员中心户.
func (db *DB) Hubs(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Hub], error) {
	return hubs.find(ctx, db.Pool, s, f)
}

// HubCard reads one hub with its links.
func (db *DB) HubCard(ctx context.Context, s ward.Scope, id int64) (card ward.HubCard, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if card.Hub, err = hubs.get(ctx, tx, s, id); err != nil {
			return err
		}
		args := pgx.NamedArgs{"id": id, "names": s.SeesNames()}
		if card.Links, err = many[ward.HubLink](ctx, tx, fmt.Sprintf(hubLinks, "h.id = @id"), args); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `select `+fmt.Sprintf(maskedName, "p")+` from hub h join member m on m.id = h.member join person p on p.id = m.person where h.id = @id`, args).Scan(&card.Member)
	})
	if err != nil {
		return ward.HubCard{}, err
	}
	return card, db.seen(ctx, s, "get-hub", "hub", id)
}

// hubLinks are lines from hubs to the other buildings they serve, under a
// condition on h (the hub) and n (the place of its building).
const hubLinks = `
	select h.id as hub, tb.id as building, count(*) as doors, fb.pt as "from", tb.pt as "to"
	from hub h join household fd on fd.id = h.household join building fb on fb.id = fd.building left join cell_now n on n.cell = fb.cell
	join hub_door x on x.hub = h.id join household td on td.id = x.household join building tb on tb.id = td.building
	where tb.id <> fb.id and %s
	group by h.id, tb.id, fb.pt, tb.pt order by h.id, tb.id`

// HubLinks lists the lines of all hubs in the scope, for the map.
func (db *DB) HubLinks(ctx context.Context, s ward.Scope) ([]ward.HubLink, error) {
	return many[ward.HubLink](ctx, db.Pool, fmt.Sprintf(hubLinks, "coalesce(n.path, '') <@ any(@scope::ltree[])"), pgx.NamedArgs{"scope": s.Paths()})
}
