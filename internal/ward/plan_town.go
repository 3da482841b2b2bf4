package ward

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// PlanWord is what a community says of a plan that moves its border (社区意见).
type PlanWord struct {
	Community Named      `json:"community" doc:"社区"`
	Agrees    *bool      `json:"agrees" doc:"同意/不同意；还没有表态为空"`
	Words     string     `json:"words" doc:"意见"`
	By        string     `json:"by" doc:"表态人"`
	At        *time.Time `json:"at" doc:"何时"`
}

// PlanWordDraft is a community's word on the way in.
type PlanWordDraft struct {
	Version   int64  `json:"version" doc:"看到的方案版本"`
	Community int64  `json:"community" minimum:"1" doc:"代表哪个社区"`
	Agrees    bool   `json:"agrees" doc:"同意；不同意的，方案退回草稿"`
	Words     string `json:"words" maxLength:"500" doc:"意见；不同意的必须写明理由"`
}

// Validate asks for a reason of whoever refuses.
func (w PlanWordDraft) Validate() error {
	var c Check
	c.Field(w.Agrees || w.Words != "", "words", "不同意的，请写明理由，起草人好改")
	c.Field(utf8.RuneCountInString(w.Words) <= 500, "words", "意见不超过500字")
	return c.Err()
}

// Unheard names the communities that have not agreed, for whoever wants to approve
// too early: a conflict, nil when all have.
func Unheard(words []PlanWord) error {
	names := ""
	for _, w := range words {
		if w.Agrees == nil || !*w.Agrees {
			if names != "" {
				names += "、"
			}
			names += "“" + w.Community.Name + "”"
		}
	}
	if names == "" {
		return nil
	}
	return Errorf(Conflict, "%s还没有表示同意：社区界线方案要有关社区都同意后才能批准", names)
}

// TownPlaces counts what serves people and lies in ground that changes hands.
type TownPlaces struct {
	Points       int `json:"points" doc:"服务点"`
	Institutions int `json:"institutions" doc:"单位"`
	Stewards     int `json:"stewards" doc:"楼长单元长（负责的楼）"`
	Hubs         int `json:"hubs" doc:"党员中心户"`
	Branches     int `json:"branches" doc:"设在其中的党支部"`
}

// TownImpact is what a plan of community borders does to one community.
type TownImpact struct {
	Named
	Before       CellCount  `json:"before" doc:"现在"`
	After        CellCount  `json:"after" doc:"之后"`
	Gained       CellCount  `json:"gained" doc:"划入"`
	Lost         CellCount  `json:"lost" doc:"划出"`
	GridsBefore  int        `json:"gridsBefore" doc:"现在的网格数"`
	GridsAfter   int        `json:"gridsAfter" doc:"之后的网格数"`
	AreaBefore   float64    `json:"areaBefore" doc:"现在的面积（平方米）"`
	AreaAfter    float64    `json:"areaAfter" doc:"之后的面积（平方米）"`
	PlacesGained TownPlaces `json:"placesGained" doc:"划入地界里的"`
	PlacesLost   TownPlaces `json:"placesLost" doc:"划出地界里的"`
}

// BorderPlan is a plan of community borders as its communities read it: sums of
// whole communities and outlines, nobody's building, no household.
type BorderPlan struct {
	ID        int64            `json:"id"`
	Name      string           `json:"name" doc:"方案名称"`
	State     string           `json:"state" enum:"submitted,approved,scheduled,published" doc:"状态"`
	Version   int64            `json:"version" doc:"版本"`
	Author    string           `json:"author" doc:"起草人"`
	Effective string           `json:"effective" doc:"生效日期；未定为空"`
	ChangedAt time.Time        `json:"changedAt" doc:"最近改动"`
	Words     []PlanWord       `json:"words" doc:"各社区的意见"`
	Mine      []int64          `json:"mine" doc:"其中由您代表、还没有表态的社区"`
	Towns     []TownImpact     `json:"towns" doc:"各社区的变化；列表里为空"`
	Outlines  []TownOutline    `json:"outlines" doc:"各社区现在和之后的界线；列表里为空"`
	Pieces    []BorderExchange `json:"pieces" doc:"换社区的地；列表里为空"`
}

// TownOutline is a community before and after.
type TownOutline struct {
	Community int64            `json:"community"`
	Before    orb.MultiPolygon `json:"before" doc:"现在"`
	After     orb.MultiPolygon `json:"after" doc:"之后"`
}

// BorderExchange is the ground that goes from one community to another.
type BorderExchange struct {
	From  Named            `json:"from" doc:"从哪个社区"`
	To    Named            `json:"to" doc:"到哪个社区"`
	Moved CellCount        `json:"moved" doc:"其中的户、人、党员、困难户、楼栋"`
	Shape orb.MultiPolygon `json:"shape" doc:"图形（度）"`
}

// BorderPlans is where communities say their word of a plan that moves their
// border. A plan is within a scope when one of the communities it changes is.
type BorderPlans interface {
	// BorderPlans lists those submitted, approved or waiting for their day, and
	// those of the last sixty days, the last changed first, at most 50, without
	// figures and outlines.
	BorderPlans(ctx context.Context, s Scope) ([]BorderPlan, error)
	// BorderPlan reads one whole; not_found for a draft.
	BorderPlan(ctx context.Context, s Scope, id int64) (BorderPlan, error)
	// SayPlanWord keeps a community's word; a no sends the plan back to its author.
	// Stale when the plan is not the version the caller saw, conflict when it is not
	// submitted or the community has spoken, forbidden unless the caller is the
	// secretary of that community.
	SayPlanWord(ctx context.Context, s Scope, id int64, w PlanWordDraft) (BorderPlan, error)
}

// ImpactOnTowns counts every community that changes, by number. Places are left to whoever
// knows the registers.
func (g *Ground) ImpactOnTowns() []TownImpact {
	out := []TownImpact{}
	before, after := g.townGrids(true), g.townGrids(false)
	for _, t := range g.TownChanges() {
		if !t.Changed() {
			continue
		}
		out = append(out, TownImpact{
			Named:  Named{ID: t.ID, Name: g.Towns[t.ID], Kind: "community"},
			Before: g.Count(t.Before), After: g.Count(t.After), Gained: g.Count(t.Gained), Lost: g.Count(t.Lost),
			GridsBefore: before[t.ID], GridsAfter: after[t.ID],
			AreaBefore: g.area(t.Before), AreaAfter: g.area(t.After),
		})
	}
	return out
}

// townGrids counts the grids with cells of each community.
func (g *Ground) townGrids(officially bool) map[int64]int {
	held := map[int64]bool{}
	for _, c := range g.Cells {
		if officially {
			held[c.Head] = true
		} else {
			held[c.Now] = true
		}
	}
	delete(held, 0)
	counts := map[int64]int{}
	for l := range held {
		counts[g.Community(l)]++
	}
	return counts
}

// area is the ground of cells in square metres.
func (g *Ground) area(cells []int64) float64 {
	area2 := int64(0)
	for _, id := range cells {
		area2 += g.Cell(id).Area2
	}
	return float64(area2) / 2e4
}

// Outline is the border round some cells, in degrees; that of arcs that are no
// coverage stays empty.
func (g *Ground) Outline(cells []int64) orb.MultiPolygon {
	inside := make(map[int64]bool, len(cells))
	for _, id := range cells {
		inside[id] = true
	}
	contour, err := g.Mesh.Contour(cells, func(c int64) bool { return inside[c] })
	if err != nil || len(cells) == 0 {
		return orb.MultiPolygon{}
	}
	return contour.Shape.Degrees(g.Degrees)
}
