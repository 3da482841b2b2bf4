package demo

import (
	"fmt"
	"strings"
)

// member is one Party member.
type member struct {
	code   string
	name   string
	gender string
	birth  int
	kind   string
	branch int
	home   int // -1: lives elsewhere
	grid   int
	phone  string
	posts  []string
	posted bool // holds a role that makes him known in the grid
}

// The structure of a county town's community members: of 246 in the town 46
// worked, 61 were retired, 32 laid off, 107 residents; of 281 there were 68
// under 35 and 125 over 60; a third were women.
var memberKinds = []share[string]{{"working", 46}, {"retired", 61}, {"laid_off", 32}, {"resident", 96}, {"floating", 11}}

func (s *settler) ageOf(kind string) int {
	switch kind {
	case "working":
		return weighted(s.d, []share[int]{{s.d.count(23, 34), 42}, {s.d.count(35, 58), 58}})
	case "retired":
		return s.d.count(59, 90)
	case "laid_off":
		return weighted(s.d, []share[int]{{s.d.count(42, 59), 78}, {s.d.count(60, 66), 22}})
	case "floating", "new_org":
		return weighted(s.d, []share[int]{{s.d.count(22, 34), 62}, {s.d.count(35, 55), 38}})
	}
	return weighted(s.d, []share[int]{{s.d.count(21, 34), 34}, {s.d.count(35, 60), 16}, {s.d.count(61, 91), 50}})
}

var workUnits = []string{"江澜区税务局", "江澜区教育局", "江澜区人民医院", "江澜农商银行", "江澜区供电所", "江澜区交通局", "江澜实验中学", "江澜区水务集团", "江澜区市场监管所", "江澜区法院", "江澜公交公司", "江澜区融媒体中心", "江澜区档案馆", "江澜区住建局"}

var skills = []string{"法律咨询", "水电维修", "书法", "健康讲座", "心理疏导", "理发", "摄影", "电脑维修", "财务", "儿童托管", "合唱", "太极拳", "养花", "烹饪", "缝纫", "调解", "消防", "急救", "家电维修", "写作"}

// joins makes a member who lives in the home (-1: none) and belongs to a branch.
func (s *settler) joins(homeAt, grid, branch int, kind string) int {
	m := member{code: s.next("M"), kind: kind, branch: branch, home: homeAt, grid: grid}
	m.gender = weighted(s.d, []share[string]{{"male", 66}, {"female", 34}})
	m.birth = thisYear - s.ageOf(kind)
	m.name = s.person(m.gender, m.birth)
	if s.d.yes(.6) {
		m.phone = s.phone()
	}
	s.member = append(s.member, m)
	id := len(s.member) - 1
	s.memIn[grid] = append(s.memIn[grid], id)
	s.branch[branch].members = append(s.branch[branch].members, id)
	return id
}

// rollCall writes every member, after posts have been given.
func (s *settler) rollCall() {
	for i := range s.member {
		m := &s.member[i]
		joined := min(thisYear-1, m.birth+s.d.count(20, 38))
		pairs := []any{"code", m.code, "name", m.name, "gender", m.gender, "birth_year", m.birth, "kind", m.kind, "branch", s.branch[m.branch].code, "joined", fmt.Sprintf("%d-%02d-%02d", joined, s.d.count(1, 12), s.d.count(1, 28)), "phone", m.phone, "posts", m.posts}
		if m.home >= 0 {
			pairs = append(pairs, "household", s.homes[m.home].code)
		}
		if m.kind == "working" {
			pairs = append(pairs, "home_unit", one(s.d, workUnits), "registered_in", s.d.yes(.85))
		}
		if s.d.yes(.3) {
			pairs = append(pairs, "skills", some(s.d, skills, s.d.count(1, 2)))
		}
		if s.d.yes(.03) {
			pairs = append(pairs, "id_no", s.idNumber(m.gender, m.birth))
		}
		s.out.put("members", nil, pairs...)
	}
}

// short is a name without its tail: 绿地社区 → 绿地.
func short(name, tail string) string { return strings.TrimSuffix(name, tail) }
