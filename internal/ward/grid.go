package ward

import (
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"
)

// The norm of a grid (300–500 households, about 1,200 persons); a planner may
// set others.
const (
	GridHouseholdsLow  = 300
	GridHouseholdsHigh = 500
	GridPersons        = 1200
)

// Grid is 网格: a set of cells of one community. Its polygon is derived and may
// have several parts and holes; the counts are of today.
type Grid struct {
	ID            int64     `json:"id"`
	Code          string    `json:"code" doc:"编码"`
	Name          string    `json:"name" doc:"名称"`
	Kind          string    `json:"kind" enum:"basic,special,micro" doc:"类别"`
	Community     int64     `json:"community" doc:"社区"`
	CommunityName string    `json:"communityName" doc:"社区名称"`
	Path          string    `json:"path" doc:"辖区路径"`
	Colour        int       `json:"colour" minimum:"0" maximum:"5" doc:"地图配色"`
	Label         orb.Point `json:"label" doc:"注记点"`
	Bounds        []float64 `json:"bounds" doc:"范围 [西,南,东,北]"`
	Area          float64   `json:"area" doc:"面积（平方米）"`
	Parts         int       `json:"parts" doc:"分成几块"`
	Buildings     int       `json:"buildings" doc:"楼栋数"`
	Households    int       `json:"households" doc:"户数"`
	Persons       int       `json:"persons" doc:"人数"`
	Members       int       `json:"members" doc:"党员数"`
	Hardship      int       `json:"hardship" doc:"困难户数"`
	Branch        *int64    `json:"branch" doc:"网格党支部；没有即为空白点"`
	BranchName    string    `json:"branchName" doc:"党支部名称"`
	RolesFilled   int       `json:"rolesFilled" doc:"8+X 已到位角色数"`
	RolesRequired int       `json:"rolesRequired" doc:"8+X 应有角色数"`
	Version       int64     `json:"version"`
	UpdatedAt     time.Time `json:"updatedAt" doc:"更新时间"`
}

// GridRole is one filled role of the grid team (网格团队 8+X). Name is masked
// unless the person's work needs it.
type GridRole struct {
	Role  string `json:"role" doc:"角色"`
	Label string `json:"label" doc:"角色名称"`
	Name  string `json:"name" doc:"姓名"`
}

// GridCard is everything about one grid on one card.
type GridCard struct {
	Grid
	Roles   []GridRole       `json:"roles" doc:"已到位角色"`
	Missing []string         `json:"missing" doc:"缺少的角色"`
	Shape   orb.MultiPolygon `json:"shape" doc:"网格边界"`
	Visits  int              `json:"visits" doc:"本月走访数"`
	Open    int              `json:"open" doc:"未结事件数"`
	Hubs    int              `json:"hubs" doc:"党员中心户数"`
	Points  int              `json:"points" doc:"服务点数"`
	Teams   []Named          `json:"teams" doc:"覆盖队伍"`
}

// GridOfPath is the grid a path of the area tree ends in ("d1.s2.c3.g45"), or
// otherwise where it ends above.
func GridOfPath(path string, otherwise int64) int64 {
	_, last, found := strings.Cut(path[strings.LastIndex(path, ".")+1:], "g")
	if id, err := strconv.ParseInt(last, 10, 64); found && err == nil {
		return id
	}
	return otherwise
}

// Named is a thing by number and name, for links.
type Named struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Kind string `json:"kind,omitempty"`
}

// GridAt is the grid a place was in on a day.
type GridAt struct {
	Date string `json:"date" format:"date" doc:"日期"`
	Grid int64  `json:"grid" doc:"网格"`
	Code string `json:"code" doc:"网格编码"`
	Name string `json:"name" doc:"网格名称"`
	// Micro is the micro-grid of that day in it.
	Micro *Named `json:"micro,omitempty" doc:"那天的微网格"`
}
