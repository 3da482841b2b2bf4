package intake

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/project"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

// station is a place in central Shanghai, in degrees of WGS 84.
var station = orb.Point{121.4737, 31.2304}

func near(a, b orb.Point) bool { return math.Hypot(a[0]-b[0], a[1]-b[1]) < 1e-6 }

func TestPositionsOfEverySystemComeOutAsWGS84(t *testing.T) {
	t.Parallel()
	zone := func(srid int) orb.Point {
		z, err := geo.Zone(srid)
		if err != nil {
			t.Fatal(err)
		}
		return z.Metres(station)
	}
	for _, c := range []struct {
		crs string
		at  orb.Point
	}{
		{"", station},
		{"WGS84", station},
		{"CGCS2000", station},
		{"epsg:4490", station},
		{"GCJ-02", geo.ToGCJ02(station)},
		{"bd09", geo.ToBD09(station)},
		{"EPSG:4549", zone(4549)},
		{"4528", zone(4528)},
		{"EPSG:3857", project.WGS84.ToMercator(station)},
	} {
		table := fmt.Sprintf("编码,名称,经度,纬度\nP1,站,%.9f,%.9f\n", c.at[0], c.at[1])
		point := fmt.Sprintf(`{"type":"Point","coordinates":[%.9f,%.9f]}`, c.at[0], c.at[1])
		for name, text := range map[string]string{"points.csv": table, "points.geojson": feature("1", `{"code":"P1","name":"站"}`, point)} {
			got := readAll(t, file(t, name, text), Options{CRS: c.crs})
			if got.bad != 0 || got.rows != 1 {
				t.Errorf("%s %s: %v", c.crs, name, got.records)
				continue
			}
			if p := got.records[0].Shape.(orb.Point); !near(p, station) {
				t.Errorf("%s %s: %v, want %v", c.crs, name, p, station)
			}
		}
	}
}

func TestAnUnknownSystemIsRefused(t *testing.T) {
	t.Parallel()
	for _, crs := range []string{"EPSG:2437", "北京54", "EPSG:4555", "-1", "<b>"} {
		_, err := Open(t.Context(), file(t, "points.csv", "编码,名称\n"), Options{CRS: crs})
		if ward.ErrorCode(err) != ward.Invalid || !strings.Contains(ward.ErrorMessage(err), "EPSG:4513") {
			t.Errorf("%s: %v", crs, err)
		}
	}
}

func TestTheSystemAFileDeclaresIsTaken(t *testing.T) {
	t.Parallel()
	zone, err := geo.Zone(4549)
	if err != nil {
		t.Fatal(err)
	}
	m := zone.Metres(station)
	text := fmt.Sprintf(`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4549"}},"features":[%s]}`,
		feature("1", `{"code":"P1","name":"站"}`, fmt.Sprintf(`{"type":"Point","coordinates":[%f,%f]}`, m[0], m[1])))
	got := readAll(t, file(t, "points.geojson", text), Options{})
	if got.bad != 0 || !near(got.records[0].Shape.(orb.Point), station) || !strings.Contains(got.file[0].Message, "EPSG:4549") {
		t.Errorf("%v %v", got.records, got.file)
	}
}

// street is a square of two kilometres around the station.
func street(p orb.Point) (string, bool) {
	ok := math.Abs(p[0]-station[0]) < 0.01 && math.Abs(p[1]-station[1]) < 0.01
	return "红旗街道", ok
}

// spread is a file of points all over the street, written in some way.
func spread(write func(orb.Point) orb.Point) string {
	var b strings.Builder
	b.WriteString("编码,名称,经度,纬度\n")
	for i := range 400 {
		p := write(orb.Point{station[0] - 0.0095 + 0.001*float64(i%20), station[1] - 0.0095 + 0.001*float64(i/20)})
		fmt.Fprintf(&b, "P%d,点,%.8f,%.8f\n", i, p[0], p[1])
	}
	return b.String()
}

func TestWhereThePointsFallIsToldAndNothingIsConvertedSilently(t *testing.T) {
	t.Parallel()
	zone, err := geo.Zone(4549)
	if err != nil {
		t.Fatal(err)
	}
	prefixed, err := geo.Zone(4528)
	if err != nil {
		t.Fatal(err)
	}
	same := func(p orb.Point) orb.Point { return p }
	turn := func(p orb.Point) orb.Point { return orb.Point{p[1], p[0]} }
	for _, c := range []struct {
		name  string
		write func(orb.Point) orb.Point
		o     Options
		level string
		say   []string
		bad   int
	}{
		{"degrees", same, Options{}, ward.LevelNote, []string{"100%的点落在", "红旗街道 100%", "GCJ-02"}, 0},
		{"shifted", geo.ToGCJ02, Options{}, ward.LevelWarning, []string{"像是GCJ-02", "-crs gcj02"}, 0},
		{"shifted twice", geo.ToBD09, Options{}, ward.LevelWarning, []string{"像是BD-09", "-crs bd09"}, 0},
		{"shifted and told", geo.ToGCJ02, Options{CRS: "gcj02"}, ward.LevelNote, []string{"按GCJ-02", "100%的点"}, 0},
		{"metres", zone.Metres, Options{}, ward.LevelWarning, []string{"按 EPSG:4549 换算时100%", "-crs EPSG:4549"}, 400},
		{"metres with the zone", prefixed.Metres, Options{}, ward.LevelWarning, []string{"第40带", "-crs EPSG:4528"}, 400},
		{"northing first", func(p orb.Point) orb.Point { return turn(prefixed.Metres(p)) }, Options{}, ward.LevelWarning, []string{"-crs EPSG:4528 -swap"}, 400},
		{"local metres", func(p orb.Point) orb.Point { return orb.Point{1234 + p[0], -4321} }, Options{}, ward.LevelWarning, []string{"地方独立坐标"}, 400},
		{"latitude first", turn, Options{}, ward.LevelWarning, []string{"400行的经纬度写反了", "-swap"}, 400},
		{"latitude first, told", turn, Options{Swap: true}, ward.LevelNote, []string{"100%的点"}, 0},
		{"the wrong system given", same, Options{CRS: "EPSG:4549"}, ward.LevelNote, []string{"0%的点"}, 400},
	} {
		c.o.Within = street
		got := readAll(t, file(t, "points.csv", spread(c.write)), c.o)
		said := ""
		for _, f := range got.file {
			if f.Level == c.level {
				said += f.Message + f.Done
			}
		}
		for _, want := range c.say {
			if !strings.Contains(said, want) {
				t.Errorf("%s: %q is not in %v", c.name, want, got.file)
			}
		}
		if got.bad != c.bad {
			t.Errorf("%s: %d bad, want %d: %v", c.name, got.bad, c.bad, got.records[0].Findings)
		}
		if c.name == "shifted" && near(got.records[0].Shape.(orb.Point), orb.Point{station[0] - 0.0095, station[1] - 0.0095}) {
			t.Error("shifted positions were converted without being asked")
		}
	}
}

func TestTheSampleIsSpreadOverTheFile(t *testing.T) {
	t.Parallel()
	var g guess
	for i := range 100_000 {
		g.add(orb.Point{float64(i), 0})
	}
	if n := len(g.points); n < sampleSize/2 || n > sampleSize || g.points[n-1][0] < 90_000 || g.points[n/2][0] < 40_000 || g.points[n/2][0] > 60_000 {
		t.Errorf("%d points, the last %v", n, g.points[n-1])
	}
}

func TestAnglesAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	const want = 121 + 28.0/60 + 30.0/3600
	for _, text := range []string{
		"121°28′30″E", "121°28'30\"", "121-28-30", "121 28 30", "E121°28′30″", "e 121 28 30", "东经121度28分30秒", "121°28′30″东", "121:28:30", "121°28’30.0”",
		"121°28.5′", "121°28.5′E", "121-28-30.00E",
	} {
		if v, problem, ok := angle(text); !ok || problem != "" || math.Abs(v-want) > 1e-9 {
			t.Errorf("%q: %v %q %v", text, v, problem, ok)
		}
	}
	for text, want := range map[string]float64{"31.5°N": 31.5, "北纬31.5度": 31.5, "S31°30′": -31.5, "121°": 0, "121.47": 0, "-121.5": 0, "三": 0, "1,234": 0, "121-28": 0} {
		if v, problem, ok := angle(text); v != want || problem != "" || ok != (want != 0) {
			t.Errorf("%q: %v %q %v", text, v, problem, ok)
		}
	}
	for _, text := range []string{"121°60′", "121°28′61″", "E121°28′S", "121.5°28′", "121°28.5′30″"} {
		if _, problem, ok := angle(text); !ok || problem == "" {
			t.Errorf("%q is taken", text)
		}
	}
}

func FuzzAngle(f *testing.F) {
	for _, s := range []string{"121°28′30″E", "121-28-30", "东经121度28分30秒", "-31.5", "nsew", "1e5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, problem, ok := angle(text)
		if ok && problem == "" && (math.IsNaN(v) || math.Abs(v) >= 1001) || !ok && problem != "" {
			t.Errorf("%q: %v %q %v", text, v, problem, ok)
		}
	})
}
