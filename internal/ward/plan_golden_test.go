package ward

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// golden is a sequence of gestures with what must come of each: the same files
// are read by the tests of the browser's editor, whose counts, borders and
// findings must be the server's. WANGGE_GOLDEN=write writes them anew.
type golden struct {
	Low         int          `json:"low"`
	High        int          `json:"high"`
	PersonsHigh int          `json:"personsHigh"`
	Ground      PlanCells    `json:"ground"` // as GET /api/plans/{id}/cells answers
	Steps       []goldenStep `json:"steps"`
}

type goldenStep struct {
	Op    PlanOp    `json:"op"`
	Error Code      `json:"error,omitempty"` // refused with this code; nothing else is given
	Delta PlanDelta `json:"delta"`
	// Of the whole ground after the gesture.
	Grids  []PlanGrid    `json:"grids"`
	Checks []goldenCheck `json:"checks"`
	// Borders are the places in ground.arcs of the arcs between two grids.
	Borders []int `json:"borders"`
}

type goldenCheck struct {
	Code  string  `json:"code"`
	Level string  `json:"level"`
	Grid  int64   `json:"grid"`
	Cells []int64 `json:"cells"`
}

func TestGesturesGiveWhatTheGoldenFilesSay(t *testing.T) {
	t.Parallel()
	for seed := int64(1); seed <= goldenFiles; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			text, err := json.Marshal(goldenOf(seed))
			if err != nil {
				t.Fatal(err)
			}
			text = append(text, '\n')
			file := filepath.Join("testdata", "plan", fmt.Sprintf("%d.json", seed))
			if os.Getenv("WANGGE_GOLDEN") == "write" {
				if err := os.WriteFile(file, text, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(text, want) {
				t.Errorf("%s says otherwise; if the change is meant: WANGGE_GOLDEN=write go test ./internal/ward -run Golden", file)
			}
		})
	}
}

// goldenFiles is how many there are: four plans of grids, two of community borders.
const goldenFiles = 6

// goldenOf plays thirty gestures on a city.
func goldenOf(seed int64) golden {
	server := sketch(seed, 8)
	server.Plan.Kind = PlanOfGrids
	if seed > 4 {
		server.Plan.Kind = PlanOfCommunities
	}
	out := golden{Low: server.Plan.Low, High: server.Plan.High, PersonsHigh: server.Plan.PersonsHigh, Ground: server.Compact()}
	g := out.Ground.Ground(server.Plan) // what an editor has
	r := rand.New(rand.NewSource(seed))
	for range 30 {
		op := scriptedOp(r, g)
		step := goldenStep{Op: op}
		d, _, err := g.Gesture(op, nil)
		if err != nil {
			step.Error = ErrorCode(err)
			out.Steps = append(out.Steps, step)
			continue
		}
		g.Apply(d)
		step.Delta, step.Grids = d, g.Grids(g.Labels(), false)
		for _, c := range g.CheckAll() {
			step.Checks = append(step.Checks, goldenCheck{c.Code, c.Level, c.Grid, c.Cells})
		}
		for i, a := range g.Mesh.Arcs {
			if g.Label(a.Left) != g.Label(a.Right) {
				step.Borders = append(step.Borders, i)
			}
		}
		out.Steps = append(out.Steps, step)
	}
	return out
}

func scriptedOp(r *rand.Rand, g *Ground) PlanOp {
	labels := g.Labels()
	label := func() int64 { return labels[r.Intn(len(labels))] }
	var cells []int64
	for range 1 + r.Intn(5) {
		cells = append(cells, g.Cells[r.Intn(len(g.Cells))].ID)
	}
	slices.Sort(cells)
	cells = slices.Compact(cells)
	switch r.Intn(8) {
	case 0:
		return PlanOp{Kind: "erase", Cells: cells}
	case 1:
		return PlanOp{Kind: "merge", Grid: label(), Grids: []int64{label()}}
	case 2:
		return PlanOp{Kind: "fill"}
	case 3:
		return PlanOp{Kind: "found", Cells: cells[:1]}
	case 4:
		lock := r.Intn(3) == 0
		return PlanOp{Kind: "set", Grid: label(), Settings: &PlanGridSetting{Locked: &lock}}
	}
	// Mostly cells at a border, to the other side of it.
	a := g.Mesh.Arcs[r.Intn(len(g.Mesh.Arcs))]
	if to := g.Label(a.Right); to != 0 && a.Left != 0 {
		return PlanOp{Kind: "assign", Grid: to, Cells: []int64{a.Left}, Whole: r.Intn(4) == 0, Free: r.Intn(6) == 0}
	}
	return PlanOp{Kind: "assign", Grid: label(), Cells: cells}
}
