package geo

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Gap is ground between the shapes of a layer that none of them covers.
type Gap struct {
	Area float64   // square metres
	Spot orb.Point // a point inside its widest part, in degrees
	Near []int     // the shapes around it, by their place in the list
}

// hairline is the width in metres below which two borders touch.
const hairline = 0.001

// Gaps finds the holes of a layer that should leave none: ground that no shape
// covers and from which no way leads out of the layer, of at least the given
// square metres, the largest first. Shapes are in degrees with shells
// counter-clockwise, as Tidy leaves them. Borders drawn the same on both sides
// cancel, so a layer without a fault costs hardly more than reading it.
func Gaps(layer []orb.MultiPolygon, least float64) []Gap {
	box := orb.MultiPolygon{}.Bound()
	for _, shape := range layer {
		switch b := shape.Bound(); {
		case b.IsEmpty():
		case box.IsEmpty():
			box = b
		default:
			box = box.Union(b)
		}
	}
	if box.IsEmpty() {
		return []Gap{}
	}
	p := pockets{frame: NewFrame(box.Center())}
	sides := lonely(layer, p.frame)
	heights := crossingHeights(sides)
	for _, s := range sides {
		heights = append(heights, s.a[1], s.b[1])
	}
	strips(sides, heights, math.Inf(-1), math.Inf(1), p.strip)
	return p.closed(least)
}

// border is an edge in degrees whichever way it is walked.
type border struct{ a, b orb.Point }

// upward turns an edge from south to north; turn says which way it was walked.
func upward(a, b orb.Point) (border, int) {
	if a[1] > b[1] || a[1] == b[1] && a[0] > b[0] {
		return border{b, a}, 1
	}
	return border{a, b}, -1
}

// edges calls f for each edge of the layer.
func edges(layer []orb.MultiPolygon, f func(i int, a, b orb.Point)) {
	for i, shape := range layer {
		for _, polygon := range shape {
			for _, ring := range polygon {
				for k, p := range ring {
					if q := ring[(k+1)%len(ring)]; p != q {
						f(i, p, q)
					}
				}
			}
		}
	}
}

// lonely are the edges that no other shape walks the other way.
func lonely(layer []orb.MultiPolygon, frame Frame) []side {
	left := map[border]int{}
	edges(layer, func(_ int, a, b orb.Point) {
		key, turn := upward(a, b)
		if left[key] += turn; left[key] == 0 {
			delete(left, key)
		}
	})
	sides := []side{}
	edges(layer, func(i int, a, b orb.Point) {
		key, turn := upward(a, b)
		if left[key]*turn <= 0 {
			return
		}
		left[key] -= turn
		if a, b := frame.Metres(key.a), frame.Metres(key.b); a[1] < b[1] {
			sides = append(sides, side{a: a, b: b, shape: i, turn: turn})
		}
	})
	return sides
}

// crossingHeights are the heights at which edges cross each other.
func crossingHeights(sides []side) []float64 {
	order := make([]int, len(sides))
	for i := range order {
		order[i] = i
	}
	west := func(i int) float64 { return math.Min(sides[i].a[0], sides[i].b[0]) }
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(west(a), west(b)) })
	out := []float64{}
	for n, i := range order {
		east := math.Max(sides[i].a[0], sides[i].b[0])
		for _, j := range order[n+1:] {
			if west(j) > east {
				break
			}
			if y, ok := crossing(sides[i], sides[j]); ok {
				out = append(out, y)
			}
		}
	}
	return out
}

// pocket is a piece of uncovered ground in one strip, between two edges; nil is
// the open ground west or east of the layer.
type pocket struct {
	west, east *side
	id         int
}

// between is where the piece begins and ends at height y.
func (p pocket) between(y float64) (west, east float64) {
	west, east = math.Inf(-1), math.Inf(1)
	if p.west != nil {
		west = p.west.at(y)
	}
	if p.east != nil {
		east = p.east.at(y)
	}
	return west, east
}

// pockets joins the uncovered pieces of neighbouring strips.
type pockets struct {
	frame  Frame
	pieces []piece
	before []pocket // those of the strip below
	top    float64  // and where it ends
	begun  bool
}

// piece is what is known of a joined piece, at its root.
type piece struct {
	parent       int
	open         bool // a way leads out of the layer
	area, widest float64
	spot         orb.Point
	near         []int
}

func (p *pockets) root(i int) int {
	for p.pieces[i].parent != i {
		p.pieces[i].parent = p.pieces[p.pieces[i].parent].parent
		i = p.pieces[i].parent
	}
	return i
}

func (p *pockets) join(a, b int) {
	if a, b = p.root(a), p.root(b); a == b {
		return
	}
	from, to := &p.pieces[min(a, b)], &p.pieces[max(a, b)]
	from.parent = max(a, b)
	to.open = to.open || from.open
	to.area += from.area
	if to.open {
		to.near = nil // nobody asks what lies around open ground
	} else if to.near = append(to.near, from.near...); len(to.near) > 64 {
		slices.Sort(to.near)
		to.near = slices.Compact(to.near)
	}
	if from.widest > to.widest {
		to.widest, to.spot = from.widest, from.spot
	}
	from.near = nil
}

// strip finds the uncovered pieces of one strip and joins them to those below.
func (p *pockets) strip(low, high float64, active []crossed) {
	now := []pocket{}
	cover, west := 0, -1
	for i, c := range active {
		if cover <= 0 && (west < 0 || c.x-active[west].x > hairline) {
			now = append(now, p.found(low, high, active, west, i))
		}
		cover += c.side.turn
		west = i
	}
	now = append(now, p.found(low, high, active, west, -1))
	if !p.begun {
		p.lead(now, low)
	}
	p.begun = true
	below := 0
	for _, n := range now {
		west, east := n.between(low)
		for below < len(p.before) {
			if _, e := p.before[below].between(low); e > west {
				break
			}
			below++
		}
		for _, b := range p.before[below:] {
			w, e := b.between(low)
			if w >= east {
				break
			}
			if math.Min(e, east)-math.Max(w, west) > hairline {
				p.join(b.id, n.id)
			}
		}
	}
	p.before, p.top = now, high
}

// lead marks pieces that are open at the southern or northern end of the layer.
func (p *pockets) lead(out []pocket, y float64) {
	for _, o := range out {
		if west, east := o.between(y); east-west > hairline {
			p.pieces[p.root(o.id)].open = true
		}
	}
}

// found makes a piece between two active edges; −1 is the open ground.
func (p *pockets) found(low, high float64, active []crossed, west, east int) pocket {
	id := len(p.pieces)
	one, is := piece{parent: id, open: west < 0 || east < 0}, pocket{id: id}
	if west >= 0 {
		is.west = active[west].side
	}
	if east >= 0 {
		is.east = active[east].side
	}
	if !one.open {
		width := active[east].x - active[west].x
		one.area, one.widest = width*(high-low), math.Min(width, high-low)
		one.spot = p.frame.Degrees(orb.Point{(active[west].x + active[east].x) / 2, (low + high) / 2})
		one.near = []int{is.west.shape, is.east.shape}
	}
	p.pieces = append(p.pieces, one)
	return is
}

// closed are the pieces without a way out, the largest first.
func (p *pockets) closed(least float64) []Gap {
	p.lead(p.before, p.top)
	out := []Gap{}
	for i, one := range p.pieces {
		if one.parent == i && !one.open && one.area >= least {
			slices.Sort(one.near)
			out = append(out, Gap{Area: one.area, Spot: one.spot, Near: slices.Compact(one.near)})
		}
	}
	slices.SortFunc(out, func(a, b Gap) int { return cmp.Compare(b.Area, a.Area) })
	return out
}
