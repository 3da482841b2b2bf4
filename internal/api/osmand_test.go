package api_test

import (
	"bufio"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wangge/internal/api"
	"wangge/internal/ward"
)

// tracked is a request of an app and what becomes of it: a position, nothing
// (in order, but without a place), or a refusal.
type tracked struct{ outcome, text string }

// request is the text as the request an app makes of it.
func (k tracked) request(t testing.TB, base string) *http.Request {
	t.Helper()
	var r *http.Request
	var err error
	if strings.HasPrefix(k.text, "{") {
		r, err = http.NewRequestWithContext(t.Context(), "POST", base+"/osmand", strings.NewReader(k.text))
		if err == nil {
			r.Header.Set("Content-Type", "application/json; charset=utf-8")
		}
	} else {
		_, query, _ := strings.Cut(k.text, "?")
		r, err = http.NewRequestWithContext(t.Context(), "GET", base+"/osmand?"+query, nil)
	}
	must(t, err)
	return r
}

func (k tracked) check(t *testing.T) {
	t.Helper()
	id, fix, placed, err := api.ReadFix(k.request(t, ""), time.Now())
	switch k.outcome {
	case "Position", "Attribute":
		if err != nil || !placed || id == "" || fix.At.IsZero() || ward.CheckPosition(fix.Location) != nil {
			t.Errorf("%s: id %q, placed %t, %v, %v", k.text, id, placed, fix, err)
		}
	case "NotNull": // a tracker is there, but only names networks
		if err != nil || placed || id == "" {
			t.Errorf("%s: id %q, placed %t, %v", k.text, id, placed, err)
		}
	case "Null": // nobody says who it is
		if id != "" {
			t.Errorf("%s: id %q", k.text, id)
		}
	case "Bad":
		if err == nil {
			t.Errorf("%s is taken for a position: %v", k.text, fix)
		}
	default:
		t.Errorf("no such outcome: %s", k.outcome)
	}
}

func TestEveryFormOfTheProtocolIsRead(t *testing.T) {
	t.Parallel()
	for _, k := range []tracked{
		{"Position", "/?id=a1&timestamp=1763776800&lat=30.25&lon=120.16&speed=2.5&bearing=90&hdop=1&accuracy=6&batt=80"},
		{"Position", "/?id=a1&timestamp=1763776800123&lat=30.25&lon=120.16"},
		{"Position", "/?id=a1&timestamp=2025-11-22T02%3A00%3A00Z&lat=30.25&lon=120.16"},
		{"Position", "/?id=a1&timestamp=2025-11-22+02%3A00%3A00&lat=30.25&lon=120.16"},
		{"Position", "/?deviceid=a1&lat=30.25&lon=120.16&hacc=5&vacc=0&heading=10"},
		{"Position", "/?id=a1&location=30.25,120.16"},
		{"Position", `{"location":{"timestamp":"2025-11-22T02:00:00.5Z","coords":{"latitude":30.25,"longitude":120.16,"accuracy":5,"speed":-1,"heading":-1},"battery":{"level":0.8}},"device_id":"a1"}`},
		{"NotNull", "/?id=a1&timestamp=1763776800&cell=460,00,16,2224&wifi=00-14-22-01-23-45,-80"},
		{"NotNull", `{"location":{"extras":{}},"device_id":"a1"}`},
		{"Null", "/?timestamp=1763776800&lat=30.25&lon=120.16"},
		{"Bad", "/?id=a1&lat=95&lon=120.16"},
		{"Bad", "/?id=a1&lat=NaN&lon=120.16"},
		{"Bad", "/?id=a1&lat=north&lon=east"},
		{"Bad", "/?id=a1&lat=30.25"},
		{"Bad", "/?id=a1&timestamp=yesterday&lat=30.25&lon=120.16"},
		{"Bad", `{"location":`},
		{"Bad", `{"location":{"coords":{"latitude":30.25,"longitude":120.16}},"device_id":"a1"}`},
	} {
		k.check(t)
	}
}

func TestUnitsOfTheProtocolBecomeOurs(t *testing.T) {
	t.Parallel()
	_, fix, _, err := api.ReadFix(tracked{text: "/?id=a1&timestamp=1763776800123&lat=30.25&lon=120.16&speed=10&batt=45&accuracy=-1"}.request(t, ""), time.Now())
	must(t, err)
	if fix.Speed == nil || *fix.Speed < 5.1 || *fix.Speed > 5.2 || *fix.Battery != 0.45 || fix.Accuracy != nil || fix.At.UnixMilli() != 1763776800123 {
		t.Errorf("%v m/s, battery %v, accuracy %v, at %v", *fix.Speed, *fix.Battery, fix.Accuracy, fix.At)
	}
}

// Requests of real phones, with the outcome that another implementation has for them.
func TestRealRequestsOfPhones(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("WANGGE_SHARED")
	if folder == "" {
		t.Skip("WANGGE_SHARED names no folder with real requests")
	}
	file, err := os.Open(filepath.Join(folder, "data/traces/osmand_requests_traccar.txt"))
	must(t, err)
	defer file.Close()
	count := 0
	for lines := bufio.NewScanner(file); lines.Scan(); count++ {
		outcome, text, ok := strings.Cut(lines.Text(), "\t")
		if !ok {
			t.Fatalf("line %d has no outcome", count+1)
		}
		tracked{outcome, text}.check(t)
	}
	if count == 0 {
		t.Fatal("no requests in the file")
	}
}

func TestATrackerIsHeardOnlyOnDutyAndUntilRevoked(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "head", ward.DutyHead, "A11")
	p := tw.signIn(t, "head")
	var k ward.NewTracker
	p.ok("POST", "/api/trackers", ward.TrackerDraft{Team: 1, Name: "一号机", Agreed: true}, &k)
	at := tw.place(1)
	send := func() int {
		text := path("/?id=%s&lat=%v&lon=%v&timestamp=%d", k.Token, at[1], at[0], time.Now().UnixMilli())
		answer, err := http.DefaultClient.Do(tracked{text: text}.request(t, tw.URL))
		must(t, err)
		must(t, answer.Body.Close())
		return answer.StatusCode
	}
	written := func() int64 {
		must(t, tw.recorder.Flush(t.Context()))
		return tw.number(`select count(*) from team_track where team = 1`)
	}
	if status, n := send(), written(); status != http.StatusOK || n != 0 {
		t.Errorf("off duty: %d, %d points", status, n)
	}
	var d ward.TeamDuty
	p.ok("POST", "/api/duties", ward.DutyDraft{Team: 1}, &d)
	if status, n := send(), written(); status != http.StatusOK || n != 1 {
		t.Errorf("on duty: %d, %d points", status, n)
	}
	if n := tw.number(`select count(*) from team_position where team = 1 and grid = 1`); n != 1 {
		t.Error("where the team is is not known")
	}
	p.ok("PATCH", path("/api/duties/%d", d.ID), ward.DutyChange{Version: d.Version, End: true}, &d)
	if n := tw.number(`select count(*) from team_position`); n != 0 || d.EndedAt == nil {
		t.Error("a team off duty is still somewhere")
	}
	if status, n := send(), written(); status != http.StatusOK || n != 1 {
		t.Errorf("after duty: %d, %d points", status, n)
	}
	p.ok("POST", path("/api/trackers/%d/revoke", k.ID), nil, nil)
	if status := send(); status != http.StatusUnauthorized {
		t.Errorf("revoked: %d", status)
	}
}

func TestOnlyWhoeverIsOnDutySharesTheirPlace(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", ward.GridLeader, "G1")
	tw.account(t, "head", ward.DutyHead, "A11")
	leader, head := tw.signIn(t, "leader"), tw.signIn(t, "head")
	var d ward.TeamDuty
	leader.ok("POST", "/api/duties", ward.DutyDraft{Team: 1}, &d)
	if d.Sharing || !d.Mine {
		t.Fatalf("a duty begins as %+v", d)
	}
	fixes := map[string]any{"fixes": []ward.Fix{{At: time.Now(), Location: tw.place(1)}}}
	if status, text := leader.do("POST", path("/api/duties/%d/positions", d.ID), fixes); status != http.StatusConflict {
		t.Errorf("not shared: %d %s", status, text)
	}
	on := true
	if status, text := head.do("PATCH", path("/api/duties/%d", d.ID), ward.DutyChange{Version: d.Version, Sharing: &on}); status != http.StatusForbidden {
		t.Errorf("the duty head switches sharing on: %d %s", status, text)
	}
	leader.ok("PATCH", path("/api/duties/%d", d.ID), ward.DutyChange{Version: d.Version, Sharing: &on}, &d)
	var tally ward.FixTally
	leader.ok("POST", path("/api/duties/%d/positions", d.ID), fixes, &tally)
	if tally[ward.Kept] != 1 {
		t.Errorf("shared: %v", tally)
	}
	must(t, tw.recorder.Flush(t.Context()))
	off := false
	head.ok("PATCH", path("/api/duties/%d", d.ID), ward.DutyChange{Version: d.Version, Sharing: &off}, &d)
	if n := tw.number(`select count(*) from team_position`); n != 0 || d.Sharing {
		t.Error("the place stays after sharing was switched off")
	}
	var day ward.TeamDay
	head.ok("POST", "/api/teams/1/day", ward.TeamDayQuery{Day: time.Now().In(ward.China).Format(time.DateOnly), Purpose: "核对巡逻路线"}, &day)
	if len(day.Track) != 1 || len(day.Stays) != 1 || day.Stays[0].LeftAt == nil {
		t.Errorf("the day of the team: %+v", day)
	}
	if n := tw.number(`select count(*) from audit where operation = 'get-team-day' and purpose = '核对巡逻路线'`); n != 1 {
		t.Error("nobody wrote down who looked at the track")
	}
}

func TestAForgottenDutyEndsByItself(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	id := tw.duty(1, 900)
	must(t, tw.db.EndLongDuties(t.Context()))
	if n := tw.number(`select count(*) from duty where id = $1 and ended_at is null`, id); n != 1 {
		t.Error("a fresh duty was ended")
	}
	tw.exec(`update duty set started_at = now() - interval '13 hours', sharing = true where id = $1`, id)
	must(t, tw.db.EndLongDuties(t.Context()))
	if n := tw.number(`select count(*) from duty d join team t on t.id = d.team where d.id = $1 and d.ended_at is not null and not d.sharing and t.state = 'off'`, id); n != 1 {
		t.Error("a duty of 13 hours goes on")
	}
}

func TestTracksAreThinnedAndThenDropped(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.exec(`select track_make_room(today() - 40, today() - 5)`)
	tw.exec(`insert into team_track (team, at, pt) select 1, (today() - 8)::timestamp at time zone 'Asia/Shanghai' + make_interval(secs => 10 * n), st_setsrid(st_makepoint(120, 30), 4326) from generate_series(0, 59) n`)
	tw.exec(`insert into team_track (team, at, pt) select 1, (today() - 35)::timestamp at time zone 'Asia/Shanghai', st_setsrid(st_makepoint(120, 30), 4326)`)
	must(t, tw.db.KeepTracks(t.Context()))
	if n := tw.number(`select count(*) from team_track`); n != 10 {
		t.Errorf("%d points are left, want one for each of ten minutes", n)
	}
}
