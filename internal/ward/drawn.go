package ward

import (
	"encoding/json"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"wangge/internal/geo"
)

// DrawnVertices is how many vertices a shape drawn for a question may have.
const DrawnVertices = 1000

// drawnFaults says in words what is wrong with a drawn shape.
var drawnFaults = map[geo.FaultKind]string{
	geo.FaultSyntax:   "不是 GeoJSON",
	geo.FaultDepth:    "图形嵌套太深",
	geo.FaultVertices: "图形的点太多，最多" + strconv.Itoa(DrawnVertices) + "个",
	geo.FaultNumber:   "坐标不是数字",
	geo.FaultRange:    "坐标超出经度 ±180、纬度 ±90 的范围",
	geo.FaultNull:     "没有图形",
	geo.FaultShape:    "图形写法不对",
}

// ReadDrawn reads a polygon or multipolygon somebody drew: a GeoJSON geometry or
// a feature, in degrees. Its rings are closed; whether they cross is the store's
// to say. The error is Invalid, or TooLarge for too many vertices.
func ReadDrawn(text []byte) (orb.MultiPolygon, error) {
	faults := geo.Scan(text, geo.Limits{Depth: 8, Vertices: DrawnVertices, Degrees: true})
	if len(faults) > 0 {
		return nil, badShape(drawnFaults[faults[0].Kind])
	}
	var head struct {
		Type     string          `json:"type"`
		Geometry json.RawMessage `json:"geometry"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, badShape(drawnFaults[geo.FaultShape])
	}
	if head.Type == "Feature" {
		text = head.Geometry
	}
	g, err := geojson.UnmarshalGeometry(text)
	if err != nil {
		return nil, badShape(drawnFaults[geo.FaultShape])
	}
	var shape orb.MultiPolygon
	switch drawn := g.Geometry().(type) {
	case orb.Polygon:
		shape = orb.MultiPolygon{drawn}
	case orb.MultiPolygon:
		shape = drawn
	default:
		return nil, badShape("应为多边形（Polygon 或 MultiPolygon）")
	}
	if shape = geo.Tidy(shape); len(shape) == 0 {
		return nil, badShape("图形没有面积")
	}
	return shape, nil
}

func badShape(message string) error {
	return &Error{Code: Invalid, Message: message, Fields: []FieldError{{Field: "shape", Message: message}}}
}

// shapeReasons are what PostGIS finds wrong with a polygon, in words.
var shapeReasons = map[string]string{
	"Self-intersection":                    "边线自相交",
	"Ring Self-intersection":               "边线在一点上重合自交",
	"Hole lies outside shell":              "洞在外边界之外",
	"Holes are nested":                     "洞里还有洞",
	"Nested shells":                        "一块在另一块里面",
	"Interior is disconnected":             "洞把图形分成了几块",
	"Duplicate Rings":                      "有重复的边线",
	"Too few points in geometry component": "点太少，围不成面",
}

// InvalidShape is the refusal of a polygon for a reason PostGIS gives, at a
// place in degrees.
func InvalidShape(reason string, at orb.Point) error {
	said, known := shapeReasons[reason]
	if !known {
		said = "图形不成面"
	}
	return badShape("图形无效：" + said + "(约在经度 " + strconv.FormatFloat(at[0], 'f', 6, 64) + "、纬度 " + strconv.FormatFloat(at[1], 'f', 6, 64) + ")")
}

// ReadCourse reads a line somebody drew: a GeoJSON LineString or
// MultiLineString, in degrees, each part of two places or more. The error is
// Invalid.
func ReadCourse(text []byte) (orb.MultiLineString, error) {
	if faults := geo.Scan(text, geo.Limits{Depth: 8, Vertices: DrawnVertices, Degrees: true}); len(faults) > 0 {
		return nil, badShape(drawnFaults[faults[0].Kind])
	}
	g, err := geojson.UnmarshalGeometry(text)
	if err != nil {
		return nil, badShape(drawnFaults[geo.FaultShape])
	}
	var course orb.MultiLineString
	switch drawn := g.Geometry().(type) {
	case orb.LineString:
		course = orb.MultiLineString{drawn}
	case orb.MultiLineString:
		course = drawn
	default:
		return nil, badShape("应为线（LineString 或 MultiLineString）")
	}
	for _, part := range course {
		if len(part) < 2 || part[0] == part[len(part)-1] && len(part) == 2 {
			return nil, badShape("线的每一段至少要两个不同的点")
		}
	}
	if len(course) == 0 {
		return nil, badShape("没有图形")
	}
	return course, nil
}
