package intake

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"wangge/internal/ward"
)

func TestCellsAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	day := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		kind ward.Kind
		text string
		want any
	}{
		{ward.Int, "12", 12},
		{ward.Int, "1,234", 1234},
		{ward.Int, "12", 12},
		{ward.Int, "12.0", 12},
		{ward.Int, "1.2万", 12000},
		{ward.Number, "1,234.5", 1234.5},
		{ward.Number, "-0.5", -0.5},
		{ward.Day, "2024-05-01", day},
		{ward.Day, "2024/5/1", day},
		{ward.Day, "20240501", day},
		{ward.Day, "2024年5月1日", day},
		{ward.Day, "2024.05.01", day},
		{ward.Day, "2024-05-01 00:00:00", day},
		{ward.Day, "2024年5月", day},
		{ward.Bool, "是", true},
		{ward.Bool, "0", false},
		{ward.Bool, "TRUE", true},
		{ward.Choice, "男", "male"},
		{ward.Choice, "F", "female"},
		{ward.Many, "读；写、算|画", []string{"读", "写", "算", "画"}},
		{ward.Text, "红旗路1号", "红旗路1号"},
	} {
		got, found, ok := parse(ward.Column{Title: "栏", Kind: c.kind, Terms: termsFor(c.kind)}, cell{text: c.text})
		if !ok || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s %q: %v %v, want %v", c.kind, c.text, got, found, c.want)
		}
	}
}

func termsFor(k ward.Kind) ward.Terms {
	if k == ward.Choice {
		return ward.Genders
	}
	return nil
}

func TestCellsThatCannotBeReadSayWhy(t *testing.T) {
	t.Parallel()
	code := ward.Column{Title: "楼栋编码", Kind: ward.Text}
	for _, c := range []struct {
		column ward.Column
		text   string
		say    string
	}{
		{ward.Column{Kind: ward.Int}, "三", "不是数字"},
		{ward.Column{Kind: ward.Int}, "1.5", "不是整数"},
		{ward.Column{Kind: ward.Int}, "NaN", "不是数字"},
		{ward.Column{Kind: ward.Int}, "0x10", "不是数字"},
		{ward.Column{Kind: ward.Number}, "1e400", "不是数字"},
		{ward.Column{Kind: ward.Int}, "99999999999", "太大"},
		{ward.Column{Kind: ward.Lon}, "121°75′", "分和秒"},
		{ward.Column{Kind: ward.Lat}, "三十一度", "不是数字"},
		{ward.Column{Kind: ward.Day}, "去年", "不是日期"},
		{ward.Column{Kind: ward.Day}, "45413", "日期序号"},
		{ward.Column{Kind: ward.Day}, "0099-01-01", "年份不对"},
		{ward.Column{Kind: ward.Bool}, "大概", "是或否"},
		{ward.Column{Kind: ward.Choice, Terms: ward.Genders}, "未知", "可填：男、女"},
		{ward.Column{Kind: ward.Text}, strings.Repeat("长", 201), "最多200个"},
		{code, "3.10106E+11", "科学计数"},
		{code, "<script>alert(1)</script>", "不能作编码"},
		{code, "' or 1=1 --", "不能作编码"},
		{code, strings.Repeat("1", 65), "太长"},
	} {
		_, found, ok := parse(c.column, cell{text: c.text})
		if ok || len(found) != 1 || found[0].Level != ward.LevelError || !strings.Contains(found[0].Message, c.say) {
			t.Errorf("%q: %v, want an error with %q", c.text, found, c.say)
		}
	}
}

func TestCodesManglesBySpreadsheetsAreMendedWhereNothingIsLost(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"310106013001.0": "310106013001", "310106": "310106", "n-12_3": "n-12_3"} {
		if got, problem := checkCode(text); got != want || problem != "" {
			t.Errorf("%q: %q %s, want %q", text, got, problem, want)
		}
	}
}

func TestAFindingNeverRepeatsAPersonalValue(t *testing.T) {
	t.Parallel()
	const secret = "张三13800138000"
	for _, c := range []ward.Column{
		{Title: "电话", Kind: ward.Text, Personal: true, Max: 3},
		{Title: "生日", Kind: ward.Day, Personal: true},
		{Title: "标签", Kind: ward.Many, Personal: true, Terms: ward.HouseholdTags},
		{Title: "证件编码", Kind: ward.Text, Personal: true, Max: 2},
	} {
		_, found, _ := parse(c, cell{text: secret + "<>"})
		if len(found) == 0 {
			t.Errorf("%s: nothing found", c.Title)
		}
		for _, f := range found {
			if strings.Contains(f.Message+f.Done, "张三") || strings.Contains(f.Message+f.Done, "138") {
				t.Errorf("%s tells %q", c.Title, f.Message)
			}
		}
	}
}

func TestWhatIsQuotedIsShortAndPlain(t *testing.T) {
	t.Parallel()
	got := quote("a\u202eb\x00c\nd" + strings.Repeat("长", 30))
	if want := "“abc d" + strings.Repeat("长", 15) + "…”"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
