package ward

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// PlanPublication is one entry of the log of publications.
type PlanPublication struct {
	Seq       int64     `json:"seq" doc:"公布编号"`
	Plan      *int64    `json:"plan" doc:"方案"`
	PlanName  string    `json:"planName" doc:"方案名称"`
	Effective string    `json:"effective" doc:"生效日期"`
	At        time.Time `json:"at" doc:"公布时间"`
	By        string    `json:"by" doc:"公布人"`
	State     string    `json:"state" enum:"scheduled,published,withdrawn" doc:"待生效、已生效、已取消"`
	Cells     int       `json:"cells" doc:"改动的地块数"`
}

// GridDescent is one line of who became whom: share of the old grid that went
// to the new, share of the new that came from the old, by households.
type GridDescent struct {
	Seq        int64   `json:"seq" doc:"公布编号"`
	Effective  string  `json:"effective" doc:"生效日期"`
	Old        Named   `json:"old" doc:"原网格"`
	New        Named   `json:"new" doc:"现网格"`
	Kind       string  `json:"kind" enum:"same,split,merge,transfer" doc:"延续、拆分、合并、划转"`
	Cells      int     `json:"cells"`
	Households int     `json:"households"`
	ShareOfOld float64 `json:"shareOfOld" doc:"占原网格的份额；各去向之和为1"`
	ShareOfNew float64 `json:"shareOfNew" doc:"占现网格的份额；各来源之和为1"`
}

// GridStay is a time a cell or building spent in one grid, as recorded.
type GridStay struct {
	Grid     int64  `json:"grid"`
	Code     string `json:"code" doc:"网格编码"`
	Name     string `json:"name" doc:"网格名称"`
	From     string `json:"from" doc:"从哪天"`
	Until    string `json:"until" doc:"到哪天（不含）；空为至今"`
	Recorded string `json:"recorded" doc:"何时记下"`
	Struck   string `json:"struck" doc:"何时被更正；空为仍然有效"`
}

// GridFigure counts what happened in one grid in a month.
type GridFigure struct {
	Grid      int64  `json:"grid"`
	Code      string `json:"code" doc:"网格编码"`
	Name      string `json:"name" doc:"网格名称"`
	Visits    int    `json:"visits" doc:"走访数"`
	Met       int    `json:"met" doc:"见到人的走访数"`
	Incidents int    `json:"incidents" doc:"事件数"`
	Closed    int    `json:"closed" doc:"已结的事件数"`
}

// Publishing is the second half of Plans: what becomes official, when, and what
// was so before.
type Publishing interface {
	// StepPlan moves a plan on: submit, approve, reject, unschedule, withdraw,
	// reopen, publish. Publishing checks everything again: stale when somebody
	// else published on the same ground, conflict with the checks that fail.
	StepPlan(ctx context.Context, s Scope, id int64, action string, step PlanStep) (Plan, error)
	// PlanImpact says whom the plan concerns and what is to be handed over.
	PlanImpact(ctx context.Context, s Scope, id int64) (PlanImpact, error)
	// ComparePlans puts up to four plans on one score card, today's grids first.
	ComparePlans(ctx context.Context, s Scope, ids []int64) ([]PlanScore, error)
	Publications(ctx context.Context, s Scope, f Filter) (Page[PlanPublication], error)
	GridLineage(ctx context.Context, s Scope, grid int64) ([]GridDescent, error)
	// BuildingGrids is every grid a building was recorded in, corrections too.
	BuildingGrids(ctx context.Context, s Scope, building int64) ([]GridStay, error)
	// GridFigures counts a month (2006-01) in the borders of the day something
	// happened (then) or in today's.
	GridFigures(ctx context.Context, s Scope, month, borders string) ([]GridFigure, error)
}

// NewGrids lists the grids a plan founds here in the order their codes are
// given: from west to east, then from north to south.
func (g *Ground) NewGrids() []int64 {
	var labels []int64
	for _, l := range g.Labels() {
		if l < 0 && len(g.Of(l)) > 0 {
			labels = append(labels, l)
		}
	}
	slices.SortFunc(labels, func(a, b int64) int {
		p, q := g.middle(g.Of(a)), g.middle(g.Of(b))
		return cmp.Or(cmp.Compare(p[0], q[0]), cmp.Compare(q[1], p[1]), cmp.Compare(b, a))
	})
	return labels
}

// MicroCode is the code of the n-th micro-grid of a grid: its code and two digits.
func MicroCode(grid string, n int) string { return fmt.Sprintf("%s%02d", grid, n) }

// GridCode is the code of the n-th grid of a community: its code and three
// digits.
func GridCode(community string, n int) string {
	digits := strconv.Itoa(n)
	for len(digits) < 3 {
		digits = "0" + digits
	}
	return community + digits
}
