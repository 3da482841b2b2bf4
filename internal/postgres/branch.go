package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// branchWithin: a branch is seen by those who act in its area, in one of its
// grids, or below the area it leads.
const branchWithin = inAll + ` or a.path <@ any(@scope::ltree[])
	or (a.path @> any(@scope::ltree[]) and b.kind in ('street_committee','community_committee','community_general'))
	or exists (select 1 from branch_grid_now x join grid g on g.id = x.grid where x.branch = b.id and g.path <@ any(@scope::ltree[]))`

var branches = noun[ward.Branch]{
	absent: "没有这个党组织，或不在您的辖区内",
	key:    func(b ward.Branch) int64 { return b.ID },
	columns: `b.id, b.code, b.name, b.kind, b.parent, b.area, a.name as area_name, coalesce(b.founded::text, '') as founded,
		(select count(*) from member m where m.branch = b.id and m.ended is null) as members,
		coalesce((select array_agg(x.grid order by x.grid) from branch_grid_now x where x.branch = b.id), '{}') as grids,
		coalesce(bu.pt, (select s.label from branch_grid_now x join grid_shape_now s on s.grid = x.grid where x.branch = b.id order by s.area desc limit 1)) as location,
		b.version, b.updated_at`,
	from:   "branch b join area a on a.id = b.area left join building bu on bu.id = b.building",
	id:     "b.id",
	within: branchWithin,
	kind:   "b.kind", words: "(b.name || ' ' || b.code)",
	area: fmt.Sprintf(inArea, "a.path"), grid: "exists (select 1 from branch_grid_now x where x.branch = b.id and x.grid = @grid)",
	owns: "a.path <@ any(@scope::ltree[])", path: "a.path", live: "b.ended is null",
}

// Branches lists Party organisations.
func (db *DB) Branches(ctx context.Context, s ward.Scope, f ward.Filter) (ward.Page[ward.Branch], error) {
	return branches.find(ctx, db.Pool, s, f)
}

// BranchCard reads one branch with its place in the tree and its people in
// numbers.
func (db *DB) BranchCard(ctx context.Context, s ward.Scope, id int64) (card ward.BranchCard, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if card.Branch, err = branches.get(ctx, tx, s, id); err != nil {
			return err
		}
		args := pgx.NamedArgs{"id": id, "names": s.SeesNames()}
		for _, list := range []struct {
			into *[]ward.Named
			sql  string
		}{
			{&card.Above, `with recursive up as (
				select p.id, p.name, p.kind, p.parent, 1 as step from branch b join branch p on p.id = b.parent where b.id = @id
				union all select p.id, p.name, p.kind, p.parent, up.step + 1 from up join branch p on p.id = up.parent where up.step < 10)
				select id, name, kind from up order by step`},
			{&card.Below, `select id, name, kind from branch where parent = @id and ended is null order by kind, name limit 100`},
			{&card.GridNames, `select g.id, g.name, g.kind from branch_grid_now x join grid g on g.id = x.grid where x.branch = @id order by g.code`},
			{&card.Hubs, `select h.id, h.name, '' as kind from hub h join member m on m.id = h.member where m.branch = @id order by h.name limit 100`},
		} {
			if *list.into, err = many[ward.Named](ctx, tx, list.sql, args); err != nil {
				return err
			}
		}
		if card.Ages, err = many[ward.AgeBand](ctx, tx, fmt.Sprintf(ageBands, "m.branch = @id"), args); err != nil {
			return err
		}
		card.Advice = ward.SizeAdvice(card.Kind, card.Members)
		return tx.QueryRow(ctx, `select coalesce((select `+fmt.Sprintf(maskedName, "p")+` from branch b join person p on p.id = b.secretary where b.id = @id), '')`, args).Scan(&card.Secretary)
	})
	if err != nil {
		return ward.BranchCard{}, err
	}
	return card, db.seen(ctx, s, "get-branch", "branch", id)
}

// ageBands counts members by age group and gender under a condition on m.
const ageBands = `
	select band, count(*) filter (where gender = 'male') as male, count(*) filter (where gender = 'female') as female
	from (select case when age < 36 then '35岁及以下' when age < 46 then '36–45岁' when age < 56 then '46–55岁' when age < 61 then '56–60岁'
	                  when age < 71 then '61–70岁' else '71岁及以上' end as band, gender, age
	      from (select extract(year from today())::int - m.birth_year as age, m.gender from member m where m.birth_year is not null and %s) q) q
	group by band order by min(age)`
