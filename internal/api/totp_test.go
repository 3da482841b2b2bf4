package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"wangge/internal/ward"
)

// ask sends and reads the answer into out, which must be a success.
func (p person) ask(method, path string, body, out any) {
	p.t.Helper()
	status, text := p.do(method, path, body)
	if status >= 300 {
		p.t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	if out != nil {
		must(p.t, json.Unmarshal([]byte(text), out))
	}
}

// secret begins to enrol and returns what the app would keep.
func (p person) secret() string {
	p.t.Helper()
	var e ward.Enrolment
	p.ask("POST", "/api/me/totp", nil, &e)
	return e.Secret
}

// code is what the app shows so many steps from now.
func (p person) code(secret string, steps int) string {
	p.t.Helper()
	code, err := totp.GenerateCode(secret, time.Now().Add(time.Duration(steps)*30*time.Second))
	must(p.t, err)
	return code
}

// enrol turns the second factor on; it uses the code of the step before this
// one, so that those of now and next are still good.
func (p person) enrol() (secret string, recovery []string) {
	p.t.Helper()
	secret = p.secret()
	p.ask("POST", "/api/me/totp/confirm", map[string]string{"code": p.code(secret, -1)}, &recovery)
	return secret, recovery
}

// stranger is a browser nobody signed in with.
func (tw *town) stranger(t testing.TB) person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	return person{t, tw, &http.Client{Jar: jar}}
}

func TestTheSecondFactorIsAskedForAndNoCodeWorksTwice(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", ward.GridLeader, "G1")
	secret, recovery := tw.signIn(t, "leader").enrol()
	if len(recovery) != ward.RecoveryCodes {
		t.Errorf("%d recovery codes", len(recovery))
	}
	p := tw.stranger(t)
	var half ward.Actor
	p.ask("POST", "/api/login", login("leader", password), &half)
	if half.Must != ward.MustSayCode || half.ID != 0 || len(half.Grants) > 0 {
		t.Errorf("after the password alone: %+v", half)
	}
	for _, address := range []string{"/api/me", "/api/visits", "/api/live"} {
		if status, _ := p.do("GET", address, nil); status < 400 {
			t.Errorf("%s after the password alone: %d", address, status)
		}
	}
	now := p.code(secret, 0)
	if status, text := p.do("POST", "/api/login/code", map[string]string{"code": "abcdef"}); status != http.StatusUnauthorized {
		t.Errorf("a wrong code: %d %s", status, text)
	}
	p.ask("POST", "/api/login/code", map[string]string{"code": now}, nil)
	p.ask("GET", "/api/me", nil, nil)

	q := tw.stranger(t)
	q.ask("POST", "/api/login", login("leader", password), nil)
	if status, text := q.do("POST", "/api/login/code", map[string]string{"code": now}); status != http.StatusUnauthorized {
		t.Errorf("the same code again: %d %s", status, text)
	}
	q.ask("POST", "/api/login/code", map[string]string{"code": recovery[3]}, nil)
	r := tw.stranger(t)
	r.ask("POST", "/api/login", login("leader", password), nil)
	if status, text := r.do("POST", "/api/login/code", map[string]string{"code": recovery[3]}); status != http.StatusUnauthorized {
		t.Errorf("the same recovery code again: %d %s", status, text)
	}
	var kept string
	must(t, tw.db.Pool.QueryRow(t.Context(), `select string_agg(encode(hash, 'escape'), ' ') from recovery_code`).Scan(&kept))
	if strings.Contains(kept, strings.ReplaceAll(recovery[0], "-", "")) {
		t.Error("recovery codes are readable in the database")
	}
}

func TestGuessingCodesHasToWait(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", ward.GridLeader, "G1")
	secret, _ := tw.signIn(t, "leader").enrol()
	p := tw.stranger(t)
	p.ask("POST", "/api/login", login("leader", password), nil)
	for range ward.LoginTries {
		p.do("POST", "/api/login/code", map[string]string{"code": "abcdef"})
	}
	if status, text := p.do("POST", "/api/login/code", map[string]string{"code": p.code(secret, 0)}); status != http.StatusTooManyRequests {
		t.Errorf("after too many: %d %s", status, text)
	}
	if status, text := tw.stranger(t).do("POST", "/api/login", login("leader", password)); status != http.StatusTooManyRequests {
		t.Errorf("a fresh start: %d %s", status, text)
	}
}

func TestARoleMayAskForTheSecondFactor(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "leader", ward.GridLeader, "G1")
	root, leader := tw.signIn(t, "root"), tw.signIn(t, "leader")
	root.ask("POST", "/api/role-rules", map[string]any{"role": "grid_leader", "totp": true}, nil)
	var me ward.Actor
	leader.ask("GET", "/api/me", nil, &me)
	if status, _ := leader.do("GET", "/api/visits", nil); me.Must != ward.MustEnrol || status != http.StatusForbidden {
		t.Errorf("before enrolling: %q %d", me.Must, status)
	}
	leader.enrol()
	leader.ask("GET", "/api/visits", nil, nil)
	if status, _ := leader.do("POST", "/api/me/totp/drop", map[string]string{"password": password}); status != http.StatusConflict {
		t.Errorf("dropping what the role asks for: %d", status)
	}
	var page ward.Page[ward.Account]
	root.ask("GET", "/api/accounts?q=leader", nil, &page)
	i := slices.IndexFunc(page.Items, func(a ward.Account) bool { return a.Login == "leader" })
	if i < 0 || !page.Items[i].TOTP || !page.Items[i].NeedsTOTP {
		t.Fatalf("as the desk sees it: %+v", page.Items)
	}
	root.ask("POST", path("/api/accounts/%d/totp/reset", page.Items[i].ID), nil, nil)
	if status, _ := leader.do("GET", "/api/me", nil); status != http.StatusUnauthorized {
		t.Errorf("after the reset: %d", status)
	}
}
