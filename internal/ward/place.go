package ward

import (
	"time"

	"github.com/paulmach/orb"
)

// Courtyard is 院落/小区: a set of buildings.
type Courtyard struct {
	ID        int64     `json:"id"`
	Code      string    `json:"code" doc:"编码"`
	Name      string    `json:"name" doc:"名称"`
	Kind      string    `json:"kind" enum:"walled,open,lane" doc:"类别"`
	Buildings int       `json:"buildings" doc:"楼栋数"`
	Location  orb.Point `json:"location" doc:"位置"`
	Version   int64     `json:"version"`
	UpdatedAt time.Time `json:"updatedAt" doc:"更新时间"`
}

// Lane is 巷道: a line with its paving, sewer and keeper.
type Lane struct {
	ID        int64     `json:"id"`
	Code      string    `json:"code" doc:"编码"`
	Name      string    `json:"name" doc:"名称"`
	Paving    string    `json:"paving" enum:"asphalt,concrete,stone,brick,earth" doc:"路面"`
	Sewer     bool      `json:"sewer" doc:"下水道"`
	Width     *float64  `json:"width" doc:"宽度（米）"`
	Length    float64   `json:"length" doc:"长度（米）"`
	Keeper    string    `json:"keeper" doc:"巷长（脱敏）"`
	Location  orb.Point `json:"location" doc:"位置"`
	Version   int64     `json:"version"`
	UpdatedAt time.Time `json:"updatedAt" doc:"更新时间"`
}
