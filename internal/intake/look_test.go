package intake

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

func look(t *testing.T, path string, o Options) ward.FileLook {
	t.Helper()
	l, err := Look(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestALookTellsTheSheetByItsHeadersWhenTheNameDoesNot(t *testing.T) {
	t.Parallel()
	l := look(t, file(t, "导出20261122.csv", twoMembers), Options{})
	if l.Sheet != "members" || l.Rows != 2 || !l.Whole || l.Format != "CSV" {
		t.Errorf("%+v", l)
	}
	if len(l.Missing) != 0 || len(l.Columns) == 0 {
		t.Errorf("missing %v of %v", l.Missing, l.Columns)
	}
	l = look(t, file(t, "表1.csv", "甲,乙\n1,2\n"), Options{})
	if l.Sheet != "" || len(l.Heads) != 2 || l.Heads[0].Column != "" {
		t.Errorf("headers that mean nothing were taken for %q: %+v", l.Sheet, l.Heads)
	}
	if l.Systems == nil || l.Columns == nil || l.Missing == nil || l.Layers == nil {
		t.Error("a list is null")
	}
}

func TestALookShowsOfAPersonOnlyTheFirstCharacter(t *testing.T) {
	t.Parallel()
	l := look(t, file(t, "members.csv", twoMembers), Options{})
	i := slices.IndexFunc(l.Heads, func(h ward.FileHead) bool { return h.Head == "姓名" })
	if got := l.Heads[i]; got.Column != "name" || !slices.Equal(got.Samples, []string{"王＊＊", "李＊＊"}) {
		t.Errorf("%+v", got)
	}
	if strings.Contains(fmt.Sprint(l), "小英") {
		t.Error("a name is in the look")
	}
}

func TestALookTellsWhatIsMissingAndWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	path := file(t, "members.csv", "姓名,备忘\n王小英,x\n")
	l := look(t, path, Options{Map: map[string]string{"备忘": ward.UnusedColumn}})
	if !slices.Contains(l.Missing, "编码") || slices.Contains(l.Missing, "姓名") {
		t.Errorf("missing: %v", l.Missing)
	}
	if got := l.Heads[1].Column; got != ward.UnusedColumn {
		t.Errorf("the column put aside is %q", got)
	}
}

func TestTheMarkOfAKindOfFileIsThatOfItsHeaders(t *testing.T) {
	t.Parallel()
	mark := func(text string) string { return look(t, file(t, "members.csv", text), Options{}).Signature }
	one := mark(twoMembers)
	if other := mark("姓名,编码,特长,性别,党组织编码\n赵云,M9,,男,B2\n"); other != one {
		t.Error("other rows, or another order, make another kind of file")
	}
	if other := mark("姓名,编码,特长,性别,支部\n赵云,M9,,男,B2\n"); other == one {
		t.Error("other headers make no other kind of file")
	}
}

func TestALookReadsTheBeginningOfALongFile(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("编码,名称,经度,纬度\n")
	for i := range lookRows + 1 {
		fmt.Fprintf(&b, "P%d,点,%.5f,%.5f\n", i, station[0], station[1])
	}
	if l := look(t, file(t, "points.csv", b.String()), Options{}); l.Whole || l.Rows != lookRows {
		t.Errorf("%d rows, whole %v", l.Rows, l.Whole)
	}
}

func TestALookPutsTheSystemFirstThatSuitsTheTerritory(t *testing.T) {
	t.Parallel()
	zone, err := geo.Zone(4549)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		write func(orb.Point) orb.Point
		first string
		swap  bool
	}{
		"degrees":        {func(p orb.Point) orb.Point { return p }, "wgs84", false},
		"latitude first": {func(p orb.Point) orb.Point { return orb.Point{p[1], p[0]} }, "wgs84", true},
		"shifted twice":  {geo.ToBD09, "bd09", false},
		"metres":         {zone.Metres, "EPSG:4549", false},
	} {
		l := look(t, file(t, "points.csv", spread(c.write)), Options{Within: street})
		if !l.Placed || len(l.Systems) == 0 {
			t.Fatalf("%s: no system: %+v", name, l)
		}
		if got := l.Systems[0]; !strings.EqualFold(got.Name, c.first) || got.Swap != c.swap || got.Share < 0.99 || !strings.Contains(got.Said, "红旗街道") {
			t.Errorf("%s: first is %+v", name, got)
		}
	}
	// Without a registered area it still says what could be.
	if l := look(t, file(t, "points.csv", spread(func(p orb.Point) orb.Point { return p })), Options{}); len(l.Systems) == 0 || !strings.Contains(l.Systems[0].Said, "还没有登记辖区") {
		t.Errorf("%+v", l.Systems)
	}
}

func TestALookAtWhatCannotBeReadSaysWhy(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "\n\n"} {
		if _, err := Look(t.Context(), file(t, "members.csv", text), Options{}); ward.ErrorCode(err) != ward.Invalid || !strings.Contains(ward.ErrorMessage(err), "没有表头") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
