package demo

import (
	"math"

	"github.com/paulmach/orb"
)

// Sizes of one tile in metres before bending.
const (
	tileWide = 1800.0
	tileHigh = 1540.0
	rimSteps = 110 // vertices along each side of a tile, shared with its neighbour
)

// ground bends the unit squares of the tiles into one irregular landscape: a
// point on the side two tiles share comes out the same for both.
type ground struct{ phase [6]float64 }

func newGround(d dice) ground {
	var g ground
	for i := range g.phase {
		g.phase[i] = d.in(0, 2*math.Pi)
	}
	return g
}

// at is the place in metres of (u, v), counted in tiles from the south-west.
func (g ground) at(u, v float64) orb.Point {
	x, y := u*tileWide, v*tileHigh
	wave := func(s, long float64, i int) float64 { return math.Sin(2*math.Pi*s/long + g.phase[i]) }
	return turn(orb.Point{
		x + 58*wave(y, 1900, 0) + 22*wave(y, 760, 1) + 12*wave(x, 900, 4),
		y + 52*wave(x, 2100, 2) + 20*wave(x, 820, 3) + 12*wave(y, 800, 5),
	}, -0.12)
}

// stroke is one main line of the layout in unit coordinates of the tile.
type stroke struct {
	name string
	kind string
	half float64
	pts  []orb.Point
}

// site says what is built round a place of the tile; a block takes the use of
// the nearest site.
type site struct {
	use string
	at  orb.Point
}

// layout is the big lines of a tile: what a town grew along.
type layout struct {
	river   []orb.Point // empty: no river
	strokes []stroke
	sites   []site
	marks   []site // one block each
}

// riverside is a town on both banks: the old core in the bend, a ring road, a
// diagonal avenue, offices north of the bridge.
func riverside() layout {
	return layout{
		river: []orb.Point{{-.12, .625}, {0, .6}, {.12, .575}, {.22, .53}, {.33, .455}, {.45, .415}, {.56, .43}, {.67, .495}, {.78, .56}, {.9, .59}, {1, .6}, {1.12, .585}},
		strokes: []stroke{
			{"环城北路", "main", 18, []orb.Point{{1.1, .79}, {.98, .8}, {.86, .825}, {.74, .85}, {.6, .852}, {.45, .825}, {.27, .79}, {.12, .785}, {-.1, .8}}},
			{"江澜大道", "main", 21, []orb.Point{{-.1, .035}, {.05, .12}, {.16, .205}, {.27, .3}, {.35, .385}, {.42, .47}, {.5, .57}, {.6, .675}, {.7, .76}, {.8, .87}, {.92, 1.08}}},
			{"中兴路", "secondary", 13, []orb.Point{{.5, 1.1}, {.515, .95}, {.525, .8}, {.545, .65}, {.6, .5}, {.615, .38}, {.6, .25}, {.615, .1}, {.6, -.1}}},
			{"文昌路", "secondary", 13, []orb.Point{{-.1, .405}, {.05, .385}, {.15, .375}, {.26, .34}, {.38, .27}, {.5, .225}, {.63, .225}, {.75, .27}, {.86, .33}, {.97, .36}, {1.1, .35}}},
			{"环城路", "main", 18, []orb.Point{{.315, 1.1}, {.31, .95}, {.285, .8}, {.262, .66}, {.243, .52}, {.24, .38}, {.285, .24}, {.375, .155}, {.5, .122}, {.62, .115}, {.75, .18}, {.835, .3}, {.862, .45}, {.852, .6}, {.838, .74}, {.82, .86}}},
			{"望江路", "secondary", 12, []orb.Point{{.09, .79}, {.1, .68}, {.098, .56}, {.11, .42}, {.12, .3}, {.145, .15}, {.135, -.1}}},
			{"书院路", "secondary", 12, []orb.Point{{1.1, .14}, {.95, .15}, {.84, .12}, {.72, .13}}},
			{"铁道南路", "secondary", 12, []orb.Point{{.715, .42}, {.71, .5}, {.705, .6}, {.69, .72}, {.675, .87}, {.69, 1.1}}},
		},
		sites: []site{
			{"core", orb.Point{.36, .32}},
			{"core", orb.Point{.43, .34}},
			{"core", orb.Point{.45, .22}},
			{"core", orb.Point{.53, .31}},
			{"core", orb.Point{.34, .22}},
			{"core", orb.Point{.68, .33}},
			{"core", orb.Point{.36, .56}},
			{"core", orb.Point{.44, .6}},
			{"core", orb.Point{.3, .36}},
			{"core", orb.Point{.69, .26}},
			{"core", orb.Point{.55, .18}},
			{"walkup", orb.Point{.17, .42}},
			{"walkup", orb.Point{.06, .48}},
			{"walkup", orb.Point{.05, .28}},
			{"walkup", orb.Point{.2, .26}},
			{"walkup", orb.Point{.22, .1}},
			{"village", orb.Point{.06, .08}},
			{"walkup", orb.Point{.42, .06}},
			{"walkup", orb.Point{.55, .05}},
			{"slab", orb.Point{.72, .06}},
			{"walkup", orb.Point{.68, .18}},
			{"core", orb.Point{.76, .4}},
			{"tower", orb.Point{.94, .46}},
			{"walkup", orb.Point{.92, .25}},
			{"village", orb.Point{.93, .05}},
			{"walkup", orb.Point{.17, .67}},
			{"slab", orb.Point{.04, .7}},
			{"walkup", orb.Point{.06, .93}},
			{"walkup", orb.Point{.37, .7}},
			{"walkup", orb.Point{.42, .76}},
			{"office", orb.Point{.53, .72}},
			{"office", orb.Point{.62, .6}},
			{"office", orb.Point{.61, .77}},
			{"tower", orb.Point{.77, .66}},
			{"slab", orb.Point{.78, .76}},
			{"slab", orb.Point{.41, .93}},
			{"walkup", orb.Point{.59, .93}},
			{"walkup", orb.Point{.75, .95}},
			{"industry", orb.Point{.93, .92}},
			{"tower", orb.Point{.94, .7}},
			{"slab", orb.Point{.24, .92}},
		},
		marks: []site{
			{"lake", orb.Point{.2, .9}}, {"mall", orb.Point{.585, .66}}, {"hospital", orb.Point{.8, .23}}, {"school", orb.Point{.19, .34}}, {"school", orb.Point{.36, .66}}, {"school", orb.Point{.68, .1}}, {"school", orb.Point{.9, .72}}, {"market", orb.Point{.46, .3}}, {"park", orb.Point{.48, .36}}, {"park", orb.Point{.9, .18}}, {"hall", orb.Point{.48, .64}}, {"garden", orb.Point{.05, .4}}, {"school", orb.Point{.5, .17}},
		},
	}
}

// inland is a town without a river: a boulevard, a second avenue, a park in
// the middle. The district uses it away from the river.
func inland() layout {
	return layout{
		strokes: []stroke{
			{"中环路", "main", 19, []orb.Point{{.22, 1.1}, {.24, .85}, {.2, .62}, {.23, .4}, {.3, .2}, {.28, -.1}}},
			{"文汇大道", "main", 20, []orb.Point{{-.1, .3}, {.1, .32}, {.3, .36}, {.5, .45}, {.7, .52}, {.88, .56}, {1.1, .62}}},
			{"东升路", "main", 18, []orb.Point{{.66, 1.1}, {.7, .85}, {.72, .6}, {.76, .35}, {.74, .15}, {.78, -.1}}},
			{"北园路", "secondary", 13, []orb.Point{{-.1, .74}, {.12, .72}, {.3, .7}, {.5, .735}, {.72, .76}, {.9, .74}, {1.1, .78}}},
			{"南苑路", "secondary", 13, []orb.Point{{-.1, .12}, {.15, .14}, {.35, .16}, {.55, .2}, {.78, .24}, {1.1, .2}}},
			{"学府路", "secondary", 12, []orb.Point{{.45, 1.1}, {.46, .85}, {.47, .6}, {.5, .4}, {.52, .2}, {.5, -.1}}},
		},
		sites: []site{
			{"walkup", orb.Point{.1, .9}}, {"walkup", orb.Point{.1, .5}}, {"slab", orb.Point{.1, .2}}, {"walkup", orb.Point{.1, .05}}, {"core", orb.Point{.35, .55}}, {"core", orb.Point{.36, .28}}, {"core", orb.Point{.33, .62}}, {"core", orb.Point{.42, .26}}, {"core", orb.Point{.4, .62}}, {"core", orb.Point{.6, .35}}, {"core", orb.Point{.64, .42}}, {"walkup", orb.Point{.4, .05}}, {"slab", orb.Point{.35, .88}}, {"walkup", orb.Point{.58, .9}}, {"office", orb.Point{.6, .58}}, {"tower", orb.Point{.6, .68}}, {"walkup", orb.Point{.62, .1}}, {"slab", orb.Point{.9, .1}}, {"walkup", orb.Point{.88, .4}}, {"tower", orb.Point{.9, .68}}, {"walkup", orb.Point{.85, .9}}, {"industry", orb.Point{.97, .95}},
		},
		marks: []site{
			{"lake", orb.Point{.55, .48}}, {"mall", orb.Point{.58, .6}}, {"hospital", orb.Point{.82, .3}}, {"school", orb.Point{.15, .6}}, {"school", orb.Point{.4, .8}}, {"school", orb.Point{.68, .15}}, {"school", orb.Point{.88, .8}}, {"market", orb.Point{.4, .4}}, {"park", orb.Point{.3, .3}}, {"hall", orb.Point{.5, .62}}, {"garden", orb.Point{.12, .4}},
		},
	}
}

// mirrored is the layout with east and west exchanged.
func (l layout) mirrored() layout {
	flip := func(pts []orb.Point) []orb.Point {
		out := make([]orb.Point, len(pts))
		for i, p := range pts {
			out[i] = orb.Point{1 - p[0], p[1]}
		}
		return out
	}
	m := layout{river: flip(l.river)}
	for _, s := range l.strokes {
		s.pts = flip(s.pts)
		m.strokes = append(m.strokes, s)
	}
	for _, s := range l.sites {
		m.sites = append(m.sites, site{s.use, orb.Point{1 - s.at[0], s.at[1]}})
	}
	for _, s := range l.marks {
		m.marks = append(m.marks, site{s.use, orb.Point{1 - s.at[0], s.at[1]}})
	}
	return m
}
