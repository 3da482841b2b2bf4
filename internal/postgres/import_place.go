package postgres

// Scripts of the sheets of places: areas, lines, grounds, courtyards,
// buildings, grids.

// areaScript: parents come before children, whatever the order of the file. A
// street or community without a parent code belongs to the area that holds it.
func areaScript() script {
	// known: what will be there when the file is in, parents for its rows.
	const known = `(select code, level, path, geom from area where code not in (select code from incoming)
		union all select i.code, i.level, a.path, i.shape from incoming i left join area a using (code))`
	const upper = `case i.level when 'street' then 'district' when 'community' then 'street' end`
	level := func(name string) string {
		return counting(`
			insert into area as t (code, name, level, scheme, parent, valid_from, geom, label)
			select i.code, i.name, i.level, coalesce(i.scheme, o.scheme, 'party'), coalesce(o.parent, p.id),
			       coalesce(i.valid_from, o.valid_from, '2020-01-01'), case when d.area is null and m.area is null then i.shape else o.geom end, case when d.area is null and m.area is null then i.label else o.label end
			from incoming i left join area o on o.code = i.code left join area_home h using (line) left join area p on p.code = h.parent
			-- The same outline again: what the cells made of it stays.
			left join area_outline d on d.area = o.id and d.drawn = i.shape and d.derived = o.geom
			-- What a plan has moved, another plan moves: not a file of before.
			left join (select distinct area from area_shape) m on m.area = o.id
			where i.level = '` + name + `'
			on conflict (code) do update set name = excluded.name, scheme = excluded.scheme, valid_from = excluded.valid_from, geom = excluded.geom, label = excluded.label
			where (t.name, t.scheme, t.valid_from, t.geom) is distinct from (excluded.name, excluded.scheme, excluded.valid_from, excluded.geom)`)
	}
	return script{
		table: "area",
		limits: []limit{
			{"code", `code !~ '^[0-9A-Za-z_-]{1,32}$'`, "辖区编码只用字母、数字、横线，不超过32位"},
			{"name", `length(name) > 100`, "名称不超过100个字"},
		},
		prepare: []string{
			`create temp table area_home on commit drop as
			 select i.line, coalesce(i.parent, (select k.code from ` + known + ` k where k.level = ` + upper + ` and st_covers(k.geom, ` + inside + `) order by st_area(k.geom) limit 1)) as parent
			 from incoming i where i.level <> 'district'`,
		},
		checks: []string{
			`insert into finding select i.line, '上级编码', 'error', '没有编码为“' || left(i.parent, 20) || '”的辖区；请先导入上级，或更正编码', '已跳过'
			 from incoming i where i.parent is not null and not exists (select from ` + known + ` k where k.code = i.parent)`,
			`insert into finding select i.line, '上级编码', 'error', '上级的级别不对：街道属于区，社区属于街道，区没有上级', '已跳过'
			 from incoming i join ` + known + ` k on k.code = i.parent where k.level is distinct from ` + upper,
			`insert into finding select i.line, '图形', 'warning', '“' || a.name || '”的界线由公布过的社区界线方案划定，文件里的图形不再采用', '保留现行界线；要改请另做社区界线方案'
			 from incoming i join area a using (code) where exists (select from area_shape s where s.area = a.id) and not st_equals(a.geom, i.shape)`,
			`insert into finding select i.line, '上级编码', 'error', '没有写上级，也没有' || case i.level when 'street' then '区' else '街道' end || '把它包含在内；请先导入上级辖区', '已跳过'
			 from incoming i join area_home h using (line) where h.parent is null and coalesce(i.scheme, 'party') = 'party'`,
			`insert into finding select i.line, '上级编码', 'note', '没有写上级', '已按位置归入“' || left(p.name, 20) || '”'
			 from incoming i join area_home h using (line) join area p on p.code = h.parent where i.parent is null`,
			`insert into finding select i.line, '级别', 'error', '与已登记的级别不同；导入不能改变级别', '已跳过'
			 from incoming i join area a using (code) where a.level <> i.level`,
			`insert into finding select i.line, '上级编码', 'error', '与已登记的上级不同；导入不能改变隶属关系', '已跳过'
			 from incoming i join area a using (code) join area u on u.id = a.parent where i.parent <> u.code`,
		},
		within: `select i.line, coalesce(a.path, p.path) as path from incoming i left join area a using (code) left join area_home h using (line) left join area p on p.code = h.parent`,
		writes: []string{level("district"), level("street"), level("community")},
	}
}

func roadScript() script {
	return script{
		table:  "road",
		within: areaAt(inside),
		before: areaOf(`road`, within),
		writes: []string{counting(`
			insert into road as t (code, name, kind, bridge, geom)
			select i.code, coalesce(i.name, o.name, ''), coalesce(i.kind, o.kind, 'minor'), coalesce(i.bridge, o.bridge, false), i.shape
			from incoming i left join road o using (code)
			on conflict (code) do update set name = excluded.name, kind = excluded.kind, bridge = excluded.bridge, geom = excluded.geom
			where (t.name, t.kind, t.bridge, t.geom) is distinct from (excluded.name, excluded.kind, excluded.bridge, excluded.geom)`)},
	}
}

func groundScript() script {
	return script{
		table:  "ground",
		within: areaAt(inside),
		before: areaOf(`ground`, within),
		writes: []string{counting(`
			insert into ground as t (code, name, kind, geom)
			select i.code, coalesce(i.name, o.name, ''), coalesce(i.kind, o.kind, 'other'), i.shape
			from incoming i left join ground o using (code)
			on conflict (code) do update set name = excluded.name, kind = excluded.kind, geom = excluded.geom
			where (t.name, t.kind, t.geom) is distinct from (excluded.name, excluded.kind, excluded.geom)`)},
	}
}

var builtLimit = limit{"built", `built not between 1800 and 2200`, "建成年份应为四位年份"}

func courtyardScript() script {
	return script{
		table:  "courtyard",
		limits: []limit{builtLimit},
		within: areaAt(inside),
		before: areaOf(`courtyard`, within),
		writes: []string{counting(`
			insert into courtyard as t (code, name, kind, built, geom)
			select i.code, i.name, coalesce(i.kind, o.kind, 'walled'), coalesce(i.built, o.built), i.shape
			from incoming i left join courtyard o using (code)
			on conflict (code) do update set name = excluded.name, kind = excluded.kind, built = excluded.built, geom = excluded.geom
			where (t.name, t.kind, t.built, t.geom) is distinct from (excluded.name, excluded.kind, excluded.built, excluded.geom)`)},
	}
}

// buildingScript: which cell, and so which grid, a building is in is decided by
// BuildCoverage; one whose outline did not change keeps its cell.
func buildingScript() script {
	return script{
		table: "building",
		limits: []limit{
			{"floors", `floors not between 0 and 200`, "楼层数应在0—200之间"},
			{"units", `units not between 0 and 100`, "单元数应在0—100之间"},
			{"height", `height not between 0 and 1000`, "高度应在0—1000米之间"},
			builtLimit,
		},
		refs:   []reference{{key: "courtyard", table: "courtyard"}},
		within: areaAt(inside),
		before: areaOf(`building`, within),
		writes: []string{counting(`
			insert into building as t (code, name, number, address, kind, floors, units, height, built, courtyard, geom, pt)
			select i.code, coalesce(i.name, o.name, ''), coalesce(i.number, o.number, ''), coalesce(i.address, o.address, ''), coalesce(i.kind, o.kind, 'other'),
			       coalesce(i.floors, o.floors, 1), coalesce(i.units, o.units, 1), coalesce(i.height, o.height), coalesce(i.built, o.built), coalesce(c.id, o.courtyard), i.shape, ` + inside + `
			from incoming i left join building o using (code) left join courtyard c on c.code = i.courtyard
			on conflict (code) do update set name = excluded.name, number = excluded.number, address = excluded.address, kind = excluded.kind, floors = excluded.floors,
			       units = excluded.units, height = excluded.height, built = excluded.built, courtyard = excluded.courtyard, geom = excluded.geom, pt = excluded.pt, version = t.version + 1
			where (t.name, t.number, t.address, t.kind, t.floors, t.units, t.height, t.built, t.courtyard, t.geom) is distinct from
			      (excluded.name, excluded.number, excluded.address, excluded.kind, excluded.floors, excluded.units, excluded.height, excluded.built, excluded.courtyard, excluded.geom)`)},
	}
}

// gridScript keeps the polygon as it was handed in; the border that counts is
// derived from cells by BuildCoverage. A grid without a community code belongs
// to the community that holds most of it.
func gridScript() script {
	return script{
		table:  "grid",
		limits: []limit{{"name", `length(name) > 100`, "名称不超过100个字"}},
		prepare: []string{`create temp table grid_home on commit drop as
			select i.line, best.id as community, best.share, best.name, (select count(*) from area a where a.code = i.community and a.level = 'community') as given
			from incoming i left join lateral (
			  select a.id, a.name, st_area(st_intersection(a.geom, i.shape)) / nullif(st_area(i.shape), 0) as share from area a
			  where a.level = 'community' and a.scheme = 'party' and (i.community is null or a.code = i.community) and (i.community is not null or st_intersects(a.geom, i.shape))
			  order by 3 desc limit 1) best on true`},
		checks: []string{
			`insert into finding select i.line, '社区编码', 'error', '没有编码为“' || left(i.community, 20) || '”的社区；请先导入社区，或更正编码', '已跳过'
			 from incoming i join grid_home h using (line) where i.community is not null and h.given = 0`,
			`insert into finding select i.line, '社区编码', 'error', '没有写社区，也不在任何社区里；请先导入社区', '已跳过'
			 from incoming i join grid_home h using (line) where i.community is null and h.community is null`,
			`insert into finding select i.line, '社区编码', 'error', '与已登记的社区不同；网格不能换社区，请在规划中新建网格', '已跳过'
			 from incoming i join grid_home h using (line) join grid g using (code) where g.community <> h.community`,
			`insert into finding select i.line, '类别', 'error', '已登记为另一类；网格和微网格不能互换，请在规划中另设', '已跳过'
			 from incoming i join grid g using (code) where i.kind is not null and (i.kind = 'micro') <> (g.kind = 'micro')`,
			`insert into finding select i.line, '图形', 'warning', '只有' || round((h.share * 100)::numeric) || '%的面积在“' || left(h.name, 20) || '”内；请核对网格边界', '地块按社区归入，不会跨社区'
			 from incoming i join grid_home h using (line) where h.share < 0.95`,
			`insert into finding select i.line, '社区编码', 'note', '没有写社区', '已按位置归入“' || left(h.name, 20) || '”'
			 from incoming i join grid_home h using (line) where i.community is null and h.community is not null`,
			`insert into finding select a.line, '图形', 'warning', '与第' || b.line || '个网格重叠' || round((st_area(st_intersection(a.shape, b.shape)) / least(st_area(a.shape), st_area(b.shape)) * 100)::numeric) || '%；请核对边界', '重叠处按地块只归入一个网格'
			 from incoming a join incoming b on a.line < b.line and a.shape && b.shape and coalesce(a.kind, 'basic') <> 'micro' and coalesce(b.kind, 'basic') <> 'micro'
			 where st_intersects(a.shape, b.shape) and st_area(st_intersection(a.shape, b.shape)) > 0.01 * least(st_area(a.shape), st_area(b.shape))`,
		},
		within: `select h.line, a.path from grid_home h join area a on a.id = h.community`,
		before: `select i.line, g.path from incoming i join grid g using (code)`,
		writes: []string{counting(`
			insert into grid as t (community, code, name, kind, drawn, opened)
			select coalesce(o.community, h.community), i.code, i.name, coalesce(i.kind, o.kind, 'basic'), i.shape, coalesce(i.valid_from, o.opened, '2020-01-01')
			from incoming i join grid_home h using (line) left join grid o using (code)
			on conflict (code) do update set name = excluded.name, kind = excluded.kind, drawn = excluded.drawn, opened = excluded.opened, version = t.version + 1
			where (t.name, t.kind, t.drawn, t.opened) is distinct from (excluded.name, excluded.kind, excluded.drawn, excluded.opened)`)},
	}
}

func laneScript() script {
	return script{
		table:  "lane",
		limits: []limit{{"width", `width not between 0 and 100`, "宽度应在0—100米之间"}},
		within: areaAt(inside),
		before: areaOf(`lane`, within),
		writes: []string{counting(`
			insert into lane as t (code, name, paving, sewer, width, geom)
			select i.code, i.name, coalesce(i.paving, o.paving, 'concrete'), coalesce(i.sewer, o.sewer, true), coalesce(i.width, o.width), i.shape
			from incoming i left join lane o using (code)
			on conflict (code) do update set name = excluded.name, paving = excluded.paving, sewer = excluded.sewer, width = excluded.width, geom = excluded.geom
			where (t.name, t.paving, t.sewer, t.width, t.geom) is distinct from (excluded.name, excluded.paving, excluded.sewer, excluded.width, excluded.geom)`)},
	}
}
