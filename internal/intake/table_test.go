package intake

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"wangge/internal/ward"
)

// file writes content under a name the sheet is recognised by.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const twoMembers = "编码,姓名,性别,党组织编码,特长\nM1,王小英,女,B1,书法;急救\nM2,李雷,男,B1,\n"

func TestTablesAreReadInEveryEncodingAndSeparator(t *testing.T) {
	t.Parallel()
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(twoMembers)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(twoMembers)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"UTF-8": twoMembers, "with a byte order mark": "\uFEFF" + twoMembers, "GB18030": gb, "UTF-16": wide,
		"CRLF":                           strings.ReplaceAll(twoMembers, "\n", "\r\n"),
		"tabs":                           strings.ReplaceAll(twoMembers, ",", "\t"),
		"semicolons":                     strings.ReplaceAll(strings.ReplaceAll(twoMembers, ";", "、"), ",", ";"),
		"a title and a blank line above": "红旗街道党员花名册,,,,\n,,,,\n" + twoMembers,
		"blank lines between":            strings.Replace(twoMembers, "\nM2", "\n,,,,\n\nM2", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := readAll(t, file(t, "members.csv", text), Options{})
			if got.rows != 2 || got.bad != 0 {
				t.Fatalf("%d rows, %d bad: %v", got.rows, got.bad, got.records)
			}
			first := got.records[0].Values
			if first["code"] != "M1" || first["name"] != "王小英" || first["gender"] != "female" || len(first["skills"].([]string)) != 2 {
				t.Errorf("%v", first)
			}
		})
	}
}

func TestTheLineOfATableIsTheLineOfTheFile(t *testing.T) {
	t.Parallel()
	got := readAll(t, file(t, "members.csv", "花名册\n编码,姓名,党组织编码\nM1,\"王\n小英\",B1\n,李雷,B1\n"), Options{})
	if len(got.records) != 2 || got.records[0].Line != 3 || got.records[1].Line != 5 {
		t.Fatalf("%v", got.records)
	}
	if f := got.records[1].Findings; len(f) != 1 || f[0].Line != 5 || f[0].Field != "编码" || !strings.Contains(f[0].Message, "缺少编码") {
		t.Errorf("%v", f)
	}
}

func TestTablesThatCannotBeReadSayWhy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, text, say string }{
		{"no header", "members.csv", "1,2,3\n4,5,6\n", "没有找到表头"},
		{"a required column is missing", "members.csv", "编码,姓名\nM1,王\n", "缺少必填栏目：党组织编码"},
		{"places without shapes", "areas.csv", "编码,名称,级别\n1,甲,社区\n", "需要图形"},
		{"empty", "members.csv", "", "没有找到表头"},
		{"unknown sheet", "stuff.csv", "a,b\n", "看不出"},
		{"the old format", "members.xls", "a,b\n", "不是 .xls 工作簿"},
		{"unknown format", "members.doc", "a,b\n", "不认识这种文件"},
	} {
		_, err := Open(t.Context(), file(t, c.file, c.text), Options{})
		if err == nil || ward.ErrorCode(err) != ward.Invalid || !strings.Contains(ward.ErrorMessage(err), c.say) {
			t.Errorf("%s: %v, want %q", c.name, err, c.say)
		}
	}
}

func TestAQuoteThatIsNotClosedIsToldByLine(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), file(t, "members.csv", "编码,姓名,党组织编码\nM1,\"王,B1\nM2,李,B1\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var last error
	for _, last = range s.Records(t.Context()) {
	}
	if last == nil || !strings.Contains(ward.ErrorMessage(last), "第2行") {
		t.Errorf("%v, want line 2", last)
	}
}

func TestHostileTextStaysText(t *testing.T) {
	t.Parallel()
	names := []string{"<script>alert(1)</script>", "=cmd|'/c calc'!A0", "'; drop table person; --", "王\u202e小\x00英"}
	text := "编码,名称,类别,辖区编码\n"
	for i, n := range names {
		text += "T" + string(rune('1'+i)) + `,"` + n + `",护绿,A1` + "\n"
	}
	got := readAll(t, file(t, "teams.csv", text), Options{})
	if got.bad != 0 || got.rows != len(names) {
		t.Fatalf("%d rows, %d bad", got.rows, got.bad)
	}
	for i, want := range []string{names[0], names[1], names[2], "王小英"} {
		if v := got.records[i].Values["name"]; v != want {
			t.Errorf("%q, want %q", v, want)
		}
	}
}

func TestTooManyRowsAreRefused(t *testing.T) {
	t.Parallel()
	limits := DefaultLimits()
	limits.Rows = 1
	s, err := Open(t.Context(), file(t, "members.csv", twoMembers), Options{Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	var last error
	for _, last = range s.Records(t.Context()) {
	}
	if ward.ErrorCode(last) != ward.TooLarge {
		t.Errorf("%v, want too large", last)
	}
}

func TestLongitudeAndLatitudeMakeAPoint(t *testing.T) {
	t.Parallel()
	got := readAll(t, file(t, "points.csv", "编码,名称,经度,纬度\nP1,服务站,121.47,31.23\nP2,写反了,31.23,121.47\nP3,没写,,\nP4,零,0,0\n"), Options{})
	if got.records[0].Bad() || got.records[0].Shape == nil {
		t.Errorf("P1: %v", got.records[0])
	}
	for i, say := range map[int]string{1: "写反", 3: "不在中国范围内"} {
		if f := got.records[i].Findings; len(f) == 0 || !strings.Contains(f[0].Message, say) {
			t.Errorf("P%d: %v, want %q", i+1, f, say)
		}
	}
	if got.records[2].Bad() || got.records[2].Shape != nil {
		t.Errorf("P3: %v; a building may still place it", got.records[2])
	}
}
