package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"wangge/internal/ward"
)

// Limits of a tile from elsewhere.
const (
	baseTileBytes   = 2 << 20
	baseTileTimeout = 5 * time.Second
)

// Upstream is a base map somewhere else (天地图, 高德, an intranet server): only
// addresses the operator wrote down are ever asked, and the key in them never
// reaches a browser.
type Upstream struct {
	Name     string // as people choose it
	Kind     string // xyz: WGS84 or CGCS2000; gcj: GCJ-02, shifted at the map edge
	URL      string // https://…/{z}/{x}/{y}…; may ask for {s}, a digit 0–7
	Approval string // 审图号, shown at the map's lower left corner
}

// ParseUpstreams reads WANGGE_BASE_MAPS: one base map per line or ";",
// name|kind|url|approval. 天地图:KEY and 高德 stand for the public services.
func ParseUpstreams(text string) ([]Upstream, error) {
	out := []Upstream{}
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == ';' }) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if known, ok := preset(line); ok {
			out = append(out, known...)
			continue
		}
		part := strings.Split(line, "|")
		if len(part) < 3 || part[0] == "" || (part[1] != "xyz" && part[1] != "gcj") {
			return nil, errors.New("WANGGE_BASE_MAPS 每项应写作 名称|xyz 或 gcj|瓦片地址|审图号，或 天地图:密钥、高德")
		}
		u := Upstream{Name: part[0], Kind: part[1], URL: part[2]}
		if len(part) > 3 {
			u.Approval = part[3]
		}
		if at, err := url.Parse(u.fill(0, 0, 0)); err != nil || (at.Scheme != "https" && at.Scheme != "http") || at.Host == "" {
			return nil, fmt.Errorf("WANGGE_BASE_MAPS 里“%s”的瓦片地址不对，应为 http(s)://主机/…{z}…{x}…{y}", u.Name)
		}
		out = append(out, u)
	}
	return out, nil
}

// preset knows the public services by name.
func preset(line string) ([]Upstream, bool) {
	if line == "高德" {
		return []Upstream{{Name: "高德地图", Kind: "gcj", URL: "https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}", Approval: "GS(2021)6375号"}}, true
	}
	key, ok := strings.CutPrefix(line, "天地图:")
	if !ok || key == "" {
		return nil, false
	}
	layer := func(name, id string) Upstream {
		return Upstream{Name: name, Kind: "xyz", Approval: "GS(2024)0568号", URL: "https://t{s}.tianditu.gov.cn/DataServer?T=" + id + "_w&x={x}&y={y}&l={z}&tk=" + url.QueryEscape(key)}
	}
	return []Upstream{layer("天地图矢量", "vec"), layer("天地图影像", "img")}, true
}

// fill puts a tile into the address; the host's digit is chosen by the tile, so
// that the same tile always comes from the same cache.
func (u Upstream) fill(z, x, y int) string {
	digit := (x + y) % 8
	if strings.Contains(u.URL, "autonavi") {
		digit = 1 + (x+y)%4
	}
	return strings.NewReplacer("{z}", strconv.Itoa(z), "{x}", strconv.Itoa(x), "{y}", strconv.Itoa(y), "{s}", strconv.Itoa(digit)).Replace(u.URL)
}

// baseMaps are the upstreams as the browser sees them: addresses of this server.
func baseMaps(us []Upstream) []BaseMap {
	out := []BaseMap{}
	for i, u := range us {
		out = append(out, BaseMap{Name: u.Name, Kind: u.Kind, URL: fmt.Sprintf("/basemap/%d/{z}/{x}/{y}", i), Approval: u.Approval})
	}
	return out
}

// baseTile fetches one tile of a configured base map. It follows no redirect
// and passes on nothing but images of a sensible size.
func (s *Server) baseTile(client *http.Client) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n := [4]int{}
		for i, name := range []string{"map", "z", "x", "y"} {
			v, err := strconv.Atoi(chi.URLParam(r, name))
			if err != nil || v < 0 {
				s.Fail(w, r, ward.Errorf(ward.NotFound, "没有这个瓦片"))
				return
			}
			n[i] = v
		}
		if n[0] >= len(s.BaseMaps) || n[1] > ward.TileMaxZoom || n[2] >= 1<<n[1] || n[3] >= 1<<n[1] {
			s.Fail(w, r, ward.Errorf(ward.NotFound, "没有这个瓦片"))
			return
		}
		body, kind, err := fetchTile(r, client, s.BaseMaps[n[0]].fill(n[1], n[2], n[3]))
		if err != nil {
			// The address holds a key and is not logged.
			s.Log.Warn("base map does not answer", "map", s.BaseMaps[n[0]].Name)
			http.Error(w, "底图服务没有应答", http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "private, max-age=86400")
		_, _ = w.Write(body)
	}
}

func fetchTile(r *http.Request, client *http.Client, address string) ([]byte, string, error) {
	request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, address, nil)
	if err != nil {
		return nil, "", err
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer answer.Body.Close()
	kind := answer.Header.Get("Content-Type")
	if answer.StatusCode != http.StatusOK || !(strings.HasPrefix(kind, "image/png") || strings.HasPrefix(kind, "image/jpeg") || strings.HasPrefix(kind, "image/webp")) {
		return nil, "", fmt.Errorf("no picture: %s", answer.Status)
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, baseTileBytes+1))
	if err == nil && len(body) > baseTileBytes {
		err = errors.New("picture too large")
	}
	return body, kind, err
}

func baseMapClient() *http.Client {
	return &http.Client{Timeout: baseTileTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}
