package demo

import (
	"math"
	"slices"
	"sort"

	"github.com/paulmach/orb"
)

// special are uses that make a grid of their own (专属网格).
var special = map[string]string{"mall": "商圈", "hospital": "", "kindergarten": "", "office": "楼宇", "industry": ""}

// community is one community of the tile with its grids.
type community struct {
	faces []int
	grids []grid
	at    orb.Point
	doors int
}

// grid is one grid: faces of its community.
type grid struct {
	faces []int
	kind  string // basic, special
	name  string // of the special place, "" for basic
	doors int
	at    orb.Point
}

// govern shares the tile among n communities and each of them among grids of
// about size households. It also fills gridOf and comOf of every face.
func (t *tile) govern(n int, size float64) []community {
	list := t.atoms()
	all := make([]int, len(list))
	for i := range all {
		all[i] = i
	}
	label := divide(t.d, list, all, n, func(a int) float64 { return list[a].doors + 12 })
	groups := make([][]int, n+4)
	for _, a := range all {
		groups[label[a]] = append(groups[label[a]], a)
	}
	var out []community
	for _, g := range groups {
		if len(g) > 0 {
			out = append(out, t.community(list, g, size))
		}
	}
	slices.SortStableFunc(out, func(a, b community) int { return readingOrder(a.at, b.at, 420) })
	t.detach(out)
	return out
}

// detach makes sure that some grid has two parts, as real ones do: a few houses
// go to the grid across another one.
func (t *tile) detach(list []community) {
	doors := map[int]int{}
	for _, h := range t.houses {
		doors[h.face] += h.doors
	}
	for _, c := range list {
		for _, g := range c.grids {
			if g.kind == "basic" && len(t.plane.trace(g.faces)) > 1 {
				return
			}
		}
	}
	for _, c := range list {
		for i := range c.grids {
			for k := range c.grids {
				if i != k && c.grids[i].kind == "basic" && c.grids[k].kind == "basic" && t.hand(&c.grids[i], &c.grids[k], doors) {
					return
				}
			}
		}
	}
}

// hand moves one small face from a to b when a stays whole and b gets a second part.
func (t *tile) hand(a, b *grid, doors map[int]int) bool {
	for i, f := range a.faces {
		if n := doors[f]; n < 6 || n > 70 || a.doors-n < 300 || b.doors+n > 500 || t.blocks[t.plane.faces[f].block].use == "garden" {
			continue
		}
		rest := slices.Delete(slices.Clone(a.faces), i, i+1)
		more := append(slices.Clone(b.faces), f)
		if len(t.plane.trace(rest)) == 1 && len(t.plane.trace(b.faces)) == 1 && len(t.plane.trace(more)) == 2 {
			a.faces, b.faces = rest, more
			a.doors, b.doors = a.doors-doors[f], b.doors+doors[f]
			return true
		}
	}
	return false
}

// readingOrder is west to east, then north to south, in bands of the given height.
func readingOrder(a, b orb.Point, band float64) int {
	ra, rb := math.Floor(-a[1]/band), math.Floor(-b[1]/band)
	if ra != rb {
		return int(ra - rb)
	}
	return int(math.Copysign(1, a[0]-b[0]))
}

func (t *tile) community(list []atom, set []int, size float64) community {
	c := community{}
	var rest []int
	own := map[string][]int{}
	for _, a := range set {
		c.faces = append(c.faces, list[a].faces...)
		use := t.blocks[t.plane.faces[list[a].faces[0]].block].use
		if _, alone := special[use]; alone && list[a].doors == 0 {
			own[use] = append(own[use], a)
			continue
		}
		rest = append(rest, a)
	}
	uses := make([]string, 0, len(own))
	for u := range own {
		uses = append(uses, u)
	}
	sort.Strings(uses)
	for _, u := range uses {
		for _, part := range islands(list, own[u]) {
			if u == "office" && len(part) < 2 || u == "industry" && len(part) < 2 {
				rest = append(rest, part...)
				continue
			}
			c.grids = append(c.grids, t.grid(list, part, "special", t.blocks[t.plane.faces[list[part[0]].faces[0]].block].yard+special[u]))
		}
	}
	slices.Sort(rest)
	doors := 0.0
	for _, a := range rest {
		doors += list[a].doors
	}
	k := max(1, int(doors/size+.5))
	label := divide(t.d, list, rest, k, func(a int) float64 { return list[a].doors + .5 })
	byLabel := map[int][]int{}
	top := 0
	for _, a := range rest {
		byLabel[label[a]] = append(byLabel[label[a]], a)
		top = max(top, label[a])
	}
	for l := 0; l <= top; l++ {
		if part := byLabel[l]; len(part) > 0 {
			c.grids = append(c.grids, t.grid(list, part, "basic", ""))
		}
	}
	slices.SortStableFunc(c.grids, func(a, b grid) int { return readingOrder(a.at, b.at, 220) })
	for _, g := range c.grids {
		c.doors += g.doors
	}
	c.at = t.centre(c.faces)
	return c
}

func (t *tile) grid(list []atom, part []int, kind, name string) grid {
	g := grid{kind: kind, name: name}
	for _, a := range part {
		g.faces = append(g.faces, list[a].faces...)
		g.doors += int(list[a].doors)
	}
	g.at = t.centre(g.faces)
	return g
}

func (t *tile) centre(faces []int) orb.Point {
	var sum orb.Point
	total := 0.0
	for _, f := range faces {
		r := t.plane.ring(f)
		a := areaOf(r)
		sum, total = add(sum, times(middle(r), a)), total+a
	}
	return times(sum, 1/total)
}
