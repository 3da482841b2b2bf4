package geo

import (
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Dividers returns the lines along which ground in a metric plane changes its
// owner, when every spot belongs to the owner of the nearest site: the Voronoi
// diagram of the sites with everything between sites of one owner left out.
// triangles is the Delaunay triangulation of all sites, whose corners are the
// sites bit for bit; owner 0 is nobody and is not divided from anyone. Lines end
// where three owners meet and are straightened by at most tolerance centimetres.
func Dividers(owner map[orb.Point]int64, triangles []orb.Ring, tolerance float64) [][]Cm {
	type side struct{ a, b orb.Point }
	first := map[side]Cm{}
	next := map[Cm][]Cm{}
	for _, t := range triangles {
		if len(t) < 3 {
			continue
		}
		centre := circumcentre(t[0], t[1], t[2])
		for i := range 3 {
			a, b := t[i], t[(i+1)%3]
			if owner[a] == owner[b] || owner[a] == 0 || owner[b] == 0 {
				continue
			}
			if a[0] > b[0] || a[0] == b[0] && a[1] > b[1] {
				a, b = b, a
			}
			other, seen := first[side{a, b}]
			if !seen {
				first[side{a, b}] = centre
				continue
			}
			if other != centre {
				next[other] = append(next[other], centre)
				next[centre] = append(next[centre], other)
			}
		}
	}
	return straighten(chains(next), tolerance)
}

// reach bounds how far away a circumcentre may lie, in metres: those of flat
// triangles run towards infinity, and what is far out is clipped away anyway.
const reach = 50_000

func circumcentre(a, b, c orb.Point) Cm {
	bx, by, cx, cy := b[0]-a[0], b[1]-a[1], c[0]-a[0], c[1]-a[1]
	d := 2 * (bx*cy - by*cx)
	x := (cy*(bx*bx+by*by) - by*(cx*cx+cy*cy)) / d
	y := (bx*(cx*cx+cy*cy) - cx*(bx*bx+by*by)) / d
	if far := math.Hypot(x, y); !(far < reach) {
		if d == 0 || math.IsNaN(far) || math.IsInf(far, 0) {
			x, y, far = (bx+cx)/2, (by+cy)/2, reach
		}
		x, y = x/far*reach, y/far*reach
	}
	return CmOf(orb.Point{a[0] + x, a[1] + y})
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
