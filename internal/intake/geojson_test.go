package intake

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

const square = `[[[121.4,31.2],[121.5,31.2],[121.5,31.3],[121.4,31.3],[121.4,31.2]]]`

func feature(id, properties, geometry string) string {
	return `{"type":"Feature","id":` + id + `,"properties":` + properties + `,"geometry":` + geometry + `}`
}

func polygon(coordinates string) string {
	return `{"type":"Polygon","coordinates":` + coordinates + `}`
}

func collection(features ...string) string {
	return `{"type":"FeatureCollection","name":"x","features":[` + strings.Join(features, ",\n") + `]}`
}

func TestFeaturesAreCutOutOfAnyFormOfGeoJSON(t *testing.T) {
	t.Parallel()
	a, b := feature("1", `{"name":"a \"]}\\"}`, polygon(square)), feature("2", `{}`, "null")
	for name, text := range map[string]string{
		"collection":               collection(a, b),
		"features first":           `{"features":[` + a + "," + b + `],"type":"FeatureCollection","bbox":[1,2,3,4]}`,
		"lines":                    a + "\n" + b + "\n",
		"record separators":        "\x1e" + a + "\n\x1e" + b,
		"two collections":          collection(a) + collection(b),
		"features inside a member": `{"type":"FeatureCollection","meta":{"features":[1]},"features":[` + a + "," + b + `]}`,
	} {
		s := splitter{in: bufio.NewReader(strings.NewReader(text)), largest: 1 << 20}
		var got []string
		for {
			f, err := s.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got = append(got, string(f))
		}
		if len(got) != 2 || got[0] != a || got[1] != b {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestGeoJSONThatCannotBeReadSaysWhy(t *testing.T) {
	t.Parallel()
	limits := DefaultLimits()
	limits.Feature = 1000
	for _, c := range []struct{ name, text, say string }{
		{"cut short", collection(feature("1", "{}", polygon(square)))[:150], "文件不完整"},
		{"not GeoJSON", "<html></html>", "不是 GeoJSON"},
		{"a feature too large", collection(feature("1", `{"name":"`+strings.Repeat("x", 2000)+`"}`, "null")), "有一个要素超过"},
		{"an unknown system", `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2437"}},"features":[]}`, "EPSG:4326"},
	} {
		s, last := Open(t.Context(), file(t, "buildings.geojson", c.text), Options{Limits: limits})
		if last == nil {
			for _, last = range s.Records(t.Context()) {
			}
		}
		if last == nil || !strings.Contains(ward.ErrorMessage(last), c.say) {
			t.Errorf("%s: %v, want %q", c.name, last, c.say)
		}
	}
}

func TestHostileGeometryIsAFindingOfItsFeature(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"type":"GeometryCollection","geometries":[`, 5000) + strings.Repeat(`]}`, 5000)
	for name, geometry := range map[string]string{
		"null":                   "null",
		"a null member":          `{"type":"GeometryCollection","geometries":[null]}`,
		"nested":                 deep,
		"text for numbers":       polygon(`[[["121","31"],["121","32"],["122","31"],["121","31"]]]`),
		"infinite":               polygon(`[[[1e999,31],[121,32],[122,31],[121,31]]]`),
		"metres":                 polygon(`[[[351234,3456789],[351244,3456789],[351244,3456799],[351234,3456789]]]`),
		"a point":                `{"type":"Point","coordinates":[121,31]}`,
		"no area":                polygon(`[[[121,31],[121,32],[121,31]]]`),
		"empty":                  polygon(`[]`),
		"outside China":          polygon(`[[[0,0],[1,0],[1,1],[0,0]]]`),
		"not an object":          `[1,2]`,
		"an unknown type":        `{"type":"Circle","coordinates":[121,31]}`,
		"coordinates of another": `{"type":"Polygon","coordinates":[121,31]}`,
	} {
		got := readAll(t, file(t, "buildings.geojson", collection(feature("1", "{}", geometry), feature("2", "{}", polygon(square)))), Options{})
		if got.rows != 2 || got.bad != 1 || !got.records[0].Bad() || got.records[0].Findings[0].Field != "图形" {
			t.Errorf("%s: %d rows, %d bad, %v", name, got.rows, got.bad, got.records[0].Findings)
		}
	}
}

func TestShapesAreBroughtIntoForm(t *testing.T) {
	t.Parallel()
	clockwise := polygon(`[[[121.4,31.2],[121.4,31.3],[121.5,31.3],[121.5,31.3],[121.5,31.2]]]`)
	got := readAll(t, file(t, "buildings.geojson", collection(feature(`"a"`, `{"building:levels":"6"}`, clockwise))), Options{})
	if got.bad != 0 {
		t.Fatal(got.records[0].Findings)
	}
	shape := got.records[0].Shape.(orb.MultiPolygon)
	if ring := shape[0][0]; len(ring) != 5 || ring[0] != ring[4] || ring.Orientation() != orb.CCW {
		t.Errorf("%v", ring)
	}
	if len(got.file) != 3 { // closed, repeats dropped, turned
		t.Errorf("%v", got.file)
	}
	if got.records[0].Values["floors"] != 6 || got.records[0].Values["code"] != "a" {
		t.Errorf("%v", got.records[0].Values)
	}
}

func TestHeightsSpikesAndSliversAreToldOf(t *testing.T) {
	t.Parallel()
	spiked := polygon(`[[[121.4,31.2,5],[121.5,31.2,5],[121.5,31.25,5],[121.6,31.25,5],[121.5,31.25,5],[121.5,31.3,5],[121.4,31.3,5],[121.4,31.2,5]]]`)
	sliver := polygon(`[[[121.4,31.2],[121.400005,31.2],[121.400005,31.200005],[121.4,31.2]]]`)
	got := readAll(t, file(t, "buildings.geojson", collection(feature(`"a"`, `{}`, spiked), feature(`"b"`, `{}`, sliver))), Options{})
	if got.bad != 0 || got.rows != 2 {
		t.Fatalf("%+v", got)
	}
	if ring := got.records[0].Shape.(orb.MultiPolygon)[0][0]; len(ring) != 6 {
		t.Errorf("%v", ring)
	}
	said := map[string]string{}
	for _, f := range got.file {
		said[f.Message] = f.Done
	}
	for _, want := range []string{
		"1个图形有尖刺（宽不足1厘米的折返）（第1个要素）", "1个图形带有高程（Z）或测量值（M）（第1个要素）", "1个图形有不足1平方米的碎片（第2个要素）",
	} {
		if said[want] == "" {
			t.Errorf("nothing about %s in %v", want, said)
		}
	}
}

func TestRepeatedIdsGetCodesOfTheirOwn(t *testing.T) {
	t.Parallel()
	other := strings.ReplaceAll(square, "121.4", "121.45")
	text := collection(feature("-7", "{}", polygon(square)), feature("-7", "{}", polygon(square)), feature("-7", "{}", polygon(other)), `{"type":"Feature","properties":{},"geometry":`+polygon(other)+`}`)
	codes := func() []string {
		out := []string{}
		for _, r := range readAll(t, file(t, "buildings.geojson", text), Options{}).records {
			out = append(out, r.Values["code"].(string))
		}
		return out
	}
	got := codes()
	if len(got) != 3 || got[0] != "n7" || !strings.HasPrefix(got[1], "n7-") || !strings.HasPrefix(got[2], "b") {
		t.Fatalf("%v", got)
	}
	again := codes()
	for i := range got {
		if got[i] != again[i] {
			t.Errorf("read again: %s, was %s", again[i], got[i])
		}
	}
}

func TestLongNumbersKeepTheirDigits(t *testing.T) {
	t.Parallel()
	got := readAll(t, file(t, "buildings.geojson", collection(feature("1", `{"code":310106013001999999}`, polygon(square)))), Options{})
	if got.records[0].Values["code"] != "310106013001999999" {
		t.Errorf("%v", got.records[0].Values)
	}
}
