package ward

import (
	"context"
	"time"

	"github.com/paulmach/orb"
)

// GridSheet is what a register form (划分登记表) and a printed map say of an official
// grid on a day: its borders, its branch, team and teams are those of that day;
// homes and people are those of today within the borders of then, and so are
// buildings, hubs and points.
type GridSheet struct {
	PlanSheet
	On            string           `json:"on" doc:"哪一天的"`
	Code          string           `json:"code" doc:"编码"`
	Name          string           `json:"name" doc:"名称"`
	Kind          string           `json:"kind" enum:"basic,special,micro" doc:"类别"`
	CommunityName string           `json:"communityName" doc:"社区"`
	BranchName    string           `json:"branchName" doc:"那一天的党支部；没有为空"`
	Since         string           `json:"since" doc:"这样的边界从哪天起"`
	PlanName      string           `json:"planName" doc:"由哪个方案公布；没有为空"`
	Author        string           `json:"author" doc:"方案起草人"`
	Approver      string           `json:"approver" doc:"方案批准人"`
	Area          float64          `json:"area" doc:"面积（平方米）"`
	Shape         orb.MultiPolygon `json:"shape" doc:"那一天的边界"`
	Around        []SheetNeighbour `json:"around" doc:"图上的相邻网格"`
	Counts        CellCount        `json:"counts" doc:"户数、人数等"`
}

// SheetNeighbour is another grid on a printed map.
type SheetNeighbour struct {
	Grid  int64            `json:"grid"`
	Name  string           `json:"name" doc:"名称"`
	Shape orb.MultiPolygon `json:"shape"`
}

// GridSheets reads what is printed of official grids.
type GridSheets interface {
	// GridSheet: invalid for what is no day; not_found when the grid is outside the
	// scope or was not there on that day.
	GridSheet(ctx context.Context, s Scope, grid int64, day string) (GridSheet, error)
}

// SheetDay is the day of a sheet; invalid when it is none.
func SheetDay(day string) (time.Time, error) {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return at, &Error{Code: Invalid, Message: "日期应写作 2026-11-22", Fields: []FieldError{{Field: "on", Message: "日期应写作 2026-11-22"}}}
	}
	return at, nil
}
