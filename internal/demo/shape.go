package demo

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// All shapes here are in metres east and north of the middle of the map; rings
// are open (the last point is not the first again) and run counter-clockwise.

func add(a, b orb.Point) orb.Point            { return orb.Point{a[0] + b[0], a[1] + b[1]} }
func sub(a, b orb.Point) orb.Point            { return orb.Point{a[0] - b[0], a[1] - b[1]} }
func times(a orb.Point, k float64) orb.Point  { return orb.Point{a[0] * k, a[1] * k} }
func dot(a, b orb.Point) float64              { return a[0]*b[0] + a[1]*b[1] }
func cross(a, b orb.Point) float64            { return a[0]*b[1] - a[1]*b[0] }
func apart(a, b orb.Point) float64            { return math.Hypot(a[0]-b[0], a[1]-b[1]) }
func mix(a, b orb.Point, t float64) orb.Point { return add(times(a, 1-t), times(b, t)) }
func heading(angle float64) orb.Point         { return orb.Point{math.Cos(angle), math.Sin(angle)} }
func leftOf(d orb.Point) orb.Point            { return orb.Point{-d[1], d[0]} }
func turn(p orb.Point, angle float64) orb.Point {
	c, s := math.Cos(angle), math.Sin(angle)
	return orb.Point{p[0]*c - p[1]*s, p[0]*s + p[1]*c}
}

func unit(v orb.Point) orb.Point {
	if n := math.Hypot(v[0], v[1]); n > 0 {
		return times(v, 1/n)
	}
	return v
}

func turnAll(ring []orb.Point, angle float64) []orb.Point {
	out := make([]orb.Point, len(ring))
	for i, p := range ring {
		out[i] = turn(p, angle)
	}
	return out
}

// areaOf is the signed area of an open ring in square metres, positive when
// counter-clockwise.
func areaOf(ring []orb.Point) float64 {
	sum := 0.0
	for i, p := range ring {
		sum += cross(p, ring[(i+1)%len(ring)])
	}
	return sum / 2
}

// middle is the centre of gravity of an open ring.
func middle(ring []orb.Point) orb.Point {
	c, _ := planar.CentroidArea(closed(ring))
	return c
}

func closed(ring []orb.Point) orb.Ring {
	out := make(orb.Ring, 0, len(ring)+1)
	out = append(out, ring...)
	return append(out, ring[0])
}

// within tells whether p lies inside an open ring.
func within(ring []orb.Point, p orb.Point) bool {
	in := false
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < (b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1])+a[0] {
			in = !in
		}
	}
	return in
}

// meet is where the segments a–b and c–d cross, as shares of each.
func meet(a, b, c, d orb.Point) (t, u float64, ok bool) {
	r, s := sub(b, a), sub(d, c)
	k := cross(r, s)
	if math.Abs(k) < 1e-12 {
		return 0, 0, false
	}
	t, u = cross(sub(c, a), s)/k, cross(sub(c, a), r)/k
	return t, u, t >= 0 && t <= 1 && u >= 0 && u <= 1
}

// toSegment is the distance of p from the segment a–b.
func toSegment(p, a, b orb.Point) float64 {
	d := sub(b, a)
	l := dot(d, d)
	if l == 0 {
		return apart(p, a)
	}
	t := math.Max(0, math.Min(1, dot(sub(p, a), d)/l))
	return apart(p, add(a, times(d, t)))
}

// toLine is the distance of p from a polyline.
func toLine(p orb.Point, line []orb.Point) float64 {
	best := math.Inf(1)
	for i := 1; i < len(line); i++ {
		best = math.Min(best, toSegment(p, line[i-1], line[i]))
	}
	return best
}

// smooth draws a Catmull-Rom curve through the points and puts a vertex about
// every step metres.
func smooth(pts []orb.Point, step float64) []orb.Point {
	out := []orb.Point{pts[0]}
	at := func(i int) orb.Point { return pts[max(0, min(len(pts)-1, i))] }
	for i := 0; i+1 < len(pts); i++ {
		a, b, c, d := at(i-1), at(i), at(i+1), at(i+2)
		n := max(1, int(apart(b, c)/step+0.5))
		for k := 1; k <= n; k++ {
			t := float64(k) / float64(n)
			q := [4]float64{-t + 2*t*t - t*t*t, 2 - 5*t*t + 3*t*t*t, t + 4*t*t - 3*t*t*t, -t*t + t*t*t}
			p := add(add(times(a, q[0]), times(b, q[1])), add(times(c, q[2]), times(d, q[3])))
			out = append(out, times(p, 0.5))
		}
	}
	return out
}

// beside is the polyline moved by d metres to its left.
func beside(line []orb.Point, d float64) []orb.Point {
	out := make([]orb.Point, len(line))
	for i, p := range line {
		dir := unit(sub(line[min(i+1, len(line)-1)], line[max(i-1, 0)]))
		out[i] = add(p, times(leftOf(dir), d))
	}
	return out
}

// lengthOf is the length of a polyline in metres.
func lengthOf(line []orb.Point) float64 {
	sum := 0.0
	for i := 1; i < len(line); i++ {
		sum += apart(line[i-1], line[i])
	}
	return sum
}

// corners drops the vertices of an open ring that lie within off metres of the
// straight line between their neighbours, so that inset works on real corners.
func corners(ring []orb.Point, off float64) []orb.Point {
	out := append([]orb.Point{}, ring...)
	for len(out) > 3 {
		best, worst := -1, off
		for i, p := range out {
			a, b := out[(i+len(out)-1)%len(out)], out[(i+1)%len(out)]
			if d := toSegment(p, a, b); d < worst {
				best, worst = i, d
			}
		}
		if best < 0 {
			break
		}
		out = append(out[:best], out[best+1:]...)
	}
	return out
}

// inset moves every side of an open ring inwards by its own distance (metres);
// false when nothing sensible remains.
func inset(ring []orb.Point, by func(a, b orb.Point) float64) ([]orb.Point, bool) {
	n := len(ring)
	out := make([]orb.Point, 0, n)
	for i, p := range ring {
		a, b := ring[(i+n-1)%n], ring[(i+1)%n]
		da, db := unit(sub(p, a)), unit(sub(b, p))
		pa := add(p, times(leftOf(da), by(a, p)))
		pb := add(p, times(leftOf(db), by(p, b)))
		k := cross(da, db)
		if math.Abs(k) < 0.05 {
			out = append(out, mix(pa, pb, 0.5))
			continue
		}
		out = append(out, add(pa, times(da, cross(sub(pb, pa), db)/k)))
	}
	if len(out) < 3 || areaOf(out) < 0.2*areaOf(ring) || !simple(out) {
		return nil, false
	}
	for _, p := range out {
		if !within(ring, p) {
			return nil, false
		}
	}
	return out, true
}

// simple tells whether no two sides of an open ring cross.
func simple(ring []orb.Point) bool {
	n := len(ring)
	for i := range ring {
		for j := i + 2; j < n; j++ {
			if i == 0 && j == n-1 {
				continue
			}
			if _, _, hit := meet(ring[i], ring[i+1], ring[j], ring[(j+1)%n]); hit {
				return false
			}
		}
	}
	return true
}

// axis is the direction of the longer side of the smallest box round a ring,
// with the length and the width of that box.
func axis(ring []orb.Point) (angle, long, wide float64) {
	best := math.Inf(1)
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		a := math.Atan2(q[1]-p[1], q[0]-p[0])
		b := orb.MultiPoint(turnAll(ring, -a)).Bound()
		w, h := b.Max[0]-b.Min[0], b.Max[1]-b.Min[1]
		if w*h < best-1e-6 {
			best = w * h
			angle, long, wide = a, w, h
			if h > w {
				angle, long, wide = a+math.Pi/2, h, w
			}
		}
	}
	return angle, long, wide
}

// level brings an angle into ±90°, then, if it is steeper than 45°, takes the
// direction at right angles: rows of houses run east and west.
func level(a float64) float64 {
	a = math.Mod(a, math.Pi/2)
	if a > math.Pi/4 {
		a -= math.Pi / 2
	}
	if a < -math.Pi/4 {
		a += math.Pi / 2
	}
	return a
}

// blob is a rounded irregular ring about a centre.
func blob(d dice, c orb.Point, rx, ry, angle float64, n int) []orb.Point {
	p1, p2 := d.in(0, 6), d.in(0, 6)
	out := make([]orb.Point, n)
	for i := range out {
		a := 2 * math.Pi * float64(i) / float64(n)
		r := 1 + 0.14*math.Sin(2*a+p1) + 0.09*math.Sin(3*a+p2)
		out[i] = add(c, turn(orb.Point{rx * r * math.Cos(a), ry * r * math.Sin(a)}, angle))
	}
	return out
}
