package main

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"wangge/internal/demo"
	"wangge/internal/photo"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// How much the days before the demo held.
const (
	pastDays  = 6
	pastSteps = 520 // steps a day, about half of them visits
	stillOpen = 4   // incidents a past day left unfinished
)

// street is the world of a simulated day: the store, each call within the
// territory of whoever would make it.
type street struct {
	db      *postgres.DB
	leaders map[int64]ward.Actor // by grid
	duty    ward.Actor           // takes in, files, dispatches, approves, follows up
	handler ward.Actor           // of every unit
	files   *photo.Files
}

func (s street) as(a ward.Actor, operation string, do func(ward.Scope) error) error {
	scope, err := a.Scope(operation)
	if err != nil {
		return err
	}
	return do(scope)
}

// RecordVisit records a visit as the leader of the grid.
func (s street) RecordVisit(ctx context.Context, grid int64, v ward.VisitDraft) error {
	return s.as(s.leaders[grid], "create-visit", func(scope ward.Scope) error {
		_, err := s.db.CreateVisit(ctx, scope, newKey(), v)
		return err
	})
}

// ReportIncident reports an incident as the leader of the grid.
func (s street) ReportIncident(ctx context.Context, grid int64, i ward.IncidentDraft) (out ward.Incident, err error) {
	err = s.as(s.leaders[grid], "create-incident", func(scope ward.Scope) error {
		out, err = s.db.CreateIncident(ctx, scope, newKey(), i)
		return err
	})
	return out, err
}

// AdvanceIncident moves an incident on as whoever may: the units handle, the
// leader of the grid checks, the office does the rest.
func (s street) AdvanceIncident(ctx context.Context, i ward.Incident, st ward.IncidentStep) (out ward.Incident, err error) {
	who := s.duty
	if st.Action == ward.Pass {
		who = s.leaders[i.Grid]
	} else if _, ok := ward.IncidentMay(i.State, st.Action, ward.Handler); ok {
		who = s.handler
	}
	err = s.as(who, "step-incident", func(scope ward.Scope) error {
		if out, err = s.db.StepIncident(ctx, scope, newKey(), i.ID, st); err != nil || st.Action != ward.Resolve {
			return err
		}
		return s.photographs(ctx, scope, i.ID, st.Photos[0])
	})
	return out, err
}

// photographs adds a drawn picture of before and one of after.
func (s street) photographs(ctx context.Context, scope ward.Scope, incident, after uuid.UUID) error {
	for kind, id := range map[string]uuid.UUID{"before": newKey(), "after": after} {
		raw, err := demo.Photo(kind == "after")
		if err != nil {
			return err
		}
		picture, err := s.files.Clean(ctx, raw)
		if err != nil {
			return err
		}
		if err := s.files.Keep(picture); err != nil {
			return err
		}
		if _, err := s.db.KeepPhoto(ctx, scope, ward.PhotoDraft{ID: id, Noun: "incident", Entity: incident, Kind: kind}, picture); err != nil {
			return err
		}
	}
	return nil
}

func newKey() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// day begins a simulated day on a clock.
func (d *demonstration) day(ctx context.Context, seed uint64, now func() time.Time) (*demo.Day, error) {
	world := street{db: d.db, leaders: map[int64]ward.Actor{}, files: d.photos()}
	at, err := d.places(ctx)
	if err != nil {
		return nil, err
	}
	for _, g := range at.grids {
		if world.leaders[g.ID], err = d.actor(ctx, walker(g.Code)); err != nil {
			return nil, err
		}
	}
	if world.duty, err = d.actor(ctx, "demo-duty"); err != nil {
		return nil, err
	}
	if world.handler, err = d.actor(ctx, "demo-handler"); err != nil {
		return nil, err
	}
	doors, err := d.db.Walk(ctx, ward.System(""))
	if err != nil {
		return nil, err
	}
	classes, err := d.db.IncidentClasses(ctx)
	if err != nil {
		return nil, err
	}
	return demo.NewDay(world, seed, now, beatsOf(doors), classes)
}

func beatsOf(doors []ward.WalkDoor) []demo.Beat {
	beats := []demo.Beat{}
	for i, w := range doors {
		if i == 0 || w.Grid != doors[i-1].Grid {
			beats = append(beats, demo.Beat{Grid: w.Grid})
		}
		b := &beats[len(beats)-1]
		b.Doors = append(b.Doors, demo.Door{Household: w.Household, Building: w.Building, Place: w.Place, At: w.At})
	}
	return beats
}

func (d *demonstration) actor(ctx context.Context, login string) (ward.Actor, error) {
	page, err := d.db.Accounts(ctx, ward.System(""), ward.Filter{Query: login, Limit: ward.MaxLimit})
	if err != nil {
		return ward.Actor{}, err
	}
	for _, a := range page.Items {
		if a.Login == login {
			return a.Actor(), nil
		}
	}
	return ward.Actor{}, ward.Errorf(ward.NotFound, "演示账号 %s 不存在，请删除数据目录后重试", login)
}

// pastWeek plays the days before today and today until now, so that the charts
// have something to show.
func (d *demonstration) pastWeek(ctx context.Context) error {
	fmt.Fprintf(d.p.stdout, "正在补上前 %d 天的走访和事件…\n", pastDays)
	zone := time.FixedZone("CST", 8*3600)
	now := d.db.Now().In(zone)
	morning := time.Date(now.Year(), now.Month(), now.Day(), 8, 0, 0, 0, zone)
	for back := pastDays; back >= 0; back-- {
		from, until, steps := morning.AddDate(0, 0, -back), morning.AddDate(0, 0, -back).Add(12*time.Hour), pastSteps-24*back
		if back == 0 {
			until = now
			steps = max(0, min(pastSteps, int(now.Sub(from)/(90*time.Second))))
		}
		if err := d.playFast(ctx, d.seed+uint64(back), from, until, steps, back > 0); err != nil {
			return err
		}
	}
	return d.db.Backdate(ctx)
}

// playFast lets steps happen evenly between two times of day, without waiting;
// a day that is over finishes most of what it began.
func (d *demonstration) playFast(ctx context.Context, seed uint64, from, until time.Time, steps int, over bool) error {
	clock := from
	// The server's clock goes with the day, so that limits run as they would have.
	now := d.db.Now
	d.db.Now = func() time.Time { return clock }
	defer func() { d.db.Now = now }()
	day, err := d.day(ctx, seed, func() time.Time { return clock })
	if err != nil {
		return err
	}
	for range steps {
		if _, err := day.Step(ctx); err != nil {
			return err
		}
		clock = clock.Add(until.Sub(from) / time.Duration(steps))
	}
	if over {
		return day.Finish(ctx, stillOpen)
	}
	return nil
}

// play lets the day of the demo go by until ctx ends.
func (d *demonstration) play(ctx context.Context) error {
	now := d.db.Now
	day, err := d.day(ctx, d.seed^uint64(now().Unix()), now)
	if err != nil {
		return err
	}
	return day.Play(ctx, d.pace)
}
