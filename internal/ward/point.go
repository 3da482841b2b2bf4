package ward

import (
	"strconv"
	"time"

	"github.com/paulmach/orb"
)

// PointAreaNorm is how large a service centre is at least, in m², unless the
// dictionary says otherwise.
const PointAreaNorm = 300

// Point is 服务点: a room people can go to.
type Point struct {
	ID        int64     `json:"id"`
	Code      string    `json:"code" doc:"编码"`
	Name      string    `json:"name" doc:"名称"`
	Kind      string    `json:"kind" doc:"类别"`
	Building  *int64    `json:"building" doc:"楼栋"`
	Address   string    `json:"address" doc:"地址"`
	Area      *float64  `json:"area" doc:"面积（平方米）"`
	Seats     *int      `json:"seats" doc:"座位数"`
	Hours     string    `json:"hours" doc:"开放时间"`
	Services  []string  `json:"services" doc:"服务事项"`
	Phone     string    `json:"phone" doc:"公开电话"`
	HasBasics bool      `json:"hasBasics" doc:"六必有齐全"`
	Grid      *int64    `json:"grid" doc:"网格"`
	GridName  string    `json:"gridName" doc:"网格名称"`
	Location  orb.Point `json:"location" doc:"位置"`
	Version   int64     `json:"version"`
	UpdatedAt time.Time `json:"updatedAt" doc:"更新时间"`
}

// PointCard is a point with its rooms and what it lacks against the norm.
type PointCard struct {
	Point
	Rooms []string `json:"rooms" doc:"房间"`
	Lacks []string `json:"lacks" doc:"未达标项"`
}

// Lacking says what a point misses against the norm, in words; least is how
// large a service centre should be, in m².
func (p Point) Lacking(least int) []string {
	out := []string{}
	if p.Kind == "service_centre" && (p.Area == nil || *p.Area < float64(least)) {
		out = append(out, "面积不足"+strconv.Itoa(least)+"平方米")
	}
	if !p.HasBasics {
		out = append(out, "“六必有”未齐全")
	}
	if p.Hours == "" {
		out = append(out, "未公布开放时间")
	}
	return out
}
