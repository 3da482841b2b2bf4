package geo

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func drawSegments(t *rapid.T) []Segment {
	wide := rapid.SampledFrom([]int64{4, 12, 100, 100_000}).Draw(t, "wide")
	at := func(what string) Cm {
		return Cm{rapid.Int64Range(0, wide).Draw(t, what+"x"), rapid.Int64Range(0, wide).Draw(t, what+"y")}
	}
	segments := make([]Segment, rapid.IntRange(1, 25).Draw(t, "n"))
	for i := range segments {
		segments[i] = Segment{at("a"), at("b"), uint8(1 << rapid.IntRange(0, 2).Draw(t, "tag"))}
	}
	return segments
}

// meets tells whether two segments share anything but an end of both.
func (s Segment) meets(t Segment) bool {
	if _, ok := s.crosses(t); ok {
		return true
	}
	inside := func(p Cm, s Segment) bool {
		return p != s.A && p != s.B && cross(s.A, s.B, p) == 0 && (p.X-s.A.X)*(p.X-s.B.X) <= 0 && (p.Y-s.A.Y)*(p.Y-s.B.Y) <= 0
	}
	return inside(s.A, t) || inside(s.B, t) || inside(t.A, s) || inside(t.B, s)
}

func TestNodedSegmentsShareOnlyTheirEnds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawSegments(t)
		out := Node(in)
		for i, s := range out {
			if s.A.compare(s.B) >= 0 || i > 0 && out[i-1].compare(s) >= 0 {
				t.Fatalf("segment %d is out of order", i)
			}
			for _, o := range out[i+1:] {
				if s.meets(o) {
					t.Fatalf("%v meets %v", s, o)
				}
			}
		}
		for _, p := range in { // every end stays, and nothing moves by more than half a square
			if p.A == p.B {
				continue
			}
			tags := uint8(0)
			for _, s := range out {
				if s.A == p.A || s.B == p.A {
					tags |= s.Tags
				}
			}
			if tags&p.Tags == 0 {
				t.Fatalf("nothing of %v is left at its end", p)
			}
		}
		for _, s := range out {
			near := slices.ContainsFunc(in, func(p Segment) bool {
				return p.Tags&s.Tags != 0 && math.Sqrt(toSegment(s.A.raw(), p.A.raw(), p.B.raw())) < 0.7072 && math.Sqrt(toSegment(s.B.raw(), p.A.raw(), p.B.raw())) < 0.7072
			})
			if !near {
				t.Fatalf("%v comes from nowhere", s)
			}
		}
		slices.Reverse(in)
		for i := range in {
			in[i].A, in[i].B = in[i].B, in[i].A
		}
		if turned := Node(in); !reflect.DeepEqual(turned, out) {
			t.Fatal("the order of the segments matters")
		}
	})
}

// A wall that runs exactly north along the border between two squares of the
// lattice is filed in all squares beside it: else it would be lost.
func TestEverySquareASegmentPassesIsFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := latticeOver(0, 0, 20_000, 20_000, 100)
		at := func(what string) int64 {
			return min(rapid.Int64Range(0, g.cols).Draw(t, what)*g.size+rapid.Int64Range(-2, 2).Draw(t, what+" beside"), 20_000)
		}
		s := Segment{A: Cm{at("ax"), at("ay")}, B: Cm{at("bx"), at("by")}}
		if rapid.Bool().Draw(t, "north") {
			s.B.X = s.A.X
		}
		found := map[int]bool{}
		g.each(s.A, s.B, func(bucket int) {
			if found[bucket] {
				t.Fatalf("square %d twice", bucket)
			}
			found[bucket] = true
		})
		for n := range int64(101) {
			p := Cm{s.A.X + (s.B.X-s.A.X)*n/100, s.A.Y + (s.B.Y-s.A.Y)*n/100}
			if !found[g.at(p)] {
				t.Fatalf("%v passes %v, whose square is not found", s, p)
			}
		}
	})
}

// A crossroads in a ring road, a loose end, and a pond on its own:
//
//	┌───┬───┐
//	│ ▫ │   ├──
//	├───┼───┤
//	│   │   │
//	└───┴───┘
func TestFacesAreTheAreasLinesEnclose(t *testing.T) {
	t.Parallel()
	lines := []Segment{
		{Cm{0, 0}, Cm{2000, 0}, 1},
		{Cm{2000, 0}, Cm{2000, 2000}, 1},
		{Cm{2000, 2000}, Cm{0, 2000}, 1},
		{Cm{0, 2000}, Cm{0, 0}, 1},
		{Cm{1000, 0}, Cm{1000, 2000}, 1},
		{Cm{0, 1000}, Cm{2000, 1000}, 1},
		{Cm{2000, 1500}, Cm{3000, 1500}, 1},
		{Cm{400, 1400}, Cm{600, 1400}, 1},
		{Cm{600, 1400}, Cm{500, 1600}, 1},
		{Cm{500, 1600}, Cm{400, 1400}, 1},
	}
	faces := Faces(Node(lines))
	if len(faces) != 5 {
		t.Fatalf("%d faces, want four blocks and a pond", len(faces))
	}
	if got := len(faces[1]); got != 2 || len(faces[1][1]) != 3 {
		t.Errorf("the block round the pond has %d rings", got)
	}
	for i, f := range faces {
		p := InnerPoint(f)
		for k, other := range faces {
			in := 0
			for _, ring := range other {
				if ringHolds(ring, []Cm{CmOf(p), CmOf(p)}) {
					in++
				}
			}
			if (in%2 == 1) != (i == k) {
				t.Errorf("the inner point %v of face %d, in face %d: %d rings round it", p, i, k, in)
			}
		}
	}
}

func TestFacesFillWhatTheirOutlineHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		faces := Faces(Node(drawSegments(t)))
		in := make([]Face, len(faces))
		for i, f := range faces {
			in[i] = Face{Cell: int64(i + 1), Rings: f}
			if area2(f[0]) <= 0 {
				t.Fatalf("the shell of face %d turns right", i)
			}
			for _, hole := range f[1:] {
				if area2(hole) >= 0 {
					t.Fatalf("a hole of face %d turns left", i)
				}
			}
		}
		arcs, err := Arcs(in, plain) // an error when faces overlap along a border
		if err != nil {
			t.Fatal(err)
		}
		whole, err := Trace(arcs, func(int64) int64 { return 1 })
		if err != nil {
			t.Fatal(err)
		}
		if got, want := areaOf(in), whole[1].Area2(); got != want {
			t.Fatalf("faces have %d, their outline holds %d", got, want)
		}
	})
}
