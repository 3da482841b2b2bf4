// Package geo is pure geometry: no I/O, no database. Positions are orb points,
// [longitude, latitude] in degrees of EPSG:4326 unless a name says metres, or
// Cm points, whole centimetres of a metric plane, where a coverage must be exact.
package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// The ellipsoid of WGS 84. CGCS2000 differs only in the flattening, by 0.1 mm
// at the pole (GB 22021-2008).
const (
	semiMajor         = 6378137.0
	flatteningWGS84   = 1 / 298.257223563
	flatteningCGCS    = 1 / 298.257222101
	eccentricitySqWGS = flatteningWGS84 * (2 - flatteningWGS84)
	degree            = math.Pi / 180
)

// Frame is a local plane in metres around an origin, x to the east and y to the
// north. Lengths inside it are right to 0.1 % within 20 km of the origin.
type Frame struct {
	origin orb.Point
	kx, ky float64 // metres in one degree of longitude, of latitude
}

// NewFrame returns the plane that touches the ellipsoid at origin, in degrees.
func NewFrame(origin orb.Point) Frame {
	sin, cos := math.Sincos(origin[1] * degree)
	w := math.Sqrt(1 - eccentricitySqWGS*sin*sin)
	return Frame{
		origin: origin,
		kx:     degree * semiMajor * cos / w,
		ky:     degree * semiMajor * (1 - eccentricitySqWGS) / (w * w * w),
	}
}

// Metres turns a position in degrees into metres from the origin.
func (f Frame) Metres(p orb.Point) orb.Point {
	return orb.Point{(p[0] - f.origin[0]) * f.kx, (p[1] - f.origin[1]) * f.ky}
}

// Degrees turns metres from the origin into a position in degrees.
func (f Frame) Degrees(p orb.Point) orb.Point {
	return orb.Point{f.origin[0] + p[0]/f.kx, f.origin[1] + p[1]/f.ky}
}

// Distance returns the metres between two positions, right to 0.1 % up to
// 20 km: enough for "how far is the nearest team", not for surveying.
func Distance(a, b orb.Point) float64 {
	m := NewFrame(orb.Point{a[0], (a[1] + b[1]) / 2}).Metres(b)
	n := NewFrame(orb.Point{a[0], (a[1] + b[1]) / 2}).Metres(a)
	return math.Hypot(m[0]-n[0], m[1]-n[1])
}

// Length returns the metres of a line given in degrees.
func Length(line orb.LineString) float64 {
	sum := 0.0
	for i := 1; i < len(line); i++ {
		sum += Distance(line[i-1], line[i])
	}
	return sum
}

// Area returns the square metres of a shape given in degrees, holes taken off,
// whichever way its rings wind.
func Area(shape orb.MultiPolygon) float64 {
	sum := 0.0
	for _, polygon := range shape {
		for i, ring := range polygon {
			a := ringArea(ring)
			if i > 0 {
				a = -a
			}
			sum += a
		}
	}
	return sum
}

// Perimeter returns the metres of all rings of a shape given in degrees.
func Perimeter(shape orb.MultiPolygon) float64 {
	sum := 0.0
	for _, polygon := range shape {
		for _, ring := range polygon {
			sum += Length(orb.LineString(ring))
		}
	}
	return sum
}

// PolsbyPopper returns 4πA/P², the compactness of a shape: 1 for a circle, 0.79
// for a square, towards 0 for a thread, and 0 for an empty shape.
func PolsbyPopper(shape orb.MultiPolygon) float64 {
	p := Perimeter(shape)
	if p == 0 {
		return 0
	}
	return 4 * math.Pi * Area(shape) / (p * p)
}

// ringArea is the unsigned area in square metres, measured in a frame at the
// middle of the ring so that a wide ring is not skewed to one side.
func ringArea(ring orb.Ring) float64 {
	if len(ring) < 3 {
		return 0
	}
	f := NewFrame(ring.Bound().Center())
	sum := 0.0
	for i, p := range ring {
		a, b := f.Metres(p), f.Metres(ring[(i+1)%len(ring)])
		sum += a[0]*b[1] - b[0]*a[1]
	}
	return math.Abs(sum) / 2
}
