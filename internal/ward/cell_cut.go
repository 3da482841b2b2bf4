package ward

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"wangge/internal/geo"
)

// CellCutCorners is how many corners a line that cuts a cell may have.
const CellCutCorners = 200

// CellCutOrder asks for a cell to be cut along a drawn line.
type CellCutOrder struct {
	Line    orb.LineString `json:"line" doc:"画的线（度），从地块的一边画到另一边，可以有拐点"`
	Preview bool           `json:"preview,omitempty" doc:"只计算，不切开"`
}

// Validate checks what the schema cannot.
func (o CellCutOrder) Validate() error {
	var c Check
	c.Field(len(o.Line) > 1 && len(o.Line) <= CellCutCorners, "line", fmt.Sprintf("线应有2到%d个点", CellCutCorners))
	if err := c.Err(); err != nil {
		return err
	}
	for _, p := range o.Line {
		if err := CheckPosition(p); err != nil {
			return err
		}
	}
	return nil
}

// CellPiece is one of the cells a cut makes.
type CellPiece struct {
	Cell  int64            `json:"cell" doc:"地块；预演时没有编号，为负数"`
	Area  float64          `json:"area" doc:"面积（平方米）"`
	Place orb.Point        `json:"place" doc:"代表点（度）"`
	Shape orb.MultiPolygon `json:"shape" doc:"图形（度）"`
	CellCount
}

// CellCutEdit answers a cut: both pieces, from west to east.
type CellCutEdit struct {
	Preview bool                `json:"preview" doc:"只是预演"`
	Cut     int64               `json:"cut" doc:"切线编号；预演时为0"`
	Cell    int64               `json:"cell" doc:"被切开的地块"`
	Pieces  []CellPiece         `json:"pieces" doc:"切成的两块，自西向东"`
	Path    orb.MultiLineString `json:"path" doc:"新的边线"`
	Plans   int                 `json:"plans" doc:"跟着改的未公布方案数"`
}

// CellCut is 切线: a line somebody drew through a cell. It stays an input of the
// base coverage until it is healed.
type CellCut struct {
	ID        int64               `json:"id" doc:"切线编号"`
	Cell      int64               `json:"cell" doc:"被切开的地块"`
	Pieces    []int64             `json:"pieces" doc:"切成的两块"`
	Community Named               `json:"community" doc:"所在社区"`
	Line      orb.MultiLineString `json:"line" doc:"切线（度）"`
	MadeBy    string              `json:"madeBy" doc:"谁切的"`
	MadeAt    time.Time           `json:"madeAt" doc:"何时切的"`
	Whole     bool                `json:"whole" doc:"两块都还在：可以接回"`
}

// CellChange says that cells of the base were replaced by others on the same
// ground: each of New belongs to whom every one of Old belonged.
type CellChange struct {
	Old []int64 `json:"old" doc:"不再有的地块"`
	New []int64 `json:"new" doc:"取代它们的地块，归属照旧"`
}

// CutRefusal says in words why a line does not cut a cell; other errors pass.
func CutRefusal(err error) error {
	var fault geo.CutFault
	if !errors.As(err, &fault) {
		return err
	}
	switch fault {
	case geo.CutMisses:
		return refuseLine("线没有把地块切开：请从地块的一边画到另一边")
	case geo.CutOften:
		return refuseLine("线把地块切成了三块以上：一次只能切成两块，请分几次切")
	case geo.CutSmall:
		return refuseLine(fmt.Sprintf("切下的一块太小（不到%g平方米，或不到%g米宽），下次生成底图时会并回去：请把线移开一些", geo.SplinterArea, geo.SplinterWidth))
	}
	return refuseLine("线离地块的拐点或另一条边线不到1厘米：请移开一些，或正好画在拐点上")
}

// CutThroughBuilding refuses a line that runs through a building; name is what
// people call it.
func CutThroughBuilding(name string) error {
	return refuseLine(fmt.Sprintf("线穿过了楼栋“%s”：楼栋要完整地留在一块里，请加拐点绕开它", name))
}

// CutAtLimit refuses a line that would bend the limit of a territory: that of
// another community outside the planner's, or the outer limit (name "").
func CutAtLimit(name string) error {
	if name == "" {
		return refuseLine("线的一端落在辖区外界上，会使外界移动：请让这一端正好落在外界的拐点上，或改画到里面的边线")
	}
	return refuseLine(fmt.Sprintf("线的一端落在同“%s”的界线上，那里不归您管：请让这一端正好落在界线的拐点上，或请上级来切", name))
}

// CutGone refuses to cut a cell that is no more.
func CutGone() error {
	return Errorf(Conflict, "这个地块已被切开或被新的底图替换，请重新读取地块")
}

func refuseLine(message string) error {
	return &Error{Code: Invalid, Message: message, Fields: []FieldError{{Field: "line", Message: message}}}
}

// CellCuts keeps cuts of cells. Cutting and healing change the base coverage at
// once and nobody's grid: every piece is, on every day and in every draft, in the
// grid its forebear was in.
type CellCuts interface {
	// CellCuts lists the cuts that are not healed, the last made first.
	CellCuts(ctx context.Context, s Scope, f Filter) (Page[CellCut], error)
	// CutCell: invalid in words for a line that does not cut, or cuts what must
	// stay whole; conflict for a cell that is no more or while the base is built.
	CutCell(ctx context.Context, s Scope, key uuid.UUID, cell int64, o CellCutOrder) (CellCutEdit, error)
	// HealCell joins the pieces of a cut. Conflict when something was built on it:
	// a piece was cut again, they belong or belonged to different grids, or a draft
	// gives them to different grids.
	HealCell(ctx context.Context, s Scope, cut int64) (CellChange, error)
}
