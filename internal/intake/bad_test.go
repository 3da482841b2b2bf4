package intake

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
)

// badRows writes the rows of a file that have errors, and reads them back.
func badRows(t *testing.T, path string, o Options) [][]string {
	t.Helper()
	s, err := Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	why := map[int]string{}
	for r, err := range s.Records(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Line > 0 && r.Bad() {
			why[r.Line] = r.Findings[0].Message
		}
	}
	var b bytes.Buffer
	n, err := s.WriteRows(t.Context(), &b, why)
	if err != nil || n != len(why) {
		t.Fatalf("%d rows of %d, %v", n, len(why), err)
	}
	text, marked := strings.CutPrefix(b.String(), "\uFEFF")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !marked {
		t.Fatalf("byte order mark %v, %v", marked, err)
	}
	return rows
}

func TestRowsWithErrorsAreWrittenToBeMended(t *testing.T) {
	t.Parallel()
	text := "花名册\n编码,姓名,党组织编码,出生年份\nM1,王,B1,1990\nM2,\"=cmd|'/c calc'!A0\",B1,八零\nM3,-李,,1980\n合计,3,,\n"
	want := [][]string{
		{"错误", "行号", "编码", "姓名", "党组织编码", "出生年份"},
		{"“八零”不是数字；请只填数字，不带单位", "4", "M2", "'=cmd|'/c calc'!A0", "B1", "八零"},
		{"缺少党组织编码；这一栏必填", "5", "M3", "'-李", "", "1980"},
	}
	got := badRows(t, file(t, "members.csv", text), Options{})
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("%q, want %q", got, want)
	}
	book := book(t, "members.xlsx", bookParts("表", rowsOf([]string{"编码", "姓名", "党组织编码"}, []string{"M1", "@王"})))
	if got := badRows(t, book, Options{}); len(got) != 2 || got[1][3] != "'@王" || got[1][0] != "缺少党组织编码；这一栏必填" {
		t.Errorf("%q", got)
	}
	features := collection(feature("1", `{"name":"甲","code":"H1"}`, polygon(square)), feature("2", `{"name":"乙","tags":["a","b"]}`, "null"))
	if got := badRows(t, file(t, "buildings.geojson", features), Options{}); !slices.EqualFunc(got, [][]string{
		{"错误", "行号", "id", "name", "tags"}, {"没有图形；楼栋需要面", "2", "2", "乙", "a、b"},
	}, slices.Equal) {
		t.Errorf("%q", got)
	}
}

func TestTheMendedTableIsReadAsItWas(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"=1+1", "+8613800138000", "-5", "@x", "=x", "'", "a", "", "'quoted'", " =1"} {
		safe := inert(text)
		if strings.HasPrefix(strings.TrimSpace(safe), "=") || alive(safe) != text && strings.TrimSpace(text) == text {
			t.Errorf("%q: %q, %q", text, safe, alive(safe))
		}
	}
	got := readAll(t, file(t, "members.csv", "\uFEFF错误,行号,编码,姓名,党组织编码\r\n缺,4,M2,'=cmd,B1\r\n"), Options{})
	if got.bad != 0 || got.records[0].Values["name"] != "=cmd" {
		t.Errorf("%v", got.records)
	}
}
