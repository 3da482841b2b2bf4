package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"wangge/internal/ward"
)

// openSystem is another system with a key of its own for a community.
type openSystem struct {
	*testing.T
	tw   *town
	boss person // who registered it
	key  string
}

func (tw *town) openSystem(t *testing.T) openSystem {
	t.Helper()
	tw.account(t, "boss", ward.Admin, "A2")
	boss := tw.signIn(t, "boss")
	code, text := boss.do("POST", "/api/clients", map[string]any{"name": "城管系统", "area": 11})
	var made ward.ClientSecret
	must(t, json.Unmarshal([]byte(text), &made))
	if code != http.StatusOK {
		t.Fatalf("%d %s", code, text)
	}
	return openSystem{t, tw, boss, made.Key}
}

// send posts a report with photos as a multipart form, the key among its fields.
func (o openSystem) send(fields map[string]string, photos ...[]byte) (int, string) {
	o.Helper()
	at := o.tw.place(1)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	all := map[string]string{"service_code": "0101", "lat": fmt.Sprint(at[1]), "long": fmt.Sprint(at[0]), "description": "垃圾没人清", "api_key": o.key}
	for name, value := range fields {
		all[name] = value
	}
	for name, value := range all {
		must(o.T, form.WriteField(name, value))
	}
	for i, photo := range photos {
		part, err := form.CreateFormFile("media", fmt.Sprintf("%d.jpg", i))
		must(o.T, err)
		_, err = part.Write(photo)
		must(o.T, err)
	}
	must(o.T, form.Close())
	answer, err := http.Post(o.tw.URL+"/open311/v2/requests.json", form.FormDataContentType(), &body)
	must(o.T, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	must(o.T, err)
	return answer.StatusCode, string(text)
}

// sent is the number of a report that was taken.
func (o openSystem) sent(fields map[string]string, photos ...[]byte) (number, notice string) {
	o.Helper()
	code, text := o.send(fields, photos...)
	var receipts []map[string]string
	if code != http.StatusCreated || json.Unmarshal([]byte(text), &receipts) != nil {
		o.Fatalf("%d %s", code, text)
	}
	return receipts[0]["service_request_id"], receipts[0]["service_notice"]
}

// media is the address of a photo anybody may see, "" when there is none.
func (o openSystem) media(number string) string {
	o.Helper()
	code, text := person{o.T, o.tw, http.DefaultClient}.do("GET", "/open311/v2/requests/"+number+".json", nil)
	var list []struct {
		URL string `json:"media_url"`
	}
	if code != http.StatusOK || json.Unmarshal([]byte(text), &list) != nil || len(list) != 1 {
		o.Fatalf("%d %s", code, text)
	}
	return list[0].URL
}

func TestThePhotosOfAnotherSystemArePublicOnlyWhenItSaysSoAndSomebodyTookThemIn(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	o := tw.openSystem(t)
	number, notice := o.sent(map[string]string{"media_public": "true", "media_url": "http://169.254.169.254/latest"}, withPlace(t), drawnPNG)
	if !strings.Contains(notice, "media_url is not read") {
		t.Errorf("nothing is said of the address: %q", notice)
	}
	own, _ := o.sent(nil, withPlace(t))
	if o.media(number) != "" {
		t.Error("a photo is public before anybody has looked at the report")
	}
	tw.account(t, "intake", ward.Intake, "A2")
	intake := tw.signIn(t, "intake")
	takeIn := func(number string) string {
		t.Helper()
		id := tw.text(`select id::text from incident where number = $1`, number)
		if code, text := intake.do("POST", "/api/incidents/"+id+"/steps", map[string]any{"version": 1, "action": "take_in"}); code != http.StatusOK {
			t.Fatalf("%d %s", code, text)
		}
		return id
	}
	id := takeIn(number)
	takeIn(own)
	if url := o.media(own); url != "" {
		t.Errorf("a photo nobody made public is at %s", url)
	}
	url := o.media(number)
	if !strings.HasPrefix(url, tw.URL+"/open311/v2/media/") {
		t.Fatalf("the photo is at %q", url)
	}
	answer, err := http.Get(url)
	must(t, err)
	defer answer.Body.Close()
	picture, err := io.ReadAll(answer.Body)
	must(t, err)
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "image/jpeg" || bytes.Contains(picture, []byte("GPS")) {
		t.Errorf("%d %v, %d bytes", answer.StatusCode, answer.Header, len(picture))
	}
	if code, list := intake.do("GET", "/api/photos?noun=incident&entity="+id, nil); code != http.StatusOK || strings.Count(list, `"id"`) != 2 {
		t.Errorf("staff see %d %s", code, list)
	}
	if code, text := intake.do("POST", "/api/incidents/"+id+"/photos/hide", nil); code/100 != 2 || tw.written(t, "hide-open-photos") != 1 {
		t.Errorf("taken back: %d %s", code, text)
	}
	again, err := http.Get(url)
	must(t, err)
	again.Body.Close()
	if o.media(number) != "" || again.StatusCode != http.StatusNotFound {
		t.Errorf("after it was taken back: %d", again.StatusCode)
	}
}

func TestWhoAskedAnotherSystemIsKeptSealedAndToldToNobodyOutside(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	o := tw.openSystem(t)
	number, _ := o.sent(map[string]string{"first_name": "丝雀", "last_name": "金", "phone": "138-1234-5678", "email": "canary@example.cn", "device_id": "device-canary", "account_id": "account-canary"})
	id := tw.text(`select id::text from incident where number = $1`, number)
	tw.account(t, "intake", ward.Intake, "A2")
	intake := tw.signIn(t, "intake")
	if code, text := intake.do("GET", "/api/incidents/"+id, nil); code != http.StatusOK || !strings.Contains(text, `"resident":"contact"`) || strings.Contains(text, "canary") || strings.Contains(text, "5678") {
		t.Errorf("the card: %d %s", code, text)
	}
	for _, format := range []string{"json", "xml"} {
		if _, text := (person{t, tw, http.DefaultClient}).do("GET", "/open311/v2/requests/"+number+"."+format, nil); strings.Contains(text, "canary") || strings.Contains(text, "5678") || strings.Contains(text, "丝雀") {
			t.Errorf("told to anybody: %s", text)
		}
	}
	code, text := intake.do("POST", "/api/incidents/"+id+"/reporter", map[string]string{"purpose": "答复"})
	if code != http.StatusOK || !strings.Contains(text, "金丝雀") || !strings.Contains(text, "13812345678") || !strings.Contains(text, "canary@example.cn") || tw.written(t, "reveal-reporter") != 1 {
		t.Errorf("to those who answer: %d %s", code, text)
	}
	if n := tw.number(`select count(*) from client_report r join incident i on i.id = r.incident where (r::text || i::text) ~ 'canary|丝雀|12345678'`); n != 0 {
		t.Error("a contact is kept readable, or what nobody needs is kept")
	}
	tw.log.mu.Lock()
	defer tw.log.mu.Unlock()
	if bytes.Contains(tw.log.text.Bytes(), []byte("canary")) {
		t.Error("a contact is in the log")
	}
}

func TestWhatAnotherSystemSendsWronglyIsRefusedInWordsAndLeavesNothing(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	o := tw.openSystem(t)
	before := tw.number(`select count(*) from incident`)
	for name, c := range map[string]struct {
		fields map[string]string
		photos [][]byte
		want   int
	}{
		"a phone of letters":   {map[string]string{"phone": "call me"}, nil, http.StatusBadRequest},
		"an email with more":   {map[string]string{"email": "a@b.cn\r\nBcc: x@y.cn"}, nil, http.StatusBadRequest},
		"a long name":          {map[string]string{"last_name": strings.Repeat("长", 61)}, nil, http.StatusBadRequest},
		"four photos":          {nil, [][]byte{drawnPNG, drawnPNG, drawnPNG, drawnPNG}, http.StatusBadRequest},
		"a photo that is none": {nil, [][]byte{[]byte("<svg onload=alert(1)>")}, http.StatusBadRequest},
		"photos without a key": {map[string]string{"api_key": "x"}, [][]byte{drawnPNG}, http.StatusForbidden},
	} {
		if code, text := o.send(c.fields, c.photos...); code != c.want || strings.Contains(text, "alert") {
			t.Errorf("%s: %d %s", name, code, text)
		}
	}
	if after := tw.number(`select count(*) from incident`); after != before {
		t.Errorf("%d incidents were made", after-before)
	}
}
