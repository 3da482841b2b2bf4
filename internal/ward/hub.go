package ward

import (
	"time"

	"github.com/paulmach/orb"
)

// Hub is 党员中心户: a member's household that serves the doors around it.
type Hub struct {
	ID         int64     `json:"id"`
	Code       string    `json:"code" doc:"编码"`
	Name       string    `json:"name" doc:"名称"`
	Branch     int64     `json:"branch" doc:"党组织"`
	BranchName string    `json:"branchName" doc:"党组织名称"`
	Building   int64     `json:"building" doc:"楼栋"`
	Grid       *int64    `json:"grid" doc:"网格"`
	GridName   string    `json:"gridName" doc:"网格名称"`
	Offers     []string  `json:"offers" doc:"服务内容"`
	Hours      string    `json:"hours" doc:"联系时间"`
	Doors      int       `json:"doors" doc:"服务户数"`
	Location   orb.Point `json:"location" doc:"位置"`
	Version    int64     `json:"version"`
	UpdatedAt  time.Time `json:"updatedAt" doc:"更新时间"`
}

// HubLink is the line from a hub to a building with doors it serves.
type HubLink struct {
	Hub      int64     `json:"hub"`
	Building int64     `json:"building"`
	Doors    int       `json:"doors" doc:"该楼服务户数"`
	From     orb.Point `json:"from"`
	To       orb.Point `json:"to"`
}

// HubCard is a hub with its links and the member's name.
type HubCard struct {
	Hub
	Member string    `json:"member" doc:"党员姓名"`
	Links  []HubLink `json:"links" doc:"服务的楼栋"`
}
