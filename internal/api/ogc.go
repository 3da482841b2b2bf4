package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"wangge/internal/ward"
)

// ogcOperation is the line in the table of who may read features.
const ogcOperation = "read-features"

// What this service is, by OGC API – Features Part 1 (17-069r4) and Part 2
// (18-058r1).
var ogcConformance = []string{
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
	"http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
}

const (
	ogcRoot     = "/ogc"
	mediaJSON   = "application/json"
	mediaGeo    = "application/geo+json"
	mediaOAS    = "application/vnd.oai.openapi+json;version=3.0"
	ogcCRS84    = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
	ogcPageName = "after" // the parameter that carries the cursor of a page
)

type ogcLink struct {
	Href  string `json:"href"`
	Rel   string `json:"rel"`
	Type  string `json:"type,omitempty"`
	Title string `json:"title,omitempty"`
}

// ogc serves the features to geographic information systems: QGIS, GDAL.
func (s *Server) ogc(r chi.Router) {
	r.Route(ogcRoot, func(r chi.Router) {
		r.Use(compressed(mediaJSON, mediaGeo, mediaOAS, "application/problem+json"), s.withSession, s.withActor, s.basic(), s.ogcScope)
		r.NotFound(s.ogcNotFound)
		r.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Allow", "GET, HEAD")
			(&Problem{Title: "不能这样做", Status: http.StatusMethodNotAllowed, Detail: "地图要素只能读取", Code: ward.Invalid}).write(w)
		})
		for path, handler := range map[string]http.HandlerFunc{
			"/": s.ogcLanding, "/api": s.ogcAPI, "/conformance": s.ogcConforms, "/collections": s.ogcCollections, "/collections/{collection}": s.ogcCollection,
			"/collections/{collection}/items": s.ogcItems, "/collections/{collection}/items/{id}": s.ogcItem,
		} {
			r.Get(path, handler)
			r.Head(path, handler)
		}
	})
}

// ogcScope lets in who may read features and hands on the territory.
func (s *Server) ogcScope(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scope, err := scopeOf(r.Context(), ogcOperation)
		if err != nil {
			s.ogcFail(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(ward.WithScope(r.Context(), scope)))
	})
}

// ogcFail answers what went wrong; what this API calls invalid is a 400 there.
func (s *Server) ogcFail(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(s.Log, middleware.GetReqID(r.Context()), err)
	switch p.Status {
	case http.StatusUnprocessableEntity:
		p.Status = http.StatusBadRequest
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Basic realm="wangge", charset="UTF-8"`)
	}
	p.write(w)
}

func (s *Server) ogcNotFound(w http.ResponseWriter, r *http.Request) {
	s.ogcFail(w, r, ward.Errorf(ward.NotFound, "没有这个地址"))
}

// here is the address of the features as the client called it.
func here(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + r.Host + ogcRoot
}

// onlyFormat refuses every parameter but f=json.
func onlyFormat(q url.Values) error {
	_, err := parseFeatureQuery(q, map[string]bool{"f": true}, ward.FeatureCollection{})
	return err
}

// ogcAnswer sends a document after holding its parameters to f.
func (s *Server) ogcAnswer(w http.ResponseWriter, r *http.Request, kind string, document func() (any, error)) {
	err := onlyFormat(r.URL.Query())
	var body any
	if err == nil {
		body, err = document()
	}
	if err != nil {
		s.ogcFail(w, r, err)
		return
	}
	s.ogcSend(w, r, kind, body)
}

func (s *Server) ogcSend(w http.ResponseWriter, r *http.Request, kind string, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		s.ogcFail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "private, no-cache")
	_, _ = w.Write(text) // a client that left
}

func (s *Server) ogcLanding(w http.ResponseWriter, r *http.Request) {
	s.ogcAnswer(w, r, mediaJSON, func() (any, error) {
		base := here(r)
		return map[string]any{
			"title": "网格通地图要素", "description": "辖区、网格、楼栋等图层，供 QGIS、GDAL 等软件读取；不含个人信息。",
			"links": []ogcLink{
				{base + "/", "self", mediaJSON, "本页"},
				{base + "/api", "service-desc", mediaOAS, "接口说明"},
				{base + "/conformance", "conformance", mediaJSON, "遵循的标准"},
				{base + "/collections", "data", mediaJSON, "数据集"},
			},
		}, nil
	})
}

func (s *Server) ogcConforms(w http.ResponseWriter, r *http.Request) {
	s.ogcAnswer(w, r, mediaJSON, func() (any, error) { return map[string]any{"conformsTo": ogcConformance}, nil })
}

func (s *Server) ogcCollections(w http.ResponseWriter, r *http.Request) {
	s.ogcAnswer(w, r, mediaJSON, func() (any, error) {
		extent, err := s.ogcExtent(r)
		if err != nil {
			return nil, err
		}
		all := []any{}
		for _, c := range ward.FeatureCollections() {
			all = append(all, describeCollection(here(r), c, extent))
		}
		return map[string]any{"links": []ogcLink{{here(r) + "/collections", "self", mediaJSON, "数据集"}}, "crs": systemURIs(), "collections": all}, nil
	})
}

func (s *Server) ogcCollection(w http.ResponseWriter, r *http.Request) {
	s.ogcAnswer(w, r, mediaJSON, func() (any, error) {
		c, err := ward.LookUpFeatureCollection(chi.URLParam(r, "collection"))
		if err != nil {
			return nil, err
		}
		extent, err := s.ogcExtent(r)
		return describeCollection(here(r), c, extent), err
	})
}

// ogcExtent is the extent of the reader's territory, nil when it is empty.
func (s *Server) ogcExtent(r *http.Request) (any, error) {
	box, ok, err := s.Store.Extent(r.Context(), ward.ScopeFrom(r.Context()))
	if err != nil || !ok {
		return nil, err
	}
	return map[string]any{"spatial": map[string]any{"bbox": [][]float64{{box.Min[0], box.Min[1], box.Max[0], box.Max[1]}}, "crs": ogcCRS84}}, nil
}

func systemURIs() (uris []string) {
	for _, c := range ward.FeatureSystems() {
		uris = append(uris, c.URI)
	}
	return uris
}

func describeCollection(base string, c ward.FeatureCollection, extent any) map[string]any {
	at := base + "/collections/" + c.ID
	about := map[string]any{
		"id": c.ID, "title": c.Title, "description": c.Describe, "itemType": "feature", "crs": systemURIs(), "storageCrs": ogcCRS84,
		"links": []ogcLink{{at, "self", mediaJSON, c.Title}, {at + "/items", "items", mediaGeo, c.Title + "的要素"}},
	}
	if extent != nil {
		about["extent"] = extent
	}
	return about
}

// ogcFeature is one feature as GeoJSON.
type ogcFeature struct {
	Type       string          `json:"type"`
	ID         int64           `json:"id"`
	Geometry   json.RawMessage `json:"geometry"`
	Properties json.RawMessage `json:"properties"`
	Links      []ogcLink       `json:"links,omitempty"`
}

func geoFeature(f ward.Feature) ogcFeature {
	return ogcFeature{Type: "Feature", ID: f.ID, Geometry: f.Geometry, Properties: f.Properties}
}

func (s *Server) ogcItems(w http.ResponseWriter, r *http.Request) {
	c, err := ward.LookUpFeatureCollection(chi.URLParam(r, "collection"))
	if err != nil {
		s.ogcFail(w, r, err)
		return
	}
	asked := r.URL.Query()
	q, err := parseFeatureQuery(asked, itemsParameters, c)
	if err != nil {
		s.ogcFail(w, r, err)
		return
	}
	page, err := s.Store.FeaturePage(r.Context(), ward.ScopeFrom(r.Context()), q)
	if err != nil {
		s.ogcFail(w, r, err)
		return
	}
	at := here(r) + "/collections/" + c.ID
	body := map[string]any{"type": "FeatureCollection", "timeStamp": s.Now().UTC().Format("2006-01-02T15:04:05Z"), "numberReturned": len(page.Features)}
	if q.Count {
		body["numberMatched"] = page.Matched
	}
	features := make([]ogcFeature, len(page.Features))
	for i, f := range page.Features {
		features[i] = geoFeature(f)
	}
	links := []ogcLink{{address(at+"/items", asked), "self", mediaGeo, "本页"}, {at, "collection", mediaJSON, c.Title}}
	if page.More {
		asked.Set(ogcPageName, strconv.FormatInt(features[len(features)-1].ID, 10))
		links = append(links, ogcLink{address(at+"/items", asked), "next", mediaGeo, "下一页"})
	}
	body["features"], body["links"] = features, links
	w.Header().Set("Content-Crs", "<"+q.CRS.URI+">")
	s.ogcSend(w, r, mediaGeo, body)
}

func address(at string, q url.Values) string {
	if len(q) == 0 {
		return at
	}
	return at + "?" + q.Encode()
}

func (s *Server) ogcItem(w http.ResponseWriter, r *http.Request) {
	f, q, err := s.ogcOne(r)
	if err != nil {
		s.ogcFail(w, r, err)
		return
	}
	at := here(r) + "/collections/" + q.Collection
	one := geoFeature(f)
	one.Links = []ogcLink{{address(at+"/items/"+strconv.FormatInt(f.ID, 10), r.URL.Query()), "self", mediaGeo, "本要素"}, {at, "collection", mediaJSON, "数据集"}}
	w.Header().Set("Content-Crs", "<"+q.CRS.URI+">")
	s.ogcSend(w, r, mediaGeo, one)
}

func (s *Server) ogcOne(r *http.Request) (f ward.Feature, q ward.FeatureQuery, err error) {
	c, err := ward.LookUpFeatureCollection(chi.URLParam(r, "collection"))
	if err != nil {
		return f, q, err
	}
	if q, err = parseFeatureQuery(r.URL.Query(), map[string]bool{"f": true, "crs": true}, c); err != nil {
		return f, q, err
	}
	id, err := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	if err != nil {
		return f, q, ward.Errorf(ward.NotFound, "没有这个要素，或不在您的辖区内")
	}
	f, err = s.Store.Feature(r.Context(), ward.ScopeFrom(r.Context()), c.ID, id, q.CRS)
	return f, q, err
}
