package geo

import (
	"strings"
	"testing"

	"github.com/paulmach/orb/geojson"
)

const oneSquare = `[[[[121,31],[121.1,31],[121.1,31.1],[121,31]]]]`

func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

func feature(geometry string) string {
	return `{"type":"Feature","properties":{"coordinates":[null],"a":{"b":["]"]}},"geometry":` + geometry + `}`
}

func TestScan(t *testing.T) {
	t.Parallel()
	good := feature(`{"type":"MultiPolygon","coordinates":` + oneSquare + `}`)
	deep := strings.Repeat(`{"type":"GeometryCollection","geometries":[`, 5) + `]}` + strings.Repeat(`]}`, 4)
	for _, c := range []struct {
		name, in, want string
	}{
		{"collection", collection(good, good), ""},
		{"feature", good, ""},
		{"bare geometry", `{"type":"Point","coordinates":[121,31,4.5]}`, ""},
		{"collection in a feature", feature(`{"type":"GeometryCollection","geometries":[{"type":"MultiPolygon","coordinates":` + oneSquare + `}]}`), ""},
		{"empty", ``, "feature -1: syntax at byte 0"},
		{"cut off", `{"type":`, "feature -1: syntax at byte 8"},
		{"an array", `[]`, "feature -1: syntax at $"},
		{"null feature", collection(good, `null`), "feature 1: null at "},
		{"null geometry", collection(good, feature(`null`)), "feature 1: null at geometry"},
		{"no geometry", collection(`{"type":"Feature"}`), "feature 0: null at geometry"},
		{"geometry of nothing", collection(feature(`{}`)), "feature 0: null at geometry"},
		{
			"null member", collection(feature(`{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},null]}`)),
			"feature 0: null at geometry.geometries[1]",
		},
		{"null coordinates", collection(feature(`{"type":"Point","coordinates":null}`)), "feature 0: shape at geometry.coordinates"},
		{"null ordinate", collection(feature(`{"type":"Point","coordinates":[1,null]}`)), "feature 0: number at geometry.coordinates"},
		{"text ordinate", collection(feature(`{"type":"Point","coordinates":[1,"2"]}`)), "feature 0: number at geometry.coordinates"},
		{"infinite", collection(feature(`{"type":"Point","coordinates":[1,1e999]}`)), "feature 0: number at geometry.coordinates"},
		{"one ordinate", collection(feature(`{"type":"Point","coordinates":[1]}`)), "feature 0: shape at geometry.coordinates"},
		{"empty position", collection(feature(`{"type":"LineString","coordinates":[[]]}`)), "feature 0: shape at geometry.coordinates[0]"},
		{"mixed", collection(feature(`{"type":"LineString","coordinates":[1,[2,3]]}`)), "feature 0: shape at geometry.coordinates"},
		{
			"swapped axes", collection(good, feature(`{"type":"LineString","coordinates":[[31,12],[31,121]]}`)),
			"feature 1: range at geometry.coordinates[1]",
		},
		{"nested collections", collection(feature(deep)), "feature 0: depth at geometry.geometries[0].geometries[0].geometries[0].geometries[0]"},
		{"escaped name", collection(`{"type":"Feature","geometr\u0079":{"type":"Point","coordinates":[]}}`), "feature 0: shape at geometry.coordinates"},
		{"other case", collection(`{"type":"Feature","GEOMETRY":{"type":"Point","Coordinates":[]}}`), "feature 0: shape at geometry.coordinates"},
	} {
		got := ""
		if faults := Scan([]byte(c.in), DefaultLimits()); len(faults) > 0 {
			got = strings.TrimPrefix(faults[0].Error(), "scan geojson: ")
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestScanGoesOnAfterABadFeature(t *testing.T) {
	t.Parallel()
	in := collection(feature(`null`), feature(`{"type":"Point","coordinates":[1,2]}`), `7`, feature(`{"type":"Point","coordinates":[1,200]}`))
	var at []int
	for _, f := range Scan([]byte(in), DefaultLimits()) {
		at = append(at, f.Feature)
	}
	if len(at) != 3 || at[0] != 0 || at[1] != 2 || at[2] != 3 {
		t.Errorf("faults at features %v, want 0, 2 and 3", at)
	}
}

func TestScanCountsVertices(t *testing.T) {
	t.Parallel()
	line := func(n int) []byte {
		return []byte(`{"type":"LineString","coordinates":[` + strings.Repeat("[1,2],", n-1) + `[1,2]]}`)
	}
	if f := Scan(line(50_000), DefaultLimits()); f != nil {
		t.Errorf("50,000 vertices: %v", f)
	}
	if f := Scan(line(50_001), DefaultLimits()); len(f) != 1 || f[0].Kind != FaultVertices {
		t.Errorf("50,001 vertices: %v", f)
	}
	if f := Scan([]byte(`{"type":"Point","coordinates":[40500000,3450000]}`), Limits{Depth: 8, Vertices: 1}); f != nil {
		t.Errorf("metres under limits without degrees: %v", f)
	}
}

// FuzzScan: what Scan lets through, orb decodes without a panic and without
// making up positions.
func FuzzScan(f *testing.F) {
	f.Add([]byte(collection(feature(`{"type":"MultiPolygon","coordinates":` + oneSquare + `}`))))
	f.Add([]byte(`{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},null]}`))
	f.Add([]byte(`{"features":[null],"GEOMETRIES":[{}],"coordinateſ":[[]]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if Scan(data, DefaultLimits()) != nil {
			return
		}
		if fc, err := geojson.UnmarshalFeatureCollection(data); err == nil {
			for _, feature := range fc.Features {
				_ = feature.Geometry.Bound()
			}
		}
		if feature, err := geojson.UnmarshalFeature(data); err == nil && feature.Geometry != nil {
			_ = feature.Geometry.Bound()
		}
		if g, err := geojson.UnmarshalGeometry(data); err == nil {
			_ = g.Geometry()
		}
	})
}
