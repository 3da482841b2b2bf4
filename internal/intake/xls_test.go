package intake

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"wangge/internal/ward"
)

// testdata/points.xls was written by SheetJS 0.18.5 in the format of Excel
// 97–2003: two sheets with names that are hard to quote, a title, two header rows
// with merged cells, codes as numbers, days, an empty row and a row of sums.
func oldWorkbook(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		t.Skip("ogr2ogr is not installed (gdal-bin)")
	}
	return filepath.Join("testdata", "points.xls")
}

func TestAWorkbookOfTheOldFormatIsRead(t *testing.T) {
	t.Parallel()
	got := readAll(t, oldWorkbook(t), Options{})
	if got.rows != 59 || got.bad != 0 {
		t.Fatalf("%d rows, %d bad: %v", got.rows, got.bad, got.file)
	}
	first, last := got.records[0], got.records[58]
	if first.Values["code"] != "310101001001" || first.Values["name"] != `服务站"0,号` || first.Shape == nil || first.Line != 5 {
		t.Errorf("%+v", first)
	}
	if last.Values["code"] != "310101001060" || last.Line != 64 {
		t.Errorf("%+v", last)
	}
	said := ""
	for _, f := range got.file {
		said += f.Message + f.Done + "\n"
	}
	for _, want := range []string{"合并单元格", "1行是合计", "只读取工作表"} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing about %s in %s", want, said)
		}
	}
}

func TestAnOldWorkbookThatCannotBeReadIsRefusedInWords(t *testing.T) {
	t.Parallel()
	path := oldWorkbook(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, path, layer, say string }{
		{"a text", file(t, "points.xls", "编码,名称\n"), "", "不是 .xls 工作簿"},
		{"nothing behind the first bytes", file(t, "points.xls", oldBookMagic), "", "有密码或已损坏"},
		{"half of it", file(t, "points.xls", string(whole[:len(whole)/2])), "", "有密码或已损坏"},
		{"a sheet it does not have", path, "户籍", "没有名为“户籍”的工作表"},
		{"a sheet without a header", path, "-f 说明", "没有找到表头"},
	} {
		_, err := Open(t.Context(), c.path, Options{Layer: c.layer})
		if code := ward.ErrorCode(err); code == ward.Internal || !strings.Contains(ward.ErrorMessage(err), c.say) {
			t.Errorf("%s: %v, want %q", c.name, err, c.say)
		}
	}
}
