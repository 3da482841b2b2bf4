package api

import (
	"math"
	"net/url"
	"regexp"
	"testing"

	"wangge/internal/ward"
)

// FuzzFeatureQuery: whatever is asked, what reaches the database is finite, on
// the earth, within the limits and a daterange; or it is refused in words.
func FuzzFeatureQuery(f *testing.F) {
	for _, s := range []string{
		"limit=10&bbox=1,2,3,4&datetime=2026-01-01/..", "bbox=170,-10,-170,80", "bbox=1,2,3,4,5,6&crs=http://www.opengis.net/def/crs/EPSG/0/4490",
		"bbox=-1e7,1,1e7,2&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/3857", "datetime=0000-01-01", "datetime=9999-12-31T23:59:59-14:00", "datetime=2026-01-01T23:59:59.9%2B14:00", "limit=1e3", "after=9223372036854775808", "bbox=NaN,Inf,1,1",
	} {
		f.Add(s)
	}
	days := regexp.MustCompile(`^\[(\d{4}-\d\d-\d\d)?,(\d{4}-\d\d-\d\d)?\]$`)
	f.Fuzz(func(t *testing.T, text string) {
		given, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		q, err := parseFeatureQuery(given, itemsParameters, ward.FeatureCollection{ID: "grid"})
		if err != nil {
			if ward.ErrorCode(err) != ward.Invalid {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if q.Limit < 1 || q.Limit > ward.FeatureMaxLimit || q.After < 0 || len(q.Boxes) > 2 || q.Days != "" && !days.MatchString(q.Days) {
			t.Fatalf("%q: %+v", text, q)
		}
		for _, b := range q.Boxes {
			for _, v := range []float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]} {
				if math.IsNaN(v) || math.Abs(v) > worldMetres {
					t.Fatalf("%q: %+v", text, q)
				}
			}
			if b.Min[0] > b.Max[0] || b.Min[1] > b.Max[1] {
				t.Fatalf("%q: %+v", text, q)
			}
		}
	})
}
