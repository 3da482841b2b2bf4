package ward

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
)

// NoticeKinds are the words of what people are told.
var NoticeKinds = Terms{
	{"waiting", "待您处理", nil},
	{"assigned", "派给您单位", nil},
	{"sent_back", "被退回", nil},
	{"asked", "待您审批", nil},
	{"answered", "申请有答复", nil},
	{"called", "请到场", nil},
	{"rework", "核查不通过", nil},
	{"supervised", "被督办", nil},
	{"due_soon", "将到期", nil},
	{"overdue", "已超期", nil},
	{"told", "有结果", nil},
}

// Notice is 通知: something a person concerned with an incident should know.
type Notice struct {
	ID       int64     `json:"id"`
	At       time.Time `json:"at" doc:"时间"`
	Kind     string    `json:"kind" doc:"类别"`
	Incident uuid.UUID `json:"incident" doc:"事件"`
	Number   string    `json:"number" doc:"事件编号"`
	Class    string    `json:"class" doc:"事件类别名称"`
	Read     bool      `json:"read" doc:"已读"`
	More     int       `json:"more" doc:"同一事件更早的通知还有几条"`
}

// NoticesSettled are the kinds of notices of an incident that ask for something
// done by now: those of the board it has left, and applications that were answered.
func NoticesSettled(before, after Incident) []string {
	kinds := []string{}
	if before.State != after.State || before.Accepted != after.Accepted {
		kinds = append(kinds, "due_soon", "overdue")
	}
	// Units that help are still concerned when the one in charge has taken it over.
	if BoardOf(before) != BoardOf(after) {
		kinds = append(kinds, "waiting", "assigned", "sent_back", "rework", "supervised")
	}
	if before.Asked != "" && after.Asked == "" {
		kinds = append(kinds, "asked")
	}
	return kinds
}

// NoticeList is somebody's newest notices, one of each incident, and how many
// incidents have unread ones.
type NoticeList struct {
	Unread int      `json:"unread" doc:"有未读通知的事件数"`
	Items  []Notice `json:"items"`
}

// Notices keeps what people are told. They are one's own, whatever the territory.
type Notices interface {
	// Notices lists the newest of the account in the scope.
	Notices(ctx context.Context, s Scope, limit int) (NoticeList, error)
	// ReadNotices marks those up to an id as read.
	ReadNotices(ctx context.Context, s Scope, upto int64) (NoticeList, error)
}

// Telling is who should be told what of an incident: accounts, or those who
// hold one of the roles over the place, of the units if any are named.
type Telling struct {
	Kind     string
	Accounts []int64
	Roles    []Role
	Units    []string
}

// Tellings says who should be told of a step. before is the
// incident as it was.
func (st IncidentStep) Tellings(before, after Incident) []Telling {
	handlers := Telling{Kind: "assigned", Roles: []Role{Handler}, Units: append([]string{after.HandlerUnit}, after.Helpers...)}
	if after.HandlerUnit == GridUnit {
		handlers = Telling{Kind: "assigned", Roles: gridStaff}
	}
	as := func(kind string) []Telling { t := handlers; t.Kind = kind; return []Telling{t} }
	reporter := []Telling{{Kind: "told", Accounts: []int64{after.Reporter}}}
	waiting := func(roles ...Role) []Telling { return []Telling{{Kind: "waiting", Roles: roles}} }
	switch st.Action {
	case TakeIn, Verified, Disproved:
		return waiting(DutyHead)
	case Verify:
		return waiting(gridStaff...)
	case File, Reopen:
		return waiting(Dispatcher)
	case Dispatch:
		return as("assigned")
	case SendBack:
		return []Telling{{Kind: "sent_back", Roles: []Role{Dispatcher}}}
	case AskExtension, AskSuspension, AskVoid:
		return []Telling{{Kind: "asked", Roles: []Role{DutyHead}}}
	case Approve, Decline:
		if before.AskedBy != nil {
			return []Telling{{Kind: "answered", Accounts: []int64{*before.AskedBy}}}
		}
	case Escalate:
		return []Telling{{Kind: "waiting", Roles: []Role{DutyHead}}}
	case CallUnits:
		return []Telling{{Kind: "called", Roles: []Role{Handler}, Units: st.Units}}
	case Resolve:
		return waiting(inGrid...)
	case Fail:
		if before.SelfHandled {
			return waiting(DutyHead)
		}
		return []Telling{{Kind: "rework", Accounts: before.Handlers}}
	case Pass:
		if after.State == "follow_up" {
			return waiting(Intake)
		}
	case Unsatisfied:
		if after.State == "filed" {
			return waiting(Dispatcher)
		}
		return reporter
	case Supervise:
		return as("supervised")
	case Refuse, Merge, Satisfied, Unreached:
		return reporter
	}
	return nil
}

// DueTelling says who should be told that a limit of an incident runs out: those
// whose board it is on.
func DueTelling(i Incident, kind string) Telling {
	switch board := BoardOf(i); board {
	case "handle":
		if i.HandlerUnit == GridUnit {
			return Telling{Kind: kind, Roles: gridStaff}
		}
		return Telling{Kind: kind, Roles: []Role{Handler}, Units: []string{i.HandlerUnit}}
	default:
		return Telling{Kind: kind, Roles: boardRoles[board]}
	}
}

// boardRoles are those who work on a board.
var boardRoles = map[string][]Role{
	"intake": {Intake}, "verify": {GridLeader, GridStaff, Secretary}, "file": {DutyHead}, "dispatch": {Dispatcher},
	"handle": {Handler}, "check": {GridLeader, GridStaff, Secretary}, "follow": {Intake},
}

// BoardRoles are the roles who work on a board: 待受理 intake, 待核实 verify, 待立案
// file, 待派遣 dispatch, 待处置 handle, 待核查 check, 待回访 follow.
func BoardRoles(board string) []Role { return slices.Clone(boardRoles[board]) }

// BoardNames are the boards in the order of the way.
func BoardNames() []string {
	return []string{"intake", "verify", "file", "dispatch", "handle", "check", "follow"}
}

// BoardOf is the board an incident is on; "" when it is over.
func BoardOf(i Incident) string {
	switch i.State {
	case "reported":
		if i.Accepted {
			return "file"
		}
		return "intake"
	case "verifying":
		return "verify"
	case "filed":
		return "dispatch"
	case "dispatched", "handling", "suspended":
		return "handle"
	case "checking":
		return "check"
	case "follow_up":
		return "follow"
	}
	return ""
}
