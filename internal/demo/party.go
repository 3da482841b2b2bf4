package demo

import (
	"fmt"

	"github.com/paulmach/orb"
)

// branch is one Party organisation.
type branch struct {
	code     string
	name     string
	kind     string
	parent   string
	area     string
	grids    []string
	building string
	founded  string
	members  []int
	com      int
	grid     int // a grid it works in, -1
}

func (s *settler) found(b branch) int {
	b.code = s.next("D")
	b.founded = fmt.Sprintf("%d-%02d-%02d", s.d.count(1998, 2024), s.d.count(1, 12), s.d.count(1, 28))
	s.branch = append(s.branch, b)
	return len(s.branch) - 1
}

// organise founds the branches of the tile, fills them with members and leaves
// a few grids white.
func (s *settler) organise(head bool, white int) {
	street := s.office.code + "000"
	root := ""
	if head {
		i := s.found(branch{name: s.office.name + "党工委", kind: "street_committee", area: street, com: -1, grid: -1})
		s.office.n["root"] = 1
		root = s.branch[i].code
		o := s.found(branch{name: s.office.name + "机关党支部", kind: "office", parent: root, area: street, com: -1, grid: -1})
		for range 24 {
			s.joins(-1, 0, o, "working")
		}
	} else {
		root = fmt.Sprintf("D%s%05d", s.office.code, 1)
	}
	bare := s.whiteSpots(white)
	for c := range s.coms {
		s.community(c, root, bare)
	}
}

// whiteSpots picks the grids that get no branch, far from each other.
func (s *settler) whiteSpots(n int) map[int]bool {
	bare := map[int]bool{}
	for tries := 0; len(bare) < n && tries < 400; tries++ {
		g := s.d.r.IntN(len(s.grids))
		taken := false
		for b := range bare {
			taken = taken || s.grids[b].com == s.grids[g].com
		}
		if s.grids[g].kind == "basic" && !taken {
			bare[g] = true
		}
	}
	return bare
}

func (s *settler) community(c int, root string, bare map[int]bool) {
	com := s.coms[c]
	kind, tail := "community_committee", "党委"
	if com.doors < 2900 {
		kind, tail = "community_general", "党总支"
	}
	top := s.found(branch{name: com.name + tail, kind: kind, parent: root, area: com.code, com: c, grid: -1})
	parent := s.branch[top].code
	shared := s.d.yes(.75) // one branch for two grids
	for g := range s.grids {
		q := &s.grids[g]
		if q.com != c || bare[g] || q.branch >= 0 {
			continue
		}
		if q.kind == "special" {
			s.specialBranch(g, parent)
			continue
		}
		b := s.found(branch{name: q.name + "党支部", kind: "grid", parent: parent, area: com.code, grids: []string{q.code}, com: c, grid: g})
		q.branch = b
		if next := s.neighbour(g, bare); shared && next >= 0 && s.d.yes(.4) {
			shared = false
			s.grids[next].branch = b
			s.branch[b].grids = append(s.branch[b].grids, s.grids[next].code)
			s.branch[b].name = q.name + "联合党支部"
		}
	}
	for g := range s.grids {
		if s.grids[g].com == c {
			s.recruit(g, top)
		}
	}
	s.feature(c, parent)
}

// neighbour is a basic grid of the same community without a branch yet.
func (s *settler) neighbour(g int, bare map[int]bool) int {
	for _, n := range near(s.grids[g].at, len(s.grids), func(i int) orb.Point { return s.grids[i].at }) {
		if q := s.grids[n]; n != g && q.com == s.grids[g].com && q.branch < 0 && q.kind == "basic" && !bare[n] {
			return n
		}
	}
	return -1
}

func (s *settler) specialBranch(g int, parent string) {
	q := &s.grids[g]
	kind := "own"
	switch use := s.t.blocks[s.t.plane.faces[q.faces[0]].block].use; use {
	case "mall", "office":
		kind = "tower"
	case "kindergarten":
		kind = "joint"
	}
	b := s.found(branch{name: short(q.name, "专属网格") + map[string]string{"tower": "党委", "own": "党支部", "joint": "联合党支部"}[kind], kind: kind, parent: parent, area: s.coms[q.com].code, grids: []string{q.code}, building: s.housesIn(g, 1), com: q.com, grid: g})
	q.branch = b
	for range s.d.count(6, 14) {
		s.joins(-1, g, b, "new_org")
	}
	if kind == "tower" {
		for range 2 {
			n := s.found(branch{name: one(s.d, companyWords) + one(s.d, companyTails) + "党支部", kind: one(s.d, []string{"own", "joint"}), parent: s.branch[b].code, area: s.coms[q.com].code, building: s.housesIn(g, 1), com: q.com, grid: g})
			for range s.d.count(3, 9) {
				s.joins(-1, g, n, "new_org")
			}
		}
	}
}

// housesIn is the code of some building of a grid, of at least so many floors.
func (s *settler) housesIn(g, floors int) string {
	var list []int
	for i, h := range s.t.houses {
		if s.gridOf[h.face] == g && h.floors >= floors && h.kind != "other" {
			list = append(list, i)
		}
	}
	if len(list) == 0 {
		return ""
	}
	return s.codeOf[one(s.d, list)]
}

// recruit lets members move in: about one in ten homes has one.
func (s *settler) recruit(g, top int) {
	homes := s.homeIn[g]
	if len(homes) == 0 {
		return
	}
	b := s.grids[g].branch
	if b < 0 {
		b = top
	}
	n := int(float64(len(homes)) * s.d.in(.095, .126))
	groups := []int{b}
	if s.grids[g].branch >= 0 && n > 30 && s.d.yes(.6) {
		for range s.d.count(1, 2) {
			h := s.homes[one(s.d, homes)].house
			groups = append(groups, s.found(branch{name: short(s.branch[b].name, "党支部") + chinese(len(groups)) + "组党小组", kind: "group", parent: s.branch[b].code, area: s.coms[s.grids[g].com].code, building: s.codeOf[h], com: s.grids[g].com, grid: g}))
		}
	}
	for _, at := range some(s.d, homes, n) {
		if s.homes[at].use == "vacant" {
			continue
		}
		s.joins(at, g, one(s.d, groups), weighted(s.d, memberKinds))
	}
}

// feature founds branches by interest and small firms' joint branches.
func (s *settler) feature(c int, parent string) {
	names := []string{"乡音合唱团功能型党支部", "银龄互助功能型党支部", "外卖骑手功能型党支部", "红色物业功能型党支部", "法律明白人功能型党支部", "非遗剪纸功能型党支部"}
	if s.d.yes(.8) {
		s.found(branch{name: s.coms[c].short + one(s.d, names), kind: "feature", parent: parent, area: s.coms[c].code, com: c, grid: -1})
	}
	for range s.d.count(1, 2) {
		b := s.found(branch{name: s.coms[c].short + one(s.d, []string{"沿街商户", "小微企业", "社会组织", "餐饮行业"}) + "联合党支部", kind: "joint", parent: parent, area: s.coms[c].code, com: c, grid: -1})
		g := s.gridIn(c)
		for range s.d.count(4, 8) {
			s.joins(-1, g, b, "new_org")
		}
	}
}

func (s *settler) gridIn(c int) int {
	var list []int
	for g := range s.grids {
		if s.grids[g].com == c {
			list = append(list, g)
		}
	}
	return one(s.d, list)
}

// secretaries gives every branch a secretary and writes the branches.
func (s *settler) secretaries() {
	for i := range s.branch {
		b := &s.branch[i]
		name := ""
		pool := b.members
		if b.kind == "grid" && len(pool) == 0 && b.grid >= 0 {
			pool = s.memIn[b.grid]
		}
		if len(pool) > 0 && !s.d.yes(.03) {
			m := &s.member[pool[s.d.r.IntN(len(pool))]]
			m.posts = append(m.posts, "书记")
			name = m.name
		} else if b.kind == "community_committee" || b.kind == "community_general" || b.kind == "street_committee" {
			name = s.person("female", 1979)
		}
		s.out.put("branches", nil, "code", b.code, "name", b.name, "kind", b.kind, "parent", b.parent, "area", b.area, "grids", b.grids, "building", b.building, "founded", b.founded, "secretary", name)
	}
}
