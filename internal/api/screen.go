package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"

	"wangge/internal/ward"
)

// screenCookie is what a paired wall holds instead of a sign-in.
func (s *Server) screenCookie() string {
	if s.Secure {
		return "__Host-wangge-screen"
	}
	return "wangge-screen"
}

// screenOf reads which paired screen a request comes from; ok is false for none.
func (s *Server) screenOf(r *http.Request) (actor ward.Actor, ok bool, err error) {
	cookie, err := r.Cookie(s.screenCookie())
	if err != nil {
		return actor, false, nil
	}
	account, err := s.Store.ScreenAccount(r.Context(), sha256.Sum256([]byte(cookie.Value)))
	if ward.ErrorCode(err) == ward.NotFound {
		return actor, false, nil
	}
	return account.Actor(), err == nil, err
}

type pairingOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      ward.ScreenCode
}

// beginPairing gives a wall a code to show, and a token that opens nothing
// until somebody has typed the code.
func (s *Server) beginPairing(ctx context.Context, _ *struct{}) (*pairingOutput, error) {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails
	token := base64.RawURLEncoding.EncodeToString(random)
	code, err := s.Store.BeginPairing(ctx, sha256.Sum256([]byte(token)), addressOf(ctx))
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &pairingOutput{Body: code, SetCookie: http.Cookie{
		Name: s.screenCookie(), Value: token, Path: "/", HttpOnly: true, Secure: s.Secure,
		SameSite: http.SameSiteLaxMode, MaxAge: int(sessionWall.Seconds()),
	}}, nil
}

type screenOutput struct{ Body ward.Screen }

func (s *Server) pairScreen(ctx context.Context, in *struct{ Body ward.ScreenDraft }) (*screenOutput, error) {
	return s.screen(ctx)(s.Store.PairScreen(ctx, ward.ScopeFrom(ctx), in.Body))
}

func (s *Server) ownScreen(ctx context.Context, _ *struct{}) (*screenOutput, error) {
	return s.screen(ctx)(s.Store.OwnScreen(ctx, ward.ScopeFrom(ctx).Actor()))
}

func (s *Server) steerScreen(ctx context.Context, in *struct {
	Numbered
	Body ward.ScreenSteer
},
) (*screenOutput, error) {
	return s.screen(ctx)(s.Store.SteerScreen(ctx, ward.ScopeFrom(ctx), in.ID, in.Body))
}

func (s *Server) revokeScreen(ctx context.Context, in *Numbered) (*struct{}, error) {
	return nil, s.problem(ctx, s.Store.RevokeScreen(ctx, ward.ScopeFrom(ctx), in.ID))
}

// screen answers with a screen or says why not.
func (s *Server) screen(ctx context.Context) func(ward.Screen, error) (*screenOutput, error) {
	return func(one ward.Screen, err error) (*screenOutput, error) {
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return &screenOutput{one}, nil
	}
}
