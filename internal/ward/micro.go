package ward

import (
	"context"
	"time"

	"github.com/paulmach/orb"
)

// MicroGrid is 微网格: a part of a grid that one steward looks after, a few
// buildings. It lies in exactly one grid on any given day; a grid may have none.
type MicroGrid struct {
	ID            int64     `json:"id"`
	Code          string    `json:"code" doc:"编码：设立时所在网格的编码加两位顺序号，永不重复使用"`
	Name          string    `json:"name" doc:"名称"`
	Grid          int64     `json:"grid" doc:"所在网格"`
	GridName      string    `json:"gridName" doc:"网格名称"`
	CommunityName string    `json:"communityName" doc:"社区名称"`
	Buildings     int       `json:"buildings" doc:"楼栋数"`
	Households    int       `json:"households" doc:"户数"`
	Persons       int       `json:"persons" doc:"人数"`
	Stewards      []string  `json:"stewards" doc:"其中楼栋的楼长、单元长（隐去姓名），至多10位"`
	Label         orb.Point `json:"label" doc:"注记点"`
	Bounds        []float64 `json:"bounds" doc:"范围 [西,南,东,北]"`
	Area          float64   `json:"area" doc:"面积（平方米）"`
	Version       int64     `json:"version"`
	UpdatedAt     time.Time `json:"updatedAt" doc:"更新时间"`
}

// MicroFilter narrows the list of micro-grids.
type MicroFilter struct {
	Filter
	On string `query:"on" format:"date" doc:"哪天的微网格和所在网格，缺省今天；户数和楼长是现在的"`
}

// MicroGrids reads micro-grids. Who may see a grid may see those in it.
type MicroGrids interface {
	// MicroGrids lists by number.
	MicroGrids(ctx context.Context, s Scope, f MicroFilter) (Page[MicroGrid], error)
	MicroGrid(ctx context.Context, s Scope, id int64) (MicroGrid, error)
}
