package ward

import "slices"

// Action is one thing done with an incident.
type Action string

// The actions, in the order an incident usually meets them.
const (
	Report        Action = "report"         // 上报
	SelfHandle    Action = "self_handle"    // 自处理
	TakeIn        Action = "take_in"        // 受理
	Verify        Action = "verify"         // 要求核实
	Verified      Action = "verified"       // 核实属实
	Disproved     Action = "disproved"      // 核实不实
	Refuse        Action = "refuse"         // 不予受理
	Merge         Action = "merge"          // 并案
	File          Action = "file"           // 立案
	Dispatch      Action = "dispatch"       // 派遣
	Accept        Action = "accept"         // 接单
	SendBack      Action = "send_back"      // 退回
	Reach         Action = "reach"          // 阶段完成
	AskExtension  Action = "ask_extension"  // 申请延期
	AskSuspension Action = "ask_suspension" // 申请挂账
	AskVoid       Action = "ask_void"       // 申请作废
	Approve       Action = "approve"        // 批准
	Decline       Action = "decline"        // 不批准
	Resume        Action = "resume"         // 恢复办理
	Escalate      Action = "escalate"       // 上报上级
	CallUnits     Action = "call_units"     // 吹哨
	Arrive        Action = "arrive"         // 报到
	Resolve       Action = "resolve"        // 办结
	Pass          Action = "pass"           // 核查通过
	Fail          Action = "fail"           // 核查不通过
	Satisfied     Action = "satisfied"      // 回访满意
	Unsatisfied   Action = "unsatisfied"    // 回访不满意
	Unreached     Action = "unreached"      // 未联系上
	Supervise     Action = "supervise"      // 督办
	Reopen        Action = "reopen"         // 重新办理
	Note          Action = "note"           // 批示、留言
)

// Actions are the words of the actions.
var Actions = Terms{
	{"report", "上报", nil},
	{"self_handle", "自处理", nil},
	{"take_in", "受理", nil},
	{"verify", "要求核实", nil},
	{"verified", "核实属实", nil},
	{"disproved", "核实不实", nil},
	{"refuse", "不予受理", nil},
	{"merge", "并案", nil},
	{"file", "立案", nil},
	{"dispatch", "派遣", nil},
	{"accept", "接单", nil},
	{"send_back", "退回", nil},
	{"reach", "阶段完成", nil},
	{"ask_extension", "申请延期", nil},
	{"ask_suspension", "申请挂账", nil},
	{"ask_void", "申请作废", nil},
	{"approve", "批准", nil},
	{"decline", "不批准", nil},
	{"resume", "恢复办理", nil},
	{"escalate", "上报上级", nil},
	{"call_units", "吹哨", nil},
	{"arrive", "报到", nil},
	{"resolve", "办结", nil},
	{"pass", "核查通过", nil},
	{"fail", "核查不通过", nil},
	{"satisfied", "回访满意", nil},
	{"unsatisfied", "回访不满意", nil},
	{"unreached", "未联系上", nil},
	{"supervise", "督办", nil},
	{"reopen", "重新办理", nil},
	{"note", "批示留言", nil},
}

// UndoneImport is what the timeline calls it when the file an incident came with
// was taken back. It is no step of the way.
const UndoneImport = "undo_import"

// ActionLabel is the word for what a line of the timeline did; amending what was
// reported is no step of the way.
func ActionLabel(action string) string {
	switch action {
	case "amend":
		return "修改"
	case UndoneImport:
		return "撤销导入"
	}
	return Actions.Label(action)
}

// same as a target says that the state stays.
const same = ""

// rule is a row of the state machine 受理→立案→派遣→处置→督办→核查→结案: who may do
// what in which state, and where it leads.
type rule struct {
	action Action
	from   []string
	to     string
	by     []Role
	reason bool // an opinion is asked for
}

// open are the states in which something is still to be done, by somebody else
// than who keeps the draft.
var open = []string{"reported", "verifying", "filed", "dispatched", "handling", "suspended", "checking", "follow_up"}

var (
	gridStaff = []Role{GridLeader, GridStaff}
	inGrid    = []Role{GridLeader, GridStaff, Secretary}
	desk      = []Role{Intake, DutyHead}
	checkers  = []Role{GridLeader, GridStaff, Secretary, DutyHead}
	callers   = []Role{GridLeader, GridStaff, Secretary, Intake}
	// answerers say how it ended: who calls the resident, or the resident himself.
	answerers = append([]Role{Resident}, callers...)
	reporters = append([]Role{Resident}, staff...)
)

// incidentRules is the whole state machine. What is not in it is not allowed.
// An approval leads where the request asked to (approvals); the check of a
// sampled self-handled incident leads to its end or into the usual way.
var incidentRules = []rule{
	{Report, []string{"draft"}, "reported", reporters, false},
	{SelfHandle, []string{"draft"}, "closed", gridStaff, false},
	{TakeIn, []string{"reported"}, "reported", desk, false},
	{Verify, []string{"reported"}, "verifying", desk, false},
	{Verified, []string{"verifying"}, "reported", inGrid, false},
	{Disproved, []string{"verifying"}, "reported", inGrid, true},
	{Refuse, []string{"reported"}, "refused", desk, true},
	{Merge, []string{"reported"}, "merged", desk, false},
	{File, []string{"reported"}, "filed", []Role{DutyHead}, false},
	{Dispatch, []string{"filed"}, "dispatched", []Role{Dispatcher, DutyHead}, false},
	{Accept, []string{"dispatched"}, "handling", []Role{Handler}, false},
	{SendBack, []string{"dispatched"}, "filed", []Role{Handler}, true},
	{Reach, []string{"handling"}, same, []Role{Handler}, false},
	{AskExtension, []string{"handling"}, same, []Role{Handler}, true},
	{AskSuspension, []string{"handling"}, same, []Role{Handler}, true},
	{AskVoid, open, same, []Role{Intake, Dispatcher, Handler, Secretary}, true},
	{Approve, open, same, []Role{DutyHead}, false},
	{Decline, open, same, []Role{DutyHead}, true},
	{Resume, []string{"suspended"}, "handling", []Role{Handler, DutyHead}, false},
	{Escalate, []string{"handling"}, same, []Role{Handler, Secretary}, true},
	{CallUnits, []string{"handling"}, same, []Role{Handler, Secretary, DutyHead}, false},
	{Arrive, []string{"handling"}, same, []Role{Handler}, false},
	{Resolve, []string{"handling"}, "checking", []Role{Handler}, false},
	{Pass, []string{"checking"}, "follow_up", checkers, false},
	{Fail, []string{"checking"}, "handling", checkers, true},
	{Satisfied, []string{"follow_up"}, "closed", answerers, false},
	{Unsatisfied, []string{"follow_up"}, "filed", answerers, true},
	{Unreached, []string{"follow_up"}, "closed", callers, false},
	{Supervise, open, same, []Role{DutyHead}, false},
	{Reopen, []string{"closed"}, "filed", []Role{DutyHead, Intake, Secretary, Resident}, true},
	{Note, open, same, fieldWork, true},
}

// approvals says where an approved request leads.
var approvals = map[Action]string{AskExtension: "handling", AskSuspension: "suspended", AskVoid: "void"}

func ruleFor(action Action) (rule, bool) {
	i := slices.IndexFunc(incidentRules, func(r rule) bool { return r.action == action })
	if i < 0 {
		return rule{}, false
	}
	return incidentRules[i], true
}

// IncidentMay reports whether a role may do something with an incident in a
// state, and which state that leads to.
func IncidentMay(state string, action Action, role Role) (to string, ok bool) {
	r, known := ruleFor(action)
	if !known || !slices.Contains(r.from, state) || !slices.Contains(r.by, role) {
		return "", false
	}
	if r.to == same {
		return state, true
	}
	return r.to, true
}

// IncidentOpen reports whether something is still to be done in the state.
func IncidentOpen(state string) bool { return state == "draft" || slices.Contains(open, state) }
