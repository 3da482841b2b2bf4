package geo

import (
	"errors"
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// euler is V − E + F of the arcs, the outside being one of the faces: two, and
// one more for every further piece of linework.
func euler(arcs []Arc) int {
	at, cells := map[Cm]bool{}, map[int64]bool{0: true}
	for _, a := range arcs {
		at[a.Points[0]], at[a.Points[len(a.Points)-1]] = true, true
		cells[a.Left], cells[a.Right] = true, true
	}
	return len(at) - len(arcs) + len(cells)
}

// whole is the area of every cell, as twice square centimetres.
func whole(t fataler, arcs []Arc) map[int64]int64 {
	shapes, err := Trace(arcs, func(c int64) int64 { return c })
	if err != nil {
		t.Fatalf("the arcs are no coverage any more: %v", err)
	}
	areas := map[int64]int64{}
	for cell, s := range shapes {
		areas[cell] = s.Area2()
		if s.Area2() <= 0 {
			t.Fatalf("cell %d has the area %d", cell, s.Area2())
		}
	}
	return areas
}

type fataler interface{ Fatalf(string, ...any) }

// Whatever line is drawn through whatever cell: it is refused with a reason and
// changes nothing, or the cell is in two pieces that share every vertex with
// what is around them, no ground is lost, and joining them leads back.
func TestAnyCutKeepsTheCoverage(t *testing.T) {
	t.Parallel()
	done, refused := 0, map[CutFault]int{}
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		arcs, err := Arcs(town(r, rapid.IntRange(2, 6).Draw(t, "n")), plain)
		if err != nil {
			t.Fatal(err)
		}
		m := NewMesh(arcs)
		next := int64(2_000_000)
		for range rapid.IntRange(1, 8).Draw(t, "cuts") {
			cells := slices.Sorted(func(yield func(int64) bool) {
				for c := range m.of {
					if !yield(c) {
						return
					}
				}
			})
			if len(cells) == 0 {
				return
			}
			cell := cells[r.Intn(len(cells))]
			body, err := m.body(cell)
			if err != nil {
				continue // in several parts
			}
			c, err := m.Cut(cell, lineThrough(t, r, body), [2]int64{next, next + 1})
			var fault CutFault
			if errors.As(err, &fault) {
				refused[fault]++
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			done++
			before, after := m, m.Replace([]int64{cell}, c.Arcs)
			sameGround(t, before, after, cell, c, [2]int64{next, next + 1})
			healed(t, before, after, cell, [2]int64{next, next + 1})
			m, next = after, next+2
		}
	})
	t.Logf("%d cuts, refused %v", done, refused)
	if done == 0 || refused[CutMisses] == 0 {
		t.Errorf("%d cuts, refused %v: this test shows too little", done, refused)
	}
}

// lineThrough draws a line near a cell: past it, through it, with corners,
// through its vertices, from inside it.
func lineThrough(t *rapid.T, r *rand.Rand, body Shape) []Cm {
	b := boxOf(body[0][0])
	at := func() Cm {
		if rapid.IntRange(0, 4).Draw(t, "vertex") == 0 {
			return body[0][0][r.Intn(len(body[0][0]))]
		}
		return Cm{b.A.X - 300 + r.Int63n(b.B.X-b.A.X+600), b.A.Y - 300 + r.Int63n(b.B.Y-b.A.Y+600)}
	}
	line := []Cm{at(), at()}
	for range rapid.IntRange(0, 2).Draw(t, "corners") {
		line = append(line, at())
	}
	return line
}

func sameGround(t *rapid.T, before, after *Mesh, cell int64, c Cut, pieces [2]int64) {
	was, is := whole(t, before.Arcs), whole(t, after.Arcs)
	if is[pieces[0]] != c.Pieces[0].Area2() || is[pieces[1]] != c.Pieces[1].Area2() {
		t.Fatalf("pieces of %v and %v, traced they have %d and %d", c.Pieces[0].Area2(), c.Pieces[1].Area2(), is[pieces[0]], is[pieces[1]])
	}
	won := is[pieces[0]] + is[pieces[1]] - was[cell]
	for other, area := range is {
		if other == pieces[0] || other == pieces[1] {
			continue
		}
		if area != was[other] && !slices.ContainsFunc(c.Bends, func(b Bend) bool { return b.Across == other && !b.Straight }) {
			t.Fatalf("cell %d changed from %d to %d and no border of it was bent", other, was[other], area)
		}
		won += area - was[other]
	}
	outside := slices.ContainsFunc(c.Bends, func(b Bend) bool { return b.Across == 0 && !b.Straight })
	if won != 0 && !outside {
		t.Fatalf("%d half cm² came from nowhere", won)
	}
	// Pieces of linework: an island that the cut ties to the rest is one less.
	if a, b := euler(before.Arcs)-islands(before.Arcs), euler(after.Arcs)-islands(after.Arcs); a != b {
		t.Fatalf("V − E + F was %d beyond its pieces and is %d", a, b)
	}
	for _, shape := range c.Pieces {
		checkSimple(t, 0, shape)
	}
}

// islands counts the connected pieces of linework.
func islands(arcs []Arc) int {
	parent := map[Cm]Cm{}
	var root func(Cm) Cm
	root = func(v Cm) Cm {
		if p, ok := parent[v]; ok && p != v {
			return root(p)
		}
		parent[v] = v
		return v
	}
	for _, a := range arcs {
		parent[root(a.Points[0])] = root(a.Points[len(a.Points)-1])
	}
	n := 0
	for v := range parent {
		if root(v) == v {
			n++
		}
	}
	return n
}

func healed(t *rapid.T, before, after *Mesh, cell int64, pieces [2]int64) {
	arcs, body, err := after.Join(pieces, cell)
	if err != nil {
		t.Fatal(err)
	}
	back := after.Replace(pieces[:], arcs)
	was, is := whole(t, after.Arcs), whole(t, back.Arcs)
	if body.Area2() != was[pieces[0]]+was[pieces[1]] || is[cell] != body.Area2() {
		t.Fatalf("joined %d, pieces %d and %d", body.Area2(), was[pieces[0]], was[pieces[1]])
	}
	if euler(back.Arcs) != euler(before.Arcs) {
		t.Fatal("joined again, borders still end where the cut was")
	}
	if len(back.Arcs) != len(before.Arcs) {
		t.Fatalf("%d arcs, after cutting and joining %d", len(before.Arcs), len(back.Arcs))
	}
}

// A cell of 10 × 10 m with a pond in it, between two others:
//
//	┌──┬──────┬──┐
//	│  │  ┌┐  │  │
//	│1 │ 2└┘  │3 │
//	└──┴──────┴──┘
func TestWhatACutDoesAndRefuses(t *testing.T) {
	t.Parallel()
	pond := box4(1400, 400, 1600, 600)
	faces := []Face{
		{1, [][]Cm{box4(0, 0, 1000, 1000)}},
		{3, [][]Cm{box4(2000, 0, 3000, 1000)}},
		{2, [][]Cm{box4(1000, 0, 2000, 1000), pond}},
		{4, [][]Cm{pond}},
	}
	arcs, err := Arcs(faces, plain)
	if err != nil {
		t.Fatal(err)
	}
	m := NewMesh(arcs)
	for name, c := range map[string]struct {
		line []Cm
		want string
	}{
		"straight across":                 {[]Cm{{500, 800}, {2500, 800}}, "76 m² + 20 m², path 1, bends 2"},
		"round the pond":                  {[]Cm{{500, 500}, {1300, 500}, {1300, 700}, {1700, 700}, {1700, 500}, {2500, 500}}, "54 m² + 42 m², path 1, bends 2"},
		"through the pond":                {[]Cm{{500, 500}, {2500, 500}}, "48 m² + 48 m², path 2, bends 4"},
		"from corner to corner":           {[]Cm{{1000, 0}, {1300, 700}, {1300, 1000}}, "19.5 m² + 76.5 m², path 1, bends 1"},
		"from a border":                   {[]Cm{{1200, 0}, {1200, 1200}}, "20 m² + 76 m², path 1, bends 2"},
		"past it":                         {[]Cm{{500, 1200}, {2500, 1200}}, "misses"},
		"into it":                         {[]Cm{{500, 800}, {1500, 800}}, "misses"},
		"along its border":                {[]Cm{{1000, -100}, {1000, 1100}}, "misses"},
		"three pieces":                    {[]Cm{{500, 800}, {2500, 800}, {2500, 200}, {500, 200}}, "often"},
		"a corner of 4 m²":                {[]Cm{{1200, -10}, {1200, 200}, {990, 200}}, "small"},
		"a strip of 40 cm":                {[]Cm{{1040, -10}, {1040, 1010}}, "small"},
		"a hair inside the border, along": {[]Cm{{1500, -10}, {1500, 1}, {1900, 1}, {1900, -10}}, "small"},
	} {
		got, err := m.Cut(2, c.line, [2]int64{5, 6})
		var fault CutFault
		if errors.As(err, &fault) {
			if string(fault) != c.want {
				t.Errorf("%s: refused because %s, want %s", name, fault, c.want)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		says := fmt.Sprintf("%g m² + %g m², path %d, bends %d", float64(got.Pieces[0].Area2())/2e4, float64(got.Pieces[1].Area2())/2e4, len(got.Path), len(got.Bends))
		if says != c.want {
			t.Errorf("%s: %s, want %s", name, says, c.want)
		}
	}
}

// A river that a cell lies at stays a river, and stays uncrossable.
func TestACutKeepsWhatItsBordersAre(t *testing.T) {
	t.Parallel()
	arcs, err := Arcs([]Face{{1, [][]Cm{box4(0, 0, 1000, 1000)}}, {2, [][]Cm{box4(1000, 0, 2000, 1000)}}}, func(a, b Cm) string {
		if a.X == 1000 && b.X == 1000 {
			return "river"
		}
		return "inner"
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range arcs {
		arcs[i].Crossable = arcs[i].Class != "river"
	}
	c, err := NewMesh(arcs).Cut(2, []Cm{{500, 600}, {2500, 600}}, [2]int64{3, 4})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range c.Arcs {
		got = append(got, fmt.Sprintf("%d-%d %s %v %g", min(a.Left, a.Right), max(a.Left, a.Right), a.Class, a.Crossable, a.Length))
	}
	slices.Sort(got)
	want := []string{"0-3 inner true 16", "0-4 inner true 14", "1-3 river false 6", "1-4 river false 4", "3-4 inner true 10"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("arcs %q, want %q", got, want)
	}
}
