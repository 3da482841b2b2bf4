package demo

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// office is one street office: its code and what it has numbered so far. The
// tiles of a street share it, so that no code is given twice.
type office struct {
	code        string // nine digits
	name        string
	n           map[string]int
	communities []string // names, taken in order
}

// settler moves people and organisations into a tile and writes its registers.
type settler struct {
	t      *tile
	d      dice
	out    sink
	office *office
	coms   []place
	grids  []place
	gridOf []int          // by face
	codeOf map[int]string // building code by house
	nameOf map[int]string
	yardOf map[int]string // courtyard code by block
	laneOf map[int][]string
	homes  []home
	homeIn map[int][]int // homes by grid
	member []member
	memIn  map[int][]int // members by grid
	branch []branch
	hubOf  map[int][]hub // by grid
	units  []unitAt
	taken  map[int]bool // houses that hold a point
	thin   bool         // district: fewer teams, roles and offers per grid
}

// place is a community or a grid with its code.
type place struct {
	code   string
	name   string
	short  string // 绿地
	kind   string
	com    int // of a grid: its community
	faces  []int
	at     orb.Point
	doors  int
	branch int // of a grid: its branch, -1 for none
	shapes [][][]spot
}

func newSettler(t *tile, out sink, o *office) *settler {
	return &settler{
		t: t, d: t.d, out: out, office: o, gridOf: make([]int, len(t.plane.faces)),
		codeOf: map[int]string{}, nameOf: map[int]string{}, yardOf: map[int]string{}, laneOf: map[int][]string{},
		homeIn: map[int][]int{}, memIn: map[int][]int{}, hubOf: map[int][]hub{}, taken: map[int]bool{},
	}
}

func (s *settler) count(kind string) int {
	s.office.n[kind]++
	return s.office.n[kind]
}

// next is a fresh code of the street: a letter, the street, five digits.
func (s *settler) next(kind string) string {
	return fmt.Sprintf("%s%s%05d", kind, s.office.code, s.count(kind))
}

// territory names and numbers communities and grids, and writes the grids.
func (s *settler) territory(list []community) {
	for _, c := range list {
		k := s.count("community")
		p := place{code: fmt.Sprintf("%s%03d", s.office.code, k), short: s.office.communities[(k-1)%len(s.office.communities)], faces: c.faces, at: c.at, doors: c.doors}
		p.name = p.short + "社区"
		p.shapes = s.t.plane.trace(c.faces)
		s.coms = append(s.coms, p)
		basic := 0
		for i, g := range c.grids {
			q := place{code: fmt.Sprintf("%s%03d", p.code, i+1), kind: g.kind, com: len(s.coms) - 1, faces: g.faces, at: g.at, doors: g.doors, branch: -1, short: p.short}
			q.name = g.name + "专属网格"
			if g.kind == "basic" {
				basic++
				q.name = fmt.Sprintf("%s第%d网格", p.short, basic)
			}
			q.shapes = s.t.plane.trace(g.faces)
			for _, f := range g.faces {
				s.gridOf[f] = len(s.grids)
			}
			s.grids = append(s.grids, q)
			s.out.put("grids", multiOf(q.shapes), "code", q.code, "name", q.name, "kind", q.kind, "community", p.code, "valid_from", "2024-01-01")
		}
	}
}

// near sorts indexes by their distance from a place, nearest first.
func near(at orb.Point, n int, where func(i int) orb.Point) []int {
	out := make([]int, n)
	dist := make([]float64, n)
	for i := range out {
		out[i] = i
		dist[i] = apart(at, where(i))
	}
	slices.SortStableFunc(out, func(a, b int) int { return int(math.Copysign(1, dist[a]-dist[b])) })
	return out
}
