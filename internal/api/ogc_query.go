package api

import (
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// itemsParameters are the parameters of a page of features.
var itemsParameters = map[string]bool{"f": true, "limit": true, "bbox": true, "bbox-crs": true, "crs": true, "datetime": true, ogcPageName: true}

// parseFeatureQuery reads the parameters of a request for features; one that is
// unknown, given twice or wrong is Invalid.
func parseFeatureQuery(given url.Values, known map[string]bool, c ward.FeatureCollection) (q ward.FeatureQuery, err error) {
	for name, values := range given {
		if !known[name] {
			return q, wrongParameter("", "有不认识的查询参数，请对照接口说明")
		}
		if len(values) > 1 {
			return q, wrongParameter(name, "只能给一次")
		}
	}
	if f := given.Get("f"); f != "" && f != "json" && f != "geojson" {
		return q, wrongParameter("f", "只有 json 格式")
	}
	q.Collection = c.ID
	if q.Limit, err = parseFeatureLimit(given, "limit"); err != nil {
		return q, err
	}
	if q.CRS, err = parseSystem(given, "crs"); err != nil {
		return q, err
	}
	boxCRS, err := parseSystem(given, "bbox-crs")
	if err != nil {
		return q, err
	}
	q.BoxSRID = boxCRS.SRID
	if given.Has("bbox") {
		if q.Boxes, err = parseBoxes(given.Get("bbox"), boxCRS); err != nil {
			return q, err
		}
	}
	if given.Has("datetime") {
		if q.Days, err = parseDays(given.Get("datetime")); err != nil {
			return q, err
		}
	}
	q.Count = !given.Has(ogcPageName)
	if !q.Count {
		if q.After, err = strconv.ParseInt(given.Get(ogcPageName), 10, 64); err != nil || q.After < 0 {
			return q, wrongParameter(ogcPageName, "请使用上一页给出的 next 链接")
		}
	}
	return q, nil
}

func wrongParameter(name, message string) error {
	said := message
	if name != "" {
		said = "参数 " + name + ":" + message
	}
	return &ward.Error{Code: ward.Invalid, Message: said, Fields: []ward.FieldError{{Field: name, Message: message}}}
}

// parseFeatureLimit takes more than the limit as the limit, as the standard asks.
func parseFeatureLimit(given url.Values, name string) (int, error) {
	if !given.Has(name) {
		return ward.FeatureDefaultLimit, nil
	}
	text := given.Get(name)
	if text == "" || strings.Trim(text, "0123456789") != "" || strings.Trim(text, "0") == "" {
		return 0, wrongParameter(name, "应为 1 到 "+strconv.Itoa(ward.FeatureMaxLimit)+" 的整数")
	}
	n, err := strconv.Atoi(text)
	if err != nil { // too long for an int
		n = ward.FeatureMaxLimit
	}
	return min(n, ward.FeatureMaxLimit), nil
}

func parseSystem(given url.Values, name string) (ward.FeatureCRS, error) {
	systems := ward.FeatureSystems()
	if !given.Has(name) {
		return systems[0], nil
	}
	for _, c := range systems {
		if c.URI == given.Get(name) {
			return c, nil
		}
	}
	return systems[0], wrongParameter(name, "没有这个坐标系，可用的见数据集说明")
}

// parseBoxes reads a bbox of four or six numbers (heights are passed over). One
// that crosses the antimeridian becomes two.
func parseBoxes(text string, crs ward.FeatureCRS) ([]orb.Bound, error) {
	n, ok := numbers(text)
	if len(n) == 6 {
		n = []float64{n[0], n[1], n[3], n[4]}
	}
	if !ok || len(n) != 4 {
		return nil, wrongParameter("bbox", "应为四个或六个用逗号隔开的数")
	}
	if crs.NorthFirst {
		n = []float64{n[1], n[0], n[3], n[2]}
	}
	reachX, reachY := 180.0, 90.0
	if crs.SRID == 3857 {
		reachX, reachY = worldMetres, worldMetres
	}
	if math.Abs(n[0]) > reachX || math.Abs(n[2]) > reachX || math.Abs(n[1]) > reachY || math.Abs(n[3]) > reachY || n[1] > n[3] {
		return nil, wrongParameter("bbox", "超出坐标系的范围，或南北颠倒")
	}
	if n[0] <= n[2] {
		return []orb.Bound{{Min: orb.Point{n[0], n[1]}, Max: orb.Point{n[2], n[3]}}}, nil
	}
	return []orb.Bound{
		{Min: orb.Point{n[0], n[1]}, Max: orb.Point{reachX, n[3]}},
		{Min: orb.Point{-reachX, n[1]}, Max: orb.Point{n[2], n[3]}},
	}, nil
}

// worldMetres is half the side of the plane of EPSG:3857, and the few metres
// clients add.
const worldMetres = 20037510

func numbers(text string) (n []float64, ok bool) {
	for part := range strings.SplitSeq(text, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || len(n) == 6 {
			return nil, false
		}
		n = append(n, v)
	}
	return n, true
}

// chinaTime is where days begin and end; China has one zone and no summer time.
var chinaTime = time.FixedZone("CST", 8*60*60)

// parseDays reads an instant or an interval of RFC 3339 with open ends and
// returns the days it touches as a daterange.
func parseDays(text string) (string, error) {
	from, to, interval := strings.Cut(text, "/")
	if !interval {
		to = from
	}
	bad := wrongParameter("datetime", "应为日期时间或区间，例如 2026-11-22T00:00:00Z 或 2026-01-01/..")
	open := func(s string) bool { return interval && (s == "" || s == "..") }
	days := ""
	var ends [2]time.Time
	for i, s := range []string{from, to} {
		if open(s) {
			days += ","
			continue
		}
		day, ok := parseDay(s)
		if !ok {
			return "", bad
		}
		ends[i] = day
		days += day.Format(time.DateOnly) + ","
	}
	if !open(from) && !open(to) && ends[0].After(ends[1]) {
		return "", bad
	}
	return "[" + strings.TrimSuffix(days, ",") + "]", nil
}

func parseDay(s string) (time.Time, bool) {
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		at, err = time.ParseInLocation(time.DateOnly, s, chinaTime)
	}
	at = at.In(chinaTime)
	return at, err == nil && at.Year() > 0 && at.Year() < 10000
}
