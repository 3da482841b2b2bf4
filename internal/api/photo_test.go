package api_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

// drawnPNG is a picture of 3 × 2 pixels.
var drawnPNG = func() []byte {
	m := image.NewRGBA(image.Rect(0, 0, 3, 2))
	m.Set(0, 0, color.RGBA{200, 30, 30, 255})
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		panic(err)
	}
	return out.Bytes()
}()

// withPlace is a JPEG with an EXIF part that names a place and says that the
// camera was held on its side.
func withPlace(t *testing.T) []byte {
	t.Helper()
	var plain bytes.Buffer
	must(t, jpeg.Encode(&plain, image.NewGray(image.Rect(0, 0, 40, 20)), nil))
	exif := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00GPSLatitude=30.7"
	size := len(exif) + 2
	return append(append([]byte{0xFF, 0xD8, 0xFF, 0xE1, byte(size >> 8), byte(size)}, exif...), plain.Bytes()[2:]...)
}

func (p person) sendPhoto(id, entity uuid.UUID, body []byte) (int, string) {
	return p.do("POST", path("/api/photos?id=%s&noun=incident&entity=%s&kind=before", id, entity), body)
}

func TestAPhotoIsKeptOnceUprightAndWithoutItsPlace(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "staff", ward.GridStaff, "A11")
	p := tw.signIn(t, "staff")
	id := uuid.Must(uuid.NewV7())
	for range 3 {
		if status, body := p.sendPhoto(id, tw.incidents[1], withPlace(t)); status != http.StatusOK || !strings.Contains(body, `"width":20`) || !strings.Contains(body, `"height":40`) {
			t.Fatalf("%d %s", status, body)
		}
	}
	status, list := p.do("GET", "/api/photos?noun=incident&entity="+tw.incidents[1].String(), nil)
	if status != http.StatusOK || strings.Count(list, `"id"`) != 2 { // the town's own and this one
		t.Errorf("list: %d %s", status, list)
	}
	r, err := p.http.Get(tw.URL + "/api/photos/" + id.String())
	must(t, err)
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	must(t, err)
	if r.Header.Get("Content-Type") != "image/jpeg" || bytes.Contains(body, []byte("Exif")) || bytes.Contains(body, []byte("GPS")) {
		t.Errorf("what was kept says where it was taken: %s", r.Header)
	}
	if status, body := p.sendPhoto(id, tw.incidents[1], drawnPNG); status != http.StatusConflict {
		t.Errorf("another picture under the same id: %d %s", status, body)
	}
	must(t, exec(t.Context(), tw, `update incident set class = '0701' where id = $1`, tw.incidents[1]))
	again, err := p.http.Get(tw.URL + "/api/photos/" + id.String())
	must(t, err)
	must(t, again.Body.Close())
	if again.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a photo of a dispute may be stored: %v", again.Header)
	}
}

// A queue may bring the photo before the report; until then only the sender sees it.
func TestAPhotoMayArriveBeforeItsIncident(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "one", ward.GridStaff, "A11")
	tw.account(t, "other", ward.Secretary, "A11")
	one, other := tw.signIn(t, "one"), tw.signIn(t, "other")
	id, entity := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	if status, body := one.sendPhoto(id, entity, drawnPNG); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	seen := func(p person, want int) {
		t.Helper()
		if status, _ := p.do("GET", "/api/photos/"+id.String(), nil); status != want {
			t.Errorf("%d, want %d", status, want)
		}
	}
	seen(one, http.StatusOK)
	seen(other, http.StatusNotFound)
	if status, body := one.do("POST", "/api/incidents", map[string]any{"id": entity, "class": "0101", "building": 1, "occurredAt": "2026-11-20T08:00:00Z"}); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	seen(other, http.StatusOK)
}

func TestWhatIsNoPhotoIsRefusedInWords(t *testing.T) {
	t.Parallel()
	tw := newTown(t)
	tw.account(t, "staff", ward.GridStaff, "A11")
	p := tw.signIn(t, "staff")
	bomb := bytes.Clone(drawnPNG)
	copy(bomb[16:24], []byte{0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20}) // 20,000 × 20,000; the checksum of the header is wrong too
	for name, c := range map[string]struct {
		body   []byte
		status int
	}{
		"text": {[]byte("<svg onload=alert(1)>"), http.StatusUnprocessableEntity}, "nothing": {[]byte{0}, http.StatusUnprocessableEntity},
		"half": {drawnPNG[:40], http.StatusUnprocessableEntity}, "bomb": {bomb, http.StatusUnprocessableEntity},
		"too large": {make([]byte, ward.PhotoBytes+1), http.StatusRequestEntityTooLarge},
	} {
		if status, body := p.sendPhoto(uuid.Must(uuid.NewV7()), tw.incidents[1], c.body); status != c.status || !hasChinese(body) {
			t.Errorf("%s: %d, want %d: %s", name, status, c.status, body)
		}
	}
	if status, body := p.sendPhoto(uuid.New(), tw.incidents[1], drawnPNG); status != http.StatusUnprocessableEntity {
		t.Errorf("an id that is not of version 7: %d %s", status, body)
	}
}
