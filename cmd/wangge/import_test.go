package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"wangge/internal/demo"
	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

const testKeys = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

// office is a fresh database that the command line imports into.
type office struct {
	*testing.T
	values map[string]string
}

func newOffice(t *testing.T) office {
	t.Helper()
	return office{t, map[string]string{"WANGGE_DATABASE_URL": pgtest.URL(t), "WANGGE_KEYS": testKeys}}
}

func (o office) run(args ...string) (code int, said string) {
	o.Helper()
	code, out, errs := try(o.T, o.values, append([]string{"import"}, args...)...)
	return code, out + errs
}

func (o office) count(sql string) (n int) {
	o.Helper()
	pool, err := postgres.Connect(o.Context(), o.values["WANGGE_DATABASE_URL"])
	if err != nil {
		o.Fatal(err)
	}
	defer pool.Close()
	if err := pool.QueryRow(o.Context(), sql).Scan(&n); err != nil {
		o.Fatalf("%s: %v", sql, err)
	}
	return n
}

// written puts a file where the command line finds it.
func written(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheDemoFolderIsImportedAsAWhole(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	dir := t.TempDir()
	if err := demo.Write(dir, 1, demo.OneStreet); err != nil {
		t.Fatal(err)
	}
	report := filepath.Join(t.TempDir(), "report.json")
	code, said := o.run("-report", report, dir)
	if code != 0 {
		t.Fatalf("exit code %d:\n%s", code, said)
	}
	var got struct {
		Files    []ward.ImportReport `json:"files"`
		Findings []ward.Finding      `json:"findings"`
	}
	text, err := os.ReadFile(report)
	if err == nil {
		err = json.Unmarshal(text, &got)
	}
	if err != nil || len(got.Files) != len(ward.Sheets()) {
		t.Fatalf("%d reports, %v", len(got.Files), err)
	}
	for _, r := range got.Files {
		if !r.Written || r.Errors != 0 || r.Rows == 0 || r.Inserted+r.Same != r.Rows {
			t.Errorf("%+v", r)
		}
	}
	for what, n := range map[string]int{
		"buildings without a grid":  o.count(`select count(*) from building b where not exists (select from building_now n where n.building = b.id)`),
		"points without a cell":     o.count(`select count(*) from point where cell is null`),
		"people without a name":     o.count(`select count(*) from person where name = ''`),
		"phones in clear":           o.count(`select count(*) from person where phone_sealed is not null and substr(phone_sealed, 1, 2) <> 'a1'`),
		"grids without a shape":     o.count(`select count(*) from grid g where not exists (select from grid_shape_now s where s.grid = g.id)`),
		"cells without their count": o.count(`select count(*) from cell_now n where not exists (select from cell_stat s where s.cell = n.cell) and exists (select from building b where b.cell = n.cell)`),
	} {
		if n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
	if o.count(`select count(*) from member`) < 1000 || o.count(`select count(*) from hub_door`) < 100 || o.count(`select count(*) from person where phone_sealed is not null`) < 100 {
		t.Error("the street is too empty")
	}
}

func TestExitCodesOfImport(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	road := func(kind string) string {
		return fmt.Sprintf(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"R1","kind":%q},"geometry":{"type":"LineString","coordinates":[[121,31],[121.1,31]]}}]}`, kind)
	}
	good, bad := written(t, "roads.geojson", road("支路")), written(t, "roads.geojson", road("ferry"))
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"nothing to import", nil, 2, "用法"},
		{"no such file", []string{"nowhere.csv"}, 2, "没有找到"},
		{"a mapping that is none", []string{"-map", "x", good}, 2, "a=b"},
		{"a dry run", []string{"-dry-run", good}, 0, "只检查，未写入"},
		{"an error in the file", []string{bad}, 1, "“ferry”不在词表内"},
		{"an unknown file", []string{written(t, "stuff.csv", "a\n")}, 1, "看不出"},
		{"written", []string{good}, 0, "新增1"},
		{"the same again", []string{good}, 0, "相同1"},
		{"a folder of unknown files", []string{filepath.Dir(written(t, "stuff.csv", "a\n"))}, 2, "没有可以导入的文件"},
	} {
		code, said := o.run(c.args...)
		if code != c.code || !strings.Contains(said, c.says) {
			t.Errorf("%s: exit code %d, want %d: %s", c.name, code, c.code, said)
		}
	}
	o.values["WANGGE_DATABASE_URL"] = "postgres://nobody@127.0.0.1:1/none"
	if code, said := o.run(good); code != 2 {
		t.Errorf("no database: exit code %d: %s", code, said)
	}
}

func TestAGB18030TableIsImportedByItsChineseHeaders(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	text, err := simplifiedchinese.GB18030.NewEncoder().String("服务点名册,,,\n编码,名称,类别,经度,纬度\nP1,绿地社区党群服务中心,党群服务中心,121.47,31.23\nP2,龘䶮心愿墙,心愿墙,121.48,31.23\n")
	if err != nil {
		t.Fatal(err)
	}
	code, said := o.run(written(t, "服务点.csv", text))
	if code != 0 || o.count(`select count(*) from point where (name, kind) in (('绿地社区党群服务中心', 'service_centre'), ('龘䶮心愿墙', 'wish_wall'))`) != 2 {
		t.Errorf("exit code %d: %s", code, said)
	}
}

func TestImportSaysWhereThePointsFall(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	street := written(t, "areas.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"D1","name":"红旗街道","level":"district"},"geometry":{"type":"Polygon","coordinates":[[[121.46,31.22],[121.48,31.22],[121.48,31.24],[121.46,31.24],[121.46,31.22]]]}}]}`)
	if code, said := o.run(street); code != 0 {
		t.Fatal(said)
	}
	points := written(t, "points.csv", "编码,名称,经度,纬度\nP1,甲,121°28′12″E,31°13′48″N\nP2,乙,121.47,31.23\n")
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"-dry-run", points}, 0, "按WGS84 经纬度，100%的点落在已登记的辖区内（红旗街道 100%）"},
		{[]string{"-dry-run", "-crs", "gcj02", points}, 0, "按GCJ-02（火星坐标）"},
		{[]string{"-dry-run", "-crs", "EPSG:4549", points}, 1, "坐标不是CGCS2000 3度带"},
		{[]string{"-dry-run", "-swap", points}, 1, "经纬度写反了"},
		{[]string{"-crs", "mars", points}, 1, "不认识坐标系“mars”"},
		{[]string{points}, 0, "新增2"},
	} {
		if code, said := o.run(c.args...); code != c.code || !strings.Contains(said, c.says) {
			t.Errorf("%v: exit code %d, want %d %q: %s", c.args, code, c.code, c.says, said)
		}
	}
}

func TestRowsWithErrorsGoToAFile(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	table := written(t, "teams.csv", "编码,名称,类别,辖区编码\nT1,=cmd,护绿,没有\nT2,乙,没有,A1\n")
	mend := filepath.Join(t.TempDir(), "bad.csv")
	code, said := o.run("-dry-run", "-bad", mend, table)
	text, err := os.ReadFile(mend)
	if code != 1 || err != nil || !strings.Contains(said, "2行有错误，已写入") {
		t.Fatalf("exit code %d, %v: %s", code, err, said)
	}
	for _, want := range []string{"\uFEFF错误,行号,编码", "没有编码为“没有”的辖区", "T1,'=cmd,护绿", "类别：“没有”不在词表内"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in %s", want, text)
		}
	}
	if info, err := os.Stat(mend); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("who may read it: %v %v", info.Mode(), err)
	}
	if code, said := o.run("-bad", mend, table, table); code != 2 || !strings.Contains(said, "一次只用于一个文件") {
		t.Errorf("two files: exit code %d: %s", code, said)
	}
}

// TestRoadsOfOpenStreetMapAreImported imports an extract of central Shanghai
// (© OpenStreetMap contributors) as it is downloaded.
func TestRoadsOfOpenStreetMapAreImported(t *testing.T) {
	t.Parallel()
	shared := os.Getenv("WANGGE_SHARED")
	if shared == "" {
		t.Skip("WANGGE_SHARED is not set: no real files to import")
	}
	o := newOffice(t)
	code, said := o.run("-sheet", "roads", filepath.Join(shared, "data/shanghai/shanghai_center_20250809.osm.pbf"))
	if code != 0 || !strings.Contains(said, "新增4701") || o.count("select count(*) from road where kind = 'main'") < 100 {
		t.Errorf("exit code %d: %s", code, said)
	}
}

// TestRealFilesOfShanghai imports what other people made: Tilezen's buildings,
// roads and places of interest (© OpenStreetMap contributors), and the districts
// of 2014 as a shapefile.
func TestRealFilesOfShanghai(t *testing.T) {
	t.Parallel()
	shared := os.Getenv("WANGGE_SHARED")
	if shared == "" {
		t.Skip("WANGGE_SHARED is not set: no real files to import")
	}
	o := newOffice(t)
	data := func(name string) string { return filepath.Join(shared, "data", name) }
	for _, c := range []struct {
		args  []string
		code  int
		says  []string
		table string
		rows  int
	}{
		{[]string{"-sheet", "areas", "-set", "level=district", "-map", "ADMINCODE=code", data("shanghai/district_2014_shp")}, 0, []string{"新增17"}, `area where name in ('闸北区', '静安区', '宝山区') or level = 'district'`, 17},
		{[]string{"-skip-bad", data("shanghai/tilezen_roads.geojson")}, 1, []string{"新增1762", "16行 类别：“ferry”不在词表内"}, "road", 1762},
		{[]string{"-skip-bad", data("shanghai/tilezen_buildings.geojson")}, 1, []string{"新增1475", "409行 图形：楼栋：这是点，需要面", "97个要素与前面的完全相同", "25个要素的 id 与前面的重复"}, "building", 1475},
		{[]string{"-skip-bad", "-set", "name=未命名", data("shanghai/tilezen_pois.geojson")}, 0, []string{"新增494", "“monument”不在词表内", "落在已登记的辖区内（黄浦区 58%"}, "point", 494},
		{[]string{data("names/juweihui_villages_subset.csv")}, 1, []string{"辖区需要图形"}, "area where level <> 'district'", 0},
	} {
		code, said := o.run(c.args...)
		if code != c.code {
			t.Errorf("%v: exit code %d: %s", c.args, code, said)
		}
		for _, s := range c.says {
			if !strings.Contains(said, s) {
				t.Errorf("%v does not say %q: %s", c.args, s, said)
			}
		}
		if n := o.count("select count(*) from " + c.table); n != c.rows {
			t.Errorf("%v: %d rows, want %d", c.args, n, c.rows)
		}
	}
}
