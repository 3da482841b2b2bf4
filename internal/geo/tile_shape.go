package geo

import (
	"math"
	"slices"
)

// A vector tile has a grid of TileExtent steps a side, from its north-west corner
// to the east and the south, and shows TileBuffer steps of its neighbours.
const (
	TileExtent = 4096
	TileBuffer = 64
)

// TileDrawer draws areas into one vector tile, one after the other. It is not for
// several goroutines.
type TileDrawer struct {
	west, north, steps float64 // the corner in metres of EPSG:3857, and steps a metre

	ring, clipped []tilePoint
	edges         []tileEdge
	commands      []uint32
	cursor        tilePoint
}

type tilePoint struct{ x, y int32 }

// tileEdge is a side of a ring; next is where the following one is kept.
type tileEdge struct {
	from, to tilePoint
	next     int
}

// halfMercator is half a side of the square of EPSG:3857, metres.
const halfMercator = 20037508.342789244

// NewTileDrawer draws into the tile z/x/y.
func NewTileDrawer(z, x, y int) *TileDrawer {
	side := 2 * halfMercator / float64(int64(1)<<z)
	return &TileDrawer{west: float64(x)*side - halfMercator, north: halfMercator - float64(y)*side, steps: TileExtent / side}
}

// manyEdges is from how many edges on an area is left to others: every two are
// looked at.
const manyEdges = 100

// Draw turns an area, EWKB in EPSG:3857, into the commands of a Mapbox Vector Tile
// (version 2, §4.3), cut to the tile with its buffer; empty when nothing of it is
// left. What the steps of the tile would make touch or cross itself is not drawn:
// clean is false, and somebody who can mend shapes must do it. The commands hold
// until the next call.
func (d *TileDrawer) Draw(ewkb []byte) (commands []uint32, clean bool, err error) {
	d.commands, d.edges, d.cursor = d.commands[:0], d.edges[:0], tilePoint{}
	shape := wkbReader{rest: ewkb}
	parts := shape.parts()
	clean = true
	for ; parts > 0 && shape.err == nil; parts-- {
		rings := shape.polygon()
		shown := true // a polygon without its outer ring has no holes either
		for i := range rings {
			if clean = d.read(&shape) && clean; !clean || shape.err != nil {
				return nil, clean, shape.err
			}
			if i == 0 {
				shown = d.turned(1)
			} else if !shown || !d.turned(-1) {
				continue
			}
			if shown {
				d.write()
			}
		}
	}
	return d.commands, clean && d.apart(), shape.err
}

// Copy turns an area that is in the steps of the tile already into commands.
func (d *TileDrawer) Copy(ewkb []byte) (commands []uint32, err error) {
	d.commands, d.edges, d.cursor = d.commands[:0], d.edges[:0], tilePoint{}
	shape := wkbReader{rest: ewkb}
	for parts := shape.parts(); parts > 0 && shape.err == nil; parts-- {
		for rings := shape.polygon(); rings > 0 && shape.err == nil; rings-- {
			d.ring = d.ring[:0]
			for n := shape.count(); n > 0 && shape.err == nil; n-- {
				x, y := shape.point()
				d.ring = append(d.ring, tilePoint{int32(x), int32(y)})
			}
			if len(d.ring) > 3 {
				d.ring = d.ring[:len(d.ring)-1]
				d.write()
			}
		}
	}
	return d.commands, shape.err
}

// read takes the next ring in steps of the tile, without points that say nothing,
// cut to the tile. It is false where the ring runs back on itself.
func (d *TileDrawer) read(shape *wkbReader) (clean bool) {
	d.ring = d.ring[:0]
	low, high := tilePoint{math.MaxInt32, math.MaxInt32}, tilePoint{math.MinInt32, math.MinInt32}
	for n := shape.count(); n > 0 && shape.err == nil; n-- {
		x, y := shape.point()
		s := tilePoint{toStep((x - d.west) * d.steps), toStep((d.north - y) * d.steps)}
		low, high = tilePoint{min(low.x, s.x), min(low.y, s.y)}, tilePoint{max(high.x, s.x), max(high.y, s.y)}
		if len(d.ring) == 0 || d.ring[len(d.ring)-1] != s {
			d.ring = append(d.ring, s)
		}
	}
	if len(d.ring) > 1 && d.ring[0] == d.ring[len(d.ring)-1] {
		d.ring = d.ring[:len(d.ring)-1]
	}
	if low.x < -TileBuffer || low.y < -TileBuffer || high.x > TileExtent+TileBuffer || high.y > TileExtent+TileBuffer {
		d.clip()
	}
	return d.straighten()
}

// toStep rounds like PostGIS; what is far away stays far away.
func toStep(v float64) int32 {
	return int32(min(max(math.RoundToEven(v), -1<<28), 1<<28))
}

// clip cuts the ring at the four sides of the buffer (Sutherland and Hodgman, 1974).
func (d *TileDrawer) clip() {
	for side := range 4 {
		beyond := func(s tilePoint) int64 { // how far past the side
			switch side {
			case 0:
				return int64(-TileBuffer - s.x)
			case 1:
				return int64(s.x - TileExtent - TileBuffer)
			case 2:
				return int64(-TileBuffer - s.y)
			}
			return int64(s.y - TileExtent - TileBuffer)
		}
		d.clipped = d.clipped[:0]
		add := func(s tilePoint) {
			if n := len(d.clipped); n == 0 || d.clipped[n-1] != s {
				d.clipped = append(d.clipped, s)
			}
		}
		for i, b := range d.ring {
			a := d.ring[(i+len(d.ring)-1)%len(d.ring)]
			from, to := beyond(a), beyond(b)
			if (from > 0) != (to > 0) && from != 0 && to != 0 {
				t := float64(from) / float64(from-to)
				add(tilePoint{a.x + toStep(t*float64(b.x-a.x)), a.y + toStep(t*float64(b.y-a.y))})
			}
			if to <= 0 {
				add(b)
			}
		}
		d.ring, d.clipped = d.clipped, d.ring
		if n := len(d.ring); n > 1 && d.ring[0] == d.ring[n-1] {
			d.ring = d.ring[:n-1]
		}
	}
}

// straighten drops the points on the way from one corner to the next.
func (d *TileDrawer) straighten() (clean bool) {
	for i := 0; i < len(d.ring) && len(d.ring) > 2; {
		n := len(d.ring)
		a, b, c := d.ring[(i+n-1)%n], d.ring[i], d.ring[(i+1)%n]
		if turn(a, b, c) != 0 {
			i++
			continue
		}
		if int64(b.x-a.x)*int64(c.x-b.x)+int64(b.y-a.y)*int64(c.y-b.y) < 0 {
			return false
		}
		d.ring = slices.Delete(d.ring, i, i+1)
		i = max(i-1, 0)
	}
	return true
}

// turn is twice the area of the triangle, above 0 to the right where y points south.
func turn(a, b, c tilePoint) int64 {
	return int64(b.x-a.x)*int64(c.y-a.y) - int64(b.y-a.y)*int64(c.x-a.x)
}

// turned makes the ring run to the right (1, an outer ring) or to the left (-1, a
// hole); it is false when the ring encloses nothing.
func (d *TileDrawer) turned(way int64) bool {
	area := int64(0)
	for i, b := range d.ring {
		a := d.ring[(i+len(d.ring)-1)%len(d.ring)]
		area += int64(a.x)*int64(b.y) - int64(b.x)*int64(a.y)
	}
	if area*way < 0 {
		slices.Reverse(d.ring)
	}
	return len(d.ring) > 2 && area != 0
}

// write adds the ring to the commands.
func (d *TileDrawer) write() {
	const moveTo, lineTo, closePath = 1, 2, 7
	to := func(s tilePoint) {
		d.commands = append(d.commands, zigzag(s.x-d.cursor.x), zigzag(s.y-d.cursor.y))
		d.cursor = s
	}
	d.commands = append(d.commands, moveTo|1<<3)
	to(d.ring[0])
	d.commands = append(d.commands, lineTo|uint32(len(d.ring)-1)<<3)
	first := len(d.edges)
	for i, s := range d.ring {
		if i > 0 {
			to(s)
		}
		d.edges = append(d.edges, tileEdge{s, d.ring[(i+1)%len(d.ring)], len(d.edges) + 1})
	}
	d.edges[len(d.edges)-1].next = first
	d.commands = append(d.commands, closePath|1<<3)
}

func zigzag(n int32) uint32 { return uint32(n<<1) ^ uint32(n>>31) }

// apart tells whether no two of the edges written touch, but at the corners they
// share with the next.
func (d *TileDrawer) apart() bool {
	if len(d.edges) > manyEdges {
		return false
	}
	for i, e := range d.edges {
		for j := i + 1; j < len(d.edges); j++ {
			f := d.edges[j]
			if e.next == j || f.next == i {
				continue // neighbours; straighten has seen that they do not fold
			}
			if max(e.from.x, e.to.x) < min(f.from.x, f.to.x) || max(f.from.x, f.to.x) < min(e.from.x, e.to.x) ||
				max(e.from.y, e.to.y) < min(f.from.y, f.to.y) || max(f.from.y, f.to.y) < min(e.from.y, e.to.y) {
				continue
			}
			if sides(turn(e.from, e.to, f.from), turn(e.from, e.to, f.to)) && sides(turn(f.from, f.to, e.from), turn(f.from, f.to, e.to)) {
				return false
			}
		}
	}
	return true
}

// sides tells whether two turns are not to the same side.
func sides(a, b int64) bool { return !(a > 0 && b > 0 || a < 0 && b < 0) }
