package intake

import (
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/project"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

// system is how a file writes positions, and the way from there to degrees.
type system struct {
	name    string // as people give it: wgs84, EPSG:4549; "" for nothing given
	title   string
	degrees bool // longitude and latitude, whatever their datum
	shifted bool // GCJ-02 or BD-09, on top of whatever a file says of itself
	back    func(orb.Point) orb.Point
}

// systems is what may be given, for messages.
const systems = "auto、wgs84、cgcs2000、gcj02、bd09、EPSG:4326、EPSG:4490、EPSG:4513–4554、EPSG:3857"

func wgs84() system { return system{name: "wgs84", title: "WGS84 经纬度", degrees: true} }

// shiftedSystems are the two of Chinese web maps.
func shiftedSystems() []system {
	return []system{
		{name: "gcj02", title: "GCJ-02（火星坐标）", degrees: true, shifted: true, back: geo.FromGCJ02},
		{name: "bd09", title: "BD-09（百度坐标）", degrees: true, shifted: true, back: geo.FromBD09},
	}
}

// systemNamed reads what a person gave; "" and auto mean that nobody said.
// CGCS2000 and WGS 84 differ by centimetres and are one here.
func systemNamed(given string) (system, error) {
	name := strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(narrow(clean(given))))
	switch name {
	case "", "auto":
		return system{title: "WGS84 经纬度", degrees: true}, nil
	case "wgs84", "4326", "epsg:4326", "crs84":
		return wgs84(), nil
	case "cgcs2000", "4490", "epsg:4490":
		return system{name: "cgcs2000", title: "CGCS2000 经纬度", degrees: true}, nil
	}
	for _, s := range shiftedSystems() {
		if name == s.name {
			return s, nil
		}
	}
	if srid, err := strconv.Atoi(strings.TrimPrefix(name, "epsg:")); err == nil {
		if s, ok := projected(srid); ok {
			return s, nil
		}
	}
	return system{}, ward.Errorf(ward.Invalid, "不认识坐标系%s；可用：%s", quote(given), systems)
}

// projected is a system in metres by its EPSG number.
func projected(srid int) (system, bool) {
	s := system{name: "EPSG:" + strconv.Itoa(srid)}
	if srid == 3857 {
		s.title, s.back = "Web 墨卡托（EPSG:3857）", project.Mercator.ToWGS84
		return s, true
	}
	zone, err := geo.Zone(srid)
	if err != nil {
		return system{}, false
	}
	s.back = func(m orb.Point) orb.Point {
		// Far from its meridian the series gives positions that look like some
		// and are none; those do not lead back.
		p := zone.Degrees(m)
		if again := zone.Metres(p); math.Abs(again[0]-m[0])+math.Abs(again[1]-m[1]) < 1 {
			return p
		}
		return orb.Point{math.NaN(), math.NaN()}
	}
	if srid <= 4533 {
		number := srid - 4513 + 25
		s.title = "CGCS2000 3度带第" + strconv.Itoa(number) + "带，带号在前（" + s.name + "）"
	} else {
		s.title = "CGCS2000 3度带，中央经线" + strconv.Itoa(75+3*(srid-4534)) + "°（" + s.name + "）"
	}
	return s, true
}

// toDegrees brings a shape of the file into degrees of WGS 84. It is not ok when
// the numbers are none of this system.
func (s system) toDegrees(g orb.Geometry) (out orb.Geometry, ok bool) {
	if g == nil || s.back == nil {
		return g, true
	}
	ok = true
	out = project.Geometry(orb.Clone(g), func(p orb.Point) orb.Point {
		p = s.back(p)
		// Bounds pass over what is no number, so each position is looked at.
		ok = ok && !math.IsNaN(p[0]+p[1]) && !math.IsInf(p[0]+p[1], 0)
		return p
	})
	return out, ok
}

// swapped exchanges the two numbers of every position.
func swapped(g orb.Geometry) orb.Geometry {
	if g == nil {
		return nil
	}
	return project.Geometry(orb.Clone(g), func(p orb.Point) orb.Point { return orb.Point{p[1], p[0]} })
}

// turnedRound is what outside says of a shape that would lie in China the other
// way round.
const turnedRound = "经纬度写反了：经度应在前、纬度在后"

// outside says what is wrong with a shape that does not lie in China; "" when it
// does.
func outside(b orb.Bound) string {
	if inside(b.Min) && inside(b.Max) {
		return ""
	}
	turned := orb.Bound{Min: orb.Point{b.Min[1], b.Min[0]}, Max: orb.Point{b.Max[1], b.Max[0]}}
	switch {
	case inside(turned.Min) && inside(turned.Max):
		return turnedRound
	case !degreesOf(b.Min) || !degreesOf(b.Max):
		return "坐标超出经纬度范围：可能是投影坐标（米），请用 -crs 指定坐标系"
	}
	return "坐标不在中国范围内：可能是经纬度写反、填了0，或坐标系不对"
}

func inside(p orb.Point) bool { return inChina.Contains(p) && !math.IsNaN(p[0]+p[1]) }

func degreesOf(p orb.Point) bool { return math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90 }
