package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// GCJ-02 (火星坐标) is the shifted datum of Chinese web maps, BD-09 Baidu's
// second shift on top of it. Both exist only at the edges: files come in and
// map tiles go out through these functions, nothing is stored in them. The
// formulas are the ones published by the eviltransform and coordtransform
// projects; the official ones are secret, the difference is below a metre.

const (
	gcjRadius = 6378245.0               // Krasovsky 1940
	gcjEcc2   = 0.00669342162296594323  // its squared eccentricity
	bdTurn    = math.Pi * 3000.0 / 180. // frequency of Baidu's ripple
)

// insideChina is the rough box within which maps are shifted.
func insideChina(p orb.Point) bool {
	return p[0] >= 72.004 && p[0] <= 137.8347 && p[1] >= 0.8293 && p[1] <= 55.8271
}

// ToGCJ02 shifts a WGS 84 position to GCJ-02. Outside China, and for NaN, the
// position stays as it is.
func ToGCJ02(p orb.Point) orb.Point {
	if !insideChina(p) {
		return p
	}
	d := gcjShift(p)
	return orb.Point{p[0] + d[0], p[1] + d[1]}
}

// FromGCJ02 shifts a GCJ-02 position back to WGS 84, to better than 1 mm inside
// China. It always ends; outside China, and for NaN, the position stays.
func FromGCJ02(q orb.Point) orb.Point {
	if !insideChina(q) {
		return q
	}
	p := q
	// The shift changes by under 1 % of the distance moved: each step wins two
	// digits, and eight are more than a float can hold.
	for range 8 {
		d := gcjShift(p)
		p = orb.Point{q[0] - d[0], q[1] - d[1]}
	}
	return p
}

// ToBD09 shifts a WGS 84 position to BD-09; outside China it stays.
func ToBD09(p orb.Point) orb.Point {
	if !insideChina(p) {
		return p
	}
	return bdShift(ToGCJ02(p))
}

// FromBD09 shifts a BD-09 position back to WGS 84, to better than 1 mm inside
// China. It always ends; outside China, and for NaN, the position stays.
func FromBD09(q orb.Point) orb.Point {
	if !insideChina(q) {
		return q
	}
	g := q
	for range 12 {
		b := bdShift(g)
		g = orb.Point{g[0] + q[0] - b[0], g[1] + q[1] - b[1]}
	}
	return FromGCJ02(g)
}

// bdShift is Baidu's step from GCJ-02 to BD-09.
func bdShift(g orb.Point) orb.Point {
	z := math.Hypot(g[0], g[1]) + 0.00002*math.Sin(g[1]*bdTurn)
	sin, cos := math.Sincos(math.Atan2(g[1], g[0]) + 0.000003*math.Cos(g[0]*bdTurn))
	return orb.Point{z*cos + 0.0065, z*sin + 0.006}
}

// gcjShift is what GCJ-02 adds to a WGS 84 position, in degrees.
func gcjShift(p orb.Point) orb.Point {
	x, y := p[0]-105, p[1]-35
	root := math.Sqrt(math.Abs(x))
	wave := (20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)) * 2 / 3
	north := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*root + wave +
		(20*math.Sin(y*math.Pi)+40*math.Sin(y/3*math.Pi))*2/3 +
		(160*math.Sin(y/12*math.Pi)+320*math.Sin(y*math.Pi/30))*2/3
	east := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*root + wave +
		(20*math.Sin(x*math.Pi)+40*math.Sin(x/3*math.Pi))*2/3 +
		(150*math.Sin(x/12*math.Pi)+300*math.Sin(x/30*math.Pi))*2/3
	sin, cos := math.Sincos(p[1] * degree)
	magic := 1 - gcjEcc2*sin*sin
	root = math.Sqrt(magic)
	return orb.Point{
		east / (gcjRadius / root * cos * degree),
		north / (gcjRadius * (1 - gcjEcc2) / (magic * root) * degree),
	}
}
