package api

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"math"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// osmandBytes is the longest request of a tracker: Traccar Client sends 1 kB.
const osmandBytes = 16 << 10

// knot is one nautical mile an hour in metres a second: the unit of speed of
// the query form.
const knot = 0.514444

// osmand takes positions by the OsmAnd protocol, as OsmAnd, Traccar Client and
// others send them: a query (GET or POST), a form, or the JSON of Traccar Client
// 9 and later. id is the token of the tracker. An answer other than 200 makes an app keep the
// position and send it again, so only what may succeed later gets one.
func (s *Server) osmand(w http.ResponseWriter, r *http.Request) {
	id, fix, placed, err := readFix(r, s.Now())
	switch {
	case err != nil:
		http.Error(w, "格式不对", http.StatusBadRequest)
		return
	case id == "":
		http.Error(w, "缺少设备标识", http.StatusBadRequest)
		return
	case s.Positions == nil:
		http.Error(w, "没有开启位置服务", http.StatusNotFound)
		return
	}
	if !s.strangers.allowed(addressOf(r.Context()), s.Now()) {
		http.Error(w, "未知设备过多，请稍后再试", http.StatusTooManyRequests)
		return
	}
	fixes := []ward.Fix{}
	if placed {
		fixes = append(fixes, fix)
	}
	_, err = s.Positions.TakeTracked(r.Context(), sha256.Sum256([]byte(id)), fixes)
	switch ward.ErrorCode(err) {
	case ward.NotFound:
		s.strangers.count(addressOf(r.Context()), s.Now())
		http.Error(w, "未登记的设备", http.StatusUnauthorized)
	case ward.TooMany:
		http.Error(w, ward.ErrorMessage(err), http.StatusTooManyRequests)
	default:
		if err != nil {
			s.Fail(w, r, err)
			return
		}
		w.WriteHeader(http.StatusOK)
	}
}

var errFix = errors.New("not a position")

// readFix reads who sends and where they are; placed is false when the request
// is in order but names no place (cells and networks alone are not looked up).
// Without a time it is now.
func readFix(r *http.Request, now time.Time) (id string, fix ward.Fix, placed bool, err error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "application/json" {
		return readJSONFix(io.LimitReader(r.Body, osmandBytes))
	}
	r.Body = http.MaxBytesReader(nil, r.Body, osmandBytes)
	if err := r.ParseForm(); err != nil {
		return "", fix, false, errFix
	}
	return readQueryFix(r.Form, now)
}

func readQueryFix(q url.Values, now time.Time) (id string, fix ward.Fix, placed bool, err error) {
	id = first(q, "id", "deviceid")
	fix.At = now
	if text := q.Get("timestamp"); text != "" {
		if fix.At, err = readTime(text); err != nil {
			return id, fix, false, err
		}
	}
	lat, lon := q.Get("lat"), q.Get("lon")
	if both := q.Get("location"); both != "" {
		lat, lon, _ = strings.Cut(both, ",")
	}
	if lat == "" && lon == "" {
		return id, fix, false, nil
	}
	if fix.Location[1], err = readNumber(lat); err == nil {
		fix.Location[0], err = readNumber(lon)
	}
	if err != nil || ward.CheckPosition(fix.Location) != nil {
		return id, fix, false, errFix
	}
	fix.Accuracy, fix.Course = optional(q, 1, "accuracy", "hacc"), optional(q, 1, "bearing", "heading")
	fix.Speed, fix.Battery = optional(q, knot, "speed"), optional(q, 0.01, "batt")
	return id, fix, true, nil
}

// optional reads the first of the names that holds a number, times a unit;
// nil when absent, negative or no number.
func optional(q url.Values, unit float64, names ...string) *float64 {
	n, err := readNumber(first(q, names...))
	return whole(n*unit, err == nil)
}

func first(q url.Values, names ...string) string {
	for _, name := range names {
		if text := q.Get(name); text != "" {
			return text
		}
	}
	return ""
}

func whole(n float64, known bool) *float64 {
	if !known || n < 0 {
		return nil
	}
	return &n
}

func readNumber(text string) (float64, error) {
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0, errFix
	}
	return n, nil
}

// readTime reads the forms of time that apps send: seconds or milliseconds since
// 1970, ISO 8601, or the same with a space and no zone, which is UTC.
func readTime(text string) (time.Time, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		if n > 1e11 {
			return time.UnixMilli(n), nil
		}
		return time.Unix(n, 0), nil
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02 15:04:05", "2006-01-02T15:04:05"} {
		if at, err := time.Parse(form, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, errFix
}

// readJSONFix reads the form of Traccar Client 9 and of the library below it.
func readJSONFix(r io.Reader) (id string, fix ward.Fix, placed bool, err error) {
	var body struct {
		Device   string `json:"device_id"`
		Location *struct {
			Timestamp time.Time `json:"timestamp"`
			Coords    *struct {
				Latitude, Longitude      float64
				Accuracy, Speed, Heading float64
			} `json:"coords"`
			Battery struct{ Level float64 } `json:"battery"`
		} `json:"location"`
	}
	body.Device = ""
	if err := json.NewDecoder(r).Decode(&body); err != nil {
		return "", fix, false, errFix
	}
	l := body.Location
	if l == nil || l.Coords == nil {
		return body.Device, fix, false, nil
	}
	fix = ward.Fix{
		At: l.Timestamp, Location: orb.Point{l.Coords.Longitude, l.Coords.Latitude},
		Accuracy: whole(l.Coords.Accuracy, true), Speed: whole(l.Coords.Speed, true), Course: whole(l.Coords.Heading, true), Battery: whole(l.Battery.Level, l.Battery.Level > 0),
	}
	if fix.At.IsZero() || ward.CheckPosition(fix.Location) != nil {
		return body.Device, fix, false, errFix
	}
	return body.Device, fix, true, nil
}
