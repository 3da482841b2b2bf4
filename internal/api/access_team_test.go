package api_test

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

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
		"revoke-tracker":  {method: "POST", path: func(tw *town, grid int) string { return path("/api/trackers/%d/revoke", tw.tracker(grid)) }},
		"list-help-calls": {method: "GET", path: fixed("/api/help-calls"), anywhere: true},
		// Whoever needs help isn't sent away, wherever they stand.
		"call-help": {method: "POST", path: fixed("/api/help-calls"), anywhere: true, body: func(tw *town, grid int) any {
			return map[string]any{"id": uuid.Must(uuid.NewV7()), "calledAt": time.Now()}
		}},
		"step-help": {method: "POST", path: func(tw *town, grid int) string { return path("/api/help-calls/%s/steps", tw.help(grid)) }, body: func(*town, int) any {
			return ward.HelpStep{Version: 1, Action: "acknowledge"}
		}},
		"list-shifts": {method: "GET", path: fixed("/api/shifts?from=2026-01-01T00:00:00Z&to=2030-01-01T00:00:00Z"), anywhere: true},
		"save-shift": {method: "POST", path: fixed("/api/shifts"), body: func(tw *town, grid int) any {
			tw.exec(`delete from shift where starts_at > now() + interval '101 hours'`)
			return ward.ShiftDraft{Team: int64(grid), StartsAt: time.Now().Add(110 * time.Hour), EndsAt: time.Now().Add(114 * time.Hour), Post: "东门"}
		}},
		"drop-shift": {method: "POST", path: func(tw *town, grid int) string { return path("/api/shifts/%d/drop", tw.shift(grid)) }},
		"ask-swap": {method: "POST", path: func(tw *town, grid int) string { return path("/api/shifts/%d/swaps", tw.shift(grid)) }, body: func(tw *town, grid int) any {
			tw.exec(`delete from shift_swap`)
			return ward.SwapDraft{Theirs: tw.shift(3 - min(grid, 2)), Reason: "临时有事"}
		}},
		"answer-swap": {method: "POST", path: func(tw *town, grid int) string { return path("/api/shift-swaps/%d", tw.swap(grid)) }, body: func(*town, int) any {
			return ward.SwapAnswer{Answer: "decline"}
		}},
		"list-near-teams": {method: "GET", path: func(tw *town, grid int) string { return "/api/incidents/" + tw.incidents[grid].String() + "/teams" }},
		"get-replay":      {method: "GET", path: fixed("/api/replay?from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z"), anywhere: true},
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

// help is a call for help from a grid.
func (tw *town) help(grid int) (id uuid.UUID) {
	id = uuid.Must(uuid.NewV7())
	if _, err := tw.db.Pool.Exec(context.Background(), `insert into help_call (id, account, grid, pt, placed, called_at) select $1, 900 + id, id, s.label, 'grid', now() from grid join grid_shape s on s.grid = id where id = $2`, id, grid); err != nil {
		panic(err)
	}
	return id
}

// shift is a shift of the team of a grid tomorrow; the teams of all grids have one.
func (tw *town) shift(grid int) int64 {
	tw.exec(`insert into shift (team, starts_at, ends_at) select n, now() + make_interval(days => n), now() + make_interval(days => n, hours => 4) from generate_series(1, 4) n where not exists (select 1 from shift where team = n)`)
	return tw.number(`select min(id) from shift where team = $1`, grid)
}

// swap is a request that the team of a grid exchange its shift.
func (tw *town) swap(grid int) int64 {
	mine := tw.shift(grid)
	tw.exec(`delete from shift_swap`)
	return tw.number(`insert into shift_swap (mine, theirs, reason, asked_by) select min(id), $1, '临时有事', 901 from shift where team = $2 returning id`, mine, grid+1-2*((grid+1)%2))
}

func (tw *town) exec(sql string, args ...any) {
	if _, err := tw.db.Pool.Exec(context.Background(), sql, args...); err != nil {
		panic(err)
	}
}

// tracker is a tracker of the team of a grid.
func (tw *town) tracker(grid int) int64 {
	return tw.number(`insert into tracker (team, name, token, created_by) values ($1, '一号机', sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 901) returning id`, grid)
}
