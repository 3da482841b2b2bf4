package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"wangge/internal/demo"
	"wangge/internal/ward"
)

// How patrols walk.
const (
	patrolEvery  = 5 * time.Second // between two positions of a phone
	patrolPace   = 1.2             // metres a second
	patrolFaster = 20.0            // metres a second at the most, however fast the day goes
	patrolName   = "模拟巡逻机"         // by which leftovers of a run that was killed are known
)

// patrol puts patrol teams on duty with a tracker each and lets them walk the
// lanes until ctx ends; then they go off duty and their trackers are revoked.
func (c *cast) patrol(ctx context.Context, most int, pace float64, seed uint64) error {
	lanes, err := c.lanes(ctx)
	if err != nil || len(lanes) == 0 {
		return err
	}
	if err := c.clearPatrols(ctx); err != nil {
		return err
	}
	var page ward.Page[ward.Team]
	if err := c.office.get(ctx, "/api/teams?kind=patrol&limit=100", &page); err != nil {
		return err
	}
	var walking sync.WaitGroup
	defer walking.Wait()
	for k, team := range page.Items {
		if k == most {
			break
		}
		if team.Location == nil {
			continue
		}
		var tracker ward.NewTracker
		if err := c.office.sendJSON(ctx, "POST", "/api/trackers", ward.TrackerDraft{Team: team.ID, Name: patrolName, Agreed: true}, &tracker); err != nil {
			return err
		}
		var duty ward.TeamDuty
		if err := c.office.sendJSON(ctx, "POST", "/api/duties", ward.DutyDraft{Team: team.ID}, &duty); err != nil && ward.ErrorCode(err) != ward.Conflict {
			return err
		}
		walk := demo.NewPatrol(lanes, *team.Location, seed+uint64(k))
		walking.Go(func() {
			c.walk(ctx, walk, tracker.Token, pace)
			c.dismiss(context.WithoutCancel(ctx), tracker.ID, duty)
		})
	}
	return nil
}

// walk sends where a patrol is until ctx ends, as a phone with Traccar Client does.
func (c *cast) walk(ctx context.Context, walk *demo.Patrol, token string, pace float64) {
	tick := time.NewTicker(patrolEvery)
	defer tick.Stop()
	for {
		at := walk.Walk(min(patrolPace*pace, patrolFaster) * patrolEvery.Seconds())
		q := url.Values{
			"id": {token}, "lat": {fmt.Sprintf("%.6f", at[1])}, "lon": {fmt.Sprintf("%.6f", at[0])}, "accuracy": {"6"}, "timestamp": {fmt.Sprint(c.now().UnixMilli())},
		}
		c.report.positioned(c.osmand(ctx, q))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (c *cast) osmand(ctx context.Context, q url.Values) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.office.url+"/osmand?"+q.Encode(), nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return errors.New(answer.Status)
	}
	return nil
}

// dismiss sends a patrol home.
func (c *cast) dismiss(ctx context.Context, tracker int64, duty ward.TeamDuty) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	// When the server is gone already, the next run clears up.
	_ = c.office.send(ctx, "POST", fmt.Sprintf("/api/trackers/%d/revoke", tracker), "", nil, nil)
	if duty.ID > 0 {
		_ = c.endDuty(ctx, duty.ID)
	}
}

func (c *cast) endDuty(ctx context.Context, id int64) error {
	var running []ward.TeamDuty
	if err := c.office.get(ctx, "/api/duties", &running); err != nil {
		return err
	}
	for _, d := range running {
		if d.ID == id {
			return c.office.sendJSON(ctx, "PATCH", fmt.Sprintf("/api/duties/%d", id), ward.DutyChange{Version: d.Version, End: true}, nil)
		}
	}
	return nil
}

// clearPatrols takes away what a run left behind that was killed.
func (c *cast) clearPatrols(ctx context.Context) error {
	var left ward.Page[ward.Tracker]
	if err := c.office.get(ctx, "/api/trackers?limit=500&q="+url.QueryEscape(patrolName), &left); err != nil {
		return err
	}
	var running []ward.TeamDuty
	if err := c.office.get(ctx, "/api/duties", &running); err != nil {
		return err
	}
	for _, k := range left.Items {
		if err := c.office.send(ctx, "POST", fmt.Sprintf("/api/trackers/%d/revoke", k.ID), "", nil, nil); err != nil {
			return err
		}
		for _, d := range running {
			if d.Team == k.Team && d.Mine {
				if err := c.endDuty(ctx, d.ID); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// lanes reads the lanes of the street as any map program does.
func (c *cast) lanes(ctx context.Context) ([]orb.LineString, error) {
	var all geojson.FeatureCollection
	if err := c.office.get(ctx, "/ogc/collections/lane/items?limit=1000&f=json", &all); err != nil {
		return nil, err
	}
	var lanes []orb.LineString
	for _, f := range all.Features {
		switch g := f.Geometry.(type) {
		case orb.LineString:
			lanes = append(lanes, g)
		case orb.MultiLineString:
			lanes = append(lanes, g...)
		}
	}
	return lanes, nil
}
