package postgres

// Scripts of the sheets of organisations: branches, institutions, teams, points,
// pairings, honours.

// branchScript: a branch may be below another of the same file. The grids of a
// row replace those registered from today on only when they differ.
func branchScript() script {
	const known = `(select code from branch union all select code from incoming)`
	return script{
		table: "branch",
		refs:  []reference{{key: "area", table: "area"}, {key: "grids", table: "grid", many: true}, {key: "building", table: "building"}},
		checks: []string{
			`insert into finding select i.line, '上级编码', 'error', '没有编码为“' || left(i.parent, 20) || '”的党组织；请先导入上级，或更正编码', '已跳过'
			 from incoming i where i.parent is not null and not exists (select from ` + known + ` k where k.code = i.parent)`,
			`insert into finding select line, '上级编码', 'error', '党组织不能是自己的上级', '已跳过' from incoming where parent = code`,
			`insert into finding
			 with recursive link as (
			   select code, parent from incoming where parent is not null
			   union all select b.code, u.code from branch b join branch u on u.id = b.parent where b.code not in (select code from incoming where parent is not null)
			 ), walk as (
			   select code as start, parent, 1 as steps from link where code in (select code from incoming)
			   union all select w.start, l.parent, w.steps + 1 from walk w join link l on l.code = w.parent where w.parent <> w.start and w.steps < 50
			 )
			 select i.line, '上级编码', 'error', '上级关系绕成了圈；请检查各级的上级编码', '已跳过' from walk w join incoming i on i.code = w.start where w.parent = w.start and i.parent <> i.code`,
			`insert into finding select i.line, '网格编码', 'error', '网格分属' || count(distinct g.community) || '个社区；同一党支部的网格必须在同一社区', '已跳过'
			 from incoming i, unnest(i.grids) as ref(want) join grid g on g.code = want group by i.line having count(distinct g.community) > 1`,
			`insert into finding select line, '网格编码', 'error', '网格“' || left(want, 20) || '”已写给第' || first || '行；一个网格只有一个网格党支部', '已跳过'
			 from (select line, want, first_value(line) over w as first from incoming, unnest(grids) as ref(want) window w as (partition by want order by line)) q where line > first`,
			`insert into finding select i.line, '网格编码', 'error', '网格“' || left(want, 20) || '”已有另一个网格党支部', '已跳过'
			 from incoming i, unnest(i.grids) as ref(want) join grid g on g.code = want join branch_grid t on t.grid = g.id and upper_inf(t.valid) join branch b on b.id = t.branch
			 where b.code <> i.code and b.code not in (select code from incoming where grids is not null)`,
		},
		within: `select i.line, a.path from incoming i join area a on a.code = i.area`,
		before: `select i.line, a.path from incoming i join branch o using (code) join area a on a.id = o.area`,
		person: `select i.line, b.secretary as person, i.secretary as name from incoming i left join branch b using (code) where i.secretary is not null`,
		writes: []string{
			counting(`
			insert into branch as t (code, name, kind, area, building, founded, secretary)
			select i.code, i.name, i.kind, a.id, coalesce(b.id, o.building), coalesce(i.founded, o.founded), coalesce(p.person, o.secretary)
			from incoming i join area a on a.code = i.area left join building b on b.code = i.building left join holder p using (line) left join branch o on o.code = i.code
			on conflict (code) do update set name = excluded.name, kind = excluded.kind, area = excluded.area, building = excluded.building, founded = excluded.founded, secretary = excluded.secretary, version = t.version + 1
			where (t.name, t.kind, t.area, t.building, t.founded, t.secretary) is distinct from (excluded.name, excluded.kind, excluded.area, excluded.building, excluded.founded, excluded.secretary)`),
			`update branch b set parent = u.id from incoming i join branch u on u.code = i.parent where b.code = i.code and b.parent is distinct from u.id`,
			// What the rows no longer name ends today, or never was when it began today.
			`create temp table branch_wants on commit drop as select distinct b.id as branch, g.id as grid from incoming i join branch b using (code), unnest(i.grids) as ref(want) join grid g on g.code = want`,
			`delete from branch_grid t using incoming i join branch b using (code) where t.branch = b.id and i.grids is not null and upper_inf(t.valid) and lower(t.valid) >= today()
			 and not exists (select from branch_wants w where (w.branch, w.grid) = (t.branch, t.grid))`,
			`update branch_grid t set valid = daterange(lower(t.valid), today()) from incoming i join branch b using (code) where t.branch = b.id and i.grids is not null and upper_inf(t.valid)
			 and not exists (select from branch_wants w where (w.branch, w.grid) = (t.branch, t.grid))`,
			// From the beginning where the grid had no branch before, else from today.
			`insert into branch_grid (branch, grid, valid) select w.branch, w.grid, daterange(case when exists (select from branch_grid t where t.grid = w.grid) then today() else '2020-01-01' end, null)
			 from branch_wants w where not exists (select from branch_grid t where (t.branch, t.grid) = (w.branch, w.grid) and upper_inf(t.valid))`,
		},
	}
}

// somewhere refuses a thing that has no place: neither a shape nor a building
// that has one, nor a place registered before.
func somewhere(table string) string {
	return `insert into finding select i.line, '图形', 'error', '没有位置；请填经纬度、楼栋编码，或使用带图形的文件', '已跳过'
		from incoming i where i.shape is null and i.building is null and not exists (select from ` + table + ` t where t.code = i.code)`
}

// placed is where a thing is: as said, else at its building, else as registered.
const placed = `coalesce(i.shape, b.pt, o.pt)`

// cellOf is the cell of a place, once there is a coverage; BuildCoverage
// decides for those that lie in none.
const cellOf = `(select c.id from cell c where c.valid @> today() and st_covers(c.geom, st_transform(` + placed + `, metric_srid())) order by c.id limit 1)`

func institutionScript() script {
	return script{
		table: "institution",
		limits: []limit{
			{"floor", `floor not between -5 and 200`, "楼层应在-5—200之间"},
			{"staff", `staff < 0`, "职工数不能是负数"},
			{"members", `members < 0`, "党员数不能是负数"},
		},
		refs:   []reference{{key: "building", table: "building"}, {key: "branch", table: "branch"}},
		checks: []string{somewhere("institution")},
		within: areaAt(`coalesce(i.shape, (select b.pt from building b where b.code = i.building), (select o.pt from institution o where o.code = i.code))`),
		before: areaOf(`institution`, `o.pt`),
		writes: []string{counting(`
			insert into institution as t (code, name, kind, building, floor, staff, members, party_mode, branch, cell, pt)
			select i.code, i.name, coalesce(i.kind, o.kind, 'company'), coalesce(b.id, o.building), coalesce(i.floor, o.floor), coalesce(i.staff, o.staff, 0), coalesce(i.members, o.members, 0),
			       coalesce(i.party_mode, o.party_mode, 'none'), coalesce(n.id, o.branch), coalesce(b.cell, ` + cellOf + `, o.cell), ` + placed + `
			from incoming i left join building b on b.code = i.building left join branch n on n.code = i.branch left join institution o on o.code = i.code
			on conflict (code) do update set name = excluded.name, kind = excluded.kind, building = excluded.building, floor = excluded.floor, staff = excluded.staff, members = excluded.members,
			       party_mode = excluded.party_mode, branch = excluded.branch, cell = excluded.cell, pt = excluded.pt
			where (t.name, t.kind, t.building, t.floor, t.staff, t.members, t.party_mode, t.branch, t.pt) is distinct from
			      (excluded.name, excluded.kind, excluded.building, excluded.floor, excluded.staff, excluded.members, excluded.party_mode, excluded.branch, excluded.pt)`)},
	}
}

// teamScript: grids and members of a row replace those registered.
func teamScript() script {
	return script{
		table:  "team",
		limits: []limit{{"headcount", `headcount < 0`, "人数不能是负数"}},
		refs: []reference{
			{key: "area", table: "area"},
			{key: "grids", table: "grid", many: true},
			{key: "leader", table: "member"},
			{key: "members", table: "member", many: true},
		},
		within: `select i.line, a.path from incoming i join area a on a.code = i.area`,
		before: `select i.line, a.path from incoming i join team o using (code) join area a on a.id = o.area`,
		writes: []string{
			counting(`
			insert into team as t (code, name, kind, area, leader, state, shift, headcount, pt)
			select i.code, i.name, i.kind, a.id, coalesce(m.id, o.leader), coalesce(i.state, o.state, 'off'), coalesce(i.shift, o.shift, ''),
			       coalesce(i.headcount, o.headcount, cardinality(i.members), 0), coalesce(i.shape, o.pt, a.label)
			from incoming i join area a on a.code = i.area left join member m on m.code = i.leader left join team o on o.code = i.code
			on conflict (code) do update set name = excluded.name, kind = excluded.kind, area = excluded.area, leader = excluded.leader, state = excluded.state, shift = excluded.shift,
			       headcount = excluded.headcount, pt = excluded.pt, version = t.version + 1
			where (t.name, t.kind, t.area, t.leader, t.state, t.shift, t.headcount, t.pt) is distinct from
			      (excluded.name, excluded.kind, excluded.area, excluded.leader, excluded.state, excluded.shift, excluded.headcount, excluded.pt)`),
			`create temp table team_wants on commit drop as select distinct t.id as team, g.id as grid from incoming i join team t using (code), unnest(i.grids) as ref(want) join grid g on g.code = want`,
			`delete from team_grid x using incoming i join team t using (code) where x.team = t.id and i.grids is not null and upper_inf(x.valid) and lower(x.valid) >= today()
			 and not exists (select from team_wants w where (w.team, w.grid) = (x.team, x.grid))`,
			`update team_grid x set valid = daterange(lower(x.valid), today()) from incoming i join team t using (code) where x.team = t.id and i.grids is not null and upper_inf(x.valid)
			 and not exists (select from team_wants w where (w.team, w.grid) = (x.team, x.grid))`,
			`insert into team_grid (team, grid) select w.team, w.grid from team_wants w where not exists (select from team_grid x where (x.team, x.grid) = (w.team, w.grid) and upper_inf(x.valid))
			 on conflict (team, grid, valid) do nothing`,
			`delete from team_member x using incoming i join team t using (code) where x.team = t.id and i.members is not null`,
			`insert into team_member (team, member) select distinct t.id, m.id from incoming i join team t using (code), unnest(i.members) as ref(want) join member m on m.code = want`,
		},
	}
}

// pointScript adds the rooms a row names; a room that is gone may have bookings
// and is closed by hand.
func pointScript() script {
	return script{
		table: "point",
		limits: []limit{
			{"area", `area not between 0 and 1000000`, "面积应在0—1000000平方米之间"},
			{"seats", `seats not between 0 and 100000`, "座位数应在0—100000之间"},
			{"services", `cardinality(services) > 115`, "服务事项最多115项"},
		},
		refs:   []reference{{key: "building", table: "building"}},
		checks: []string{somewhere("point")},
		within: areaAt(`coalesce(i.shape, (select b.pt from building b where b.code = i.building), (select o.pt from point o where o.code = i.code))`),
		before: areaOf(`point`, `o.pt`),
		writes: []string{
			counting(`
			insert into point as t (code, name, kind, building, cell, address, area, seats, hours, services, phone, has_basics, pt)
			select i.code, i.name, coalesce(i.kind, o.kind, 'service_station'), coalesce(b.id, o.building), coalesce(b.cell, ` + cellOf + `, o.cell), coalesce(i.address, o.address, ''), coalesce(i.area, o.area),
			       coalesce(i.seats, o.seats), coalesce(i.hours, o.hours, ''), coalesce(i.services, o.services, '{}'), coalesce(i.phone, o.phone, ''), coalesce(i.has_basics, o.has_basics, false), ` + placed + `
			from incoming i left join building b on b.code = i.building left join point o on o.code = i.code
			on conflict (code) do update set name = excluded.name, kind = excluded.kind, building = excluded.building, cell = excluded.cell, address = excluded.address, area = excluded.area, seats = excluded.seats,
			       hours = excluded.hours, services = excluded.services, phone = excluded.phone, has_basics = excluded.has_basics, pt = excluded.pt, version = t.version + 1
			where (t.name, t.kind, t.building, t.address, t.area, t.seats, t.hours, t.services, t.phone, t.has_basics, t.pt) is distinct from
			      (excluded.name, excluded.kind, excluded.building, excluded.address, excluded.area, excluded.seats, excluded.hours, excluded.services, excluded.phone, excluded.has_basics, excluded.pt)`),
			`insert into room (point, name) select distinct p.id, r from incoming i join point p using (code), unnest(i.rooms) r on conflict (point, name) do nothing`,
		},
	}
}

// pairingScript: what the two ends are is said by the kind.
func pairingScript() script {
	const ends = `
		left join branch lb on lb.code = i."left" and i.kind = 'branch_branch' left join branch rb on rb.code = i."right" and i.kind = 'branch_branch'
		left join member lm on lm.code = i."left" and i.kind <> 'branch_branch'
		left join household rh on rh.code = i."right" and i.kind = 'member_household' left join area ra on ra.code = i."right" and i.kind = 'leader_community'`
	return script{
		table: "pairing",
		limits: []limit{
			{"promise", `length(promise) > 1000`, "约定事项不超过1000个字"},
			{"to", `"to" < "from"`, "结束日期早于开始日期"},
			{"right", `"left" = "right"`, "甲方和乙方相同"},
		},
		checks: []string{
			`insert into finding select i.line, '甲方编码', 'error', '没有编码为“' || left(i."left", 20) || '”的' || case when i.kind = 'branch_branch' then '党组织' else '党员' end || '；请先导入，或更正编码', '已跳过'
			 from incoming i ` + ends + ` where lb.id is null and lm.id is null`,
			`insert into finding select i.line, '乙方编码', 'error', '没有编码为“' || left(i."right", 20) || '”的' || case i.kind when 'branch_branch' then '党组织' when 'member_household' then '住户' else '辖区' end || '；请先导入，或更正编码', '已跳过'
			 from incoming i ` + ends + ` where rb.id is null and rh.id is null and ra.id is null`,
			`insert into finding select i.line, '结束日期', 'error', '结束日期早于已登记的开始日期', '已跳过' from incoming i join pairing o using (code) where i."from" is null and i."to" < o.since`,
			`insert into finding select i.line, '类别', 'error', '与已登记的类别不同；请用新的编码登记另一种结对', '已跳过' from incoming i join pairing o using (code) where o.kind <> i.kind`,
		},
		within: `select i.line, a.path from incoming i ` + ends + ` left join branch mb on mb.id = lm.branch join area a on a.id = coalesce(lb.area, mb.area)`,
		before: `select i.line, a.path from incoming i join pairing o using (code) left join branch b on b.id = o.left_branch left join member m on m.id = o.left_member
			left join branch mb on mb.id = m.branch join area a on a.id = coalesce(b.area, mb.area)`,
		writes: []string{counting(`
			insert into pairing as t (code, kind, left_branch, right_branch, left_member, right_household, right_area, since, until, promise, last_result)
			select i.code, i.kind, lb.id, rb.id, lm.id, rh.id, ra.id, coalesce(i."from", o.since, least(today(), i."to")), coalesce(i."to", o.until), coalesce(i.promise, o.promise, ''), coalesce(i.last_result, o.last_result)
			from incoming i ` + ends + ` left join pairing o on o.code = i.code
			on conflict (code) do update set left_branch = excluded.left_branch, right_branch = excluded.right_branch, left_member = excluded.left_member, right_household = excluded.right_household,
			       right_area = excluded.right_area, since = excluded.since, until = excluded.until, promise = excluded.promise, last_result = excluded.last_result
			where (t.left_branch, t.right_branch, t.left_member, t.right_household, t.right_area, t.since, t.until, t.promise, t.last_result) is distinct from
			      (excluded.left_branch, excluded.right_branch, excluded.left_member, excluded.right_household, excluded.right_area, excluded.since, excluded.until, excluded.promise, excluded.last_result)`)},
	}
}

// honourScript: who is honoured is said by the kind; the same honour of the same
// year again only changes who gave it.
func honourScript() script {
	const target = `
		left join branch b on b.code = i.target and i.kind = 'good_branch' left join member m on m.code = i.target and i.kind = 'star_member'
		left join courtyard c on c.code = i.target and i.kind = 'good_courtyard' left join building u on u.code = i.target and i.kind = 'good_building'
		left join lane l on l.code = i.target and i.kind = 'good_lane' left join household h on h.code = i.target and i.kind = 'good_household'`
	const same = ` left join lateral (select o.id, o.given_by from honour o where o.kind = i.kind and o.year = i.year
		and (o.branch, o.member, o.courtyard, o.building, o.lane, o.household) is not distinct from (b.id, m.id, c.id, u.id, l.id, h.id) order by o.id limit 1) o on true`
	return script{
		limits: []limit{{"year", `year not between 1949 and 2200`, "年度应为四位年份"}},
		checks: []string{
			`insert into finding select i.line, '对象编码', 'error', '没有编码为“' || left(i.target, 20) || '”的' ||
			   case i.kind when 'good_branch' then '党组织' when 'star_member' then '党员' when 'good_courtyard' then '小区院落' when 'good_building' then '楼栋' when 'good_lane' then '巷道' else '住户' end || '；请先导入，或更正编码', '已跳过'
			 from incoming i ` + target + ` where num_nonnulls(b.id, m.id, c.id, u.id, l.id, h.id) = 0`,
			`insert into finding select line, '对象编码', 'error', '与第' || first || '行重复：同一对象同一年度的同一荣誉', '已跳过'
			 from (select line, first_value(line) over w as first from incoming window w as (partition by kind, target, year order by line)) q where line > first`,
		},
		within: `select i.line, coalesce(a.path, n.path, (select x.path from area x where x.scheme = 'party' and st_covers(x.geom, st_pointonsurface(coalesce(c.geom, u.geom, l.geom))) order by nlevel(x.path) desc limit 1)) as path
			from incoming i ` + target + ` left join branch mb on mb.id = m.branch left join area a on a.id = coalesce(b.area, mb.area) left join building_now n on n.building = coalesce(u.id, h.building)`,
		writes: []string{counting(`
			insert into honour as t (id, kind, branch, member, courtyard, building, lane, household, year, given_by) overriding system value
			select coalesce(o.id, nextval(pg_get_serial_sequence('honour', 'id'))), i.kind, b.id, m.id, c.id, u.id, l.id, h.id, i.year, coalesce(i.given_by, o.given_by, '')
			from incoming i ` + target + same + `
			on conflict (id) do update set given_by = excluded.given_by where t.given_by <> excluded.given_by`)},
	}
}
