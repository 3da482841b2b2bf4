package ward

import (
	"context"
	"math"

	"github.com/paulmach/orb"
)

// PlaceAt is what a point lies in, from the grid up to the district. Street and
// district are absent where the tree of areas has none.
type PlaceAt struct {
	Grid      Named  `json:"grid" doc:"网格"`
	GridCode  string `json:"gridCode" doc:"网格编码"`
	Micro     *Named `json:"micro,omitempty" doc:"微网格"`
	Community Named  `json:"community" doc:"社区"`
	Street    *Named `json:"street,omitempty" doc:"街道"`
	District  *Named `json:"district,omitempty" doc:"区"`
	Building  *Named `json:"building,omitempty" doc:"所在楼栋"`
}

// Near is one thing near a point.
type Near struct {
	Noun     string    `json:"noun" doc:"类型"`
	ID       int64     `json:"id"`
	Name     string    `json:"name" doc:"名称"`
	Kind     string    `json:"kind" doc:"类别"`
	Metres   float64   `json:"metres" doc:"直线距离（米）"`
	Location orb.Point `json:"location" doc:"位置"`
}

// NearNouns are what Nearest finds.
func NearNouns() []string { return []string{"point", "team", "hub", "building"} }

// Statistics counts what lies inside a drawn shape and inside the territory.
// Hardship is a text because few are not told: "<3".
type Statistics struct {
	Area       float64 `json:"area" doc:"图形面积（平方米）"`
	Buildings  int     `json:"buildings" doc:"楼栋数"`
	Households int     `json:"households" doc:"户数"`
	Persons    int     `json:"persons" doc:"人数"`
	Members    int     `json:"members" doc:"党员数"`
	Hubs       int     `json:"hubs" doc:"党员中心户数"`
	Points     int     `json:"points" doc:"服务点数"`
	Open       int     `json:"open" doc:"未结事件数"`
	Visits     int     `json:"visits" doc:"本月走访数"`
	Hardship   string  `json:"hardship" doc:"困难户数；不足3户时只写“<3”"`
}

// Finders answer questions about places.
type Finders interface {
	// At says what a point lies in; not_found outside the scope.
	At(ctx context.Context, s Scope, at orb.Point) (PlaceAt, error)
	// Nearest lists the things of a noun nearest first, by straight line.
	Nearest(ctx context.Context, s Scope, noun string, at orb.Point, limit int) ([]Near, error)
	// Statistics counts inside a shape in degrees; invalid for a bad shape, with
	// the reason.
	Statistics(ctx context.Context, s Scope, shape orb.MultiPolygon) (Statistics, error)
}

// CheckPosition holds a position in degrees to the earth; NaN and infinite
// numbers are Invalid too.
func CheckPosition(at orb.Point) error {
	var c Check
	c.Field(math.Abs(at[0]) <= 180, "lon", "经度应在 -180 到 180 之间") // false for NaN
	c.Field(math.Abs(at[1]) <= 90, "lat", "纬度应在 -90 到 90 之间")
	return c.Err()
}
