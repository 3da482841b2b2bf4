package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"time"

	"wangge/internal/ward"
)

// How the rosters of a simulated day are kept.
const (
	rosterDays  = 3                // ahead, tomorrow first
	rosterTeams = 20               // patrols on the roster
	swapEvery   = 10 * time.Minute // somebody wants to exchange shifts, at pace 1
	rosterPost  = "街面巡逻"
)

// slots of a day, by the hour in China: even patrols early, odd ones late on one
// day, the other way round on the next.
var slots = [2][2]int{{8, 14}, {14, 20}}

// roster puts the patrols on the roster of the coming days, and lets two of them
// exchange their shifts now and then, until ctx ends.
func (c *cast) roster(ctx context.Context, pace float64, seed uint64) error {
	var page ward.Page[ward.Team]
	if err := c.office.get(ctx, fmt.Sprintf("/api/teams?kind=patrol&limit=%d", rosterTeams), &page); err != nil {
		return err
	}
	if err := c.setShifts(ctx, page.Items); err != nil {
		return err
	}
	dice := rand.New(rand.NewPCG(seed, 29))
	for {
		timer := time.NewTimer(time.Duration(float64(swapEvery) * (.5 + dice.Float64()) / pace))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
		if err := c.swap(ctx, dice); err != nil {
			return err
		}
	}
}

// setShifts gives each patrol a shift on each coming day. Where somebody has set
// one already, that one holds.
func (c *cast) setShifts(ctx context.Context, patrols []ward.Team) error {
	today := c.now().In(ward.China)
	for day := 1; day <= rosterDays; day++ {
		for k, team := range patrols {
			slot := slots[(k+day)%2]
			at := func(hour int) time.Time {
				return time.Date(today.Year(), today.Month(), today.Day()+day, hour, 0, 0, 0, ward.China)
			}
			err := c.office.sendJSON(ctx, "POST", "/api/shifts", ward.ShiftDraft{Team: team.ID, StartsAt: at(slot[0]), EndsAt: at(slot[1]), Post: rosterPost}, nil)
			if err != nil && ward.ErrorCode(err) != ward.Conflict {
				return err
			}
		}
	}
	return nil
}

// swap has an early and a late patrol of one day exchange their shifts, when the
// other side agrees.
func (c *cast) swap(ctx context.Context, dice *rand.Rand) error {
	mine, theirs, ok, err := c.swappable(ctx, dice)
	if err != nil || !ok {
		return err
	}
	var asked ward.Shift
	err = c.office.act(ctx, c.report, "POST", fmt.Sprintf("/api/shifts/%d/swaps", mine.ID), ward.SwapDraft{Theirs: theirs.ID, Reason: "参加培训"}, &asked)
	if err != nil || len(asked.Swaps) == 0 {
		return unlessOvertaken(err)
	}
	answer := "agree"
	if dice.IntN(5) == 0 {
		answer = "decline"
	}
	path := fmt.Sprintf("/api/shift-swaps/%d", asked.Swaps[len(asked.Swaps)-1].ID)
	for _, grid := range c.grids { // the leader whose patrol it is
		err := c.leaders[grid].sendJSON(ctx, "POST", path, ward.SwapAnswer{Answer: answer}, nil)
		if code := ward.ErrorCode(err); err != nil && (code == ward.NotFound || code == ward.Forbidden) {
			continue
		}
		return unlessOvertaken(err)
	}
	return unlessOvertaken(c.office.sendJSON(ctx, "POST", path, ward.SwapAnswer{Answer: "withdraw"}, nil))
}

// swappable finds two such shifts that have not begun and that nobody wants yet.
func (c *cast) swappable(ctx context.Context, dice *rand.Rand) (mine, theirs ward.Shift, ok bool, err error) {
	from := c.now()
	q := url.Values{"from": {from.Format(time.RFC3339)}, "to": {from.AddDate(0, 0, rosterDays+1).Format(time.RFC3339)}}
	var all []ward.Shift
	if err := c.office.get(ctx, "/api/shifts?"+q.Encode(), &all); err != nil {
		return mine, theirs, false, err
	}
	dice.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	free := func(x ward.Shift) bool { return x.Post == rosterPost && len(x.Swaps) == 0 && x.StartsAt.After(from) }
	for i, a := range all {
		for _, b := range all[i+1:] {
			sameDay := a.StartsAt.In(ward.China).YearDay() == b.StartsAt.In(ward.China).YearDay()
			if free(a) && free(b) && sameDay && a.Team != b.Team && !a.StartsAt.Equal(b.StartsAt) {
				return a, b, true, nil
			}
		}
	}
	return mine, theirs, false, nil
}

// unlessOvertaken takes it as no fault that a person at a screen was faster.
func unlessOvertaken(err error) error {
	if code := ward.ErrorCode(err); err != nil && (code == ward.Conflict || code == ward.Stale || code == ward.NotFound) {
		return nil
	}
	return err
}
