package demo

import (
	"slices"

	"github.com/paulmach/orb"
)

// hub is a member's home that serves the doors round it.
type hub struct {
	code   string
	member int
	home   int
}

// hubs opens members' homes to the doors round them, never across the river.
func (s *settler) hubs(perGrid float64) {
	for g := range s.grids {
		if s.grids[g].kind != "basic" {
			continue
		}
		n := int(perGrid + s.d.in(-.9, 1.2))
		pool := slices.Clone(s.memIn[g])
		pool = slices.DeleteFunc(pool, func(m int) bool { return s.member[m].home < 0 || s.member[m].kind == "floating" })
		for _, m := range some(s.d, pool, n) {
			s.hub(g, m)
		}
	}
}

func (s *settler) hub(g, m int) {
	mem := &s.member[m]
	at := s.homes[mem.home].at
	var doors []string
	want := s.d.count(18, 42)
	homes := s.homeIn[g]
	reach := s.d.in(70, 148)
	for _, i := range near(at, len(homes), func(i int) orb.Point { return s.homes[homes[i]].at }) {
		to := s.homes[homes[i]]
		if len(doors) == want || apart(at, to.at) > reach {
			break
		}
		if homes[i] != mem.home && to.use != "vacant" && !s.acrossRiver(at, to.at) && s.d.yes(.55) {
			doors = append(doors, to.code)
		}
	}
	h := hub{code: s.next("H"), member: m, home: mem.home}
	mem.posts = append(mem.posts, "党员中心户")
	mem.posted = true
	s.hubOf[g] = append(s.hubOf[g], h)
	hours := one(s.d, []string{"每周一、三 9:00-11:00", "每周二、四 14:00-16:00", "每周六 9:00-11:30", "工作日 18:30-20:00", "每周三 15:00-17:00", "随时"})
	s.out.put("hubs", nil, "code", h.code, "name", string([]rune(mem.name)[:1])+one(s.d, []string{"家小院", "家客厅", "老师议事角", "阿姨读报角", "师傅调解室", "家邻里驿站"}), "member", mem.code, "household", s.homes[mem.home].code,
		"offers", some(s.d, []string{"reading", "mediation", "council", "study", "errands", "care"}, s.d.count(2, 4)), "hours", hours, "doors", doors)
}

// acrossRiver tells whether the straight way between two places meets the river.
func (s *settler) acrossRiver(a, b orb.Point) bool {
	for i := 1; i < len(s.t.river); i++ {
		if _, _, hit := meet(a, b, s.t.river[i-1], s.t.river[i]); hit {
			return true
		}
	}
	return false
}
