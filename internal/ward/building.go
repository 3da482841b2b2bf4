package ward

import (
	"time"

	"github.com/paulmach/orb"
)

// Building is 楼栋: it lies in exactly one grid on any given day.
type Building struct {
	ID         int64     `json:"id"`
	Code       string    `json:"code" doc:"编码"`
	Name       string    `json:"name" doc:"名称"`
	Number     string    `json:"number" doc:"楼号"`
	Address    string    `json:"address" doc:"地址"`
	Kind       string    `json:"kind" doc:"类别"`
	Floors     int       `json:"floors" doc:"楼层数"`
	Units      int       `json:"units" doc:"单元数"`
	Courtyard  string    `json:"courtyard" doc:"小区"`
	Households int       `json:"households" doc:"户数"`
	Grid       *int64    `json:"grid" doc:"所在网格"`
	GridName   string    `json:"gridName" doc:"网格名称"`
	Micro      *Named    `json:"micro,omitempty" doc:"所在微网格"`
	Location   orb.Point `json:"location" doc:"位置"`
	Version    int64     `json:"version"`
	UpdatedAt  time.Time `json:"updatedAt" doc:"更新时间"`
}

// Door is a household as the door picker shows it: where it is and when it was
// last visited, nothing of the people behind it.
type Door struct {
	ID        int64  `json:"id" doc:"户编号"`
	Code      string `json:"code" doc:"户编码"`
	Unit      int    `json:"unit" doc:"单元"`
	Floor     int    `json:"floor" doc:"楼层"`
	Room      string `json:"room" doc:"室号"`
	Use       string `json:"use" enum:"own,rent,vacant" doc:"用途"`
	Hub       bool   `json:"hub" doc:"是否党员中心户"`
	LastVisit string `json:"lastVisit" doc:"最近走访日期，空为从未走访"`
	DueDays   int    `json:"dueDays" doc:"应访周期（天）"`
	LastMet   string `json:"lastMet" doc:"最近见到人的日期，空为从未见到"`
	FollowUp  string `json:"followUp" doc:"约定的回访日期，空为没有"`
	// Campaigns are those that run today and have not come to the door yet.
	Campaigns []int64 `json:"campaigns" doc:"正在进行、还没走到本户的专项走访"`
}

// How often a door is due a visit, in days: twice a year, monthly where
// somebody needs more care.
const (
	DueOrdinary = 182
	DueCare     = 30
)
