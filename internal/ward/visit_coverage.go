package ward

import "context"

// Limits of the table of coverage.
const (
	VisitCoverageMonths = 12  // columns
	VisitCoverageGrids  = 400 // rows: a street has up to about a hundred
)

// VisitCoverage is 走访覆盖率 of one grid in one month: doors met ÷ doors due. A
// door is due in a month when its rhythm runs out in that month or has before,
// or when nobody has ever been there. Vacant doors are nobody's. Doors count for
// the grid they were in on the last day of the month, with the rhythm of today:
// tags that have run out are forgotten.
type VisitCoverage struct {
	Grid    int64  `json:"grid" doc:"网格"`
	Month   string `json:"month" doc:"月份（2026-11）"`
	Doors   int    `json:"doors" doc:"住户数"`
	Due     int    `json:"due" doc:"应访户"`
	Visited int    `json:"visited" doc:"应访户中走到的"`
	Met     int    `json:"met" doc:"应访户中见到的"`
	Never   int    `json:"never" doc:"到月底从未走到的"`
	Wishes  int    `json:"wishes" doc:"本月走访登记的微心愿"`
	Needs   int    `json:"needs" doc:"本月走访登记的需求"`
	Told    int    `json:"told" doc:"两者中已回告的"`
}

// VisitCoverageTable is the coverage of an area, grid by grid and month by month.
type VisitCoverageTable struct {
	Months []string        `json:"months" doc:"月份，旧的在前"`
	Grids  []VisitRow      `json:"grids" doc:"网格，按编码"`
	Cells  []VisitCoverage `json:"cells" doc:"每个网格每个月一格；没有住户的不列"`
	// Matters of the visits of these months.
	Raised int `json:"raised" doc:"这些月份走访中提出的事项"`
	Done   int `json:"done" doc:"其中办好的"`
	Told   int `json:"told" doc:"其中已回告的"`
	// Wishes and needs said at them.
	Asked     int `json:"asked" doc:"这些月份登记的微心愿和需求"`
	AskedTold int `json:"askedTold" doc:"其中已回告的"`
}

// VisitRow is a grid of the table.
type VisitRow struct {
	ID        int64  `json:"id"`
	Code      string `json:"code" doc:"编码"`
	Name      string `json:"name" doc:"名称"`
	Community string `json:"community" doc:"社区"`
}

// VisitCoverageFilter says which area and how many months up to this one.
type VisitCoverageFilter struct {
	Area   int64 `query:"area" minimum:"0" doc:"辖区：街道或社区；不填为自己的辖区"`
	Months int   `query:"months" default:"6" minimum:"1" maximum:"12" doc:"到本月为止的月数"`
}

// VisitCoverages counts visits against what was due.
type VisitCoverages interface {
	// VisitCoverage: invalid when the area has more than VisitCoverageGrids grids.
	VisitCoverage(ctx context.Context, s Scope, f VisitCoverageFilter) (VisitCoverageTable, error)
}
