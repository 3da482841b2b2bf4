package ward

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// machine is the whole state machine as domain experts would write it: for each
// state what may be done, where it leads, and by whom. Everything else is
// refused. L 网格长, S 网格员, Y 社区书记, I 受理员, P 派遣员, D 值班长, H 处置单位,
// N 规划员, O 党建办, A 管理员, R 居民 (through a sign); the member and the wall do nothing.
const machine = `
draft
  report          reported    L S Y I P D H N O A R
  self_handle     closed      L S
reported
  take_in         reported    I D
  verify          verifying   I D
  refuse          refused     I D
  merge           merged      I D
  file            filed       D
  ask_void        reported    Y I P H
  approve         reported    D
  decline         reported    D
  supervise       reported    D
  note            reported    L S Y I P D H
verifying
  verified        reported    L S Y
  disproved       reported    L S Y
  ask_void        verifying   Y I P H
  approve         verifying   D
  decline         verifying   D
  supervise       verifying   D
  note            verifying   L S Y I P D H
filed
  dispatch        dispatched  P D
  ask_void        filed       Y I P H
  approve         filed       D
  decline         filed       D
  supervise       filed       D
  note            filed       L S Y I P D H
dispatched
  accept          handling    H
  send_back       filed       H
  ask_void        dispatched  Y I P H
  approve         dispatched  D
  decline         dispatched  D
  supervise       dispatched  D
  note            dispatched  L S Y I P D H
handling
  reach           handling    H
  ask_extension   handling    H
  ask_suspension  handling    H
  escalate        handling    Y H
  call_units      handling    Y D H
  arrive          handling    H
  resolve         checking    H
  ask_void        handling    Y I P H
  approve         handling    D
  decline         handling    D
  supervise       handling    D
  note            handling    L S Y I P D H
suspended
  resume          handling    D H
  ask_void        suspended   Y I P H
  approve         suspended   D
  decline         suspended   D
  supervise       suspended   D
  note            suspended   L S Y I P D H
checking
  pass            follow_up   L S Y D
  fail            handling    L S Y D
  ask_void        checking    Y I P H
  approve         checking    D
  decline         checking    D
  supervise       checking    D
  note            checking    L S Y I P D H
follow_up
  satisfied       closed      L S Y I R
  unsatisfied     filed       L S Y I R
  unreached       closed      L S Y I
  ask_void        follow_up   Y I P H
  approve         follow_up   D
  decline         follow_up   D
  supervise       follow_up   D
  note            follow_up   L S Y I P D H
closed
  reopen          filed       Y I D R
refused
merged
void
`

var letters = map[Role]string{
	GridLeader: "L", GridStaff: "S", Secretary: "Y", Intake: "I", Dispatcher: "P", DutyHead: "D", Handler: "H", Planner: "N", PartyOffice: "O", Admin: "A",
	PartyMember: "M", Wall: "W", Resident: "R",
}

func TestEveryCellOfTheStateMachine(t *testing.T) {
	t.Parallel()
	type cell struct{ state, action, letter string }
	want := map[cell]string{}
	states, state := map[string]bool{}, ""
	for line := range strings.Lines(strings.TrimPrefix(machine, "\n")) {
		fields := strings.Fields(line)
		if len(fields) == 1 {
			state = fields[0]
			states[state] = true
			continue
		}
		for _, letter := range fields[2:] {
			want[cell{state, fields[0], letter}] = fields[1]
		}
	}
	seen := 0
	for _, s := range IncidentStates {
		if !states[s.Value] {
			t.Errorf("the table does not speak of %s", s.Value)
		}
		for _, action := range Actions {
			for _, role := range append(AllRoles(), Resident) {
				to, ok := IncidentMay(s.Value, Action(action.Value), role)
				expected, allowed := want[cell{s.Value, action.Value, letters[role]}]
				if ok != allowed || to != expected {
					t.Errorf("%s in %s by %s: %q %t, want %q %t", action.Value, s.Value, role, to, ok, expected, allowed)
				}
				if ok {
					seen++
				}
			}
		}
	}
	if seen != len(want) || len(Actions) != len(incidentRules) {
		t.Errorf("%d cells allowed, %d written; %d actions, %d rules", seen, len(want), len(Actions), len(incidentRules))
	}
}

// bench is a desk on which one incident is worked on.
type bench struct {
	t     *testing.T
	i     Incident
	class IncidentClass
	c     Calendar
	now   time.Time
}

func newBench(t *testing.T) *bench {
	t.Helper()
	parent := "04"
	b := &bench{t: t, c: DefaultCalendar(), now: at(t, "2026-11-23 09:00")}
	b.class = IncidentClass{Code: "0401", Parent: &parent, Unit: "应急办", CloseRule: "result", Limits: []Limit{{"设围挡", 30, "minute"}, {"处置", 4, "hour"}}}
	b.i = Incident{ID: uuid.Must(uuid.NewV7()), Version: 1, State: "reported", Class: "0401", Urgency: "normal", Deadlines: []Deadline{b.c.Start(acceptLimit, true, b.now)}}
	return b
}

var team = map[string]Taker{
	"intake": {1, []Role{Intake}, "", ""}, "head": {2, []Role{DutyHead}, "", ""}, "other head": {3, []Role{DutyHead}, "", ""}, "dispatcher": {4, []Role{Dispatcher}, "", ""},
	"handler": {5, []Role{Handler}, "应急办", ""}, "other unit": {6, []Role{Handler}, "市政所", ""}, "leader": {7, []Role{GridLeader}, "", ""}, "secretary": {8, []Role{Secretary}, "", ""},
	"both": {5, []Role{Handler, Secretary}, "应急办", ""},
}

func (b *bench) try(who string, st IncidentStep) (Incident, error) {
	st.Version = b.i.Version
	return st.Take(b.i, team[who], b.class, b.c, b.now)
}

func (b *bench) do(who string, st IncidentStep) {
	b.t.Helper()
	next, err := b.try(who, st)
	if err != nil {
		b.t.Fatalf("%s by %s: %v", st.Action, who, err)
	}
	b.i = next
}

func (b *bench) refused(who string, st IncidentStep, code Code) {
	b.t.Helper()
	if _, err := b.try(who, st); ErrorCode(err) != code {
		b.t.Errorf("%s by %s: %v, want %s", st.Action, who, err, code)
	}
}

func (b *bench) light(want Light) {
	b.t.Helper()
	if got := b.i.LightAt(b.now); got != want {
		b.t.Errorf("in %s at %s: %q, want %q", b.i.State, b.now.Format("15:04"), got, want)
	}
}

func (b *bench) handling() *bench {
	b.t.Helper()
	b.do("intake", IncidentStep{Action: TakeIn})
	b.do("head", IncidentStep{Action: File})
	b.do("dispatcher", IncidentStep{Action: Dispatch, Units: []string{"市政所"}})
	b.do("handler", IncidentStep{Action: Accept})
	return b
}

var done = IncidentStep{Action: Resolve, Result: "已修好", CloseKind: "material"}

func TestAnIncidentGoesFromReportToClosedWithEveryLight(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.light(Green)
	b.now = at(t, "2026-11-23 10:36") // 80 % of two working hours
	b.light(Yellow)
	b.now = at(t, "2026-11-23 11:01")
	b.light(Red)
	b.now = at(t, "2026-11-23 12:30")
	b.light(RedCard)
	b.handling()
	b.light(Green)
	b.now = b.now.Add(25 * time.Minute) // of the thirty in which a guard must stand
	b.light(Yellow)
	b.do("handler", IncidentStep{Action: Reach, Reached: "设围挡"})
	b.light(Green)
	b.do("handler", done)
	if b.i.State != "checking" || b.i.Deadlines[0].Stopped != true {
		t.Errorf("%s %+v", b.i.State, b.i.Deadlines)
	}
	b.now = b.now.Add(100 * time.Hour) // a check that is late is not the handler's time
	b.do("leader", IncidentStep{Action: Fail, Opinion: "还在漏"})
	b.light(Green)
	if b.i.Rework != 1 || b.i.State != "handling" {
		t.Errorf("%s, rework %d", b.i.State, b.i.Rework)
	}
	b.do("handler", done)
	b.do("leader", IncidentStep{Action: Pass})
	b.do("intake", IncidentStep{Action: Satisfied})
	b.light(NoLight)
	if b.i.State != "closed" || b.i.ClosedAt == nil || b.i.Satisfaction != "satisfied" || len(b.i.Deadlines) != 0 {
		t.Errorf("%+v", b.i)
	}
}

func TestWhoHandledDoesNotCheck(t *testing.T) {
	t.Parallel()
	b := newBench(t).handling()
	b.do("handler", done)
	b.refused("both", IncidentStep{Action: Pass}, Forbidden)
	b.refused("both", IncidentStep{Action: Fail, Opinion: "x"}, Forbidden)
	b.do("secretary", IncidentStep{Action: Pass})
}

func TestWhoAskedDoesNotApprove(t *testing.T) {
	t.Parallel()
	b := newBench(t).handling()
	b.refused("head", IncidentStep{Action: Approve}, Conflict)
	b.do("secretary", IncidentStep{Action: AskVoid, Opinion: "误报"})
	b.refused("intake", IncidentStep{Action: AskVoid, Opinion: "误报"}, Conflict)
	asker := team["head"]
	b.i.AskedBy = &asker.ID
	b.refused("head", IncidentStep{Action: Approve}, Forbidden)
	b.refused("handler", done, Conflict)
	b.do("other head", IncidentStep{Action: Approve})
	if b.i.State != "void" || b.i.ClosedAt == nil || b.i.Asked != "" {
		t.Errorf("%+v", b.i)
	}
}

func TestAnExtensionMovesTheLimitAndASuspensionStopsTheClock(t *testing.T) {
	t.Parallel()
	b := newBench(t).handling()
	b.do("handler", IncidentStep{Action: Reach, Reached: "设围挡"})
	until := b.now.Add(30 * time.Hour)
	b.refused("handler", IncidentStep{Action: AskExtension, Opinion: "等配件"}, Invalid)
	b.do("handler", IncidentStep{Action: AskExtension, Opinion: "等配件", Until: &until})
	b.do("head", IncidentStep{Action: Decline, Opinion: "先想办法"})
	if b.i.Asked != "" || b.i.Extended != 0 {
		t.Errorf("%+v", b.i)
	}
	b.do("handler", IncidentStep{Action: AskExtension, Opinion: "等配件", Until: &until})
	b.do("head", IncidentStep{Action: Approve})
	if !b.i.Due().Equal(until) || b.i.Extended != 1 {
		t.Errorf("due %s, want %s", b.i.Due(), until)
	}
	b.now = b.now.Add(20 * time.Hour)
	b.do("handler", IncidentStep{Action: AskSuspension, Opinion: "等产权单位", Until: &until})
	b.do("head", IncidentStep{Action: Approve})
	if b.i.State != "suspended" || !b.i.ReviewAt.Equal(until) || !b.i.Due().Equal(until) {
		t.Errorf("%s, review %v", b.i.State, b.i.ReviewAt)
	}
	b.now = b.now.Add(200 * time.Hour)
	b.do("handler", IncidentStep{Action: Resume})
	b.light(Green)
	if got := b.i.Due().Sub(b.now); got != 10*time.Hour {
		t.Errorf("%v left, want 10h", got)
	}
}

func TestOnlyTheUnitInChargeHandles(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.do("intake", IncidentStep{Action: TakeIn})
	b.do("head", IncidentStep{Action: File})
	b.do("dispatcher", IncidentStep{Action: Dispatch, Units: []string{"市政所"}})
	b.refused("other unit", IncidentStep{Action: Accept}, Forbidden)
	b.refused("leader", IncidentStep{Action: Accept}, Forbidden)
	b.do("handler", IncidentStep{Action: SendBack, Opinion: "不归我们"})
	if b.i.HandlerUnit != "" || b.i.State != "filed" {
		t.Errorf("%+v", b.i)
	}
	b.do("dispatcher", IncidentStep{Action: Dispatch, Unit: GridUnit})
	b.refused("handler", IncidentStep{Action: Accept}, Forbidden)
	b.do("leader", IncidentStep{Action: Accept})
	b.do("leader", done)
	b.refused("leader", IncidentStep{Action: Pass}, Forbidden)
}

func TestUnitsThatAreCalledReportOnTheSpot(t *testing.T) {
	t.Parallel()
	b := newBench(t).handling()
	b.refused("other unit", IncidentStep{Action: Arrive}, Forbidden)
	b.do("secretary", IncidentStep{Action: CallUnits, Units: []string{"市政所", "城管中队"}})
	b.do("other unit", IncidentStep{Action: Arrive})
	b.do("handler", IncidentStep{Action: Escalate, Opinion: "需街道协调"})
	if !slices.Equal(b.i.Called, []string{"市政所", "城管中队"}) || !slices.Equal(b.i.Arrived, []string{"市政所"}) || b.i.Level != 1 {
		t.Errorf("%+v", b.i)
	}
}

func TestAResidentWhoIsNotSatisfiedReopensOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for round := range 2 {
		if round == 0 {
			b.handling()
		} else {
			b.do("dispatcher", IncidentStep{Action: Dispatch})
			b.do("handler", IncidentStep{Action: Accept})
		}
		b.do("handler", done)
		b.do("secretary", IncidentStep{Action: Pass})
		b.do("intake", IncidentStep{Action: Unsatisfied, Opinion: "没修好"})
		if want := []string{"filed", "closed"}[round]; b.i.State != want || b.i.Reopened != 1 {
			t.Fatalf("round %d: %s, reopened %d", round, b.i.State, b.i.Reopened)
		}
	}
	b.now = b.now.Add(ReopenWithin + time.Minute)
	b.refused("head", IncidentStep{Action: Reopen, Opinion: "又坏了"}, Conflict)
	b.now = b.now.Add(-2 * time.Minute)
	b.do("head", IncidentStep{Action: Reopen, Opinion: "又坏了"})
	if b.i.State != "filed" || b.i.ClosedAt != nil {
		t.Errorf("%+v", b.i)
	}
}

func TestASampledSelfHandledIncidentIsCheckedAndNothingMore(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.i.State, b.i.SelfHandled, b.i.Handlers = "checking", true, []int64{7}
	b.refused("leader", IncidentStep{Action: Pass}, Forbidden)
	kept := b.i
	b.do("secretary", IncidentStep{Action: Pass})
	if b.i.State != "closed" {
		t.Errorf("passed: %s", b.i.State)
	}
	b.i = kept
	b.do("secretary", IncidentStep{Action: Fail, Opinion: "没清干净"})
	if b.i.State != "reported" || !b.i.Accepted || b.i.SelfHandled {
		t.Errorf("failed: %+v", b.i)
	}
}

// One in ten, the same ones each time, others with another seed.
func TestTheSampleIsOneInTen(t *testing.T) {
	t.Parallel()
	r, hits, differs := rand.New(rand.NewPCG(1, 2)), 0, false
	for range 20_000 {
		var id uuid.UUID
		for k := range id {
			id[k] = byte(r.UintN(256))
		}
		if once, again := Sampled(7, id), Sampled(7, id); once != again {
			t.Fatal("the sample is not fixed")
		}
		if Sampled(7, id) {
			hits++
		}
		differs = differs || Sampled(7, id) != Sampled(8, id)
	}
	if hits < 1850 || hits > 2150 || !differs {
		t.Errorf("%d of 20000, differs %t", hits, differs)
	}
}

// What a page offers is what the rules allow.
func TestAllowedActionsAreThoseThatAreNotRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t).handling()
	for who, want := range map[string][]Action{
		"handler": {Reach, AskExtension, AskSuspension, AskVoid, Escalate, CallUnits, Resolve, Note}, "other unit": {Reach, Note},
		"head": {CallUnits, Supervise, Note}, "intake": {AskVoid, Note}, "leader": {Note}, "secretary": {AskVoid, Escalate, CallUnits, Note},
	} {
		if got := Allowed(b.i, team[who], b.now); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", who, got, want)
		}
	}
	b.do("handler", done)
	if got := Allowed(b.i, team["both"], b.now); slices.Contains(got, Pass) || slices.Contains(got, Fail) {
		t.Errorf("who handled is offered to check: %v", got)
	}
}

func TestAStepThatLacksSomethingSaysWhat(t *testing.T) {
	t.Parallel()
	b := newBench(t).handling()
	b.class.CloseRule = "photo"
	for field, st := range map[string]IncidentStep{
		"result": {Action: Resolve, CloseKind: "material", Photos: []uuid.UUID{{1}}}, "closeKind": {Action: Resolve, Result: "好", Photos: []uuid.UUID{{1}}},
		"photos": {Action: Resolve, Result: "好", CloseKind: "material"}, "opinion": {Action: AskVoid}, "units": {Action: CallUnits}, "reached": {Action: Reach, Reached: "处置"},
	} {
		who := "handler"
		_, err := b.try(who, st)
		e, ok := err.(*Error)
		if !ok || e.Code != Invalid || len(e.Fields) != 1 || e.Fields[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	b.refused("head", IncidentStep{Action: Supervise, Card: "green"}, Invalid)
	b.do("head", IncidentStep{Action: Supervise, Card: "red"})
	b.refused("intake", IncidentStep{Action: TakeIn}, Conflict)
}

func TestAClassIsCheckedInWords(t *testing.T) {
	t.Parallel()
	good := IncidentClass{Code: "0401", Name: "井盖缺失", Unit: "应急办", CloseRule: "photo", Limits: []Limit{{"处置", 4, "hour"}}}
	if err := good.Validate(); err != nil || good.Parent == nil || *good.Parent != "04" {
		t.Errorf("%v %v", err, good.Parent)
	}
	for field, spoil := range map[string]func(*IncidentClass){
		"name": func(c *IncidentClass) { c.Name = "" }, "unit": func(c *IncidentClass) { c.Unit = "" }, "limits": func(c *IncidentClass) { c.Limits = nil },
		"limits[1].name": func(c *IncidentClass) { c.Limits = []Limit{{"处置", 1, "hour"}, {"处置", 2, "hour"}} }, "closeRule": func(c *IncidentClass) { c.CloseRule = "x" },
	} {
		c := good
		spoil(&c)
		if e, ok := c.Validate().(*Error); !ok || e.Fields[0].Field != field {
			t.Errorf("%s: %v", field, e)
		}
	}
}
