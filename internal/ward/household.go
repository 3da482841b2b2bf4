package ward

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// Household is 户: a door of a building, without the people behind it.
type Household struct {
	ID           int64     `json:"id"`
	Code         string    `json:"code" doc:"编码"`
	Building     int64     `json:"building" doc:"楼栋"`
	BuildingName string    `json:"buildingName" doc:"楼栋名称"`
	Unit         int       `json:"unit" doc:"单元"`
	Floor        int       `json:"floor" doc:"楼层"`
	Room         string    `json:"room" doc:"室号"`
	Use          string    `json:"use" doc:"用途"`
	Persons      int       `json:"persons" doc:"人数"`
	Grid         *int64    `json:"grid" doc:"网格"`
	GridName     string    `json:"gridName" doc:"网格名称"`
	Micro        *Named    `json:"micro,omitempty" doc:"所在微网格"`
	Location     orb.Point `json:"location" doc:"楼栋位置"`
	Version      int64     `json:"version"`
	UpdatedAt    time.Time `json:"updatedAt" doc:"更新时间"`
}

// HouseholdTag is 服务标签, with the purpose and the end of the consent.
type HouseholdTag struct {
	Kind         string `json:"kind" doc:"标签"`
	Label        string `json:"label" doc:"标签名称"`
	Purpose      string `json:"purpose" doc:"用途"`
	ConsentUntil string `json:"consentUntil" format:"date" doc:"同意有效期"`
}

// HouseholdCard is a household with its personal fields. Reading one is
// recorded with the purpose given.
type HouseholdCard struct {
	Household
	Head   string         `json:"head" doc:"户主"`
	Phone  string         `json:"phone" doc:"电话"`
	Tags   []HouseholdTag `json:"tags" doc:"服务标签"`
	Hub    *Named         `json:"hub" doc:"服务本户的党员中心户"`
	Visits []VisitMark    `json:"visits" doc:"最近走访"`
}

// Person is what is sealed apart from places and lists: a name, a phone, an ID
// number as stored. Sealed values are opened only by the store.
type Person struct {
	Name  string
	Phone string
	IDNo  string
}

// MaskName hides the middle of a name: 王小英 → 王*英, 王英 → 王*.
func MaskName(name string) string {
	r := []rune(strings.TrimSpace(name))
	switch {
	case len(r) == 0:
		return ""
	case len(r) == 1:
		return "*"
	case len(r) == 2:
		return string(r[0]) + "*"
	}
	return string(r[0]) + strings.Repeat("*", len(r)-2) + string(r[len(r)-1])
}

// MaskPhone keeps the first three and last four digits: 138****1234; shorter
// numbers show only their last two.
func MaskPhone(phone string) string {
	n := utf8.RuneCountInString(phone)
	if n == 0 {
		return ""
	}
	r := []rune(phone)
	if n < 8 {
		return strings.Repeat("*", max(n-2, 1)) + string(r[max(n-2, 1):])
	}
	return string(r[:3]) + strings.Repeat("*", n-7) + string(r[n-4:])
}

// WalkDoor is a door on the way through a grid, in walking order.
type WalkDoor struct {
	Grid      int64     `json:"grid" doc:"网格"`
	Household int64     `json:"household" doc:"户"`
	Building  int64     `json:"building" doc:"楼栋"`
	Place     string    `json:"place" doc:"楼栋名称"`
	At        orb.Point `json:"at" doc:"楼栋位置"`
}
