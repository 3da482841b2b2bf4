package geo

import (
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func box4(x0, y0, x1, y1 int64) []Cm { return []Cm{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}} }

func plain(_, _ Cm) string { return "inner" }

// town draws n × n wobbly cells of about 10 m; some are joined to their
// neighbour, some hold an enclave of a cell of its own, some are missing (0).
func town(r *rand.Rand, n int) []Face {
	at := func(i, j int) Cm { return Cm{int64(i)*1000 + 50_000_000, int64(j)*1000 + 345_000_000} }
	moved := map[[2]int]Cm{}
	corner := func(i, j int) Cm {
		k := [2]int{i, j}
		if _, ok := moved[k]; !ok {
			p := at(i, j)
			moved[k] = Cm{p.X + r.Int63n(500) - 250, p.Y + r.Int63n(500) - 250}
		}
		return moved[k]
	}
	var faces []Face
	id := int64(1)
	for i := range n {
		for j := range n {
			ring := []Cm{corner(i, j), corner(i+1, j), corner(i+1, j+1), corner(i, j+1)}
			face := Face{Cell: id, Rings: [][]Cm{ring}}
			switch r.Intn(6) {
			case 0: // same cell as the one before
				face.Cell = max(1, id-1)
			case 1: // an enclave
				m := at(i, j)
				hole := box4(m.X+400, m.Y+400, m.X+600, m.Y+600)
				face.Rings = append(face.Rings, hole)
				faces = append(faces, Face{Cell: id + 1_000_000, Rings: [][]Cm{slices.Clone(hole)}})
			case 2: // a gap in the coverage
				id++
				continue
			}
			if r.Intn(2) == 0 {
				slices.Reverse(face.Rings[0])
			}
			faces = append(faces, face)
			id++
		}
	}
	return faces
}

func areaOf(faces []Face) int64 {
	sum := int64(0)
	for _, f := range faces {
		for i, ring := range f.Rings {
			a := area2(ring)
			if (a > 0) != (i == 0) {
				a = -a
			}
			sum += a
		}
	}
	return sum
}

// Two squares and a third on top of both:
//
//	┌───────┐
//	│   3   │
//	├───┬───┤
//	│ 1 │ 2 │
//	└───┴───┘
func TestArcsEndAtNodesAndWhereTheClassChanges(t *testing.T) {
	t.Parallel()
	faces := []Face{
		{1, [][]Cm{box4(0, 0, 1000, 1000)}},
		{2, [][]Cm{box4(1000, 0, 2000, 1000)}},
		{3, [][]Cm{{{0, 1000}, {1000, 1000}, {2000, 1000}, {2000, 2000}, {0, 2000}}}},
	}
	arcs, err := Arcs(faces, func(a, b Cm) string {
		if a.X == 2000 && b.X == 2000 {
			return "river"
		}
		return "inner"
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range arcs {
		l, r := min(a.Left, a.Right), max(a.Left, a.Right)
		got = append(got, fmt.Sprintf("%d-%d %s %g", l, r, a.Class, a.Length))
	}
	slices.Sort(got)
	want := []string{"0-1 inner 20", "0-2 inner 10", "0-2 river 10", "0-3 inner 30", "0-3 river 10", "1-2 inner 10", "1-3 inner 10", "2-3 inner 10"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("arcs\n%q\nwant\n%q", got, want)
	}
}

func TestOverlappingFacesAreAnError(t *testing.T) {
	t.Parallel()
	if _, err := Arcs([]Face{{1, [][]Cm{box4(0, 0, 9, 9)}}, {2, [][]Cm{box4(0, 0, 9, 9)}}}, plain); err == nil {
		t.Error("two faces on one place made arcs")
	}
}

// A grid of eight cells around one that is another grid, touching itself at a
// corner: the outline is one shell with one hole, and two shells for the corner.
func TestTraceSplitsWhereAnOutlineTouchesItself(t *testing.T) {
	t.Parallel()
	var faces []Face
	for i := range int64(9) {
		x, y := i%3*100, i/3*100
		faces = append(faces, Face{i + 1, [][]Cm{box4(x, y, x+100, y+100)}})
	}
	arcs, err := Arcs(faces, plain)
	if err != nil {
		t.Fatal(err)
	}
	shape := func(label func(int64) int64) map[int64]string {
		shapes, err := Trace(arcs, label)
		if err != nil {
			t.Fatal(err)
		}
		out := map[int64]string{}
		for l, s := range shapes {
			for _, polygon := range s {
				out[l] += fmt.Sprintf("[%d rings]", len(polygon))
			}
		}
		return out
	}
	middle := shape(func(c int64) int64 {
		if c == 5 {
			return 2
		}
		return 1
	})
	if want := map[int64]string{1: "[2 rings]", 2: "[1 rings]"}; !reflect.DeepEqual(middle, want) {
		t.Errorf("enclave: %v, want %v", middle, want)
	}
	chess := shape(func(c int64) int64 { return 1 + c%2 })
	if want := map[int64]string{1: "[1 rings][1 rings][1 rings][1 rings]", 2: "[1 rings][1 rings][1 rings][1 rings][1 rings]"}; !reflect.DeepEqual(chess, want) {
		t.Errorf("chessboard: %v, want %v", chess, want)
	}
}

func TestAnyLabellingKeepsTheExactArea(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		faces := town(r, rapid.IntRange(1, 8).Draw(t, "n"))
		labels := rapid.Int64Range(1, 6).Draw(t, "labels")
		arcs, err := Arcs(faces, plain)
		if err != nil {
			t.Fatal(err)
		}
		label := map[int64]int64{}
		for _, f := range faces {
			label[f.Cell] = 1 + r.Int63n(labels)
		}
		shapes, err := Trace(arcs, func(c int64) int64 { return label[c] })
		if err != nil {
			t.Fatal(err)
		}
		sum := int64(0)
		for l, s := range shapes {
			sum += s.Area2()
			checkSimple(t, l, s)
		}
		if want := areaOf(faces); sum != want {
			t.Fatalf("areas sum up to %d, faces to %d", sum, want)
		}
		checkEdges(t, arcs, shapes, label)
	})
}

// checkSimple: no ring visits a vertex twice, shells turn left, holes right.
func checkSimple(t *rapid.T, label int64, s Shape) {
	for _, polygon := range s {
		for i, ring := range polygon {
			seen := map[Cm]bool{}
			for _, p := range ring {
				if seen[p] {
					t.Fatalf("label %d: a ring visits %v twice", label, p)
				}
				seen[p] = true
			}
			if (area2(ring) > 0) != (i == 0) {
				t.Fatalf("label %d: ring %d winds the wrong way", label, i)
			}
		}
	}
}

// checkEdges: an arc between two labels is used by both, in opposite
// directions; an arc inside a label by nobody.
func checkEdges(t *rapid.T, arcs []Arc, shapes map[int64]Shape, label map[int64]int64) {
	type step struct{ a, b Cm }
	uses := map[step]int64{}
	for l, s := range shapes {
		for _, polygon := range s {
			for _, ring := range polygon {
				for i, a := range ring {
					e := step{a, ring[(i+1)%len(ring)]}
					if uses[e] != 0 {
						t.Fatalf("edge %v used twice", e)
					}
					uses[e] = l
				}
			}
		}
	}
	for _, arc := range arcs {
		l, r := label[arc.Left], label[arc.Right]
		if l == r {
			l, r = 0, 0
		}
		for i := 1; i < len(arc.Points); i++ {
			a, b := arc.Points[i-1], arc.Points[i]
			if uses[step{a, b}] != l || uses[step{b, a}] != r {
				t.Fatalf("edge %v–%v used by %d and %d, want %d and %d", a, b, uses[step{a, b}], uses[step{b, a}], l, r)
			}
		}
	}
}

func TestArcsDoNotDependOnTheOrderOfFaces(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		faces := town(r, 5)
		first, err := Arcs(faces, plain)
		if err != nil {
			t.Fatal(err)
		}
		r.Shuffle(len(faces), func(i, j int) { faces[i], faces[j] = faces[j], faces[i] })
		if second, _ := Arcs(faces, plain); !reflect.DeepEqual(first, second) {
			t.Fatal("other arcs after a shuffle")
		}
	})
}

func TestPartsFollowContact(t *testing.T) {
	t.Parallel()
	//  1 | 2 ~ 3   the river between 2 and 3, a 50 cm contact between 1 and 4
	faces := []Face{
		{1, [][]Cm{{{0, 0}, {1000, 0}, {1000, 1000}, {50, 1000}, {0, 1000}}}},
		{2, [][]Cm{box4(1000, 0, 2000, 1000)}},
		{3, [][]Cm{box4(2000, 0, 3000, 1000)}},
		{4, [][]Cm{box4(0, 1000, 50, 2000)}},
	}
	class := func(a, b Cm) string {
		if a.X == 2000 && b.X == 2000 {
			return "river"
		}
		return "inner"
	}
	arcs, err := Arcs(faces, class)
	if err != nil {
		t.Fatal(err)
	}
	bridge := slices.Clone(arcs)
	for i := range arcs {
		arcs[i].Crossable = arcs[i].Class != "river"
	}
	one := func(int64) int64 { return 1 }
	if got, want := Parts(arcs, one)[1], [][]int64{{1, 2}, {3}, {4}}; !reflect.DeepEqual(got, want) {
		t.Errorf("parts %v, want %v", got, want)
	}
	if got, want := Parts(bridge, one)[1], [][]int64{{1, 2, 3}, {4}}; !reflect.DeepEqual(got, want) {
		t.Errorf("parts with a bridge %v, want %v", got, want)
	}
	if got := Parts(arcs, func(c int64) int64 { return c % 2 })[0]; got != nil {
		t.Errorf("label 0 has parts %v", got)
	}
}

// Contiguity by border agrees with the traced outline: where every border is in
// contact, a label has as many parts as its outline has shells.
func TestPartsAreTheShellsOfTheOutline(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed")))
		arcs, err := Arcs(town(r, 6), plain)
		if err != nil {
			t.Fatal(err)
		}
		label := func(c int64) int64 { return 1 + c*7%3 }
		shapes, err := Trace(arcs, label)
		if err != nil {
			t.Fatal(err)
		}
		for l, parts := range Parts(arcs, label) {
			// Holes touching in a chain may cut an outline in more shells than the
			// cells have parts, never in fewer.
			if len(shapes[l]) < len(parts) {
				t.Fatalf("label %d: %d shells, %d parts", l, len(shapes[l]), len(parts))
			}
		}
	})
}
