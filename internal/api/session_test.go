package api_test

import (
	"net/http"
	"strings"
	"testing"

	"wangge/internal/ward"
)

func login(name, secret string) map[string]string {
	return map[string]string{"login": name, "password": secret}
}

func TestWrongAndUnknownAnswerAlikeAndThenWait(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", ward.GridLeader, "G1")
	p := person{t, tw, http.DefaultClient}
	strip := func(s string) string { return s[:strings.Index(s, `"request"`)] }
	_, wrong := p.do("POST", "/api/login", login("leader", "not this one"))
	_, unknown := p.do("POST", "/api/login", login("nobody", "not this one"))
	if strip(wrong) != strip(unknown) {
		t.Errorf("%s differs from %s", wrong, unknown)
	}
	for range ward.LoginTries - 1 {
		p.do("POST", "/api/login", login("leader", "not this one"))
	}
	if status, body := p.do("POST", "/api/login", login("leader", password)); status != http.StatusTooManyRequests {
		t.Errorf("after too many: %d %s", status, body)
	}
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", ward.GridLeader, "G1")
	one, other := tw.signIn(t, "leader"), tw.signIn(t, "leader")
	if status, _ := one.do("POST", "/api/logout", nil); status >= 300 {
		t.Errorf("logout: %d", status)
	}
	if status, _ := one.do("GET", "/api/me", nil); status != http.StatusUnauthorized {
		t.Errorf("after logout: %d", status)
	}
	if status, _ := other.do("GET", "/api/me", nil); status != http.StatusOK {
		t.Errorf("the other session: %d", status)
	}
	third := tw.signIn(t, "leader")
	if status, body := third.do("POST", "/api/me/password", map[string]string{"old": password, "fresh": "another long password"}); status >= 300 {
		t.Fatalf("change of password: %d %s", status, body)
	}
	for _, p := range []person{other, third} {
		if status, _ := p.do("GET", "/api/me", nil); status != http.StatusUnauthorized {
			t.Errorf("after a new password: %d", status)
		}
	}
}

// A grant that is taken away is gone with the next request.
func TestATerritoryMovesAtOnce(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", ward.GridLeader, "G1")
	p := tw.signIn(t, "leader")
	if status, _ := p.do("GET", "/api/buildings/1", nil); status != http.StatusOK {
		t.Fatalf("before: %d", status)
	}
	must(t, exec(t.Context(), tw, `update grant_role set grid = 4 where grid = 1`))
	if status, _ := p.do("GET", "/api/buildings/1", nil); status != http.StatusNotFound {
		t.Errorf("the former grid: %d", status)
	}
	if status, _ := p.do("GET", "/api/buildings/4", nil); status != http.StatusOK {
		t.Errorf("the new grid: %d", status)
	}
}

func TestAnotherSiteCannotWrite(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", ward.GridLeader, "G1")
	p := tw.signIn(t, "leader")
	answer, got := p.send("POST", "/api/logout", "", "", "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example")
	if answer.StatusCode != http.StatusForbidden || got["detail"] != "跨站请求被拒绝" {
		t.Errorf("cross-site write: %d %v", answer.StatusCode, got)
	}
	if answer, _ := p.send("GET", "/api/me", "", ""); answer.StatusCode != http.StatusOK {
		t.Error("the session is gone")
	}
}

func TestPagesKeepToThisMachine(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	answer, err := http.Get(tw.URL + "/login")
	must(t, err)
	defer answer.Body.Close()
	policy := answer.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'self'", "script-src 'self'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy %q lacks %s", policy, want)
		}
	}
	if strings.Contains(policy, "unsafe-eval") || answer.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers: %v", answer.Header)
	}
}
