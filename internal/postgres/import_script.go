package postgres

// scriptOf returns what the database does with a sheet. Writing follows one
// pattern: the values of the file over the values registered (a blank cell
// leaves what is there), insert by code, on conflict update where something
// differs, and count both.
func scriptOf(sheet string) (script, bool) {
	make, ok := map[string]func() script{
		"areas": areaScript, "roads": roadScript, "grounds": groundScript, "courtyards": courtyardScript,
		"buildings": buildingScript, "grids": gridScript, "lanes": laneScript,
		"households": householdScript, "members": memberScript, "hubs": hubScript,
		"grid_roles": gridRoleScript, "stewards": stewardScript, "pledges": pledgeScript,
		"branches": branchScript, "institutions": institutionScript, "teams": teamScript, "points": pointScript,
		"pairings": pairingScript, "honours": honourScript,
	}[sheet]
	if !ok {
		return script{}, false
	}
	return make(), true
}

// counting closes an upsert that ends in "returning xmax = 0 as fresh": a row
// that was there before has an xmax, the lock of the update.
func counting(upsert string) string {
	return `with w as (` + upsert + ` returning xmax = 0 as fresh)
		select count(*) filter (where fresh), count(*) filter (where not fresh) from w`
}

// holding is the path of the deepest area that holds a point, null outside all.
func holding(point string) string {
	return `(select a.path from area a where a.scheme = 'party' and st_covers(a.geom, ` + point + `) order by nlevel(a.path) desc limit 1)`
}

// areaAt selects line and the path of the area that holds the point.
func areaAt(point string) string {
	return `select i.line, ` + holding(point) + ` as path from incoming i`
}

// areaOf selects line and the path of the area that holds what is registered
// under the same code, for rows that would change it.
func areaOf(table, point string) string {
	return `select i.line, ` + holding(point) + ` as path from incoming i join ` + table + ` o using (code)`
}

const (
	inside = `coalesce(i.spot, st_pointonsurface(i.shape))` // a point of what the file brings
	within = `st_pointonsurface(o.geom)`                    // a point of what is registered
)
