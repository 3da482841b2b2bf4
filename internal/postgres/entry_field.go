package postgres

import (
	"fmt"
	"slices"
	"strings"

	"wangge/internal/ward"
)

// kept is where the value of a field is: SQL that reads it as JSON from the row
// t, the column it is written to, or statements over @id and @value where it is
// kept in other tables.
type kept struct {
	read   string
	column string
	writes []string
}

// columnOf are the fields whose column is not called like the key of the sheet.
var columnOf = map[string]string{
	"grid.valid_from": "opened", "pairing.from": "since", "pairing.to": "until",
}

// thingColumns are the columns of a field that points at one of several nouns.
var thingColumns = map[string]map[string]string{
	"pairing.left":  {"branch": "left_branch", "member": "left_member"},
	"pairing.right": {"branch": "right_branch", "household": "right_household", "area": "right_area"},
	"pledge.target": {"household": "household", "institution": "institution", "grid": "grid"},
	"honour.target": {"branch": "branch", "member": "member", "courtyard": "courtyard", "building": "building", "lane": "lane", "household": "household"},
}

// datedLink keeps a link by the days it held: what is no longer wanted ends today,
// what began today is taken out.
func datedLink(table, one, many string) kept {
	return kept{
		read: fmt.Sprintf(`(select jsonb_agg(x.%[3]s order by x.%[3]s) from %[1]s x where x.%[2]s = t.id and x.valid @> today())`, table, one, many),
		writes: []string{
			fmt.Sprintf(`delete from %[1]s where %[2]s = @id and upper_inf(valid) and lower(valid) >= today() and not %[3]s = any(@value::bigint[])`, table, one, many),
			fmt.Sprintf(`update %[1]s set valid = daterange(lower(valid), today()) where %[2]s = @id and upper_inf(valid) and not %[3]s = any(@value::bigint[])`, table, one, many),
			fmt.Sprintf(`insert into %[1]s (%[2]s, %[3]s, valid) select @id, w, daterange(today(), null) from unnest(@value::bigint[]) w
				where not exists (select 1 from %[1]s x where x.%[2]s = @id and x.%[3]s = w and upper_inf(x.valid))`, table, one, many),
		},
	}
}

// plainLink keeps a link as it is now.
func plainLink(table, one, many string) kept {
	return kept{
		read: fmt.Sprintf(`(select jsonb_agg(x.%[3]s order by x.%[3]s) from %[1]s x where x.%[2]s = t.id)`, table, one, many),
		writes: []string{
			fmt.Sprintf(`delete from %[1]s where %[2]s = @id and not %[3]s = any(@value::bigint[])`, table, one, many),
			fmt.Sprintf(`insert into %[1]s (%[2]s, %[3]s) select @id, w from unnest(@value::bigint[]) w where not exists (select 1 from %[1]s x where x.%[2]s = @id and x.%[3]s = w)`, table, one, many),
		},
	}
}

// keptApart are the fields that are not a column of their table.
var keptApart = map[string]kept{
	"branch.grids": datedLink("branch_grid", "branch", "grid"),
	"team.grids":   datedLink("team_grid", "team", "grid"),
	"team.members": plainLink("team_member", "team", "member"),
	"hub.doors":    plainLink("hub_door", "hub", "household"),
	"point.rooms": {
		read: `(select jsonb_agg(x.name order by x.name) from room x where x.point = t.id)`,
		writes: []string{ // a room with bookings stays
			`delete from room x where x.point = @id and not x.name = any(@value::text[]) and not exists (select 1 from booking b where b.room = x.id)`,
			`insert into room (point, name) select @id, w from unnest(@value::text[]) w on conflict (point, name) do nothing`,
		},
	},
	"steward.places": {
		read: `(select jsonb_agg(case when x.courtyard is not null then 'courtyard/' || x.courtyard when x.building is not null then 'building/' || x.building else 'lane/' || x.lane end order by x.courtyard, x.building, x.lane)
			from steward_place x where x.steward = t.id)`,
		writes: []string{
			`delete from steward_place where steward = @id`,
			`insert into steward_place (steward, courtyard, building, lane)
			 select @id, case when w like 'courtyard/%' then split_part(w, '/', 2)::bigint end, case when w like 'building/%' then split_part(w, '/', 2)::bigint end, case when w like 'lane/%' then split_part(w, '/', 2)::bigint end
			 from unnest(@value::text[]) w`,
		},
	},
	"household.tags": {
		read: `(select jsonb_agg(x.kind order by x.kind) from household_tag x where x.household = t.id)`,
		writes: []string{
			`delete from household_tag where household = @id and not kind = any(@value::text[])`,
			`insert into household_tag (household, kind, consent_until) select @id, w, @consent::date from unnest(@value::text[]) w on conflict (household, kind) do nothing`,
		},
	},
	"household.consent_until": {
		read:   `(select to_jsonb(max(x.consent_until)) from household_tag x where x.household = t.id)`,
		writes: []string{`update household_tag set consent_until = @value::date where household = @id and @value::date is not null`},
	},
}

// personOf is the column that names the person whose name, phone and ID number
// a register keeps.
var personOf = map[string]string{"household": "head", "member": "person", "branch": "secretary"}

// personField says which field of a person this is: "name", "phone", "id_no";
// "" when the field is none.
func personField(noun string, f ward.Field) string {
	switch {
	case personOf[noun] == "" || !f.Personal:
		return ""
	case f.Key == "head" || f.Key == "name" || f.Key == "secretary":
		return "name"
	case f.Key == "phone" || f.Key == "id_no":
		return f.Key
	}
	return ""
}

// keptOf finds where a field is kept.
func keptOf(noun string, f ward.Field) kept {
	place := noun + "." + f.Key
	if k, ok := keptApart[place]; ok {
		return k
	}
	if things, ok := thingColumns[place]; ok {
		return kept{read: readThing(things)}
	}
	switch personField(noun, f) {
	case "name":
		return kept{read: `(select to_jsonb(p.name) from person p where p.id = t.` + personOf[noun] + `)`}
	case "phone":
		return kept{read: `(select to_jsonb('*******' || p.phone_tail) from person p where p.id = t.` + personOf[noun] + ` and p.phone_sealed is not null)`}
	case "id_no":
		return kept{read: `(select to_jsonb('已登记'::text) from person p where p.id = t.` + personOf[noun] + ` and p.id_no_sealed is not null)`}
	}
	column := f.Key
	if other, ok := columnOf[place]; ok {
		column = other
	}
	switch f.Kind {
	case ward.Place:
		return kept{read: `case when t.pt is not null then jsonb_build_array(round(st_x(t.pt)::numeric, 7), round(st_y(t.pt)::numeric, 7)) end`, column: column}
	case ward.Outline, ward.Course:
		return kept{read: `st_asgeojson(t.geom, 7)::jsonb`, column: column}
	}
	return kept{read: `to_jsonb(t.` + column + `)`, column: column}
}

func readThing(columns map[string]string) string {
	nouns := make([]string, 0, len(columns))
	for noun := range columns {
		nouns = append(nouns, noun)
	}
	slices.Sort(nouns)
	var b strings.Builder
	b.WriteString("to_jsonb(case")
	for _, noun := range nouns {
		fmt.Fprintf(&b, " when t.%[1]s is not null then '%[2]s/' || t.%[1]s", columns[noun], noun)
	}
	b.WriteString(" end)")
	return b.String()
}

// titleOf is what people call a record of a noun, over its row t; persons by
// their masked name.
var titleOf = map[string]string{
	"building":  `coalesce((select y.name from courtyard y where y.id = t.courtyard and t.name = ''), '') || building_title(t.name, t.number)`,
	"household": `(select coalesce(y.name, '') || building_title(b.name, b.number) from building b left join courtyard y on y.id = b.courtyard and b.name = '' where b.id = t.building) || t.unit || '单元' || t.room || '室'`,
	"member":    `(select ` + fmt.Sprintf(alwaysMasked, "p") + ` from person p where p.id = t.person) || '（' || t.code || '）'`,
	"steward":   `(select ` + fmt.Sprintf(alwaysMasked, "p") + ` from member m join person p on p.id = m.person where m.id = t.member)`,
	"pledge":    `(select ` + fmt.Sprintf(alwaysMasked, "p") + ` from member m join person p on p.id = m.person where m.id = t.member)`,
	"pairing":   `t.code`,
	"honour":    `t.year || '年度'`,
}

const alwaysMasked = "left(%[1]s.name, 1) || repeat('*', greatest(length(%[1]s.name) - 2, 1)) || case when length(%[1]s.name) > 2 then right(%[1]s.name, 1) else '' end"

func titleSQL(noun string) string {
	if sql, ok := titleOf[noun]; ok {
		return "coalesce(" + sql + ", '')"
	}
	return "t.name"
}

// endColumn is where a register keeps its last day; "null" when it has none.
func endColumn(r ward.Register) string {
	switch {
	case r.Noun == "pairing":
		return "until"
	case r.Noun == "area":
		return "valid_to"
	case r.Ending == ward.Ends:
		return "ended"
	}
	return "null::date"
}
