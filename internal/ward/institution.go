package ward

import (
	"time"

	"github.com/paulmach/orb"
)

// Institution is 单位: a firm, social organisation, unit, property manager or
// owners' committee, and how the Party works there.
type Institution struct {
	ID        int64     `json:"id"`
	Code      string    `json:"code" doc:"编码"`
	Name      string    `json:"name" doc:"名称"`
	Kind      string    `json:"kind" doc:"类别"`
	Building  *int64    `json:"building" doc:"楼栋"`
	Floor     *int      `json:"floor" doc:"楼层"`
	Staff     int       `json:"staff" doc:"职工数"`
	Members   int       `json:"members" doc:"党员数"`
	PartyMode string    `json:"partyMode" enum:"own,joint,liaison,point,none" doc:"党建方式"`
	Branch    *int64    `json:"branch" doc:"党组织"`
	Grid      *int64    `json:"grid" doc:"网格"`
	Location  orb.Point `json:"location" doc:"位置"`
	Version   int64     `json:"version"`
	UpdatedAt time.Time `json:"updatedAt" doc:"更新时间"`
}
