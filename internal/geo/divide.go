package geo

import (
	"cmp"
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
	var found [][2]Cm
	for t := range int32(len(corners) / 3) {
		for i := range int32(3) {
			o := adjacent[3*t+i]
			a, b := owner(corners[3*t+i]), owner(corners[3*t+(i+1)%3])
			if o < t || a == b || a == 0 || b == 0 {
				continue
			}
			p, q := circumcentre(points, corners[3*t:]), circumcentre(points, corners[3*o:])
			if p != q {
				found = append(found, [2]Cm{p, q})
			}
		}
	}
	return straighten(chains(found), tolerance)
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

// chains joins the edges of a graph into lines that run from node to node, or
// round; the same lines every time. An edge may be there twice.
func chains(edges [][2]Cm) [][]Cm {
	g := newChainGraph(edges)
	var lines [][]Cm
	for _, nodes := range [2]bool{true, false} {
		for v := range g.points {
			if (g.degree(int32(v)) != 2) == nodes {
				for _, e := range g.edges[g.start[v]:g.start[v+1]] {
					if !g.used[e] {
						lines = append(lines, g.walk(int32(v), e))
					}
				}
			}
		}
	}
	return lines
}

// chainGraph is a graph with its vertices numbered in order.
type chainGraph struct {
	points []Cm
	ends   [][2]int32 // of each edge
	start  []int32    // by vertex, where its edges begin in edges, and the end
	edges  []int32
	used   []bool
}

func newChainGraph(edges [][2]Cm) *chainGraph {
	g := &chainGraph{ends: make([][2]int32, len(edges)), edges: make([]int32, 2*len(edges)), used: make([]bool, len(edges))}
	g.points = make([]Cm, 0, 2*len(edges))
	for _, e := range edges {
		g.points = append(g.points, e[0], e[1])
	}
	g.points = sortPoints(g.points)
	g.start = make([]int32, len(g.points)+1)
	for i, e := range edges {
		for side, p := range e {
			v, _ := slices.BinarySearchFunc(g.points, p, Cm.compare)
			g.ends[i][side] = int32(v)
			g.start[v+1]++
		}
	}
	for v := range g.points {
		g.start[v+1] += g.start[v]
	}
	next := slices.Clone(g.start)
	for i, e := range g.ends {
		for _, v := range e {
			g.edges[next[v]] = int32(i)
			next[v]++
		}
	}
	return g
}

func (g *chainGraph) degree(v int32) int32 { return g.start[v+1] - g.start[v] }

// walk follows edges from vertex v along edge e to the next node, or until it
// comes to one it has used.
func (g *chainGraph) walk(v, e int32) []Cm {
	line := []Cm{g.points[v]}
	for !g.used[e] {
		g.used[e] = true
		v = g.ends[e][0] + g.ends[e][1] - v
		line = append(line, g.points[v])
		if g.degree(v) != 2 {
			break
		}
		if on := g.edges[g.start[v]:]; on[0] == e {
			e = on[1]
		} else {
			e = on[0]
		}
	}
	return line
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
