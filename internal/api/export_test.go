package api_test

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"testing"

	"wangge/internal/ward"
)

func TestARegisterIsTakenOutWholeAndHarmless(t *testing.T) {
	t.Parallel()
	tw := newCityTown(t)
	must(t, exec(t.Context(), tw, `update building set address = case id when 1 then '=cmd|calc' when 2 then '+1' when 3 then '-1' when 4 then ' @x' when 5 then '<script>,"a"' when 6 then chr(65309) || '1' else 'x' end`))
	p := tw.signIn(t, "gis")
	status, body := p.do("GET", "/api/exports/buildings.csv", nil)
	text, hasMark := strings.CutPrefix(body, "\uFEFF")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if status != 200 || !hasMark || err != nil || len(rows) != 1601 {
		t.Fatalf("%d, mark %t, %d rows, %v: %.300s", status, hasMark, len(rows), err, body)
	}
	column := slices.Index(rows[0], "地址")
	for i, want := range []string{"'=cmd|calc", "'+1", "'-1", "' @x", `<script>,"a"`, "'\uff1d1", "x"} {
		if got := rows[i+1][column]; got != want {
			t.Errorf("cell %q, want %q", got, want)
		}
	}
	for _, title := range []string{"编号", "编码", "名称", "类别", "经度", "纬度"} {
		if !slices.Contains(rows[0], title) {
			t.Errorf("header %v lacks %s", rows[0], title)
		}
	}
	if kind := rows[1][slices.Index(rows[0], "类别")]; kind != "住宅" {
		t.Errorf("kind %q", kind)
	}
	for register, want := range map[string][2]any{"buildings": {1600, "MultiPolygon"}, "grids": {16, "MultiPolygon"}, "points": {4, "Point"}, "lanes": {4, "MultiLineString"}, "households": {0, ""}} {
		status, body = p.do("GET", "/api/exports/"+register+".geojson", nil)
		var got struct {
			Type     string
			Features []struct {
				Geometry   struct{ Type string }
				Properties map[string]any
			}
		}
		if err := json.Unmarshal([]byte(body), &got); err != nil || status != 200 || got.Type != "FeatureCollection" || len(got.Features) != want[0] {
			t.Errorf("%s: %d %v, %d features: %.200s", register, status, err, len(got.Features), body)
			continue
		}
		for _, f := range got.Features {
			if f.Geometry.Type != want[1] || f.Properties["code"] == nil {
				t.Errorf("%s: %+v", register, f)
				break
			}
		}
	}
	if status, body = p.do("GET", "/api/exports/grids.csv?q=第1", nil); status != 200 || strings.Count(body, "\n") != 8 {
		t.Errorf("filtered: %d %s", status, body)
	}
	for address, want := range map[string]int{
		"/api/exports/buildings.xls": 422, "/api/exports/buildings.csv?bbox=NaN,0,1,1": 422, "/api/exports/buildings.csv?x=1": 422, "/api/exports/persons.csv": 404, "/api/exports/members.csv": 403,
	} {
		if status, body = p.do("GET", address, nil); status != want || !hasChinese(body) {
			t.Errorf("%s: %d, want %d: %s", address, status, want, body)
		}
	}
}

func TestNamesLeaveMaskedAndTheAuditKnows(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "secretary", ward.Secretary, "A11")
	tw.account(t, "office", ward.Admin, "")
	p := tw.signIn(t, "secretary")
	if _, body := p.do("GET", "/api/members", nil); !strings.Contains(body, "金丝雀1") {
		t.Fatalf("a secretary sees names in a list: %s", body)
	}
	status, body := p.do("GET", "/api/exports/members.csv", nil)
	if status != 200 || strings.Contains(body, "金丝雀") || strings.Count(body, "金**") != 2 || strings.Count(body, "\n") != 3 {
		t.Errorf("export: %d %s", status, body)
	}
	if _, entries := tw.signIn(t, "office").do("GET", "/api/audit", nil); !strings.Contains(entries, `"operation":"export-members"`) {
		t.Errorf("audit: %s", entries)
	}
}

func TestAWorkbookHoldsTheRowsAsText(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	must(t, exec(t.Context(), tw, `update building set name = '=cmd<b>&', code = '330499008001000123' where id = 2`))
	p := tw.signIn(t, "root")
	status, text := p.do("GET", "/api/exports/buildings.xlsx?where=id%3C%3D2", nil)
	if status != http.StatusOK {
		t.Fatalf("%d %.200s", status, text)
	}
	book, err := zip.NewReader(strings.NewReader(text), int64(len(text)))
	must(t, err)
	part, err := book.Open("xl/worksheets/sheet1.xml")
	must(t, err)
	defer part.Close()
	var sheet struct {
		Rows []struct {
			Cells []struct {
				Type string `xml:"t,attr"`
				Text string `xml:"is>t"`
			} `xml:"c"`
		} `xml:"sheetData>row"`
	}
	must(t, xml.NewDecoder(part).Decode(&sheet))
	if len(sheet.Rows) != 3 {
		t.Fatalf("%d rows, want a header and two", len(sheet.Rows))
	}
	var seen []string
	for _, c := range sheet.Rows[2].Cells {
		if c.Type != "inlineStr" {
			t.Errorf("a cell of type %s", c.Type)
		}
		seen = append(seen, c.Text)
	}
	if !slices.Contains(seen, "330499008001000123") || !slices.Contains(seen, "'=cmd<b>&") {
		t.Errorf("cells: %q", seen)
	}
}
