package postgres_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"wangge/internal/ward"
)

// registers is the content of every table a file can fill, for comparing.
func (d desk) registers() map[string]string {
	d.Helper()
	out := map[string]string{}
	rows, err := d.db.Pool.Query(d.Context(), `select distinct event_object_table::text from information_schema.triggers where trigger_name = 'import_insert'`)
	if err != nil {
		d.Fatal(err)
	}
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			d.Fatal(err)
		}
		tables = append(tables, name)
	}
	if len(tables) < 20 {
		d.Fatalf("only %v are recorded", tables)
	}
	for _, name := range tables {
		// Versions go on, so that nobody takes the old state for the newest.
		var text string
		err := d.db.Pool.QueryRow(d.Context(), `select coalesce(string_agg((to_jsonb(t) - 'version' - 'updated_at' - 'cell' - 'colour')::text, E'\n' order by (to_jsonb(t) - 'version' - 'updated_at' - 'cell')::text), '') from `+name+` t`).Scan(&text)
		if err != nil {
			d.Fatal(err)
		}
		out[name] = text
	}
	return out
}

func (d desk) differ(before, after map[string]string) {
	d.Helper()
	for name, text := range before {
		if after[name] != text {
			d.Errorf("%s was\n%.600s\nand is\n%.600s", name, text, after[name])
		}
	}
}

func TestEveryImportCanBeTakenBackInReverseOrder(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	type step struct {
		id     int64
		before map[string]string
	}
	steps := []step{}
	for _, f := range street() {
		before := d.registers()
		r := d.bring(f.sheet, f.records...)
		if !r.Written {
			t.Fatalf("%+v", r)
		}
		steps = append(steps, step{r.ID, before})
	}
	for i := len(steps) - 1; i >= 0; i-- {
		if _, err := d.db.UndoImport(t.Context(), ward.System(""), steps[i].id, nil); err != nil {
			t.Fatalf("%s: %v", street()[i].sheet, err)
		}
		d.differ(steps[i].before, d.registers())
	}
}

func TestWhatAnImportChangedIsAsItWas(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, f := range street() {
		d.bring(f.sheet, f.records...)
	}
	for _, f := range []file{
		{"buildings", []ward.Record{rec(box(1, 1, 1.2, 1), "code", "B1", "number", "甲1号楼"), rec(box(3, 1, 1, 1), "code", "B9", "number", "9号楼")}},
		{"households", []ward.Record{ // two doors change places, a tag goes and another comes
			rec(nil, "code", "H1", "building", "B1", "unit", 1, "floor", 2, "room", "201", "tags", []string{"disabled"}, "consent_until", day("2098-01-01")),
			rec(nil, "code", "H2", "building", "B1", "unit", 1, "floor", 1, "room", "101", "head", "新户主"),
		}},
		{"branches", []ward.Record{rec(nil, "code", "Z2", "name", "改名的支部", "kind", "grid", "area", "C1", "parent", "Z3", "grids", []string{}), rec(nil, "code", "Z3", "name", "新的党委", "kind", "community_committee", "area", "C1")}},
		{"members", []ward.Record{rec(nil, "code", "M1", "name", "李雷雷", "branch", "Z1", "phone", "13900000999")}},
		{"hubs", []ward.Record{rec(nil, "code", "K1", "name", "改名小屋", "member", "M1", "household", "H2", "doors", []string{"H1"})}},
		{"teams", []ward.Record{rec(at(3, 3), "code", "T1", "name", "巡逻队", "kind", "patrol", "area", "C2", "grids", []string{"W2"}, "members", []string{"M2"})}},
		{"points", []ward.Record{rec(at(4, 4), "code", "P1", "name", "换地方了", "rooms", []string{"新房间"})}},
		{"areas", []ward.Record{rec(box(0, 0, 5, 9), "code", "C1", "name", "绿地一社区", "level", "community")}},
		{"grids", []ward.Record{rec(box(0, 0, 5, 9), "code", "W1", "name", "第一网格（改）", "community", "C1")}},
	} {
		before := d.registers()
		r := d.bring(f.sheet, f.records...)
		if !r.Written || r.Inserted+r.Updated == 0 {
			t.Fatalf("%s: %+v", f.sheet, r)
		}
		if after := d.registers(); after[map[string]string{"buildings": "building", "households": "household", "branches": "branch", "members": "member", "hubs": "hub", "teams": "team", "points": "point", "areas": "area", "grids": "grid"}[f.sheet]] == "" {
			t.Fatal("nothing there")
		}
		u, err := d.db.UndoImport(t.Context(), ward.System(""), r.ID, nil)
		if err != nil {
			t.Fatalf("%s: %v", f.sheet, err)
		}
		if u.Restored == 0 || u.Sheet != f.sheet {
			t.Errorf("%+v", u)
		}
		d.differ(before, d.registers())
		run, err := d.db.ImportRun(t.Context(), ward.System(""), r.ID)
		if err != nil || run.Undone == nil || run.Undoable {
			t.Errorf("%+v, %v", run, err)
		}
	}
	if n := d.count(`select count(*) from audit where operation = 'undo-import'`); n != 9 {
		t.Errorf("%d in the audit", n)
	}
}

func TestUndoIsRefusedInWordsWhenLaterWorkDependsOnIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ids := map[string]int64{}
	for _, f := range street() {
		ids[f.sheet] = d.bring(f.sheet, f.records...).ID
	}
	if _, err := d.db.Settle(t.Context(), []string{"areas", "buildings", "grids"}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := d.db.Pool.Exec(t.Context(), `update point set hours = '全天' where code = 'P1'`); err != nil {
		t.Fatal(err)
	}
	before := d.registers()
	for sheet, words := range map[string][]string{
		"buildings":  {"户住户", "个单位"},
		"households": {"名党员", "个党员中心户"},
		"members":    {"个党员中心户", "支队伍"},
		"points":     {"1个服务点后来又有改动"},
		"areas":      {"个网格", "个党组织"},
	} {
		_, err := d.db.UndoImport(t.Context(), ward.System(""), ids[sheet], nil)
		if ward.ErrorCode(err) != ward.Conflict {
			t.Fatalf("%s: %v", sheet, err)
		}
		for _, w := range words {
			if !strings.Contains(ward.ErrorMessage(err), w) {
				t.Errorf("%s does not name %s: %v", sheet, w, err)
			}
		}
	}
	d.differ(before, d.registers())
}

func TestUndoTakesGridsAndCommunitiesFromTheirCells(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ids := []int64{}
	for _, f := range street()[:6] {
		ids = append(ids, d.bring(f.sheet, f.records...).ID)
	}
	settle := func(sheet string) {
		if _, err := d.db.Settle(t.Context(), []string{sheet}, nil); err != nil {
			t.Fatal(err)
		}
	}
	settle("grids")
	for i := 5; i >= 0; i-- {
		if _, err := d.db.UndoImport(t.Context(), ward.System(""), ids[i], nil); err != nil {
			t.Fatalf("%s: %v", street()[i].sheet, err)
		}
		settle(street()[i].sheet)
	}
	if n := d.count(`select (select count(*) from cell) + (select count(*) from grid) + (select count(*) from area) + (select count(*) from building)`); n != 0 {
		t.Errorf("%d things are left", n)
	}
	for _, f := range street()[:6] { // and once more from the beginning
		d.bring(f.sheet, f.records...)
	}
	settle("grids")
	if n := d.count(`select count(*) from building b where not exists (select from building_now n where n.building = b.id)`); n != 0 {
		t.Errorf("%d buildings without a grid", n)
	}
}

func TestUndoKeepsToTheTerritoryAndHappensOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.bring("areas", street()[0].records...)
	if _, err := d.db.UndoImport(t.Context(), ward.System("d1.s2"), r.ID, nil); ward.ErrorCode(err) == "" || err == nil {
		t.Error("undone from a smaller territory")
	}
	if _, err := d.db.UndoImport(t.Context(), ward.System(""), r.ID, func() error { return context.Canceled }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled at the last moment: %v", err)
	}
	if d.count(`select count(*) from area`) != 4 {
		t.Error("a cancelled undo left something")
	}
	if _, err := d.db.UndoImport(t.Context(), ward.System(""), r.ID, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := d.db.UndoImport(t.Context(), ward.System(""), r.ID, nil); ward.ErrorMessage(err) != "这次导入已经撤销过了" {
		t.Errorf("twice: %v", err)
	}
	if _, err := d.db.UndoImport(t.Context(), ward.System(""), 999, nil); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("unknown: %v", err)
	}
}

func TestACancelledImportWritesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	sheet, _ := ward.SheetByName("areas")
	_, err := d.db.Import(t.Context(), ward.System(""), sheet, "areas.csv", lines(street()[0].records), ward.ImportOptions{Commit: func() error { return context.Canceled }})
	if !errors.Is(err, context.Canceled) || d.count(`select (select count(*) from area) + (select count(*) from import_undo) + (select count(*) from import_run)`) != 0 {
		t.Errorf("%v", err)
	}
}
