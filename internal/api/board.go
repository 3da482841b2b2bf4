package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"wangge/internal/ward"
)

func (s *Server) search(ctx context.Context, in *struct {
	Query string `query:"q" required:"true" maxLength:"50" doc:"名称、编码或地址"`
},
) (*struct{ Body []ward.Found }, error) {
	found, err := s.Store.Search(ctx, ward.ScopeFrom(ctx), in.Query)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body []ward.Found }{found}, nil
}

func (s *Server) snapshot(ctx context.Context, _ *struct{}) (*struct{ Body ward.Snapshot }, error) {
	snap, err := s.Store.Snapshot(ctx, ward.ScopeFrom(ctx))
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return &struct{ Body ward.Snapshot }{snap}, nil
}

func (s *Server) board(ctx context.Context, _ *struct{}) (*struct{ Body ward.Board }, error) {
	b, err := s.Store.Board(ctx, ward.ScopeFrom(ctx))
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	if actor, _ := ward.ActorFrom(ctx); isWall(actor) {
		b = b.Discreet()
	}
	return &struct{ Body ward.Board }{b}, nil
}

// Listener is who listens at a live connection and where.
type Listener struct {
	Actor      ward.Actor
	Scope      ward.Scope
	PublicOnly bool      // hears nothing of class duty
	Private    bool      // hears of private incidents
	Follows    bool      // sees where teams are
	Until      time.Time // when the sign-in ends at the latest; zero: never
}

// ListenerOf is the actor as a listener; forbidden without a role that may.
func ListenerOf(a ward.Actor) (Listener, error) {
	scope, err := a.Scope("listen")
	return Listener{Actor: a, Scope: scope, PublicOnly: hearsPublicOnly(a), Private: scope.SeesPrivate(), Follows: followsTeams(a)}, err
}

// followsTeams: everybody at work and the wall, but no party member as such.
func followsTeams(a ward.Actor) bool {
	return slices.ContainsFunc(a.Grants, func(g ward.Grant) bool { return g.Role != ward.PartyMember })
}

func (s *Server) listen(w http.ResponseWriter, r *http.Request) {
	actor, ok := ward.ActorFrom(r.Context())
	if !ok {
		s.Fail(w, r, ward.Errorf(ward.Unauthenticated, "请先登录"))
		return
	}
	l, err := ListenerOf(actor)
	if err != nil {
		s.Fail(w, r, err)
		return
	}
	if s.sessions.GetInt64(r.Context(), sessionAccount) != 0 { // a paired screen has no end
		l.Until = s.sessions.Deadline(r.Context())
	}
	if s.Live == nil {
		s.Fail(w, r, ward.Errorf(ward.NotFound, "没有开启实时连接"))
		return
	}
	s.Live(w, r, l)
}

// BaseMap is a base map from elsewhere, drawn below our own layers. Kind gcj
// says its tiles are in GCJ-02 and are shifted at the map edge.
type BaseMap struct {
	Name     string `json:"name" doc:"名称"`
	Kind     string `json:"kind" enum:"xyz,gcj" doc:"坐标系:xyz 为 WGS84/CGCS2000,gcj 为火星坐标"`
	URL      string `json:"url" doc:"本服务上的瓦片地址模板 {z}/{x}/{y}"`
	Approval string `json:"approval" doc:"审图号"`
}

// DemoLogin is an account of the demo street, shown at the sign-in page of a
// demo and nowhere else.
type DemoLogin struct {
	Login    string `json:"login" doc:"账号"`
	Password string `json:"password" doc:"密码"`
	Name     string `json:"name" doc:"姓名"`
	Role     string `json:"role" doc:"角色"`
	Place    string `json:"place" doc:"辖区"`
	Face     string `json:"face" doc:"进入的界面"`
}

// Config is what the pages need to know before anybody signs in.
type Config struct {
	Name     string      `json:"name" doc:"部署名称；空则用产品名"`
	Version  string      `json:"version" doc:"版本"`
	Demo     bool        `json:"demo" doc:"演示环境"`
	Logins   []DemoLogin `json:"logins" doc:"演示账号"`
	BaseMaps []BaseMap   `json:"baseMaps" doc:"外部底图"`
	Identity string      `json:"identity" doc:"统一身份认证的名称；空则未启用"`
}

func (s *Server) config(context.Context, *struct{}) (*struct{ Body Config }, error) {
	c := s.Config
	c.Version = Version
	if c.Logins == nil {
		c.Logins = []DemoLogin{}
	}
	c.BaseMaps = baseMaps(s.BaseMaps)
	if s.Identity != nil {
		c.Identity = s.Identity.Name
	}
	return &struct{ Body Config }{c}, nil
}

// readyz says whether this server should be sent requests; a second line says
// what is worse than it should be though it should.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	if s.Ready != nil {
		if err := s.Ready(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
	}
	said := "ok"
	if s.Trouble != nil {
		if trouble := s.Trouble(); trouble != "" {
			said += "\ndegraded: " + trouble
		}
	}
	_, _ = w.Write([]byte(said))
}

func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/api/") || r.Method != http.MethodGet {
		s.Fail(w, r, ward.Errorf(ward.NotFound, "没有这个地址"))
		return
	}
	http.Redirect(w, r, "/", http.StatusFound)
}
