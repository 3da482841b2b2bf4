package postgres

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"wangge/internal/ward"
)

// partyChecks look at branches, hubs and who leads.
func partyChecks() []doctorCheck {
	return []doctorCheck{
		{
			name: "grid-no-branch", title: "网格没有党支部（空白点）", severity: ward.DoctorSerious,
			why: "每个网格应有网格党支部（一格一支部、多格一支部）。可一键交给同一社区里最近网格的支部；新建支部请导入党组织。", fix: "交给邻近网格的支部",
			core: `select g.id as entity, 0::bigint as other, g.path, md5(concat_ws('|', g.version, g.community)) as state
				from ` + doctorGrids + ` where g.kind <> 'micro' and not exists (select from branch_grid_now bg where bg.grid = g.id)`,
			show: `select 'grid' as noun, g.name as title, (select coalesce(sum(cs.households), 0) from cell_now n join cell_stat cs on cs.cell = n.cell where n.grid = g.id) || '户没有支部负责' as detail,
				gs.label as pt, coalesce(k.id, 0) as target, coalesce('自今日起由' || k.name || '负责', '') as todo
				from ` + doctorGrids + ` left join lateral (
				  select br.id, br.name from branch_grid_now bg join branch br on br.id = bg.branch and br.kind = 'grid' join grid o on o.id = bg.grid and o.community = g.community
				  join grid_shape_now os on os.grid = o.id order by os.geom <-> gs.geom, br.id limit 1) k on true where g.id = f.entity`,
			plan: func(ctx context.Context, tx pgx.Tx, c doctorCase) ([]step, []ward.DoctorChange, error) {
				var name, today string
				err := tx.QueryRow(ctx, `select name, today()::text from branch where id = $1`, c.Target).Scan(&name, &today)
				row := map[string]any{"branch": c.Target, "grid": c.Entity, "valid": "[" + today + ",)"}
				return []step{add("branch_grid", row)}, []ward.DoctorChange{{What: c.Title + "的党支部", Before: "无（空白点）", After: name + "，自" + today + "起"}}, err
			},
		},
		{
			name: "branch-astray", title: "支部与网格不在同一社区", severity: ward.DoctorSerious,
			why: "同一支部的网格必须在同一社区，支部也登记在那个社区。跨社区的请在规划中调整；只是支部登记错的可一键改正。", fix: "支部改登记到网格所在社区",
			core: `select br.id as entity, 0::bigint as other, min(g.path::text)::ltree as path, md5(concat_ws('|', br.version, br.area, string_agg(distinct g.community::text, ','))) as state
				from branch br join branch_grid_now bg on bg.branch = br.id join grid g on g.id = bg.grid join area a on a.id = br.area
				where br.kind = 'grid' group by br.id having count(distinct g.community) > 1 or bool_or(br.area <> g.community)`,
			show: `select 'branch' as noun, br.name as title, '登记在' || a.name || '，网格在' || t.names as detail, t.pt, case when t.n = 1 then t.community else 0 end as target,
				case when t.n = 1 then '改登记到' || t.names else '' end as todo
				from branch br join area a on a.id = br.area, lateral (
				  select count(distinct g.community) as n, min(g.community) as community, string_agg(distinct c.name, '、') as names, (array_agg(gs.label order by g.id))[1] as pt
				  from branch_grid_now bg join grid g on g.id = bg.grid join grid_shape_now gs on gs.grid = g.id join area c on c.id = g.community where bg.branch = br.id) t where br.id = f.entity`,
			plan: func(ctx context.Context, tx pgx.Tx, c doctorCase) ([]step, []ward.DoctorChange, error) {
				var area int64
				var before, after string
				err := tx.QueryRow(ctx, `select br.area, a.name, n.name from branch br join area a on a.id = br.area, area n where br.id = $1 and n.id = $2`, c.Entity, c.Target).Scan(&area, &before, &after)
				return []step{set("branch", c.Entity, "area", area, c.Target)}, []ward.DoctorChange{{What: c.Title + "登记的社区", Before: before, After: after}}, err
			},
		},
		{
			name: "grid-no-leader", title: "网格没有网格长", severity: ward.DoctorWarning,
			why: "没有网格长的网格，走访和事件没有人接。请在8+X团队中登记。",
			core: `select g.id as entity, 0::bigint as other, g.path, md5(concat_ws('|', g.version, 'leader')) as state
				from ` + doctorGrids + ` where g.kind <> 'micro' and not exists (select from grid_role r where r.grid = g.id and r.role = 'leader' and r.valid @> today())`,
			show: `select 'grid' as noun, g.name as title, '8+X团队里没有网格长' as detail, gs.label as pt, 0::bigint as target, '' as todo from ` + doctorGrids + ` where g.id = f.entity`,
		},
		{
			name: "team-no-leader", title: "队伍没有队长", severity: ward.DoctorWarning,
			why:  "没有队长的队伍联系不上。请重新导入队伍名册，写上队长。",
			core: `select t.id as entity, 0::bigint as other, a.path, md5(concat_ws('|', t.version, t.leader)) as state from team t join area a on a.id = t.area where t.leader is null`,
			show: `select 'team' as noun, t.name as title, '登记' || t.headcount || '人，没有队长' as detail, coalesce(t.pt, a.label) as pt, 0::bigint as target, '' as todo from team t join area a on a.id = t.area where t.id = f.entity`,
		},
		{
			name: "hub-astray", title: "中心户服务到了别的网格", severity: ward.DoctorWarning,
			why: "党员中心户应服务身边的住户；服务的门牌已在别的网格，多半是网格调整后没有跟着改。", fix: "取消这些门牌的服务关系",
			core: `select u.id as entity, 0::bigint as other, n.path, md5(string_agg(d.household::text, ',' order by d.household)) as state
				from hub u join household uh on uh.id = u.household join building ub on ub.id = uh.building join cell_now n on n.cell = ub.cell
				join hub_door d on d.hub = u.id join household h on h.id = d.household join building b on b.id = h.building join cell_now o on o.cell = b.cell
				where o.grid <> n.grid group by u.id, n.path`,
			show: `select 'hub' as noun, u.name as title, '有' || t.n || '户在' || t.names as detail, b.pt, t.n as target, '取消' || t.n || '户的服务关系' as todo
				from hub u join household uh on uh.id = u.household join building b on b.id = uh.building join cell_now n on n.cell = b.cell,
				lateral (select count(*) as n, string_agg(distinct g.name, '、') as names from hub_door d join household h on h.id = d.household join building x on x.id = h.building join cell_now o on o.cell = x.cell join grid g on g.id = o.grid
				  where d.hub = u.id and o.grid <> n.grid) t where u.id = f.entity`,
			plan: releaseDoors,
		},
		{
			name: "door-no-hub", title: "住户没有党员中心户联系", severity: ward.DoctorAdvice,
			why: fmt.Sprintf("所在网格有党员中心户，却没有一户联系这栋楼的住户。可一键交给%d米内最近的中心户。", ward.DoctorReachMetres), fix: "交给最近的中心户",
			core: `with near as materialized (select distinct n.grid from hub u join household h on h.id = u.household join building b on b.id = h.building join cell_now n on n.cell = b.cell)
				select b.id as entity, 0::bigint as other, n.path, md5(concat_ws('|', b.version, d.doors)) as state
				from (select h.building, count(*) as doors from household h left join hub_door x on x.household = h.id left join hub u on u.household = h.id
				  where h.use <> 'vacant' group by 1 having count(x.hub) = 0 and count(u.id) = 0) d
				join building b on b.id = d.building join cell_now n on n.cell = b.cell join near on near.grid = n.grid`,
			show: `select 'building' as noun, ` + doctorBuilding + ` as title, (select count(*) from household h where h.building = b.id and h.use <> 'vacant') || '户没有中心户联系' as detail, b.pt,
				coalesce(k.id, 0) as target, coalesce('交给' || round(k.metres::numeric) || '米外的' || k.name, '') as todo
				from building b join cell_now n on n.cell = b.cell left join lateral (
				  select u.id, u.name, st_distance(ub.pt::geography, b.pt::geography) as metres from hub u join household uh on uh.id = u.household join building ub on ub.id = uh.building join cell_now un on un.cell = ub.cell
				  where un.grid = n.grid and st_distance(ub.pt::geography, b.pt::geography) <= ` + strconv.Itoa(ward.DoctorReachMetres) + ` order by 3, u.id limit 1) k on true where b.id = f.entity`,
			plan: serveDoors,
		},
	}
}

// households lists doors by number.
func householdsOf(ctx context.Context, tx pgx.Tx, sql string, args ...any) ([]int64, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("listing doors: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

// serveDoors ties the doors of a building that nobody serves to the hub Target.
func serveDoors(ctx context.Context, tx pgx.Tx, c doctorCase) ([]step, []ward.DoctorChange, error) {
	var hub string
	if err := tx.QueryRow(ctx, `select name from hub where id = $1`, c.Target).Scan(&hub); err != nil {
		return nil, nil, err
	}
	doors, err := householdsOf(ctx, tx, `select h.id from household h where h.building = $1 and h.use <> 'vacant' and not exists (select from hub_door d where d.household = h.id) and not exists (select from hub u where u.household = h.id) order by h.id`, c.Entity)
	steps := []step{}
	for _, d := range doors {
		steps = append(steps, add("hub_door", map[string]any{"hub": c.Target, "household": d}))
	}
	return steps, []ward.DoctorChange{{What: fmt.Sprintf("%s的%d户", c.Title, len(doors)), Before: "没有中心户联系", After: "由" + hub + "联系"}}, err
}

// releaseDoors unties the doors of a hub that lie in other grids.
func releaseDoors(ctx context.Context, tx pgx.Tx, c doctorCase) ([]step, []ward.DoctorChange, error) {
	doors, err := householdsOf(ctx, tx, `select d.household from hub u join household uh on uh.id = u.household join building ub on ub.id = uh.building join cell_now n on n.cell = ub.cell
		join hub_door d on d.hub = u.id join household h on h.id = d.household join building b on b.id = h.building join cell_now o on o.cell = b.cell where u.id = $1 and o.grid <> n.grid order by 1`, c.Entity)
	steps := []step{}
	for _, d := range doors {
		steps = append(steps, step{Kind: "take", Table: "hub_door", Row: asJSON(map[string]any{"hub": c.Entity, "household": d})})
	}
	return steps, []ward.DoctorChange{{What: fmt.Sprintf("别的网格里的%d户", len(doors)), Before: "由" + c.Title + "联系", After: "没有中心户联系"}}, err
}

// recode plans to give the second of a pair the code of the first with a number.
func recode(table string) func(context.Context, pgx.Tx, doctorCase) ([]step, []ward.DoctorChange, error) {
	return func(ctx context.Context, tx pgx.Tx, c doctorCase) ([]step, []ward.DoctorChange, error) {
		var old, fresh string
		err := tx.QueryRow(ctx, `select b.code, a.code || '-' || $3::text from `+table+` a, `+table+` b where a.id = $1 and b.id = $2`, c.Entity, c.Other, strconv.FormatInt(c.Target, 10)).Scan(&old, &fresh)
		return []step{set(table, c.Other, "code", old, fresh)}, []ward.DoctorChange{{What: "编码", Before: old, After: fresh}}, err
	}
}
