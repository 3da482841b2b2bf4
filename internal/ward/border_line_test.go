package ward

import (
	"math"
	"math/rand"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"wangge/internal/geo"
)

// Walking the line on any city after any gestures: what is walked is the border
// that is new, all of it, once, in pieces a person can follow.
func TestThePiecesOfABorderAreTheWholeBorderOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := sketch(rapid.Int64().Draw(t, "seed"), rapid.IntRange(4, 8).Draw(t, "side"))
		for range rapid.IntRange(1, 6).Draw(t, "gestures") {
			if d, _, err := g.Gesture(anyOp(t, g)); err == nil {
				g.Apply(d)
			}
		}
		border := g.NewBorder()
		if rapid.Bool().Draw(t, "of a grid") {
			border = g.BorderOf(rapid.SampledFrom(g.Labels()).Draw(t, "grid"))
		}
		for i := range border {
			border[i].Name = rapid.SampledFrom([]string{"", "建设路", "人民路"}).Draw(t, "road")
		}
		runs := BorderRuns(border)
		var lengths, walked []int64
		for _, s := range border {
			lengths = append(lengths, s.Centimetres())
		}
		for n, run := range runs {
			longest := 0.0
			for i, s := range run {
				if i > 0 && run[i-1].end() != s.start() {
					t.Fatalf("piece %d breaks off between stretches %d and %d", n, i-1, i)
				}
				if s.LeftGrid != run[0].LeftGrid || s.RightGrid != run[0].RightGrid {
					t.Fatalf("piece %d lies between other grids at its end", n)
				}
				longest, walked = max(longest, s.Arc.Length), append(walked, s.Centimetres())
			}
			if run.Length() > pieceLongest+longest {
				t.Fatalf("piece %d is %.0f m long", n, run.Length())
			}
		}
		slices.Sort(lengths)
		slices.Sort(walked)
		if !slices.Equal(lengths, walked) {
			t.Fatalf("%d stretches are to be walked, %d are", len(lengths), len(walked))
		}
		shuffled := slices.Clone(border)
		rand.New(rand.NewSource(rapid.Int64().Draw(t, "shuffle"))).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if !slices.EqualFunc(runs, BorderRuns(shuffled), func(a, b BorderRun) bool { return slices.Equal(a.Points(), b.Points()) }) {
			t.Fatal("the same border in another order is cut otherwise")
		}
	})
}

// A new border is walked; one that is as it was is not, and neither is one that goes.
func TestOnlyTheBorderThatIsNewIsWalked(t *testing.T) {
	t.Parallel()
	g := sketch(7, 8)
	if n := len(g.NewBorder()); n != 0 {
		t.Fatalf("a plan without a change has %d stretches to walk", n)
	}
	label := g.Labels()[0]
	cells := slices.Clone(g.Of(label))
	now := make([]int64, len(cells)/2)
	was := make([]int64, len(now))
	for i := range now {
		now[i], was[i] = g.NextLabel(), label
	}
	g.Apply(PlanDelta{Cells: cells[:len(now)], Was: was, Now: now})
	border := g.NewBorder()
	if len(border) == 0 {
		t.Fatal("a grid in two halves has no new border")
	}
	for _, s := range border {
		if min(s.LeftGrid, s.RightGrid) >= 0 || max(s.LeftGrid, s.RightGrid) != label {
			t.Errorf("a stretch between %d and %d is called new", s.LeftGrid, s.RightGrid)
		}
	}
}

// straight is a stretch of a border between grids 1 (left) and 2 (right), in metres.
func straight(name, class string, x, y, toX, toY int64) BorderStretch {
	points := []geo.Cm{{X: 100 * x, Y: 100 * y}, {X: 100 * toX, Y: 100 * toY}}
	length := math.Hypot(float64(toX-x), float64(toY-y))
	return BorderStretch{Arc: geo.Arc{Left: x*1000 + y, Right: -1, Class: class, Length: length, Points: points}, LeftGrid: 1, RightGrid: 2, Name: name}
}

// (0,300)─────(200,300)   人民路
//
//	│
//	│ 建设路, with ten metres of wall at 100
//
// (0,0)
func TestAPieceFollowsOneRoad(t *testing.T) {
	t.Parallel()
	border := []BorderStretch{
		straight("建设路", "minor", 0, 0, 0, 100),
		straight("", "wall", 0, 100, 0, 110),
		straight("建设路", "minor", 0, 110, 0, 300),
		straight("人民路", "main", 0, 300, 200, 300),
	}
	runs := BorderRuns(border)
	if len(runs) != 2 {
		t.Fatalf("cut into %d pieces", len(runs))
	}
	for i, want := range []struct {
		name   string
		length float64
	}{{"建设路", 300}, {"人民路", 200}} {
		if name, _ := runs[i].Along(); name != want.name || runs[i].Length() != want.length {
			t.Errorf("piece %d follows %s for %.0f m, not %s for %.0f m", i, name, runs[i].Length(), want.name, want.length)
		}
	}
	long := BorderRuns([]BorderStretch{
		straight("大街", "main", 0, 0, 300, 0), straight("大街", "main", 300, 0, 600, 0), straight("大街", "main", 600, 0, 900, 0),
	})
	if len(long) != 3 {
		t.Errorf("900 m are walked in %d pieces", len(long))
	}
}

func TestTheWordsOfAPieceSayHowItIsWalked(t *testing.T) {
	t.Parallel()
	run := BorderRun{straight("建设路", "minor", 0, 0, 0, 240)}
	p := BorderPiece{
		Name: "建设路", Length: 240,
		Left:  BorderSide{Grid: 1, Name: "第3网格", Side: run.SideOf(true, geo.Cm{}), Places: []string{"3号楼", "5号楼"}},
		Right: BorderSide{Grid: 2, Name: "第5网格", Side: run.SideOf(false, geo.Cm{})},
	}
	want := "从人民路起，沿建设路自南向北走约240米，到解放路止。左手边是“第3网格”（3号楼、5号楼）；右手边是“第5网格”。“第3网格”东至建设路，“第5网格”西至建设路。"
	if got := BorderWords(p, run, "人民路", "解放路"); got != want {
		t.Errorf("said %s\nnot  %s", got, want)
	}
	p.Right = BorderSide{}
	if got, want := BorderWords(p, run, "", ""), "沿建设路自南向北走约240米。左手边是“第3网格”（3号楼、5号楼）；右手边是辖区外。“第3网格”东至建设路。"; got != want {
		t.Errorf("said %s\nnot  %s", got, want)
	}
}

func TestABorderThatTurnsBackIsSeenFromTheMiddleOfTheGrid(t *testing.T) {
	t.Parallel()
	run := BorderRun{straight("", "wall", 0, 0, 0, 100), straight("", "wall", 0, 100, 20, 100), straight("", "wall", 20, 100, 20, 0)}
	if side := run.SideOf(true, geo.Cm{X: -20000, Y: 7000}); side != "east" {
		t.Errorf("seen from the west it lies %s", side)
	}
}

func TestThePlanWarnsOfABorderNobodyWalked(t *testing.T) {
	t.Parallel()
	g := sketch(7, 8)
	label := g.Labels()[0]
	half := slices.Clone(g.Of(label)[:len(g.Of(label))/2])
	to, was := make([]int64, len(half)), make([]int64, len(half))
	for i := range half {
		to[i], was[i] = -1, label
	}
	g.Apply(PlanDelta{Cells: half, Was: was, Now: to})
	codes := func() (out []string) {
		for _, c := range g.checkWalk() {
			if c.Level != CheckWarning || c.Place == g.Degrees(geo.Cm{}) || len(c.Cells) == 0 {
				t.Errorf("a finding that leads nowhere: %+v", c)
			}
			out = append(out, c.Code)
		}
		return out
	}
	if found := codes(); found != nil {
		t.Errorf("whether anybody was asked is not known, but the plan says %v", found)
	}
	g.Walked = []WalkedPiece{}
	if found := codes(); !slices.Equal(found, []string{"unasked"}) {
		t.Errorf("nobody was asked to walk, but the plan says %v", found)
	}
	runs := BorderRuns(g.NewBorder())
	for i, run := range runs {
		g.Walked = append(g.Walked, WalkedPiece{Mark: i + 1, State: PieceOpen, Pairs: run.Pairs(), Place: g.Degrees(run.Points()[0])})
	}
	if found := codes(); !slices.Equal(found, []string{"unwalked"}) {
		t.Errorf("nothing is walked, but the plan says %v", found)
	}
	for i := range g.Walked {
		g.Walked[i].State = PieceAccepted
	}
	if found := codes(); found != nil {
		t.Errorf("everything is accepted, but the plan says %v", found)
	}
	g.Walked[0].State, g.Walked[0].Reason = PieceRejected, "有围墙"
	if found := codes(); !slices.Equal(found, []string{"rejected"}) {
		t.Errorf("one piece is rejected, but the plan says %v", found)
	}
	// The line is given up: what was said of it is no matter any more.
	g.Apply(PlanDelta{Cells: half, Was: to, Now: was})
	if found := codes(); found != nil {
		t.Errorf("there is no new border left, but the plan says %v", found)
	}
	g.Walked = []WalkedPiece{}
	if found := codes(); found != nil {
		t.Errorf("there is no new border to ask for, but the plan says %v", found)
	}
}
