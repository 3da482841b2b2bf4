package demo

import (
	"fmt"
	"slices"
)

var pledgeTexts = map[string][]string{
	"needy_household": {"每月上门一次，帮买米油药品", "帮办救助申请", "节日慰问，陪同就医"},
	"hygiene":         {"楼道每周清扫一次", "劝导垃圾分类", "清理小广告"},
	"order":           {"晚间巡看楼院", "劝导电动自行车规范停放", "门岗值守"},
	"youth":           {"每周谈心一次", "帮助找实习岗位", "陪读"},
	"applicant":       {"每季度谈话一次", "指导思想汇报"},
	"institution":     {"每月走访一次，送政策", "联系共建活动"},
}

// pledges are the six things a member may promise (六个一).
func (s *settler) pledges() {
	for g := range s.grids {
		var needy []string
		for _, h := range s.homeIn[g] {
			if len(s.homes[h].tags) > 0 {
				needy = append(needy, s.homes[h].code)
			}
		}
		var units []string
		for _, u := range s.units {
			if u.grid == g {
				units = append(units, u.code)
			}
		}
		for _, m := range s.active(g) {
			if !s.d.yes(map[bool]float64{true: .12, false: .24}[s.thin]) {
				continue
			}
			for _, kind := range some(s.d, []string{"needy_household", "hygiene", "order", "youth", "applicant", "institution"}, s.d.count(1, 3)) {
				s.pledge(g, m, kind, needy, units)
			}
		}
	}
}

func (s *settler) pledge(g, m int, kind string, needy, units []string) {
	target := ""
	switch {
	case kind == "needy_household" && len(needy) > 0:
		target = one(s.d, needy)
	case kind == "institution" && len(units) > 0:
		target = one(s.d, units)
	case kind == "needy_household" || kind == "institution":
		return
	case (kind == "hygiene" || kind == "order") && len(s.laneOf[g]) > 0:
		target = one(s.d, s.laneOf[g])
	case (kind == "hygiene" || kind == "order") && s.member[m].home >= 0:
		target = s.codeOf[s.homes[s.member[m].home].house]
	}
	s.out.put("pledges", nil, "member", s.member[m].code, "kind", kind, "target", target, "text", one(s.d, pledgeTexts[kind]), "since", s.date(2023, 2026))
}

// date is a day of the years from–to, not after the registers were written.
func (s *settler) date(from, to int) string {
	y := s.d.count(from, to)
	m := s.d.count(1, 12)
	if y >= thisYear {
		m = s.d.count(1, 10)
	}
	return fmt.Sprintf("%d-%02d-%02d", y, m, s.d.count(1, 28))
}

// pairings bind branches to branches, members to homes, leaders to communities;
// some have had no result for a long time.
func (s *settler) pairings(head bool) {
	var grid, out []string
	for _, b := range s.branch {
		switch b.kind {
		case "grid":
			grid = append(grid, b.code)
		case "own", "joint", "office", "tower":
			out = append(out, b.code)
		}
	}
	pair := func(kind, left, right, promise string) {
		pairs := []any{"code", s.next("J"), "kind", kind, "left", left, "right", right, "from", s.date(2024, 2025), "to", fmt.Sprintf("%d-12-31", thisYear+s.d.count(0, 1)), "promise", promise}
		switch {
		case s.d.yes(.6):
			pairs = append(pairs, "last_result", fmt.Sprintf("%d-%02d-%02d", thisYear, s.d.count(9, 10), s.d.count(1, 28)))
		case s.d.yes(.7):
			pairs = append(pairs, "last_result", fmt.Sprintf("%d-%02d-%02d", thisYear, s.d.count(1, 6), s.d.count(1, 28)))
		}
		s.out.put("pairings", nil, pairs...)
	}
	for _, b := range some(s.d, grid, len(grid)/2) {
		if len(out) > 0 {
			pair("branch_branch", b, one(s.d, out), one(s.d, []string{"每季度一次联合主题党日", "捐助活动经费并共用会议室", "双向认领微心愿10个", "义诊与法律咨询进网格"}))
		}
	}
	for g := range s.grids {
		var needy []home
		for _, h := range s.homeIn[g] {
			if slices.Contains(s.homes[h].tags, "hardship") || slices.Contains(s.homes[h].tags, "lone_elder") {
				needy = append(needy, s.homes[h])
			}
		}
		pool := s.active(g)
		for _, h := range some(s.d, needy, 3) {
			if len(pool) > 0 {
				pair("member_household", s.member[one(s.d, pool)].code, h.code, one(s.d, []string{"每月探望两次", "代买代办", "帮助就业培训", "陪同就医"}))
			}
		}
	}
	if !head {
		return
	}
	for i, m := range s.branchMembers("office") {
		if i < len(s.coms) {
			s.member[m].posts = addOnce(s.member[m].posts, "班子成员")
			pair("leader_community", s.member[m].code, s.coms[i].code, "每月到联系点接待群众一次")
		}
	}
}

func (s *settler) branchMembers(kind string) []int {
	for _, b := range s.branch {
		if b.kind == kind {
			return b.members
		}
	}
	return nil
}

// honours gives the year's flags.
func (s *settler) honours() {
	var yards, houses, lanes, homes, grid []string
	for b := range s.t.blocks {
		if y := s.yardOf[b]; y != "" {
			yards = append(yards, y)
		}
	}
	for i, h := range s.t.houses {
		if h.kind == "residential" {
			houses = append(houses, s.codeOf[i])
		}
	}
	for g := range s.grids {
		lanes = append(lanes, s.laneOf[g]...)
	}
	for _, h := range s.homes {
		if h.use == "own" {
			homes = append(homes, h.code)
		}
	}
	for _, b := range s.branch {
		if b.kind == "grid" {
			grid = append(grid, b.code)
		}
	}
	stars := make([]string, len(s.member))
	for i, m := range s.member {
		stars[i] = m.code
	}
	for _, h := range []struct {
		kind string
		of   []string
		n    int
	}{{"good_branch", grid, 6}, {"star_member", stars, 16}, {"good_courtyard", yards, 8}, {"good_building", houses, 14}, {"good_lane", lanes, 8}, {"good_household", homes, 40}} {
		for _, target := range some(s.d, h.of, h.n) {
			s.out.put("honours", nil, "kind", h.kind, "target", target, "year", s.d.count(2023, 2025), "given_by", one(s.d, []string{s.office.name + "党工委", "江澜区委组织部", "江澜区文明办"}))
		}
	}
}
