package demo

import (
	"math"

	"github.com/paulmach/orb"
)

// The middle of the demo district: open fields in reality. Metres east and
// north of it become degrees by the equirectangular rule, good to a few
// centimetres over a street and a few decimetres over the district.
const (
	midLon      = 120.62
	midLat      = 30.71
	perLat      = 110862.0 // metres per degree of latitude at midLat
	perLon      = 95790.0  // metres per degree of longitude at midLat
	decimals    = 1e7
	buildingFmt = "B%s%05d"
)

// degrees turns metres into [lon, lat], rounded to seven decimals.
func degrees(p orb.Point) orb.Point {
	return orb.Point{
		math.Round((midLon+p[0]/perLon)*decimals) / decimals,
		math.Round((midLat+p[1]/perLat)*decimals) / decimals,
	}
}

func lineOf(pts []orb.Point) orb.LineString {
	out := make(orb.LineString, len(pts))
	for i, p := range pts {
		out[i] = degrees(p)
	}
	return out
}

// polygonOf is an open counter-clockwise ring as a polygon of RFC 7946.
func polygonOf(ring []orb.Point) orb.Polygon {
	out := make(orb.Ring, 0, len(ring)+1)
	for _, p := range ring {
		out = append(out, degrees(p))
	}
	if areaOf(ring) < 0 {
		out.Reverse()
	}
	return orb.Polygon{append(out, out[0])}
}

// multiOf turns traced rings into a multipolygon: shells counter-clockwise,
// holes clockwise, as they were traced.
func multiOf(polys [][][]spot) orb.MultiPolygon {
	out := make(orb.MultiPolygon, 0, len(polys))
	for _, rings := range polys {
		var p orb.Polygon
		for _, r := range rings {
			ring := make(orb.Ring, 0, len(r)+1)
			for _, s := range r {
				ring = append(ring, degrees(s.point()))
			}
			p = append(p, append(ring, ring[0]))
		}
		out = append(out, p)
	}
	return out
}
