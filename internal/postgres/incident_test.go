package postgres_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// office is two communities with somebody for every role, and a clock.
type office struct {
	t   *testing.T
	db  *postgres.DB
	now time.Time
	who map[string]ward.Actor
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, db: postgres.New(twoCommunities(t), postgres.Keys{}), now: time.Date(2026, 11, 23, 9, 0, 0, 0, ward.China), who: map[string]ward.Actor{}}
	o.db.Now = func() time.Time { return o.now }
	for login, g := range map[string]postgres.NewGrant{
		"staff": {Role: ward.GridStaff, Code: "G1"}, "leader": {Role: ward.GridLeader, Code: "G1"}, "secretary": {Role: ward.Secretary, Code: "A11"}, "elsewhere": {Role: ward.Secretary, Code: "A12"},
		"intake": {Role: ward.Intake, Code: "A2"}, "dutyhead": {Role: ward.DutyHead, Code: "A2"}, "dispatcher": {Role: ward.Dispatcher, Code: "A2"},
		"handler": {Role: ward.Handler, Code: "A2"}, "municipal": {Role: ward.Handler, Code: "A2"}, "mediator": {Role: ward.Handler, Code: "A2"}, "planner": {Role: ward.Planner, Code: "A2"}, "wall": {Role: ward.Wall, Code: "A2"},
	} {
		id, err := o.db.CreateAccount(t.Context(), ward.System(""), postgres.NewAccount{Login: login, Name: login, Password: "correct horse battery", Grants: []postgres.NewGrant{g}})
		o.must(err)
		account, err := o.db.Account(t.Context(), id)
		o.must(err)
		o.who[login] = account.Actor()
	}
	_, err := o.db.Pool.Exec(t.Context(), `update account set unit = case login when 'handler' then '应急办' when 'municipal' then '市政所' when 'mediator' then '司法所' else '' end`)
	o.must(err)
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) scope(login, operation string) ward.Scope {
	o.t.Helper()
	s, err := o.who[login].Scope(operation)
	o.must(err)
	return s
}

func (o *office) report(login, class string, building int64) ward.Incident {
	o.t.Helper()
	i, err := o.db.CreateIncident(o.t.Context(), o.scope(login, "create-incident"), uuid.New(), ward.IncidentDraft{ID: uuid.Must(uuid.NewV7()), Class: class, Building: building, OccurredAt: o.now})
	o.must(err)
	return i
}

func (o *office) try(login string, i ward.Incident, st ward.IncidentStep) (ward.Incident, error) {
	st.Version = i.Version
	return o.db.StepIncident(o.t.Context(), o.scope(login, "step-incident"), uuid.New(), i.ID, st)
}

func (o *office) do(login string, i ward.Incident, st ward.IncidentStep) ward.Incident {
	o.t.Helper()
	next, err := o.try(login, i, st)
	if err != nil {
		o.t.Fatalf("%s by %s: %v", st.Action, login, err)
	}
	return next
}

// handling brings an incident to the unit in charge.
func (o *office) handling(i ward.Incident, handler string) ward.Incident {
	o.t.Helper()
	i = o.do("intake", i, ward.IncidentStep{Action: ward.TakeIn})
	i = o.do("dutyhead", i, ward.IncidentStep{Action: ward.File})
	i = o.do("dispatcher", i, ward.IncidentStep{Action: ward.Dispatch})
	return o.do(handler, i, ward.IncidentStep{Action: ward.Accept})
}

func (o *office) notices(login string) (kinds []string) {
	o.t.Helper()
	o.must(o.db.Pool.QueryRow(o.t.Context(), `select array_agg(kind order by id desc) from notice where account = $1`, o.who[login].ID).Scan(&kinds))
	list, err := o.db.Notices(o.t.Context(), o.scope(login, "list-notices"), 50)
	o.must(err)
	seen := 0
	for _, n := range list.Items {
		seen += 1 + n.More
	}
	if seen != len(kinds) {
		o.t.Errorf("%s is shown %d of %d notices", login, seen, len(kinds))
	}
	return kinds
}

// unread is how many incidents somebody has unread notices of.
func (o *office) unread(login string) int {
	o.t.Helper()
	list, err := o.db.Notices(o.t.Context(), o.scope(login, "list-notices"), 50)
	o.must(err)
	return list.Unread
}

var solved = ward.IncidentStep{Action: ward.Resolve, Result: "井盖已补装", CloseKind: "material"}

// Seven people carry one incident from report to the end. The database and the
// rules agree on the light at every moment on the way.
func TestAnIncidentIsCarriedToItsEndBySevenPeople(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	i := o.report("staff", "0401", 1)
	agree := func() {
		t.Helper()
		kept, begun := o.now, o.now
		for _, later := range []time.Duration{0, 20 * time.Minute, 24 * time.Minute, 31 * time.Minute, 46 * time.Minute, 97 * time.Minute, 2*time.Hour + time.Minute, 4 * time.Hour, 7 * time.Hour, 24 * time.Hour, 200 * time.Hour} {
			o.now = begun.Add(later)
			seen, err := o.db.Incident(t.Context(), o.scope("dutyhead", "get-incident"), i.ID)
			o.must(err)
			if want := i.LightAt(o.now); seen.Light != want {
				t.Errorf("%s after %v: the database says %q, the rules %q", i.State, later, seen.Light, want)
			}
		}
		o.now = kept
	}
	for _, step := range []struct {
		login, board string
		st           ward.IncidentStep
	}{
		{"intake", "intake", ward.IncidentStep{Action: ward.Verify}},
		{"leader", "verify", ward.IncidentStep{Action: ward.Verified, Opinion: "属实"}},
		{"dutyhead", "file", ward.IncidentStep{Action: ward.File, Urgency: "urgent"}},
		{"dispatcher", "dispatch", ward.IncidentStep{Action: ward.Dispatch, Units: []string{"市政所"}}},
		{"handler", "handle", ward.IncidentStep{Action: ward.Accept}},
		{"handler", "handle", ward.IncidentStep{Action: ward.Reach, Reached: "设围挡"}},
		{"handler", "handle", solved},
		{"secretary", "check", ward.IncidentStep{Action: ward.Pass}},
		{"intake", "follow", ward.IncidentStep{Action: ward.Satisfied}},
	} {
		agree()
		if ward.BoardOf(i) != step.board {
			t.Fatalf("%s is on board %s, want %s", i.State, ward.BoardOf(i), step.board)
		}
		mine, err := o.db.Incidents(t.Context(), o.scope(step.login, "list-incidents"), ward.IncidentFilter{Board: step.board, Mine: true})
		o.must(err)
		boards, err := o.db.IncidentBoards(t.Context(), o.scope(step.login, "list-incident-boards"))
		o.must(err)
		at := slices.IndexFunc(boards, func(b ward.IncidentBoard) bool { return b.Board == step.board })
		if len(mine.Items) != 1 || boards[at].Mine != 1 || boards[at].Green != 1 {
			t.Errorf("%s does not find it among their own: %d, %+v", step.login, len(mine.Items), boards[at])
		}
		o.now = o.now.Add(5 * time.Minute)
		i = o.do(step.login, i, step.st)
	}
	agree()
	if i.State != "closed" || i.ClosedAt == nil || i.DueAt != nil || i.Light != ward.NoLight {
		t.Errorf("%+v", i)
	}
	steps, err := o.db.IncidentSteps(t.Context(), o.scope("leader", "list-incident-steps"), i.ID)
	o.must(err)
	if len(steps) != 10 || steps[1].Actor != "intake" || *steps[1].Used != 5 || *steps[1].Allowed != 120 || steps[4].Units[0] != "应急办" || steps[7].Opinion != "井盖已补装" {
		t.Errorf("%+v", steps)
	}
	for login, want := range map[string][]string{"leader": {"waiting", "waiting"}, "handler": {"assigned"}, "municipal": {"assigned"}, "mediator": nil, "elsewhere": nil, "dutyhead": {"waiting"}, "dispatcher": {"waiting"}, "staff": {"told", "waiting", "waiting"}} {
		if got := o.notices(login); !slices.Equal(got, want) {
			t.Errorf("%s was told %v, want %v", login, got, want)
		}
	}
	// What was asked of them is done; only the result is news.
	for login, want := range map[string]int{"leader": 0, "handler": 0, "dutyhead": 0, "dispatcher": 0, "staff": 1} {
		if got := o.unread(login); got != want {
			t.Errorf("%s has %d unread, want %d", login, got, want)
		}
	}
}

func TestAStepOnAnOldStateSaysWhoDidWhat(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	i := o.report("staff", "0101", 1)
	o.do("intake", i, ward.IncidentStep{Action: ward.TakeIn})
	_, err := o.try("dutyhead", i, ward.IncidentStep{Action: ward.Refuse, Opinion: "重复"})
	e, ok := err.(*ward.Error)
	if !ok || e.Code != ward.Stale || e.Message != "intake已于11月23日09:00“受理”，事件现在是“待受理”。请看最新内容后再操作" || e.Current.(ward.Incident).Version != 2 {
		t.Errorf("%v", err)
	}
}

func TestADisputeIsSeenByThoseWhoDealWithItOnly(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	i := o.report("staff", "0701", 1)
	seen := func(login string, want bool) {
		t.Helper()
		_, err := o.db.Incident(t.Context(), o.scope(login, "get-incident"), i.ID)
		list, err2 := o.db.Incidents(t.Context(), o.scope(login, "list-incidents"), ward.IncidentFilter{})
		o.must(err2)
		if (err == nil) != want || (len(list.Items) == 1) != want {
			t.Errorf("%s sees it: %t (%v), want %t", login, !want, err, want)
		}
	}
	for login, want := range map[string]bool{"leader": true, "intake": true, "planner": false, "mediator": false, "handler": false} {
		seen(login, want)
	}
	for login, want := range map[string]int{"wall": 0, "leader": 1} {
		if snap, err := o.db.Snapshot(t.Context(), o.scope(login, "get-snapshot")); err != nil || len(snap.Incidents) != want {
			t.Errorf("the snapshot of %s: %d, %v", login, len(snap.Incidents), err)
		}
	}
	o.handling(i, "mediator")
	seen("mediator", true)
	seen("handler", false)
	var public int
	o.must(o.db.Pool.QueryRow(t.Context(), `select count(*) from outbox where topic = 'incident' and class <> 'confidential'`).Scan(&public))
	if public != 0 {
		t.Errorf("%d events of a dispute may be heard by others", public)
	}
}

func TestDuplicatesAreThoseWithinTheRadiusOfTheClass(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	i := o.report("staff", "0101", 1)
	o.report("staff", "0601", 1)
	find := func(class string, metres float64) []ward.Duplicate {
		t.Helper()
		list, err := o.db.Duplicates(t.Context(), o.scope("intake", "list-duplicates"), class, orb.Point{i.Location[0], i.Location[1] + metres/111_000}, uuid.Nil)
		o.must(err)
		return list
	}
	if list := find("0102", 25); len(list) != 1 || list[0].ID != i.ID || list[0].Metres < 24 || list[0].Metres > 26 {
		t.Errorf("25 m away: %+v", list)
	}
	if list := find("0102", 35); len(list) != 0 {
		t.Errorf("35 m away: %+v", list)
	}
	other := o.report("staff", "0101", 1)
	merged := o.do("intake", other, ward.IncidentStep{Action: ward.Merge, Into: &i.ID})
	if merged.State != "merged" || *merged.MergedInto != i.ID {
		t.Errorf("%+v", merged)
	}
	third := o.report("staff", "0101", 1)
	if _, err := o.try("intake", third, ward.IncidentStep{Action: ward.Merge, Into: &other.ID}); ward.ErrorCode(err) != ward.Conflict {
		t.Errorf("merged into what is over: %v", err)
	}
}

// What is due soon and what is late is told once each, to those whose board it is on.
func TestLimitsThatRunOutAreToldOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	i := o.handling(o.report("staff", "0402", 1), "handler") // a burst pipe: one hour
	before := o.notices("handler")
	for _, round := range []struct {
		after  time.Duration
		warned int
	}{{10 * time.Minute, 0}, {50 * time.Minute, 1}, {51 * time.Minute, 0}, {61 * time.Minute, 1}, {600 * time.Minute, 0}} {
		o.now = i.Deadlines[0].StartedAt.Add(round.after)
		if n, err := o.db.WarnDue(t.Context()); err != nil || n != round.warned {
			t.Errorf("after %v: %d, %v", round.after, n, err)
		}
	}
	if got := o.notices("handler"); !slices.Equal(got, append([]string{"overdue", "due_soon"}, before...)) {
		t.Errorf("told %v", got)
	}
	list, err := o.db.ReadNotices(t.Context(), o.scope("handler", "read-notices"), 1<<40)
	if err != nil || list.Unread != 0 {
		t.Errorf("%+v %v", list, err)
	}
	var versions []int64
	rows, err := o.db.Pool.Query(t.Context(), `select version from outbox where topic = 'notice' and entity = $1 order by id`, strconv.FormatInt(o.who["handler"].ID, 10))
	o.must(err)
	for rows.Next() {
		var v int64
		o.must(rows.Scan(&v))
		versions = append(versions, v)
	}
	if !slices.Equal(versions, []int64{1, 2, 3}) {
		t.Errorf("the events of one account: %v", versions)
	}
}

// A changed calendar moves the limits that run.
func TestAChangedCalendarMovesWhatRuns(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.now = time.Date(2026, 11, 23, 17, 0, 0, 0, ward.China)
	i := o.report("staff", "0101", 1)
	if want := time.Date(2026, 11, 24, 10, 0, 0, 0, ward.China); !i.DueAt.Equal(want) {
		t.Errorf("due %s, want %s", i.DueAt, want)
	}
	c, err := o.db.Calendar(t.Context())
	o.must(err)
	c.Days = append(c.Days, ward.SpecialDay{Date: "2026-11-24", Name: "停电"})
	s := o.scope("dutyhead", "save-calendar")
	saved, err := o.db.SaveCalendar(t.Context(), s, c)
	o.must(err)
	if _, err := o.db.SaveCalendar(t.Context(), s, c); ward.ErrorCode(err) != ward.Stale {
		t.Errorf("an old calendar is saved: %v", err)
	}
	moved, err := o.db.Incident(t.Context(), s, i.ID)
	o.must(err)
	if want := time.Date(2026, 11, 25, 10, 0, 0, 0, ward.China); !moved.DueAt.Equal(want) || !moved.Deadlines[0].DueAt.Equal(want) || saved.Version != c.Version+1 {
		t.Errorf("due %s, want %s", moved.DueAt, want)
	}
}

func TestSelfHandledIncidentsAreSampled(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	states := map[string]int{}
	for range 60 {
		d := ward.IncidentDraft{ID: uuid.Must(uuid.NewV7()), Class: "0101", Building: 1, OccurredAt: o.now, SelfHandled: &ward.SelfHandled{Result: "已清理", Photos: []uuid.UUID{uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())}}}
		i, err := o.db.CreateIncident(t.Context(), o.scope("staff", "create-incident"), uuid.New(), d)
		o.must(err)
		states[i.State]++
		if want := map[bool]string{true: "checking", false: "closed"}[ward.Sampled(o.db.Seed, d.ID)]; i.State != want {
			t.Errorf("%s, want %s", i.State, want)
		}
	}
	if states["closed"] < 40 {
		t.Errorf("%v", states)
	}
	_, err := o.db.CreateIncident(t.Context(), o.scope("intake", "create-incident"), uuid.New(), ward.IncidentDraft{ID: uuid.Must(uuid.NewV7()), Class: "0101", Building: 1, OccurredAt: o.now, SelfHandled: &ward.SelfHandled{Result: "x", Photos: make([]uuid.UUID, 2)}})
	if ward.ErrorCode(err) != ward.Forbidden {
		t.Errorf("the intake handles it herself: %v", err)
	}
}

// Every board is in the order of what is due, page by page.
func TestABoardListsWhatIsDueFirst(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for k := range 7 {
		o.now = o.now.Add(time.Duration((k*5)%7) * time.Minute)
		o.report("staff", []string{"0101", "0402"}[k%2], 1)
		o.now = o.now.Add(-time.Duration((k*5)%7) * time.Minute)
	}
	var due []time.Time
	for after := ""; ; {
		page, err := o.db.Incidents(t.Context(), o.scope("intake", "list-incidents"), ward.IncidentFilter{Board: "intake", Filter: ward.Filter{Limit: 2, After: after}})
		o.must(err)
		for _, i := range page.Items {
			due = append(due, *i.DueAt)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if len(due) != 7 || !slices.IsSortedFunc(due, time.Time.Compare) {
		t.Errorf("%v", due)
	}
}
