package ward

import "slices"

// withRegisters adds the operations by which the registers are kept by hand:
// who may change a noun is said by its register.
func withRegisters(all map[string][]Role) map[string][]Role {
	all["list-registers"] = staff
	for _, d := range declarations() {
		r := d.Register
		all["get-"+r.Noun+"-entry"], all["change-"+r.Noun] = r.roles, r.roles
		all["bulk-change-"+r.Many], all["bulk-undo-"+r.Many] = r.roles, r.roles
		all["get-"+r.Noun+"-history"] = slices.DeleteFunc(slices.Clone(all["get-"+r.Noun]), func(o Role) bool { return o == Wall || o == PartyMember })
		if r.Closed == "" {
			all["create-"+r.Noun] = r.roles
		}
		if r.Ending != Stays {
			all["retire-"+r.Noun] = r.roles
		}
		if d.read().HasPersonal() {
			all["show-"+r.Noun] = slices.DeleteFunc(slices.Clone(r.roles), func(o Role) bool { return !slices.Contains(seesNames, o) })
		}
	}
	return all
}
