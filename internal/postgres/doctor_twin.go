package postgres

import (
	"fmt"

	"wangge/internal/ward"
)

// twinChecks look for things registered twice.
func twinChecks() []doctorCheck {
	return []doctorCheck{
		{
			name: "building-twin", title: "疑似重复的楼栋", severity: ward.DoctorWarning,
			why: fmt.Sprintf("名称和楼号相同、相距不到%.0f米。合并后住户、走访等一起改挂到先登记的一栋，可撤销。", ward.DoctorTwinMetres),
			fix: "合并为一栋",
			core: `select a.id as entity, b.id as other, n.path, md5(concat_ws('|', a.version, b.version)) as state
				from ` + twinsBy("building", "name || ' ' || number", "number <> ''") + ` t join building a on a.id = t.first join building b on b.id = t.id
				left join cell_now n on n.cell = a.cell
				where st_distance(a.pt::geography, b.pt::geography) <= ` + fmt.Sprint(ward.DoctorTwinMetres),
			show: `select 'building' as noun, ` + doctorBuilding + ` as title, '两栋同名，相距' || round(st_distance(b.pt::geography, c.pt::geography)::numeric) || '米；编码' || left(b.code, 20) || '、' || left(c.code, 20) as detail,
				b.pt, f.other as target, '把编码' || left(c.code, 20) || '的一栋并入编码' || left(b.code, 20) || '的一栋' as todo
				from building b join building c on c.id = f.other where b.id = f.entity`,
			plan: merge("building"),
		},
		{
			name: "household-twin", title: "疑似重复的门牌", severity: ward.DoctorWarning,
			why: "同楼同单元的室号只差写法（全角、空格、“室”字）。合并后走访、标签等一起改挂到先登记的一户，可撤销。", fix: "合并为一户",
			core: `select a.id as entity, b.id as other, n.path, md5(concat_ws('|', a.room, b.room, a.persons, b.persons)) as state
				from ` + twinsBy("household", "building || ' ' || unit || ' ' || "+roomPlain, "true") + ` t join household a on a.id = t.first join household b on b.id = t.id
				join building u on u.id = a.building left join cell_now n on n.cell = u.cell`,
			show: `select 'household' as noun, ` + doctorBuilding + ` || h.unit || '单元' || h.room as title, '室号写作“' || h.room || '”和“' || o.room || '”' as detail,
				b.pt, f.other as target, '把“' || o.room || '”并入“' || h.room || '”' as todo
				from household h join household o on o.id = f.other join building b on b.id = h.building where h.id = f.entity`,
			plan: merge("household"),
		},
		twinOf("point", "服务点", 100),
		twinOf("institution", "单位", 100),
		codeTwin("building", "楼栋"),
		codeTwin("point", "服务点"),
		codeTwin("institution", "单位"),
	}
}

// twinsBy selects first and id of the rows that have the same value of an
// expression, in one pass over the register.
func twinsBy(table, by, where string) string {
	return `(select g.ids[1] as first, other.id from (select array_agg(id order by id) as ids from ` + table + ` where ` + where + ` group by ` + by + ` having count(*) > 1) g,
		unnest(g.ids[2:]) as other(id))`
}

// roomPlain is the room number as people say it.
const roomPlain = `rtrim(lower(translate(room, '０１２３４５６７８９－ 　', '0123456789-')), '室号')`

// twinOf looks for two of one name close together.
func twinOf(table, title string, metres float64) doctorCheck {
	return doctorCheck{
		name: table + "-twin", title: "疑似重复的" + title, severity: ward.DoctorWarning,
		why: fmt.Sprintf("名称相同、相距不到%.0f米。合并后相关记录一起改挂到先登记的一条，可撤销。", metres), fix: "合并为一条",
		core: `select a.id as entity, b.id as other, n.path, md5(concat_ws('|', a.name, a.pt::text, b.pt::text)) as state
			from ` + twinsBy(table, "name", "true") + ` t join ` + table + ` a on a.id = t.first join ` + table + ` b on b.id = t.id left join cell_now n on n.cell = a.cell
			where st_distance(a.pt::geography, b.pt::geography) <= ` + fmt.Sprint(metres),
		show: `select '` + table + `' as noun, b.name as title, '两条同名，相距' || round(st_distance(b.pt::geography, c.pt::geography)::numeric) || '米；编码' || left(b.code, 20) || '、' || left(c.code, 20) as detail,
			b.pt, f.other as target, '把编码' || left(c.code, 20) || '的一条并入编码' || left(b.code, 20) || '的一条' as todo
			from ` + table + ` b join ` + table + ` c on c.id = f.other where b.id = f.entity`,
		plan: merge(table),
	}
}

// codeTwin looks for codes that differ only in case, spaces or width, as after
// an import from two tables.
func codeTwin(table, title string) doctorCheck {
	return doctorCheck{
		name: table + "-code", title: title + "编码只差写法", severity: ward.DoctorWarning,
		why: "两个编码只差大小写、空格或全角，查找和再次导入时会认错。改号后后登记的一条得到新编码，可撤销。", fix: "给后登记的重新编号",
		core: `select a.id as entity, b.id as other, n.path, md5(concat_ws('|', a.code, b.code)) as state
			from ` + twinsBy(table, fmt.Sprintf(doctorPlain, "code"), "true") + ` t join ` + table + ` a on a.id = t.first join ` + table + ` b on b.id = t.id left join cell_now n on n.cell = a.cell`,
		show: `select '` + table + `' as noun, coalesce(nullif(b.name, ''), b.code) as title, '编码“' || left(b.code, 20) || '”和“' || left(c.code, 20) || '”' as detail, c.pt, k.n::bigint as target,
			'把“' || left(c.code, 20) || '”改为“' || left(b.code, 20) || '-' || k.n || '”' as todo
			from ` + table + ` b join ` + table + ` c on c.id = f.other
			join lateral (select n from generate_series(2, 999) n where not exists (select from ` + table + ` u where u.code = b.code || '-' || n) order by n limit 1) k on true where b.id = f.entity`,
		plan: recode(table),
	}
}
