package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

func TestACallForHelpIsAnsweredByNameAndTellsTheWallOnlyThePlace(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", ward.GridLeader, "G1")
	tw.account(t, "head", ward.DutyHead, "A11")
	tw.account(t, "screen", ward.Wall, "A11")
	leader, head, screen := tw.signIn(t, "leader"), tw.signIn(t, "head"), tw.signIn(t, "screen")
	at := tw.place(2) // the leader stands in the neighbour's grid
	draft := map[string]any{"id": uuid.Must(uuid.NewV7()), "location": at, "calledAt": time.Now()}
	var h ward.HelpCall
	leader.ok("POST", "/api/help-calls", draft, &h)
	if h.State != "open" || h.Grid != 2 || h.Placed != "gps" || h.Caller != "leader" {
		t.Fatalf("called: %+v", h)
	}
	if n := tw.number(`select count(*) from outbox where topic = 'help' and class = 'public' and body::text not like '%leader%'`); n != 1 {
		t.Error("the stream is not told, or is told who called")
	}
	var shown []ward.HelpCall
	screen.ok("GET", "/api/help-calls", nil, &shown)
	if len(shown) != 1 || shown[0].Caller != "" || shown[0].GridName == "" {
		t.Errorf("the wall is shown %+v", shown)
	}
	if status, _ := screen.do("POST", path("/api/help-calls/%s/steps", h.ID), ward.HelpStep{Version: 1, Action: "acknowledge"}); status != http.StatusForbidden {
		t.Errorf("a wall nobody is signed in at answers: %d", status)
	}
	step := path("/api/help-calls/%s/steps", h.ID)
	head.ok("POST", step, ward.HelpStep{Version: 1, Action: "acknowledge"}, &h)
	if h.State != "acknowledged" || h.AcknowledgedBy != "head" {
		t.Errorf("answered: %+v", h)
	}
	if status, text := head.do("POST", step, ward.HelpStep{Version: h.Version, Action: "close"}); status != http.StatusUnprocessableEntity || !strings.Contains(text, "处理结果") {
		t.Errorf("closed without a word: %d %s", status, text)
	}
	head.ok("POST", step, ward.HelpStep{Version: h.Version, Action: "close", Result: "已到场，人员安全"}, &h)
	if h.State != "closed" || h.ClosedBy != "head" {
		t.Errorf("closed: %+v", h)
	}
	if n := tw.number(`select count(*) from audit where noun = 'help'`); n != 3 {
		t.Errorf("%d of 3 acts are in the audit", n)
	}
}

func TestASwapNeedsTheOtherSideAndExchangesTheTeams(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "one", ward.GridLeader, "G1")
	tw.account(t, "head", ward.DutyHead, "A11")
	tw.account(t, "other", ward.Secretary, "A11")
	head, other := tw.signIn(t, "head"), tw.signIn(t, "other")
	start := time.Now().Add(24 * time.Hour).Truncate(time.Hour)
	var first, second ward.Shift
	head.ok("POST", "/api/shifts", ward.ShiftDraft{Team: 1, StartsAt: start, EndsAt: start.Add(4 * time.Hour)}, &first)
	head.ok("POST", "/api/shifts", ward.ShiftDraft{Team: 2, StartsAt: start.Add(2 * time.Hour), EndsAt: start.Add(6 * time.Hour)}, &second)
	if status, text := head.do("POST", "/api/shifts", ward.ShiftDraft{Team: 1, StartsAt: start, EndsAt: start.Add(time.Hour)}); status != http.StatusConflict {
		t.Errorf("two shifts at once: %d %s", status, text)
	}
	head.ok("POST", path("/api/shifts/%d/swaps", first.ID), ward.SwapDraft{Theirs: second.ID, Reason: "培训"}, &first)
	if len(first.Swaps) != 1 || first.Swaps[0].With != "巡逻2队" {
		t.Fatalf("asked: %+v", first.Swaps)
	}
	swap := path("/api/shift-swaps/%d", first.Swaps[0].ID)
	if status, _ := head.do("POST", swap, ward.SwapAnswer{Answer: "agree"}); status != http.StatusForbidden {
		t.Errorf("whoever asked agrees: %d", status)
	}
	other.ok("POST", swap, ward.SwapAnswer{Answer: "agree"}, nil)
	if n := tw.number(`select count(*) from shift where (id = $1 and team = 2) or (id = $2 and team = 1)`, first.ID, second.ID); n != 2 {
		t.Error("the teams were not exchanged")
	}
	if status, _ := other.do("POST", swap, ward.SwapAnswer{Answer: "decline"}); status != http.StatusConflict {
		t.Errorf("answered twice: %d", status)
	}
}

func TestAnIncidentIsSentToATeamThatThenHandlesIt(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "head", ward.DutyHead, "A11")
	tw.account(t, "leader", ward.GridLeader, "G2")
	head, leader := tw.signIn(t, "head"), tw.signIn(t, "leader")
	var d ward.TeamDuty
	leader.ok("POST", "/api/duties", ward.DutyDraft{Team: 2}, &d)
	incident := path("/api/incidents/%s", tw.incidents[1])
	var near []ward.NearTeam
	head.ok("GET", incident+"/teams", nil, &near)
	if len(near) != 1 || near[0].Team != 2 || near[0].Place != "base" || near[0].Straight < 100 {
		t.Fatalf("near: %+v", near)
	}
	var i ward.Incident
	head.ok("GET", incident, nil, &i)
	step := func(p person, body map[string]any) {
		t.Helper()
		body["version"] = i.Version
		p.ok("POST", incident+"/steps", body, &i)
	}
	step(head, map[string]any{"action": "take_in"})
	step(head, map[string]any{"action": "file"})
	step(head, map[string]any{"action": "dispatch", "team": 2})
	if i.HandlerUnit != "巡逻2队" || i.Team == nil || tw.number(`select count(*) from team where id = 2 and state = 'on_way'`) != 1 {
		t.Fatalf("dispatched: %+v", i)
	}
}

func TestAReplayCountsAndNamesNobody(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "screen", ward.Wall, "A11")
	screen := tw.signIn(t, "screen")
	from := time.Now().Add(-30 * time.Minute).UTC()
	var r ward.Replay
	screen.ok("GET", "/api/replay?from="+from.Format(time.RFC3339)+"&to="+from.Add(time.Hour).Format(time.RFC3339), nil, &r)
	if len(r.Visits) != 2 || r.Visits[0].Count != 2 || len(r.Incidents) != 2 {
		t.Errorf("%d visits, %d incidents of two grids: %+v", len(r.Visits), len(r.Incidents), r)
	}
	if status, _ := screen.do("GET", "/api/replay?from="+from.Format(time.RFC3339)+"&to="+from.Add(3*time.Hour).Format(time.RFC3339), nil); status != http.StatusUnprocessableEntity {
		t.Errorf("three hours at once: %d", status)
	}
}
