package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// World is where a Day happens: the store or the API, each call done as the
// people of the given grid would do it.
type World interface {
	// RecordVisit records a visit of the leader of a grid.
	RecordVisit(ctx context.Context, grid int64, d ward.VisitDraft) error
	// ReportIncident reports an incident in a grid and returns it as stored.
	ReportIncident(ctx context.Context, grid int64, d ward.IncidentDraft) (ward.Incident, error)
	// AdvanceIncident moves an incident one step on, as whoever may, and returns
	// it as stored.
	AdvanceIncident(ctx context.Context, i ward.Incident, st ward.IncidentStep) (ward.Incident, error)
}

// Door is a household a leader calls at, in walking order.
type Door struct {
	Household int64
	Building  int64
	Place     string    // address without the door, for reports
	At        orb.Point // of the building, EPSG:4326
}

// Beat is one grid with its doors in the order they are walked.
type Beat struct {
	Grid  int64
	Doors []Door
}

// Happening is what one step of a Day was.
type Happening string

// What can happen in one step.
const (
	Visited  Happening = "visit"
	Reported Happening = "report"
	Advanced Happening = "advance"
)

// Day plays the daily life of a street: leaders walk from door to door in their
// grids, things are reported by class and hour, and what was reported is dealt
// with step by step. The same seed, beats and clock give the same day. It is
// for one goroutine.
type Day struct {
	// Steady makes every hour as busy as the busiest, to measure by.
	Steady bool

	world   World
	d       dice
	wishes  dice // of what residents ask for
	now     func() time.Time
	classes []ward.IncidentClass
	walks   []walk
	open    []ward.Incident
}

// walk is where a leader is on the beat.
type walk struct {
	Beat
	next int
}

// openMost is how many incidents are dealt with at once; the oldest leave the play.
const openMost = 120

// NewDay begins a day. classes is the table of incident classes; those without
// a parent are headings and never reported. Invalid without a beat or a class.
func NewDay(world World, seed uint64, now func() time.Time, beats []Beat, classes []ward.IncidentClass) (*Day, error) {
	day := &Day{world: world, d: newDice(seed, 7), wishes: newDice(seed, 8), now: now}
	for _, b := range beats {
		if len(b.Doors) > 0 {
			day.walks = append(day.walks, walk{Beat: b, next: day.d.r.IntN(len(b.Doors))})
		}
	}
	for _, c := range classes {
		if c.Parent != nil {
			day.classes = append(day.classes, c)
		}
	}
	if len(day.walks) == 0 || len(day.classes) == 0 {
		return nil, ward.Errorf(ward.Invalid, "模拟一天需要至少一个有住户的网格和一个事件类别")
	}
	return day, nil
}

// Play lives the day at a gentle pace until ctx ends: pace 1 is a little more
// than one event in ten seconds at nine in the morning. It returns nil when ctx
// ends, otherwise the first error of the world.
func (day *Day) Play(ctx context.Context, pace float64) error {
	for {
		timer := time.NewTimer(time.Duration(float64(day.Pause()) / pace))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
		if _, err := day.Step(ctx); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
	}
}

// busy is how much goes on in each hour of the day, 1 at the busiest.
var busy = [24]float64{.08, .06, .05, .05, .06, .15, .35, .6, .9, 1, .95, .7, .5, .6, .85, .95, .9, .8, .85, .9, .7, .45, .25, .12}

// busiest is the hour of which busy is 1.
const busiest = 9

// hour is what the clock shows in the street, wherever the machine stands.
func (day *Day) hour() int { return day.now().In(ward.China).Hour() }

// Pause is the time until the next step at this hour.
func (day *Day) Pause() time.Duration {
	mean, hour := 8*time.Second, day.hour()
	if day.Steady {
		hour = busiest
	}
	return time.Duration(float64(mean) * day.d.in(.4, 1.6) / busy[hour])
}

// Step lets the next thing happen and says what it was.
func (day *Day) Step(ctx context.Context) (Happening, error) {
	chance := day.d.in(0, 1)
	switch {
	case chance < .46 && len(day.open) > 0:
		return Advanced, day.advance(ctx)
	case chance < .54:
		w := &day.walks[day.d.r.IntN(len(day.walks))]
		return Reported, day.report(ctx, w.Grid, one(day.d, w.Doors), nil, one(day.d, []string{"staff", "patrol", "resident", "hotline", "hygiene"}))
	}
	return Visited, day.visit(ctx)
}

// visit is the next door on somebody's beat.
func (day *Day) visit(ctx context.Context) error {
	w := &day.walks[day.d.r.IntN(len(day.walks))]
	door := w.Doors[w.next]
	w.next = (w.next + 1) % len(w.Doors)
	now := day.now()
	start := now.Add(-time.Duration(day.d.count(2, 14)) * time.Minute)
	v := ward.VisitDraft{
		ID: day.id(now), Household: &door.Household, StartedAt: &start, OccurredAt: now, Location: &door.At,
		Kind: weighted(day.d, []share[string]{{"four_hundred", 50}, {"aid", 12}, {"return", 9}, {"policy", 10}, {"safety", 12}, {"opinion", 7}}),
		Mode: weighted(day.d, []share[string]{{"home", 78}, {"stairs", 12}, {"yard", 6}, {"phone", 4}}),
		Met:  weighted(day.d, day.metAt(day.hour())),
	}
	if v.Met == "met" {
		mood := weighted(day.d, []share[int]{{2, 5}, {3, 22}, {4, 48}, {5, 25}})
		v.Mood = &mood
		v.Outcome = weighted(day.d, []share[string]{{"none", 68}, {"solved", 20}, {"taken_back", 8}, {"reported", 4}})
		v.Note = one(day.d, notes[v.Outcome])
		v.Asks = day.asked(now)
	}
	if err := day.world.RecordVisit(ctx, w.Grid, v); err != nil {
		return fmt.Errorf("record visit of the day: %w", err)
	}
	if v.Outcome == "reported" {
		return day.report(ctx, w.Grid, door, &v.ID, "visit")
	}
	return nil
}

// metAt is who opens at an hour: by day many are at work.
func (day *Day) metAt(hour int) []share[string] {
	if hour >= 18 && hour < 21 {
		return []share[string]{{"met", 86}, {"nobody", 9}, {"refused", 5}}
	}
	return []share[string]{{"met", 70}, {"nobody", 26}, {"refused", 4}}
}

var notes = map[string][]string{
	"none":       {"家中一切正常", "老人身体尚好，已提醒用气安全", "介绍了本月活动安排", "核对了家庭信息", ""},
	"solved":     {"帮忙登记了老年餐", "指导用手机缴费", "已代为联系家电维修", "当场说明了医保参保办法"},
	"taken_back": {"希望增设晾衣架，带回社区商议", "询问加装电梯进度，待回复", "想参加护绿队，待登记"},
	"reported":   {"反映楼道堆物，已上报", "反映路灯不亮，已上报", "反映下水不畅，已上报"},
}

// hours says when things of a heading are seen; others come at any hour.
var hours = map[string][2]int{"01": {6, 18}, "02": {7, 18}, "03": {19, 24}, "05": {6, 21}, "07": {9, 22}, "09": {8, 18}, "10": {8, 21}}

// often is how common a heading is against the others.
var often = map[string]float64{"01": 5, "02": 2, "03": .7, "04": .4, "05": 4, "06": 2.5, "07": 1, "08": 2.5, "09": 1.5, "10": 1}

func (day *Day) class(hour int) ward.IncidentClass {
	shares := make([]share[ward.IncidentClass], 0, len(day.classes))
	for _, c := range day.classes {
		part := often[*c.Parent]
		if part == 0 {
			part = .5
		}
		if h, set := hours[*c.Parent]; set && (hour < h[0] || hour >= h[1]) {
			part *= .05
		}
		shares = append(shares, share[ward.IncidentClass]{c, part})
	}
	return weighted(day.d, shares)
}

func (day *Day) report(ctx context.Context, grid int64, door Door, visit *uuid.UUID, source string) error {
	now := day.now()
	class := day.class(day.hour())
	urgency := "normal"
	if class.Urgent {
		urgency = "urgent"
	}
	i, err := day.world.ReportIncident(ctx, grid, ward.IncidentDraft{
		ID: day.id(now), Source: source, Class: class.Code, Urgency: urgency, Visit: visit, Building: door.Building, OccurredAt: now, Location: &door.At,
		Description: door.Place + one(day.d, []string{"附近发现", "门前有", "旁有居民反映", "巡查时发现"}) + class.Name, Place: door.Place,
	})
	if err != nil {
		return fmt.Errorf("report incident of the day: %w", err)
	}
	day.open = append(day.open, i)
	if len(day.open) > openMost {
		day.open = day.open[1:]
	}
	return nil
}

// Finish deals with what is open, the oldest first, until only keep are left.
func (day *Day) Finish(ctx context.Context, keep int) error {
	for len(day.open) > keep {
		if err := day.advanceOne(ctx, 0); err != nil {
			return err
		}
	}
	return nil
}

// advance moves one open incident, the older the likelier, one step on.
func (day *Day) advance(ctx context.Context) error {
	return day.advanceOne(ctx, min(day.d.r.IntN(len(day.open)), day.d.r.IntN(len(day.open))))
}

func (day *Day) advanceOne(ctx context.Context, k int) error {
	i := day.open[k]
	st, going := day.next(i)
	if !going {
		day.open = append(day.open[:k], day.open[k+1:]...)
		return nil
	}
	st.Version = i.Version
	i, err := day.world.AdvanceIncident(ctx, i, st)
	if err != nil {
		day.open = append(day.open[:k], day.open[k+1:]...)
		if ward.ErrorCode(err) == ward.Stale || ward.ErrorCode(err) == ward.Conflict {
			return nil // a person at a screen was faster: leave it to them
		}
		return fmt.Errorf("advance incident of the day: %w", err)
	}
	day.open[k] = i
	return nil
}

// next is the usual next step of an incident; false when it is over or put off.
func (day *Day) next(i ward.Incident) (st ward.IncidentStep, going bool) {
	switch {
	case i.Asked != "":
		return ward.IncidentStep{Action: ward.Approve}, true
	case i.State == "reported" && !i.Accepted:
		return ward.IncidentStep{Action: ward.TakeIn}, true
	case i.State == "reported":
		return ward.IncidentStep{Action: ward.File}, true
	case i.State == "filed":
		return ward.IncidentStep{Action: ward.Dispatch}, true
	case i.State == "dispatched":
		return ward.IncidentStep{Action: ward.Accept}, true
	case i.State == "handling" && day.d.yes(.08):
		until := day.now().AddDate(0, 0, 3)
		return ward.IncidentStep{Action: ward.AskSuspension, Until: &until, Opinion: "需协调产权单位，暂缓"}, true
	case i.State == "handling":
		result := one(day.d, []string{"已清理完毕", "已修复并复查", "已劝导整改", "已现场处置", "已协调解决"})
		return ward.IncidentStep{Action: ward.Resolve, Result: result, CloseKind: "material", Photos: []uuid.UUID{day.id(day.now())}}, true
	case i.State == "checking":
		return ward.IncidentStep{Action: ward.Pass}, true
	case i.State == "follow_up":
		return ward.IncidentStep{Action: ward.Satisfied}, true
	}
	return st, false
}

// id is a UUIDv7 whose random part comes from the day's own dice.
func (day *Day) id(at time.Time) uuid.UUID { return idAt(day.d, at) }
