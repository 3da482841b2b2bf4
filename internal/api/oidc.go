package api

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-chi/chi/v5"
	"golang.org/x/oauth2"

	"wangge/internal/ward"
)

// oidcPatience is how long the identity provider may take to answer.
const oidcPatience = 10 * time.Second

// IdentityProvider (统一身份认证) vouches for people over OpenID Connect. It says
// who somebody is; what they may do stays with the account that is linked.
type IdentityProvider struct {
	Name             string // what the button says
	Issuer           string // address under which /.well-known/openid-configuration is
	Client, Secret   string // who we are to the provider; an empty secret: PKCE alone
	Redirect         string // our own /oidc/callback as the browser reaches it
	Claim            string // claim that is kept as the subject of an account; "": sub
	AdditionalScopes []string

	mu    sync.Mutex
	found *oidc.Provider // nil until the provider answered once
}

// OIDCCallback is the path the provider sends the browser back to.
const OIDCCallback = "/oidc/callback"

// What a session keeps between leaving for the provider and coming back.
const (
	sessionState    = "oidc_state"
	sessionNonce    = "oidc_nonce"
	sessionVerifier = "oidc_verifier"
	sessionTo       = "oidc_to" // page to go to afterwards, judged by the sign-in page
)

// Codes the sign-in page is given when it did not work; the page has the words.
const (
	troubleUnreachable = "unreachable" // the provider does not answer
	troubleRefused     = "refused"     // it, or the person there, said no; or its answer does not hold
	troubleExpired     = "expired"     // too late, opened twice, or not begun here
	troubleUnlinked    = "unlinked"    // no account is linked
	troubleInternal    = "internal"
)

// oidcRoutes sends people to the identity provider and takes them back.
func (s *Server) oidcRoutes(r chi.Router) {
	if s.Identity == nil {
		return
	}
	r.Group(func(r chi.Router) {
		r.Use(s.withSession)
		r.Get("/oidc/login", s.oidcLogin)
		r.Get(OIDCCallback, s.oidcCallback)
	})
}

// provider reads what the provider says of itself, once; it may be down when
// this server starts.
func (p *IdentityProvider) provider(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	// The client stays with the provider for its keys, longer than this request.
	ctx = oidc.ClientContext(context.WithoutCancel(ctx), &http.Client{Timeout: oidcPatience})
	found, err := oidc.NewProvider(ctx, p.Issuer)
	if err != nil {
		return nil, fmt.Errorf("asking the identity provider: %w", err)
	}
	p.found = found
	return found, nil
}

func (p *IdentityProvider) oauth(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.Client, ClientSecret: p.Secret, Endpoint: found.Endpoint(), RedirectURL: p.Redirect,
		Scopes: append([]string{oidc.ScopeOpenID}, p.AdditionalScopes...),
	}
}

func (s *Server) oidcLogin(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	found, err := s.Identity.provider(ctx)
	if err != nil {
		s.oidcTrouble(w, r, troubleUnreachable, err)
		return
	}
	state, nonce, verifier := oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	s.sessions.Put(ctx, sessionState, state)
	s.sessions.Put(ctx, sessionNonce, nonce)
	s.sessions.Put(ctx, sessionVerifier, verifier)
	s.sessions.Put(ctx, sessionAsked, s.Now().Unix())
	s.sessions.Put(ctx, sessionTo, r.URL.Query().Get("to"))
	away := s.Identity.oauth(found).AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier))
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, away, http.StatusFound)
}

func (s *Server) oidcCallback(w http.ResponseWriter, r *http.Request) {
	ctx, query := r.Context(), r.URL.Query()
	// Each is good for one return only.
	state, nonce, verifier := s.sessions.PopString(ctx, sessionState), s.sessions.PopString(ctx, sessionNonce), s.sessions.PopString(ctx, sessionVerifier)
	late := s.Now().Unix()-s.sessions.GetInt64(ctx, sessionAsked) > ward.CodeMinutes*60
	if state == "" || late || subtle.ConstantTimeCompare([]byte(state), []byte(query.Get("state"))) != 1 {
		s.oidcTrouble(w, r, troubleExpired, nil)
		return
	}
	if query.Get("error") != "" {
		s.oidcTrouble(w, r, troubleRefused, nil)
		return
	}
	subject, err := s.Identity.subject(ctx, query.Get("code"), nonce, verifier)
	if err != nil {
		s.oidcTrouble(w, r, troubleRefused, err)
		return
	}
	account, err := s.Store.SignInSubject(ctx, subject)
	if ward.ErrorCode(err) == ward.Forbidden {
		s.oidcTrouble(w, r, troubleUnlinked, nil)
		return
	}
	if err == nil && account.TOTP {
		_, err = s.askCode(ctx, account)
	} else if err == nil {
		_, err = s.begin(ctx, account)
	}
	if err != nil {
		s.oidcTrouble(w, r, troubleInternal, err)
		return
	}
	back := url.Values{"from": {"oidc"}}
	if account.TOTP {
		back.Set("step", "code")
	}
	s.backToLogin(w, r, back)
}

// subject trades the code for an identity token and returns whom it names. The
// token is believed for its signature, issuer, audience, time and nonce.
func (p *IdentityProvider) subject(ctx context.Context, code, nonce, verifier string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, oidcPatience)
	defer cancel()
	found, err := p.provider(ctx)
	if err != nil {
		return "", err
	}
	tokens, err := p.oauth(found).Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return "", fmt.Errorf("trading the code: %w", withoutAnswer(err))
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := found.Verifier(&oidc.Config{ClientID: p.Client}).Verify(ctx, raw)
	if err != nil {
		return "", fmt.Errorf("checking the identity token: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1 {
		return "", errors.New("checking the identity token: another nonce")
	}
	if p.Claim == "" || p.Claim == "sub" {
		return token.Subject, nil
	}
	var claims map[string]any
	if err := token.Claims(&claims); err != nil {
		return "", fmt.Errorf("reading the identity token: %w", err)
	}
	subject, _ := claims[p.Claim].(string)
	if subject == "" {
		return "", fmt.Errorf("the identity token has no text in claim %q", p.Claim)
	}
	return subject, nil
}

// withoutAnswer keeps what a provider answered out of the log: it may hold
// tokens or names.
func withoutAnswer(err error) error {
	var answer *oauth2.RetrieveError
	if errors.As(err, &answer) {
		return fmt.Errorf("the provider answered %d", answer.Response.StatusCode)
	}
	return err
}

// oidcTrouble sends the browser back to sign in, with a code the page has words
// for: no text from outside is ever shown there.
func (s *Server) oidcTrouble(w http.ResponseWriter, r *http.Request, trouble string, err error) {
	if err != nil {
		s.Log.WarnContext(r.Context(), "sign-in by the identity provider", "trouble", trouble, "error", err)
	}
	s.backToLogin(w, r, url.Values{"trouble": {trouble}})
}

func (s *Server) backToLogin(w http.ResponseWriter, r *http.Request, query url.Values) {
	if to := s.sessions.PopString(r.Context(), sessionTo); to != "" {
		query.Set("to", to)
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/login?"+query.Encode(), http.StatusSeeOther)
}
