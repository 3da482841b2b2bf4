package geo

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Site is a point on the wall of an owner, such as a cluster of buildings; owner
// 0 is nobody.
type Site struct {
	At    Cm
	Owner int64
}

// Dividers returns the lines along which ground changes its owner, when every
// spot belongs to the owner of the nearest site: the Voronoi diagram of the sites
// with everything between sites of one owner left out. Nobody is not divided
// from anyone; of several owners at one point the lowest has it. Lines end where
// three owners meet and are straightened by at most tolerance centimetres; they
// reach beyond the ground around the sites and are to be clipped to it.
func Dividers(sites []Site, tolerance float64) [][]Cm {
	sites = slices.Clone(sites)
	slices.SortFunc(sites, func(a, b Site) int { return cmp.Or(a.At.compare(b.At), cmp.Compare(a.Owner, b.Owner)) })
	sites = slices.CompactFunc(sites, func(a, b Site) bool { return a.At == b.At })
	if len(sites) < 2 {
		return nil
	}
	at := make([]Cm, len(sites))
	for i, s := range sites {
		at[i] = s.At
	}
	points, corners, adjacent := delaunay(at)
	owner := func(corner int32) int64 {
		if int(corner) < len(sites) {
			return sites[corner].Owner
		}
		return 0
	}
	next := map[Cm][]Cm{}
	for t := range int32(len(corners) / 3) {
		for i := range int32(3) {
			o := adjacent[3*t+i]
			a, b := owner(corners[3*t+i]), owner(corners[3*t+(i+1)%3])
			if o < t || a == b || a == 0 || b == 0 {
				continue
			}
			p, q := circumcentre(points, corners[3*t:]), circumcentre(points, corners[3*o:])
			if p != q {
				next[p], next[q] = append(next[p], q), append(next[q], p)
			}
		}
	}
	return straighten(chains(next), tolerance)
}

// reach bounds how far away a circumcentre may lie, in centimetres: those of
// flat triangles run towards infinity, and what is far out is clipped away
// anyway.
const reach = 5_000_000

func circumcentre(points []Cm, corners []int32) Cm {
	a, b, c := points[corners[0]], points[corners[1]], points[corners[2]]
	bx, by, cx, cy := float64(b.X-a.X), float64(b.Y-a.Y), float64(c.X-a.X), float64(c.Y-a.Y)
	d := 2 * (bx*cy - by*cx)
	x := (cy*(bx*bx+by*by) - by*(cx*cx+cy*cy)) / d
	y := (bx*(cx*cx+cy*cy) - cx*(bx*bx+by*by)) / d
	if far := math.Hypot(x, y); far > reach {
		x, y = x/far*reach, y/far*reach
	}
	return Cm{a.X + int64(math.Round(x)), a.Y + int64(math.Round(y))}
}

// chains joins the edges of a graph, given as neighbours of each vertex, into
// lines that run from node to node, or round.
func chains(next map[Cm][]Cm) [][]Cm {
	type step struct{ a, b Cm }
	used := map[step]bool{}
	var lines [][]Cm
	walk := func(a, b Cm) {
		line := []Cm{a}
		for !used[step{a, b}] {
			used[step{a, b}], used[step{b, a}] = true, true
			line = append(line, b)
			n := next[b]
			if len(n) != 2 {
				break
			}
			if n[0] == a {
				n = n[1:]
			}
			a, b = b, n[0]
		}
		if len(line) > 1 {
			lines = append(lines, line)
		}
	}
	vertices := slices.SortedFunc(maps.Keys(next), Cm.compare) // the same lines every time
	for _, nodes := range [2]bool{true, false} {
		for _, v := range vertices {
			if (len(next[v]) != 2) == nodes {
				for _, w := range next[v] {
					walk(v, w)
				}
			}
		}
	}
	return lines
}

// straighten drops vertices nearer than tolerance to the line between those that
// stay (Douglas-Peucker); ends stay.
func straighten(lines [][]Cm, tolerance float64) [][]Cm {
	for i, line := range lines {
		lines[i] = append(straightened(line, tolerance*tolerance), line[len(line)-1])
	}
	return lines
}

// straightened leaves the last point out, so that halves can be joined.
func straightened(line []Cm, limit float64) []Cm {
	a, b := line[0].raw(), line[len(line)-1].raw()
	worst, at := limit, 0
	for i := 1; i < len(line)-1; i++ {
		if d := toSegment(line[i].raw(), a, b); d > worst {
			worst, at = d, i
		}
	}
	if at == 0 {
		return []Cm{line[0]}
	}
	return append(straightened(line[:at+1], limit), straightened(line[at:], limit)...)
}

func (p Cm) raw() orb.Point { return orb.Point{float64(p.X), float64(p.Y)} }
