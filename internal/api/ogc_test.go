package api_test

import (
	"encoding/json"
	"math"
	"net/http"
	command "os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"wangge/internal/pgtest"
	"wangge/internal/ward"
)

// newCityTown is a town with a chessboard of buildings beside it, more than a
// page, and an account "gis" that sees all of it.
func newCityTown(t *testing.T) *town {
	t.Helper()
	tw := newTown(t)
	// The town's grid and cell numbers are in the way of the city's.
	must(t, exec(t.Context(), tw, `truncate area, cell, grid, building, ground, road, courtyard, lane, point restart identity cascade`))
	must(t, exec(t.Context(), tw, `alter sequence grid_id_seq restart with 1`))
	pgtest.City(t, tw.db.Pool, 40)
	tw.account(t, "gis", ward.Planner, "")
	return tw
}

// features asks without a session, by account and password.
func (tw *town) features(t *testing.T, login, path string) (int, http.Header, map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", tw.URL+strings.TrimPrefix(path, tw.URL), nil)
	must(t, err)
	if login != "" {
		r.SetBasicAuth(login, password)
	}
	answer, err := http.DefaultClient.Do(r)
	must(t, err)
	defer answer.Body.Close()
	var body map[string]any
	must(t, json.NewDecoder(answer.Body).Decode(&body))
	return answer.StatusCode, answer.Header, body
}

func (tw *town) count(t *testing.T, sql string) (n int) {
	t.Helper()
	must(t, tw.db.Pool.QueryRow(t.Context(), sql).Scan(&n))
	return n
}

func linkTo(body map[string]any, rel string) string {
	links, _ := body["links"].([]any)
	for _, l := range links {
		if l := l.(map[string]any); l["rel"] == rel {
			return l["href"].(string)
		}
	}
	return ""
}

func TestEveryCollectionIsPagedToItsEnd(t *testing.T) {
	t.Parallel()
	tw := newCityTown(t)
	for _, c := range ward.FeatureCollections() {
		want := tw.count(t, `select count(*) from `+c.ID)
		if want == 0 {
			t.Errorf("%s is empty: this proves nothing", c.ID)
		}
		seen := map[float64]bool{}
		first := true
		for next := tw.URL + "/ogc/collections/" + c.ID + "/items?limit=" + strconv.Itoa(max(want/3, 1)); next != ""; first = false {
			status, header, body := tw.features(t, "gis", next)
			if status != 200 || header.Get("Content-Type") != "application/geo+json" || header.Get("Content-Crs") != "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>" {
				t.Fatalf("%s: %d %v %v", next, status, header, body)
			}
			if first && body["numberMatched"] != float64(want) {
				t.Errorf("%s: %v matched, want %d", c.ID, body["numberMatched"], want)
			}
			for _, f := range body["features"].([]any) {
				f := f.(map[string]any)
				seen[f["id"].(float64)] = true
				checkFields(t, c, f)
			}
			next = linkTo(body, "next")
		}
		if len(seen) != want {
			t.Errorf("%s: %d features, want %d", c.ID, len(seen), want)
		}
	}
}

func checkFields(t *testing.T, c ward.FeatureCollection, f map[string]any) {
	t.Helper()
	have := f["properties"].(map[string]any)
	for _, field := range c.Fields {
		if _, ok := have[field.Name]; !ok {
			t.Errorf("%s lacks %s", c.ID, field.Name)
		}
	}
	if kind := f["geometry"].(map[string]any)["type"]; len(have) != len(c.Fields) || kind != c.Shape {
		t.Errorf("%s: %v, a %v", c.ID, have, kind)
	}
}

// firstPosition is the first position of the first feature.
func firstPosition(t *testing.T, body map[string]any) (x, y float64) {
	t.Helper()
	features := body["features"].([]any)
	if len(features) == 0 {
		t.Fatal("no feature")
	}
	at := features[0].(map[string]any)["geometry"].(map[string]any)["coordinates"].([]any)
	for {
		deeper, ok := at[0].([]any)
		if !ok {
			return at[0].(float64), at[1].(float64)
		}
		at = deeper
	}
}

func TestSystemsAndBoxes(t *testing.T) {
	t.Parallel()
	tw := newCityTown(t)
	const items = "/ogc/collections/point/items?limit=1"
	uris := ward.FeatureSystems()
	_, _, body := tw.features(t, "gis", items)
	lon, lat := firstPosition(t, body)
	for _, c := range uris {
		status, header, body := tw.features(t, "gis", items+"&crs="+c.URI)
		x, y := firstPosition(t, body)
		wantX, wantY := lon, lat
		switch {
		case c.SRID == 3857:
			wantX, wantY = lon*20037508.342789244/180, math.Log(math.Tan((90+lat)*math.Pi/360))*6378137
		case c.NorthFirst:
			wantX, wantY = lat, lon
		}
		if status != 200 || header.Get("Content-Crs") != "<"+c.URI+">" || math.Abs(x-wantX) > 0.05 || math.Abs(y-wantY) > 0.05 {
			t.Errorf("%s: %d %s %v %v, want %v %v", c.URI, status, header.Get("Content-Crs"), x, y, wantX, wantY)
		}
		// A box of some metres around the point, in the same system, holds it alone.
		d := 0.0001
		if c.SRID == 3857 {
			d = 10
		}
		box := path("%f,%f,%f,%f", x-d, y-d, x+d, y+d)
		if _, _, body = tw.features(t, "gis", items+"&bbox-crs="+c.URI+"&bbox="+box); body["numberMatched"] != 1.0 {
			t.Errorf("%s: a box around the point: %v", c.URI, body)
		}
		if _, _, body = tw.features(t, "gis", items+"&bbox-crs="+c.URI+"&bbox="+path("%f,%f,%f,%f", x+d, y+d, x+2*d, y+2*d)); body["numberMatched"] != 0.0 {
			t.Errorf("%s: a box beside the point: %v", c.URI, body)
		}
	}
	around := path("%v,%v,-100,%v,%v,100", lon-0.0001, lat-0.0001, lon+0.0001, lat+0.0001)
	if _, _, body = tw.features(t, "gis", items+"&bbox="+around); body["numberMatched"] != 1.0 {
		t.Errorf("a box with heights: %v", body)
	}
	if _, _, body = tw.features(t, "gis", items+"&bbox=170,-10,-170,80"); body["numberMatched"] != 0.0 {
		t.Errorf("a box across the antimeridian: %v", body)
	}
	if _, _, body = tw.features(t, "gis", items+"&bbox="+path("%v,%v,%v,%v", 100, 0, 90, 89)); body["numberMatched"] != 4.0 {
		t.Errorf("all around the earth but for ten degrees: %v", body)
	}
}

func TestFeaturesOfAnotherDay(t *testing.T) {
	t.Parallel()
	tw := newCityTown(t)
	must(t, exec(t.Context(), tw, `update grid_shape set valid = '[2020-01-01,2024-01-01)' where grid = 1;
		insert into grid_shape (grid, valid, geom, label, area, parts) select grid, '[2024-01-01,)', geom, label, 7, 1 from grid_shape where grid = 1;
		update grid_shape set valid = '[2025-01-01,)' where grid = 2`))
	for days, want := range map[string]string{
		"": "16,7", "2023-06-01T00:00:00Z": "15,160000", "2024-06-01": "15,7", "2023-01-01/2026-01-01T00:00:00+08:00": "16,7",
		"../2023-01-01": "15,160000", "2024-01-01/..": "16,7", "2010-01-01/2011-01-01": "0,",
	} {
		address := "/ogc/collections/grid/items"
		if days != "" {
			address += "?datetime=" + strings.ReplaceAll(days, "+", "%2B")
		}
		_, _, body := tw.features(t, "gis", address)
		features, _ := body["features"].([]any)
		got := strconv.Itoa(len(features)) + ","
		if len(features) > 0 {
			got += path("%v", features[0].(map[string]any)["properties"].(map[string]any)["area"])
		}
		if got != want {
			t.Errorf("%q: %s, want %s", days, got, want)
		}
	}
	if _, _, body := tw.features(t, "gis", "/ogc/collections/building/items?limit=1&datetime=1990-01-01"); body["numberMatched"] != 1600.0 {
		t.Errorf("what has no date is there on every day: %v", body["numberMatched"])
	}
}

func TestWrongQuestionsForFeatures(t *testing.T) {
	t.Parallel()
	tw := newCityTown(t)
	const items = "/ogc/collections/building/items"
	for address, want := range map[string]int{
		items + "?limit=0": 400, items + "?limit=-1": 400, items + "?limit=x": 400, items + "?limit=": 400, items + "?limit=1&limit=2": 400,
		items + "?limit=99999999999999999999": 200, items + "?bbox=1,2,3": 400, items + "?bbox=NaN,0,1,1": 400, items + "?bbox=Infinity,0,1,1": 400,
		items + "?bbox=0,1,1,0": 400, items + "?bbox=0,0,1,91": 400, items + "?bbox=1e300,0,1,1": 400, items + "?bbox=": 400, items + "?bbox=120,30,120,30": 200,
		items + "?bbox=0,0,1,1&bbox-crs=x": 400, items + "?crs=x": 400, items + "?crs=": 400, items + "?datetime=x": 400, items + "?datetime=2026-01-01/2025-01-01": 400,
		items + "?datetime=../..": 200, items + "?datetime=..": 400, items + "?after=x": 400, items + "?after=-1": 400, items + "?name=1": 400, items + "?f=html": 400, items + "?f=json&limit=1": 200,
		"/ogc/collections/person/items": 404, "/ogc/collections/person": 404, "/ogc/collections/building/items/x": 404,
		"/ogc/collections/building/items/999999": 404, "/ogc/collections/building/items/1": 200, "/ogc/collections/building/items/1?limit=1": 400,
		"/ogc/collections?x=1": 400, "/ogc/conformance?f=json": 200, "/ogc/nothing": 404, "/ogc/": 200, "/ogc": 200, "/ogc/api": 200,
	} {
		status, header, body := tw.features(t, "gis", address)
		if status != want {
			t.Errorf("%s: %d, want %d: %v", address, status, want, body)
		}
		if detail, _ := body["detail"].(string); want >= 400 && (!hasChinese(detail) || header.Get("Content-Type") != "application/problem+json") {
			t.Errorf("%s: %v", address, body)
		}
	}
	if status, header, _ := tw.features(t, "", items); status != 401 || !strings.HasPrefix(header.Get("WWW-Authenticate"), "Basic ") {
		t.Errorf("nobody: %d %v", status, header)
	}
}

func TestBasicSignInIsThrottledAndEndsWithThePassword(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "planner", ward.Planner, "A11")
	ask := func(secret string) int {
		r, err := http.NewRequestWithContext(t.Context(), "GET", tw.URL+"/ogc/collections/building/items", nil)
		must(t, err)
		r.SetBasicAuth("planner", secret)
		answer, err := http.DefaultClient.Do(r)
		must(t, err)
		answer.Body.Close()
		return answer.StatusCode
	}
	if got := []int{ask(password), ask(password), ask("wrong")}; !slices.Equal(got, []int{200, 200, 401}) {
		t.Errorf("right, right, wrong: %v", got)
	}
	_, _, body := tw.features(t, "planner", "/ogc/collections/building/items")
	if body["numberMatched"] != 2.0 {
		t.Errorf("the territory holds 2 buildings: %v", body["numberMatched"])
	}
	// Elsewhere a password in the request opens nothing.
	if status, _, _ := tw.features(t, "planner", "/api/me"); status != 401 {
		t.Errorf("/api/me by password: %d", status)
	}
	tw.account(t, "wall", ward.Wall, "")
	if status, _, _ := tw.features(t, "wall", "/ogc/collections"); status != 403 {
		t.Errorf("the wall: %d", status)
	}
	must(t, exec(t.Context(), tw, `update account set disabled = true where login = 'planner'`))
	if status := ask(password); status != 401 {
		t.Errorf("a disabled account: %d", status)
	}
	for range ward.LoginTries {
		ask("wrong")
	}
	if status := ask(password); status != http.StatusTooManyRequests {
		t.Errorf("after too many: %d", status)
	}
}

// GDAL, and QGIS with it, read all features of every collection.
func TestGDALReadsEveryFeature(t *testing.T) {
	t.Parallel()
	ogrinfo, err := command.LookPath("ogrinfo")
	if err != nil {
		t.Skip("ogrinfo (gdal-bin) is not installed")
	}
	tw := newCityTown(t)
	counted := regexp.MustCompile(`(?m)^Feature Count: (\d+)$`)
	for _, c := range ward.FeatureCollections() {
		want := tw.count(t, `select count(*) from `+c.ID)
		// With -al each feature is read and printed; the small page makes many of them.
		cmd := command.CommandContext(t.Context(), ogrinfo, "-ro", "-al", "-oo", "PAGE_SIZE=100", "OAPIF:"+tw.URL+"/ogc", c.ID)
		cmd.Env = append(cmd.Environ(), "GDAL_HTTP_AUTH=BASIC", "GDAL_HTTP_USERPWD=gis:"+password, "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%.2000s", c.ID, err, out)
		}
		read := strings.Count(string(out), "OGRFeature(")
		said := counted.FindStringSubmatch(string(out))
		if read != want || len(said) != 2 || said[1] != strconv.Itoa(want) || strings.Contains(string(out), "ERROR") {
			t.Errorf("%s: %d features read, %v counted, want %d\n%.1500s", c.ID, read, said, want, out)
		}
	}
}
