package api

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"wangge/internal/ward"
)

// Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2): services, requests in and
// out, for other systems. It stands beside the operations because its addresses,
// forms and errors are those of the standard. Nothing is answered while no client
// is registered; reading needs no key and shows public fields only.

type openService struct {
	XMLName     xml.Name `json:"-" xml:"service"`
	Code        string   `json:"service_code" xml:"service_code"`
	Name        string   `json:"service_name" xml:"service_name"`
	Description string   `json:"description" xml:"description"`
	Metadata    bool     `json:"metadata" xml:"metadata"`
	Type        string   `json:"type" xml:"type"`
	Keywords    string   `json:"keywords" xml:"keywords"`
	Group       string   `json:"group" xml:"group"`
}

type openDefinition struct {
	XMLName    xml.Name `json:"-" xml:"service_definition"`
	Code       string   `json:"service_code" xml:"service_code"`
	Attributes []string `json:"attributes" xml:"attributes>attribute"` // none: text and place are enough
}

type openRequest struct {
	XMLName   xml.Name `json:"-" xml:"request"`
	ID        string   `json:"service_request_id" xml:"service_request_id"`
	Status    string   `json:"status" xml:"status"`
	Notes     string   `json:"status_notes" xml:"status_notes"`
	Name      string   `json:"service_name" xml:"service_name"`
	Code      string   `json:"service_code" xml:"service_code"`
	Agency    string   `json:"agency_responsible" xml:"agency_responsible"`
	Requested string   `json:"requested_datetime" xml:"requested_datetime"`
	Updated   string   `json:"updated_datetime" xml:"updated_datetime"`
	Expected  string   `json:"expected_datetime,omitempty" xml:"expected_datetime,omitempty"`
	Address   string   `json:"address" xml:"address"`
	Lat       float64  `json:"lat" xml:"lat"`
	Long      float64  `json:"long" xml:"long"`
	MediaURL  string   `json:"media_url,omitempty" xml:"media_url,omitempty"` // only what its sender made public
}

type openReceipt struct {
	XMLName xml.Name `json:"-" xml:"request"`
	ID      string   `json:"service_request_id" xml:"service_request_id"`
	Token   string   `json:"token,omitempty" xml:"token,omitempty"`
	Notice  string   `json:"service_notice,omitempty" xml:"service_notice,omitempty"`
}

type openError struct {
	XMLName     xml.Name `json:"-" xml:"error"`
	Code        int      `json:"code" xml:"code"`
	Description string   `json:"description" xml:"description"`
}

const (
	openFormBytes  = 64 << 10
	openMediaBytes = ward.ReportPhotos*ward.PhotoBytes + openFormBytes // of a form with photos
	openFormMemory = 1 << 20                                           // the rest waits in files
)

func (s *Server) open311(r chi.Router) {
	r.Route("/open311", func(r chi.Router) {
		r.Get("/discovery.{format}", s.openAnswer("discovery", func(context.Context, *http.Request) (any, error) {
			return struct {
				XMLName   xml.Name `json:"-" xml:"discovery"`
				Changeset string   `json:"changeset" xml:"changeset"`
				Contact   string   `json:"contact" xml:"contact"`
				KeyAt     string   `json:"key_service" xml:"key_service"`
				Endpoints []string `json:"endpoints" xml:"endpoints>endpoint"`
			}{Changeset: Version, Contact: "请联系本街道管理员", KeyAt: "工作台 · 接入方", Endpoints: []string{"/open311/v2"}}, nil
		}))
		r.Get("/v2/services.{format}", s.openAnswer("services", s.openServices))
		r.Get("/v2/services/{code}.{format}", s.openAnswer("", s.openService))
		r.Get("/v2/requests.{format}", s.openAnswer("service_requests", s.openRequests))
		r.Post("/v2/requests.{format}", s.openAnswer("service_requests", s.openSend))
		r.Get("/v2/requests/{number}.{format}", s.openAnswer("service_requests", s.openRequest))
		r.Get("/v2/tokens/{number}.{format}", s.openAnswer("service_requests", s.openToken))
		r.Get("/v2/media/{photo}.jpg", s.openMedia)
	})
}

// openAnswer writes what an operation gives as JSON or XML under root, errors too.
func (s *Server) openAnswer(root string, do func(context.Context, *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		most := int64(openFormBytes)
		if openUpload(r) {
			most = openMediaBytes
		}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		body, err := do(r.Context(), r)
		status, asXML, root := http.StatusOK, chi.URLParam(r, "format") == "xml", root
		switch {
		case err != nil:
			p := problemOf(s.Log, "", err)
			status, root, body = p.Status, "errors", []openError{{Code: p.Status, Description: p.Detail}}
			if p.Code == ward.Invalid {
				status = http.StatusBadRequest
				body = []openError{{Code: status, Description: p.Detail}}
			}
		case r.Method == http.MethodPost:
			status = http.StatusCreated
		}
		w.Header().Set("Cache-Control", "no-store")
		if !asXML {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			w.WriteHeader(status)
			_ = json.NewEncoder(w).Encode(body) // the reader left
			return
		}
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(xml.Header))
		e := xml.NewEncoder(w)
		if root != "" && root != "discovery" {
			start := xml.StartElement{Name: xml.Name{Local: root}}
			_ = e.EncodeToken(start)
			_ = e.Encode(body)
			_ = e.EncodeToken(start.End())
			_ = e.Flush()
			return
		}
		_ = e.Encode(body)
	}
}

func (s *Server) openServices(ctx context.Context, _ *http.Request) (any, error) {
	classes, err := s.Store.OpenServices(ctx)
	list := make([]openService, len(classes))
	for k, c := range classes {
		list[k] = openService{Code: c.Code, Name: c.Name, Description: c.Filing, Type: "realtime", Group: c.Code[:2]}
	}
	return list, err
}

func (s *Server) openService(ctx context.Context, r *http.Request) (any, error) {
	classes, err := s.Store.OpenServices(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range classes {
		if c.Code == chi.URLParam(r, "code") {
			return openDefinition{Code: c.Code, Attributes: []string{}}, nil
		}
	}
	return nil, ward.Errorf(ward.NotFound, "service_code was not found 没有这个类别")
}

func (s *Server) openRequests(ctx context.Context, r *http.Request) (any, error) {
	q := r.URL.Query()
	f := ward.OpenFilter{Numbers: commas(q.Get("service_request_id")), Classes: commas(q.Get("service_code")), Status: q.Get("status")}
	if f.Status != "" && f.Status != "open" && f.Status != "closed" {
		return nil, ward.Errorf(ward.Invalid, "status is open or closed")
	}
	for name, to := range map[string]*time.Time{"start_date": &f.From, "end_date": &f.To} {
		if text := q.Get(name); text != "" {
			at, err := time.Parse(time.RFC3339, text)
			if err != nil {
				return nil, ward.Errorf(ward.Invalid, "%s is a time like 2026-11-22T00:00:00+08:00", name)
			}
			*to = at
		}
	}
	return s.openFound(ctx, r, f)
}

func (s *Server) openFound(ctx context.Context, r *http.Request, f ward.OpenFilter) ([]openRequest, error) {
	if _, err := s.Store.OpenServices(ctx); err != nil {
		return nil, err
	}
	found, err := s.Store.OpenRequests(ctx, f)
	list := make([]openRequest, len(found))
	for k, one := range found {
		status := "closed"
		if one.Open {
			status = "open"
		}
		list[k] = openRequest{
			ID: one.Number, Status: status, Notes: one.State, Name: one.Name, Code: one.Class, Agency: one.Unit, Address: one.Place, Lat: one.At[1], Long: one.At[0],
			Requested: openTime(&one.SentAt), Updated: openTime(&one.Changed), Expected: openTime(one.Expected),
		}
		if one.Media != nil {
			list[k].MediaURL = host(r) + "/open311/v2/media/" + one.Media.String() + ".jpg"
		}
	}
	return list, err
}

func (s *Server) openRequest(ctx context.Context, r *http.Request) (any, error) {
	list, err := s.openFound(ctx, r, ward.OpenFilter{Numbers: []string{chi.URLParam(r, "number")}})
	if err == nil && len(list) == 0 {
		err = ward.Errorf(ward.NotFound, "service_request_id was not found 没有这件")
	}
	return list, err
}

// openToken: numbers are given at once, so a token is the number itself.
func (s *Server) openToken(ctx context.Context, r *http.Request) (any, error) {
	list, err := s.openFound(ctx, r, ward.OpenFilter{Numbers: []string{chi.URLParam(r, "number")}})
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, ward.Errorf(ward.NotFound, "token was not found 没有这件")
	}
	return []openReceipt{{ID: list[0].ID, Token: list[0].ID}}, nil
}

func commas(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

func openTime(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.In(chinaTime).Format(time.RFC3339)
}
