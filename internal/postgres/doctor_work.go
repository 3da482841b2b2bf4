package postgres

import (
	"fmt"

	"wangge/internal/ward"
)

// workChecks look at what has not been touched for long.
func workChecks() []doctorCheck {
	return []doctorCheck{
		{
			name: "visit-stale", title: "长期没有走访的楼栋", severity: ward.DoctorAdvice,
			why: fmt.Sprintf("有人居住，%d个月没有任何走访：登记可能已经过时。请安排走访核实。", ward.DoctorStaleMonths),
			core: `select b.id as entity, 0::bigint as other, n.path, md5(coalesce(v.last::text, '')) as state
				from (select building from household where use <> 'vacant' group by 1) d join building b on b.id = d.building join cell_now n on n.cell = b.cell
				left join (select building, max(occurred_at) as last from visit group by 1) v on v.building = b.id
				where coalesce(v.last, '-infinity') < today() - interval '` + fmt.Sprint(ward.DoctorStaleMonths) + ` months'`,
			show: `select 'building' as noun, ` + doctorBuilding + ` as title, (select count(*) from household h where h.building = b.id and h.use <> 'vacant') || '户有人居住，'
				|| coalesce('上次走访' || to_char((select max(v.occurred_at) from visit v where v.building = b.id) at time zone 'Asia/Shanghai', 'YYYY-MM-DD'), '从未走访') as detail, b.pt, 0::bigint as target, '' as todo
				from building b where b.id = f.entity`,
		},
		{
			name: "pairing-dormant", title: "结对90天没有结果", severity: ward.DoctorAdvice,
			why: "超过90天没有记录结果的结对视为休眠，地图上变淡。请联系双方，记录结果或结束结对。",
			core: `select p.id as entity, 0::bigint as other, a.path, md5(concat_ws('|', p.last_result, p.until)) as state
				from pairing p left join branch lb on lb.id = p.left_branch left join member lm on lm.id = p.left_member left join branch mb on mb.id = lm.branch
				join area a on a.id = coalesce(lb.area, mb.area) where coalesce(p.until, 'infinity') >= today() and coalesce(p.last_result, p.since) < today() - 90`,
			show: `select 'pairing' as noun, '结对' || p.code as title, coalesce('上次结果' || p.last_result, p.since || '开始，还没有结果') as detail, a.label as pt, 0::bigint as target, '' as todo
				from pairing p left join branch lb on lb.id = p.left_branch left join member lm on lm.id = p.left_member left join branch mb on mb.id = lm.branch join area a on a.id = coalesce(lb.area, mb.area) where p.id = f.entity`,
		},
	}
}
