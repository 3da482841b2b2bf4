package api_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"wangge/internal/api"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

// idp is an identity provider as the standard describes it: discovery, keys, an
// authorisation endpoint where somebody is already signed in, and a token
// endpoint that holds the client to its PKCE challenge.
type idp struct {
	*httptest.Server
	key *ecdsa.PrivateKey

	mu        sync.Mutex
	says      map[string]any // claims that replace the right ones
	signs     *ecdsa.PrivateKey
	deny      bool
	challenge map[string]url.Values // by code
	exchanges int
}

func newIDP(t *testing.T) *idp {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	p := &idp{key: key, signs: key, says: map[string]any{}, challenge: map[string]url.Values{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"ES256"}, "response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k1", Algorithm: "ES256", Use: "sig"}}})
	})
	mux.HandleFunc("/authorize", p.authorize)
	mux.HandleFunc("/token", p.token)
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *idp) authorize(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	q := r.URL.Query()
	back := url.Values{"state": {q.Get("state")}}
	if p.deny {
		back.Set("error", "access_denied")
	} else {
		code := rand.Text()
		p.challenge[code] = q
		back.Set("code", code)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (p *idp) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	asked, known := p.challenge[r.FormValue("code")]
	delete(p.challenge, r.FormValue("code"))
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	id, secret, basic := r.BasicAuth()
	if !known || !basic || id != "wangge" || secret != "idp-secret" || asked.Get("code_challenge_method") != "S256" || asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) {
		http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
		return
	}
	p.exchanges++
	claims := map[string]any{"iss": p.URL, "aud": "wangge", "sub": "sub-1", "nonce": asked.Get("nonce"), "iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix()}
	maps.Copy(claims, p.says)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: p.signs}, (&jose.SignerOptions{}).WithHeader("kid", "k1"))
	if err != nil {
		panic(err)
	}
	raw, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": raw})
}

// identified is a town whose people may come by the provider.
func identified(t *testing.T, claim string) (*town, *idp) {
	t.Helper()
	tw, p := newTown(t), newIDP(t)
	server := httptest.NewUnstartedServer(nil)
	own := "http://" + server.Listener.Addr().String()
	handler, _ := (&api.Server{
		Store: tw.db, Sessions: postgres.Sessions{Pool: tw.db.Pool}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: time.Now,
		Identity: &api.IdentityProvider{Name: "演示认证", Issuer: p.URL, Client: "wangge", Secret: "idp-secret", Redirect: own + api.OIDCCallback, Claim: claim},
	}).Handler()
	server.Config.Handler = handler
	server.Start()
	t.Cleanup(server.Close)
	tw.Server = server
	return tw, p
}

// arrives follows a browser from the button to where it ends: the sign-in page
// with what it is told, and the address the provider sent it back to.
func (tw *town) arrives(t *testing.T, start string) (who person, told url.Values, callback string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	client := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == api.OIDCCallback {
			callback = r.URL.String()
		}
		if r.URL.Path == "/login" {
			told = r.URL.Query()
			return http.ErrUseLastResponse
		}
		return nil
	}}
	who = person{t, tw, client}
	answer, err := client.Get(tw.URL + start)
	must(t, err)
	answer.Body.Close()
	return who, told, callback
}

func TestSomebodyLinkedComesByTheIdentityProvider(t *testing.T) {
	t.Parallel()
	tw, _ := identified(t, "")
	var config api.Config
	tw.stranger(t).ask("GET", "/api/config", nil, &config)
	if config.Identity != "演示认证" {
		t.Errorf("the page is told %q", config.Identity)
	}
	p, told, _ := tw.arrives(t, "/oidc/login")
	if told.Get("trouble") != "unlinked" {
		t.Errorf("before linking: %v", told)
	}
	if status, _ := p.do("GET", "/api/me", nil); status != http.StatusUnauthorized {
		t.Errorf("before linking: %d", status)
	}
	root := tw.signIn(t, "root")
	made := root.open("fresh", ward.GrantDraft{Role: ward.GridLeader, Code: "G1"})
	subject := "sub-1"
	root.ask("PATCH", path("/api/accounts/%d", made.Account.ID), ward.AccountChange{Version: made.Account.Version, Subject: &subject}, nil)
	p, told, callback := tw.arrives(t, "/oidc/login?to=/desk")
	if told.Get("from") != "oidc" || told.Get("to") != "/desk" || told.Has("trouble") {
		t.Fatalf("linked: %v", told)
	}
	var me ward.Actor
	p.ask("GET", "/api/me", nil, &me)
	if me.Login != "fresh" || me.Must != "" {
		t.Errorf("came in as %+v", me)
	}
	if status, _ := tw.stranger(t).do("POST", "/api/login", login("fresh", made.Password)); status != http.StatusUnauthorized {
		t.Errorf("the one-time password still opens: %d", status)
	}
	if tw.acts("fresh") != 1 {
		t.Errorf("%d rows of the sign-in in the audit", tw.acts("fresh"))
	}
	// The same return again, by the same browser and by another.
	for _, q := range []person{p, tw.stranger(t)} {
		q.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		answer, err := q.http.Get(callback)
		must(t, err)
		answer.Body.Close()
		if !strings.Contains(answer.Header.Get("Location"), "trouble=expired") {
			t.Errorf("a return used twice: %s", answer.Header.Get("Location"))
		}
	}
}

func TestATokenThatDoesNotHoldOpensNothing(t *testing.T) {
	t.Parallel()
	tw, p := identified(t, "employee")
	must(t, exec(t.Context(), tw, `update account set subject = 'E1' where login = 'root'`))
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	good := map[string]any{"employee": "E1"}
	with := func(name string, value any) map[string]any {
		out := maps.Clone(good)
		out[name] = value
		return out
	}
	for _, tc := range []struct {
		name string
		says map[string]any
		key  *ecdsa.PrivateKey
		deny bool
		want string
	}{
		{"all right", good, p.key, false, ""},
		{"another key", good, other, false, "refused"},
		{"for another client", with("aud", "other"), p.key, false, "refused"},
		{"from another issuer", with("iss", "https://elsewhere.invalid"), p.key, false, "refused"},
		{"too old", with("exp", time.Now().Add(-time.Hour).Unix()), p.key, false, "refused"},
		{"another nonce", with("nonce", "planted"), p.key, false, "refused"},
		{"no such claim", map[string]any{}, p.key, false, "refused"},
		{"a claim that is no text", map[string]any{"employee": 1}, p.key, false, "refused"},
		{"the person said no", good, p.key, true, "refused"},
		{"somebody else", map[string]any{"employee": "E2"}, p.key, false, "unlinked"},
	} {
		p.mu.Lock()
		p.says, p.signs, p.deny = tc.says, tc.key, tc.deny
		p.mu.Unlock()
		who, told, _ := tw.arrives(t, "/oidc/login")
		status, _ := who.do("GET", "/api/me", nil)
		if told == nil || told.Get("trouble") != tc.want || (status == http.StatusOK) != (tc.want == "") {
			t.Errorf("%s: %v, then %d", tc.name, told, status)
		}
	}
	p.Close()
}

func TestTheSecondFactorIsAskedForAfterTheProviderToo(t *testing.T) {
	t.Parallel()
	tw, _ := identified(t, "")
	tw.account(t, "leader", ward.GridLeader, "G1")
	must(t, exec(t.Context(), tw, `update account set subject = 'sub-1' where login = 'leader'`))
	secret, _ := tw.signIn(t, "leader").enrol()
	who, told, _ := tw.arrives(t, "/oidc/login")
	if status, _ := who.do("GET", "/api/me", nil); told.Get("step") != "code" || status != http.StatusUnauthorized {
		t.Fatalf("without the code: %v %d", told, status)
	}
	who.ask("POST", "/api/login/code", map[string]string{"code": who.code(secret, 0)}, nil)
	who.ask("GET", "/api/me", nil, nil)
}

func TestAProviderThatIsAwayOrNotSetIsSaid(t *testing.T) {
	t.Parallel()
	tw, p := identified(t, "")
	p.Close()
	if _, told, _ := tw.arrives(t, "/oidc/login"); told.Get("trouble") != "unreachable" {
		t.Errorf("away: %v", told)
	}
	var config api.Config
	newTown(t).stranger(t).ask("GET", "/api/config", nil, &config)
	if config.Identity != "" {
		t.Errorf("not set, but the page is told %q", config.Identity)
	}
}
