package ward

import (
	"context"

	"github.com/paulmach/orb"
)

// BorderChangeDays is how long a change of borders is kept among what people
// were told, counted from its date.
const BorderChangeDays = 60

// BorderChange is 边界变动: what one publication changes for one grid, told to
// those who work there once, in words and with both outlines.
type BorderChange struct {
	Seq       int64            `json:"seq" doc:"公布编号"`
	Effective string           `json:"effective" doc:"生效日期"`
	State     string           `json:"state" enum:"scheduled,published" doc:"待生效、已生效"`
	Plan      string           `json:"plan" doc:"方案名称"`
	Grid      int64            `json:"grid" doc:"网格"`
	Code      string           `json:"code" doc:"网格编码"`
	Name      string           `json:"name" doc:"网格名称"`
	Founded   bool             `json:"founded" doc:"新设的网格"`
	Closed    bool             `json:"closed" doc:"撤销的网格"`
	Gained    []BorderFlow     `json:"gained" doc:"移入，户多的在前"`
	Lost      []BorderFlow     `json:"lost" doc:"移出，户多的在前"`
	Before    orb.MultiPolygon `json:"before,omitempty" doc:"原来的边界；新设的没有"`
	After     orb.MultiPolygon `json:"after,omitempty" doc:"生效后的边界；撤销的没有"`
	Read      bool             `json:"read" doc:"本人已看过"`
}

// BorderFlow is what goes to or comes from one neighbour. Grid 0 is nobody.
type BorderFlow struct {
	Grid       int64    `json:"grid" doc:"对方网格；0 为原来没有网格"`
	Name       string   `json:"name" doc:"对方网格名称"`
	Community  string   `json:"community" doc:"对方所属社区，与本网格不同时才有"`
	Households int      `json:"households" doc:"户数"`
	Buildings  int      `json:"buildings" doc:"楼栋数"`
	Places     []string `json:"places" doc:"其中的楼栋，至多八栋；大屏上没有"`
}

// BorderChanges tells people what becomes of their grid.
type BorderChanges interface {
	// BorderChanges lists what changes, or changed within BorderChangeDays, for
	// the grids of the scope, the newest first, at most 50.
	BorderChanges(ctx context.Context, s Scope) ([]BorderChange, error)
	// ReadBorderChange notes that the actor has seen a publication; doing it
	// again changes nothing. not_found when it is none of the actor's grids.
	ReadBorderChange(ctx context.Context, s Scope, seq int64) ([]BorderChange, error)
	// PublicationBorders is one publication for every grid of the scope it
	// touches, without any building: for the wall too.
	PublicationBorders(ctx context.Context, s Scope, seq int64) ([]BorderChange, error)
}
