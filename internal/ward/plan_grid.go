package ward

import "github.com/paulmach/orb"

// CellCount is what a redraw counts of a cell or of many.
type CellCount struct {
	Households int `json:"households" doc:"户数"`
	Persons    int `json:"persons" doc:"人数"`
	Members    int `json:"members" doc:"党员数"`
	Hardship   int `json:"hardship" doc:"困难户数"`
	Buildings  int `json:"buildings" doc:"楼栋数"`
}

// Plus adds up.
func (c CellCount) Plus(o CellCount) CellCount {
	return CellCount{c.Households + o.Households, c.Persons + o.Persons, c.Members + o.Members, c.Hardship + o.Hardship, c.Buildings + o.Buildings}
}

// Minus subtracts.
func (c CellCount) Minus(o CellCount) CellCount {
	return CellCount{c.Households - o.Households, c.Persons - o.Persons, c.Members - o.Members, c.Hardship - o.Hardship, c.Buildings - o.Buildings}
}

// PlanGrid is a grid as a plan would have it. Grid is its label: the number of
// the official grid, negative for one the plan founds.
type PlanGrid struct {
	Grid       int64  `json:"grid" doc:"网格；负数为本方案新设"`
	Code       string `json:"code" doc:"编码；新网格可空，公布时编"`
	Name       string `json:"name" doc:"名称"`
	Kind       string `json:"kind" enum:"basic,special,micro" doc:"类别"`
	Community  int64  `json:"community" doc:"社区"`
	Parent     int64  `json:"parent,omitempty" doc:"微网格所在的网格；没有地块的和不是微网格的为0"`
	Locked     bool   `json:"locked" doc:"锁定"`
	Low        int    `json:"low" doc:"户数下限"`
	High       int    `json:"high" doc:"户数上限"`
	Branch     *int64 `json:"branch" doc:"网格党支部"`
	BranchName string `json:"branchName" doc:"党支部名称；branch 为空而有名称的，公布时新建"`
	Colour     int    `json:"colour" doc:"地图配色"`
	CellCount
	Cells       int              `json:"cells" doc:"地块数"`
	Parts       int              `json:"parts" doc:"分成几块；步行可达为一块"`
	Holes       int              `json:"holes" doc:"飞地：被围在里面的洞"`
	Area        float64          `json:"area" doc:"面积（平方米）"`
	Perimeter   float64          `json:"perimeter" doc:"周长（米）"`
	Compactness float64          `json:"compactness" doc:"紧凑度 4πA/P²，1为圆"`
	RoadShare   float64          `json:"roadShare" doc:"可移动的边界中沿道路、河道的比例"`
	Now         CellCount        `json:"now" doc:"现行网格的数字；新网格为0"`
	Moved       int              `json:"moved" doc:"与现行不同的地块数（进和出）"`
	Shape       orb.MultiPolygon `json:"shape,omitempty" doc:"图形（度）"`
}

// OfficialGrid is what a plan knows of a grid or micro-grid as it is.
type OfficialGrid struct {
	ID         int64
	Community  int64
	Code       string
	Name       string
	Kind       string
	Colour     int
	Branch     *int64
	BranchName string
}
