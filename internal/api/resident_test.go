package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

// resident is somebody nobody knows, with what he was told.
type resident struct {
	person
	receipt map[string]string
}

func (tw *town) resident(t *testing.T) *resident {
	return &resident{person: person{t, tw, http.DefaultClient}}
}

func (r *resident) post(address, key string, body any) (status int, text string) {
	return r.doWith("POST", address, body, map[string]string{"Idempotency-Key": key})
}

// report sends a report at the sign of a grid.
func (r *resident) report(grid int, more map[string]any) (status int, text string) {
	body := map[string]any{"sign": r.tw.token(r.tw.sign(grid)), "class": "0101", "text": "三天没有清运"}
	maps.Copy(body, more)
	key := uuid.NewString()
	status, text = r.post("/api/public/reports", key, body)
	if status == http.StatusOK {
		must(r.t, json.Unmarshal([]byte(text), &r.receipt))
		if _, again := r.post("/api/public/reports", key, body); again != text {
			r.t.Errorf("sent again: %s, first %s", again, text)
		}
	}
	return status, text
}

func (r *resident) photo(id string, picture []byte) int {
	status, _ := r.doWith("POST", "/api/public/photos?photo="+id, picture, map[string]string{"Report-Number": r.receipt["number"], "Report-Secret": r.receipt["secret"]})
	return status
}

func (r *resident) status() (status int, text string) {
	return r.do("POST", "/api/public/status", r.receipt)
}

func TestAResidentReportsWithoutSigningInAndFollowsIt(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	r := tw.resident(t)
	code, text := r.do("GET", "/api/public/signs/"+tw.token(tw.sign(1)), nil)
	if code != http.StatusOK || !strings.Contains(text, "垃圾没人清") || !strings.Contains(text, "本街") || strings.Contains(text, "金丝雀") {
		t.Fatalf("the sign: %d %s", code, text)
	}
	if code, text := r.report(1, map[string]any{"place": "西门旁", "phone": "138 1234 5678"}); code != http.StatusOK {
		t.Fatalf("%d %s", code, text)
	}
	photo := uuid.Must(uuid.NewV7()).String()
	for _, id := range []string{photo, photo, uuid.Must(uuid.NewV7()).String(), uuid.Must(uuid.NewV7()).String()} {
		if code := r.photo(id, withPlace(t)); code != http.StatusOK {
			t.Errorf("a photo: %d", code)
		}
	}
	if code := r.photo(uuid.Must(uuid.NewV7()).String(), withPlace(t)); code != http.StatusConflict {
		t.Errorf("a fourth photo: %d", code)
	}
	code, text = r.status()
	if code != http.StatusOK || !strings.Contains(text, `"state":"已收到"`) || !strings.Contains(text, `"photos":3`) {
		t.Errorf("status: %d %s", code, text)
	}
	for _, hidden := range []string{"138", "西门", "三天没有", "处置单位"} {
		if strings.Contains(text, hidden) {
			t.Errorf("the status tells %s", hidden)
		}
	}
	var i struct {
		Source, State, Place, Description, Resident string
		ID                                          uuid.UUID
		Version                                     int64
	}
	tw.account(t, "intake", ward.Intake, "A2")
	p := tw.signIn(t, "intake")
	_, list := p.do("GET", "/api/incidents?board=intake", nil)
	var page struct{ Items []json.RawMessage }
	must(t, json.Unmarshal([]byte(list), &page))
	for _, one := range page.Items {
		must(t, json.Unmarshal(one, &i))
		if i.Resident != "" {
			break
		}
	}
	if i.Source != "resident" || i.State != "reported" || i.Resident != "phone" || i.Place != "小区1号院 1栋：西门旁" && !strings.HasSuffix(i.Place, "：西门旁") {
		t.Errorf("%+v", i)
	}
	if strings.Contains(list, "13812345678") {
		t.Error("the list tells the phone")
	}
	code, text = p.do("POST", "/api/incidents/"+i.ID.String()+"/reporter", map[string]string{"purpose": "回访"})
	if code != http.StatusOK || !strings.Contains(text, "13812345678") || tw.written(t, "reveal-reporter") != 1 {
		t.Errorf("the phone: %d %s, %d rows in the audit", code, text, tw.written(t, "reveal-reporter"))
	}
	var open int
	must(t, tw.db.Pool.QueryRow(t.Context(), `select count(*) from resident_report where phone_sealed is not null and position('13812345678'::bytea in phone_sealed) > 0`).Scan(&open))
	if open != 0 {
		t.Error("the phone is kept readable")
	}
}

func TestAResidentWhoseTroubleIsNotOverHasItDoneAgainOnce(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	r := tw.resident(t)
	if code, text := r.report(1, nil); code != http.StatusOK {
		t.Fatalf("%d %s", code, text)
	}
	answer := func(satisfied bool, want int) string {
		t.Helper()
		code, text := r.post("/api/public/answers", uuid.NewString(), map[string]any{"number": r.receipt["number"], "secret": r.receipt["secret"], "satisfied": satisfied, "words": "还有一堆"})
		if code != want {
			t.Fatalf("answer %t: %d %s, want %d", satisfied, code, text, want)
		}
		return text
	}
	answer(true, http.StatusConflict) // nothing was done yet
	set := func(state string) {
		t.Helper()
		must(t, exec(t.Context(), tw, `update incident set state = $2, closed_at = case when $2 = 'closed' then now() end where number = $1`, r.receipt["number"], state))
	}
	set("follow_up")
	if text := answer(false, http.StatusOK); !strings.Contains(text, "已受理") {
		t.Errorf("not over: %s", text)
	}
	set("follow_up")
	if text := answer(true, http.StatusOK); !strings.Contains(text, `"over":true`) || !strings.Contains(text, `"mayReopen":false`) {
		t.Errorf("over: %s", text)
	}
	answer(false, http.StatusForbidden) // once only
	if code, text := tw.resident(t).do("POST", "/api/public/answers", map[string]any{"number": r.receipt["number"], "secret": "AAAAAAAA", "satisfied": true}); code == http.StatusOK {
		t.Errorf("answered without the secret: %s", text)
	}
}

// A number alone tells nothing, and neither do guesses.
func TestNumbersOfReportsCannotBeWalkedThrough(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	r := tw.resident(t)
	if code, text := r.report(1, nil); code != http.StatusOK {
		t.Fatalf("%d %s", code, text)
	}
	good := r.receipt["secret"]
	ask := func(number, secret string) (int, string) {
		return r.do("POST", "/api/public/status", map[string]string{"number": number, "secret": secret})
	}
	_, there := ask(r.receipt["number"], "WRONGONE")
	_, not := ask("E9901-99999", "WRONGONE")
	cut := func(text string) string { before, _, _ := strings.Cut(text, `"request"`); return before }
	if cut(there) != cut(not) {
		t.Errorf("a number that is there answers %s, one that is not %s", there, not)
	}
	for n := range ward.ReportMisses {
		ask(r.receipt["number"], fmt.Sprintf("WRONG%03d", n))
	}
	if code, _ := ask(r.receipt["number"], good); code != http.StatusTooManyRequests {
		t.Errorf("after many guesses: %d", code)
	}
}

func TestWhatHostilePeopleSendIsRefusedOrHarmless(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	r := tw.resident(t)
	for name, more := range map[string]map[string]any{
		"a field people do not see": {"website": "http://x"}, "no text": {"text": " \u200b "}, "a class that is not offered": {"class": "0602"}, "a class that is not": {"class": "9999"},
		"a long text": {"text": strings.Repeat("长", 501)}, "no phone": {"phone": "'; drop table"}, "off the earth": {"location": []float64{1e9, 0}}, "another field": {"state": "closed"},
		"a sign that is not": {"sign": "aaaaaaaaaaaaaaaa"},
	} {
		if code, text := r.report(1, more); code != http.StatusUnprocessableEntity && code != http.StatusNotFound || strings.Contains(text, "drop table") {
			t.Errorf("%s: %d %s", name, code, text)
		}
	}
	if code, _ := r.report(1, map[string]any{"text": strings.Repeat("x", 1<<20)}); code != http.StatusRequestEntityTooLarge && code != http.StatusUnprocessableEntity {
		t.Errorf("a megabyte of text: %d", code)
	}
	code, text := r.report(1, map[string]any{"text": "<script>alert(1)</script>\u202e\u0007测试", "location": []float64{10, 50}})
	if code != http.StatusOK {
		t.Fatalf("%d %s", code, text)
	}
	var kept string
	var lon float64
	must(t, tw.db.Pool.QueryRow(t.Context(), `select description, st_x(pt) from incident where number = $1`, r.receipt["number"]).Scan(&kept, &lon))
	if kept != "<script>alert(1)</script>测试" {
		t.Errorf("kept as %q", kept)
	}
	if lon < 100 {
		t.Errorf("a position in another country is kept: %v", lon)
	}
	if code := r.photo(uuid.Must(uuid.NewV7()).String(), []byte("<svg onload=alert(1)>")); code != http.StatusUnprocessableEntity {
		t.Errorf("no picture: %d", code)
	}
	if code, _ := r.do("GET", "/api/incidents", nil); code != http.StatusUnauthorized {
		t.Errorf("a resident lists incidents: %d", code)
	}
}

func TestAFloodOfReportsIsHeldAndSpamShutsOut(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	r := tw.resident(t)
	held := 0
	for range ward.ReportsPerAddress + 5 {
		if code, _ := r.report(1, nil); code == http.StatusTooManyRequests {
			held++
		}
	}
	if held != 5 {
		t.Errorf("%d were held", held)
	}
	must(t, exec(t.Context(), tw, `delete from public_try`))
	tw.account(t, "intake", ward.Intake, "A2")
	p := tw.signIn(t, "intake")
	rows, err := tw.db.Pool.Query(t.Context(), `select incident::text from resident_report limit $1`, ward.SpamBlocks)
	must(t, err)
	var ids []string
	for rows.Next() {
		var id string
		must(t, rows.Scan(&id))
		ids = append(ids, id)
	}
	for _, id := range ids {
		if code, text := p.do("POST", "/api/incidents/"+id+"/spam", map[string]int{"version": 1}); code != http.StatusOK || !strings.Contains(text, `"refused"`) {
			t.Fatalf("marking: %d %s", code, text)
		}
	}
	if code, _ := r.report(1, nil); code != http.StatusTooManyRequests {
		t.Errorf("after spam: %d", code)
	}
}

func TestAStreetClosesItsFormAndALostSignLeadsNowhere(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "head", ward.DutyHead, "A2")
	p, r := tw.signIn(t, "head"), tw.resident(t)
	if code, text := p.do("POST", "/api/public-forms/2", map[string]any{"version": 0, "open": false, "notice": "系统维护，请拨打12345"}); code != http.StatusOK {
		t.Fatalf("%d %s", code, text)
	}
	if code, _ := p.do("POST", "/api/public-forms/2", map[string]any{"version": 0, "open": true}); code != http.StatusConflict {
		t.Errorf("an old version: %d", code)
	}
	if code, text := r.report(1, nil); code != http.StatusConflict || !strings.Contains(text, "系统维护") {
		t.Errorf("while closed: %d %s", code, text)
	}
	if code, text := r.report(4, nil); code != http.StatusOK { // the other street
		t.Errorf("%d %s", code, text)
	}
	token, id := tw.token(tw.sign(1)), tw.sign(1)
	if code, _ := p.do("POST", fmt.Sprintf("/api/signs/%d/retire", id), nil); code != http.StatusOK {
		t.Fatal(code)
	}
	if code, _ := r.do("GET", "/api/public/signs/"+token, nil); code != http.StatusNotFound {
		t.Errorf("a lost sign: %d", code)
	}
	if code, text := p.do("GET", "/api/signs?grid=2&base=https://wangge.example", nil); code != http.StatusOK || strings.Contains(text, `"qr":["`) {
		t.Errorf("no signs yet: %d %s", code, text)
	}
	if code, text := p.do("POST", "/api/signs", map[string]any{"grid": 2, "ofGrid": true, "buildings": true}); code != http.StatusOK || !strings.Contains(text, `"made":2`) {
		t.Errorf("signs: %d %s", code, text)
	}
	if code, text := p.do("GET", "/api/signs?grid=2&base=https://wangge.example", nil); code != http.StatusOK || strings.Count(text, `"qr":["1111111`) != 2 {
		t.Errorf("with codes: %d %.300s", code, text)
	}
}
