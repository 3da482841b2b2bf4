package ward

import (
	"context"
	"encoding/json"

	"github.com/paulmach/orb"
)

// FeatureField is one property of the features of a collection.
type FeatureField struct {
	Name  string
	Title string // 中文 name
	Type  string // string, integer, number or boolean
}

// FeatureCollection is one register of map features as a geographic information
// system reads it. Like a tile it shows nothing personal and no count of people.
type FeatureCollection struct {
	ID       string
	Title    string // 中文 name
	Shape    string // Point, MultiLineString or MultiPolygon
	Dated    bool   // features are valid for some days; those of today unless asked otherwise
	Fields   []FeatureField
	Describe string
}

// FeatureCollections are all collections in the order they are listed.
func FeatureCollections() []FeatureCollection {
	text := func(name, title string) FeatureField { return FeatureField{name, title, "string"} }
	whole := func(name, title string) FeatureField { return FeatureField{name, title, "integer"} }
	number := func(name, title string) FeatureField { return FeatureField{name, title, "number"} }
	yes := func(name, title string) FeatureField { return FeatureField{name, title, "boolean"} }
	code, name, kind, grid := text("code", "编码"), text("name", "名称"), text("kind", "类别"), whole("grid", "所属网格")
	since, until := text("valid_from", "启用日期"), text("valid_to", "停用日期")
	return []FeatureCollection{
		{"area", "辖区", "MultiPolygon", true, []FeatureField{code, name, text("level", "级别"), whole("parent", "上级"), since, until}, "区、街道、社区的边界"},
		{"grid", "网格", "MultiPolygon", true, []FeatureField{code, name, kind, whole("community", "所属社区"), whole("branch", "网格党支部"), yes("white_spot", "空白点"), number("area", "面积（平方米）"), since, until}, "网格的边界，由地块推得"},
		{"building", "楼栋", "MultiPolygon", false, []FeatureField{code, name, text("number", "楼号"), text("address", "地址"), kind, whole("floors", "层数"), whole("units", "单元数"), grid}, "楼栋轮廓和今天所属的网格"},
		{"courtyard", "院落", "MultiPolygon", false, []FeatureField{code, name, kind}, "小区和院落"},
		{"ground", "地表", "MultiPolygon", false, []FeatureField{code, name, kind}, "水面、绿地、学校等"},
		{"road", "道路", "MultiLineString", false, []FeatureField{code, name, kind, yes("bridge", "桥")}, "道路、河道、铁路和围墙"},
		{"lane", "巷道", "MultiLineString", false, []FeatureField{code, name, text("paving", "路面"), yes("sewer", "下水道"), number("width", "宽度（米）")}, "巷道"},
		{"point", "服务点", "Point", false, []FeatureField{code, name, kind, text("address", "地址"), text("hours", "开放时间"), text("phone", "公开电话"), grid}, "居民可以去的服务场所"},
	}
}

// LookUpFeatureCollection finds a collection by its id; the error is NotFound.
func LookUpFeatureCollection(id string) (FeatureCollection, error) {
	for _, c := range FeatureCollections() {
		if c.ID == id {
			return c, nil
		}
	}
	return FeatureCollection{}, Errorf(NotFound, "没有这个数据集")
}

// FeatureCRS is a coordinate reference system features are written in.
type FeatureCRS struct {
	URI        string
	SRID       int
	NorthFirst bool // the first coordinate is the latitude
}

// FeatureSystems are the systems features can be had in, the default first.
func FeatureSystems() []FeatureCRS {
	return []FeatureCRS{
		{"http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326, false},
		{"http://www.opengis.net/def/crs/EPSG/0/4326", 4326, true},
		{"http://www.opengis.net/def/crs/EPSG/0/4490", 4490, true},
		{"http://www.opengis.net/def/crs/EPSG/0/3857", 3857, false},
	}
}

// Limits of a page of features.
const (
	FeatureDefaultLimit = 1000
	FeatureMaxLimit     = 10000
)

// FeatureQuery asks for a page of features in the order of their ids.
type FeatureQuery struct {
	Collection string
	CRS        FeatureCRS
	Limit      int
	After      int64       // the id the page before ended with
	Boxes      []orb.Bound // in the system with SRID BoxSRID, east and north; nil: everywhere
	BoxSRID    int
	Days       string // a daterange such as "[2026-01-01,2026-02-01)"; "": today
	Count      bool   // Matched is wanted
}

// Feature is one feature; Geometry and Properties are GeoJSON.
type Feature struct {
	ID         int64
	Geometry   json.RawMessage
	Properties json.RawMessage
}

// FeaturePage is one page of a collection.
type FeaturePage struct {
	Features []Feature
	More     bool
	Matched  int // all that match, when asked for
}

// FeatureStore reads the collections within the scope.
type FeatureStore interface {
	FeaturePage(ctx context.Context, s Scope, q FeatureQuery) (FeaturePage, error)
	Feature(ctx context.Context, s Scope, collection string, id int64, crs FeatureCRS) (Feature, error)
	// FeatureShapes reads the shapes of today's features with these ids as
	// GeoJSON; one outside the scope is left out. NotFound for no collection.
	FeatureShapes(ctx context.Context, s Scope, collection string, ids []int64) (map[int64]json.RawMessage, error)
	// NoteExport writes down that a register was taken out.
	NoteExport(ctx context.Context, s Scope, register, format string) error
	// Extent is the box around the scope in degrees; ok is false when it is empty.
	Extent(ctx context.Context, s Scope) (box orb.Bound, ok bool, err error)
}
