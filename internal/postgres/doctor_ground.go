package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// groundChecks look at where things stand: grids, cells, footprints.
func groundChecks() []doctorCheck {
	return []doctorCheck{
		{
			name: "building-no-grid", title: "楼栋和住户没有网格", severity: ward.DoctorSerious,
			why: "在社区内却不属于任何网格，走访和事件没有人负责。有相邻地块的可一键归入；地块本身没有网格的请在规划中划定。",
			fix: "归入最近的地块",
			core: `select b.id as entity, 0::bigint as other, c.path, md5(concat_ws('|', b.cell, b.version)) as state
				from building b left join cell_now n on n.cell = b.cell
				join lateral (select a.path from area a where a.level = 'community' and a.scheme = 'party' and st_covers(a.geom, b.pt) limit 1) c on true
				where n.grid is null`,
			show: `select 'building' as noun, ` + doctorBuilding + ` as title,
				(select count(*) from household h where h.building = b.id) || '户没有网格' || case when b.cell is not null then '；所在地块还没有划入网格' else '' end as detail,
				b.pt, coalesce(k.id, 0) as target, coalesce('归入相距' || round(k.metres::numeric) || '米的地块，属' || k.name, '') as todo
				from building b left join lateral (` + nearestCell(`b.pt`, `and b.cell is null and g.path <@ f.path`) + `) k on true where b.id = f.entity`,
			plan: settle("building"),
		},
		{
			name: "building-outside", title: "楼栋在所有社区之外", severity: ward.DoctorSerious,
			why: "位置不在任何社区边界内：多半是坐标系选错、坐标有误，或社区边界缺了一块。请核对位置或边界后重新导入。",
			core: `with lost as materialized (select b.id, b.pt, b.version from building b left join cell_now n on n.cell = b.cell where n.grid is null)
				select b.id as entity, 0::bigint as other, ` + fmt.Sprintf(doctorArea, "b.pt") + ` as path, md5(concat_ws('|', b.version, st_astext(b.pt))) as state
				from lost b where not exists (select from area a where a.level = 'community' and a.scheme = 'party' and st_covers(a.geom, b.pt))`,
			show: `select 'building' as noun, ` + doctorBuilding + ` as title,
				coalesce((select '距' || a.name || round(st_distance(a.geom::geography, b.pt::geography)::numeric) || '米' from area a where a.level = 'community' and a.scheme = 'party' order by a.geom <-> b.pt limit 1), '还没有社区') as detail,
				b.pt, 0::bigint as target, '' as todo from building b where b.id = f.entity`,
		},
		{
			name: "building-overlap", title: "楼栋轮廓重叠", severity: ward.DoctorWarning,
			why: "两栋楼的轮廓互相盖住：多半是同一栋楼登记了两次，或轮廓画错。盖住八成以上的可合并为一栋，住户等一起改挂。",
			fix: "合并为一栋",
			core: `select a.id as entity, b.id as other, n.path, md5(concat_ws('|', a.version, b.version)) as state
				from building a join building b on a.id < b.id and a.geom && b.geom left join cell_now n on n.cell = a.cell
				where st_relate(a.geom, b.geom, 'T********') and st_area(st_intersection(a.geom, b.geom)) > 0.1 * least(st_area(a.geom), st_area(b.geom))`,
			show: `select 'building' as noun, ` + doctorBuilding + ` || ' 与 ' || ` + pairTitle + ` as title,
				'重叠' || round(100 * o.share) || '%，' || round(o.area) || '平方米' as detail, st_pointonsurface(o.geom) as pt,
				case when o.share >= 0.8 then f.other else 0 end as target, case when o.share >= 0.8 then '并入 ' || ` + doctorBuilding + ` else '' end as todo
				from building b join building c on c.id = f.other,
				lateral (select i.geom, st_area(st_transform(i.geom, metric_srid()))::numeric as area, (st_area(i.geom) / least(st_area(b.geom), st_area(c.geom)))::numeric as share
				  from (select st_collectionextract(st_intersection(b.geom, c.geom), 3) as geom) i) o where b.id = f.entity`,
			plan: merge("building"),
		},
		{
			name: "point-no-grid", title: "服务点没有网格", severity: ward.DoctorWarning,
			why: "不属于任何网格的服务点不在网格的覆盖里。", fix: "归入最近的地块",
			core: adriftCore("point"), show: adriftShow("point"), plan: settle("point"),
		},
		{
			name: "institution-no-grid", title: "单位没有网格", severity: ward.DoctorWarning,
			why: "不属于任何网格的单位没有联系的支部。", fix: "归入最近的地块",
			core: adriftCore("institution"), show: adriftShow("institution"), plan: settle("institution"),
		},
		{
			name: "grid-norm", title: "网格户数不合规模", severity: ward.DoctorAdvice,
			why: "综合网格的户数宜在字典规定的上下限之间（缺省300—500户）；过大走访不过来，过小力量分散。请在规划中调整。",
			core: `select g.id as entity, 0::bigint as other, g.path, md5(concat_ws('|', g.version, s.n)) as state
				from grid g join (select n.grid, coalesce(sum(cs.households), 0) as n from cell_now n left join cell_stat cs on cs.cell = n.cell group by n.grid) s on s.grid = g.id
				where g.kind = 'basic' and s.n not between ` + normLow + ` and ` + normHigh,
			show: `select 'grid' as noun, g.name as title, s.n || '户，' || case when s.n > ` + normHigh + ` then '超出' || s.n - ` + normHigh + ` else '不足' || ` + normLow + ` - s.n end || '户' as detail,
				gs.label as pt, 0::bigint as target, '' as todo
				from ` + doctorGrids + `, lateral (select coalesce(sum(cs.households), 0) as n from cell_now n left join cell_stat cs on cs.cell = n.cell where n.grid = g.id) s where g.id = f.entity`,
		},
		{
			name: "grid-code", title: "网格编码不合规则", severity: ward.DoctorAdvice,
			why: "网格编码应为社区12位代码加3位顺序号；改号后旧号不再使用。", fix: "重新编号",
			core: `select g.id as entity, 0::bigint as other, g.path, md5(concat_ws('|', g.version, g.code)) as state
				from ` + doctorGrids + ` join area a on a.id = g.community where a.code ~ '^[0-9]{12}$' and g.kind <> 'micro' and g.code !~ ('^' || a.code || '[0-9]{3,4}$')`,
			show: `select 'grid' as noun, g.name as title, '编码“' || left(g.code, 20) || '”，社区代码' || a.code as detail, gs.label as pt, coalesce(k.n, 0) as target, coalesce('改为' || a.code || lpad(k.n::text, 3, '0'), '') as todo
				from ` + doctorGrids + ` join area a on a.id = g.community left join lateral (
				  select n::bigint from generate_series(1, 999) n where not exists (select from grid u where u.code = a.code || lpad(n::text, 3, '0'))
				    and not exists (select from doctor_fix d where d.check_name = 'grid-code' and d.steps @> jsonb_build_array(jsonb_build_object('before', a.code || lpad(n::text, 3, '0')))) order by n limit 1) k on true
				where g.id = f.entity`,
			plan: func(ctx context.Context, tx pgx.Tx, c doctorCase) ([]step, []ward.DoctorChange, error) {
				var old, fresh string
				err := tx.QueryRow(ctx, `select g.code, a.code || lpad($2::bigint::text, 3, '0') from grid g join area a on a.id = g.community where g.id = $1`, c.Entity, c.Target).Scan(&old, &fresh)
				return []step{set("grid", c.Entity, "code", old, fresh)}, []ward.DoctorChange{{What: c.Title + "的编码", Before: old, After: fresh}}, err
			},
		},
	}
}

// pairTitle is what the second building of a pair is called.
const pairTitle = `coalesce(nullif(building_title(c.name, c.number), ''), nullif(c.address, ''), c.code)`

// nearestCell selects id, name (of the grid) and metres of the nearest cell that
// has a grid, at most DoctorReachMetres away.
func nearestCell(pt, also string) string {
	at := `st_transform(` + pt + `, metric_srid())`
	return fmt.Sprintf(`select k.id, g.name, st_distance(k.geom, %[1]s) as metres from cell k join cell_now kn on kn.cell = k.id join grid g on g.id = kn.grid
		where upper_inf(k.valid) and st_dwithin(k.geom, %[1]s, %[2]d) %[3]s order by k.geom <-> %[1]s limit 1`, at, ward.DoctorReachMetres, also)
}

func adriftCore(table string) string {
	return `select b.id as entity, 0::bigint as other, ` + fmt.Sprintf(doctorArea, "b.pt") + ` as path, md5(concat_ws('|', b.cell, st_astext(b.pt))) as state
		from ` + table + ` b left join cell_now n on n.cell = b.cell where n.grid is null`
}

func adriftShow(table string) string {
	return `select '` + table + `' as noun, b.name as title, '不在任何网格内' as detail, b.pt, coalesce(k.id, 0) as target,
		coalesce('归入相距' || round(k.metres::numeric) || '米的地块，属' || k.name, '') as todo
		from ` + table + ` b left join lateral (` + nearestCell(`b.pt`, `and b.cell is null and g.path <@ f.path`) + `) k on true where b.id = f.entity`
}

// settle plans to put a thing without a cell on the cell Target.
func settle(table string) func(context.Context, pgx.Tx, doctorCase) ([]step, []ward.DoctorChange, error) {
	return func(ctx context.Context, tx pgx.Tx, c doctorCase) ([]step, []ward.DoctorChange, error) {
		var grid string
		err := tx.QueryRow(ctx, `select g.name from cell_now n join grid g on g.id = n.grid where n.cell = $1`, c.Target).Scan(&grid)
		return []step{set(table, c.Entity, "cell", nil, c.Target)}, []ward.DoctorChange{{What: c.Title + "所在网格", Before: "无", After: grid}}, err
	}
}

// merge plans to merge Target into the first of the pair.
func merge(table string) func(context.Context, pgx.Tx, doctorCase) ([]step, []ward.DoctorChange, error) {
	return func(ctx context.Context, tx pgx.Tx, c doctorCase) ([]step, []ward.DoctorChange, error) {
		steps, changes, err := merging(ctx, tx, table, c.Entity, c.Other)
		return steps, append(changes, ward.DoctorChange{What: doctorNoun(table) + "登记", Before: "两条", After: "一条，保留先登记的"}), err
	}
}
