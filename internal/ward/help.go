package ward

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// HelpStates are the words of the states of a call for help.
var HelpStates = Terms{{"open", "等待响应", nil}, {"acknowledged", "已响应", nil}, {"closed", "已解除", nil}}

// HelpMark is a call for help (求助) as the wall and the live stream see it:
// where and which team, never who.
type HelpMark struct {
	ID             uuid.UUID  `json:"id"`
	Version        int64      `json:"version"`
	State          string     `json:"state" enum:"open,acknowledged,closed" doc:"状态"`
	Team           *int64     `json:"team" doc:"队伍"`
	TeamName       string     `json:"teamName" doc:"队伍名称"`
	Grid           int64      `json:"grid" doc:"网格"`
	GridName       string     `json:"gridName" doc:"网格名称"`
	Location       orb.Point  `json:"location" doc:"位置"`
	Placed         string     `json:"placed" enum:"gps,team,grid" doc:"位置来源：设备定位、队伍最近位置、只知道网格"`
	CalledAt       time.Time  `json:"calledAt" doc:"求助时间（设备时间）"`
	ReceivedAt     time.Time  `json:"receivedAt" doc:"收到时间"`
	AcknowledgedAt *time.Time `json:"acknowledgedAt" doc:"响应时间"`
	ClosedAt       *time.Time `json:"closedAt" doc:"解除时间"`
}

// HelpCall is a call for help with who called and who answered.
type HelpCall struct {
	HelpMark
	Caller         string `json:"caller" doc:"求助人"`
	Mine           bool   `json:"mine" doc:"是我求助的"`
	AcknowledgedBy string `json:"acknowledgedBy" doc:"响应人"`
	ClosedBy       string `json:"closedBy" doc:"解除人"`
	Result         string `json:"result" doc:"处理结果"`
}

// Discreet is the call for a screen that anybody may see.
func (h HelpCall) Discreet() HelpCall { return HelpCall{HelpMark: h.HelpMark} }

// HelpDraft is what the button sends. Without a place the last one of the team
// counts, else the grid.
type HelpDraft struct {
	ID       uuid.UUID  `json:"id" doc:"UUIDv7，由设备生成"`
	Team     *int64     `json:"team,omitempty" doc:"在岗的队伍"`
	Grid     int64      `json:"grid,omitempty" minimum:"0" doc:"正在看的网格；没有定位时使用"`
	Location *orb.Point `json:"location,omitempty" doc:"位置"`
	Accuracy *float64   `json:"accuracy,omitempty" minimum:"0" doc:"定位精度（米）"`
	CalledAt time.Time  `json:"calledAt" doc:"求助时间（设备时间）"`
	// Skew is what the time above lacks; see Skew.
	Skew time.Duration `json:"-"`
}

// HelpStep answers a call or ends it.
type HelpStep struct {
	Version int64  `json:"version" minimum:"1" doc:"您看到的版本"`
	Action  string `json:"action" enum:"acknowledge,close" doc:"acknowledge 响应，close 解除"`
	Result  string `json:"result,omitempty" maxLength:"500" doc:"解除时：处理结果"`
}

// Take says which state the step leads to. One that is closed without having
// been acknowledged counts as acknowledged by whoever closes it.
func (st HelpStep) Take(h HelpCall) (state string, err error) {
	switch {
	case h.State == "closed":
		return "", Errorf(Conflict, "这次求助已由%s解除", h.ClosedBy)
	case st.Action == "acknowledge" && h.State == "acknowledged":
		return "", Errorf(Conflict, "%s已经响应", h.AcknowledgedBy)
	case st.Action == "acknowledge":
		return "acknowledged", nil
	case st.Result == "" || utf8.RuneCountInString(st.Result) > 500:
		return "", &Error{Code: Invalid, Message: "请写明处理结果，不超过500字", Fields: []FieldError{{"result", "请写明处理结果，不超过500字"}}}
	}
	return "closed", nil
}

// HelpCalls keeps calls for help.
type HelpCalls interface {
	// HelpCalls lists those not closed, and those of the last day, newest first.
	HelpCalls(ctx context.Context, s Scope) ([]HelpCall, error)
	// CallHelp once for each key; a place outside the territory is taken too:
	// whoever needs help isn't sent away.
	CallHelp(ctx context.Context, s Scope, key uuid.UUID, d HelpDraft) (HelpCall, error)
	// StepHelp: stale, or conflict when somebody was faster.
	StepHelp(ctx context.Context, s Scope, key, id uuid.UUID, st HelpStep) (HelpCall, error)
}
