package demo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// block is the ground between roads that was built on in one go: an estate, a
// quarter of lanes, a school.
type block struct {
	use   string
	ring  []orb.Point // before it was cut by inner paths
	angle float64     // of its rows of houses
	faces []int
	yard  string // name of the estate or place, "" for none
	built int
	wall  []orb.Point // inner ring: the wall of a walled estate, the edge of grounds
	tall  int         // floors its houses start from
}

// house is one building.
type house struct {
	ring   []orb.Point
	kind   string // ward.BuildingKinds
	name   string
	number string
	floors int
	units  int
	doors  int // households
	face   int
	block  int
	built  int
	shops  int // rooms for shops or offices
}

// surface is an area that is drawn but not built on.
type surface struct {
	name string
	kind string // ward.GroundKinds
	ring []orb.Point
	face int // the face it takes room in, -1 when nothing is built near it
}

// lane is an alley between rows of old houses.
type lane struct {
	name  string
	line  []orb.Point
	width float64
	face  int
}

// tile is one town: everything with a place, before people move in.
type tile struct {
	d       dice
	ground  ground
	col     float64 // place in the lattice of tiles
	row     float64
	plan    layout
	plane   *plane
	blocks  []block
	houses  []house
	greens  []surface
	walls   [][]orb.Point
	stubs   []stub // roads that go on beyond the outline
	lanes   []lane
	river   []orb.Point
	used    map[string]bool // names given
	flats   int             // doors on a landing
	inner   bool            // lies among other tiles: nothing is drawn beyond the outline
	ringOne bool            // the estate round a kindergarten has been made
}

// stub is the piece of a way beyond the outline.
type stub struct {
	way  int
	line []orb.Point
}

const riverHalf = 21.0 // metres from the middle of the river to its bank

// build makes the town: main lines, blocks, what stands on them.
func build(d dice, g ground, col, row float64, plan layout, rims [4]way, flats int) *tile {
	t := &tile{d: d, ground: g, col: col, row: row, plan: plan, plane: newPlane(), used: map[string]bool{}, flats: flats, inner: flats == 1}
	t.outline(rims)
	t.mainLines()
	t.quarters()
	t.uses()
	t.innerPaths()
	for b := range t.blocks {
		t.fill(b)
	}
	return t
}

func (t *tile) at(p orb.Point) orb.Point { return t.ground.at(t.col+p[0], t.row+p[1]) }

func (t *tile) way(w way) int {
	t.plane.ways = append(t.plane.ways, w)
	return len(t.plane.ways) - 1
}

// outline runs south, east, north, west.
func (t *tile) outline(rims [4]way) {
	var pts []orb.Point
	var ways []int
	sides := [4][2]orb.Point{{{0, 0}, {1, 0}}, {{1, 0}, {1, 1}}, {{1, 1}, {0, 1}}, {{0, 1}, {0, 0}}}
	for i, s := range sides {
		rims[i].rim = true
		w := t.way(rims[i])
		for k := range rimSteps {
			pts = append(pts, t.at(mix(s[0], s[1], float64(k)/rimSteps)))
			ways = append(ways, w)
		}
	}
	t.plane.frame(pts, ways)
}

func (t *tile) mainLines() {
	curve := func(pts []orb.Point) []orb.Point {
		out := make([]orb.Point, len(pts))
		for i, p := range pts {
			wobble := orb.Point{t.d.in(-.006, .006), t.d.in(-.006, .006)}
			if len(t.plan.river) > 0 && (p[0] <= 0.01 || p[0] >= 0.99) {
				wobble = orb.Point{}
			}
			out[i] = t.at(add(p, wobble))
		}
		return smooth(out, 15)
	}
	lay := func(s stroke, pts []orb.Point) {
		w := t.way(way{name: s.name, kind: s.kind, half: s.half})
		for _, o := range t.plane.lay(pts, w) {
			if len(o) > 1 && !t.inner && (!within(t.rim(), o[0]) || !within(t.rim(), o[len(o)-1])) {
				t.stubs = append(t.stubs, stub{w, o})
			}
		}
	}
	if len(t.plan.river) > 0 {
		t.river = curve(t.plan.river)
		lay(stroke{"澜江", "river", riverHalf, nil}, t.river)
		lay(stroke{"滨江北路", "secondary", 10, nil}, beside(t.river, 58))
		lay(stroke{"滨江南路", "secondary", 10, nil}, beside(t.river, -56))
	}
	for _, s := range t.plan.strokes {
		lay(s, curve(s.pts))
	}
}

// rim is the outline of the tile in metres.
func (t *tile) rim() []orb.Point {
	var pts []orb.Point
	for _, s := range [4][2]orb.Point{{{0, 0}, {1, 0}}, {{1, 0}, {1, 1}}, {{1, 1}, {0, 1}}, {{0, 1}, {0, 0}}} {
		for k := range rimSteps {
			pts = append(pts, t.at(mix(s[0], s[1], float64(k)/rimSteps)))
		}
	}
	return pts
}

// lot is how large a block of a use is, in square metres.
var lot = map[string]float64{"core": 8500, "village": 15000, "walkup": 24000, "slab": 27000, "tower": 27000, "office": 13000, "industry": 24000}

func (t *tile) zone(c orb.Point) string {
	best, use := math.Inf(1), "walkup"
	for _, s := range t.plan.sites {
		if d := apart(c, t.at(s.at)); d < best {
			best, use = d, s.use
		}
	}
	return use
}

// touches tells whether a face has an edge of the given kind of way.
func (t *tile) touches(f int, kind string) bool {
	r := t.plane.faces[f].ring
	for i, u := range r {
		if t.plane.ways[t.plane.owner[edge{u, r[(i+1)%len(r)]}]].kind == kind {
			return true
		}
	}
	return false
}

// quarters cuts the ground between main lines into blocks by streets that
// bend a little and meet at T-junctions.
func (t *tile) quarters() {
	for f := 0; f < len(t.plane.faces); f++ {
		if t.touches(f, "river") {
			continue
		}
		for tries := 0; tries < 14; tries++ {
			ring := t.plane.ring(f)
			c := middle(ring)
			use := t.zone(c)
			size := areaOf(ring)
			want := lot[use] * t.d.in(.75, 1.35)
			angle, long, wide := axis(ring)
			if size < want*1.35 && long < 3.2*wide || size < 0.6*lot[use] {
				break
			}
			w := way{name: t.roadName(use), kind: "minor", half: 8}
			if use == "core" && size < 30000 {
				w = way{name: t.laneName(), kind: "path", half: t.d.in(2.5, 3.5)}
			}
			p := add(c, times(heading(angle), t.d.in(-.14, .14)*long))
			_, ok := t.plane.cut(f, p, angle+math.Pi/2+t.d.in(-.13, .13), t.d.in(-.05, .05)*wide, len(t.plane.ways))
			if ok {
				t.way(w)
				tries = -1
			}
		}
	}
}

// uses decides what every block is.
func (t *tile) uses() {
	for f := range t.plane.faces {
		ring := t.plane.ring(f)
		use := t.zone(middle(ring))
		switch {
		case t.touches(f, "river"):
			use = "bank"
		case areaOf(ring) < 2600:
			use = "pocket"
		}
		t.plane.faces[f].block = f
		t.blocks = append(t.blocks, block{use: use, ring: ring, faces: []int{f}})
	}
	for _, m := range t.plan.marks {
		best, at := -1, math.Inf(1)
		want := map[string]float64{"lake": 60000, "park": 4000, "market": 5000, "garden": 18000, "school": 14000, "mall": 21000}[m.use]
		for b := range t.blocks {
			bl := &t.blocks[b]
			if bl.use == "bank" || bl.use == "pocket" || slices.Contains([]string{"lake", "mall", "hospital", "school", "market", "park", "hall", "garden"}, bl.use) {
				continue
			}
			size := areaOf(bl.ring)
			if m.use == "mall" && size < 12000 {
				continue
			}
			if d := apart(middle(bl.ring), t.at(m.at)) + 120*math.Abs(math.Log(size/max(want, 14000))); d < at {
				best, at = b, d
			}
		}
		if best >= 0 {
			t.blocks[best].use = m.use
		}
	}
	for b := range t.blocks {
		bl := &t.blocks[b]
		a, long, wide := axis(bl.ring)
		bl.angle = level(a)
		if math.Abs(bl.angle) > 0.27 || long < 1.2*wide && math.Abs(bl.angle) > 0.2 {
			bl.angle = t.d.in(-.2, .2)
		}
		if bl.use == "core" || bl.use == "village" || bl.use == "market" || bl.use == "industry" || bl.use == "office" || bl.use == "mall" {
			bl.angle = level(a)
		}
		t.describe(bl)
	}
}
