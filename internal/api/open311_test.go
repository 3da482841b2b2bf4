package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"wangge/internal/ward"
)

func (tw *town) form(t *testing.T, address string, values url.Values) (int, string) {
	t.Helper()
	answer, err := http.PostForm(tw.URL+address, values)
	must(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	must(t, err)
	return answer.StatusCode, string(text)
}

func TestOtherSystemsReportAndAskByOpen311(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	stranger := person{t, tw, http.DefaultClient}
	if code, text := stranger.do("GET", "/open311/v2/services.json", nil); code != http.StatusNotFound || !strings.HasPrefix(text, `[{"code":404,`) {
		t.Errorf("before any client: %d %s", code, text)
	}
	tw.account(t, "boss", ward.Admin, "A2")
	p := tw.signIn(t, "boss")
	code, text := p.do("POST", "/api/clients", map[string]any{"name": "城管系统", "area": 11})
	var made ward.ClientSecret
	must(t, json.Unmarshal([]byte(text), &made))
	if code != http.StatusOK || len(made.Key) < 26 {
		t.Fatalf("%d %s", code, text)
	}
	if code, text := stranger.do("GET", "/open311/v2/services.xml", nil); code != http.StatusOK || !strings.Contains(text, "<services><service><service_code>0101</service_code><service_name>垃圾没人清") {
		t.Errorf("services: %d %.300s", code, text)
	}
	if code, text := stranger.do("GET", "/open311/v2/services/0101.json", nil); code != http.StatusOK || text != "{\"service_code\":\"0101\",\"attributes\":[]}\n" {
		t.Errorf("definition: %d %s", code, text)
	}
	at := func(grid int) url.Values {
		place := tw.place(grid)
		return url.Values{"service_code": {"0101"}, "lat": {fmt.Sprint(place[1])}, "long": {fmt.Sprint(place[0])}, "description": {"金丝雀 13812345678 <b>"}, "address_string": {"金丝雀路1号"}, "api_key": {made.Key}}
	}
	code, text = tw.form(t, "/open311/v2/requests.json", at(1))
	var receipts []map[string]string
	must(t, json.Unmarshal([]byte(text), &receipts))
	if code != http.StatusCreated || receipts[0]["service_request_id"] == "" {
		t.Fatalf("post: %d %s", code, text)
	}
	number := receipts[0]["service_request_id"]
	for name, c := range map[string]struct {
		change url.Values
		want   int
	}{
		"a wrong key": {url.Values{"api_key": {"x"}}, http.StatusForbidden}, "no key": {url.Values{"api_key": nil}, http.StatusForbidden}, "no place": {url.Values{"lat": nil}, http.StatusBadRequest},
		"a dispute": {url.Values{"service_code": {"0701"}}, http.StatusNotFound}, "another's place": {at(4), http.StatusNotFound}, "a long text": {url.Values{"description": {strings.Repeat("长", 2001)}}, http.StatusBadRequest},
		"a flood of bytes": {url.Values{"description": {strings.Repeat("x", 100_000)}}, http.StatusBadRequest},
	} {
		values := at(1)
		for k, v := range c.change {
			values[k] = v
		}
		if code, text := tw.form(t, "/open311/v2/requests.json", values); code != c.want {
			t.Errorf("%s: %d %s", name, code, text)
		}
	}
	for _, address := range []string{"/open311/v2/requests/" + number + ".json", "/open311/v2/requests.json?status=open&service_code=0101", "/open311/v2/requests.json?service_request_id=" + number} {
		code, text := stranger.do("GET", address, nil)
		if code != http.StatusOK || !strings.Contains(text, `"service_request_id":"`+number+`","status":"open","status_notes":"已收到"`) {
			t.Errorf("%s: %d %s", address, code, text)
		}
		for _, hidden := range []string{"金丝雀", "138", "<b>"} {
			if strings.Contains(text, hidden) {
				t.Errorf("%s tells %s", address, hidden)
			}
		}
	}
	// Incidents 3 and 4 are in other communities.
	if _, text := stranger.do("GET", "/open311/v2/requests.json", nil); strings.Count(text, "service_request_id") != 3 {
		t.Errorf("all: %s", text)
	}
	if code, text := stranger.do("GET", "/open311/v2/requests/"+number+".xml", nil); code != http.StatusOK || !strings.Contains(text, "<service_requests><request><service_request_id>"+number+"</service_request_id><status>open</status>") {
		t.Errorf("xml: %d %s", code, text)
	}
	if code, _ := stranger.do("GET", "/open311/v2/tokens/"+number+".json", nil); code != http.StatusOK {
		t.Errorf("token: %d", code)
	}
	if code, _ := p.do("POST", fmt.Sprintf("/api/clients/%d/revoke", made.Client.ID), nil); code != http.StatusOK {
		t.Error(code)
	}
	if code, _ := tw.form(t, "/open311/v2/requests.json", at(1)); code != http.StatusForbidden {
		t.Errorf("after it was revoked: %d", code)
	}
}
