package postgres_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// sick is one trouble: SQL that makes it in the chessboard town, and what the
// doctor should find and do.
type sick struct {
	check string
	make  string
	fix   bool // one tap mends it
}

// sicknesses has a line for every check; one that is missing fails the test.
func sicknesses() []sick {
	return []sick{
		{"building-no-grid", `update building set cell = null where id = 1`, true},
		{"building-outside", `update building set cell = null, geom = st_translate(geom, -1, 0), pt = st_translate(pt, -1, 0) where id = 1`, false},
		{"building-overlap", `insert into building (code, name, number, cell, geom, pt) select 'twin', '另一楼', '9', cell, geom, pt from building where id = 1`, true},
		{"building-twin", `insert into building (code, name, number, cell, geom, pt) select 'twin', name, number, 2, st_translate(geom, 0.00035, 0), st_translate(pt, 0.00035, 0) from building where id = 1`, true},
		{"building-code", `insert into building (code, name, number, cell, geom, pt) select ' B0', '另一楼', '9', 2, st_translate(geom, 0.00035, 0), st_translate(pt, 0.00035, 0) from building where id = 1`, true},
		{"household-twin", `insert into household (code, building, room) values ('h1x', 1, '１０１室')`, true},
		{"point-no-grid", `update point set cell = null where id = 1`, true},
		{"point-twin", `insert into point (code, name, cell, pt) select 'twin', name, cell, pt from point where id = 1`, true},
		{"point-code", `insert into point (code, name, cell, pt) select 'P 0', '别的站', cell, pt from point where id = 1`, true},
		{"institution-no-grid", `insert into institution (code, name, pt) select 'i9', '无格单位', pt from building where id = 1`, true},
		{"institution-twin", `insert into institution (code, name, cell, pt) select 'i' || n, '重名单位', 1, pt from building, generate_series(1, 2) n where id = 1`, true},
		{"institution-code", `insert into institution (code, name, cell, pt) select c, c || '单位', 1, pt from building, unnest(array['i8', 'I8']) c where id = 1`, true},
		{"grid-norm", `select 1`, false},
		{"grid-code", `update grid set code = 'old-1' where id = 1`, true},
		{"grid-no-branch", `delete from branch_grid where grid = 2`, true},
		{"branch-astray", `insert into area (code, name, level, parent, geom, label) select '330100001002', '别的社区', 'community', parent, geom, label from area where level = 'community';
			update branch set area = (select id from area where code = '330100001002') where id = 1`, true},
		{"grid-no-leader", `select 1`, false},
		{"team-no-leader", `insert into team (code, name, kind, area) select 't1', '没有队长的队', 'patrol', id from area where level = 'community'`, false},
		{"hub-astray", `insert into hub_door (hub, household) select 1, id from household where code = 'far'`, true},
		{"door-no-hub", `insert into household (code, building, room) values ('near', 2, '101')`, true},
		{"visit-stale", `select 1`, false},
		{"pairing-dormant", `insert into pairing (code, kind, left_branch, right_branch, since) select 'j1', 'branch_branch', 1, 2, today() - 100`, false},
	}
}

// sickTown is the chessboard town with a hub at the first door and one door far
// from it.
func sickTown(t testing.TB) *postgres.DB {
	t.Helper()
	pool := pgtest.New(t)
	pgtest.City(t, pool, 20)
	db := postgres.New(pool, postgres.Keys{})
	if _, err := pool.Exec(t.Context(), `
		insert into person (name) values ('甲');
		insert into household (code, building, room, persons) values ('h1', 1, '101', 3), ('far', 400, '101', 2);
		insert into household_tag (household, kind, consent_until) select id, 'hardship', '2099-01-01' from household where code = 'h1';
		insert into member (code, person, branch, household) select 'm1', 1, 1, id from household where code = 'h1';
		insert into hub (code, name, member, household) select 'u1', '甲中心户', 1, id from household where code = 'h1';
		insert into steward (kind, member) values ('building', 1);
		insert into steward_place (steward, building) values (1, 1);
		select refresh_cell_stat()`); err != nil {
		t.Fatal(err)
	}
	return db
}

// print is every row of the registers a fix may touch, without versions and times of change.
func print(t testing.TB, db *postgres.DB) (text string) {
	t.Helper()
	for _, table := range []string{"building", "household", "household_tag", "point", "institution", "grid", "branch", "branch_grid", "hub", "hub_door", "steward_place", "cell_stat", "doctor_pass"} {
		var part string
		if err := db.Pool.QueryRow(t.Context(), `select count(*) || ' rows ' || coalesce(md5(string_agg(r, ',' order by r)), '') from (select (to_jsonb(t) - 'version' - 'updated_at')::text as r from `+table+` t) q`).Scan(&part); err != nil {
			t.Fatal(err)
		}
		text += table + ":" + part + "\n"
	}
	return text
}

func key() uuid.UUID { return uuid.Must(uuid.NewV7()) }

func TestEverySicknessIsFoundMendedAndTakenBack(t *testing.T) {
	t.Parallel()
	all := ward.System("")
	known := map[string]bool{}
	for _, sick := range sicknesses() {
		known[sick.check] = true
		t.Run(sick.check, func(t *testing.T) {
			t.Parallel()
			db := sickTown(t)
			before := counts(t, db)[sick.check]
			if _, err := db.Pool.Exec(t.Context(), sick.make+`; select refresh_cell_stat()`); err != nil {
				t.Fatal(err)
			}
			after := counts(t, db)[sick.check]
			if after <= before && sick.make != `select 1` || after == 0 {
				t.Fatalf("%d cases before, %d after", before, after)
			}
			c := lastCase(t, db, sick.check)
			if c.Title == "" || c.Detail == "" || c.Location == nil || c.Noun == "" {
				t.Errorf("a case that nobody can find: %+v", c)
			}
			if (c.Fix != "") != sick.fix {
				t.Fatalf("one-tap fix %q, want one: %t", c.Fix, sick.fix)
			}
			action := map[bool]string{true: "fix", false: "pass"}[sick.fix]
			was := print(t, db)
			preview, err := db.DoctorAct(t.Context(), all, key(), sick.check, c.ID, ward.DoctorOrder{Action: action, Preview: true})
			if err != nil || len(preview.Changes) == 0 || preview.ID != 0 {
				t.Fatalf("preview %+v, %v", preview, err)
			}
			if print(t, db) != was {
				t.Fatal("a preview wrote something")
			}
			done, err := db.DoctorAct(t.Context(), all, key(), sick.check, c.ID, ward.DoctorOrder{Action: action, State: c.State})
			if err != nil {
				t.Fatal(err)
			}
			if left := counts(t, db)[sick.check]; left != after-1 {
				t.Errorf("%d cases after the fix, want %d", left, after-1)
			}
			if _, err := db.DoctorUndo(t.Context(), all, key(), done.ID); err != nil {
				t.Fatal(err)
			}
			if now := print(t, db); now != was {
				t.Errorf("after the undo\n%s\nwant\n%s", now, was)
			}
			if _, err := db.DoctorUndo(t.Context(), all, key(), done.ID); ward.ErrorCode(err) != ward.Conflict {
				t.Errorf("a second undo: %v", err)
			}
		})
	}
	checks, err := sickTown(t).DoctorChecks(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range checks {
		if !known[c.Name] {
			t.Errorf("no sickness makes %s", c.Name)
		}
	}
}

func counts(t testing.TB, db *postgres.DB) map[string]int {
	t.Helper()
	checks, err := db.DoctorChecks(t.Context(), ward.System(""))
	if err != nil {
		t.Fatal(err)
	}
	n := map[string]int{}
	for _, c := range checks {
		n[c.Name] = c.Count
	}
	return n
}

// lastCase is the newest thing a check found, which the test made.
func lastCase(t testing.TB, db *postgres.DB, check string) (c ward.DoctorCase) {
	t.Helper()
	for after := ""; ; {
		page, err := db.DoctorCases(t.Context(), ward.System(""), check, ward.Filter{After: after, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Items) > 0 {
			c = page.Items[len(page.Items)-1]
		}
		if after = page.Next; after == "" {
			return c
		}
	}
}

// runner runs SQL that no operation does.
func runner(t *testing.T, db *postgres.DB) func(sql string) {
	return func(sql string) {
		t.Helper()
		if _, err := db.Pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAFixOfWhatHasChangedIsStaleAndOneThatIsGoneNotFound(t *testing.T) {
	t.Parallel()
	db := sickTown(t)
	all := ward.System("")
	run := runner(t, db)
	run(`update building set cell = null where id = 1`)
	c := lastCase(t, db, "building-no-grid")
	run(`update building set version = version + 1 where id = 1`)
	order := ward.DoctorOrder{Action: "fix", State: c.State}
	if _, err := db.DoctorAct(t.Context(), all, key(), "building-no-grid", c.ID, order); ward.ErrorCode(err) != ward.Stale {
		t.Errorf("a changed case: %v", err)
	}
	run(`update building set cell = 1 where id = 1`)
	if _, err := db.DoctorAct(t.Context(), all, key(), "building-no-grid", c.ID, order); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("a case that is gone: %v", err)
	}
	for _, id := range []string{"", "x", "0", "1-", "1-0", "-1", "1-2-3", "99999999999999999999"} {
		if _, err := db.DoctorAct(t.Context(), all, key(), "building-no-grid", id, order); ward.ErrorCode(err) != ward.Invalid {
			t.Errorf("case %q: %v", id, err)
		}
	}
	if _, err := db.DoctorCases(t.Context(), all, "nothing", ward.Filter{}); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("an unknown check: %v", err)
	}
}

func TestAFixSentAgainHasOneEffect(t *testing.T) {
	t.Parallel()
	db := sickTown(t)
	all := ward.System("")
	if _, err := db.Pool.Exec(t.Context(), `update building set cell = null where id = 1`); err != nil {
		t.Fatal(err)
	}
	c := lastCase(t, db, "building-no-grid")
	k := key()
	order := ward.DoctorOrder{Action: "fix", State: c.State}
	first, err := db.DoctorAct(t.Context(), all, k, "building-no-grid", c.ID, order)
	if err != nil {
		t.Fatal(err)
	}
	again, err := db.DoctorAct(t.Context(), all, k, "building-no-grid", c.ID, order)
	if err != nil || again.ID != first.ID {
		t.Errorf("the retry: %+v, %v", again, err)
	}
	page, err := db.DoctorFixes(t.Context(), all, ward.Filter{})
	if err != nil || len(page.Items) != 1 || page.Items[0].At.After(time.Now().Add(time.Minute)) {
		t.Errorf("fixes %+v, %v", page, err)
	}
	var audits int
	if err := db.Pool.QueryRow(t.Context(), `select count(*) from audit where operation = 'doctor-fix'`).Scan(&audits); err != nil || audits != 1 {
		t.Errorf("%d audit entries, %v", audits, err)
	}
}

// Undoing a merge after somebody wrote to what was merged is refused, and says so.
func TestAnUndoAfterAnotherChangeIsAConflict(t *testing.T) {
	t.Parallel()
	db := sickTown(t)
	all := ward.System("")
	run := runner(t, db)
	run(`update building set cell = null where id = 1`)
	c := lastCase(t, db, "building-no-grid")
	fix, err := db.DoctorAct(t.Context(), all, key(), "building-no-grid", c.ID, ward.DoctorOrder{Action: "fix", State: c.State})
	if err != nil {
		t.Fatal(err)
	}
	run(`update building set cell = 7 where id = 1`)
	if _, err := db.DoctorUndo(t.Context(), all, key(), fix.ID); ward.ErrorCode(err) != ward.Conflict {
		t.Errorf("undo over another change: %v", err)
	}
}

func TestADoorInBothHousesStopsTheMerge(t *testing.T) {
	t.Parallel()
	db := sickTown(t)
	all := ward.System("")
	if _, err := db.Pool.Exec(t.Context(), `insert into building (code, name, number, cell, geom, pt) select 'twin', name, number, 2, geom, pt from building where id = 1;
		insert into household (code, building, room) select 'h1b', id, '101' from building where code = 'twin'`); err != nil {
		t.Fatal(err)
	}
	c := lastCase(t, db, "building-twin")
	_, err := db.DoctorAct(t.Context(), all, key(), "building-twin", c.ID, ward.DoctorOrder{Action: "fix", Preview: true})
	if ward.ErrorCode(err) != ward.Conflict {
		t.Errorf("two doors of one number merged: %v", err)
	}
}

func TestTheDoctorKeepsToTheTerritory(t *testing.T) {
	t.Parallel()
	db := sickTown(t)
	var path string
	if _, err := db.Pool.Exec(t.Context(), `update building set cell = null where id = 1`); err != nil {
		t.Fatal(err)
	}
	if err := db.Pool.QueryRow(t.Context(), `select path::text from grid where id = 4`).Scan(&path); err != nil {
		t.Fatal(err)
	}
	page, err := db.DoctorCases(t.Context(), ward.System(path), "building-no-grid", ward.Filter{})
	if err != nil || len(page.Items) != 0 {
		t.Errorf("a grid sees the community's case: %+v, %v", page, err)
	}
	page, err = db.DoctorCases(t.Context(), ward.System(), "building-no-grid", ward.Filter{})
	if err != nil || len(page.Items) != 0 {
		t.Errorf("nobody sees something: %+v, %v", page, err)
	}
}
