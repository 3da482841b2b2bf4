package ward

import (
	"time"

	"github.com/paulmach/orb"
)

// Area is 辖区: a node of the tree district → street → community; grids hang
// below communities.
type Area struct {
	ID        int64     `json:"id"`
	Code      string    `json:"code" doc:"编码"`
	Name      string    `json:"name" doc:"名称"`
	Level     string    `json:"level" enum:"district,street,community" doc:"级别"`
	Scheme    string    `json:"scheme" enum:"party,police,city" doc:"体系"`
	Parent    *int64    `json:"parent" doc:"上级"`
	Path      string    `json:"path" doc:"辖区路径"`
	ValidFrom string    `json:"validFrom" format:"date" doc:"启用日期"`
	Label     orb.Point `json:"label" doc:"注记点 [经度,纬度]"`
	Bounds    []float64 `json:"bounds" doc:"范围 [西,南,东,北]"`
	Version   int64     `json:"version"`
	UpdatedAt time.Time `json:"updatedAt" doc:"更新时间"`
}
