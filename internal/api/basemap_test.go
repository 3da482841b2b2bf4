package api_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wangge/internal/api"
	"wangge/internal/pgtest"
	"wangge/internal/postgres"
	"wangge/internal/ward"
)

func TestBaseMapsAreConfiguredInOneLineEach(t *testing.T) {
	t.Parallel()
	got, err := api.ParseUpstreams("天地图:k&y;高德\n内网底图|xyz|http://10.0.0.5/t/{z}/{x}/{y}.png|苏S(2025)001号")
	if err != nil || len(got) != 4 {
		t.Fatalf("%+v %v", got, err)
	}
	if !strings.Contains(got[0].URL, "tk=k%26y") || got[2].Kind != "gcj" || got[3].Approval != "苏S(2025)001号" {
		t.Errorf("%+v", got)
	}
	for _, bad := range []string{"x", "a|b|http://h/{z}", "a|xyz|ftp://h/{z}", "a|xyz|/{z}/{x}/{y}"} {
		if _, err := api.ParseUpstreams(bad); err == nil || !hasChinese(err.Error()) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// A base map answers through this server only, only with pictures, and only
// from where the operator said.
func TestBaseTilesComeThroughThisServer(t *testing.T) {
	t.Parallel()
	var inside atomic.Int32
	hidden := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside.Add(1) }))
	defer hidden.Close()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/3/1/2":
			w.Header().Set("Content-Type", "image/png")
			_, _ = io.WriteString(w, "picture")
		case "/3/0/0":
			http.Redirect(w, r, hidden.URL, http.StatusFound)
		case "/3/0/1":
			_, _ = io.WriteString(w, "<html>")
		default:
			w.Header().Set("Content-Type", "image/png")
			_, _ = w.Write(make([]byte, 3<<20))
		}
	}))
	defer elsewhere.Close()
	upstreams, err := api.ParseUpstreams("别处|gcj|" + elsewhere.URL + "/{z}/{x}/{y}|审图号")
	must(t, err)
	pool := pgtest.New(t)
	db := postgres.New(pool, postgres.Keys{})
	_, err = db.CreateAccount(t.Context(), ward.System(""), postgres.NewAccount{Login: "root", Name: "r", Password: password, Grants: []postgres.NewGrant{{Role: ward.Admin}}})
	must(t, err)
	handler, _ := (&api.Server{Store: db, Sessions: postgres.Sessions{Pool: pool}, BaseMaps: upstreams, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: time.Now}).Handler()
	tw := &town{Server: httptest.NewServer(handler), db: db}
	defer tw.Close()
	p := tw.signIn(t, "root")
	if _, config := p.do("GET", "/api/config", nil); !strings.Contains(config, `"/basemap/0/{z}/{x}/{y}"`) || strings.Contains(config, elsewhere.URL) {
		t.Errorf("config: %s", config)
	}
	for path, want := range map[string]int{"/basemap/0/3/1/2": 200, "/basemap/0/3/0/0": 502, "/basemap/0/3/0/1": 502, "/basemap/0/3/7/7": 502, "/basemap/0/3/8/0": 404, "/basemap/1/3/0/0": 404, "/basemap/0/99/0/0": 404, "/basemap/x/0/0/0": 404} {
		if status, body := p.do("GET", path, nil); status != want || (status == 200) != (body == "picture") {
			t.Errorf("%s: %d %.80s", path, status, body)
		}
	}
	if inside.Load() != 0 {
		t.Error("a redirect was followed")
	}
	if status, _ := (person{t, tw, http.DefaultClient}).do("GET", "/basemap/0/3/1/2", nil); status != 401 {
		t.Errorf("without signing in: %d", status)
	}
}
