package intake

import (
	"testing"

	"wangge/internal/ward"
)

func sheetOf(t *testing.T, name string) ward.Sheet {
	t.Helper()
	sheet, ok := ward.SheetByName(name)
	if !ok {
		t.Fatalf("no sheet %s", name)
	}
	return sheet
}

func TestHeadersAreRecognisedHoweverTheyAreDressed(t *testing.T) {
	t.Parallel()
	m, err := newMatcher(sheetOf(t, "buildings"), map[string]string{"FLOOR_NUM": "楼层数"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for header, want := range map[string]string{
		"code": "code", "CODE": "code", "楼栋编码": "code", " 楼栋 编码 ": "code", "*编码": "code", "编码（必填）": "code", "名称（全称）": "name",
		"高度": "height", "高度（米）": "height", "building:levels": "floors", "floor_num": "floors", "@id": "code",
		"颜色": "", "": "",
	} {
		got := ""
		if f := m.find(header); f.column >= 0 {
			got = m.sheet.Columns[f.column].Key
		}
		if got != want {
			t.Errorf("%q means %q, want %q", header, got, want)
		}
	}
}

func TestAMappingToAColumnThatIsNotThereIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ mapped, set map[string]string }{
		{map[string]string{"a": "colour"}, nil},
		{nil, map[string]string{"colour": "red"}},
		{nil, map[string]string{"kind": "宫殿群"}},
	} {
		_, err := newMatcher(sheetOf(t, "grids"), c.mapped, c.set)
		if ward.ErrorCode(err) != ward.Invalid {
			t.Errorf("%v: %v, want invalid", c, err)
		}
	}
}

func TestTheMoreSpecificHeaderOfAForeignFileWins(t *testing.T) {
	t.Parallel()
	m, err := newMatcher(sheetOf(t, "buildings"), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kind, detail, want string
	}{{"building", "apartments", "residential"}, {"building", "castle", "other"}, {"住宅", "", "residential"}} {
		u := m.understand(row{line: 1, heads: []string{"code", "kind", "kind_detail"}, cells: []cell{{text: "1"}, {text: c.kind}, {text: c.detail}}})
		if got := u.record.Values["kind"]; got != c.want {
			t.Errorf("%s/%s: %v, want %s", c.kind, c.detail, got, c.want)
		}
	}
}

func TestFileNamesTellTheSheet(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"buildings.geojson": "buildings", "楼栋.csv": "buildings", "tilezen_pois.geojson": "points", "tilezen_water.geojson": "grounds",
		"grid_roles.csv": "grid_roles", "红旗街道_党员.csv": "members", "juweihui_villages_subset.csv": "areas", "readme.json": "",
	} {
		sheet, _ := Recognise(name)
		if sheet.Name != want {
			t.Errorf("%s is %q, want %q", name, sheet.Name, want)
		}
	}
}
