package ward

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Pack is 网格离线资料: what a device keeps of one grid so that the walk goes on
// without a network. It holds doors and places, names masked, nothing of the
// people behind the doors but, in words, what they have raised and still wait for.
type Pack struct {
	At          time.Time    `json:"at" doc:"资料时间"`
	Grid        GridCard     `json:"grid" doc:"网格"`
	Areas       []Area       `json:"areas" doc:"所在辖区"`
	Buildings   []Building   `json:"buildings" doc:"楼栋"`
	Doors       []PackDoor   `json:"doors" doc:"门牌"`
	Branches    []Branch     `json:"branches" doc:"党组织"`
	Hubs        []Hub        `json:"hubs" doc:"党员中心户"`
	HubLinks    []HubLink    `json:"hubLinks" doc:"中心户服务连线"`
	Points      []Point      `json:"points" doc:"服务点"`
	Teams       []Team       `json:"teams" doc:"队伍"`
	Shifts      []Shift      `json:"shifts" doc:"这些队伍本周和下周的班次"`
	Incidents   []Incident   `json:"incidents" doc:"未结事件"`
	Visits      []VisitMark  `json:"visits" doc:"今日走访"`
	Matters     []Visit      `json:"matters" doc:"在办和待回告的事项"`
	History     []PackVisit  `json:"history" doc:"各户最近的走访，新的在前"`
	Asks        []Ask        `json:"asks" doc:"在办和待回告的微心愿和需求"`
	Items       []Item       `json:"items" doc:"可送出的物品"`
	BorderWalks []BorderWalk `json:"borderWalks" doc:"进行中的踏界里碰到本网格的各段"`
	Campaigns   []Campaign   `json:"campaigns" doc:"正在进行的专项走访，进度只算本网格"`
}

// PackHistory is how many of a door's latest visits a device keeps.
const PackHistory = 5

// PackVisit is a visit as a device keeps it: when, how and how far, no words.
type PackVisit struct {
	ID         uuid.UUID `json:"id"`
	Household  int64     `json:"household" doc:"户"`
	OccurredAt time.Time `json:"occurredAt" doc:"时间"`
	Kind       string    `json:"kind" doc:"类型"`
	Met        string    `json:"met" doc:"是否见到"`
	Outcome    string    `json:"outcome" doc:"办理"`
	Matter     Matter    `json:"matter" enum:",open,to_tell,told" doc:"事项"`
	FollowUp   string    `json:"followUp" doc:"复访日期"`
}

// PackDoor is a door with the building it belongs to.
type PackDoor struct {
	Door
	Building int64 `json:"building" doc:"楼栋"`
	Persons  int   `json:"persons" doc:"人数"`
}

// Packs reads what devices keep.
type Packs interface {
	// Pack: not_found when the grid is outside the scope.
	Pack(ctx context.Context, s Scope, grid int64) (Pack, error)
}
