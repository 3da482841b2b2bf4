package geo

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// Projection is a Gauss-Krüger projection of CGCS2000 in 3-degree zones: the
// metric plane in which Chinese cities survey. x is the easting, y the northing
// (PostGIS order; the EPSG register lists them the other way round).
type Projection struct {
	srid     int
	central  float64 // longitude of the central meridian, degrees
	easting  float64 // false easting, metres
	radius   float64 // of the rectifying sphere
	alpha    [6]float64
	beta     [6]float64
	firstEcc float64
}

// Zone returns the projection of an SRID: EPSG:4534–4554 (central meridian
// 75°E–135°E, easting without zone number) or EPSG:4513–4533 (zones 25–45, zone
// number in front of the easting). Any other SRID is an error.
func Zone(srid int) (Projection, error) {
	switch {
	case srid >= 4534 && srid <= 4554:
		return gaussKruger(srid, float64(75+3*(srid-4534)), 500_000), nil
	case srid >= 4513 && srid <= 4533:
		zone := 25 + srid - 4513
		return gaussKruger(srid, float64(3*zone), float64(zone)*1e6+500_000), nil
	}
	return Projection{}, fmt.Errorf("choose projection: EPSG:%d is not a CGCS2000 3-degree zone", srid)
}

// ZoneAt returns the projection without zone number whose central meridian is
// nearest to a longitude in degrees, for a deployment that has not chosen one.
func ZoneAt(lon float64) (Projection, error) {
	return Zone(4534 + int(math.Round((lon-75)/3)))
}

// SRID is the EPSG number of the projection.
func (z Projection) SRID() int { return z.srid }

// gaussKruger fills the coefficients of Krüger's series in the third flattening
// n, to the sixth order: under a micrometre within 3° of the meridian (Karney,
// Transverse Mercator with an accuracy of a few nanometers, 2011, eq. 35–36).
func gaussKruger(srid int, central, easting float64) Projection {
	f := flatteningCGCS
	n := f / (2 - f)
	n2, n3, n4, n5, n6 := n*n, n*n*n, n*n*n*n, n*n*n*n*n, n*n*n*n*n*n
	return Projection{
		srid: srid, central: central, easting: easting,
		firstEcc: math.Sqrt(f * (2 - f)),
		radius:   semiMajor / (1 + n) * (1 + n2/4 + n4/64 + n6/256),
		alpha: [6]float64{
			n/2 - 2*n2/3 + 5*n3/16 + 41*n4/180 - 127*n5/288 + 7891*n6/37800,
			13*n2/48 - 3*n3/5 + 557*n4/1440 + 281*n5/630 - 1983433*n6/1935360,
			61*n3/240 - 103*n4/140 + 15061*n5/26880 + 167603*n6/181440,
			49561*n4/161280 - 179*n5/168 + 6601661*n6/7257600,
			34729*n5/80640 - 3418889*n6/1995840,
			212378941 * n6 / 319334400,
		},
		beta: [6]float64{
			n/2 - 2*n2/3 + 37*n3/96 - n4/360 - 81*n5/512 + 96199*n6/604800,
			n2/48 + n3/15 - 437*n4/1440 + 46*n5/105 - 1118711*n6/3870720,
			17*n3/480 - 37*n4/840 - 209*n5/4480 + 5569*n6/90720,
			4397*n4/161280 - 11*n5/504 - 830251*n6/7257600,
			4583*n5/161280 - 108847*n6/3991680,
			20648693 * n6 / 638668800,
		},
	}
}

// Metres projects a position in degrees to easting and northing.
func (z Projection) Metres(p orb.Point) orb.Point {
	e := z.firstEcc
	sinPhi := math.Sin(p[1] * degree)
	sinLam, cosLam := math.Sincos((p[0] - z.central) * degree)
	tau := math.Sinh(math.Atanh(sinPhi) - e*math.Atanh(e*sinPhi))
	xi := math.Atan2(tau, cosLam)
	eta := math.Asinh(sinLam / math.Hypot(tau, cosLam))
	x, y := eta, xi
	for i, a := range z.alpha {
		k := float64(2 * (i + 1))
		y += a * math.Sin(k*xi) * math.Cosh(k*eta)
		x += a * math.Cos(k*xi) * math.Sinh(k*eta)
	}
	return orb.Point{z.easting + z.radius*x, z.radius * y}
}

// Degrees turns easting and northing back into a position in degrees.
func (z Projection) Degrees(m orb.Point) orb.Point {
	xi, eta := m[1]/z.radius, (m[0]-z.easting)/z.radius
	x, y := eta, xi
	for i, b := range z.beta {
		k := float64(2 * (i + 1))
		y -= b * math.Sin(k*xi) * math.Cosh(k*eta)
		x -= b * math.Cos(k*xi) * math.Sinh(k*eta)
	}
	sinY, cosY := math.Sincos(y)
	lam := math.Atan2(math.Sinh(x), cosY)
	taup := sinY / math.Hypot(math.Sinh(x), cosY)
	return orb.Point{z.central + lam/degree, math.Atan(z.geographic(taup)) / degree}
}

// geographic solves the conformal latitude for the geographic one by Newton's
// method; both are tangents. Two steps reach full precision, five are given.
func (z Projection) geographic(taup float64) float64 {
	e, e2 := z.firstEcc, z.firstEcc*z.firstEcc
	tau := taup / (1 - e2)
	for range 5 {
		root := math.Hypot(1, tau)
		sigma := math.Sinh(e * math.Atanh(e*tau/root))
		have := tau*math.Hypot(1, sigma) - sigma*root
		tau += (taup - have) / math.Hypot(1, have) * (1 + (1-e2)*tau*tau) / ((1 - e2) * root)
	}
	return tau
}
