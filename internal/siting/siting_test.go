package siting_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/siting"
	"wangge/internal/ward"
)

// city is a chessboard of 20 × 20 buildings with roads every 400 m from west to
// east, lanes from south to north between them, a service point in the south of
// each lane, and four households to a building, one of them an elder's.
//
//	├───────lane 200──┬──lane 600────┤  y = 800
//	├─────────────────┼──────────────┤  y = 400
//	└──●──────────────┴──●───────────┘  y = 0
type city struct {
	pool   *pgxpool.Pool
	db     *postgres.DB
	finder *siting.Finder
	scope  ward.Scope
}

func newCity(t testing.TB) city {
	t.Helper()
	pool := pgtest.New(t)
	pgtest.City(t, pool, 20)
	db := postgres.New(pool, postgres.Keys{})
	c := city{pool, db, &siting.Finder{Store: db, Now: time.Now}, ward.System("")}
	c.exec(t, `insert into household (code, building, room, persons) select code || '-' || n, id, n::text, 2 from building, generate_series(1, 4) n`)
	c.exec(t, `insert into household_tag (household, kind, consent_until) select id, 'lone_elder', '2099-01-01' from household where room = '1'`)
	c.exec(t, `update road set bridge = false`)
	c.exec(t, `select refresh_cell_stat()`)
	return c
}

func (c city) exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	if _, err := c.pool.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func (c city) cover(t testing.TB, minutes int) ward.SitingCoverage {
	t.Helper()
	out, err := (&siting.Finder{Store: c.db, Now: time.Now}).Coverage(t.Context(), c.scope, layer(minutes))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func layer(minutes int) ward.SitingLayer {
	return ward.SitingLayer{Of: ward.SitingPoint, Minutes: minutes, Pace: ward.PaceUsual}
}

func TestCoverageCountsByTheWayPeopleWalk(t *testing.T) {
	t.Parallel()
	c := newCity(t)
	have := c.cover(t, 5)
	if have.Total != (ward.SitingPeople{Households: 1600, Elders: 400}) {
		t.Fatalf("the town has %+v", have.Total)
	}
	if have.Within.Households == 0 || have.Within.Households >= have.Straight.Households {
		t.Errorf("%d households on foot, %d in a straight line", have.Within.Households, have.Straight.Households)
	}
	more := c.cover(t, 10)
	if more.Within.Households <= have.Within.Households {
		t.Errorf("%d households within five minutes, %d within ten", have.Within.Households, more.Within.Households)
	}
	late := 0
	for _, s := range have.Spots {
		late += s.Households
	}
	if late+have.Within.Households != have.Total.Households {
		t.Errorf("%d within and %d in blank spots of %d", have.Within.Households, late, have.Total.Households)
	}
	last := ward.SitingStep{}
	for _, step := range have.Curve {
		if step.Share < last.Share || step.Share > step.Straight+1e-9 {
			t.Errorf("minute %d: %v on foot, %v straight, %v the minute before", step.Minutes, step.Share, step.Straight, last.Share)
		}
		last = step
	}
}

func TestPeopleWhoseWayIsGoneAreABlankSpot(t *testing.T) {
	t.Parallel()
	c := newCity(t)
	finder := &siting.Finder{Store: c.db, Now: time.Now}
	before, err := finder.Coverage(t.Context(), c.scope, layer(60))
	if err != nil {
		t.Fatal(err)
	}
	if len(before.Spots) != 0 {
		t.Fatalf("within an hour everybody gets there, and yet %+v", before.Spots[0])
	}
	// Without the roads the lanes are not joined; the first one is gone, and what
	// stands along it has no way near or leads nowhere.
	c.exec(t, `delete from road where name = '试验路'`)
	c.exec(t, `delete from lane where id = (select min(id) from lane)`)
	after := (&siting.Finder{Store: c.db, Now: time.Now})
	have, err := after.Coverage(t.Context(), c.scope, layer(60))
	if err != nil {
		t.Fatal(err)
	}
	if len(have.Spots) == 0 || have.CutOff.Households == 0 || have.Spots[0].CutOff == 0 {
		t.Fatalf("without the road nobody is cut off: %+v", have.CutOff)
	}
	// The same finder sees it as soon as what it holds has grown old.
	finder.Now = func() time.Time { return time.Now().Add(time.Minute) }
	again, err := finder.Coverage(t.Context(), c.scope, layer(60))
	if err != nil {
		t.Fatal(err)
	}
	if again.CutOff != have.CutOff {
		t.Errorf("an old finder says %+v, a new one %+v", again.CutOff, have.CutOff)
	}
}

func TestTheBestSiteIsInTheBlankSpotAndBeatsToday(t *testing.T) {
	t.Parallel()
	c := newCity(t)
	covered := c.cover(t, 5)
	today := covered.Places[0].ID
	q := ward.SitingQuestion{SitingLayer: layer(5), From: "any", Today: today, Elders: 1}
	have, err := c.finder.Rank(t.Context(), c.scope, q)
	if err != nil {
		t.Fatal(err)
	}
	best := have.Sites[0]
	if have.Weighed != 400 || have.Today == nil || best.Gain <= 0 || best.Mean > have.Today.Mean && best.Gain <= have.Today.Gain {
		t.Errorf("%d weighed, best %+v, today %+v", have.Weighed, best, have.Today)
	}
	if have.Today.Gain != 0 {
		t.Errorf("what is there gains %v", have.Today.Gain)
	}
	q.Move = true
	moved, err := c.finder.Rank(t.Context(), c.scope, q)
	if err != nil {
		t.Fatal(err)
	}
	if moved.Today.Gain <= 0 {
		t.Error("without it nobody would miss it")
	}
	for i := 1; i < len(have.Together); i++ {
		if have.Together[i].Covered <= have.Together[i-1].Covered {
			t.Errorf("pick %d covers %v after %v", i, have.Together[i].Covered, have.Together[i-1].Covered)
		}
	}
	spot := covered.Spots[0]
	q = ward.SitingQuestion{SitingLayer: layer(5), From: "any", Buildings: spot.Buildings}
	within, err := c.finder.Rank(t.Context(), c.scope, q)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(spot.Buildings, within.Sites[0].Building) || within.People != spot.SitingPeople {
		t.Errorf("for the spot %+v: %+v", spot.SitingPeople, within.Sites[0])
	}
}

func TestAQuestionThatCannotBeAnsweredSaysWhy(t *testing.T) {
	t.Parallel()
	c := newCity(t)
	for name, q := range map[string]ward.SitingQuestion{
		"a branch is not walked to": {SitingLayer: ward.SitingLayer{Of: ward.SitingBranch, Minutes: 5, Pace: 80}, From: "any"},
		"nobody lives there":        {SitingLayer: layer(5), From: "any", Community: 999_999},
		"no such point":             {SitingLayer: layer(5), From: "own", Today: 999_999},
		"these are none":            {SitingLayer: layer(5), From: "these"},
	} {
		if _, err := c.finder.Rank(t.Context(), c.scope, q); ward.ErrorCode(err) != ward.Invalid && ward.ErrorCode(err) != ward.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBlankSpotsOfBranchesAreGridsWithoutOne(t *testing.T) {
	t.Parallel()
	c := newCity(t)
	have, err := c.finder.Coverage(t.Context(), c.scope, ward.SitingLayer{Of: ward.SitingBranch, Minutes: 15, Pace: 80})
	if err != nil {
		t.Fatal(err)
	}
	var bare int
	if err := c.pool.QueryRow(t.Context(), `select count(*) from grid g where not exists (select from branch_grid b where b.grid = g.id)`).Scan(&bare); err != nil {
		t.Fatal(err)
	}
	if len(have.Spots) != bare {
		t.Errorf("%d spots, %d grids have no branch", len(have.Spots), bare)
	}
}

func TestADraftShowsWhoWalksFartherToThePointOfTheirGrid(t *testing.T) {
	t.Parallel()
	c := newCity(t)
	c.exec(t, `select setval(pg_get_serial_sequence('cell', 'id'), 10000)`)
	if _, err := c.db.BuildCoverage(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	c.exec(t, `select refresh_cell_stat()`)
	if _, err := c.db.CreateAccount(t.Context(), ward.System(""), postgres.NewAccount{Login: "planner", Name: "规划员", Password: "correct horse battery", Grants: []postgres.NewGrant{{Role: ward.Planner}}}); err != nil {
		t.Fatal(err)
	}
	account, err := c.db.SignIn(t.Context(), "planner", "correct horse battery", "test")
	if err != nil {
		t.Fatal(err)
	}
	s, err := account.Actor().Scope("draw-plan")
	if err != nil {
		t.Fatal(err)
	}
	areas, err := c.db.Areas(t.Context(), c.scope, ward.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var community int64
	for _, a := range areas.Items {
		if a.Level == "community" {
			community = a.ID
		}
	}
	plan, err := c.db.CreatePlan(t.Context(), s, uuid.Must(uuid.NewV7()), ward.PlanNew{Name: "远近", Communities: []int64{community}, From: "current", Low: 50, High: 900})
	if err != nil {
		t.Fatal(err)
	}
	before, err := c.finder.Plan(t.Context(), s, plan.ID, 5, 80)
	if err != nil {
		t.Fatal(err)
	}
	if before.Beyond != before.Today || before.Beyond.Households == 0 || len(before.Grids) != 4 {
		t.Fatalf("an empty draft: %+v of %d grids, today %+v", before.Beyond, len(before.Grids), before.Today)
	}
	grids := before.Grids
	with := slices.IndexFunc(grids, func(g ward.PlanGridSiting) bool { return g.Points > 0 })
	without := slices.IndexFunc(grids, func(g ward.PlanGridSiting) bool { return g.Points == 0 })
	if with < 0 || without < 0 {
		t.Fatalf("%+v", grids)
	}
	// One grid with a point takes in all of another: its people walk to its point.
	if _, err := c.db.DrawPlan(t.Context(), s, uuid.Must(uuid.NewV7()), plan.ID, ward.PlanOp{Version: plan.Version, Kind: "merge", Grid: grids[with].Grid, Grids: []int64{grids[without].Grid}}); err != nil {
		t.Fatal(err)
	}
	after, err := c.finder.Plan(t.Context(), s, plan.ID, 5, 80)
	if err != nil {
		t.Fatal(err)
	}
	if after.Today != before.Today || len(after.Grids) != 3 || len(after.Doors.Building) == 0 {
		t.Errorf("after a merger %d grids, today %+v then %+v", len(after.Grids), before.Today, after.Today)
	}
}
