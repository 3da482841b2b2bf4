package ward

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"wangge/internal/geo"
)

// PlanAssignment is one row of an assignment table (对照表): a cell by number or
// a building by code, and the code of its grid.
type PlanAssignment struct {
	Row      int
	Cell     int64
	Building string
	Grid     string
}

// PlanPolygon is one drawn grid of an imported plan, in degrees.
type PlanPolygon struct {
	Code, Name string
	Shape      orb.MultiPolygon
}

// Names a column may have, the first the one we write.
var (
	cellColumns     = []string{"地块", "地块编号", "cell"}
	buildingColumns = []string{"楼栋", "楼栋编码", "building", "building_code"}
	gridColumns     = []string{"网格", "网格编码", "grid", "grid_code"}
)

// ReadAssignments reads an assignment table: UTF-8 CSV with a header that names
// 地块 or 楼栋, and 网格. The error is Invalid with a field for each bad row, at
// most twenty.
func ReadAssignments(text string) ([]PlanAssignment, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	header, err := r.Read()
	if err != nil {
		return nil, badAssignment("对照表是空的，第一行应为“地块,网格”或“楼栋,网格”")
	}
	cell, building, grid := column(header, cellColumns), column(header, buildingColumns), column(header, gridColumns)
	if grid < 0 || cell < 0 && building < 0 {
		return nil, badAssignment("第一行应为“地块,网格”或“楼栋,网格”")
	}
	var out []PlanAssignment
	var c Check
	for row := 2; ; row++ {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, badAssignment("第" + strconv.Itoa(row) + "行不是正确的CSV，请检查引号")
		}
		a := PlanAssignment{Row: row, Building: field(record, building), Grid: field(record, grid)}
		a.Cell, _ = strconv.ParseInt(field(record, cell), 10, 64)
		if a.Grid == "" || a.Cell <= 0 && a.Building == "" {
			c.Field(len(c.fields) >= 20, "text", "第"+strconv.Itoa(row)+"行：要有地块编号或楼栋编码，并写明网格编码")
			continue
		}
		out = append(out, a)
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, badAssignment("对照表里没有内容")
	}
	return out, nil
}

func badAssignment(message string) error {
	return &Error{Code: Invalid, Message: message, Fields: []FieldError{{"text", message}}}
}

func column(header, names []string) int {
	return slices.IndexFunc(header, func(h string) bool { return slices.Contains(names, strings.ToLower(strings.TrimSpace(h))) })
}

func field(record []string, i int) string {
	if i < 0 || i >= len(record) {
		return ""
	}
	return strings.TrimSpace(record[i])
}

// ReadPlanPolygons reads drawn grids: a GeoJSON FeatureCollection in degrees
// whose features have a code (code, 编码, grid) or a name (name, 名称). Invalid
// says which feature is wrong.
func ReadPlanPolygons(text string) ([]PlanPolygon, error) {
	if faults := geo.Scan([]byte(text), geo.DefaultLimits()); len(faults) > 0 {
		return nil, badAssignment("图形文件有误：请交 GeoJSON（经纬度），每个图形不超过5万个点")
	}
	fc, err := geojson.UnmarshalFeatureCollection([]byte(text))
	if err != nil || len(fc.Features) == 0 {
		return nil, badAssignment("图形文件应为 GeoJSON FeatureCollection")
	}
	var out []PlanPolygon
	for i, f := range fc.Features {
		shape, ok := geo.Multi(f.Geometry)
		if shape = geo.Tidy(shape); !ok || len(shape) == 0 {
			return nil, badAssignment("第" + strconv.Itoa(i+1) + "个图形不是面")
		}
		p := PlanPolygon{Code: property(f, "code", "编码", "grid"), Name: property(f, "name", "名称"), Shape: shape}
		if p.Code == "" && p.Name == "" {
			return nil, badAssignment("第" + strconv.Itoa(i+1) + "个图形没有编码（code）或名称（name）")
		}
		out = append(out, p)
	}
	return out, nil
}

func property(f *geojson.Feature, names ...string) string {
	for _, n := range names {
		switch v := f.Properties[n].(type) {
		case string:
			if v != "" {
				return strings.TrimSpace(v)
			}
		case float64:
			return strconv.FormatInt(int64(v), 10)
		}
	}
	return ""
}
