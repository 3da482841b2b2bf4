package ward

import (
	"time"

	"github.com/paulmach/orb"
)

// Branch is 党组织: a node of the tree of Party organisations, tied to grids N:M.
type Branch struct {
	ID        int64      `json:"id"`
	Code      string     `json:"code" doc:"编码"`
	Name      string     `json:"name" doc:"名称"`
	Kind      string     `json:"kind" doc:"类别"`
	Parent    *int64     `json:"parent" doc:"上级党组织"`
	Area      int64      `json:"area" doc:"所属辖区"`
	AreaName  string     `json:"areaName" doc:"辖区名称"`
	Founded   string     `json:"founded" doc:"成立日期"`
	Members   int        `json:"members" doc:"党员数"`
	Grids     []int64    `json:"grids" doc:"覆盖网格"`
	Location  *orb.Point `json:"location" doc:"位置"`
	Version   int64      `json:"version"`
	UpdatedAt time.Time  `json:"updatedAt" doc:"更新时间"`
}

// AgeBand is how many members of one age group, by gender (男/女).
type AgeBand struct {
	Band   string `json:"band" doc:"年龄段"`
	Male   int    `json:"male"`
	Female int    `json:"female"`
}

// BranchCard is a branch with its tree, grids and people in numbers.
type BranchCard struct {
	Branch
	Secretary string    `json:"secretary" doc:"书记"`
	Above     []Named   `json:"above" doc:"上级，从近到远"`
	Below     []Named   `json:"below" doc:"下级"`
	GridNames []Named   `json:"gridNames" doc:"覆盖网格"`
	Ages      []AgeBand `json:"ages" doc:"年龄结构"`
	Hubs      []Named   `json:"hubs" doc:"党员中心户"`
	Advice    string    `json:"advice" doc:"规模建议"`
}

// SizeAdvice is what the number of members suggests: 3 full members make a
// branch, over 50 a general branch, from 100 a committee.
func SizeAdvice(kind string, members int) string {
	switch {
	case kind == "group" || kind == "street_committee":
		return ""
	case members < 3:
		return "党员不足3名，不宜单独设支部，可建联合支部"
	case members >= 100 && kind != "community_committee" && kind != "tower":
		return "党员已达100名，可设党委"
	case members > 50 && (kind == "grid" || kind == "own" || kind == "joint" || kind == "office" || kind == "feature"):
		return "党员超过50名，可设党总支"
	}
	return ""
}
