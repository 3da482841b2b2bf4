package demo

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// maps writes what is drawn: roads, grounds, courtyards, buildings, lanes.
func (s *settler) maps() {
	s.roads()
	for _, g := range s.t.greens {
		s.out.put("grounds", polygonOf(g.ring), "code", s.next("G"), "name", g.name, "kind", g.kind)
	}
	s.courtyards()
	s.buildings()
	for i := range s.t.lanes {
		l := &s.t.lanes[i]
		code := s.next("L")
		s.laneOf[s.gridOf[l.face]] = append(s.laneOf[s.gridOf[l.face]], code)
		s.out.put("lanes", lineOf(l.line), "code", code, "name", l.name, "width", l.width, "sewer", s.d.yes(.86),
			"paving", weighted(s.d, []share[string]{{"concrete", 4}, {"stone", 3}, {"brick", 2}, {"asphalt", 2}, {"earth", .3}}))
	}
}

// roads joins the edges of every way into lines, bridges apart.
func (s *settler) roads() {
	p := s.t.plane
	type key struct {
		way    int
		bridge bool
	}
	edges := map[key][]edge{}
	var keys []key
	for f := range p.faces {
		r := p.faces[f].ring
		for i, u := range r {
			e := edge{u, r[(i+1)%len(r)]}
			if _, both := p.left[e.back()]; both && e[0] > e[1] {
				continue
			}
			w := p.owner[e]
			if p.ways[w].hidden {
				continue
			}
			k := key{w, p.ways[w].kind != "river" && s.t.river != nil && toLine(mix(p.at(e[0]), p.at(e[1]), .5), s.t.river) < riverHalf+6}
			if edges[k] == nil {
				keys = append(keys, k)
			}
			edges[k] = append(edges[k], e)
		}
	}
	slices.SortFunc(keys, func(a, b key) int {
		if a.way != b.way {
			return a.way - b.way
		}
		if a.bridge == b.bridge {
			return 0
		}
		if b.bridge {
			return -1
		}
		return 1
	})
	for _, k := range keys {
		w := p.ways[k.way]
		for _, l := range joinLines(edges[k]) {
			pts := make([]orb.Point, len(l))
			for i, v := range l {
				pts[i] = p.at(v)
			}
			s.road(w, pts, k.bridge)
		}
	}
	for _, b := range s.t.stubs {
		s.road(p.ways[b.way], b.line, false)
	}
	for _, w := range s.t.walls {
		s.out.put("roads", lineOf(w), "code", s.next("R"), "kind", "wall")
	}
	s.water()
}

func (s *settler) road(w way, pts []orb.Point, bridge bool) {
	pairs := []any{"code", s.next("R"), "name", w.name, "kind", w.kind}
	if bridge {
		pairs = append(pairs, "bridge", true)
	}
	s.out.put("roads", lineOf(pts), pairs...)
}

// joinLines chains undirected edges into the longest lines that do not branch.
func joinLines(edges []edge) [][]int32 {
	near := map[int32][]int32{}
	for _, e := range edges {
		near[e[0]] = append(near[e[0]], e[1])
		near[e[1]] = append(near[e[1]], e[0])
	}
	used := map[edge]bool{}
	take := func(a, b int32) { used[edge{a, b}], used[edge{b, a}] = true, true }
	walk := func(a, b int32) []int32 {
		line := []int32{a, b}
		take(a, b)
		for len(near[b]) == 2 {
			c := near[b][0]
			if c == a {
				c = near[b][1]
			}
			if used[edge{b, c}] {
				break
			}
			take(b, c)
			line = append(line, c)
			a, b = b, c
		}
		return line
	}
	var out [][]int32
	for _, ends := range []bool{true, false} { // from loose ends and branchings first, then closed rings
		for _, e := range edges {
			for _, dir := range []edge{e, e.back()} {
				if used[dir] || ends && len(near[dir[0]]) == 2 {
					continue
				}
				out = append(out, walk(dir[0], dir[1]))
			}
		}
	}
	return out
}

func (s *settler) courtyards() {
	ground := map[string]string{"school": "school", "kindergarten": "school", "hospital": "other", "industry": "other"}
	for i := range s.t.blocks {
		b := &s.t.blocks[i]
		kind := map[string]string{"walkup": "walled", "slab": "walled", "tower": "walled", "garden": "walled", "core": "lane", "village": "open"}[b.use]
		if g := ground[b.use]; g != "" && b.wall != nil {
			s.out.put("grounds", polygonOf(b.wall), "code", s.next("G"), "name", b.yard, "kind", g)
		}
		if kind == "" {
			continue
		}
		ring := b.wall
		if ring == nil {
			in, ok := inset(corners(b.ring, 1.5), func(p, q orb.Point) float64 { return s.t.halfAlong(b.faces, p, q) + 1 })
			if !ok {
				continue
			}
			ring = in
		}
		code := s.next("Y")
		s.yardOf[i] = code
		s.out.put("courtyards", polygonOf(ring), "code", code, "name", b.yard, "kind", kind, "built", b.built)
	}
}

func (s *settler) buildings() {
	count := map[int]int{}
	for i := range s.t.houses {
		h := &s.t.houses[i]
		b := s.t.blocks[h.block]
		s.codeOf[i] = fmt.Sprintf(buildingFmt, s.office.code, s.count("B"))
		number, name, address := "", h.name, ""
		if h.kind == "residential" || h.kind == "lane" {
			count[h.block]++
			number = fmt.Sprintf("%d号楼", count[h.block])
			if h.kind == "lane" {
				number = fmt.Sprintf("%d号", count[h.block])
			}
			name = b.yard + number
			address = b.yard + number
		}
		if h.kind == "shop" && name == "" {
			count[h.face]++
			road, no := s.frontage(h), 2*count[h.face]+8*(h.face%9)
			number = fmt.Sprintf("%d号", no)
			address = road + number
		}
		h.number = number
		s.nameOf[i] = cmpOr(name, address)
		pairs := []any{"code", s.codeOf[i], "name", name, "number", number, "address", address, "kind", h.kind, "floors", h.floors, "units", h.units, "height", height(h), "courtyard", s.yardOf[h.block]}
		if h.built > 0 {
			pairs = append(pairs, "built", h.built)
		}
		s.out.put("buildings", polygonOf(h.ring), pairs...)
	}
}

func height(h *house) float64 {
	each := map[string]float64{"tower": 3.9, "shop": 4.2, "public": 3.8, "industrial": 6, "school": 3.7}[h.kind]
	if each == 0 {
		each = 2.95
	}
	return math.Round((float64(h.floors)*each+1)*10) / 10
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// frontage is the name of the nearest street.
func (s *settler) frontage(h *house) string {
	c := middle(h.ring)
	p := s.t.plane
	best, name := math.Inf(1), ""
	r := p.faces[h.face].ring
	for i, u := range r {
		v := r[(i+1)%len(r)]
		if w := p.ways[p.owner[edge{u, v}]]; w.kind != "path" && w.kind != "river" && w.kind != "rail" {
			if d := toSegment(c, p.at(u), p.at(v)); d < best {
				best, name = d, w.name
			}
		}
	}
	return name
}
