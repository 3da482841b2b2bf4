package api

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"wangge/internal/ward"
)

// How long a session lasts at the most; unused it ends sooner (postgres.Sessions).
const (
	sessionAbsolute = 7 * 24 * time.Hour
	// A wall is signed in once and then watched for months; it sees nothing
	// personal, and taking its grant away ends it at once.
	sessionWall = 366 * 24 * time.Hour
)

// What a session keeps. The first two are shown to whoever owns it.
const (
	sessionAccount = "account" // int64, who is signed in
	sessionStarted = "started" // int64, Unix seconds
	sessionAddress = "address"
	sessionAgent   = "agent"
	sessionEpoch   = "epoch"   // int64, the account's when it began
	sessionPending = "pending" // int64, whose password was right and whose code is to come
	sessionAsked   = "asked"   // int64, Unix seconds: since when
)

func newSessions(store scs.Store, secure bool) *scs.SessionManager {
	m := scs.New()
	m.Store = store
	// The idle time is the store's: the library would write the session at every
	// request.
	m.Lifetime = sessionAbsolute
	m.Cookie.Name, m.Cookie.Path, m.Cookie.HttpOnly, m.Cookie.SameSite = "wangge", "/", true, http.SameSiteLaxMode
	if secure {
		m.Cookie.Secure, m.Cookie.Name = true, "__Host-wangge"
	}
	return m
}

// withActor puts the signed-in person into the request, with the grants as
// they are now; a session from before the last change of password or grants
// counts as none.
func (s *Server) withActor(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		actor, ok, err := s.actorOf(r.Context())
		if err != nil {
			s.Fail(w, r, err)
			return
		}
		if !ok {
			actor, ok, err = s.screenOf(r)
			if err != nil {
				s.Fail(w, r, err)
				return
			}
		}
		if ok {
			r = r.WithContext(ward.WithActor(r.Context(), actor))
		}
		next.ServeHTTP(w, r)
	})
}

// actorOf reads who the session in ctx belongs to; ok is false for nobody.
func (s *Server) actorOf(ctx context.Context) (actor ward.Actor, ok bool, err error) {
	id := s.sessions.GetInt64(ctx, sessionAccount)
	if id == 0 {
		return actor, false, nil
	}
	account, err := s.Store.Account(ctx, id)
	if ward.ErrorCode(err) == ward.NotFound {
		return actor, false, nil
	}
	if err != nil {
		return actor, false, err
	}
	return account.Actor(), account.Epoch == s.sessions.GetInt64(ctx, sessionEpoch), nil
}

// permit lets an operation run only for a role that may, and hands it the
// territory. It is the only place that makes a scope.
func (s *Server) permit(ctx huma.Context, next func(huma.Context)) {
	operation := ctx.Operation().OperationID
	if ward.OperationOpen(operation) {
		next(ctx)
		return
	}
	scope, err := scopeOf(ctx.Context(), operation)
	if err != nil {
		s.failHuma(ctx, err)
		return
	}
	next(huma.WithContext(ctx, ward.WithScope(ctx.Context(), scope)))
}

func scopeOf(ctx context.Context, operation string) (ward.Scope, error) {
	actor, ok := ward.ActorFrom(ctx)
	if !ok {
		return ward.Scope{}, ward.Errorf(ward.Unauthenticated, "请先登录")
	}
	return actor.Scope(operation)
}

// hearsPublicOnly: a screen without any other role hears nothing of duty.
func hearsPublicOnly(a ward.Actor) bool {
	for _, g := range a.Grants {
		if g.Role != ward.Wall && g.Role != ward.PartyMember {
			return false
		}
	}
	return true
}

// isWall: a screen and nothing else.
func isWall(a ward.Actor) bool {
	return len(a.Grants) > 0 && !slices.ContainsFunc(a.Grants, func(g ward.Grant) bool { return g.Role != ward.Wall })
}

type loginInput struct {
	Body struct {
		Login    string `json:"login" minLength:"1" maxLength:"40" doc:"账号"`
		Password string `json:"password" minLength:"1" maxLength:"200" doc:"密码"`
	}
}

type actorOutput struct{ Body ward.Actor }

func (s *Server) login(ctx context.Context, in *loginInput) (*actorOutput, error) {
	account, err := s.Store.SignIn(ctx, in.Body.Login, in.Body.Password, addressOf(ctx))
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	if account.TOTP {
		return s.askCode(ctx, account)
	}
	return s.begin(ctx, account)
}

// askCode remembers whose password was right until the code comes.
func (s *Server) askCode(ctx context.Context, account ward.Account) (*actorOutput, error) {
	if err := s.sessions.RenewToken(ctx); err != nil {
		return nil, s.problem(ctx, err)
	}
	s.sessions.Remove(ctx, sessionAccount)
	s.sessions.Put(ctx, sessionPending, account.ID)
	s.sessions.Put(ctx, sessionAsked, s.Now().Unix())
	return &actorOutput{ward.Actor{Grants: []ward.Grant{}, Must: ward.MustSayCode}}, nil
}

// loginCode is the second step for whoever has a second factor.
func (s *Server) loginCode(ctx context.Context, in *struct {
	Body struct {
		Code string `json:"code" minLength:"6" maxLength:"40" doc:"动态口令或恢复码"`
	}
},
) (*actorOutput, error) {
	id := s.sessions.GetInt64(ctx, sessionPending)
	if id == 0 || s.Now().Unix()-s.sessions.GetInt64(ctx, sessionAsked) > ward.CodeMinutes*60 {
		return nil, s.problem(ctx, ward.Errorf(ward.Unauthenticated, "已超时，请重新输入账号和密码"))
	}
	account, err := s.Store.SignInCode(ctx, id, in.Body.Code, addressOf(ctx))
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return s.begin(ctx, account)
}

// begin starts the session of somebody who has been let in.
func (s *Server) begin(ctx context.Context, account ward.Account) (*actorOutput, error) {
	// A new token, so that one planted before the sign-in is worth nothing.
	if err := s.sessions.RenewToken(ctx); err != nil {
		return nil, s.problem(ctx, err)
	}
	s.sessions.Remove(ctx, sessionPending)
	s.sessions.Put(ctx, sessionAccount, account.ID)
	s.sessions.Put(ctx, sessionEpoch, account.Epoch)
	s.sessions.Put(ctx, sessionStarted, s.Now().Unix())
	s.sessions.Put(ctx, sessionAddress, addressOf(ctx))
	s.sessions.Put(ctx, sessionAgent, agentOf(ctx))
	if isWall(account.Actor()) {
		s.sessions.SetDeadline(ctx, s.Now().Add(sessionWall).UTC())
	}
	return &actorOutput{account.Actor()}, nil
}

func (s *Server) logout(ctx context.Context, _ *struct{}) (*struct{}, error) {
	id := s.sessions.GetInt64(ctx, sessionAccount)
	if err := s.sessions.Destroy(ctx); err != nil {
		return nil, s.problem(ctx, err)
	}
	if id > 0 {
		if err := s.Store.SignOut(ctx, id); err != nil {
			return nil, s.problem(ctx, err)
		}
	}
	return nil, nil
}

func (s *Server) me(ctx context.Context, _ *struct{}) (*actorOutput, error) {
	actor, _ := ward.ActorFrom(ctx)
	return &actorOutput{actor}, nil
}

type passwordInput struct {
	Body struct {
		Old   string `json:"old" maxLength:"200" doc:"原密码"`
		Fresh string `json:"fresh" maxLength:"200" doc:"新密码"`
	}
}

func (s *Server) changePassword(ctx context.Context, in *passwordInput) (*struct{}, error) {
	actor, _ := ward.ActorFrom(ctx)
	return nil, s.problem(ctx, s.Store.ChangePassword(ctx, actor.ID, in.Body.Old, in.Body.Fresh))
}

// fromWhere remembers where requests came from, for the throttles. What a proxy
// says of its client is believed only of the proxies named; with none, the
// client is whoever is connected.
func fromWhere(proxies []netip.Prefix) chi.Middlewares {
	all := chi.Middlewares{middleware.ClientIPFromRemoteAddr, withAgent}
	if len(proxies) > 0 {
		texts := make([]string, len(proxies))
		for i, p := range proxies {
			texts[i] = p.String()
		}
		all = append(all, middleware.ClientIPFromXFF(texts...))
	}
	return all
}

func withAgent(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), agentKey{}, r.UserAgent())))
	})
}

type agentKey struct{}

// agentOf is what the browser says it is.
func agentOf(ctx context.Context) string {
	a, _ := ctx.Value(agentKey{}).(string)
	return a
}

// addressOf is the address a request came from.
func addressOf(ctx context.Context) string { return middleware.GetClientIP(ctx) }
