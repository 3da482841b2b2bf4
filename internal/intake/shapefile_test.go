package intake

import (
	"archive/zip"
	"bytes"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

// shapefile makes two communities with Chinese names in the given encoding.
func shapefile(t *testing.T, encoding string) string {
	t.Helper()
	program, err := exec.LookPath("ogr2ogr")
	if err != nil {
		t.Skip("ogr2ogr is not installed (gdal-bin)")
	}
	source := file(t, "in.geojson", collection(
		feature("1", `{"code":"C1","name":"绿地社区"}`, polygon(square)),
		feature("2", `{"code":"C2","name":"锦绣社区"}`, polygon(strings.ReplaceAll(square, "121.4", "121.6"))),
	))
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), program, "-f", "ESRI Shapefile", filepath.Join(dir, "社区.shp"), source, "-lco", "ENCODING="+encoding)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("ogr2ogr: %v: %s", err, out)
	}
	return dir
}

func communities(t *testing.T, path string) outcome {
	t.Helper()
	return readAll(t, path, Options{Sheet: "areas", Set: map[string]string{"level": "社区"}})
}

func TestShapefilesAreReadWhateverTheirEncoding(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"UTF-8", "CP936"} {
		for _, without := range []string{"", ".cpg"} {
			dir := shapefile(t, encoding)
			if without != "" {
				if err := os.Remove(filepath.Join(dir, "社区"+without)); err != nil {
					t.Fatal(err)
				}
			}
			got := communities(t, dir)
			if got.rows != 2 || got.bad != 0 || got.records[0].Values["name"] != "绿地社区" || got.records[1].Values["code"] != "C2" || got.records[0].Shape == nil {
				t.Errorf("%s without %q: %v", encoding, without, got.records)
			}
		}
	}
}

func TestAShapefileWithoutItsSystemIsReadAsDegreesAndSaidSo(t *testing.T) {
	t.Parallel()
	dir := shapefile(t, "UTF-8")
	if err := os.Remove(filepath.Join(dir, "社区.prj")); err != nil {
		t.Fatal(err)
	}
	got := communities(t, filepath.Join(dir, "社区.shp"))
	if got.rows != 2 || len(got.file) == 0 || !strings.Contains(got.file[0].Message, ".prj") {
		t.Errorf("%v", got.file)
	}
}

func TestTheSystemPeopleGiveCountsBeforeThatOfAShapefile(t *testing.T) {
	t.Parallel()
	for _, without := range []string{"", ".prj"} {
		dir := shapefile(t, "UTF-8")
		if without != "" {
			if err := os.Remove(filepath.Join(dir, "社区"+without)); err != nil {
				t.Fatal(err)
			}
		}
		got := readAll(t, dir, Options{Sheet: "areas", Set: map[string]string{"level": "社区"}, CRS: "gcj02"})
		corner := got.records[0].Shape.(orb.MultiPolygon).Bound().Min
		if want := geo.FromGCJ02(orb.Point{121.4, 31.2}); math.Hypot(corner[0]-want[0], corner[1]-want[1]) > 1e-5 {
			t.Errorf("without %q: %v, want %v", without, corner, want)
		}
		got = readAll(t, dir, Options{Sheet: "areas", Set: map[string]string{"level": "社区"}, CRS: "EPSG:4549"})
		if got.bad != 2 {
			t.Errorf("without %q: degrees taken for metres: %v", without, got.records)
		}
	}
}

// zipped packs files; names ending in / are left out.
func zipped(t *testing.T, files map[string][]byte) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return file(t, "areas.zip", b.String())
}

func parts(t *testing.T, prefix string) map[string][]byte {
	t.Helper()
	dir := shapefile(t, "CP936")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, e := range entries {
		if files[prefix+e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func TestAZipWithAShapefileIsReadAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"", "数据/", "../../../etc/", "C:\\"} {
		s, err := Open(t.Context(), zipped(t, parts(t, prefix)), Options{Set: map[string]string{"level": "community"}})
		if err != nil {
			t.Fatalf("%q: %v", prefix, err)
		}
		rows := 0
		for r, err := range s.Records(t.Context()) {
			if err != nil || r.Bad() {
				t.Fatalf("%q: %v %v", prefix, err, r.Findings)
			}
			if r.Line > 0 {
				rows++
			}
		}
		if rows != 2 {
			t.Errorf("%q: %d rows", prefix, rows)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestOfAZipWithSeveralLayersTheOneOfTheSheetOrTheOneAskedForIsRead(t *testing.T) {
	t.Parallel()
	both := map[string][]byte{}
	for name, content := range parts(t, "") {
		both["数据/"+name] = content // 社区
		both["数据/"+strings.Replace(name, "社区", "道路", 1)] = content
		both["数据/"+strings.Replace(name, "社区", "街道办", 1)] = content
	}
	path := zipped(t, both)
	for _, c := range []struct{ layer, want, say string }{
		{"", "社区", ""},
		{"街道办", "街道办", ""},
		{"河道", "", "里面没有名为“河道”的图层；有："},
	} {
		s, err := Open(t.Context(), path, Options{Layer: c.layer, Set: map[string]string{"level": "community"}})
		if err != nil {
			if c.say == "" || !strings.Contains(ward.ErrorMessage(err), c.say) {
				t.Errorf("%q: %v", c.layer, err)
			}
			continue
		}
		if s.layer != c.want || len(s.layers) != 3 {
			t.Errorf("%q: %s of %v", c.layer, s.layer, s.layers)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestZipsThatAreNoShapefileAreRefused(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		t.Skip("ogr2ogr is not installed (gdal-bin)")
	}
	many := map[string][]byte{}
	for i := range 201 {
		many[strings.Repeat("x", i+1)+".txt"] = nil
	}
	two := map[string][]byte{"a.shp": {1}, "b.shp": {1}}
	for name, c := range map[string]struct {
		path string
		code ward.Code
		say  string
	}{
		"not a zip":     {file(t, "areas.zip", "PK nothing"), ward.Invalid, "打不开"},
		"too many":      {zipped(t, many), ward.TooLarge, "超过200个"},
		"no shapefile":  {zipped(t, map[string][]byte{"a.txt": nil}), ward.Invalid, "没有 .shp"},
		"two layers":    {zipped(t, two), ward.Invalid, "-layer"},
		"a part only":   {zipped(t, map[string][]byte{"a.shp": {1}}), ward.Invalid, "缺少 .shx"},
		"a bomb":        {zipped(t, map[string][]byte{"a.shp": make([]byte, 32<<20)}), ward.TooLarge, "解开后太大"},
		"names that go": {zipped(t, map[string][]byte{"a.shp": {1}, "A.SHP": {2}}), ward.Invalid, "同名"},
	} {
		_, err := Open(t.Context(), c.path, Options{})
		if ward.ErrorCode(err) != c.code || !strings.Contains(ward.ErrorMessage(err), c.say) {
			t.Errorf("%s: %v, want %s %q", name, err, c.code, c.say)
		}
	}
}

func TestABrokenShapefileIsTold(t *testing.T) {
	t.Parallel()
	dir := shapefile(t, "UTF-8")
	if err := os.Truncate(filepath.Join(dir, "社区.shp"), 60); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), dir, Options{Sheet: "areas", Set: map[string]string{"level": "community"}})
	if err != nil {
		t.Fatal(err)
	}
	bad := false
	for r, err := range s.Records(t.Context()) {
		bad = bad || err != nil || r.Bad()
	}
	if !bad {
		t.Error("nothing was said of a broken file")
	}
}
