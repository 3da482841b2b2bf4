package demo

import (
	"slices"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// active are the members of a grid fit for posts and teams.
func (s *settler) active(g int) []int {
	return slices.DeleteFunc(slices.Clone(s.memIn[g]), func(m int) bool {
		return s.member[m].kind == "floating" || s.member[m].birth < thisYear-78
	})
}

var shifts = []string{"早班 7:00-11:00", "中班 13:00-17:00", "晚班 18:00-21:30", "夜巡 20:00-22:30", "周末 8:30-11:30"}

// teams forms the teams of every community and the street's own.
func (s *settler) teams(head bool) {
	kinds := []string{"patrol", "volunteer", "greening", "manners", "arts"}
	for c, com := range s.coms {
		var grids []int
		for g := range s.grids {
			if s.grids[g].com == c {
				grids = append(grids, g)
			}
		}
		for i, kind := range kinds {
			if i > 2 && s.d.yes(.4) || s.thin && i > 1 && s.d.yes(.5) {
				continue
			}
			s.team(com.short+ward.TeamKinds.Label(kind), kind, com.code, some(s.d, grids, max(2, len(grids)*2/3)))
			if kind == "patrol" && len(grids) > 5 && !s.thin {
				s.team(com.short+"第二"+ward.TeamKinds.Label(kind), kind, com.code, some(s.d, grids, max(2, len(grids)/3)))
			}
		}
	}
	if !head {
		return
	}
	for _, kind := range []string{"housework", "legal", "housework"} {
		s.team(s.office.name+one(s.d, []string{"春风", "先锋", "同心"})+ward.TeamKinds.Label(kind), kind, s.office.code+"000", some(s.d, indexes(len(s.grids)), 12))
	}
}

func indexes(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func (s *settler) team(name, kind, area string, grids []int) {
	var pool []int
	var codes []string
	for _, g := range grids {
		pool = append(pool, s.active(g)...)
		codes = append(codes, s.grids[g].code)
	}
	people := some(s.d, pool, s.d.count(5, 14))
	if len(people) == 0 {
		return
	}
	var list []string
	for _, m := range people {
		list = append(list, s.member[m].code)
	}
	leader := one(s.d, people)
	s.member[leader].posts = append(s.member[leader].posts, ward.TeamKinds.Label(kind)+"队长")
	state := weighted(s.d, []share[string]{{"off", 4}, {"on_duty", 5}, {"on_way", 1}, {"on_scene", 1}})
	pairs := []any{"code", s.next("T"), "name", name, "kind", kind, "area", area, "grids", codes, "leader", s.member[leader].code, "members", list, "state", state, "shift", one(s.d, shifts), "headcount", len(list) + s.d.count(0, 6)}
	s.out.put("teams", degrees(s.onStreet(one(s.d, grids))), pairs...)
}

// onStreet is a place on a road along a grid, where a patrol may be met.
func (s *settler) onStreet(g int) orb.Point {
	p := s.t.plane
	r := p.faces[one(s.d, s.grids[g].faces)].ring
	for range 30 {
		i := s.d.r.IntN(len(r))
		u, v := r[i], r[(i+1)%len(r)]
		if k := p.ways[p.owner[edge{u, v}]].kind; k != "river" && k != "rail" {
			return mix(p.at(u), p.at(v), s.d.in(0, 1))
		}
	}
	return s.grids[g].at
}

// fillRoles names the 8+X team of every grid, with gaps.
func (s *settler) fillRoles() {
	police := map[int]string{}
	for c := range s.coms {
		police[c] = s.person("male", 1988)
	}
	for g := range s.grids {
		q := s.grids[g]
		good := s.d.in(.62, 1.02) // how complete this grid is
		for _, role := range ward.GridRoles {
			s.role(g, q, role.Value, good, police[q.com])
		}
	}
}

func (s *settler) role(g int, q place, role string, good float64, police string) {
	put := func(m int) {
		s.out.put("grid_roles", nil, "grid", q.code, "role", role, "member", s.member[m].code, "name", s.member[m].name, "phone", s.member[m].phone)
	}
	pool := s.active(g)
	switch role {
	case "leader", "branch_secretary":
		if q.branch >= 0 {
			for _, m := range s.branch[q.branch].members {
				if slices.Contains(s.member[m].posts, "书记") && (role == "leader" || s.d.yes(.97)) {
					put(m)
					return
				}
			}
		}
		if role == "leader" && s.d.yes(.8) {
			s.out.put("grid_roles", nil, "grid", q.code, "role", role, "name", s.person(one(s.d, []string{"male", "female"}), 1986), "phone", s.phone())
		}
	case "hub":
		for _, h := range s.hubOf[g] {
			put(h.member)
		}
	case "police":
		if s.d.yes(good + .15) {
			s.out.put("grid_roles", nil, "grid", q.code, "role", role, "name", police, "phone", s.phone())
		}
	case "committee", "family_planning", "property", "owners":
		chance := good
		if role == "property" || role == "owners" {
			chance = .5
		}
		if s.d.yes(chance) {
			s.out.put("grid_roles", nil, "grid", q.code, "role", role, "name", s.person(one(s.d, []string{"male", "female", "female"}), s.d.count(1972, 1998)), "phone", s.phone())
		}
	default:
		n := map[string]int{"building_head": 3, "unit_head": 4, "registered_member": 2}[role]
		chance := good
		if role == "delegate" {
			chance = .35
		}
		for _, m := range some(s.d, pool, max(1, n)) {
			if s.d.yes(chance) {
				put(m)
				s.member[m].posted = true
			}
		}
	}
}

// stewards gives courtyards, houses and lanes to people.
func (s *settler) stewards() {
	for g := range s.grids {
		pool := s.active(g)
		if len(pool) == 0 {
			continue
		}
		var yards []string
		for _, f := range s.grids[g].faces {
			if y := s.yardOf[s.t.plane.faces[f].block]; y != "" && !slices.Contains(yards, y) {
				yards = append(yards, y)
			}
		}
		s.steward("building", pool, yards, 3)
		s.steward("lane", pool, s.laneOf[g], 2)
		houses := map[int]bool{}
		var tall []string
		for _, h := range s.homeIn[g] {
			i := s.homes[h].house
			if !houses[i] && s.t.houses[i].units > 1 {
				tall = append(tall, s.codeOf[i])
			}
			houses[i] = true
		}
		if !s.thin {
			s.steward("unit", pool, tall, 1)
		}
	}
}

// steward shares places among members, at most each per person, some left over.
func (s *settler) steward(kind string, pool []int, places []string, each int) {
	for i := 0; i < len(places); i += each {
		if s.d.yes(.12) {
			continue
		}
		m := one(s.d, pool)
		s.member[m].posts = addOnce(s.member[m].posts, ward.StewardKinds.Label(kind))
		s.out.put("stewards", nil, "kind", kind, "member", s.member[m].code, "places", places[i:min(len(places), i+each)])
	}
}

func addOnce(list []string, v string) []string {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}
