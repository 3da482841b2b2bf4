package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// Registers that are read as they are: a list and one by number.

var courtyards = noun[ward.Courtyard]{
	absent:  "没有这个小区，或不在您的辖区内",
	key:     func(c ward.Courtyard) int64 { return c.ID },
	columns: "c.id, c.code, c.name, c.kind, (select count(*) from building b where b.courtyard = c.id and b.ended is null) as buildings, st_pointonsurface(c.geom) as location, c.version, c.updated_at",
	from:    "courtyard c", id: "c.id",
	within: `exists (select 1 from building b join cell_now n on n.cell = b.cell where b.courtyard = c.id and n.path <@ any(@scope::ltree[])) or '' = any(@scope)`,
	kind:   "c.kind", words: "(c.name || ' ' || c.code)",
	area:  `exists (select 1 from building b join cell_now n on n.cell = b.cell where b.courtyard = c.id and n.path <@ (select path from area where id = @area))`,
	grid:  `exists (select 1 from building b join cell_now n on n.cell = b.cell where b.courtyard = c.id and n.grid = @grid)`,
	place: "c.geom", live: "c.ended is null",
	owns: `'' = any(@scope) or exists (select 1 from building b join cell_now n on n.cell = b.cell where b.courtyard = c.id and n.path <@ any(@scope::ltree[])) or exists (select 1 from grid_shape_now gs join grid g on g.id = gs.grid where st_intersects(gs.geom, st_pointonsurface(c.geom)) and g.path <@ any(@scope::ltree[]))`,
}

// Courtyards lists 小区 with a building in the scope.
func (db *DB) Courtyards(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Courtyard], error) {
	return courtyards.find(ctx, db.Pool, s, f)
}

// Courtyard reads one.
func (db *DB) Courtyard(ctx context.Context, s ward.Scope, id int64) (ward.Courtyard, error) {
	return courtyards.get(ctx, db.Pool, s, id)
}

// A lane lies where one of its grids lies.
const laneIn = `exists (select 1 from grid_shape_now gs join grid g on g.id = gs.grid where st_intersects(gs.geom, l.geom) and %s)`

var lanes = noun[ward.Lane]{
	absent: "没有这条巷道，或不在您的辖区内",
	key:    func(l ward.Lane) int64 { return l.ID },
	columns: `l.id, l.code, l.name, l.paving, l.sewer, l.width, st_length(l.geom::geography) as length, st_lineinterpolatepoint(st_geometryn(l.geom, 1), 0.5) as location,
		coalesce((select string_agg(` + fmt.Sprintf(maskedName, "p") + `, '、') from steward_place sp join steward st on st.id = sp.steward join member m on m.id = st.member join person p on p.id = m.person where sp.lane = l.id), '') as keeper, l.version, l.updated_at`,
	from: "lane l", id: "l.id",
	within: fmt.Sprintf(laneIn, "g.path <@ any(@scope::ltree[])") + ` or '' = any(@scope)`,
	kind:   "l.paving", words: "(l.name || ' ' || l.code)",
	area: fmt.Sprintf(laneIn, "g.path <@ (select path from area where id = @area)"), grid: fmt.Sprintf(laneIn, "g.id = @grid"),
	place: "l.geom", live: "l.ended is null",
}

// Lanes lists 巷道 that touch the scope.
func (db *DB) Lanes(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Lane], error) {
	if err := db.seen(ctx, s, "list-lanes", "lane", 0); err != nil {
		return ward.Page[ward.Lane]{}, err
	}
	return lanes.find(ctx, db.Pool, s, f)
}

// Lane reads one.
func (db *DB) Lane(ctx context.Context, s ward.Scope, id int64) (ward.Lane, error) {
	if err := db.seen(ctx, s, "get-lane", "lane", id); err != nil {
		return ward.Lane{}, err
	}
	return lanes.get(ctx, db.Pool, s, id)
}

var institutions = noun[ward.Institution]{
	absent:  "没有这个单位，或不在您的辖区内",
	key:     func(i ward.Institution) int64 { return i.ID },
	columns: `i.id, i.code, i.name, i.kind, i.building, i.floor, i.staff, i.members, i.party_mode, i.branch, n.grid, i.pt as location, i.version, i.updated_at`,
	from:    "institution i left join cell_now n on n.cell = i.cell", id: "i.id",
	within: fmt.Sprintf(inScope, "n.path"),
	kind:   "i.kind", words: "(i.name || ' ' || i.code)",
	area: fmt.Sprintf(inArea, "n.path"), grid: "n.grid = @grid", place: "i.pt", live: "i.ended is null",
}

// Institutions lists 单位.
func (db *DB) Institutions(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Institution], error) {
	return institutions.find(ctx, db.Pool, s, f)
}

// Institution reads one.
func (db *DB) Institution(ctx context.Context, s ward.Scope, id int64) (ward.Institution, error) {
	return institutions.get(ctx, db.Pool, s, id)
}

var members = noun[ward.Member]{
	absent: "没有这名党员，或不在您的辖区内",
	key:    func(m ward.Member) int64 { return m.ID },
	columns: `m.id, m.code, ` + fmt.Sprintf(maskedName, "p") + ` as name, coalesce(m.gender, '') as gender, m.birth_year, m.kind, m.branch, b.name as branch_name,
		coalesce(m.joined::text, '') as joined, m.registered_in, m.skills, m.posts, m.version, m.updated_at`,
	from:   "member m join person p on p.id = m.person join branch b on b.id = m.branch join area a on a.id = b.area",
	id:     "m.id",
	within: branchWithin,
	kind:   "m.kind", words: "(p.name || ' ' || m.code)",
	owns: "a.path <@ any(@scope::ltree[])", live: "m.ended is null",
	area: fmt.Sprintf(inArea, "a.path"), grid: "exists (select 1 from branch_grid_now x where x.branch = b.id and x.grid = @grid)",
}

// Members lists 党员 of the branches in the scope; names masked unless the
// operation shows them.
func (db *DB) Members(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Member], error) {
	if err := db.seen(ctx, s, "list-members", "member", 0); err != nil {
		return ward.Page[ward.Member]{}, err
	}
	return members.find(ctx, db.Pool, s, f)
}

// Member reads one.
func (db *DB) Member(ctx context.Context, s ward.Scope, id int64) (ward.Member, error) {
	if err := db.seen(ctx, s, "get-member", "member", id); err != nil {
		return ward.Member{}, err
	}
	return members.get(ctx, db.Pool, s, id)
}

var stewards = noun[ward.Steward]{
	absent: "没有这条记录，或不在您的辖区内",
	key:    func(v ward.Steward) int64 { return v.ID },
	columns: `s.id, s.kind, ` + fmt.Sprintf(maskedName, "p") + ` as name,
		coalesce((select array_agg(coalesce(c.name, building_title(bu.name, bu.number), l.name) order by 1) from steward_place sp
		  left join courtyard c on c.id = sp.courtyard left join building bu on bu.id = sp.building left join lane l on l.id = sp.lane where sp.steward = s.id), '{}') as places, s.version, s.updated_at`,
	from:   "steward s join member m on m.id = s.member join person p on p.id = m.person join branch b on b.id = m.branch join area a on a.id = b.area",
	id:     "s.id",
	within: branchWithin, kind: "s.kind", words: "p.name",
	owns: "a.path <@ any(@scope::ltree[])",
	area: fmt.Sprintf(inArea, "a.path"), grid: "exists (select 1 from branch_grid_now x where x.branch = b.id and x.grid = @grid)",
}

// Stewards lists 楼长、单元长、巷长.
func (db *DB) Stewards(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Steward], error) {
	if err := db.seen(ctx, s, "list-stewards", "steward", 0); err != nil {
		return ward.Page[ward.Steward]{}, err
	}
	return stewards.find(ctx, db.Pool, s, f)
}

// Steward reads one.
func (db *DB) Steward(ctx context.Context, s ward.Scope, id int64) (ward.Steward, error) {
	if err := db.seen(ctx, s, "get-steward", "steward", id); err != nil {
		return ward.Steward{}, err
	}
	return stewards.get(ctx, db.Pool, s, id)
}

var pledges = noun[ward.Pledge]{
	absent:  "没有这条承诺，或不在您的辖区内",
	key:     func(v ward.Pledge) int64 { return v.ID },
	columns: `g.id, g.kind, ` + fmt.Sprintf(maskedName, "p") + ` as member, g.text, g.since::text, g.version, g.updated_at`,
	from:    "pledge g join member m on m.id = g.member join person p on p.id = m.person join branch b on b.id = m.branch join area a on a.id = b.area",
	id:      "g.id",
	within:  "g.kind <> 'youth' and (" + branchWithin + ")", kind: "g.kind", words: "g.text",
	owns: "a.path <@ any(@scope::ltree[])",
	area: fmt.Sprintf(inArea, "a.path"), grid: "exists (select 1 from branch_grid_now x where x.branch = b.id and x.grid = @grid)",
}

// Pledges lists 六个一, never the one about a young person.
func (db *DB) Pledges(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Pledge], error) {
	if err := db.seen(ctx, s, "list-pledges", "pledge", 0); err != nil {
		return ward.Page[ward.Pledge]{}, err
	}
	return pledges.find(ctx, db.Pool, s, f)
}

// Pledge reads one.
func (db *DB) Pledge(ctx context.Context, s ward.Scope, id int64) (ward.Pledge, error) {
	if err := db.seen(ctx, s, "get-pledge", "pledge", id); err != nil {
		return ward.Pledge{}, err
	}
	return pledges.get(ctx, db.Pool, s, id)
}

var pairings = noun[ward.Pairing]{
	absent: "没有这项结对，或不在您的辖区内",
	key:    func(v ward.Pairing) int64 { return v.ID },
	columns: `pr.id, pr.code, pr.kind, coalesce(b.name, '') as "left",
		coalesce(rb.name, ra.name, building_title(rbu.name, rbu.number), '') as "right", pr.since::text, coalesce(pr.until::text, '') as until, pr.promise,
		coalesce(pr.last_result::text, '') as last_result, coalesce(pr.last_result, pr.since) < today() - @dormant::int as dormant, pr.version, pr.updated_at`,
	from: `pairing pr left join member lm on lm.id = pr.left_member join branch b on b.id = coalesce(pr.left_branch, lm.branch) join area a on a.id = b.area
		left join branch rb on rb.id = pr.right_branch left join area ra on ra.id = pr.right_area
		left join household rh on rh.id = pr.right_household left join building rbu on rbu.id = rh.building`,
	id: "pr.id", within: branchWithin, kind: "pr.kind", words: "(pr.code || ' ' || b.name || ' ' || pr.promise)",
	area: fmt.Sprintf(inArea, "a.path"), grid: "exists (select 1 from branch_grid_now x where x.branch = b.id and x.grid = @grid)",
	owns: "a.path <@ any(@scope::ltree[])",
	args: pgx.NamedArgs{"dormant": ward.PairingDormant},
}

// Pairings lists 结对; a member stands behind the branch, a household behind
// its building.
func (db *DB) Pairings(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Pairing], error) {
	return pairings.find(ctx, db.Pool, s, f)
}

// Pairing reads one.
func (db *DB) Pairing(ctx context.Context, s ward.Scope, id int64) (ward.Pairing, error) {
	return pairings.get(ctx, db.Pool, s, id)
}

var honours = noun[ward.Honour]{
	absent:  "没有这项荣誉，或不在您的辖区内",
	key:     func(v ward.Honour) int64 { return v.ID },
	columns: `h.id, h.kind, coalesce(br.name, cy.name, building_title(bu.name, bu.number), l.name, case when h.member is not null then mb.name || '党员' end, '住户') as target, h.year, h.given_by, h.version, h.updated_at`,
	from: `honour h left join branch br on br.id = h.branch left join courtyard cy on cy.id = h.courtyard
		left join household d on d.id = h.household left join building bu on bu.id = coalesce(h.building, d.building) left join lane l on l.id = h.lane
		left join member m on m.id = h.member left join branch mb on mb.id = m.branch
		left join area a on a.id = coalesce(br.area, mb.area)
		left join building cb on cb.id = (select min(x.id) from building x where x.courtyard = h.courtyard)
		left join cell_now n on n.cell = coalesce(bu.cell, cb.cell)`,
	id:     "h.id",
	within: `coalesce(a.path, n.path, '') <@ any(@scope::ltree[]) or (h.lane is not null and ` + fmt.Sprintf(laneIn, "g.path <@ any(@scope::ltree[])") + ")",
	kind:   "h.kind", words: "h.given_by",
	area: fmt.Sprintf(inArea, "coalesce(a.path, n.path)"),
}

// Honours lists 荣誉; persons are not named.
func (db *DB) Honours(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Honour], error) {
	return honours.find(ctx, db.Pool, s, f)
}

// Honour reads one.
func (db *DB) Honour(ctx context.Context, s ward.Scope, id int64) (ward.Honour, error) {
	return honours.get(ctx, db.Pool, s, id)
}
