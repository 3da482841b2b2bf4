package ward

import (
	"time"

	"github.com/paulmach/orb"
)

// Team is 队伍: patrol, greening, volunteers…; Location is where it reports from.
type Team struct {
	ID        int64      `json:"id"`
	Code      string     `json:"code" doc:"编码"`
	Name      string     `json:"name" doc:"名称"`
	Kind      string     `json:"kind" doc:"类别"`
	Area      int64      `json:"area" doc:"辖区"`
	State     string     `json:"state" enum:"off,on_duty,on_way,on_scene" doc:"状态"`
	Shift     string     `json:"shift" doc:"班次"`
	Headcount int        `json:"headcount" doc:"人数"`
	Grids     []int64    `json:"grids" doc:"覆盖网格"`
	Location  *orb.Point `json:"location" doc:"位置"`
	Version   int64      `json:"version"`
	UpdatedAt time.Time  `json:"updatedAt" doc:"更新时间"`
}

// TeamCard is a team with the grids it covers by name and its leader.
type TeamCard struct {
	Team
	Leader    string  `json:"leader" doc:"队长"`
	GridNames []Named `json:"gridNames" doc:"覆盖网格"`
}
