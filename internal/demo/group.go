package demo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// atom is what a border never divides: a face, or faces that belong together.
type atom struct {
	faces []int
	doors float64
	at    orb.Point
	links []link
}

// link is a neighbour: cost is what a border between the two is worth avoiding,
// walk whether one can go from one to the other.
type link struct {
	to   int
	cost float64
	walk bool
}

// borderCost is how unnatural a border along a way is, per metre.
var borderCost = map[string]float64{"river": 0, "rail": 0, "main": .15, "secondary": .35, "minor": .8, "path": 1.6}

// atoms joins faces that stand for one thing and finds their neighbours.
func (t *tile) atoms() []atom {
	doors := make([]float64, len(t.plane.faces))
	for _, h := range t.houses {
		doors[h.face] += float64(h.doors)
	}
	of := make([]int, len(t.plane.faces))
	var list []atom
	glued := map[int]int{}
	for f := range t.plane.faces {
		b := t.plane.faces[f].block
		if g, ok := glued[b]; ok {
			of[f] = g
			list[g].faces = append(list[g].faces, f)
			list[g].doors += doors[f]
			continue
		}
		of[f] = len(list)
		if t.blocks[b].use == "garden" && t.ringOne {
			glued[b] = len(list)
		}
		list = append(list, atom{faces: []int{f}, doors: doors[f], at: middle(t.plane.ring(f))})
	}
	for f := range t.plane.faces {
		r := t.plane.faces[f].ring
		for i, u := range r {
			v := r[(i+1)%len(r)]
			g, inside := t.plane.left[edge{v, u}]
			if !inside || of[g] == of[f] {
				continue
			}
			kind := t.plane.ways[t.plane.owner[edge{u, v}]].kind
			cost := borderCost[kind] * apart(t.plane.at(u), t.plane.at(v))
			if t.plane.faces[f].block == t.plane.faces[g].block {
				cost *= 3
			}
			a := &list[of[f]]
			if k := slices.IndexFunc(a.links, func(l link) bool { return l.to == of[g] }); k >= 0 {
				a.links[k].cost += cost
				a.links[k].walk = a.links[k].walk || kind != "river"
				continue
			}
			a.links = append(a.links, link{of[g], cost, kind != "river" && kind != "rail"})
		}
	}
	return list
}

// islands splits a set of atoms into parts one can walk through.
func islands(list []atom, set []int) [][]int {
	in := map[int]bool{}
	for _, a := range set {
		in[a] = true
	}
	var out [][]int
	for _, a := range set {
		if !in[a] {
			continue
		}
		in[a] = false
		part := []int{a}
		for i := 0; i < len(part); i++ {
			for _, l := range list[part[i]].links {
				if l.walk && in[l.to] {
					in[l.to] = false
					part = append(part, l.to)
				}
			}
		}
		out = append(out, part)
	}
	return out
}

// divide shares the atoms of a set among about k labels of like weight whose
// borders run along the strongest lines. Every label is one walkable part,
// except that a small part cut off by others joins the nearest label.
func divide(d dice, list []atom, set []int, k int, weight func(a int) float64) map[int]int {
	label := map[int]int{}
	total := 0.0
	for _, a := range set {
		total += weight(a)
	}
	want := total / float64(max(1, k))
	next := 0
	var small [][]int
	parts := islands(list, set)
	slices.SortStableFunc(parts, func(a, b []int) int { return len(b) - len(a) })
	for i, part := range parts {
		sum := 0.0
		for _, a := range part {
			sum += weight(a)
		}
		n := int(sum/want + .5)
		if n == 0 && i > 0 {
			small = append(small, part)
			continue
		}
		n = max(1, n)
		grow(list, part, n, next, weight, label)
		anneal(d, list, part, n, next, sum/float64(n), weight, label)
		next += n
	}
	for _, part := range small {
		best, to := math.Inf(1), 0
		for _, a := range set {
			if l, ok := label[a]; ok {
				if s := apart(list[a].at, list[part[0]].at); s < best {
					best, to = s, l
				}
			}
		}
		for _, a := range part {
			label[a] = to
		}
	}
	return label
}

// grow starts n labels far from each other; the lightest always takes its
// nearest free neighbour.
func grow(list []atom, part []int, n, first int, weight func(int) float64, label map[int]int) {
	seeds := []int{part[0]}
	for _, a := range part { // the southernmost-western starts
		if list[a].at[0]+list[a].at[1] < list[seeds[0]].at[0]+list[seeds[0]].at[1] {
			seeds[0] = a
		}
	}
	for len(seeds) < n {
		far, at := -1.0, part[0]
		for _, a := range part {
			near := math.Inf(1)
			for _, s := range seeds {
				near = min(near, apart(list[a].at, list[s].at))
			}
			if near > far {
				far, at = near, a
			}
		}
		seeds = append(seeds, at)
	}
	in := map[int]bool{}
	for _, a := range part {
		in[a] = true
	}
	sum := make([]float64, n)
	stuck := make([]bool, n)
	own := make([][]int, n)
	for i, s := range seeds {
		if _, twice := label[s]; twice {
			continue
		}
		label[s] = first + i
		own[i] = []int{s}
		sum[i] = weight(s)
	}
	for {
		i := -1
		for j := range sum {
			if !stuck[j] && (i < 0 || sum[j] < sum[i]) {
				i = j
			}
		}
		if i < 0 {
			return
		}
		best, at := math.Inf(1), -1
		for _, a := range own[i] {
			for _, l := range list[a].links {
				if _, taken := label[l.to]; taken || !l.walk || !in[l.to] {
					continue
				}
				if s := apart(list[l.to].at, list[seeds[i]].at) - l.cost; s < best {
					best, at = s, l.to
				}
			}
		}
		if at < 0 {
			stuck[i] = true
			continue
		}
		label[at] = first + i
		own[i] = append(own[i], at)
		sum[i] += weight(at)
	}
}

// anneal moves atoms between neighbouring labels until weights are even and
// borders lie well; no label ever falls apart.
func anneal(d dice, list []atom, part []int, n, first int, want float64, weight func(int) float64, label map[int]int) {
	if n < 2 {
		return
	}
	in := map[int]bool{}
	sum := make([]float64, n)
	for _, a := range part {
		in[a] = true
		sum[label[a]-first] += weight(a)
	}
	off := func(w float64) float64 { x := (w - want) / want; return 9000 * x * x }
	rounds := 260 * len(part)
	for i := range rounds {
		heat := 160 * math.Pow(1-float64(i)/float64(rounds), 2)
		a := one(d, part)
		l := one(d, append([]link{}, list[a].links...))
		if !l.walk || !in[l.to] || label[l.to] == label[a] {
			continue
		}
		from, to := label[a], label[l.to]
		w := weight(a)
		gain := off(sum[from-first]) - off(sum[from-first]-w) + off(sum[to-first]) - off(sum[to-first]+w)
		for _, n := range list[a].links {
			if other, ok := label[n.to]; ok {
				if other == from {
					gain -= n.cost
				}
				if other == to {
					gain += n.cost
				}
			}
		}
		if gain < 0 && (heat <= 0 || d.r.Float64() > math.Exp(gain/heat)) {
			continue
		}
		if !staysWhole(list, label, a) {
			continue
		}
		label[a] = to
		sum[from-first] -= w
		sum[to-first] += w
	}
}

// staysWhole tells whether the label of atom a is still one part without it.
func staysWhole(list []atom, label map[int]int, a int) bool {
	own := label[a]
	var near []int
	for _, l := range list[a].links {
		if g, ok := label[l.to]; ok && g == own && l.walk {
			near = append(near, l.to)
		}
	}
	if len(near) == 0 {
		return false
	}
	if len(near) == 1 {
		return true
	}
	seen := map[int]bool{a: true, near[0]: true}
	queue := []int{near[0]}
	left := len(near) - 1
	for len(queue) > 0 && left > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, l := range list[at].links {
			if g, ok := label[l.to]; !ok || g != own || !l.walk || seen[l.to] {
				continue
			}
			seen[l.to] = true
			queue = append(queue, l.to)
			if slices.Contains(near, l.to) {
				left--
			}
		}
	}
	return left == 0
}
