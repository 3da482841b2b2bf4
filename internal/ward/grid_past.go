package ward

import (
	"context"
	"time"

	"github.com/paulmach/orb"
)

// GridThen is a grid as its borders were on a day. Homes and people are those
// of today that lie within the borders of then; names are those of today.
type GridThen struct {
	ID            int64            `json:"id"`
	Code          string           `json:"code" doc:"编码"`
	Name          string           `json:"name" doc:"名称"`
	Kind          string           `json:"kind" enum:"basic,special,micro" doc:"类别"`
	Community     int64            `json:"community" doc:"社区"`
	CommunityName string           `json:"communityName" doc:"社区名称"`
	Colour        int              `json:"colour" doc:"地图配色"`
	BranchName    string           `json:"branchName" doc:"那一天的党支部；没有为空"`
	Open          bool             `json:"open" doc:"今天还在；否为已撤销"`
	Changed       bool             `json:"changed" doc:"今天的边界与那一天不同，或今天已撤销"`
	Shape         orb.MultiPolygon `json:"shape" doc:"那一天的边界"`
	Label         orb.Point        `json:"label" doc:"注记点"`
	Area          float64          `json:"area" doc:"面积（平方米）"`
	CellCount
}

// GridPast asks for the grids of a day.
type GridPast struct {
	On        string    `query:"on" required:"true" format:"date" doc:"看哪一天的网格（2026-09-01）"`
	Known     time.Time `query:"known" doc:"当时所知：按这个时刻已有的记录；缺省按现在的记录"`
	Community int64     `query:"community" minimum:"0" doc:"只要这个社区"`
}

// Day is the day asked for; invalid when it is none.
func (p GridPast) Day() error {
	if _, err := time.Parse(time.DateOnly, p.On); err != nil {
		return &Error{Code: Invalid, Message: "日期应写作 2026-11-22", Fields: []FieldError{{Field: "on", Message: "日期应写作 2026-11-22"}}}
	}
	return nil
}

// GridLife is a grid that exists or once did: its code is never given to another.
type GridLife struct {
	ID            int64  `json:"id"`
	Code          string `json:"code" doc:"编码；撤销后也不再给别的网格"`
	Name          string `json:"name" doc:"名称"`
	Kind          string `json:"kind" enum:"basic,special,micro" doc:"类别"`
	Community     int64  `json:"community" doc:"社区"`
	CommunityName string `json:"communityName" doc:"社区名称"`
	Opened        string `json:"opened" doc:"设立日期"`
	Closed        string `json:"closed" doc:"撤销日期；空为至今"`
}

// GridPublication is a publication as the history of a grid tells it.
type GridPublication struct {
	Seq       int64     `json:"seq" doc:"公布编号"`
	Effective string    `json:"effective" doc:"生效日期"`
	At        time.Time `json:"at" doc:"公布时间"`
	By        string    `json:"by" doc:"公布人"`
	Plan      int64     `json:"plan" doc:"方案"`
	PlanName  string    `json:"planName" doc:"方案名称"`
	Author    string    `json:"author" doc:"起草人"`
	Approver  string    `json:"approver" doc:"批准人"`
	Opinion   string    `json:"opinion" doc:"批准意见"`
	State     string    `json:"state" enum:"scheduled,published,withdrawn" doc:"待生效、已生效、已取消"`
}

// GridFamily is 网格沿革: everything a grid came from and became, over every
// publication, with who drew and who approved.
type GridFamily struct {
	Grid         GridLife          `json:"grid" doc:"问的网格"`
	Grids        []GridLife        `json:"grids" doc:"有关的全部网格，按编码"`
	Lines        []GridDescent     `json:"lines" doc:"谁变成谁，早的在前，至多500条"`
	Publications []GridPublication `json:"publications" doc:"历次公布，早的在前"`
}

// GridPasts reads the grids of other days.
type GridPasts interface {
	// GridsThen lists the grids of a day by code: as known now, or as recorded at
	// a time. Invalid when the territory is too large for the latter.
	GridsThen(ctx context.Context, s Scope, p GridPast) ([]GridThen, error)
	// GridFamily follows a grid both ways. not_found outside the scope.
	GridFamily(ctx context.Context, s Scope, grid int64) (GridFamily, error)
	// GridCodes finds grids of every time by code or name, at most 100.
	GridCodes(ctx context.Context, s Scope, words string) ([]GridLife, error)
}
