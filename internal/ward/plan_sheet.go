package ward

import (
	"context"

	"github.com/paulmach/orb"
)

// PlanSheet is what a register form (划分登记表) and a printed map say of one
// grid of a plan beside its figures: where its borders run, by name and by
// quarter of the sky, and who and what is in it.
type PlanSheet struct {
	Grid      int64           `json:"grid" doc:"网格；负数为新设"`
	Sides     []SheetSide     `json:"sides" doc:"四至，从东起"`
	Buildings []SheetBuilding `json:"buildings" doc:"图上的楼栋：本网格的和周围的"`
	Roads     []SheetRoad     `json:"roads" doc:"图上的道路和巷道"`
	Roles     []GridRole      `json:"roles" doc:"网格团队；新设的没有"`
	Hubs      []Named         `json:"hubs" doc:"党员中心户"`
	Teams     []Named         `json:"teams" doc:"覆盖队伍"`
	Points    []Named         `json:"points" doc:"服务点"`
}

// SheetSide is a stretch of border towards one quarter of the sky.
type SheetSide struct {
	Side   string  `json:"side" enum:"east,south,west,north" doc:"东、南、西、北"`
	Name   string  `json:"name" doc:"沿哪条路、巷；无名为空"`
	Class  string  `json:"class" enum:"inner,path,wall,minor,secondary,main,river,rail,limit" doc:"边界类别"`
	Other  int64   `json:"other" doc:"对面的网格；0为没有"`
	Length float64 `json:"length" doc:"长（米）"`
}

// SheetBuilding is a building on a printed map.
type SheetBuilding struct {
	ID         int64            `json:"id"`
	Title      string           `json:"title" doc:"名称或楼号"`
	Households int              `json:"households" doc:"户数"`
	Inside     bool             `json:"inside" doc:"在本网格里"`
	Shape      orb.MultiPolygon `json:"shape"`
}

// SheetRoad is a road or lane on a printed map.
type SheetRoad struct {
	Name  string              `json:"name"`
	Class string              `json:"class" doc:"main、secondary、minor、path、wall、river、rail 或 lane"`
	Line  orb.MultiLineString `json:"line"`
}

// SheetMargin is how far a printed map goes beyond its grid, metres.
const SheetMargin = 60

// PlanSheets reads what is printed of a plan.
type PlanSheets interface {
	// PlanSheet: not_found when the plan is outside the scope or has no such grid.
	PlanSheet(ctx context.Context, s Scope, plan, grid int64) (PlanSheet, error)
}
