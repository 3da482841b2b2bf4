package ward

import (
	"slices"
	"strings"
)

// onRoads is the share of a new border of communities that should follow roads or
// water.
const onRoads = 0.5

// checkAstray finds what the plan says of ground that another plan gave to a
// community outside it.
func (g *Ground) checkAstray() []PlanCheck {
	if len(g.Astray) == 0 {
		return nil
	}
	return []PlanCheck{g.finding("astray", CheckError, 0, nil, &PlanOp{Kind: "rebase"},
		"%d个地块已随社区界线划到方案以外的社区，本方案不能再改它们：请去掉", len(g.Astray))}
}

// checkTowns finds what a plan of community borders does to communities.
func (g *Ground) checkTowns() (out []PlanCheck) {
	if !g.MovesBorders() {
		return nil
	}
	for _, t := range g.TownChanges() {
		if t.Changed() {
			out = append(out, g.checkTown(t)...)
		}
	}
	return slices.Concat(out, g.checkTownBranches(), g.checkTownRoads(), g.checkTownPlaces())
}

func (g *Ground) checkTown(t TownChange) (out []PlanCheck) {
	name := g.Towns[t.ID]
	if !slices.ContainsFunc(t.After, func(id int64) bool { return g.Cell(id).Now != 0 }) {
		return []PlanCheck{g.finding("community_empty", CheckError, 0, t.Lost, nil, "“%s”不再有网格：撤并社区要另行报批，这里至少留一个网格", name)}
	}
	now := g.Mesh.Groups(t.After, func(id int64) bool { c := g.Cell(id); return c != nil && g.TownOf(c) == t.ID })
	was := g.Mesh.Groups(t.Before, func(id int64) bool { c := g.Cell(id); return c != nil && c.Community == t.ID })
	if len(now) > len(was) {
		stray := slices.Concat(now[1:]...)
		out = append(out, g.finding("community_parts", CheckError, 0, stray, nil,
			"“%s”将分成%d块（现在%d块），走不通：请连起来，或把零散的%d个地块还给邻近社区", name, len(now), max(1, len(was)), len(stray)))
	}
	return out
}

// checkTownBranches finds branches whose grids would lie in two communities, which
// no branch may: a grid that comes to another community is given a branch there.
func (g *Ground) checkTownBranches() (out []PlanCheck) {
	home, name := map[int64]int64{}, map[int64]string{}
	for _, o := range g.Official {
		if o.Branch != nil {
			home[*o.Branch], name[*o.Branch] = o.Community, o.BranchName
		}
	}
	for _, l := range g.Labels() {
		card := g.card(l)
		if card.Branch == nil || len(g.Of(l)) == 0 || home[*card.Branch] == 0 || home[*card.Branch] == card.Community {
			continue
		}
		out = append(out, g.finding("community_branch", CheckError, l, g.Of(l), nil, "网格“%s”在“%s”，不能由“%s”的党支部“%s”负责：请选择本社区的支部，或填写新建支部的名称",
			card.Name, g.Towns[card.Community], g.Towns[home[*card.Branch]], name[*card.Branch]))
	}
	return out
}

// checkTownRoads finds new borders between communities that follow no road.
func (g *Ground) checkTownRoads() []PlanCheck {
	all, road := 0.0, 0.0
	var beside []int64
	for _, a := range g.Mesh.Arcs {
		l, r := g.Cell(a.Left), g.Cell(a.Right)
		if l == nil || r == nil || g.TownOf(l) == g.TownOf(r) || l.Community != r.Community {
			continue
		}
		all += a.Length
		if a.OnRoad() {
			road += a.Length
		} else {
			beside = append(beside, a.Left)
		}
	}
	if all == 0 || road >= onRoads*all {
		return nil
	}
	slices.Sort(beside)
	return []PlanCheck{g.finding("community_road", CheckWarning, 0, slices.Compact(beside), nil,
		"新的社区界线共%.0f米，只有%.0f米沿道路或河道：居民不容易认", all, road)}
}

// checkTownPlaces finds what serves a community and would lie in another.
func (g *Ground) checkTownPlaces() (out []PlanCheck) {
	for _, p := range g.Places {
		c := g.Cell(p.Cell)
		if c == nil {
			continue
		}
		town := g.TownOf(c)
		switch {
		case p.Kind == "hub":
			if apart := g.apart(p, town); len(apart) > 0 {
				out = append(out, g.finding("community_place", CheckWarning, c.Now, apart, nil, "党员中心户“%s”联系的住户将分在两个社区：请另排中心户", p.Name))
			}
		case town != c.Community:
			what := "服务点"
			if p.Kind == "branch" {
				what = "党支部"
			}
			out = append(out, g.finding("community_place", CheckWarning, c.Now, []int64{c.ID}, nil, "“%s”的%s“%s”将在“%s”地界里：请商量迁移或移交", g.Towns[c.Community], what, p.Name, g.Towns[town]))
		}
	}
	slices.SortStableFunc(out, func(a, b PlanCheck) int { return strings.Compare(a.Message, b.Message) })
	return out
}

// apart are the doors of a hub that would lie in another community than it does,
// when officially they are in one.
func (g *Ground) apart(hub GroundPlace, town int64) (cells []int64) {
	home := g.Cell(hub.Cell).Community
	for _, id := range hub.Doors {
		if c := g.Cell(id); c != nil && c.Community == home && g.TownOf(c) != town {
			cells = append(cells, id)
		}
	}
	return cells
}
