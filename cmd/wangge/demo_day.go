package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/google/uuid"

	"wangge/internal/demo"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// How much the days before the demo held.
const (
	pastDays   = 6
	pastSteps  = 520 // steps a day, about half of them visits
	pastMonths = 5   // before those days, of visits alone
	stillOpen  = 4   // incidents a past day left unfinished
)

func newKey() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// day begins a simulated day on the clock of the store.
func (d *demonstration) day(ctx context.Context, db *postgres.DB, seed uint64) (*demo.Day, error) {
	pictures, err := d.drawPictures(ctx)
	if err != nil {
		return nil, err
	}
	world := street{db: db, leaders: map[int64]ward.Actor{}, pictures: pictures}
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
	return demo.NewDay(world, seed, db.Now, beatsOf(doors), classes)
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
	pool, err := postgres.Connect(ctx, unwaited(d.settings.Database))
	if err != nil {
		return err
	}
	defer pool.Close()
	days := make(chan int, pastDays+1)
	for back := pastDays; back >= 0; back-- {
		days <- back
	}
	close(days)
	var playing sync.WaitGroup
	errs := make([]error, pastWorkers)
	for k := range errs {
		playing.Go(func() {
			for back := range days {
				from, until, steps := morning.AddDate(0, 0, -back), morning.AddDate(0, 0, -back).Add(12*time.Hour), pastSteps-24*back
				if back == 0 {
					until = now
					steps = max(0, min(pastSteps, int(now.Sub(from)/(90*time.Second))))
				}
				if errs[k] = d.playFast(ctx, postgres.New(pool, d.settings.Keys), d.seed+uint64(back), from, until, steps, back > 0); errs[k] != nil {
					return
				}
			}
		})
	}
	playing.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if err := d.db.Backdate(ctx); err != nil {
		return err
	}
	if err := d.db.Remember(ctx, walker(""), morning.AddDate(0, 0, -pastDays), pastMonths); err != nil {
		return err
	}
	return d.care(ctx, postgres.New(pool, d.settings.Keys))
}

// pastWorkers is how many past days are made at the same time.
const pastWorkers = 3

// unwaited is the address of a database whose commits need not be on the disk
// before the next one: what is made up is made up again after a crash.
func unwaited(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := u.Query()
	q.Set("synchronous_commit", "off")
	u.RawQuery = q.Encode()
	return u.String()
}

// playFast lets steps happen evenly between two times of day, without waiting;
// a day that is over finishes most of what it began.
func (d *demonstration) playFast(ctx context.Context, db *postgres.DB, seed uint64, from, until time.Time, steps int, over bool) error {
	clock := from
	// The clock of the store goes with the day, so that limits run as they would have.
	db.Now, db.Seed = func() time.Time { return clock }, d.db.Seed
	day, err := d.day(ctx, db, seed)
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

// demoLeaders is how many leaders walk in the day of a demo: enough for a street
// to live, few enough not to be felt on a small machine.
const demoLeaders = 16

// play lets the day of the demo go by until ctx ends, through the very API that
// everybody uses.
func (d *demonstration) play(ctx context.Context, url string) error {
	people, err := readLogins(d.loginsFile())
	if err != nil {
		return err
	}
	now := uint64(d.db.Now().Unix())
	s := simulation{p: d.p, url: url, people: some(people, demoLeaders, now), pace: d.pace, load: 1, patrols: 6, seed: d.seed ^ now}
	if err := awaitAnswer(ctx, url); err != nil {
		return err
	}
	_, err = s.run(ctx)
	return err
}

// some are the office, the unit and so many leaders, others at each start.
func some(people []simLogin, leaders int, turn uint64) []simLogin {
	head, rest := people[:2], people[2:]
	out := append([]simLogin{}, head...)
	for i := range min(leaders, len(rest)) {
		out = append(out, rest[(int(turn%uint64(len(rest)))+i*max(1, len(rest)/leaders))%len(rest)])
	}
	return out
}

// awaitAnswer waits until the server answers.
func awaitAnswer(ctx context.Context, url string) error {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/readyz", nil)
		if err != nil {
			return err
		}
		if answer, err := http.DefaultClient.Do(r); err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
