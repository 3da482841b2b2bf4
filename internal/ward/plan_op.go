package ward

import (
	"time"

	"github.com/paulmach/orb"
)

// PlanOp is one gesture on a draft. Whatever its kind, it ends as a delta "these
// cells go to that grid"; a grid is named by its label: the number of an
// official grid, a negative number for one the plan founds, 0 for nobody.
//
//	assign   cells → grid (paint, lasso, border drag)
//	erase    cells → nobody
//	split    a grid by a line, or by naming the cells that leave; they go to a new grid
//	merge    all cells of grids → grid
//	transfer buildings → grid
//	fill     unassigned cells and stray parts → the neighbour with the longest border
//	found    a new grid of the cells
//	set      name, code, target, lock, branch of a grid
//	resolve  conflicts after another plan was published: keep ours or take theirs
//	rebase   follow what other plans published: targets that were closed go to their successor
//	undo, redo  the last gesture of the same person
type PlanOp struct {
	Version   int64            `json:"version" doc:"看到的版本；不是最新则 409，附上其后的改动"`
	Kind      string           `json:"kind" enum:"assign,erase,split,merge,transfer,fill,found,set,auto,resolve,rebase,undo,redo" doc:"手势"`
	Preview   bool             `json:"preview,omitempty" doc:"只计算，不写入"`
	Grid      int64            `json:"grid,omitempty" doc:"目标网格"`
	Grids     []int64          `json:"grids,omitempty" maxItems:"100" doc:"merge：被并入的网格；assign/fill：只从这些网格取"`
	Cells     []int64          `json:"cells,omitempty" maxItems:"20000" doc:"地块"`
	Buildings []int64          `json:"buildings,omitempty" maxItems:"2000" doc:"transfer：楼栋"`
	Line      orb.LineString   `json:"line,omitempty" doc:"split：画的线（度）"`
	Whole     bool             `json:"whole,omitempty" doc:"连同整个街坊（小区）"`
	Free      bool             `json:"free,omitempty" doc:"只取未分配的地块"`
	Settings  *PlanGridSetting `json:"settings,omitempty" doc:"set、found、split：网格的设置"`
	Auto      *PlanAuto        `json:"auto,omitempty" doc:"auto：由系统划分一个社区"`
	Keep      string           `json:"keep,omitempty" enum:"ours,theirs" doc:"resolve：保留本方案的还是采用已公布的"`
}

// PlanGridSetting are what a plan says of a grid besides its cells; absent
// fields stay as they are.
type PlanGridSetting struct {
	Name       *string `json:"name,omitempty" minLength:"1" maxLength:"50" doc:"名称"`
	Code       *string `json:"code,omitempty" maxLength:"32" doc:"新网格的编码；缺省由系统按自西向东、自北向南编"`
	Kind       *string `json:"kind,omitempty" enum:"basic,special" doc:"新网格的类别"`
	Community  *int64  `json:"community,omitempty" minimum:"1" doc:"新网格所属的社区（社区界线方案）；缺省随第一个地块"`
	Locked     *bool   `json:"locked,omitempty" doc:"锁定：地块不进不出"`
	Low        *int    `json:"low,omitempty" minimum:"0" maximum:"5000" doc:"户数下限，0为按方案"`
	High       *int    `json:"high,omitempty" minimum:"0" maximum:"5000" doc:"户数上限，0为按方案"`
	Branch     *int64  `json:"branch,omitempty" minimum:"0" doc:"网格党支部；0为不设"`
	BranchName *string `json:"branchName,omitempty" maxLength:"50" doc:"要新建的党支部名称"`
}

// PlanGridState is what a plan keeps of a grid; the zero value of a field means
// "as it is officially", and for a new grid "by the program".
type PlanGridState struct {
	Community  int64  `json:"community"`
	Name       string `json:"name,omitempty"`
	Code       string `json:"code,omitempty"`
	Kind       string `json:"kind,omitempty"`
	Locked     bool   `json:"locked,omitempty"`
	Low        int    `json:"low,omitempty"`
	High       int    `json:"high,omitempty"`
	Branch     *int64 `json:"branch,omitempty"`
	BranchName string `json:"branchName,omitempty"`
	Reopen     bool   `json:"reopen,omitempty"` // a closed official grid that the plan brings back
}

// With applies a setting.
func (g PlanGridState) With(s PlanGridSetting) PlanGridState {
	set(&g.Name, s.Name)
	set(&g.Code, s.Code)
	set(&g.Kind, s.Kind)
	set(&g.Community, s.Community)
	set(&g.Locked, s.Locked)
	set(&g.Low, s.Low)
	set(&g.High, s.High)
	set(&g.BranchName, s.BranchName)
	if s.Branch != nil {
		g.Branch = s.Branch
		if s.BranchName == nil {
			g.BranchName = ""
		}
	}
	return g
}

// PlanDelta is what a gesture changed, with its reverse: applied with Was and
// Now swapped it undoes the gesture.
type PlanDelta struct {
	Cells []int64          `json:"cells" doc:"改了归属的地块，按编号"`
	Was   []int64          `json:"was" doc:"原来的网格，与 cells 一一对应；0 为未分配"`
	Now   []int64          `json:"now" doc:"现在的网格，与 cells 一一对应；0 为未分配"`
	Grids []PlanGridChange `json:"grids,omitempty" doc:"新设的网格和改了设置的网格"`
	Cuts  []CellChange     `json:"cuts,omitempty" doc:"底图切开或接回的地块：归属照旧，只是换了编号"`
}

// PlanGridChange is the setting of one grid before and after; nil: not there.
type PlanGridChange struct {
	Grid int64          `json:"grid"`
	Was  *PlanGridState `json:"was,omitempty"`
	Now  *PlanGridState `json:"now,omitempty"`
}

// Reverse is the delta that undoes d.
func (d PlanDelta) Reverse() PlanDelta {
	r := PlanDelta{Cells: d.Cells, Was: d.Now, Now: d.Was}
	for _, g := range d.Grids {
		r.Grids = append(r.Grids, PlanGridChange{Grid: g.Grid, Was: g.Now, Now: g.Was})
	}
	return r
}

// Empty reports whether nothing changes.
func (d PlanDelta) Empty() bool { return len(d.Cells) == 0 && len(d.Grids) == 0 }

// PlanLogEntry is one gesture in the log of a plan.
type PlanLogEntry struct {
	Seq       int64     `json:"seq" doc:"改动后的版本"`
	Kind      string    `json:"kind" doc:"手势"`
	Actor     int64     `json:"actor" doc:"谁"`
	ActorName string    `json:"actorName" doc:"姓名"`
	At        time.Time `json:"at"`
	Reverts   *int64    `json:"reverts" doc:"撤销或重做的是哪一步"`
	Undone    bool      `json:"undone" doc:"已被撤销"`
	Delta     PlanDelta `json:"delta"`
}

// PlanEdit answers a gesture.
type PlanEdit struct {
	Version int64               `json:"version" doc:"新版本（预演时不变）"`
	Preview bool                `json:"preview" doc:"只是预演"`
	Delta   PlanDelta           `json:"delta" doc:"改动"`
	Grids   []PlanGrid          `json:"grids" doc:"受影响的网格：新的图形和数字；没有地块的图形为空"`
	Checks  []PlanCheck         `json:"checks" doc:"受影响的网格的检查结果（替换这些网格原有的）"`
	Path    orb.MultiLineString `json:"path,omitempty" doc:"split：新界线吸附到的路径"`
	CanUndo bool                `json:"canUndo" doc:"还能撤销"`
	CanRedo bool                `json:"canRedo" doc:"还能重做"`
}

// PlanLost is what a 409 tells: the present version and the gestures since the
// caller's, oldest first, so that a client replays its own when it can.
type PlanLost struct {
	Version int64          `json:"version"`
	Since   []PlanLogEntry `json:"since"`
}
