package postgres

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// Search finds places and organisations by name, number, address or code within
// the scope; never persons. At least two characters, or one Chinese one.
func (db *DB) Search(ctx context.Context, s ward.Scope, words string) ([]ward.Found, error) {
	words = strings.TrimSpace(words)
	if utf8.RuneCountInString(words) < 2 && len(words) < 3 {
		return nil, &ward.Error{Code: ward.Invalid, Message: "请至少输入两个字", Fields: []ward.FieldError{{Field: "q", Message: "请至少输入两个字"}}}
	}
	return many[ward.Found](ctx, db.Pool, searchSQL, pgx.NamedArgs{"scope": s.Paths(), "words": "%" + likeText(words) + "%", "exact": words})
}

const searchSQL = `
	select noun, id::text, name, detail, array[st_xmin(geom), st_ymin(geom), st_xmax(geom), st_ymax(geom)] as bounds from (
	  (select 1 as rank, 'area' as noun, a.id, a.name, a.code as detail, a.geom from area a
	   where (a.path <@ any(@scope::ltree[]) or a.path @> any(@scope::ltree[])) and (a.name || ' ' || a.code) ilike @words limit 10)
	  union all
	  (select 2, 'grid', g.id, g.name, g.code, s.geom from grid g join grid_shape_now s on s.grid = g.id
	   where g.path <@ any(@scope::ltree[]) and (g.name || ' ' || g.code) ilike @words order by g.code limit 10)
	  union all
	  (select 3, 'branch', b.id, b.name, a.name, coalesce(bu.geom, (select s.geom from branch_grid_now x join grid_shape_now s on s.grid = x.grid where x.branch = b.id limit 1), a.geom)
	   from branch b join area a on a.id = b.area left join building bu on bu.id = b.building
	   where (` + branchWithin + `) and (b.name || ' ' || b.code) ilike @words order by b.id limit 10)
	  union all
	  (select 4, 'point', p.id, p.name, p.address, st_envelope(p.pt) from point p left join cell_now n on n.cell = p.cell
	   where coalesce(n.path, '') <@ any(@scope::ltree[]) and (p.name || ' ' || p.code || ' ' || p.address) ilike @words order by p.id limit 10)
	  union all
	  (select 5, 'team', t.id, t.name, t.shift, st_envelope(t.pt) from team t join area a on a.id = t.area
	   where t.pt is not null and a.path <@ any(@scope::ltree[]) and (t.name || ' ' || t.code) ilike @words order by t.id limit 10)
	  union all
	  (select 6, 'institution', i.id, i.name, '', st_envelope(i.pt) from institution i left join cell_now n on n.cell = i.cell
	   where coalesce(n.path, '') <@ any(@scope::ltree[]) and (i.name || ' ' || i.code) ilike @words order by i.id limit 10)
	  union all
	  (select 7, 'building', b.id, trim(b.name || ' ' || b.number), b.address, b.geom from building b left join cell_now n on n.cell = b.cell
	   where coalesce(n.path, '') <@ any(@scope::ltree[]) and (b.name || ' ' || b.number || ' ' || b.address) ilike @words order by b.id limit 20)
	) found where geom is not null
	order by (name = @exact) desc, rank, id limit 40`
