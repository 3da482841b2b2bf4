package api

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5/middleware"

	"wangge/internal/ward"
)

// problem is what an operation answers with when err is not nil.
func (s *Server) problem(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	return problemOf(s.Log, middleware.GetReqID(ctx), err)
}

func (s *Server) failHuma(ctx huma.Context, err error) {
	p := problemOf(s.Log, middleware.GetReqID(ctx.Context()), err)
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetHeader("Cache-Control", "no-store")
	ctx.SetStatus(p.Status)
	if b, err := json.Marshal(p); err == nil {
		_, _ = ctx.BodyWriter().Write(b)
	}
}

// recoverer turns a panic into a logged 500 in words.
func (s *Server) recoverer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if v := recover(); v != nil {
				if v == http.ErrAbortHandler {
					panic(v)
				}
				s.Log.Error("panic", "request", middleware.GetReqID(r.Context()), "path", r.URL.Path, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
				s.Fail(w, r, ward.Errorf(ward.Internal, "系统内部错误，请稍后重试"))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// headers keep the browser to this machine: nothing is loaded from, sent to or
// framed by anybody else.
func headers(secure bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Content-Security-Policy", "default-src 'self'; script-src 'self'; worker-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self' ws: wss:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Permissions-Policy", "geolocation=(self), camera=(self), microphone=(self)")
			if secure {
				h.Set("Strict-Transport-Security", "max-age=31536000")
			}
			next.ServeHTTP(w, r)
		})
	}
}

// sameOrigin refuses writes that another site sends with this site's cookie.
func sameOrigin(fail func(http.ResponseWriter, *http.Request, error)) func(http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fail(w, r, ward.Errorf(ward.Forbidden, "跨站请求被拒绝"))
	}))
	return guard.Handler
}

// gateTrust is how long a sign-in that was seen opens tiles without a look into
// the database: a map asks for a hundred tiles at a time, and they hold nothing
// personal.
const gateTrust = 5 * time.Second

// tileGate lets only signed-in people have tiles.
func (s *Server) tileGate() func(http.Handler) http.Handler {
	var mu sync.Mutex
	trusted := map[string]time.Time{} // by token
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			token := s.tokens(r)
			now := s.Now()
			mu.Lock()
			known := trusted[token].After(now)
			mu.Unlock()
			if !known {
				if err := s.known(r); err != nil {
					s.Fail(w, r, err)
					return
				}
				mu.Lock()
				maps.DeleteFunc(trusted, func(_ string, until time.Time) bool { return until.Before(now) })
				trusted[token] = now.Add(gateTrust)
				mu.Unlock()
			}
			next.ServeHTTP(w, r)
		})
	}
}

// tokens is what a request proves itself with: a sign-in, a paired screen.
func (s *Server) tokens(r *http.Request) string {
	var all string
	for _, name := range []string{s.sessions.Cookie.Name, s.screenCookie()} {
		if cookie, err := r.Cookie(name); err == nil {
			all += cookie.Value
		}
		all += " "
	}
	return all
}

// known says whether a request comes from somebody signed in or a paired screen.
func (s *Server) known(r *http.Request) error {
	var token string
	if cookie, err := r.Cookie(s.sessions.Cookie.Name); err == nil {
		token = cookie.Value
	}
	ctx, err := s.sessions.Load(r.Context(), token)
	if err != nil {
		return err
	}
	_, ok, err := s.actorOf(ctx)
	if err == nil && !ok {
		_, ok, err = s.screenOf(r)
	}
	if err == nil && !ok {
		err = ward.Errorf(ward.Unauthenticated, "请先登录")
	}
	return err
}
