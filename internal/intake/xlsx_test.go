package intake

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"wangge/internal/ward"
)

// bookParts are the parts of a workbook with the given sheets (name, XML of the
// rows and what follows them, alternating).
func bookParts(sheets ...string) map[string]string {
	parts := map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"xl/styles.xml": `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="165" formatCode="0.00&quot;days&quot;"/></numFmts>` +
			`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="20"/></cellXfs></styleSheet>`,
		"xl/sharedStrings.xml": `<sst><si><t>王小英</t></si><si><r><t>李</t></r><r><t xml:space="preserve"> 雷</t></r><rPh><t>lǐ</t></rPh></si></sst>`,
	}
	list, rels := "", ""
	for i := 0; i < len(sheets); i += 2 {
		list += fmt.Sprintf(`<sheet name=%q sheetId="%d" r:id="r%d"/>`, sheets[i], i, i)
		rels += fmt.Sprintf(`<Relationship Id="r%d" Target="worksheets/sheet%d.xml"/>`, i, i)
		parts[fmt.Sprintf("xl/worksheets/sheet%d.xml", i)] = `<?xml version="1.0" encoding="UTF-8"?><worksheet>` + sheets[i+1] + `</worksheet>`
	}
	parts["xl/workbook.xml"] = `<workbook><workbookPr/><sheets>` + list + `</sheets></workbook>`
	parts["xl/_rels/workbook.xml.rels"] = `<Relationships>` + rels + `</Relationships>`
	return parts
}

func book(t *testing.T, name string, parts map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for part, content := range parts {
		w, err := z.Create(part)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return file(t, name, b.String())
}

// rowsOf writes rows of cells; one that begins with < is XML of its own, one
// that is "" is left out.
func rowsOf(rows ...[]string) string {
	var b strings.Builder
	b.WriteString("<sheetData>")
	for i, row := range rows {
		fmt.Fprintf(&b, `<row r="%d">`, i+1)
		for j, c := range row {
			ref := letters(j) + fmt.Sprint(i+1)
			switch {
			case c == "":
			case strings.HasPrefix(c, "<c"):
				b.WriteString(strings.Replace(c, "<c", `<c r="`+ref+`"`, 1))
			default:
				fmt.Fprintf(&b, `<c r="%s" t="inlineStr"><is><t>%s</t></is></c>`, ref, c)
			}
		}
		b.WriteString("</row>")
	}
	return b.String() + "</sheetData>"
}

func TestAWorkbookIsReadAsPeopleMakeThem(t *testing.T) {
	t.Parallel()
	rows := rowsOf(
		[]string{"红旗街道党员花名册"},
		[]string{"基本情况", "", "", "党组织编码", "联系", "", "入党日期"},
		[]string{"编码", "姓名", "性别", "", "电话", "工作单位", ""},
		[]string{"<c><v>310106001001</v></c>", `<c t="s"><v>0</v></c>`, "女", "B1", "<c><v>13800138000</v></c>", "甲", `<c s="1"><v>45413</v></c>`},
		[]string{"<c><v>3.10106001002E11</v></c>", `<c t="s"><v>1</v></c>`, "男", "", "<c><v>1.3800138001E+10</v></c>", "乙", `<c s="2"><v>45413.5</v></c>`},
		[]string{"M3", `<c t="str"><f>A1</f><v>张</v></c>`, "男", "B2", "", "", "<c><v>45413</v></c>"},
		[]string{"", "", "", ""},
		[]string{"合 计:", "<c><f>SUM(A1:A2)</f><v>3</v></c>"},
	) + `<mergeCells><mergeCell ref="A1:G1"/><mergeCell ref="A2:C2"/><mergeCell ref="D2:D3"/><mergeCell ref="E2:F2"/><mergeCell ref="G2:G3"/><mergeCell ref="D4:D5"/></mergeCells>`
	got := readAll(t, book(t, "members.xlsx", bookParts("党员", rows)), Options{})
	if got.rows != 3 || got.bad != 0 {
		t.Fatalf("%d rows, %d bad: %v", got.rows, got.bad, got.records)
	}
	day := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
	for i, want := range []map[string]any{
		{"code": "310106001001", "name": "王小英", "gender": "female", "branch": "B1", "phone": "13800138000", "home_unit": "甲", "joined": day},
		{"code": "310106001002", "name": "李 雷", "gender": "male", "branch": "B1", "phone": "13800138001", "home_unit": "乙", "joined": day},
		{"code": "M3", "name": "张", "gender": "male", "branch": "B2", "joined": day},
	} {
		if r := got.records[i]; !reflect.DeepEqual(r.Values, want) || r.Line != i+4 {
			t.Errorf("line %d: %v, want %v", r.Line, r.Values, want)
		}
	}
	if len(got.file) != 1 || !strings.Contains(got.file[0].Message, "1行是合计（第8行）") {
		t.Errorf("%v", got.file)
	}
}

func TestCellsThatCannotBeReadAreNamed(t *testing.T) {
	t.Parallel()
	head := []string{"编码", "姓名", "党组织编码", "出生年份", "入党日期", "身份证号"}
	for _, c := range []struct {
		name string
		row  []string
		say  string
	}{
		{"digits lost", []string{"<c><v>3.10106199001011E+17</v></c>", "王", "B1"}, "单元格A2：是超过15位的数字"},
		{"digits lost of a person", []string{"M1", "王", "B1", "", "", "<c><v>310106199001010000</v></c>"}, "单元格F2：是超过15位的数字"},
		{"text of a lost number", []string{"3.10106E+11", "王", "B1"}, "单元格A2：“3.10106E+11”是表格软件写成的科学计数"},
		{"an error", []string{"M1", "王", `<c t="e"><v>#N/A</v></c>`}, "单元格C2：是公式错误“#N/A”"},
		{"a formula without its result", []string{"M1", "王", "<c><f>A1</f></c>"}, "单元格C2：是没有结果的公式"},
		{"a word for a number", []string{"M1", "王", "B1", "八零年"}, "单元格D2：“八零年”不是数字"},
		{"a year for a day", []string{"M1", "王", "B1", "", "<c><v>1990</v></c>"}, "单元格E2：“1990”不是日期"},
		{"more cells than heads", []string{"M1", "王", "B1", "", "", "", "多"}, "栏数比表头多"},
	} {
		got := readAll(t, book(t, "members.xlsx", bookParts("表", rowsOf(head, c.row))), Options{})
		if got.bad != 1 || !strings.Contains(got.records[0].Findings[0].Message, c.say) {
			t.Errorf("%s: %v, want %q", c.name, got.records, c.say)
		}
	}
}

func TestTheSheetOfAWorkbookIsFoundOrAskedFor(t *testing.T) {
	t.Parallel()
	members := rowsOf([]string{"编码", "姓名", "党组织编码"}, []string{"M1", "王", "B1"})
	notes := rowsOf([]string{"填表说明"})
	for _, c := range []struct {
		name   string
		sheets []string
		layer  string
		fails  string
	}{
		{"the only one that fits", []string{"说明", notes, "Sheet2", members}, "", ""},
		{"by its name", []string{"2023", members, "党员", members}, "", ""},
		{"as told", []string{"2023", members, "2024", members}, "2024", ""},
		{"two that fit", []string{"2023", members, "2024", members}, "", "有2张工作表都像党员；请用 -layer"},
		{"none that fits", []string{"说明", notes}, "", "没有找到表头"},
		{"none of this name", []string{"说明", notes}, "党员", "没有名为“党员”的工作表"},
	} {
		s, err := Open(t.Context(), book(t, "members.xlsx", bookParts(c.sheets...)), Options{Layer: c.layer})
		switch {
		case c.fails == "" && err != nil, c.fails != "" && (err == nil || !strings.Contains(ward.ErrorMessage(err), c.fails)):
			t.Errorf("%s: %v, want %q", c.name, err, c.fails)
		case err == nil && s.Format != "XLSX":
			t.Errorf("%s: %s", c.name, s.Format)
		}
	}
}

func TestHostileWorkbooksAreRefused(t *testing.T) {
	t.Parallel()
	with := func(part, content string) map[string]string {
		parts := bookParts("表", rowsOf([]string{"编码", "姓名", "党组织编码"}, []string{"M1", "王", "B1"}))
		parts[part] = content
		return parts
	}
	sheet := "xl/worksheets/sheet0.xml"
	small := DefaultLimits()
	small.Book = 1 << 20
	many := ""
	for range 101 {
		many += `<sheet name="x"/>`
	}
	for name, c := range map[string]struct {
		path   string
		limits Limits
		code   ward.Code
		say    string
	}{
		"no zip":               {file(t, "members.xlsx", "PK"), Limits{}, ward.Invalid, "不是 .xlsx"},
		"the old format":       {file(t, "members.xlsx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), Limits{}, ward.Invalid, "有密码"},
		"an empty zip":         {book(t, "members.xlsx", map[string]string{"a": ""}), Limits{}, ward.Invalid, "不是 .xlsx"},
		"no XML":               {book(t, "members.xlsx", with("xl/workbook.xml", "<a")), Limits{}, ward.Invalid, "不是 .xlsx"},
		"a bomb of texts":      {book(t, "members.xlsx", with("xl/sharedStrings.xml", "<sst>"+strings.Repeat("<si><t>xxxxxxxxxxxxxxxxxxxx</t></si>", 1<<16)+"</sst>")), small, ward.TooLarge, "解开后太大"},
		"a bomb of rows":       {book(t, "members.xlsx", with(sheet, "<worksheet>"+strings.Repeat("<a/>", 1<<19)+"</worksheet>")), small, ward.TooLarge, "解开后太大"},
		"one endless text":     {book(t, "members.xlsx", with("xl/sharedStrings.xml", "<sst><si><t>"+strings.Repeat("x", 2<<20)+"</t></si></sst>")), Limits{}, ward.TooLarge, "解开后太大"},
		"a bomb by ratio":      {book(t, "members.xlsx", with(sheet, strings.Repeat("<a/>", 20<<20))), Limits{}, ward.TooLarge, "解开后太大"},
		"entities":             {book(t, "members.xlsx", with(sheet, `<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData><row><c t="inlineStr"><is><t>&a;</t></is></c></row></sheetData></worksheet>`)), Limits{}, ward.Invalid, "不是 .xlsx"},
		"too many sheets":      {book(t, "members.xlsx", with("xl/workbook.xml", "<workbook>"+many+"</workbook>")), Limits{}, ward.TooLarge, "超过100张"},
		"too many columns":     {book(t, "members.xlsx", with(sheet, `<worksheet><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>`)), Limits{}, ward.TooLarge, "超过500栏"},
		"a reference of none":  {book(t, "members.xlsx", with(sheet, `<worksheet><sheetData><row r="1"><c r="1A"><v>1</v></c></row></sheetData></worksheet>`)), Limits{}, ward.Invalid, "不是 .xlsx"},
		"rows that go back":    {book(t, "members.xlsx", with(sheet, `<worksheet><sheetData><row r="5"/><row r="2"/></sheetData></worksheet>`)), Limits{}, ward.Invalid, "不是 .xlsx"},
		"a sheet that is away": {book(t, "members.xlsx", with("xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r0" Target="../../../../etc/passwd"/></Relationships>`)), Limits{}, ward.Invalid, "没有找到表头"},
	} {
		_, err := Open(t.Context(), c.path, Options{Limits: c.limits})
		if ward.ErrorCode(err) != c.code || !strings.Contains(ward.ErrorMessage(err), c.say) {
			t.Errorf("%s: %v, want %s %q", name, err, c.code, c.say)
		}
	}
}

func TestAMergedBlockOfAWholeSheetCostsNothing(t *testing.T) {
	t.Parallel()
	rows := rowsOf([]string{"编码", "姓名", "党组织编码"}, []string{"M1", "王", "B1"}) + `<mergeCells><mergeCell ref="D2:XFD1048576"/><mergeCell ref="A3:A1048576"/></mergeCells>`
	if got := readAll(t, book(t, "members.xlsx", bookParts("表", rows)), Options{}); got.rows != 1 || got.bad != 0 {
		t.Errorf("%v", got.records)
	}
}

func TestAWorkbookOfAnotherProgramIsRead(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("ogr2ogr")
	if err != nil {
		t.Skip("ogr2ogr is not installed (gdal-bin)")
	}
	path := filepath.Join(t.TempDir(), "points.xlsx")
	source := file(t, "in.csv", "编码,名称,经度,纬度\n310106001001,服务站,121.47,31.23\nP2,心愿墙,121°28′30″E,31.5\n")
	if out, err := exec.CommandContext(t.Context(), program, "-f", "XLSX", path, source, "-oo", "AUTODETECT_TYPE=NO").CombinedOutput(); err != nil {
		t.Fatalf("ogr2ogr: %v: %s", err, out)
	}
	got := readAll(t, path, Options{})
	if got.rows != 2 || got.bad != 0 || got.records[0].Values["code"] != "310106001001" || got.records[1].Shape == nil {
		t.Errorf("%v %v", got.records, got.file)
	}
}

func TestHeadersOfTwoRowsAreReadInTextTablesToo(t *testing.T) {
	t.Parallel()
	got := readAll(t, file(t, "points.csv", "编码,名称,位置,\n,,经度,纬度\nP1,站,121.47,31.23\n总计,1,,\n"), Options{})
	if got.rows != 1 || got.bad != 0 || got.records[0].Shape == nil || got.records[0].Line != 3 {
		t.Errorf("%v", got.records)
	}
	// The row below a header is data, even when a cell of it is the name of a column.
	got = readAll(t, file(t, "points.csv", "编码,名称,备注\nP1,站,地址\n"), Options{})
	if got.rows != 1 || got.records[0].Values["code"] != "P1" {
		t.Errorf("%v", got.records)
	}
}

func TestSerialNumbersAreTheirDays(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{1: "1900-01-01", 59: "1900-02-28", 61: "1900-03-01", 45413: "2024-05-01", 45413.75: "2024-05-01 18:00:00", 0.25: "06:00"} {
		if got, ok := dayText(v, false); !ok || got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
	if got, ok := dayText(45413-1462, true); !ok || got != "2024-05-01" {
		t.Errorf("from 1904: %s", got)
	}
	for format, want := range map[string]bool{"yyyy-mm-dd": true, `m"月"d"日"`: true, "[h]:mm": true, "0.00": false, "General": false, `0"d"`: false, "[Red]0": false, "[$-804]yyyy": true, `\d0`: false, "@": false} {
		if showsDate(format) != want {
			t.Errorf("%s: %v", format, !want)
		}
	}
}

func FuzzWorkbook(f *testing.F) {
	f.Add([]byte(rowsOf([]string{"编码", "姓名", "党组织编码"}, []string{"<c><v>1e20</v></c>", "王", `<c s="1"><v>45413</v></c>`})))
	f.Add([]byte(`<sheetData><row><c t="s"><v>0</v></c><c t="e"><v>#N/A</v></c><c><f/></c></row></sheetData><mergeCell ref="A1:C9"/>`))
	f.Add([]byte(`<x:sheetData><x:row r="9"><x:c r="ZZ9"/></x:row>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for part, content := range bookParts("表", string(data)) {
			w, err := z.CreateHeader(&zip.FileHeader{Name: part, Method: zip.Store})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write([]byte(content)); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		readFuzzed(t, "members.xlsx", b.Bytes())
	})
}
