package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

// send is do with a key and headers of one's own.
func (p person) send(method, path, key, body string, headers ...string) (*http.Response, map[string]any) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.tw.URL+path, strings.NewReader(body))
	must(p.t, err)
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := p.http.Do(r)
	must(p.t, err)
	defer answer.Body.Close()
	got := map[string]any{}
	_ = json.NewDecoder(answer.Body).Decode(&got) // some answers have no body
	return answer, got
}

func draft(t *testing.T, d ward.VisitDraft) string {
	t.Helper()
	text, err := json.Marshal(d)
	must(t, err)
	return string(text)
}

func TestAVisitSentAgainIsOneVisit(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", ward.GridLeader, "G1")
	p := tw.signIn(t, "leader")
	household := int64(1)
	d := ward.VisitDraft{ID: uuid.Must(uuid.NewV7()), Household: &household, Kind: "four_hundred", Met: "met", OccurredAt: time.Now().Add(-time.Hour).UTC().Truncate(time.Second)}
	key := uuid.Must(uuid.NewV7()).String()
	for i := range 3 {
		answer, got := p.send("POST", "/api/visits", key, draft(t, d))
		if answer.StatusCode != http.StatusOK || got["id"] != d.ID.String() || got["version"] != 1.0 || got["grid"] != 1.0 || got["household"] != 1.0 {
			t.Fatalf("try %d: %d %v", i, answer.StatusCode, got)
		}
	}
	var visits, told int
	must(t, tw.db.Pool.QueryRow(t.Context(), `select count(*) from visit where household = 1`).Scan(&visits))
	must(t, tw.db.Pool.QueryRow(t.Context(), `select count(*) from outbox where entity = $1`, d.ID.String()).Scan(&told))
	if visits != 1 || told != 1 {
		t.Errorf("%d visits, %d events", visits, told)
	}
	d.Met = "refused"
	if answer, got := p.send("POST", "/api/visits", key, draft(t, d)); answer.StatusCode != http.StatusUnprocessableEntity || got["detail"] != "同一操作编号的内容不同" {
		t.Errorf("the key with another body: %d %v", answer.StatusCode, got)
	}
	if answer, got := p.send("POST", "/api/visits", "", draft(t, d)); answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("without a key: %d %v", answer.StatusCode, got)
	}
}

func TestAClashShowsThePresentState(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "staff", ward.GridStaff, "A11")
	p := tw.signIn(t, "staff")
	for _, c := range []struct{ path, change, other string }{
		{"/api/visits/" + tw.visits[1].String(), `{"version":1,"toldBack":true}`, `{"version":1,"note":"另一处修改"}`},
		{"/api/incidents/" + tw.incidents[1].String(), `{"version":1,"place":"门口"}`, `{"version":1,"urgency":"urgent"}`},
	} {
		if answer, got := p.send("PATCH", c.path, uuid.NewString(), c.change); answer.StatusCode != http.StatusOK || got["version"] != 2.0 {
			t.Fatalf("change: %d %v", answer.StatusCode, got)
		}
		answer, got := p.send("PATCH", c.path, uuid.NewString(), c.other)
		current, _ := got["current"].(map[string]any)
		if answer.StatusCode != http.StatusConflict || got["code"] != "stale" || current["version"] != 2.0 {
			t.Errorf("a stale change: %d %v", answer.StatusCode, got)
		}
	}
	answer, got := p.send("POST", "/api/incidents/"+tw.incidents[1].String()+"/steps", uuid.NewString(), `{"version":1,"action":"note","opinion":"请尽快"}`)
	if detail, _ := got["detail"].(string); answer.StatusCode != http.StatusConflict || got["code"] != "stale" || !strings.HasPrefix(detail, "staff已于") || !strings.Contains(detail, "“修改”") {
		t.Errorf("a stale step: %d %v", answer.StatusCode, got)
	}
	answer, got = p.send("POST", "/api/incidents/"+tw.incidents[1].String()+"/steps", uuid.NewString(), `{"version":2,"action":"verified"}`)
	if answer.StatusCode != http.StatusConflict || got["detail"] != "事件现在是“待受理”，不能“核实属实”" {
		t.Errorf("a step that is not allowed: %d %v", answer.StatusCode, got)
	}
}

// Whatever is sent, the answer is 4xx, in Chinese, and repeats nothing of it.
func TestBadInputIsRefusedInWords(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "staff", ward.GridStaff, "A11")
	p := tw.signIn(t, "staff")
	const canary = "hunter2canary"
	id := uuid.Must(uuid.NewV7()).String()
	visit := func(more string) string {
		return `{"id":"` + id + `","building":1,"kind":"aid","met":"met","occurredAt":"2026-11-20T08:00:00Z"` + more + `}`
	}
	for name, c := range map[string]struct {
		method, path, body string
		status             int
	}{
		"no JSON":             {"POST", "/api/visits", canary, 400},
		"wrong type":          {"POST", "/api/visits", visit(`,"note":7`), 422},
		"unknown field":       {"POST", "/api/visits", visit(`,"` + canary + `":1`), 422},
		"unknown value":       {"POST", "/api/visits", visit(`,"mode":"` + canary + `"`), 422},
		"note too long":       {"POST", "/api/visits", visit(`,"note":"` + strings.Repeat("好", 2001) + `"`), 422},
		"number out of range": {"POST", "/api/visits", visit(`,"mood":9`), 422},
		"huge number":         {"POST", "/api/visits", visit(`,"accuracy":1e999`), 400},
		"place off the earth": {"POST", "/api/visits", visit(`,"location":[1000,2000]`), 422},
		"three coordinates":   {"POST", "/api/visits", visit(`,"location":[120,30,5]`), 422},
		"bad day":             {"POST", "/api/visits", visit(`,"followUp":"` + canary + `"`), 422},
		"future":              {"POST", "/api/visits", strings.Replace(visit(""), "2026-11-20", "2099-01-01", 1), 422},
		"no such building":    {"POST", "/api/visits", strings.Replace(visit(""), `"building":1`, `"building":999999`, 1), 404},
		"body too large":      {"POST", "/api/visits", `{"note":"` + strings.Repeat("x", 70_000) + `"}`, 413},
		"NUL":                 {"POST", "/api/visits", visit(`,"note":"a\u0000b"`), 422},
		"bad id":              {"GET", "/api/visits/" + canary, "", 422},
		"bad number":          {"GET", "/api/grids/" + canary, "", 422},
		"no such thing":       {"GET", "/api/grids/999999", "", 404},
		"number too large":    {"GET", "/api/grids/99999999999999999999", "", 422},
		"unknown parameter":   {"GET", "/api/grids?" + canary + "=1", "", 422},
		"infinite box":        {"GET", "/api/buildings?bbox=Infinity,0,1,1", "", 422},
		"NaN box":             {"GET", "/api/buildings?bbox=NaN,0,1,1", "", 422},
		"limit too large":     {"GET", "/api/buildings?limit=100000", "", 422},
		"bad cursor":          {"GET", "/api/visits?after=" + canary, "", 422},
		"bad date":            {"GET", "/api/visits?from=" + canary[:10], "", 422},
		"search too short":    {"GET", "/api/search?q=a", "", 422},
		"SQL in a filter":     {"GET", "/api/buildings?kind=%27%3B+drop+table+visit", "", 200},
		"no such address":     {"GET", "/api/" + canary, "", 404},
		"no such method":      {"DELETE", "/api/visits/" + id, "", 405},
		"purpose missing":     {"POST", "/api/households/1/reveal", `{}`, 422},
	} {
		answer, got := p.send(c.method, c.path, uuid.NewString(), c.body)
		text, err := json.Marshal(got)
		must(t, err)
		if answer.StatusCode != c.status {
			t.Errorf("%s: %d, want %d: %s", name, answer.StatusCode, c.status, text)
		}
		if strings.Contains(string(text), canary) || strings.Contains(string(text), canary[:10]) {
			t.Errorf("%s: the answer repeats what was sent: %s", name, text)
		}
		if detail, _ := got["detail"].(string); c.status >= 400 && c.status != 405 && !hasChinese(detail) {
			t.Errorf("%s: not in Chinese: %s", name, text)
		}
		for _, f := range fieldsOf(got) {
			if !hasChinese(f) {
				t.Errorf("%s: a field's message is not in Chinese: %s", name, f)
			}
		}
	}
	var visits int
	must(t, tw.db.Pool.QueryRow(t.Context(), `select count(*) from visit where id = $1`, id).Scan(&visits))
	if visits != 0 {
		t.Error("something of a bad request was written")
	}
}

func fieldsOf(problem map[string]any) (messages []string) {
	fields, _ := problem["fields"].([]any)
	for _, f := range fields {
		if m, ok := f.(map[string]any)["message"].(string); ok {
			messages = append(messages, m)
		}
	}
	return messages
}

func hasChinese(s string) bool {
	for _, r := range s {
		if r >= 0x4E00 && r <= 0x9FFF {
			return true
		}
	}
	return false
}

func TestViewsOfPersonalFieldsAreWrittenDown(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	must(t, exec(t.Context(), tw, `update person set phone_sealed = null where id = 1`))
	tw.account(t, "leader", ward.GridLeader, "G1")
	tw.account(t, "office", ward.Admin, "A2")
	p := tw.signIn(t, "leader")
	_, card := p.send("POST", "/api/households/1/reveal", "", `{"purpose":"走访前了解情况"}`)
	if card["head"] != "金丝雀1" {
		t.Fatalf("card: %v", card)
	}
	_, entries := tw.signIn(t, "office").do("GET", "/api/audit", nil)
	if !strings.Contains(entries, `"purpose":"走访前了解情况"`) || !strings.Contains(entries, `"operation":"reveal-household"`) {
		t.Errorf("audit: %s", entries)
	}
	if err := exec(t.Context(), tw, `delete from audit`); err == nil {
		t.Error("the audit can be deleted from")
	}
}

// A card that shows names whole is written down; the same card masked is not.
func TestNamesShownWholeAreWrittenDown(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", ward.GridLeader, "G1")
	tw.account(t, "planner", ward.Planner, "A2")
	for login, want := range map[string]int{"leader": 1, "planner": 0} {
		if _, card := tw.signIn(t, login).do("GET", "/api/grids/1", nil); strings.Contains(card, "金丝雀1") != (want == 1) {
			t.Errorf("%s: %s", login, card)
		}
		var seen int
		must(t, tw.db.Pool.QueryRow(t.Context(), `select count(*) from audit u join account a on a.id = u.actor where a.login = $1 and u.operation = 'get-grid' and u.entity = '1'`, login).Scan(&seen))
		if seen != want {
			t.Errorf("%s: %d records, want %d", login, seen, want)
		}
	}
}
