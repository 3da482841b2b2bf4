package postgres_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// two makes two communities of a street, a grid in each and a second one in the
// first: grids 1 and 2 in community 11, grid 3 in community 12; a cell, a
// building, a household and a member each.
const two = `
	insert into area (id, code, name, level, parent, geom, label) overriding system value
	select id, 'A' || id, 'A' || id, level, parent, st_multi(st_makeenvelope(119, 30, 122, 31, 4326)), st_setsrid(st_makepoint(120, 30.5), 4326)
	from (values (1, 'district', null::bigint), (2, 'street', 1), (11, 'community', 2), (12, 'community', 2)) v(id, level, parent);
	insert into grid (id, community, code, name) overriding system value values (1, 11, 'G1', 'G1'), (2, 11, 'G2', 'G2'), (3, 12, 'G3', 'G3');
	insert into cell (id, block, pt, geom, area) select n, n, st_setsrid(st_makepoint(500050 + 200 * n, 3400050), metric_srid()), st_setsrid(st_makeenvelope(500000 + 200 * n, 3400000, 500100 + 200 * n, 3400100), metric_srid()), 10000 from generate_series(1, 3) n;
	insert into cell_grid (cell, grid, valid, recorded) select n, n, '[2020-01-01,)', '[2020-01-01,)' from generate_series(1, 3) n;
	insert into grid_shape (grid, valid, geom, label, area, parts) select id, '[2020-01-01,)', st_multi(st_transform(geom, 4326)), st_transform(pt, 4326), 10000, 1 from cell;
	insert into building (id, code, cell, geom, pt) overriding system value select id, 'B' || id, id, st_multi(st_transform(geom, 4326)), st_transform(pt, 4326) from cell;
	insert into person (id, name) overriding system value select n, '某人' from generate_series(1, 3) n;
	insert into household (id, code, building, room) overriding system value select n, 'H' || n, n, '101' from generate_series(1, 3) n;
	insert into branch (id, code, name, kind, area) overriding system value values (1, 'P1', 'P1', 'grid', 11), (2, 'P2', 'P2', 'grid', 12);
	insert into member (id, code, person, branch) overriding system value select n, 'M' || n, n, 1 from generate_series(1, 3) n;
	insert into hub (id, code, name, member, household) overriding system value select n, 'U' || n, 'U' || n, n, n from generate_series(1, 2) n;
	insert into point (id, code, name, pt) overriding system value values (1, 'S1', 'S1', st_setsrid(st_makepoint(120, 30), 4326));
	insert into room (id, point, name) overriding system value values (1, 1, '活动室');
	insert into branch_grid (branch, grid) values (1, 1);
	insert into hub_door (hub, household) values (1, 3);
	insert into grid_role (grid, role, person) values (1, 'leader', 1);
	insert into booking (room, kind, during) values (1, 'study', '[2026-11-22 09:00+8, 2026-11-22 10:00+8)')`

func twoCommunities(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool := pgtest.New(t)
	if _, err := pool.Exec(t.Context(), two); err != nil {
		t.Fatal(err)
	}
	return pool
}

// What the database holds, whoever writes.
func TestRulesTheDatabaseHolds(t *testing.T) {
	t.Parallel()
	pool := twoCommunities(t)
	for name, c := range map[string]struct {
		sql string
		ok  bool
	}{
		"a cell in two grids on one day":              {`insert into cell_grid (cell, grid, valid) values (1, 2, '[2026-01-01,)')`, false},
		"a cell in a micro-grid besides":              {`insert into cell_grid (cell, grid, layer, valid) values (1, 2, 2, '[2026-01-01,)')`, true},
		"two branches for one grid":                   {`insert into branch_grid (branch, grid) values (2, 1)`, false},
		"one branch for two grids of a community":     {`insert into branch_grid (branch, grid) values (1, 2)`, true},
		"one branch for grids of two communities":     {`insert into branch_grid (branch, grid) values (1, 3)`, false},
		"a door with two hubs":                        {`insert into hub_door (hub, household) values (2, 3)`, false},
		"two leaders of a grid":                       {`insert into grid_role (grid, role, person) values (1, 'leader', 2)`, false},
		"two committee members of a grid":             {`insert into grid_role (grid, role, person) values (1, 'committee', 2), (1, 'committee', 3)`, true},
		"a room twice at a time":                      {`insert into booking (room, kind, during) values (1, 'show', '[2026-11-22 09:30+8, 2026-11-22 11:00+8)')`, false},
		"a room right after":                          {`insert into booking (room, kind, during) values (1, 'show', '[2026-11-22 10:00+8, 2026-11-22 11:00+8)')`, true},
		"a cancelled booking beside":                  {`insert into booking (room, kind, during, state) values (1, 'show', '[2026-11-22 09:30+8, 2026-11-22 11:00+8)', 'cancelled')`, true},
		"a community below a district":                {`insert into area (code, name, level, parent, geom, label) select 'X', 'X', 'community', 1, geom, label from area where id = 1`, false},
		"a grid in a street":                          {`insert into grid (community, code, name) values (2, 'G9', 'G9')`, false},
		"a code used twice":                           {`insert into grid (community, code, name) values (11, 'G1', 'G1')`, false},
		"a bow-tie":                                   {`update building set geom = st_geomfromtext('MULTIPOLYGON(((0 0,1 1,1 0,0 1,0 0)))', 4326) where id = 1`, false},
		"the same door twice":                         {`insert into household (code, building, room) values ('H9', 1, '101')`, false},
		"a pairing of a branch with itself":           {`insert into pairing (code, kind, left_branch, right_branch, since) values ('J', 'branch_branch', 1, 1, '2026-01-01')`, false},
		"a pairing whose ends are not of its kind":    {`insert into pairing (code, kind, left_branch, right_household, since) values ('J', 'branch_branch', 1, 1, '2026-01-01')`, false},
		"a pairing of two branches":                   {`insert into pairing (code, kind, left_branch, right_branch, since) values ('J', 'branch_branch', 1, 2, '2026-01-01')`, true},
		"a role without a place and one with two":     {`insert into account (id, login, name, password) overriding system value values (1, 'aa', 'a', 'x'); insert into grant_role (account, role, area, grid) values (1, 'admin', 1, 1)`, false},
		"a change of the audit":                       {`insert into audit (operation, noun) values ('x', 'y'); update audit set noun = 'z'`, false},
		"a moment of the audit forgotten by truncate": {`truncate audit`, false},
	} {
		tx, err := pool.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err = tx.Exec(t.Context(), c.sql); (err == nil) != c.ok {
			t.Errorf("%s: allowed %v: %v", name, err == nil, err)
		}
		if err := tx.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// A door moves from grid 1 to grid 2 on the first of May, which is recorded in
// April. Every day before and after answers, as known now and as known then.
func TestWhichGridWasThisDoorIn(t *testing.T) {
	t.Parallel()
	pool := twoCommunities(t)
	if _, err := pool.Exec(t.Context(), `
		update cell_grid set recorded = tstzrange(lower(recorded), '2026-04-10') where cell = 1;
		insert into cell_grid (cell, grid, valid, recorded) values
		  (1, 1, '[2020-01-01,2026-05-01)', '[2026-04-10,)'), (1, 2, '[2026-05-01,)', '[2026-04-10,)')`); err != nil {
		t.Fatal(err)
	}
	db := postgres.New(pool, postgres.Keys{})
	now, march := time.Time{}, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		day   string
		known time.Time
		grid  int64
	}{
		{"2026-03-03", now, 1},
		{"2026-04-30", now, 1},
		{"2026-05-01", now, 2},
		{"2030-01-01", now, 2},
		{"2026-05-01", march, 1}, // in March nobody knew of the move
	} {
		at, err := db.GridAt(t.Context(), ward.System(""), 1, c.day, c.known)
		if err != nil || at.Grid != c.grid || at.Date != c.day {
			t.Errorf("on %s as known %v: %+v %v, want grid %d", c.day, c.known, at, err, c.grid)
		}
	}
	if _, err := db.GridAt(t.Context(), ward.System(""), 1, "2019-12-31", now); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("before the first day: %v", err)
	}
	if _, err := db.GridAt(t.Context(), ward.System(""), 1, "gestern", now); ward.ErrorCode(err) != ward.Invalid {
		t.Errorf("no day: %v", err)
	}
}

// A visit that comes late from an offline tablet is filed in the grid the door
// was in on the day it happened, and is seen by those whose door it is now.
func TestALateVisitIsFiledByPlaceAndDate(t *testing.T) {
	t.Parallel()
	pool := twoCommunities(t)
	if _, err := pool.Exec(t.Context(), `
		update cell_grid set valid = '[2020-01-01,2026-11-20)' where cell = 1;
		insert into cell_grid (cell, grid, valid) values (1, 2, '[2026-11-20,)')`); err != nil {
		t.Fatal(err)
	}
	db := postgres.New(pool, postgres.Keys{})
	db.Now = func() time.Time { return time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC) }
	if _, err := db.CreateAccount(t.Context(), ward.System(""), postgres.NewAccount{Login: "new", Name: "新网格长", Password: "long enough", Grants: []postgres.NewGrant{{Role: ward.GridLeader, Code: "G2"}}}); err != nil {
		t.Fatal(err)
	}
	account, err := db.SignIn(t.Context(), "new", "long enough", "test")
	if err != nil {
		t.Fatal(err)
	}
	s, err := account.Actor().Scope("create-visit")
	if err != nil {
		t.Fatal(err)
	}
	// 00:30 in China on the 20th is still the 19th in UTC.
	for at, grid := range map[string]int64{"2026-11-19T15:59:00Z": 1, "2026-11-19T16:30:00Z": 2} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		v, err := db.CreateVisit(t.Context(), s, newID(), ward.VisitDraft{ID: newID(), Building: 1, Kind: "aid", Met: "met", OccurredAt: when, Offline: true})
		if err != nil || v.Grid != grid {
			t.Errorf("at %s: filed in grid %d, want %d: %v", at, v.Grid, grid, err)
		}
	}
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }
