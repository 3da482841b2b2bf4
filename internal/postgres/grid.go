package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

var grids = noun[ward.Grid]{
	absent: "没有这个网格，或不在您的辖区内",
	key:    func(g ward.Grid) int64 { return g.ID },
	columns: `g.id, g.code, g.name, g.kind, g.community, a.name as community_name, g.path::text, g.colour,
		s.label, ` + fmt.Sprintf(boundsOf, "s.geom") + ` as bounds, s.area, s.parts,
		st.buildings, st.households, st.persons, st.members, st.hardship,
		br.id as branch, coalesce(br.name, '') as branch_name, ro.filled as roles_filled,
		(select count(*) from unnest(@required::text[])) as roles_required, g.version, g.updated_at`,
	from: `grid g join area a on a.id = g.community join grid_shape_now s on s.grid = g.id
		left join branch_grid_now bg on bg.grid = g.id left join branch br on br.id = bg.branch
		cross join lateral (
			select coalesce(sum(c.buildings), 0) buildings, coalesce(sum(c.households), 0) households, coalesce(sum(c.persons), 0) persons,
			       coalesce(sum(c.members), 0) members, coalesce(sum(c.hardship), 0) hardship
			from cell_stat c where c.cell = any(array(` + cellsOfGrid + `))) st
		cross join lateral (
			select count(distinct r.role) filled from grid_role r
			where r.grid = g.id and r.valid @> today() and r.role = any(@required::text[])) ro`,
	id:     "g.id",
	within: fmt.Sprintf(inScope, "g.path"),
	kind:   "g.kind", words: "(g.name || ' ' || g.code)",
	area: fmt.Sprintf(inArea, "g.path"), grid: "g.id = @grid",
	place: "s.geom",
	args:  pgx.NamedArgs{"required": ward.RequiredGridRoles()},
}

// cellsOfGrid are the cells of grid g today, as cell_now says, with the day asked
// for once: a page of grids has thousands of cells.
const cellsOfGrid = `select cg.cell from cell_grid cg where cg.grid = g.id and cg.layer = 1 and upper_inf(cg.recorded) and cg.valid @> (select today())`

// Grids lists today's grids with their counts.
func (db *DB) Grids(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Grid], error) {
	return grids.find(ctx, db.Pool, s, f)
}

// GridCard reads one grid with its team, shape and what is going on in it.
func (db *DB) GridCard(ctx context.Context, s ward.Scope, id int64) (card ward.GridCard, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if card.Grid, err = grids.get(ctx, tx, s, id); err != nil {
			return err
		}
		if card.Roles, err = gridRoles(ctx, tx, s, id, "infinity"); err != nil {
			return err
		}
		card.Missing = missingRoles(card.Roles)
		if card.Teams, err = many[ward.Named](ctx, tx, `
			select t.id, t.name, t.kind from team t join team_grid tg on tg.team = t.id
			where tg.grid = @id and tg.valid @> today() order by t.kind, t.name`, pgx.NamedArgs{"id": id}); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `
			select s.geom,
			  (select count(*) from visit v join cell_now n on n.cell = v.cell where n.grid = $1 and v.occurred_at >= date_trunc('month', today())),
			  (select count(*) from incident i join cell_now n on n.cell = i.cell where n.grid = $1 and i.state not in ('closed','void','refused','merged')),
			  (select count(*) from hub h join household d on d.id = h.household join building_now b on b.building = d.building where b.grid = $1),
			  (select count(*) from point p join cell_now n on n.cell = p.cell where n.grid = $1)
			from grid_shape_now s where s.grid = $1`, id).Scan(&card.Shape, &card.Visits, &card.Open, &card.Hubs, &card.Points)
	})
	if err != nil {
		return ward.GridCard{}, err
	}
	return card, db.seen(ctx, s, "get-grid", "grid", id)
}

// gridRoles is the team of a grid on a day; "infinity" is today.
func gridRoles(ctx context.Context, tx pgx.Tx, s ward.Scope, grid int64, on string) ([]ward.GridRole, error) {
	roles, err := many[ward.GridRole](ctx, tx, `
		select r.role, r.role as label, `+fmt.Sprintf(maskedName, "p")+` as name
		from grid_role r join person p on p.id = r.person
		where r.grid = @id and r.valid @> (case when @on::date = 'infinity' then today() else @on::date end) order by r.id`, pgx.NamedArgs{"id": grid, "names": s.SeesNames(), "on": on})
	for i, r := range roles {
		roles[i].Label = ward.GridRoles.Label(r.Role)
	}
	return roles, err
}

func missingRoles(have []ward.GridRole) []string {
	filled := map[string]bool{}
	for _, r := range have {
		filled[r.Role] = true
	}
	missing := []string{}
	for _, role := range ward.RequiredGridRoles() {
		if !filled[role] {
			missing = append(missing, ward.GridRoles.Label(role))
		}
	}
	return missing
}

// GridAt answers which grid a building was in on a day (2006-01-02); the zero
// known time means "as known now", another time "as it was recorded then".
func (db *DB) GridAt(ctx context.Context, s ward.Scope, building int64, day string, known time.Time) (ward.GridAt, error) {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return ward.GridAt{}, &ward.Error{Code: ward.Invalid, Message: "日期应写作 2026-11-22", Fields: []ward.FieldError{{Field: "on", Message: "日期应写作 2026-11-22"}}}
	}
	asOf, micro := "grid_at(b.cell, @day::date)", fmt.Sprintf(microOf, "b.cell", "@day::date")
	if !known.IsZero() {
		asOf, micro = "grid_believed_at(b.cell, @day::date, @known)", fmt.Sprintf(microBelieved, "b.cell", "@day::date", "@known")
	}
	return one[ward.GridAt](ctx, db.Pool, "那一天这栋楼不在任何网格里，或不在您的辖区内", `
		select @day::date::text as date, g.id as grid, g.code, g.name, `+micro+` as micro
		from building b join grid g on g.id = `+asOf+`
		left join building_now n on n.building = b.id
		where b.id = @building and (g.path <@ any(@scope::ltree[]) or n.path <@ any(@scope::ltree[]))`,
		pgx.NamedArgs{"building": building, "day": day, "known": known, "scope": s.Paths()})
}
