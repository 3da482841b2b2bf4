package api_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"wangge/internal/ward"
)

func (p person) find(login string) ward.Account {
	p.t.Helper()
	var page ward.Page[ward.Account]
	p.ask("GET", "/api/accounts?limit=500&q="+login, nil, &page)
	for _, a := range page.Items {
		if a.Login == login {
			return a
		}
	}
	p.t.Fatalf("no account %s", login)
	return ward.Account{}
}

func (p person) open(login string, grants ...ward.GrantDraft) ward.AccountSecret {
	p.t.Helper()
	var out ward.AccountSecret
	p.ask("POST", "/api/accounts", ward.AccountDraft{Login: login, Name: "新人", Grants: grants}, &out)
	return out
}

func TestAOneTimePasswordOpensNothingButItsChange(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	root := tw.signIn(t, "root")
	made := root.open("fresh", ward.GrantDraft{Role: ward.GridLeader, Code: "G1"})
	p := tw.stranger(t)
	var me ward.Actor
	p.ask("POST", "/api/login", login("fresh", made.Password), &me)
	if me.Must != ward.MustChangePassword {
		t.Errorf("must %q", me.Must)
	}
	for _, address := range []string{"/api/visits", "/api/areas", "/api/live", "/ogc/collections/building/items"} {
		if status, _ := p.do("GET", address, nil); status != http.StatusForbidden {
			t.Errorf("%s with a one-time password: %d", address, status)
		}
	}
	if status, _ := p.do("POST", "/api/me/password", map[string]string{"old": made.Password, "fresh": made.Password}); status != http.StatusUnprocessableEntity {
		t.Errorf("the same password again: %d", status)
	}
	p.ask("POST", "/api/me/password", map[string]string{"old": made.Password, "fresh": "a password of my own"}, nil)
	p.ask("POST", "/api/login", login("fresh", "a password of my own"), nil)
	p.ask("GET", "/api/visits", nil, nil)

	var reset ward.AccountSecret
	root.ask("POST", path("/api/accounts/%d/password", made.Account.ID), nil, &reset)
	if status, _ := p.do("GET", "/api/me", nil); status != http.StatusUnauthorized || reset.Password == "" || reset.Password == made.Password {
		t.Errorf("after a reset: %d", status)
	}
}

func TestGrantsHoldOnTheirDays(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	root := tw.signIn(t, "root")
	root.open("later", ward.GrantDraft{Role: ward.GridLeader, Code: "G1", From: "2999-01-01"})
	root.open("past", ward.GrantDraft{Role: ward.GridLeader, Code: "G1", From: "2020-01-01", To: "2020-12-31"})
	for _, name := range []string{"later", "past"} {
		a := root.find(name)
		if len(a.Grants) != 1 || a.Grants[0].Live || len(a.Actor().Grants) != 0 {
			t.Errorf("%s: %+v", name, a.Grants)
		}
	}
	if status, text := root.do("POST", "/api/accounts", ward.AccountDraft{Login: "wrong", Name: "x", Grants: []ward.GrantDraft{{Role: ward.GridLeader, Code: "G1", From: "2026-02-02", To: "2026-01-01"}}}); status != http.StatusUnprocessableEntity || !strings.Contains(text, "最后一天早于生效日") {
		t.Errorf("days the wrong way round: %d %s", status, text)
	}
}

func TestNobodyGivesMoreThanTheyHave(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "street", ward.Admin, "A2") // street 1
	root, street := tw.signIn(t, "root"), tw.signIn(t, "street")
	for _, code := range []string{"G4", "A13", "A1", ""} {
		if status, _ := street.do("POST", "/api/accounts", ward.AccountDraft{Login: "greedy", Name: "x", Grants: []ward.GrantDraft{{Role: ward.Admin, Code: code}}}); status != http.StatusNotFound {
			t.Errorf("a grant at %q: %d", code, status)
		}
	}
	// Somebody with a grant of the street and another beyond it: the street may
	// change its own grant and nothing that would make it that person.
	root.open("both", ward.GrantDraft{Role: ward.GridLeader, Code: "G1"}, ward.GrantDraft{Role: ward.Planner, Code: "A1"})
	both := street.find("both")
	for what, send := range map[string]func() (int, string){
		"password": func() (int, string) { return street.do("POST", path("/api/accounts/%d/password", both.ID), nil) },
		"totp":     func() (int, string) { return street.do("POST", path("/api/accounts/%d/totp/reset", both.ID), nil) },
		"sessions": func() (int, string) { return street.do("GET", path("/api/accounts/%d/sessions", both.ID), nil) },
		"end":      func() (int, string) { return street.do("POST", path("/api/accounts/%d/sessions/0/end", both.ID), nil) },
		"disable": func() (int, string) {
			return street.do("PATCH", path("/api/accounts/%d", both.ID), map[string]any{"version": both.Version, "disabled": true})
		},
		"subject": func() (int, string) {
			return street.do("PATCH", path("/api/accounts/%d", both.ID), map[string]any{"version": both.Version, "subject": "mine"})
		},
	} {
		if status, text := send(); status != http.StatusForbidden {
			t.Errorf("%s of somebody beyond the street: %d %s", what, status, text)
		}
	}
	var after ward.Account
	street.ask("PATCH", path("/api/accounts/%d", both.ID), map[string]any{"version": both.Version, "grants": []ward.GrantDraft{{Role: ward.GridStaff, Code: "G2"}}}, &after)
	if len(after.Grants) != 2 || after.Grants[0].Role != ward.GridStaff || after.Grants[1].Role != ward.Planner {
		t.Errorf("grants: %+v", after.Grants)
	}
}

func TestAStaleChangeIsRefusedWithWhatIs(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	root := tw.signIn(t, "root")
	made := root.open("fresh", ward.GrantDraft{Role: ward.GridLeader, Code: "G1"}).Account
	root.ask("PATCH", path("/api/accounts/%d", made.ID), map[string]any{"version": made.Version, "name": "第一个"}, nil)
	status, text := root.do("PATCH", path("/api/accounts/%d", made.ID), map[string]any{"version": made.Version, "name": "第二个"})
	if status != http.StatusConflict || !strings.Contains(text, `"stale"`) || !strings.Contains(text, "第一个") {
		t.Errorf("stale: %d %s", status, text)
	}
}

// Two administrators who take each other's rights away at the same moment: one
// of them stays.
func TestOneAdministratorAlwaysStays(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	root := tw.signIn(t, "root")
	if status, text := root.do("PATCH", path("/api/accounts/%d", root.find("root").ID), map[string]any{"version": 1, "grants": []ward.GrantDraft{}}); status != http.StatusConflict || !strings.Contains(text, "最后一名") {
		t.Errorf("the last one: %d %s", status, text)
	}
	tw.account(t, "other", ward.Admin, "")
	a, b := root.find("root"), root.find("other")
	other := tw.signIn(t, "other")
	var both sync.WaitGroup
	both.Go(func() {
		root.do("PATCH", path("/api/accounts/%d", b.ID), map[string]any{"version": b.Version, "disabled": true})
	})
	both.Go(func() {
		other.do("PATCH", path("/api/accounts/%d", a.ID), map[string]any{"version": a.Version, "disabled": true})
	})
	both.Wait()
	if n := tw.number(`select count(*) from grant_role r join account a on a.id = r.account where r.role = 'admin' and not a.disabled`); n != 1 {
		t.Errorf("%d administrators left", n)
	}
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", ward.GridLeader, "G1")
	root, one, two := tw.signIn(t, "root"), tw.signIn(t, "leader"), tw.signIn(t, "leader")
	var list []ward.LiveSession
	two.ask("GET", "/api/me/sessions", nil, &list)
	if len(list) != 2 || !list[0].Own || list[1].Own || list[0].Address == "" || list[0].Agent == "" {
		t.Fatalf("sessions: %+v", list)
	}
	two.ask("POST", path("/api/me/sessions/%d/end", list[1].ID), nil, nil)
	if status, _ := one.do("GET", "/api/me", nil); status != http.StatusUnauthorized {
		t.Errorf("the ended one: %d", status)
	}
	two.ask("GET", "/api/me", nil, nil)
	three := tw.signIn(t, "leader")
	leader := root.find("leader")
	if leader.Sessions != 2 {
		t.Errorf("the desk counts %d", leader.Sessions)
	}
	root.ask("POST", path("/api/accounts/%d/sessions/0/end", leader.ID), nil, nil)
	for _, p := range []person{two, three} {
		if status, _ := p.do("GET", "/api/me", nil); status != http.StatusUnauthorized {
			t.Errorf("after signing out everywhere: %d", status)
		}
	}
	var token string
	must(t, tw.db.Pool.QueryRow(t.Context(), `select min(token) from session`).Scan(&token))
	thief := tw.stranger(t)
	answer, _ := thief.send("GET", "/api/me", "", "", "Cookie", "wangge="+token)
	if answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("what stands in the table opens the door: %d", answer.StatusCode)
	}
}
