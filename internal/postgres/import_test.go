package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

const importKeys = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

// desk is a store with the files of a small street on its table.
type desk struct {
	*testing.T
	db *postgres.DB
}

func newDesk(t *testing.T) desk {
	t.Helper()
	keys, err := postgres.ParseKeys(importKeys)
	if err != nil {
		t.Fatal(err)
	}
	return desk{t, postgres.New(pgtest.New(t), keys)}
}

// rec is one row of a file; keys and values alternate.
func rec(shape orb.Geometry, pairs ...any) ward.Record {
	r := ward.Record{Shape: shape, Values: map[string]any{}}
	for i := 0; i < len(pairs); i += 2 {
		r.Values[pairs[i].(string)] = pairs[i+1]
	}
	return r
}

// lines numbers the rows as a table would, the header being line 1.
func lines(records []ward.Record) iter.Seq2[ward.Record, error] {
	return func(yield func(ward.Record, error) bool) {
		for i, r := range records {
			r.Line = i + 2
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (d desk) importAs(scope ward.Scope, sheet string, o ward.ImportOptions, records ...ward.Record) ward.ImportReport {
	d.Helper()
	s, ok := ward.SheetByName(sheet)
	if !ok {
		d.Fatalf("no sheet %s", sheet)
	}
	r, err := d.db.Import(d.Context(), scope, s, sheet+".csv", lines(records), o)
	if err != nil {
		d.Fatalf("%s: %v", sheet, err)
	}
	return r
}

func (d desk) bring(sheet string, records ...ward.Record) ward.ImportReport {
	d.Helper()
	return d.importAs(ward.System(""), sheet, ward.ImportOptions{}, records...)
}

func (d desk) count(sql string, args ...any) (n int) {
	d.Helper()
	if err := d.db.Pool.QueryRow(d.Context(), sql, args...).Scan(&n); err != nil {
		d.Fatalf("%s: %v", sql, err)
	}
	return n
}

// box is a square of the small street, in thousandths of a degree.
func box(x, y, w, h float64) orb.MultiPolygon {
	x, y = 120+x/1000, 30+y/1000
	w, h = w/1000, h/1000
	return orb.MultiPolygon{{{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}, {x, y}}}}
}

func line(x, y, x2, y2 float64) orb.MultiLineString {
	return orb.MultiLineString{{{120 + x/1000, 30 + y/1000}, {120 + x2/1000, 30 + y2/1000}}}
}

func at(x, y float64) orb.Point { return orb.Point{120 + x/1000, 30 + y/1000} }

func day(text string) time.Time {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return d
}

// file is one sheet of the small street.
type file struct {
	sheet   string
	records []ward.Record
}

// street is a file for every sheet, in import order.
func street() []file {
	return []file{
		{"areas", []ward.Record{ // children before parents, a community without its parent
			rec(box(0, 0, 5, 10), "code", "C1", "name", "绿地社区", "level", "community"),
			rec(box(5, 0, 5, 10), "code", "C2", "name", "锦绣社区", "level", "community", "parent", "S1"),
			rec(box(0, 0, 10, 10), "code", "S1", "name", "红旗街道", "level", "street", "parent", "D1"),
			rec(box(0, 0, 20, 10), "code", "D1", "name", "江澜区", "level", "district"),
		}},
		{"roads", []ward.Record{rec(line(0, 5, 10, 5), "code", "R1", "name", "人民路", "kind", "main", "bridge", false)}},
		{"grounds", []ward.Record{rec(box(1, 6, 1, 1), "code", "G1", "kind", "park")}},
		{"courtyards", []ward.Record{rec(box(1, 1, 3, 3), "code", "Y1", "name", "绿地苑", "kind", "walled", "built", 1998)}},
		{"buildings", []ward.Record{
			rec(box(1, 1, 1, 1), "code", "B1", "number", "1号楼", "kind", "residential", "floors", 6, "units", 2, "courtyard", "Y1"),
			rec(box(6, 1, 1, 1), "code", "B2", "name", "商务楼", "kind", "tower"),
		}},
		{"grids", []ward.Record{
			rec(box(0, 0, 5, 10), "code", "W1", "name", "第一网格", "community", "C1"),
			rec(box(5, 0, 5, 10), "code", "W2", "name", "第二网格"),
		}},
		{"households", []ward.Record{
			rec(nil, "code", "H1", "building", "B1", "unit", 1, "floor", 1, "room", "101", "persons", 3, "head", "王小英", "phone", "13800000101", "id_no", "330000199001010011", "tags", []string{"hardship"}, "consent_until", day("2099-01-01")),
			rec(nil, "code", "H2", "building", "B1", "unit", 1, "floor", 2, "room", "201"),
		}},
		{"branches", []ward.Record{ // a branch before the one above it
			rec(nil, "code", "Z2", "name", "第一网格党支部", "kind", "grid", "parent", "Z1", "area", "C1", "grids", []string{"W1"}, "secretary", "赵书记"),
			rec(nil, "code", "Z1", "name", "绿地社区党委", "kind", "community_committee", "area", "C1"),
		}},
		{"institutions", []ward.Record{rec(nil, "code", "U1", "name", "某公司", "building", "B2", "staff", 30, "party_mode", "joint", "branch", "Z1")}},
		{"members", []ward.Record{
			rec(nil, "code", "M1", "name", "李雷", "gender", "male", "birth_year", 1960, "kind", "retired", "branch", "Z2", "joined", day("1985-07-01"), "household", "H1", "phone", "13900000102", "skills", []string{"书法"}),
			rec(nil, "code", "M2", "name", "韩梅", "branch", "Z2"),
		}},
		{"hubs", []ward.Record{rec(nil, "code", "K1", "name", "李家小屋", "member", "M1", "household", "H1", "offers", []string{"reading"}, "doors", []string{"H2"})}},
		{"teams", []ward.Record{rec(at(2, 2), "code", "T1", "name", "护绿队", "kind", "greening", "area", "C1", "grids", []string{"W1"}, "leader", "M1", "members", []string{"M1", "M2"})}},
		{"points", []ward.Record{
			rec(at(3, 3), "code", "P1", "name", "党群服务中心", "kind", "service_centre", "area", 350.0, "rooms", []string{"会议室", "阅览室"}, "services", []string{"党员关系"}, "phone", "0573-00000001"),
			rec(nil, "code", "P2", "name", "服务站", "building", "B1"),
		}},
		{"lanes", []ward.Record{rec(line(1, 2, 4, 2), "code", "L1", "name", "一弄", "paving", "brick", "width", 2.5)}},
		{"grid_roles", []ward.Record{
			rec(nil, "grid", "W1", "role", "leader", "member", "M1"),
			rec(nil, "grid", "W1", "role", "police", "name", "陈警官", "phone", "13700000103"),
		}},
		{"stewards", []ward.Record{
			rec(nil, "kind", "lane", "member", "M1", "places", []string{"L1"}),
			rec(nil, "kind", "building", "member", "M2", "places", []string{"B1"}),
			rec(nil, "kind", "building", "member", "M2", "places", []string{"Y1"}),
		}},
		{"pledges", []ward.Record{
			rec(nil, "member", "M1", "kind", "needy_household", "target", "H1", "text", "每月上门", "since", day("2024-01-01")),
			rec(nil, "member", "M1", "kind", "hygiene", "target", "L1", "text", "每周清扫"),
		}},
		{"pairings", []ward.Record{
			rec(nil, "code", "J1", "kind", "branch_branch", "left", "Z1", "right", "Z2", "from", day("2024-01-01"), "to", day("2030-01-01")),
			rec(nil, "code", "J2", "kind", "member_household", "left", "M1", "right", "H2"),
			rec(nil, "code", "J3", "kind", "leader_community", "left", "M2", "right", "C1"),
		}},
		{"honours", []ward.Record{
			rec(nil, "kind", "good_branch", "target", "Z2", "year", 2024, "given_by", "街道党工委"),
			rec(nil, "kind", "good_household", "target", "H2", "year", 2024),
		}},
	}
}

// bringStreet imports the small street and fails on anything but full success.
func (d desk) bringStreet() {
	d.Helper()
	for _, f := range street() {
		r := d.bring(f.sheet, f.records...)
		if r.Errors > 0 || !r.Written {
			d.Fatalf("%s: %+v", f.sheet, r)
		}
	}
}

func TestEverySheetIsWrittenAndAgainChangesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if got, want := len(street()), len(ward.Sheets()); got != want {
		t.Fatalf("the small street has %d sheets, the ward %d", got, want)
	}
	for _, f := range street() {
		r := d.bring(f.sheet, f.records...)
		fresh := len(f.records)
		if f.sheet == "stewards" {
			fresh-- // two rows of one steward
		}
		if r.Errors != 0 || r.Inserted != fresh || r.Updated != 0 || r.Skipped != 0 || !r.Written {
			t.Errorf("%s: %+v", f.sheet, r)
		}
	}
	for _, f := range street() {
		if r := d.bring(f.sheet, f.records...); r.Inserted != 0 || r.Updated != 0 || r.Same != len(f.records) || r.Errors != 0 {
			t.Errorf("%s again: %+v", f.sheet, r)
		}
	}
	for sql, want := range map[string]int{
		`select count(*) from area where path <@ (select path from area where code = 'D1')`:                                                         4,
		`select count(*) from grid g join area a on a.id = g.community where g.path <@ a.path and (g.code, a.code) in (('W1', 'C1'), ('W2', 'C2'))`: 2,
		`select count(*) from building b join courtyard y on y.id = b.courtyard where y.code = 'Y1' and b.floors = 6 and b.units = 2`:               1,
		`select count(*) from household_tag t join household h on h.id = t.household where h.code = 'H1' and t.kind = 'hardship'`:                   1,
		`select count(*) from branch b join branch u on u.id = b.parent where b.code = 'Z2' and u.code = 'Z1'`:                                      1,
		`select count(*) from branch_grid_now`: 1,
		`select count(*) from institution where st_equals(pt, (select pt from building where code = 'B2'))`:          1,
		`select count(*) from member m join household h on h.id = m.household where m.code = 'M1' and h.code = 'H1'`: 1,
		`select count(*) from hub_door`:    1,
		`select count(*) from team_member`: 2,
		`select count(*) from team_grid`:   1,
		`select count(*) from room`:        2,
		`select count(*) from grid_role where role = 'leader' and member is not null`: 1,
		`select count(*) from steward`:       2,
		`select count(*) from steward_place`: 3,
		`select count(*) from pledge where household is not null or text like '%(一弄)'`: 2,
		`select count(*) from pairing`: 3,
		`select count(*) from honour`:  2,
		// the head of H1, two members, the secretary, the policeman
		`select count(*) from person`:                                5,
		`select count(*) from import_run where written`:              2 * len(ward.Sheets()),
		`select count(*) from audit where operation = 'import-file'`: 2 * len(ward.Sheets()),
	} {
		if got := d.count(sql); got != want {
			t.Errorf("%d, want %d: %s", got, want, sql)
		}
	}
}

func TestPhonesAndIDNumbersAreSealedForTheirRow(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bringStreet()
	var phone, idNo []byte
	var tail, digest string
	var person int64
	err := d.db.Pool.QueryRow(t.Context(), `select p.id, p.phone_sealed, p.id_no_sealed, p.phone_tail, encode(p.id_no_digest, 'hex') from household h join person p on p.id = h.head where h.code = 'H1'`).
		Scan(&person, &phone, &idNo, &tail, &digest)
	if err != nil {
		t.Fatal(err)
	}
	got, err := d.db.Keys.Open(fmt.Sprintf("person.phone/%d", person), phone)
	if err != nil || got != "13800000101" || tail != "0101" {
		t.Errorf("phone %q (%v), tail %q", got, err, tail)
	}
	got, err = d.db.Keys.Open(fmt.Sprintf("person.id_no/%d", person), idNo)
	if err != nil || got != "330000199001010011" || digest == "" {
		t.Errorf("id %q (%v)", got, err)
	}
	// A new phone replaces the old one in the same row; the name stays.
	d.bring("households", rec(nil, "code", "H1", "building", "B1", "unit", 1, "room", "101", "phone", "13811112222"))
	if n := d.count(`select count(*) from household h join person p on p.id = h.head where h.code = 'H1' and p.id = $1 and p.name = '王小英' and p.phone_tail = '2222' and p.id_no_sealed is not null`, person); n != 1 {
		t.Error("the person was not kept with a new phone")
	}
	if n := d.count(`select count(*) from import_run where findings::text ~ '王小英|13800000101|330000199001010011|陈警官'`); n != 0 {
		t.Error("a report holds personal values")
	}
}

func TestADryRunWritesNothingAndSaysWhatItWould(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, f := range street()[:1] {
		r := d.importAs(ward.System(""), f.sheet, ward.ImportOptions{DryRun: true}, f.records...)
		if r.Written || !r.DryRun || r.Inserted != len(f.records) || r.Errors != 0 {
			t.Errorf("%+v", r)
		}
	}
	if n := d.count(`select count(*) from area`); n != 0 {
		t.Errorf("%d areas after a dry run", n)
	}
	if n := d.count(`select count(*) from import_run where dry_run and not written`); n != 1 {
		t.Errorf("%d reports", n)
	}
}

func TestOneBadRowMeansNothingIsWrittenUnlessAsked(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bringStreet()
	rows := []ward.Record{
		rec(nil, "code", "H8", "building", "B1", "room", "801"),
		rec(nil, "code", "H9", "building", "nowhere", "room", "901"),
	}
	r := d.bring("households", rows...)
	if r.Written || r.Errors != 1 || r.Inserted != 0 || r.Skipped != 2 {
		t.Errorf("%+v", r)
	}
	if f := r.Findings[0]; f.Line != 3 || f.Field != "楼栋编码" || f.Level != ward.LevelError || !strings.Contains(f.Message, "“nowhere”") {
		t.Errorf("%+v", f)
	}
	if n := d.count(`select count(*) from household where code in ('H8', 'H9')`); n != 0 {
		t.Errorf("%d rows written", n)
	}
	r = d.importAs(ward.System(""), "households", ward.ImportOptions{SkipBad: true}, rows...)
	if !r.Written || r.Inserted != 1 || r.Skipped != 1 || r.Errors != 1 {
		t.Errorf("skipping: %+v", r)
	}
	if n := d.count(`select count(*) from household where code in ('H8', 'H9')`); n != 1 {
		t.Errorf("%d rows written when skipping", n)
	}
}

// TestWhatIsWrongIsToldByRowAndField brings one wrong row for each rule.
func TestWhatIsWrongIsToldByRowAndField(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bringStreet()
	for _, c := range []struct {
		name, sheet string
		rows        []ward.Record
		field, say  string
	}{
		{"a street in a street", "areas", []ward.Record{rec(box(0, 0, 1, 1), "code", "S2", "name", "甲", "level", "street", "parent", "S1")}, "上级编码", "级别不对"},
		{"a parent nobody knows", "areas", []ward.Record{rec(box(0, 0, 1, 1), "code", "C3", "name", "甲", "level", "community", "parent", "S9")}, "上级编码", "“S9”"},
		{"an area outside all", "areas", []ward.Record{rec(box(90, 90, 1, 1), "code", "C3", "name", "甲", "level", "community")}, "上级编码", "没有写上级"},
		{"a code areas cannot have", "areas", []ward.Record{rec(box(0, 0, 1, 1), "code", "一", "name", "甲", "level", "district")}, "编码", "字母"},
		{"the child of a bad row", "areas", []ward.Record{
			rec(box(90, 90, 1, 1), "code", "S8", "name", "甲", "level", "street", "parent", "D8"),
			rec(box(90, 90, 1, 1), "code", "C8", "name", "乙", "level", "community", "parent", "S8"),
		}, "上级编码", "“S8”"},
		{"another level", "areas", []ward.Record{rec(box(0, 0, 5, 10), "code", "C1", "name", "甲", "level", "street", "parent", "D1")}, "级别", "不能改变级别"},
		{"a code twice", "lanes", []ward.Record{rec(line(0, 0, 1, 1), "code", "L8", "name", "甲"), rec(line(0, 0, 1, 1), "code", "L8", "name", "乙")}, "编码", "与第2行重复"},
		{"too many floors", "buildings", []ward.Record{rec(box(8, 1, 1, 1), "code", "B8", "floors", 201)}, "楼层数", "0—200"},
		{"a year", "buildings", []ward.Record{rec(box(8, 1, 1, 1), "code", "B8", "built", 98)}, "建成年份", "四位"},
		{"an unknown courtyard", "buildings", []ward.Record{rec(box(8, 1, 1, 1), "code", "B8", "courtyard", "Y9")}, "小区编码", "“Y9”的小区院落"},
		{"a large crossed shape", "buildings", []ward.Record{rec(zigzag(400), "code", "B8")}, "图形", "自相交"},
		{"a grid outside communities", "grids", []ward.Record{rec(box(90, 90, 1, 1), "code", "W8", "name", "甲")}, "社区编码", "不在任何社区"},
		{"a grid of an unknown community", "grids", []ward.Record{rec(box(1, 1, 1, 1), "code", "W8", "name", "甲", "community", "C9")}, "社区编码", "“C9”"},
		{"a grid that moves", "grids", []ward.Record{rec(box(5, 0, 5, 10), "code", "W1", "name", "甲", "community", "C2")}, "社区编码", "不能换社区"},
		{"a door twice in the file", "households", []ward.Record{rec(nil, "code", "H8", "building", "B1", "room", "8"), rec(nil, "code", "H9", "building", "B1", "unit", 1, "room", "8")}, "室号", "与第2行"},
		{"a door that is registered", "households", []ward.Record{rec(nil, "code", "H8", "building", "B1", "unit", 1, "room", "101")}, "室号", "已登记"},
		{"a tag without consent", "households", []ward.Record{rec(nil, "code", "H8", "building", "B1", "room", "8", "tags", []string{"illness"})}, "标签同意有效期", "同意"},
		{"grids of two communities", "branches", []ward.Record{rec(nil, "code", "Z8", "name", "甲", "kind", "grid", "area", "C1", "grids", []string{"W1", "W2"})}, "网格编码", "2个社区"},
		{"a grid that has a branch", "branches", []ward.Record{rec(nil, "code", "Z8", "name", "甲", "kind", "grid", "area", "C1", "grids", []string{"W1"})}, "网格编码", "已有另一个"},
		{"branches in a circle", "branches", []ward.Record{
			rec(nil, "code", "Z8", "name", "甲", "kind", "group", "area", "C1", "parent", "Z9"),
			rec(nil, "code", "Z9", "name", "乙", "kind", "group", "area", "C1", "parent", "Z8"),
		}, "上级编码", "绕成了圈"},
		{"its own parent", "branches", []ward.Record{rec(nil, "code", "Z8", "name", "甲", "kind", "group", "area", "C1", "parent", "Z8")}, "上级编码", "自己的上级"},
		{"a unit nowhere", "institutions", []ward.Record{rec(nil, "code", "U8", "name", "甲")}, "图形", "没有位置"},
		{"a point nowhere", "points", []ward.Record{rec(nil, "code", "P8", "name", "甲")}, "图形", "没有位置"},
		{"an unknown branch", "members", []ward.Record{rec(nil, "code", "M8", "name", "甲", "branch", "Z9")}, "党组织编码", "“Z9”的党组织"},
		{"a hub that is one", "hubs", []ward.Record{rec(nil, "code", "K8", "name", "甲", "member", "M1", "household", "H1")}, "户编码", "已是另一个"},
		{"an unknown member of a team", "teams", []ward.Record{rec(nil, "code", "T8", "name", "甲", "kind", "legal", "area", "C1", "members", []string{"M1", "M9"})}, "队员党员编码", "“M9”的党员"},
		{"a role of nobody", "grid_roles", []ward.Record{rec(nil, "grid", "W1", "role", "hub")}, "党员编码", "至少填一项"},
		{"two leaders", "grid_roles", []ward.Record{rec(nil, "grid", "W1", "role", "leader", "member", "M1"), rec(nil, "grid", "W1", "role", "leader", "member", "M2")}, "角色", "只有一名网格长"},
		{"a lane keeper of a building", "stewards", []ward.Record{rec(nil, "kind", "lane", "member", "M1", "places", []string{"B1"})}, "负责范围编码", "“B1”的巷道"},
		{"a pledge for nobody", "pledges", []ward.Record{rec(nil, "member", "M2", "kind", "order", "target", "X9")}, "对象编码", "“X9”"},
		{"a pairing of the wrong kind", "pairings", []ward.Record{rec(nil, "code", "J8", "kind", "member_household", "left", "Z1", "right", "H1")}, "甲方编码", "“Z1”的党员"},
		{"a pairing that ends first", "pairings", []ward.Record{rec(nil, "code", "J8", "kind", "branch_branch", "left", "Z1", "right", "Z2", "from", day("2024-02-01"), "to", day("2024-01-01"))}, "结束日期", "早于开始"},
		{"an honour of the wrong kind", "honours", []ward.Record{rec(nil, "kind", "good_lane", "target", "B1", "year", 2024)}, "对象编码", "“B1”的巷道"},
	} {
		r := d.bring(c.sheet, c.rows...)
		last := len(c.rows) + 1
		ok := !r.Written && r.Errors > 0
		found := false
		for _, f := range r.Findings {
			found = found || f.Level == ward.LevelError && f.Field == c.field && strings.Contains(f.Message, c.say) && f.Line <= last && f.Line >= 2
		}
		if !ok || !found {
			t.Errorf("%s: %+v, want %s %q", c.name, r, c.field, c.say)
		}
	}
}

// zigzag is one ring of n vertices that crosses itself at every step.
func zigzag(n int) orb.MultiPolygon {
	ring := orb.Ring{}
	for i := range n {
		ring = append(ring, at(float64(i)/float64(n), float64(i*7919%n)/float64(n)))
	}
	return orb.MultiPolygon{{append(ring, ring[0])}}
}

func TestASmallCrossedShapeIsRepairedAndSaidSo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	bow := orb.MultiPolygon{{{at(1, 1), at(2, 2), at(2, 1), at(1, 2), at(1, 1)}}}
	r := d.bring("buildings", rec(bow, "code", "B1"))
	if !r.Written || r.Inserted != 1 || r.Warnings != 1 || !strings.Contains(r.Findings[0].Message, "自相交") || r.Findings[0].Done == "" {
		t.Fatalf("%+v", r)
	}
	if n := d.count(`select count(*) from building where st_isvalid(geom) and st_numgeometries(geom) = 2`); n != 1 {
		t.Error("the bow tie is not two triangles")
	}
}

func TestOverlapsAndGapsOfALayerAreToldWithTheirPlace(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	street := func(code string, shape orb.MultiPolygon) ward.Record {
		return rec(shape, "code", code, "name", "街道"+code, "level", "street")
	}
	hole := box(3, 3, 1, 1)[0][0]
	slices.Reverse(hole)
	ring := box(0, 0, 10, 10)
	ring[0] = append(ring[0], hole)
	r := d.bring("areas",
		street("A1", ring), street("A2", box(9, 0, 10, 10)), street("A3", box(19, 0, 5, 10)),
		rec(box(0, 0, 24, 10), "code", "D1", "name", "区", "level", "district"))
	if !r.Written || r.Inserted != 4 || r.Warnings != 2 {
		t.Fatalf("%+v", r)
	}
	for i, want := range []string{"与第3个要素重叠", "中间有"} {
		if f := r.Findings[i]; f.Line != 2 || f.Feature != "A1" || !strings.Contains(f.Message, want) || !strings.Contains(f.Message, "附近") || f.Done == "" {
			t.Errorf("%+v, want %s", f, want)
		}
	}
	r = d.bring("buildings", rec(box(1, 1, 1, 1), "code", "B1"), rec(box(1.5, 1, 1, 1), "code", "B2"), rec(box(2.5, 1, 1, 1), "code", "B3"))
	if !r.Written || r.Warnings != 1 || r.Findings[0].Line != 2 {
		t.Errorf("%+v", r)
	}
}

func TestHostileTextIsKeptAsText(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bringStreet()
	names := []string{"<script>alert(1)</script>", "=cmd|'/c calc'!A0", "'; drop table person; --", `\`, "$1", "{}", `"`}
	rows := []ward.Record{}
	for i, n := range names {
		rows = append(rows, rec(at(1, 1), "code", fmt.Sprint("P-", i), "name", n, "services", []string{n, "{" + n + "}"}))
	}
	if r := d.bring("points", rows...); r.Inserted != len(names) {
		t.Fatalf("%+v", r)
	}
	for i, n := range names {
		if got := d.count(`select count(*) from point where code = $1 and name = $2 and services = $3`, fmt.Sprint("P-", i), n, []string{n, "{" + n + "}"}); got != 1 {
			t.Errorf("%q was changed", n)
		}
	}
	r := d.bring("members", rec(nil, "code", "M8", "name", "甲", "branch", "'; drop table branch; --"))
	if r.Errors != 1 || !strings.Contains(r.Findings[0].Message, "“'; drop table branch”") {
		t.Errorf("%+v", r.Findings)
	}
}

func TestABlankCellLeavesWhatIsRegistered(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bringStreet()
	d.bring("households", rec(nil, "code", "H1", "building", "B1", "room", "101", "use", "rent"))
	if n := d.count(`select count(*) from household h where code = 'H1' and persons = 3 and use = 'rent' and head is not null and exists (select from household_tag t where t.household = h.id)`); n != 1 {
		t.Error("a blank cell took something away")
	}
}

func TestDoorsMayChangePlacesInOneFile(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bringStreet()
	r := d.bring("households", rec(nil, "code", "H1", "building", "B1", "unit", 1, "room", "201"), rec(nil, "code", "H2", "building", "B1", "unit", 1, "room", "101"))
	if !r.Written || r.Updated != 2 {
		t.Errorf("%+v", r)
	}
}

func TestAPersonImportsOnlyWithinTheirTerritory(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bringStreet()
	if _, err := d.db.Settle(t.Context(), []string{"areas", "grids"}, nil); err != nil {
		t.Fatal(err)
	}
	var path string
	if err := d.db.Pool.QueryRow(t.Context(), `select path::text from area where code = 'C1'`).Scan(&path); err != nil {
		t.Fatal(err)
	}
	mine := ward.System(path)
	for _, f := range street() {
		if f.sheet == "areas" {
			continue
		}
		r := d.importAs(mine, f.sheet, ward.ImportOptions{DryRun: true}, f.records...)
		outside := 0
		for _, x := range r.Findings {
			if strings.Contains(x.Message, "辖区") {
				outside++
			}
		}
		want := map[string]int{"roads": 1, "buildings": 1, "grids": 1, "institutions": 1}[f.sheet]
		if f.sheet == "roads" {
			outside, want = 0, 0 // its inner point is on the border of both
		}
		if r.Errors > outside && f.sheet != "roads" || (outside > 0) != (want > 0) {
			t.Errorf("%s: %+v", f.sheet, r.Findings)
		}
	}
	// What is registered elsewhere may not be pulled over the border.
	for _, c := range []file{
		{"buildings", []ward.Record{rec(box(1, 6, 1, 1), "code", "B2")}},
		{"institutions", []ward.Record{rec(at(1, 1), "code", "U1", "name", "某公司")}},
	} {
		r := d.importAs(mine, c.sheet, ward.ImportOptions{}, c.records...)
		if r.Written || r.Errors == 0 || !strings.Contains(r.Findings[0].Message, "辖区之外") {
			t.Errorf("%s: %+v", c.sheet, r)
		}
	}
	if r, err := d.db.Import(t.Context(), ward.Scope{}, ward.Sheets()[0], "x", lines(nil), ward.ImportOptions{}); ward.ErrorCode(err) != ward.Forbidden {
		t.Errorf("without a territory: %+v %v", r, err)
	}
}

func TestAFileThatBreaksOffWritesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	sheet, _ := ward.SheetByName("roads")
	broken := ward.Errorf(ward.Invalid, "文件不完整")
	_, err := d.db.Import(t.Context(), ward.System(""), sheet, "roads.geojson", func(yield func(ward.Record, error) bool) {
		if yield(ward.Record{Line: 1, Values: map[string]any{"code": "R1"}, Shape: line(0, 0, 1, 1)}, nil) {
			yield(ward.Record{}, broken)
		}
	}, ward.ImportOptions{SkipBad: true})
	if !errors.Is(err, broken) {
		t.Errorf("%v, want what broke", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err = d.db.Import(ctx, ward.System(""), sheet, "roads.geojson", func(yield func(ward.Record, error) bool) {
		cancel()
		yield(ward.Record{Line: 1, Values: map[string]any{"code": "R1"}, Shape: line(0, 0, 1, 1)}, nil)
	}, ward.ImportOptions{})
	if err == nil {
		t.Error("a cancelled import ended well")
	}
	if n := d.count(`select count(*) from road`); n != 0 {
		t.Errorf("%d roads written", n)
	}
}

func TestReportsCanBeReadAgainByWhoMayAndHoldTheFirstFindings(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	rows := []ward.Record{}
	for range 1200 {
		rows = append(rows, ward.Record{Values: map[string]any{}, Findings: []ward.Finding{
			{Field: "名称", Level: ward.LevelNote, Message: "说明"}, {Field: "编码", Level: ward.LevelError, Message: "缺少编码", Done: "已跳过"},
		}})
	}
	r := d.bring("lanes", rows...)
	if r.Errors != 1200 || r.Notes != 1200 || len(r.Findings) != ward.MaxFindings || r.Findings[0].Level != ward.LevelError || r.ID == 0 {
		t.Errorf("%d errors, %d notes, %d kept", r.Errors, r.Notes, len(r.Findings))
	}
	again, err := d.db.ImportRun(t.Context(), ward.System(""), r.ID)
	if err != nil || again.Title != "巷道" || len(again.Findings) != ward.MaxFindings || again.Rows != 1200 || again.File != "lanes.csv" {
		t.Errorf("%+v %v", again, err)
	}
	list, err := d.db.ImportRuns(t.Context(), ward.System(""), 10)
	if err != nil || len(list) != 1 || list[0].ID != r.ID || len(list[0].Findings) != 0 || list[0].Errors != 1200 {
		t.Errorf("%+v %v", list, err)
	}
	if _, err := d.db.ImportRun(t.Context(), ward.System("d9.s9"), r.ID); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("of another territory: %v", err)
	}
}

func TestPositionsAreFoundInTheStreetsThatAreRegistered(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if within, err := d.db.Within(t.Context(), ward.System("")); err != nil || within != nil {
		t.Fatalf("a look-up of nothing: %v", err)
	}
	square := func(west, size float64) orb.MultiPolygon {
		return orb.MultiPolygon{{{{west, 31}, {west + size, 31}, {west + size, 31 + size}, {west, 31 + size}, {west, 31}}}}
	}
	d.importAs(ward.System(""), "areas", ward.ImportOptions{},
		rec(square(121, 1), "code", "D1", "name", "静安区", "level", "district"),
		rec(square(121, 0.1), "code", "S1", "name", "红旗街道", "level", "street", "parent", "D1"),
		rec(square(121.1, 0.1), "code", "S2", "name", "江宁路街道", "level", "street", "parent", "D1"))
	for _, c := range []struct {
		scope ward.Scope
		at    orb.Point
		name  string
	}{
		{ward.System(""), orb.Point{121.05, 31.05}, "红旗街道"},
		{ward.System(""), orb.Point{121.15, 31.05}, "江宁路街道"},
		{ward.System(""), orb.Point{121.5, 31.5}, ""},
	} {
		within, err := d.db.Within(t.Context(), c.scope)
		if err != nil {
			t.Fatal(err)
		}
		if name, ok := within(c.at); name != c.name || ok != (c.name != "") {
			t.Errorf("%v: %q %v, want %q", c.at, name, ok, c.name)
		}
	}
	if within, err := d.db.Within(t.Context(), ward.System("nowhere")); err != nil || within != nil {
		t.Errorf("areas of another territory: %v", err)
	}
}
