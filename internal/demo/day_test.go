package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// paper is a world that validates what happens as the real one does and writes
// it down.
type paper struct {
	now   time.Time
	lines []string
	rung  map[int64][]int64 // households by grid in order
	state map[string]int
	stale bool
}

func (p *paper) RecordVisit(_ context.Context, grid int64, d ward.VisitDraft) error {
	p.lines = append(p.lines, fmt.Sprint(grid, d.ID, *d.Household, d.Kind, d.Met, d.Outcome))
	p.rung[grid] = append(p.rung[grid], *d.Household)
	return d.Validate(p.now)
}

func (p *paper) ReportIncident(_ context.Context, grid int64, d ward.IncidentDraft) (ward.Incident, error) {
	p.lines = append(p.lines, fmt.Sprint(grid, d.ID, d.Class, d.Source))
	return ward.Incident{ID: d.ID, Version: 1, Class: d.Class, State: "reported", Grid: grid}, d.Validate(p.now)
}

func (p *paper) AdvanceIncident(_ context.Context, i ward.Incident, st ward.IncidentStep) (ward.Incident, error) {
	if p.stale {
		return i, ward.Errorf(ward.Stale, "已被他人修改")
	}
	p.lines = append(p.lines, fmt.Sprint(i.ID, st.Action))
	by := ward.Taker{ID: 1, Roles: []ward.Role{ward.Handler}}
	if _, ok := ward.IncidentMay(i.State, st.Action, ward.Handler); !ok {
		by = ward.Taker{ID: 2, Roles: []ward.Role{ward.Intake, ward.Dispatcher, ward.DutyHead}}
	}
	i, err := st.Take(i, by, classes()[1], ward.DefaultCalendar(), p.now)
	p.state[i.State]++
	return i, err
}

func live(t *testing.T, seed uint64, steps int) *paper {
	t.Helper()
	p := &paper{now: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC), rung: map[int64][]int64{}, state: map[string]int{}}
	day, err := NewDay(p, seed, func() time.Time { return p.now }, beats(), classes())
	if err != nil {
		t.Fatal(err)
	}
	for range steps {
		p.now = p.now.Add(day.Pause())
		if _, err := day.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func beats() []Beat {
	var out []Beat
	for g := range int64(4) {
		b := Beat{Grid: g + 1}
		for h := range int64(25) {
			b.Doors = append(b.Doors, Door{Household: g*100 + h, Building: g*10 + h/5 + 1, Place: "绿地新村1号楼", At: orb.Point{120.62, 30.71}})
		}
		out = append(out, b)
	}
	return out
}

func classes() []ward.IncidentClass {
	head := "01"
	dispute := "07"
	return []ward.IncidentClass{{Code: "01", Name: "市容环境"}, {Code: "0101", Parent: &head, Name: "暴露垃圾", Unit: "城管中队"}, {Code: "0701", Parent: &dispute, Name: "邻里纠纷", Unit: "司法所", Private: true}}
}

func TestADayIsTheSameForTheSameSeed(t *testing.T) {
	t.Parallel()
	if a, b := live(t, 1, 400), live(t, 1, 400); !slices.Equal(a.lines, b.lines) {
		t.Error("two days of one seed differ")
	}
	if a, b := live(t, 1, 400), live(t, 2, 400); slices.Equal(a.lines, b.lines) {
		t.Error("two seeds give one day")
	}
}

func TestLeadersWalkTheirDoorsInOrder(t *testing.T) {
	t.Parallel()
	for grid, doors := range live(t, 3, 300).rung {
		base := (grid - 1) * 100
		for i := 1; i < len(doors); i++ {
			if doors[i]-base != (doors[i-1]-base+1)%25 {
				t.Fatalf("grid %d: door %d after %d", grid, doors[i], doors[i-1])
			}
		}
	}
}

func TestIncidentsAreCarriedToTheirEnd(t *testing.T) {
	t.Parallel()
	p := live(t, 4, 4000)
	for _, s := range []string{"filed", "dispatched", "handling", "checking", "follow_up", "closed", "suspended"} {
		if p.state[s] == 0 {
			t.Errorf("no incident was ever %s", s)
		}
	}
}

func TestAnIncidentSomebodyElseMovedIsLeftToThem(t *testing.T) {
	t.Parallel()
	p := &paper{now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), rung: map[int64][]int64{}, state: map[string]int{}, stale: true}
	day, err := NewDay(p, 5, func() time.Time { return p.now }, beats(), classes())
	if err != nil {
		t.Fatal(err)
	}
	for range 200 {
		if _, err := day.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPlayEndsWithItsContext(t *testing.T) {
	t.Parallel()
	p := &paper{now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), rung: map[int64][]int64{}, state: map[string]int{}}
	day, err := NewDay(p, 6, func() time.Time { return p.now }, beats(), classes())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := day.Play(ctx, 1e5); err != nil {
		t.Fatal(err)
	}
	if len(p.lines) == 0 {
		t.Error("nothing happened")
	}
}

func TestADayNeedsDoorsAndClasses(t *testing.T) {
	t.Parallel()
	_, err := NewDay(&paper{}, 1, time.Now, nil, classes())
	if we := new(ward.Error); !errors.As(err, &we) || we.Code != ward.Invalid {
		t.Errorf("got %v, want invalid", err)
	}
}
