package postgres

// Scripts of the sheets of people: households, members, hubs, the grid team,
// stewards, pledges.

// householdScript: the tags of a row replace those registered; without the
// column, or with a blank cell, they stay.
func householdScript() script {
	return script{
		table: "household",
		limits: []limit{
			{"unit", `unit not between 0 and 100`, "单元应在0—100之间"},
			{"floor", `floor not between -5 and 200`, "楼层应在-5—200之间"},
			{"room", `length(room) > 20`, "室号不超过20个字"},
			{"persons", `persons not between 0 and 50`, "人数应在0—50之间"},
			{"consent_until", `tags is not null and consent_until is null`, "有服务标签就要填同意有效期；没有本人同意不能登记标签"},
		},
		refs: []reference{{key: "building", table: "building"}},
		checks: []string{
			`insert into finding select line, '室号', 'error', '与第' || first || '行是同一个门（同楼同单元同室）', '已跳过'
			 from (select line, first_value(line) over w as first from incoming window w as (partition by building, coalesce(unit, 1), room order by line)) q where line > first`,
			`insert into finding select i.line, '室号', 'error', '这个门已登记为“' || left(h.code, 20) || '”（同楼同单元同室）', '已跳过'
			 from incoming i join building b on b.code = i.building join household h on h.building = b.id and h.unit = coalesce(i.unit, 1) and h.room = i.room
			 where h.code <> i.code and h.code not in (select code from incoming)`,
			`insert into finding select line, '标签同意有效期', 'warning', '同意已过期，标签不会显示；请重新征得同意', ''
			 from incoming where tags is not null and consent_until < today()`,
		},
		within: `select i.line, coalesce(n.path, ` + holding(`b.pt`) + `) as path
			from incoming i join building b on b.code = i.building left join building_now n on n.building = b.id`,
		before: `select i.line, coalesce(n.path, ` + holding(`b.pt`) + `) as path from incoming i join household o using (code) join building b on b.id = o.building left join building_now n on n.building = b.id`,
		person: `select i.line, h.head as person, i.head as name from incoming i left join household h using (code) where i.head is not null or i.sealed`,
		writes: []string{
			// Doors that change places in one file must not meet on the way.
			`update household h set room = '~' || h.id from incoming i join building b on b.code = i.building
			 where h.code = i.code and (h.building, h.unit, h.room) is distinct from (b.id, coalesce(i.unit, h.unit), i.room)`,
			counting(`
			insert into household as t (code, building, unit, floor, room, use, persons, head)
			select i.code, b.id, coalesce(i.unit, o.unit, 1), coalesce(i.floor, o.floor, 1), i.room, coalesce(i.use, o.use, 'own'), coalesce(i.persons, o.persons, 0), coalesce(p.person, o.head)
			from incoming i join building b on b.code = i.building left join household o on o.code = i.code left join holder p using (line)
			on conflict (code) do update set building = excluded.building, unit = excluded.unit, floor = excluded.floor, room = excluded.room, use = excluded.use, persons = excluded.persons, head = excluded.head
			where (t.building, t.unit, t.floor, t.room, t.use, t.persons, t.head) is distinct from
			      (excluded.building, excluded.unit, excluded.floor, excluded.room, excluded.use, excluded.persons, excluded.head)`),
			`delete from household_tag t using incoming i join household h using (code) where t.household = h.id and i.tags is not null and not t.kind = any(i.tags)`,
			`insert into household_tag (household, kind, consent_until) select distinct h.id, tag, i.consent_until from incoming i join household h using (code), unnest(i.tags) tag
			 on conflict (household, kind) do update set consent_until = excluded.consent_until where household_tag.consent_until <> excluded.consent_until`,
		},
	}
}

func memberScript() script {
	return script{
		table:  "member",
		limits: []limit{{"birth_year", `birth_year not between 1900 and 2100`, "出生年份应为四位年份"}},
		refs:   []reference{{key: "branch", table: "branch"}, {key: "household", table: "household"}},
		checks: []string{
			`insert into finding select line, '入党日期', 'warning', '入党时不满18岁；请核对出生年份和入党日期', '' from incoming where extract(year from joined) - birth_year < 18`,
		},
		within: `select i.line, a.path from incoming i join branch b on b.code = i.branch join area a on a.id = b.area`,
		before: `select i.line, a.path from incoming i join member o using (code) join branch b on b.id = o.branch join area a on a.id = b.area`,
		person: `select i.line, m.person, i.name from incoming i left join member m using (code)`,
		writes: []string{counting(`
			insert into member as t (code, person, branch, kind, gender, birth_year, joined, household, home_unit, registered_in, skills, posts)
			select i.code, p.person, b.id, coalesce(i.kind, o.kind, 'resident'), coalesce(i.gender, o.gender), coalesce(i.birth_year, o.birth_year), coalesce(i.joined, o.joined),
			       coalesce(h.id, o.household), coalesce(i.home_unit, o.home_unit, ''), coalesce(i.registered_in, o.registered_in, false), coalesce(i.skills, o.skills, '{}'), coalesce(i.posts, o.posts, '{}')
			from incoming i join holder p using (line) join branch b on b.code = i.branch left join household h on h.code = i.household left join member o on o.code = i.code
			on conflict (code) do update set branch = excluded.branch, kind = excluded.kind, gender = excluded.gender, birth_year = excluded.birth_year, joined = excluded.joined,
			       household = excluded.household, home_unit = excluded.home_unit, registered_in = excluded.registered_in, skills = excluded.skills, posts = excluded.posts, version = t.version + 1
			where (t.branch, t.kind, t.gender, t.birth_year, t.joined, t.household, t.home_unit, t.registered_in, t.skills, t.posts) is distinct from
			      (excluded.branch, excluded.kind, excluded.gender, excluded.birth_year, excluded.joined, excluded.household, excluded.home_unit, excluded.registered_in, excluded.skills, excluded.posts)`)},
	}
}

// hubScript: the doors of a row replace those registered.
func hubScript() script {
	return script{
		table: "hub",
		refs:  []reference{{key: "member", table: "member"}, {key: "household", table: "household"}, {key: "doors", table: "household", many: true}},
		checks: []string{
			`insert into finding select line, '户编码', 'error', '这一户与第' || first || '行的中心户相同', '已跳过'
			 from (select line, first_value(line) over w as first from incoming window w as (partition by household order by line)) q where line > first`,
			`insert into finding select i.line, '户编码', 'error', '这一户已是另一个党员中心户', '已跳过'
			 from incoming i join household d on d.code = i.household join hub h on h.household = d.id where h.code <> i.code`,
			`insert into finding select line, '服务户编码', 'warning', count(*) || '户已由第' || first || '行的中心户服务，例如“' || left(min(want), 20) || '”；一户只由一个中心户服务', '这些户仍归先写的中心户'
			 from (select line, want, first_value(line) over w as first from incoming, unnest(doors) as ref(want) window w as (partition by want order by line)) q where line > first group by line, first`,
			`insert into finding select i.line, '服务户编码', 'warning', count(*) || '户已由“' || left(h.code, 20) || '”服务，例如“' || left(min(want), 20) || '”；一户只由一个中心户服务', '这些户仍归原来的中心户'
			 from incoming i, unnest(i.doors) as ref(want) join household d on d.code = want join hub_door s on s.household = d.id join hub h on h.id = s.hub
			 where h.code <> i.code and h.code not in (select code from incoming where doors is not null) group by i.line, h.code`,
		},
		within: `select i.line, a.path from incoming i join member m on m.code = i.member join branch b on b.id = m.branch join area a on a.id = b.area`,
		before: `select i.line, a.path from incoming i join hub o using (code) join member m on m.id = o.member join branch b on b.id = m.branch join area a on a.id = b.area`,
		writes: []string{
			counting(`
			insert into hub as t (code, name, member, household, offers, hours)
			select i.code, i.name, m.id, d.id, coalesce(i.offers, o.offers, '{}'), coalesce(i.hours, o.hours, '')
			from incoming i join member m on m.code = i.member join household d on d.code = i.household left join hub o on o.code = i.code
			on conflict (code) do update set name = excluded.name, member = excluded.member, household = excluded.household, offers = excluded.offers, hours = excluded.hours
			where (t.name, t.member, t.household, t.offers, t.hours) is distinct from (excluded.name, excluded.member, excluded.household, excluded.offers, excluded.hours)`),
			`delete from hub_door s using incoming i join hub h using (code) where s.hub = h.id and i.doors is not null`,
			`insert into hub_door (hub, household) select h.id, d.id from incoming i join hub h using (code), unnest(i.doors) as ref(want) join household d on d.code = want
			 order by i.line on conflict do nothing`,
		},
	}
}

// gridRoleScript: a role of a grid is one person, a member by code or anybody by
// name. The same person in the same role again changes nothing; the leader, of
// whom there is one, is replaced.
func gridRoleScript() script {
	// mine: the filled role that a row means, if there is one.
	const mine = `left join grid_role r on r.id = (
		select r.id from grid_role r join person p on p.id = r.person
		where r.grid = g.id and r.role = i.role and upper_inf(r.valid)
		  and (i.role = 'leader' or case when i.member is not null then r.member = m.id else r.member is null and p.name = i.name end)
		order by r.id limit 1)`
	const from = `from incoming i join grid g on g.code = i.grid left join member m on m.code = i.member ` + mine
	return script{
		refs: []reference{{key: "grid", table: "grid"}, {key: "member", table: "member"}},
		checks: []string{
			`insert into finding select line, '党员编码', 'error', '党员编码和姓名至少填一项', '已跳过' from incoming where member is null and name is null`,
			`insert into finding select line, '角色', 'error', '与第' || first || '行重复：一个网格只有一名网格长', '已跳过'
			 from (select line, first_value(line) over w as first from incoming where role = 'leader' window w as (partition by grid order by line)) q where line > first`,
			`insert into finding select line, '角色', 'error', '与第' || first || '行重复：同一人在同一网格的同一角色', '已跳过'
			 from (select line, first_value(line) over w as first from incoming window w as (partition by grid, role, member, case when member is null then name end order by line)) q where line > first`,
		},
		within: `select i.line, g.path from incoming i join grid g on g.code = i.grid`,
		// Whoever is a member is registered there; here only those who are not.
		person: `select i.line, case when r.member is null then r.person end as person, i.name ` + from + ` where i.member is null`,
		writes: []string{counting(`
			insert into grid_role as t (id, grid, role, member, person) overriding system value
			select coalesce(r.id, nextval(pg_get_serial_sequence('grid_role', 'id'))), g.id, i.role, m.id, coalesce(m.person, h.person)
			` + from + ` left join holder h using (line)
			on conflict (id) do update set member = excluded.member, person = excluded.person
			where (t.member, t.person) is distinct from (excluded.member, excluded.person)`)},
	}
}

// stewardScript: rows of the same person in the same office are one steward with
// the places of all of them, which replace those registered.
func stewardScript() script {
	// A code is looked for where the office has its places: lanes for the keeper
	// of lanes, buildings and courtyards for the others.
	const place = `select i.line, i.kind, i.member, want, c.id as courtyard, b.id as building, l.id as lane
		from incoming i cross join unnest(i.places) as ref(want)
		left join lane l on l.code = want and i.kind = 'lane'
		left join building b on b.code = want and i.kind <> 'lane'
		left join courtyard c on c.code = want and i.kind <> 'lane' and b.id is null`
	const places = `(select array_agg(p::text order by p.courtyard, p.building, p.lane) from (select courtyard, building, lane from steward_place where steward = a.id) p)`
	return script{
		refs:    []reference{{key: "member", table: "member"}},
		prepare: []string{`create temp table steward_home on commit drop as ` + place},
		checks: []string{
			`insert into finding select line, '负责范围编码', 'error', '没有编码为“' || left(want, 20) || '”的' || case when kind = 'lane' then '巷道' else '楼栋或小区' end || '；请先导入，或更正编码', '已跳过'
			 from steward_home where num_nonnulls(courtyard, building, lane) = 0 and line in (select line from incoming)`,
			`insert into finding select line, '党员编码', 'note', '同一人的同一职责写了几行', '负责范围已合并到第' || first || '行'
			 from (select line, first_value(line) over w as first from incoming window w as (partition by kind, member order by line)) q where line > first`,
		},
		within: `select i.line, a.path from incoming i join member m on m.code = i.member join branch b on b.id = m.branch join area a on a.id = b.area`,
		writes: []string{
			`create temp table steward_after on commit drop as
			 select coalesce(s.id, nextval(pg_get_serial_sequence('steward', 'id'))) as id, q.kind, q.member, s.id is null as fresh
			 from (select distinct i.kind, m.id as member, i.member as code from incoming i join member m on m.code = i.member) q
			 left join lateral (select min(s.id) as id from steward s where s.member = q.member and s.kind = q.kind) s on true`,
			`create temp table steward_before on commit drop as select a.id, ` + places + ` as places from steward_after a`,
			`insert into steward (id, kind, member) overriding system value select id, kind, member from steward_after where fresh`,
			`delete from steward_place p using steward_after a where p.steward = a.id`,
			`insert into steward_place (steward, courtyard, building, lane)
			 select distinct a.id, h.courtyard, h.building, h.lane from steward_after a join member m on m.id = a.member join steward_home h on h.kind = a.kind and h.member = m.code
			 where h.line in (select line from incoming)`,
			`select count(*) filter (where a.fresh), count(*) filter (where not a.fresh and b.places is distinct from ` + places + `) from steward_after a join steward_before b using (id)`,
		},
	}
}

// pledgeScript: a member makes one pledge of each kind. What it is for may be a
// household, a unit or a grid; of a lane, courtyard or building, whose pledges
// are about a place and not about people, the name goes into the text.
func pledgeScript() script {
	const target = `left join household h on h.code = i.target left join institution u on u.code = i.target left join grid g on g.code = i.target
		left join lateral (select name from lane where code = i.target union all select name from courtyard where code = i.target
		  union all select coalesce(nullif(name, ''), nullif(number, ''), code) from building where code = i.target limit 1) p on true`
	return script{
		limits: []limit{{"text", `length(text) > 500`, "内容不超过500个字"}},
		refs:   []reference{{key: "member", table: "member"}},
		checks: []string{
			`insert into finding select i.line, '对象编码', 'error', '没有编码为“' || left(i.target, 20) || '”的住户、单位、网格或场所；请先导入，或更正编码', '已跳过'
			 from incoming i ` + target + ` where i.target is not null and num_nonnulls(h.id, u.id, g.id, p.name) = 0`,
			`insert into finding select line, '类别', 'error', '与第' || first || '行重复：同一党员的同一类承诺只有一条', '已跳过'
			 from (select line, first_value(line) over w as first from incoming window w as (partition by member, kind order by line)) q where line > first`,
		},
		within: `select i.line, a.path from incoming i join member m on m.code = i.member join branch b on b.id = m.branch join area a on a.id = b.area`,
		writes: []string{counting(`
			insert into pledge as t (member, kind, household, institution, grid, text, since)
			select m.id, i.kind, coalesce(h.id, o.household), coalesce(u.id, o.institution), coalesce(g.id, o.grid),
			       left(coalesce(i.text || coalesce('(' || p.name || ')', ''), o.text, p.name, ''), 500), coalesce(i.since, o.since, today())
			from incoming i join member m on m.code = i.member left join pledge o on o.member = m.id and o.kind = i.kind ` + target + `
			on conflict (member, kind) do update set household = excluded.household, institution = excluded.institution, grid = excluded.grid, text = excluded.text, since = excluded.since
			where (t.household, t.institution, t.grid, t.text, t.since) is distinct from (excluded.household, excluded.institution, excluded.grid, excluded.text, excluded.since)`)},
	}
}
