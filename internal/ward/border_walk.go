package ward

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// What people say of a piece of border on the spot, and how a piece stands.
const (
	PieceOpen     = "open"     // 未走
	PieceAccepted = "accepted" // 符合实地
	PieceRejected = "rejected" // 与实地不符
)

// Limits of walking the line.
const (
	BorderReasonLongest = 500
	BorderNoteLongest   = 500
	BorderPiecesMost    = 400 // of one walk: about a hundred kilometres
	BorderWalksMost     = 50  // that are listed
)

// BorderWalk is 踏界: a border that people of the grids concerned go along on the
// spot, piece by piece. It is the border a plan would draw anew, or that of a grid
// as it is today.
type BorderWalk struct {
	ID       int64         `json:"id"`
	Plan     *int64        `json:"plan" doc:"哪个方案的新边界"`
	PlanName string        `json:"planName" doc:"方案名称"`
	Grid     *int64        `json:"grid" doc:"哪个网格的现行边界"`
	GridName string        `json:"gridName" doc:"网格名称"`
	Note     string        `json:"note" doc:"说明"`
	Due      string        `json:"due" doc:"请在哪天前走完；未定为空"`
	MadeBy   string        `json:"madeBy" doc:"谁发起"`
	MadeAt   time.Time     `json:"madeAt" doc:"何时发起"`
	ClosedAt *time.Time    `json:"closedAt" doc:"何时结束；空为进行中"`
	Version  int64         `json:"version"`
	Pieces   []BorderPiece `json:"pieces" doc:"辖区内的各段，按行走顺序"`
}

// BorderPiece is one piece of a border that is walked at a stretch. Left and right
// are as seen by who walks along its line.
type BorderPiece struct {
	ID      int64          `json:"id"`
	Mark    int            `json:"mark" doc:"第几段，按行走顺序"`
	State   string         `json:"state" enum:"open,accepted,rejected" doc:"未走、符合实地、与实地不符；有一人说不符即不符"`
	Words   string         `json:"words" doc:"怎么走、两边是什么"`
	Name    string         `json:"name" doc:"沿哪条路、巷；无名的说是什么"`
	Class   string         `json:"class" enum:"inner,path,wall,minor,secondary,main,river,rail,limit" doc:"边界类别"`
	Length  float64        `json:"length" doc:"长（米）"`
	Line    orb.LineString `json:"line" doc:"走的线（度）"`
	Left    BorderSide     `json:"left" doc:"左手边"`
	Right   BorderSide     `json:"right" doc:"右手边"`
	Answers []BorderAnswer `json:"answers" doc:"各人的答复，新的在前；以各人最后一次为准"`
}

// BorderSide is what lies on one side of a piece.
type BorderSide struct {
	Grid   int64    `json:"grid" doc:"网格；负数为方案新设，0为辖区外"`
	Name   string   `json:"name" doc:"网格名称"`
	Side   string   `json:"side" enum:",east,south,west,north" doc:"这一段在该网格的哪一面；辖区外为空"`
	Places []string `json:"places" doc:"紧挨着的楼栋，至多四栋"`
}

// BorderAnswer is what somebody said of a piece on the spot.
type BorderAnswer struct {
	ID      uuid.UUID `json:"id"`
	By      int64     `json:"by" doc:"谁"`
	ByName  string    `json:"byName" doc:"姓名"`
	Verdict string    `json:"verdict" enum:"accepted,rejected" doc:"符合实地、与实地不符"`
	Reason  string    `json:"reason" doc:"哪里不符"`
	At      time.Time `json:"at" doc:"现场时间"`
	Photos  []string  `json:"photos" doc:"照片编号"`
}

// BorderWalkDraft asks for a walk.
type BorderWalkDraft struct {
	Plan int64  `json:"plan,omitempty" minimum:"0" doc:"方案：走它的新边界"`
	Grid int64  `json:"grid,omitempty" minimum:"0" doc:"网格：走它的现行边界"`
	Note string `json:"note,omitempty" maxLength:"500" doc:"说明"`
	Due  string `json:"due,omitempty" maxLength:"10" doc:"请在哪天前走完（2026-11-30）"`
}

// Validate checks what the schema cannot.
func (d BorderWalkDraft) Validate() error {
	var c Check
	c.Field((d.Plan > 0) != (d.Grid > 0), "plan", "请选择一个方案，或一个网格")
	c.Field(utf8.RuneCountInString(d.Note) <= BorderNoteLongest, "note", "说明不超过500字")
	c.Field(dayOrEmpty(d.Due), "due", "日期应写作 2026-11-30")
	return c.Err()
}

// BorderAnswerDraft is an answer as a device sends it.
type BorderAnswerDraft struct {
	ID      uuid.UUID     `json:"id" doc:"UUIDv7，由设备生成；重发时不变"`
	Verdict string        `json:"verdict" enum:"accepted,rejected" doc:"符合实地、与实地不符"`
	Reason  string        `json:"reason,omitempty" maxLength:"500" doc:"哪里不符；不符时必填"`
	At      time.Time     `json:"at" doc:"现场时间（设备时钟）"`
	Skew    time.Duration `json:"-"`
}

// Corrected is the answer with its time as the server's clock would have had it.
func (d BorderAnswerDraft) Corrected() BorderAnswerDraft {
	d.At = d.At.Add(d.Skew)
	return d
}

// Validate checks what the schema cannot.
func (d BorderAnswerDraft) Validate(now time.Time) error {
	var c Check
	c.Field(d.ID.Version() == 7, "id", "答复编号应为 UUIDv7，请更新应用后重试")
	c.Field(d.Verdict == PieceAccepted || d.Verdict == PieceRejected, "verdict", "请选择符合实地或与实地不符")
	c.Field(d.Verdict == PieceAccepted || d.Reason != "", "reason", "请写明哪里与实地不符")
	c.Field(utf8.RuneCountInString(d.Reason) <= BorderReasonLongest, "reason", "原因不超过500字")
	c.Field(!d.At.IsZero() && d.At.Before(now.Add(VisitFuture)), "at", "现场时间晚于现在，请校准设备时钟")
	return c.Err()
}

// BorderWalkFilter narrows a list of walks.
type BorderWalkFilter struct {
	Plan int64 `query:"plan" minimum:"0" doc:"只要这个方案的"`
	Grid int64 `query:"grid" minimum:"0" doc:"只要碰到这个网格的各段"`
	Open bool  `query:"open" doc:"只要进行中的"`
}

// BorderWalks keeps who goes along which border. Somebody sees the pieces that
// touch a grid of their territory, and nothing of a walk that has none.
type BorderWalks interface {
	// BorderWalks lists walks with their pieces, the newest first, at most
	// BorderWalksMost.
	BorderWalks(ctx context.Context, s Scope, f BorderWalkFilter) ([]BorderWalk, error)
	// CreateBorderWalk cuts a border into pieces and asks for them to be walked; what
	// was asked of the same border before ends. Pieces whose line has not changed
	// keep their answers. Conflict when there is no border to walk; not_found when
	// the plan or grid is outside the scope.
	CreateBorderWalk(ctx context.Context, s Scope, key uuid.UUID, d BorderWalkDraft) (BorderWalk, error)
	// CloseBorderWalk ends a walk: stale when it is not the version the caller saw.
	CloseBorderWalk(ctx context.Context, s Scope, id, version int64) (BorderWalk, error)
	// AnswerBorderPiece writes down what somebody says of a piece, once for each key;
	// also after the walk has ended, because a tablet may have been without a
	// network.
	AnswerBorderPiece(ctx context.Context, s Scope, key uuid.UUID, piece int64, d BorderAnswerDraft) (BorderPiece, error)
}
