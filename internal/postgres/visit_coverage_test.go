package postgres_test

import (
	"testing"
	"time"

	"wangge/internal/ward"
)

func TestCoverageIsDoorsMetOfDoorsDue(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	must := o.must
	// Grid 1: door 1 monthly, door 11 twice a year, door 12 vacant.
	_, err := o.db.Pool.Exec(t.Context(), `
		insert into household (id, code, building, room, use) overriding system value values (11, 'H11', 1, '102', 'own'), (12, 'H12', 1, '103', 'vacant');
		insert into household_tag (household, kind, consent_until) values (1, 'hardship', '2099-01-01')`)
	must(err)
	on := func(day string, household int64, met string) {
		at, err := time.ParseInLocation("2006-01-02 15", day+" 10", ward.China)
		must(err)
		o.now = at
		o.call(household, func(d *ward.VisitDraft) { d.Met = met })
	}
	on("2026-08-20", 1, "met")
	on("2026-09-10", 11, "met")
	on("2026-09-18", 1, "nobody")
	on("2026-10-31", 1, "met")
	o.now = time.Date(2026, 11, 23, 9, 0, 0, 0, ward.China)
	table, err := o.db.VisitCoverage(t.Context(), o.scope("leader", "get-visit-coverage"), ward.VisitCoverageFilter{Months: 4})
	must(err)
	want := []ward.VisitCoverage{
		{Grid: 1, Month: "2026-08", Doors: 2, Due: 2, Visited: 1, Met: 1, Never: 1}, // both for the first time
		{Grid: 1, Month: "2026-09", Doors: 2, Due: 2, Visited: 2, Met: 1, Never: 0}, // nobody home counts as walked, not as met
		{Grid: 1, Month: "2026-10", Doors: 2, Due: 1, Visited: 1, Met: 1, Never: 0}, // twice a year is not due
		{Grid: 1, Month: "2026-11", Doors: 2, Due: 1, Visited: 0, Met: 0, Never: 0}, // 10-31 + 30 days is the 30th
	}
	if len(table.Cells) != len(want) || len(table.Grids) != 1 || len(table.Months) != 4 || table.Months[0] != "2026-08" {
		t.Fatalf("%+v", table)
	}
	for i, c := range table.Cells {
		if c != want[i] {
			t.Errorf("%+v, want %+v", c, want[i])
		}
	}
	wide, err := o.db.VisitCoverage(t.Context(), o.scope("dutyhead", "get-visit-coverage"), ward.VisitCoverageFilter{Months: 1})
	must(err)
	if len(wide.Grids) != 3 || len(wide.Cells) != 3 {
		t.Errorf("the street has %+v", wide)
	}
}

func TestTheShareToldCountsWhatWasRaised(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, outcome := range []string{"none", "solved", "taken_back", "reported"} {
		o.call(1, func(d *ward.VisitDraft) { d.Outcome = outcome })
	}
	o.call(1, func(d *ward.VisitDraft) { d.Outcome, d.Met = "solved", "nobody" })
	table, err := o.db.VisitCoverage(t.Context(), o.scope("leader", "get-visit-coverage"), ward.VisitCoverageFilter{Months: 1})
	o.must(err)
	if table.Raised != 4 || table.Done != 2 || table.Told != 1 {
		t.Errorf("%d raised, %d done, %d told", table.Raised, table.Done, table.Told)
	}
}
