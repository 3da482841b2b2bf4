// Package api is the door of the program: huma operations on chi, tiles, the
// live socket and the pages. An operation says what, not how.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// Server answers every request of the program.
type Server struct {
	Store    ward.Store
	Sessions scs.Store
	Tiles    http.Handler // nil: no tiles
	// Archive draws the map of a box into one file; nil: no maps to take along.
	Archive func(ctx context.Context, box orb.Bound) ([]byte, error)
	// Live takes over a websocket for a signed-in actor; nil: no live stream.
	Live func(w http.ResponseWriter, r *http.Request, v Listener)
	// Import reads an uploaded file; nil: no import over HTTP.
	Import Importer
	Photos Photographs // nil: no photos
	Sounds Sounds      // nil: no recordings
	// Positions takes where teams are; nil: nobody's place is recorded.
	Positions ward.Positions
	Config    Config
	BaseMaps  []Upstream                  // base maps from elsewhere; none by default
	Identity  *IdentityProvider           // nil: passwords only
	Ready     func(context.Context) error // nil: always ready
	// Trouble says in Chinese what works worse than it should while the server is
	// ready all the same; nil or "": nothing does.
	Trouble func() string
	Log     *slog.Logger
	Secure  bool // cookies only over HTTPS
	// Proxies are the reverse proxies in front, whose X-Forwarded-For is believed.
	Proxies []netip.Prefix
	Now     func() time.Time
	// Proposals draws several drafts of a plan as a job; nil: nobody draws.
	Proposals Proposer
	// Siting says how far people walk; nil: nobody asks.
	Siting Siter

	sessions  *scs.SessionManager
	words     ward.AuditWords
	strangers strangers
}

// Version is what the API says of itself.
const Version = "0.1.0"

// Handler builds the routes. The returned API is what OpenAPI is exported from.
func (s *Server) Handler() (http.Handler, huma.API) {
	chinese()
	s.sessions = newSessions(s.Sessions, s.Secure)
	s.sessions.ErrorFunc = s.sessionLost
	r := chi.NewRouter()
	r.Use(middleware.RequestID, s.recoverer)
	r.Use(fromWhere(s.Proxies)...)
	r.Use(headers(s.Secure), sameOrigin(s.Fail))
	r.NotFound(s.notFound)

	cfg := huma.DefaultConfig("网格 wangge", Version)
	cfg.CreateHooks, cfg.DocsPath, cfg.SchemasPath, cfg.OpenAPIPath = nil, "", "", "/api/openapi"
	cfg.RejectUnknownQueryParameters = true
	var api huma.API
	r.Group(func(r chi.Router) {
		r.Use(compressed("application/json", "application/problem+json"), s.withSession, s.withActor)
		api = humachi.New(r, cfg)
		api.UseMiddleware(s.permit)
		s.operations(api)
		s.words = ward.NewAuditWords(summaries(api.OpenAPI()))
	})
	r.Get("/livez", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok")) })
	r.Get("/readyz", s.readyz)
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		r.Method(method, "/osmand", http.HandlerFunc(s.osmand))
	}
	r.With(s.withSession, s.withActor).Get("/api/live", s.listen)
	if s.Tiles != nil {
		r.With(s.tileGate()).Handle("/tiles/*", s.Tiles)
	}
	r.With(s.tileGate()).Get("/basemap/{map}/{z}/{x}/{y}", s.baseTile(baseMapClient()))
	s.oidcRoutes(r)
	s.ogc(r)
	s.open311(r)
	s.pages(r)
	return r, api
}

// The kinds of operations. The limits of a body: commands are small.
const (
	commandBytes = 64 << 10
	bulkBytes    = 256 << 10 // two thousand numbers
)

func get[I, O any](s *Server, api huma.API, id, path, summary string, do func(context.Context, *I) (*O, error)) {
	huma.Register(api, huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Errors: usual}, do)
}

func post[I, O any](s *Server, api huma.API, id, path, summary string, do func(context.Context, *I) (*O, error)) {
	huma.Register(api, huma.Operation{OperationID: id, Method: http.MethodPost, Path: path, Summary: summary, Errors: usual, MaxBodyBytes: bodyLimit(id), DefaultStatus: http.StatusOK}, do)
}

func patch[I, O any](s *Server, api huma.API, id, path, summary string, do func(context.Context, *I) (*O, error)) {
	huma.Register(api, huma.Operation{OperationID: id, Method: http.MethodPatch, Path: path, Summary: summary, Errors: usual, MaxBodyBytes: commandBytes}, do)
}

var usual = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity}

func bodyLimit(id string) int64 {
	if strings.HasPrefix(id, "bulk-change-") {
		return bulkBytes
	}
	switch id {
	case "import-file", "upload-file", "import-hotline", "upload-hotline":
		return importBytes
	case "send-photo", "send-report-photo":
		return ward.PhotoBytes
	case "send-recording":
		return ward.RecordingBytes
	case "create-plan", "draw-plan": // a table of assignments, a lasso over a street
		return ward.PlanImportLongest + commandBytes
	}
	return commandBytes
}

// noun registers the list and the card of a register.
func noun[T, C any](s *Server, api huma.API, many, one, title string,
	find func(context.Context, ward.Scope, ward.Filter) (ward.Page[T], error), card func(context.Context, ward.Scope, int64) (C, error),
) {
	listing(s, api, "list-"+many, "/api/"+many, title+"列表", find)
	export(s, api, many, one, title, find)
	type output struct{ Body C }
	get(s, api, "get-"+one, "/api/"+many+"/{id}", title, func(ctx context.Context, in *Numbered) (*output, error) {
		c, err := card(ctx, ward.ScopeFrom(ctx), in.ID)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return &output{c}, nil
	})
}

// Numbered is the address of one thing.
type Numbered struct {
	ID int64 `path:"id" minimum:"1" doc:"编号"`
}

func listing[T any](s *Server, api huma.API, id, path, title string, find func(context.Context, ward.Scope, ward.Filter) (ward.Page[T], error)) {
	type output struct{ Body ward.Page[T] }
	get(s, api, id, path, title, func(ctx context.Context, in *struct{ ward.Filter }) (*output, error) {
		page, err := find(ctx, ward.ScopeFrom(ctx), in.Filter)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return &output{page}, nil
	})
}
