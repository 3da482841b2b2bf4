package postgres_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// listed is one register: its list and, behind a number that is not there, its get.
type listed struct {
	name string
	list func(context.Context, ward.Scope, ward.Filter) (int, error)
	get  func(context.Context, ward.Scope, int64) error
}

func register[T, C any](name string, list func(context.Context, ward.Scope, ward.Filter) (ward.Page[T], error), get func(context.Context, ward.Scope, int64) (C, error)) listed {
	return listed{
		name,
		func(ctx context.Context, s ward.Scope, f ward.Filter) (int, error) {
			p, err := list(ctx, s, f)
			if err == nil && p.Items == nil {
				panic(name + ": a list is null")
			}
			return len(p.Items), err
		},
		func(ctx context.Context, s ward.Scope, id int64) error { _, err := get(ctx, s, id); return err },
	}
}

func registers(db *postgres.DB) []listed {
	return []listed{
		register("areas", db.Areas, db.Area), register("grids", db.Grids, db.GridCard), register("buildings", db.Buildings, db.Building),
		register("households", db.Households, db.Household), register("branches", db.Branches, db.BranchCard), register("members", db.Members, db.Member),
		register("hubs", db.Hubs, db.HubCard), register("institutions", db.Institutions, db.Institution), register("courtyards", db.Courtyards, db.Courtyard),
		register("lanes", db.Lanes, db.Lane), register("teams", db.Teams, db.TeamCard), register("points", db.Points, db.PointCard),
		register("stewards", db.Stewards, db.Steward), register("pledges", db.Pledges, db.Pledge), register("pairings", db.Pairings, db.Pairing), register("honours", db.Honours, db.Honour),
	}
}

func TestEveryRegisterTakesEveryFilter(t *testing.T) {
	t.Parallel()
	db := postgres.New(pgtest.New(t), postgres.Keys{})
	all := ward.System("")
	for _, r := range registers(db) {
		for _, f := range []ward.Filter{
			{},
			{Area: 1, Grid: 1, Kind: "own", Query: "绿地%_\\'", BBox: "120,30,121,31", After: "0", Limit: 500},
		} {
			if n, err := r.list(t.Context(), all, f); err != nil || n != 0 {
				t.Errorf("%s %+v: %d rows, %v", r.name, f, n, err)
			}
		}
		for _, bad := range []ward.Filter{{BBox: "Infinity,0,1,1"}, {BBox: "1,2,3"}, {BBox: "3,0,1,1"}, {After: "x"}} {
			if _, err := r.list(t.Context(), all, bad); ward.ErrorCode(err) != ward.Invalid {
				t.Errorf("%s %+v: %v", r.name, bad, err)
			}
		}
		if err := r.get(t.Context(), all, 1); ward.ErrorCode(err) != ward.NotFound {
			t.Errorf("%s: one that is not there: %v", r.name, err)
		}
	}
}

func TestBoardsOfAnEmptyStreet(t *testing.T) {
	t.Parallel()
	db := postgres.New(pgtest.New(t), postgres.Keys{})
	all := ward.System("")
	if snap, err := db.Snapshot(t.Context(), all); err != nil || snap.Visits == nil || snap.Incidents == nil || snap.Epoch == "" {
		t.Errorf("snapshot: %+v %v", snap, err)
	}
	if b, err := db.Board(t.Context(), all); err != nil || len(b.Week) != 7 || len(b.Figures) == 0 {
		t.Errorf("board: %+v %v", b, err)
	}
	if found, err := db.Search(t.Context(), all, "绿地"); err != nil || len(found) != 0 {
		t.Errorf("search: %v %v", found, err)
	}
	if links, err := db.HubLinks(t.Context(), all); err != nil || links == nil {
		t.Errorf("hub links: %v %v", links, err)
	}
	if page, err := db.Visits(t.Context(), all, ward.VisitFilter{From: "2026-01-01", To: "2026-12-31", Filter: ward.Filter{Area: 1, Grid: 1}}); err != nil || page.Items == nil {
		t.Errorf("visits: %v", err)
	}
	if page, err := db.Incidents(t.Context(), all, ward.IncidentFilter{State: "open", Filter: ward.Filter{Query: "垃圾"}}); err != nil || page.Items == nil {
		t.Errorf("incidents: %v", err)
	}
	if classes, err := db.IncidentClasses(t.Context()); err != nil || len(classes) < 60 {
		t.Errorf("classes: %d %v", len(classes), err)
	}
	if _, err := db.Visit(t.Context(), all, uuid.New()); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("visit: %v", err)
	}
	if entries, err := db.AuditEntries(t.Context(), all, ward.AuditFilter{}); err != nil || entries.Items == nil {
		t.Errorf("audit: %v", err)
	}
}

func TestSearchByPinyinAndInitials(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bringStreet()
	for _, name := range []string{"绿地中心", "绿地", "LD大厦", "女贞苑"} {
		if _, err := d.db.Pool.Exec(t.Context(), `insert into institution (code, name, pt) values ($1, $1, st_setsrid(st_makepoint(120, 30), 4326))`, name); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.db.Spell(t.Context()); err != nil {
		t.Fatal(err)
	}
	names := func(words string) (got []string) {
		found, err := d.db.Search(t.Context(), ward.System(""), words)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			if f.Noun == "institution" || f.Noun == "building" {
				got = append(got, f.Name)
			}
		}
		return got
	}
	for words, want := range map[string][]string{
		"绿地": {"绿地", "绿地中心", "绿地苑1号楼"}, "lvdi": {"绿地", "绿地中心", "绿地苑1号楼"}, "lüdi": {"绿地", "绿地中心", "绿地苑1号楼"},
		"LVDI": {"绿地", "绿地中心", "绿地苑1号楼"}, "ld": {"LD大厦", "绿地", "绿地中心", "绿地苑1号楼"}, "ldy1": {"绿地苑1号楼"}, "nzy": {"女贞苑"}, "nvzhen": {"女贞苑"}, "zhenyuanx": nil,
	} {
		if got := names(words); !slices.Equal(got, want) {
			t.Errorf("%s finds %v, want %v", words, got, want)
		}
	}
	if found, err := d.db.Search(t.Context(), ward.Scope{}, "lvdi"); err != nil || len(found) != 0 {
		t.Errorf("outside the territory: %v %v", found, err)
	}
	// A new name is spelt anew, and what is gone is no longer found.
	if _, err := d.db.Pool.Exec(t.Context(), `update institution set name = '红旗中心' where name = '绿地中心'; delete from institution where name = '女贞苑'`); err != nil {
		t.Fatal(err)
	}
	if err := d.db.Spell(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := names("lvdi"); !slices.Equal(got, []string{"绿地", "绿地苑1号楼"}) {
		t.Errorf("after renaming: %v", got)
	}
	if n := d.count(`select count(*) from search_word w where not exists (select 1 from search_source s where (s.noun, s.id, s.name) = (w.noun, w.id, w.name))`); n != 0 {
		t.Errorf("%d spellings of nothing", n)
	}
}

// A street looks for names first, a grid at its buildings first: what is found is
// the same.
func TestNarrowAndBroadScopesFindTheSameBuildings(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.bringStreet()
	if _, err := d.db.BuildCoverage(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if err := d.db.Spell(t.Context()); err != nil {
		t.Fatal(err)
	}
	rows, err := d.db.Pool.Query(t.Context(), `select distinct b.id::text from building b join cell_now n on n.cell = b.cell where b.ended is null`)
	if err != nil {
		t.Fatal(err)
	}
	placed, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(placed) == 0 {
		t.Fatal("no buildings in cells: this proves nothing", err)
	}
	var grids []string
	if err := d.db.Pool.QueryRow(t.Context(), `select array_agg(path::text) from grid`).Scan(&grids); err != nil {
		t.Fatal(err)
	}
	if !postgres.FewBuildings(grids) {
		t.Fatalf("%v are not few: this proves nothing", grids)
	}
	found := func(s ward.Scope, words string) (ids []string) {
		all, err := d.db.Search(t.Context(), s, words)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range all {
			if f.Noun == "building" && slices.Contains(placed, f.ID) {
				ids = append(ids, f.ID)
			}
		}
		slices.Sort(ids)
		return ids
	}
	hits := 0
	for _, words := range []string{"绿地", "lvdi", "ld", "ldy1", "1号", "1h", "绿地苑1号楼", "nothing"} {
		broad, narrow := found(ward.System(""), words), found(ward.System(grids...), words)
		if hits += len(broad); !slices.Equal(broad, narrow) {
			t.Errorf("%s: %v in all, %v in the grids", words, broad, narrow)
		}
	}
	if hits == 0 {
		t.Error("nothing found: this proves nothing")
	}
}
