package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

var teams = noun[ward.Team]{
	absent: "没有这支队伍，或不在您的辖区内",
	key:    func(t ward.Team) int64 { return t.ID },
	columns: `t.id, t.code, t.name, t.kind, t.area, t.state, t.shift, t.headcount,
		coalesce((select array_agg(x.grid order by x.grid) from team_grid x where x.team = t.id and x.valid @> today()), '{}') as grids,
		t.pt as location, t.version, t.updated_at`,
	from: "team t join area a on a.id = t.area", id: "t.id",
	within: `a.path <@ any(@scope::ltree[]) or exists (select 1 from team_grid x join grid g on g.id = x.grid where x.team = t.id and x.valid @> today() and g.path <@ any(@scope::ltree[]))`,
	kind:   "t.kind", words: "(t.name || ' ' || t.code)",
	area: fmt.Sprintf(inArea, "a.path"), grid: "exists (select 1 from team_grid x where x.team = t.id and x.valid @> today() and x.grid = @grid)",
	place: "t.pt", owns: "a.path <@ any(@scope::ltree[])", path: "a.path", live: "t.ended is null",
}

// Teams lists 队伍.
func (db *DB) Teams(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Team], error) {
	return teams.find(ctx, db.Pool, s, f)
}

// TeamCard reads one team with its leader and grids.
func (db *DB) TeamCard(ctx context.Context, s ward.Scope, id int64) (card ward.TeamCard, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if card.Team, err = teams.get(ctx, tx, s, id); err != nil {
			return err
		}
		args := pgx.NamedArgs{"id": id, "names": s.SeesNames()}
		if card.GridNames, err = many[ward.Named](ctx, tx, `
			select g.id, g.name, g.kind from team_grid x join grid g on g.id = x.grid where x.team = @id and x.valid @> today() order by g.code`, args); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `select coalesce((select `+fmt.Sprintf(maskedName, "p")+` from team t join member m on m.id = t.leader join person p on p.id = m.person where t.id = @id), '')`, args).Scan(&card.Leader)
	})
	if err != nil {
		return ward.TeamCard{}, err
	}
	return card, db.seen(ctx, s, "get-team", "team", id)
}
