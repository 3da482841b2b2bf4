package ward

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// bordering is a sketch in a plan of community borders.
func bordering(seed int64) *Ground {
	g := sketch(seed, 8)
	g.Plan.Kind = PlanOfCommunities
	g.Towns = map[int64]string{1: "甲社区", 2: "乙社区"}
	return g
}

func TestInABorderPlanEveryCellIsOfTheCommunityOfItsGrid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := bordering(rapid.Int64Range(1, 50).Draw(t, "city"))
		area := g.area(g.every())
		for range rapid.IntRange(1, 12).Draw(t, "gestures") {
			op, line := anyOp(t, g)
			d, _, err := g.Gesture(op, line)
			if err != nil {
				continue
			}
			g.Apply(d)
			sum, cells := 0.0, 0
			for _, town := range g.TownChanges() {
				sum, cells = sum+g.area(town.After), cells+len(town.After)
				for _, id := range town.After {
					c := g.Cell(id)
					if want := g.Community(c.Now); c.Now != 0 && want != town.ID || c.Now == 0 && c.Community != town.ID {
						t.Fatalf("cell %d of grid %d is counted to community %d", id, c.Now, town.ID)
					}
				}
				if len(town.Before)+len(town.Gained)-len(town.Lost) != len(town.After) {
					t.Fatalf("community %d: %d + %d - %d is not %d", town.ID, len(town.Before), len(town.Gained), len(town.Lost), len(town.After))
				}
			}
			if cells != len(g.Cells) || sum-area > 1e-6 || area-sum > 1e-6 {
				t.Fatalf("the communities have %d of %d cells, %f of %f m²", cells, len(g.Cells), sum, area)
			}
			if slices.ContainsFunc(g.CheckAll(), func(c PlanCheck) bool { return c.Code == "community" }) {
				t.Fatal("a grid is in two communities")
			}
		}
	})
}

func (g *Ground) every() (cells []int64) {
	for _, c := range g.Cells {
		cells = append(cells, c.ID)
	}
	return cells
}

func TestUndoingABorderPlanGivesBackEveryCommunity(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := bordering(rapid.Int64Range(1, 50).Draw(t, "city"))
		var done []PlanDelta
		for range rapid.IntRange(1, 8).Draw(t, "gestures") {
			op, line := anyOp(t, g)
			d, _, err := g.Gesture(op, line)
			if err != nil {
				continue
			}
			g.Apply(d)
			done = append(done, d)
		}
		for _, d := range slices.Backward(done) {
			g.Apply(d.Reverse())
		}
		for _, town := range g.TownChanges() {
			if town.Changed() {
				t.Fatalf("community %d keeps a change", town.ID)
			}
		}
	})
}

func TestWhatABorderPlanMayNotDo(t *testing.T) {
	t.Parallel()
	west := func(g *Ground) (labels []int64) {
		for _, l := range g.Labels() {
			if g.Community(l) == 1 {
				labels = append(labels, l)
			}
		}
		return labels
	}
	east, west1 := int64(2), int64(1)
	for _, c := range []struct {
		name string
		op   func(g *Ground) PlanOp
		want string // the code of an error among the checks; empty: refused
	}{
		{"take the last grid of a community", func(g *Ground) PlanOp {
			return PlanOp{Kind: "merge", Grid: g.Cells[len(g.Cells)-1].Now, Grids: west(g)}
		}, "community_empty"},
		{"take a branch along", func(g *Ground) PlanOp {
			branch := g.Official[1].Branch
			return PlanOp{Kind: "found", Cells: g.Of(1), Settings: &PlanGridSetting{Community: &east, Branch: branch}}
		}, "community_branch"},
		{"move an official grid", func(g *Ground) PlanOp {
			return PlanOp{Kind: "set", Grid: g.Cells[len(g.Cells)-1].Now, Settings: &PlanGridSetting{Community: &west1}}
		}, ""},
		{"found a grid in a community outside", func(g *Ground) PlanOp {
			outside := int64(99)
			return PlanOp{Kind: "found", Cells: g.Of(1)[:1], Settings: &PlanGridSetting{Community: &outside}}
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := bordering(3)
			d, _, err := g.Gesture(c.op(g), nil)
			if c.want == "" {
				if ErrorCode(err) != Invalid {
					t.Fatalf("it was not refused: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			g.Apply(d)
			if !slices.ContainsFunc(g.CheckAll(), func(found PlanCheck) bool { return found.Code == c.want && found.Level == CheckError }) {
				t.Errorf("nothing says %s: %+v", c.want, Errors(g.CheckAll()))
			}
		})
	}
	g := sketch(3, 8)
	if _, _, err := g.Gesture(PlanOp{Kind: "found", Cells: g.Of(1)[:1], Settings: &PlanGridSetting{Community: &east}}, nil); ErrorCode(err) != Invalid {
		t.Errorf("a plan of grids moved a border: %v", err)
	}
}

func TestWhoHasNotAgreedIsNamed(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	words := []PlanWord{{Community: Named{Name: "甲社区"}, Agrees: &yes}, {Community: Named{Name: "乙社区"}}, {Community: Named{Name: "丙社区"}, Agrees: &no}}
	err := Unheard(words)
	if ErrorCode(err) != Conflict || !strings.Contains(err.Error(), "“乙社区”、“丙社区”") || strings.Contains(err.Error(), "甲") {
		t.Errorf("unheard: %v", err)
	}
	if err := Unheard(words[:1]); err != nil {
		t.Errorf("all have agreed: %v", err)
	}
}
