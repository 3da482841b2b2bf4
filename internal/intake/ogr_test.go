package intake

import (
	"archive/zip"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"wangge/internal/ward"
)

// converted makes a file of another format out of GeoJSON; args go to ogr2ogr.
func converted(t *testing.T, name, text string, args ...string) string {
	t.Helper()
	program, err := exec.LookPath("ogr2ogr")
	if err != nil {
		t.Skip("ogr2ogr is not installed (gdal-bin)")
	}
	path := filepath.Join(t.TempDir(), name)
	convert(t, program, path, text, args...)
	return path
}

func convert(t *testing.T, program, path, text string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, append([]string{path, file(t, "in.geojson", text)}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ogr2ogr: %v: %s", err, out)
	}
}

func twoBuildings() string {
	return collection(
		feature("1", `{"code":"H1","name":"绿地大厦","building":"commercial"}`, polygon(square)),
		feature("2", `{"code":"H2","name":"锦绣公寓","building":"residential"}`, polygon(strings.ReplaceAll(square, "121.4", "121.6"))),
	)
}

func oneRoad() string {
	return collection(feature("1", `{"code":"R1","name":"红旗路","kind":"支路"}`, `{"type":"LineString","coordinates":[[121.4,31.2],[121.5,31.2]]}`))
}

func TestFormatsOfGDALAreRead(t *testing.T) {
	t.Parallel()
	kml := converted(t, "buildings.kml", twoBuildings(), "-f", "LIBKML")
	text, err := os.ReadFile(kml)
	if err != nil {
		t.Fatal(err)
	}
	for format, path := range map[string]string{
		"GeoPackage":            converted(t, "buildings.gpkg", twoBuildings(), "-f", "GPKG"),
		"GeoPackage in metres":  converted(t, "buildings.gpkg", twoBuildings(), "-f", "GPKG", "-t_srs", "EPSG:4549"),
		"KML":                   kml,
		"KMZ":                   book(t, "buildings.kmz", map[string]string{"../../etc/图层.KML": string(text), "files/a.png": ""}),
		"a layer of other name": converted(t, "buildings.gpkg", twoBuildings(), "-f", "GPKG", "-nln", "图层 1"),
	} {
		got := readAll(t, path, Options{})
		if got.rows != 2 || got.bad != 0 {
			t.Errorf("%s: %v", format, got.records)
			continue
		}
		if v := got.records[0]; v.Values["name"] != "绿地大厦" || v.Values["code"] != "H1" || !near(v.Shape.Bound().Center(), [2]float64{121.45, 31.25}) {
			t.Errorf("%s: %v", format, v)
		}
	}
}

func TestADrawingIsReadWithTheSystemPeopleGive(t *testing.T) {
	t.Parallel()
	path := converted(t, "buildings.dxf", twoBuildings(), "-f", "DXF", "-t_srs", "EPSG:4549", "-select", "")
	asked := readAll(t, path, Options{})
	if asked.bad != 2 || len(asked.file) == 0 || !strings.Contains(asked.file[0].Message, "DXF 的坐标系") || !strings.Contains(asked.file[0].Message, "-crs") {
		t.Errorf("without a system: %v %v", asked.records, asked.file)
	}
	got := readAll(t, path, Options{CRS: "EPSG:4549"})
	if got.rows != 2 || got.bad != 0 || !near(got.records[0].Shape.Bound().Center(), [2]float64{121.45, 31.25}) {
		t.Fatalf("%v %v", got.records, got.file)
	}
	if code, _ := got.records[0].Values["code"].(string); code == "" {
		t.Error("a drawing without codes got none")
	}
}

func TestTheLayerOfAFileIsFoundOrAskedFor(t *testing.T) {
	t.Parallel()
	town := converted(t, "town.gpkg", twoBuildings(), "-f", "GPKG", "-nln", "甲")
	program, err := exec.LookPath("ogr2ogr")
	if err != nil {
		t.Fatal(err)
	}
	convert(t, program, town, oneRoad(), "-update", "-nln", "road")
	convert(t, program, town, twoBuildings(), "-update", "-nln", "乙")
	folder := func(name string) string {
		return "<Folder><name>" + name + "</name><Placemark><name>站</name><Point><coordinates>121,31</coordinates></Point></Placemark></Folder>"
	}
	hostile := file(t, "town.kml", `<kml xmlns="http://www.opengis.net/kml/2.2"><Document>`+folder("-sql")+folder("b")+"</Document></kml>")
	for _, c := range []struct{ path, sheet, layer, fails string }{
		{town, "roads", "", ""},
		{town, "buildings", "甲", ""},
		{town, "buildings", "", "有3个图层；请用 -layer"},
		{town, "buildings", "丙", "没有名为“丙”的图层"},
		{hostile, "points", "", "有2个图层"},
		{hostile, "points", "-sql", "不能以 - 开头"},
	} {
		s, err := Open(t.Context(), c.path, Options{Sheet: c.sheet, Layer: c.layer})
		if c.fails != "" {
			if err == nil || !strings.Contains(ward.ErrorMessage(err), c.fails) {
				t.Errorf("%s %q: %v, want %q", c.sheet, c.layer, err, c.fails)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for r, err := range s.Records(t.Context()) {
			if err != nil || r.Bad() {
				t.Errorf("%s %q: %v %v", c.sheet, c.layer, err, r.Findings)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestFilesThatAreNotWhatTheirNameSaysAreRefused(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		t.Skip("ogr2ogr is not installed (gdal-bin)")
	}
	// A virtual file would make GDAL open whatever it names.
	virtual := `<OGRVRTDataSource><OGRVRTLayer name="buildings"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>`
	for name, c := range map[string]struct {
		path string
		code ward.Code
		say  string
	}{
		"a virtual KML":        {file(t, "buildings.kml", virtual), ward.Invalid, "内容不是 KML"},
		"a virtual file, both": {file(t, "buildings.kml", virtual+"<kml/>"), ward.Invalid, "GDAL 读不了"},
		"a virtual GeoPackage": {file(t, "buildings.gpkg", virtual), ward.Invalid, "内容不是 GeoPackage"},
		"a broken GeoPackage":  {file(t, "buildings.gpkg", "SQLite format 3\x00"), ward.Invalid, "GDAL 读不了"},
		"no drawing":           {file(t, "buildings.dxf", "AC1015"), ward.Invalid, "内容不是 DXF"},
		"no map":               {file(t, "buildings.osm.pbf", "x"), ward.Invalid, "内容不是 OpenStreetMap"},
		"a KMZ of nothing":     {book(t, "buildings.kmz", map[string]string{"a.txt": ""}), ward.Invalid, "没有 .kml"},
		"a KMZ that is none":   {file(t, "buildings.kmz", "PK"), ward.Invalid, "KMZ 打不开"},
		"a bomb":               {book(t, "buildings.kmz", map[string]string{"doc.kml": strings.Repeat(" ", 32<<20)}), ward.TooLarge, "解开后太大"},
		"a virtual shapefile":  {zipped(t, map[string][]byte{"a.shp": []byte(virtual), "a.shx": {1}, "a.dbf": {1}}), ward.Invalid, "内容不是 Shapefile"},
	} {
		_, err := Open(t.Context(), c.path, Options{Set: map[string]string{}})
		if ward.ErrorCode(err) != c.code || !strings.Contains(ward.ErrorMessage(err), c.say) {
			t.Errorf("%s: %v, want %s %q", name, err, c.code, c.say)
		}
	}
}

func TestNamesInAZipMayBeGBK(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range parts(t, "红旗街道/") {
		gbk, err := simplifiedchinese.GBK.NewEncoder().String(name)
		if err != nil {
			t.Fatal(err)
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: gbk, NonUTF8: true, Method: zip.Deflate})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	// As many bytes, none of them UTF-8: another layer, not another part of this one.
	other, err := simplifiedchinese.GBK.NewEncoder().String("红旗街道/小区.prj")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.CreateHeader(&zip.FileHeader{Name: other, NonUTF8: true}); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	got := communities(t, file(t, "areas.zip", b.String()))
	if got.rows != 2 || got.bad != 0 || got.records[0].Values["name"] != "绿地社区" {
		t.Errorf("%v", got.records)
	}
}

// smallTown is OpenStreetMap data as its editors save it.
const smallTown = `<?xml version="1.0"?><osm version="0.6">
<node id="1" lat="31.20" lon="121.40"/><node id="2" lat="31.20" lon="121.41"/><node id="3" lat="31.21" lon="121.41"/><node id="4" lat="31.21" lon="121.40"/>
<node id="5" lat="31.205" lon="121.405"><tag k="amenity" v="library"/><tag k="name" v="静安图书馆"/></node>
<way id="7"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/><tag k="building" v="residential"/><tag k="building:levels" v="6"/><tag k="name" v="锦绣公寓"/><tag k="addr:street" v="红旗路"/></way>
<way id="8"><nd ref="1"/><nd ref="3"/><tag k="highway" v="primary_link"/><tag k="bridge" v="yes"/></way>
<way id="9"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="1"/><tag k="landuse" v="grass"/></way>
</osm>`

func TestEachNounTakesItsOwnOutOfOpenStreetMap(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		t.Skip("ogr2ogr is not installed (gdal-bin)")
	}
	path := file(t, "town.osm", smallTown)
	for sheet, want := range map[string]map[string]any{
		"buildings": {"code": "7", "name": "锦绣公寓", "kind": "residential", "floors": 6, "address": "红旗路"},
		"roads":     {"code": "8", "kind": "main", "bridge": true},
		"grounds":   {"code": "9", "kind": "green"},
		"points":    {"code": "5", "name": "静安图书馆"},
	} {
		got := readAll(t, path, Options{Sheet: sheet})
		if got.rows != 1 || got.bad != 0 || got.records[0].Shape == nil {
			t.Errorf("%s: %v %v", sheet, got.records, got.file)
			continue
		}
		for key, value := range want {
			if v := got.records[0].Values[key]; v != value {
				t.Errorf("%s: %s is %v, want %v", sheet, key, v, value)
			}
		}
	}
}

func TestARealExtractOfOpenStreetMapIsRead(t *testing.T) {
	t.Parallel()
	path := shared(t, "shanghai/shanghai_center_20250809.osm.pbf")
	got := readAll(t, path, Options{Sheet: "roads"})
	if got.rows != 4701 || got.bad != 0 {
		t.Errorf("%d roads of 4,701 ways, %d bad: %v", got.rows, got.bad, got.levels)
	}
	named := 0
	for _, r := range got.records {
		if r.Values["code"] == nil || r.Values["kind"] == nil {
			t.Fatalf("%v", r)
		}
		if r.Values["name"] != nil {
			named++
		}
	}
	if named < 2000 {
		t.Errorf("%d roads with a name", named)
	}
	if _, err := Open(t.Context(), path, Options{Sheet: "members"}); ward.ErrorCode(err) != ward.Invalid {
		t.Errorf("members of a map: %v", err)
	}
}
