package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"wangge/internal/ward"
)

// simulation is one run: people of a street at work through the public API.
type simulation struct {
	p       program
	url     string
	people  []simLogin
	pace    float64
	load    int
	patrols int
	seed    uint64
	steady  bool
}

// simLogin is somebody who takes part.
type simLogin struct {
	Login    string `json:"login"`
	Password string `json:"password"`
}

// simulate plays the day of a street as real users live it: signed in, over
// HTTP and websockets, with nothing that a browser or a phone does not have.
func simulate(ctx context.Context, p program, args []string) error {
	set := flags(p, "simulate", "[参数]")
	s := simulation{p: p}
	set.StringVar(&s.url, "url", "http://127.0.0.1:8080", "服务地址")
	logins := set.String("logins", filepath.Join(".wangge", "demo", "logins.json"), "参与者的账号文件（演示环境自动生成）")
	set.Float64Var(&s.pace, "pace", 1, "快慢：1 约每十秒一件事，60 为一分钟过一小时")
	set.IntVar(&s.load, "load", 1, "同时进行几份这样的一天")
	set.IntVar(&s.patrols, "patrols", 6, "几支队伍带着定位设备巡逻")
	set.BoolVar(&s.steady, "steady", false, "每个钟点都像最忙时一样忙，用于测量")
	set.Uint64Var(&s.seed, "seed", 1, "随机种子")
	length := set.Duration("for", 0, "多久后停止，例如 10m；0 为直到 Ctrl-C")
	if err := parse(set, args); err != nil {
		return err
	}
	if s.pace <= 0 || s.load < 1 || s.load > 100 || s.patrols < 0 {
		return errors.New("-pace 应大于 0,-load 应在 1 到 100 之间,-patrols 不能为负")
	}
	var err error
	if s.people, err = readLogins(*logins); err != nil {
		return err
	}
	if *length > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, *length)
		defer cancel()
	}
	report, err := s.run(ctx)
	report.print(p.stdout)
	return err
}

func readLogins(file string) ([]simLogin, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("读不到账号文件（先运行一次 wangge demo）：%w", err)
	}
	var people []simLogin
	if err := json.Unmarshal(text, &people); err != nil || len(people) == 0 {
		return nil, errors.New("账号文件应为 [{\"login\":\"…\",\"password\":\"…\"}, …]")
	}
	return people, nil
}

// run signs everybody in and lets the day go by until ctx ends.
func (s simulation) run(ctx context.Context) (*simReport, error) {
	report := &simReport{began: time.Now(), reported: map[string]time.Time{}}
	cast, err := s.assemble(ctx, report)
	if err != nil {
		return report, err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var playing sync.WaitGroup
	var mu sync.Mutex
	var failed error
	fail := func(err error) {
		mu.Lock()
		defer mu.Unlock()
		if err != nil && ctx.Err() == nil && failed == nil {
			failed = err
			stop()
		}
	}
	for _, one := range cast.listeners() {
		playing.Go(func() { one.listen(ctx, report) })
	}
	for k := range s.load {
		day, err := cast.day(ctx, s.seed+uint64(k))
		if err != nil {
			stop()
			playing.Wait()
			return report, err
		}
		day.Steady = s.steady
		playing.Go(func() { fail(day.Play(ctx, s.pace)) })
	}
	playing.Go(func() { fail(cast.roster(ctx, s.pace, s.seed)) })
	if s.patrols > 0 {
		playing.Go(func() { fail(cast.patrol(ctx, s.patrols, s.pace, s.seed)) })
	}
	playing.Wait()
	return report, failed
}

// cast are the people of the street by what they do.
type cast struct {
	report  *simReport
	leaders map[int64]*simPerson // by grid
	office  *simPerson           // duty head, intake, dispatcher in one
	handler *simPerson
	grids   []int64
	now     func() time.Time
}

// assemble signs everybody in and finds out who is who by their grants.
func (s simulation) assemble(ctx context.Context, report *simReport) (*cast, error) {
	c := &cast{report: report, leaders: map[int64]*simPerson{}, now: time.Now}
	for _, l := range s.people {
		person, err := signInAs(ctx, s.url, l)
		if err != nil {
			return nil, err
		}
		switch {
		case person.holds(ward.DutyHead):
			c.office = person
		case person.holds(ward.Handler):
			c.handler = person
		case person.holds(ward.GridLeader):
			var page ward.Page[ward.Grid]
			if err := person.get(ctx, "/api/grids?limit=1", &page); err != nil {
				return nil, err
			}
			if len(page.Items) > 0 {
				c.leaders[page.Items[0].ID] = person
				c.grids = append(c.grids, page.Items[0].ID)
			}
		}
	}
	if c.office == nil || c.handler == nil || len(c.leaders) == 0 {
		return nil, errors.New("账号文件里要有值班长、处置单位和至少一名网格长")
	}
	var snapshot ward.Snapshot
	if err := c.office.get(ctx, "/api/snapshot", &snapshot); err != nil {
		return nil, err
	}
	ahead := time.Until(snapshot.ServerTime) // the server's clock counts
	c.now = func() time.Time { return time.Now().Add(ahead) }
	return c, nil
}

// listeners are those with a page open.
func (c *cast) listeners() []*simPerson {
	all := []*simPerson{c.office, c.handler}
	for _, grid := range c.grids {
		all = append(all, c.leaders[grid])
	}
	return all
}
