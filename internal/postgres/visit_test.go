package postgres_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

// call records a visit of the leader at a household at the office's time.
func (o *office) call(household int64, change func(*ward.VisitDraft)) ward.Visit {
	o.t.Helper()
	d := ward.VisitDraft{ID: uuid.Must(uuid.NewV7()), Household: &household, Kind: "four_hundred", Met: "met", OccurredAt: o.now}
	if change != nil {
		change(&d)
	}
	v, err := o.db.CreateVisit(o.t.Context(), o.scope("leader", "create-visit"), uuid.New(), d)
	o.must(err)
	return v
}

func (o *office) matters(state ward.Matter) (ids []uuid.UUID) {
	o.t.Helper()
	page, err := o.db.Visits(o.t.Context(), o.scope("leader", "list-visits"), ward.VisitFilter{Matter: state})
	o.must(err)
	for _, v := range page.Items {
		if v.Matter != state {
			o.t.Errorf("a list of %q holds %q", state, v.Matter)
		}
		ids = append(ids, v.ID)
	}
	return ids
}

func (o *office) lists(state ward.Matter, want ...uuid.UUID) {
	o.t.Helper()
	got := o.matters(state)
	if len(got) != len(want) || len(want) == 1 && got[0] != want[0] {
		o.t.Errorf("%s: %v, want %v", state, got, want)
	}
}

func TestWhatIsTakenBackIsOpenUntilTheResidentKnows(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	v := o.call(1, func(d *ward.VisitDraft) { d.Outcome, d.Class, d.Note = "taken_back", "09", "想装扶手" })
	if v.Matter != ward.MatterOpen || v.Class == nil || *v.Class != "09" || !strings.HasSuffix(v.Place, "室") {
		t.Fatalf("%+v", v)
	}
	o.lists(ward.MatterOpen, v.ID)
	change := func(ch ward.VisitChange) error {
		ch.Version = v.Version
		next, err := o.db.ChangeVisit(t.Context(), o.scope("leader", "change-visit"), uuid.New(), v.ID, ch)
		if err == nil {
			v = next
		}
		return err
	}
	yes, done := true, "扶手已装好"
	if err := change(ward.VisitChange{ToldBack: &yes}); ward.ErrorCode(err) != ward.Conflict {
		t.Errorf("told of what is not done: %v", err)
	}
	o.must(change(ward.VisitChange{Result: &done}))
	o.lists(ward.MatterOpen)
	o.lists(ward.MatterToTell, v.ID)
	o.must(change(ward.VisitChange{ToldBack: &yes}))
	o.lists(ward.MatterToTell)
	o.lists(ward.MatterTold, v.ID)
	if v.ToldAt == nil || !v.ToldAt.Equal(o.now) || v.Result != done {
		t.Errorf("%+v", v)
	}
}

func TestWhatWasReportedWaitsForItsIncident(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	v := o.call(1, func(d *ward.VisitDraft) { d.Outcome = "reported" })
	o.lists(ward.MatterOpen, v.ID)
	i, err := o.db.CreateIncident(t.Context(), o.scope("leader", "create-incident"), uuid.New(), ward.IncidentDraft{ID: uuid.Must(uuid.NewV7()), Source: "visit", Visit: &v.ID, Class: "0101", Building: 1, OccurredAt: o.now})
	o.must(err)
	now, err := o.db.Visit(t.Context(), o.scope("leader", "get-visit"), v.ID)
	o.must(err)
	if now.Incident == nil || *now.Incident != i.ID || now.Matter != ward.MatterOpen {
		t.Errorf("the visit does not know its incident: %+v", now)
	}
	if _, err := o.db.Pool.Exec(t.Context(), `update incident set state = 'closed' where id = $1`, i.ID); err != nil {
		t.Fatal(err)
	}
	o.lists(ward.MatterOpen)
	o.lists(ward.MatterToTell, v.ID)
}

func TestAPromisedVisitIsDueUntilItIsMade(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	followUp := func() string {
		t.Helper()
		doors, err := o.db.Doors(t.Context(), o.scope("leader", "list-doors"), 1)
		o.must(err)
		for _, d := range doors {
			if d.ID == 1 {
				return d.FollowUp
			}
		}
		t.Fatal("no door")
		return ""
	}
	later := func(days int, kind string) {
		o.now = o.now.Add(time.Duration(days) * 24 * time.Hour)
		o.call(1, func(d *ward.VisitDraft) { d.Kind = kind })
	}
	promised := func() {
		o.call(1, func(d *ward.VisitDraft) { d.FollowUp = o.now.AddDate(0, 0, 7).Format(time.DateOnly) })
		if want := o.now.AddDate(0, 0, 7).Format(time.DateOnly); followUp() != want {
			t.Fatalf("promised for %q, want %s", followUp(), want)
		}
	}
	promised()
	later(3, "safety")
	if followUp() == "" {
		t.Error("another errand before the day keeps no promise")
	}
	later(4, "policy")
	if at := followUp(); at != "" {
		t.Errorf("a visit on the day keeps it: %s", at)
	}
	promised()
	later(2, "return")
	if at := followUp(); at != "" {
		t.Errorf("a 回访 before the day keeps it: %s", at)
	}
}

func TestWhoLooksAtADoorsHistoryIsWrittenDown(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	v := o.call(1, func(d *ward.VisitDraft) { d.Outcome, d.Note = "taken_back", "想装扶手" })
	read := func(login string) (ward.Page[ward.Visit], error) {
		return o.db.HouseholdVisits(t.Context(), o.scope(login, "list-household-visits"), 1, ward.Filter{})
	}
	page, err := read("leader")
	o.must(err)
	if len(page.Items) != 1 || page.Items[0].ID != v.ID || page.Items[0].Note != "想装扶手" {
		t.Errorf("%+v", page.Items)
	}
	page, err = read("dutyhead")
	o.must(err)
	if len(page.Items) != 1 || page.Items[0].Note != "" || page.Items[0].Matter != ward.MatterOpen {
		t.Errorf("the duty head reads what was said: %+v", page.Items)
	}
	if _, err := read("elsewhere"); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("another community reads it: %v", err)
	}
	var seen int
	o.must(o.db.Pool.QueryRow(t.Context(), `select count(*) from audit where operation = 'list-household-visits' and noun = 'household' and entity = '1'`).Scan(&seen))
	if seen != 2 {
		t.Errorf("%d views written down, want 2", seen)
	}
}

func TestAPackHoldsWhatWaitsAndTheLatestVisitsOfEachDoor(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for range ward.PackHistory + 2 {
		o.call(1, nil)
		o.now = o.now.Add(time.Hour)
	}
	open := o.call(1, func(d *ward.VisitDraft) { d.Outcome, d.Note = "taken_back", "想装扶手" })
	o.now = o.now.Add(time.Hour)
	o.call(1, func(d *ward.VisitDraft) { d.Outcome = "solved" })
	p, err := o.db.Pack(t.Context(), o.scope("leader", "get-grid-pack"), 1)
	o.must(err)
	if len(p.Matters) != 1 || p.Matters[0].ID != open.ID || p.Matters[0].Note != "想装扶手" {
		t.Errorf("matters %+v", p.Matters)
	}
	if len(p.History) != ward.PackHistory || p.History[0].Matter != ward.MatterTold {
		t.Errorf("history %+v", p.History)
	}
}
