package ward

import (
	"strings"
	"testing"
)

func TestADrawnShapeIsReadOrRefusedInWords(t *testing.T) {
	t.Parallel()
	square := `[[[120,30],[121,30],[121,31],[120,31]]]`
	for _, good := range []string{
		`{"type":"Polygon","coordinates":` + square + `}`,
		`{"type":"MultiPolygon","coordinates":[` + square + `]}`,
		`{"type":"Feature","properties":null,"geometry":{"type":"Polygon","coordinates":` + square + `}}`,
	} {
		if shape, err := ReadDrawn([]byte(good)); err != nil || len(shape) != 1 || len(shape[0][0]) != 5 {
			t.Errorf("%s: %v %v", good, shape, err)
		}
	}
	for text, want := range map[string]string{
		``: "GeoJSON", `[]`: "GeoJSON", `{}`: "图形", `{"type":"Feature","geometry":null}`: "图形",
		`{"type":"Point","coordinates":[1,2]}`:                                             "多边形",
		`{"type":"Polygon","coordinates":[[[1e999,0],[1,0],[1,1]]]}`:                       "坐标",
		`{"type":"Polygon","coordinates":[[[1000,0],[1,0],[1,1]]]}`:                        "超出",
		`{"type":"Polygon","coordinates":[[[0,0],[1,0],[2,0],[0,0]]]}`:                     "面积",
		`{"type":"Polygon","coordinates":[[[0,0],[null,0],[2,0],[0,0]]]}`:                  "坐标",
		`{"type":"Polygon","coordinates":[[` + strings.Repeat(`[1,1],`, 1000) + `[2,2]]]}`: "1000",
		`{"type":"GeometryCollection","geometries":[null]}`:                                "图形",
		`{"type":"FeatureCollection","features":[]}`:                                       "图形",
	} {
		if _, err := ReadDrawn([]byte(text)); ErrorCode(err) != Invalid || !strings.Contains(ErrorMessage(err), want) {
			t.Errorf("%.60s: %v, want %s", text, err, want)
		}
	}
}
