package api_test

import (
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

// spoken is a second and a half as a browser records it.
func spoken() []byte {
	raw, err := os.ReadFile("../sound/testdata/chromium.webm")
	if err != nil {
		panic(err)
	}
	return raw
}

func (p person) sendRecording(id uuid.UUID, noun string, entity uuid.UUID, body []byte) (int, string) {
	return p.do("POST", path("/api/recordings?id=%s&noun=%s&entity=%s", id, noun, entity), body)
}

func TestARecordingIsKeptOnceAndListeningIsWrittenDown(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "staff", ward.GridStaff, "A11")
	p := tw.signIn(t, "staff")
	id := uuid.Must(uuid.NewV7())
	for range 3 {
		if status, body := p.sendRecording(id, "visit", tw.visits[1], spoken()); status != http.StatusOK || !strings.Contains(body, `"seconds":1.`) {
			t.Fatalf("%d %s", status, body)
		}
	}
	if status, list := p.do("GET", "/api/recordings?noun=visit&entity="+tw.visits[1].String(), nil); status != http.StatusOK || strings.Count(list, `"id"`) != 1 {
		t.Errorf("list: %d %s", status, list)
	}
	heard := `select count(*) from audit where operation = 'listen-recording' and noun = 'visit' and entity = $1`
	if n := tw.number(heard, tw.visits[1].String()); n != 0 {
		t.Errorf("%d have listened, nobody did", n)
	}
	r, err := p.http.Get(tw.URL + "/api/recordings/" + id.String())
	must(t, err)
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	must(t, err)
	if r.Header.Get("Content-Type") != "audio/webm" || r.Header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(r.Header.Get("Content-Disposition"), "attachment") || len(body) < 1000 {
		t.Errorf("%d bytes, %v", len(body), r.Header)
	}
	if n := tw.number(heard, tw.visits[1].String()); n != 1 {
		t.Errorf("%d have listened, one did", n)
	}
	if status, body := p.sendRecording(id, "visit", tw.visits[2], spoken()); status == http.StatusOK {
		t.Errorf("another thing under the same id: %d %s", status, body)
	}
}

func TestARecordingIsDeletedForGoodByWhoeverMadeIt(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "staff", ward.GridStaff, "A11")
	tw.account(t, "other", ward.GridStaff, "A11")
	own, other := tw.signIn(t, "staff"), tw.signIn(t, "other")
	one, same := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	must(t, exec(t.Context(), tw, `delete from recording`)) // what the town has is the same file
	for _, id := range []uuid.UUID{one, same} {
		if status, body := own.sendRecording(id, "visit", tw.visits[1], spoken()); status != http.StatusOK || !strings.Contains(body, `"mine":true`) {
			t.Fatalf("%d %s", status, body)
		}
	}
	if status, list := other.do("GET", "/api/recordings?noun=visit&entity="+tw.visits[1].String(), nil); status != http.StatusOK || strings.Contains(list, `"mine":true`) {
		t.Errorf("somebody else's list: %d %s", status, list)
	}
	remove := func(p person, id uuid.UUID, want int) {
		t.Helper()
		if status, body := p.do("POST", "/api/recordings/"+id.String()+"/delete", nil); status != want {
			t.Errorf("%d, not %d: %s", status, want, body)
		}
	}
	heard := func(id uuid.UUID) int {
		status, _ := own.do("GET", "/api/recordings/"+id.String(), nil)
		return status
	}
	remove(other, one, http.StatusNotFound)
	remove(own, one, http.StatusOK)
	if a, b := heard(one), heard(same); a != http.StatusNotFound || b != http.StatusOK {
		t.Errorf("the deleted one answers %d, the other %d", a, b)
	}
	remove(own, same, http.StatusOK)
	remove(own, same, http.StatusOK) // the answer was lost
	hash := tw.text(`select hash from recording where id = $1`, same)
	if _, err := tw.sounds.Read(hash); ward.ErrorCode(err) != ward.NotFound {
		t.Errorf("the file is there still: %v", err)
	}
	if status, body := own.sendRecording(same, "visit", tw.visits[1], spoken()); status != http.StatusNotFound {
		t.Errorf("a queue brings it back: %d %s", status, body)
	}
	if n := tw.number(`select count(*) from audit where operation = 'delete-recording' and entity = $1`, tw.visits[1].String()); n != 2 {
		t.Errorf("%d deletions written down, two were made", n)
	}
}

// What belongs to a visit is for those who walk; to a dispute, for the office,
// the grid and the unit in charge. Photos follow the same rule.
func TestRecordingsAndPhotosAreForThoseWhoSeeTheThing(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "staff", ward.GridStaff, "A11")
	tw.account(t, "unit", ward.Handler, "A11")
	staff, unit := tw.signIn(t, "staff"), tw.signIn(t, "unit")
	ofVisit := uuid.Must(uuid.NewV7())
	if status, body := staff.sendRecording(ofVisit, "visit", tw.visits[1], spoken()); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	see := func(p person, address string, want int) {
		t.Helper()
		if status, body := p.do("GET", address, nil); status != want {
			t.Errorf("%s: %d, want %d: %.200s", address, status, want, body)
		}
	}
	see(unit, "/api/recordings/"+ofVisit.String(), http.StatusNotFound)
	see(unit, "/api/recordings/"+tw.recordings[1].String(), http.StatusOK)
	must(t, exec(t.Context(), tw, `update incident set class = '0701' where id = $1`, tw.incidents[1]))
	for address, want := range map[string]int{"/api/recordings/" + tw.recordings[1].String(): http.StatusNotFound, "/api/photos/" + tw.photos[1].String(): http.StatusNotFound} {
		see(unit, address, want)
		see(staff, address, http.StatusOK)
	}
	if status, list := unit.do("GET", "/api/recordings?noun=incident&entity="+tw.incidents[1].String(), nil); status != http.StatusOK || strings.Contains(list, `"id"`) {
		t.Errorf("list: %d %s", status, list)
	}
}

func TestWhatIsNoRecordingIsRefusedInWords(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "staff", ward.GridStaff, "A11")
	p := tw.signIn(t, "staff")
	for name, c := range map[string]struct {
		body   []byte
		status int
	}{
		"a picture": {drawnPNG, http.StatusUnprocessableEntity}, "half": {spoken()[:900], http.StatusUnprocessableEntity},
		"too large": {make([]byte, ward.RecordingBytes+1), http.StatusRequestEntityTooLarge},
	} {
		if status, body := p.sendRecording(uuid.Must(uuid.NewV7()), "incident", tw.incidents[1], c.body); status != c.status || !hasChinese(body) {
			t.Errorf("%s: %d, want %d: %s", name, status, c.status, body)
		}
	}
	for n := range ward.RecordingsOfOne { // the town's own is one of them
		status, body := p.sendRecording(uuid.Must(uuid.NewV7()), "incident", tw.incidents[1], spoken())
		if full := n == ward.RecordingsOfOne-1; full != (status == http.StatusConflict) || full != strings.Contains(body, "不能再加") {
			t.Errorf("%d: %d %s", n, status, body)
		}
	}
}
