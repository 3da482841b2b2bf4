package api_test

import (
	"context"
	"net/http"
	"time"

	"wangge/internal/ward"
)

// teamRequests are those of teams.
func teamRequests() map[string]request {
	return map[string]request{
		"list-duties": {method: "GET", path: fixed("/api/duties"), anywhere: true},
		"start-duty": {method: "POST", path: fixed("/api/duties"), body: func(tw *town, grid int) any {
			tw.endDuties()
			return ward.DutyDraft{Team: int64(grid)}
		}},
		"change-duty": {method: "PATCH", path: func(tw *town, grid int) string { return path("/api/duties/%d", tw.duty(grid, 900)) }, body: func(*town, int) any {
			return map[string]any{"version": 1, "state": "on_scene"}
		}},
		// Positions are sent by whoever is on duty; to all others the duty isn't there.
		"send-positions": {method: "POST", path: func(tw *town, grid int) string { return path("/api/duties/%d/positions", tw.duty(grid, 900)) }, answer: http.StatusNotFound, body: func(tw *town, grid int) any {
			return map[string]any{"fixes": []ward.Fix{{At: time.Now(), Location: tw.place(grid)}}}
		}},
		"list-trackers": {method: "GET", path: fixed("/api/trackers"), anywhere: true},
		"create-tracker": {method: "POST", path: fixed("/api/trackers"), body: func(_ *town, grid int) any {
			return ward.TrackerDraft{Team: int64(grid), Name: "一号机", Agreed: true}
		}},
		"revoke-tracker": {method: "POST", path: func(tw *town, grid int) string { return path("/api/trackers/%d/revoke", tw.tracker(grid)) }},
		"get-team-day": {method: "POST", path: numbered("/api/teams/%d/day"), body: func(*town, int) any {
			return ward.TeamDayQuery{Day: "2026-11-22", Purpose: "核对巡逻路线"}
		}},
		"get-lane-walk": {method: "GET", path: numbered("/api/lane-walk?grid=%d")},
	}
}

// endDuties ends every duty.
func (tw *town) endDuties() {
	if _, err := tw.db.Pool.Exec(context.Background(), `update duty set ended_at = now() where ended_at is null`); err != nil {
		panic(err)
	}
}

// duty is a running duty of the team of a grid, under that account plus the grid.
func (tw *town) duty(grid, account int) int64 {
	tw.endDuties()
	return tw.number(`insert into duty (team, account) values ($1, $2) returning id`, grid, account+grid)
}

// tracker is a tracker of the team of a grid.
func (tw *town) tracker(grid int) int64 {
	return tw.number(`insert into tracker (team, name, token, created_by) values ($1, '一号机', sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 901) returning id`, grid)
}
