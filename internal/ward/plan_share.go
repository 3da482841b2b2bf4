package ward

import (
	"time"

	"github.com/paulmach/orb"
)

// PlanLink is a view-only link; Token is told once, only its digest is kept.
type PlanLink struct {
	Token string    `json:"token" doc:"链接中的口令；只显示这一次"`
	Until time.Time `json:"until" doc:"到期"`
}

// PlanLinkDays is how long a link works.
const PlanLinkDays = 30

// SharedPlan is what a link shows: borders and sizes, nothing of persons.
type SharedPlan struct {
	Name        string       `json:"name" doc:"方案名称"`
	State       string       `json:"state" enum:"draft,submitted,approved,scheduled,published,withdrawn" doc:"状态"`
	Communities []string     `json:"communities" doc:"范围内的社区"`
	Effective   string       `json:"effective" doc:"生效日期；未定为空"`
	ChangedAt   time.Time    `json:"changedAt" doc:"最近一次改动"`
	Until       time.Time    `json:"until" doc:"链接何时到期"`
	Grids       []SharedGrid `json:"grids" doc:"网格"`
}

// SharedGrid is a grid as a link shows it: sums of whole grids only.
type SharedGrid struct {
	Grid          int64            `json:"grid" doc:"网格；负数为本方案新设"`
	Name          string           `json:"name" doc:"名称"`
	Kind          string           `json:"kind" enum:"basic,special,micro" doc:"类别"`
	Colour        int              `json:"colour" doc:"地图配色"`
	Low           int              `json:"low" doc:"户数下限"`
	High          int              `json:"high" doc:"户数上限"`
	Households    int              `json:"households" doc:"户数"`
	HouseholdsNow int              `json:"householdsNow" doc:"现行网格的户数；新网格为0"`
	Buildings     int              `json:"buildings" doc:"楼栋数"`
	Parts         int              `json:"parts" doc:"分成几块"`
	Moved         int              `json:"moved" doc:"与现行不同的地块数"`
	Area          float64          `json:"area" doc:"面积（平方米）"`
	Shape         orb.MultiPolygon `json:"shape" doc:"图形（度）"`
}

// Shared is a grid of a plan as a link shows it.
func (g PlanGrid) Shared() SharedGrid {
	return SharedGrid{
		Grid: g.Grid, Name: g.Name, Kind: g.Kind, Colour: g.Colour, Low: g.Low, High: g.High, Households: g.Households,
		HouseholdsNow: g.Now.Households, Buildings: g.Buildings, Parts: g.Parts, Moved: g.Moved, Area: g.Area, Shape: g.Shape,
	}
}
