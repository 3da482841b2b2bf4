package ward

import (
	"slices"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// GridUnit is the unit that stands for those who walk the grid: what is
// dispatched to it is handled by them.
const GridUnit = "网格"

// Limits of the steps themselves (accept 2 working hours, verify 2, urgent 15
// minutes, file 1, dispatch 1, take 2, check 1 working day, follow up 2).
var (
	acceptLimit   = Limit{"受理", 2, "work_hour"}
	verifyLimit   = Limit{"核实", 2, "work_hour"}
	urgentLimit   = Limit{"紧急", 15, "minute"}
	fileLimit     = Limit{"立案", 1, "work_hour"}
	dispatchLimit = Limit{"派遣", 1, "work_hour"}
	takeLimit     = Limit{"接单", 2, "work_hour"}
	checkLimit    = Limit{"核查", 1, "work_day"}
	followLimit   = Limit{"回访", 2, "work_day"}
)

// ReopenWithin is how long a closed incident may be opened again.
const ReopenWithin = 7 * 24 * time.Hour

// Vocabularies of a step.
var (
	CloseKinds    = Terms{{"material", "实质性办结", nil}, {"procedural", "程序性办结", nil}, {"partial", "阶段性办结", nil}}
	Satisfactions = Terms{{"satisfied", "满意", nil}, {"unsatisfied", "不满意", nil}, {"unreached", "未联系上", nil}}
	Cards         = Terms{{"normal", "普通督办", nil}, {"yellow", "黄牌督办", nil}, {"red", "红牌督办", nil}}
)

// IncidentStep is one action with what it needs.
type IncidentStep struct {
	Version   int64       `json:"version" minimum:"1" doc:"您看到的版本"`
	Action    Action      `json:"action" enum:"take_in,verify,verified,disproved,refuse,merge,file,dispatch,accept,send_back,reach,ask_extension,ask_suspension,ask_void,approve,decline,resume,escalate,call_units,arrive,resolve,pass,fail,satisfied,unsatisfied,unreached,supervise,reopen,note" doc:"动作"`
	Opinion   string      `json:"opinion,omitempty" maxLength:"2000" doc:"意见、理由"`
	Class     string      `json:"class,omitempty" maxLength:"20" doc:"立案：类别编码，不填则不变"`
	Urgency   string      `json:"urgency,omitempty" enum:"normal,urgent" doc:"立案：紧急程度，不填则不变"`
	Unit      string      `json:"unit,omitempty" maxLength:"50" doc:"派遣：主办单位"`
	Team      int64       `json:"team,omitempty" minimum:"0" doc:"派遣：在岗的队伍，代替主办单位"`
	Units     []string    `json:"units,omitempty" maxItems:"10" doc:"派遣：协办单位；吹哨：请到场的单位"`
	Until     *time.Time  `json:"until,omitempty" doc:"延期到；挂账复核日期"`
	Into      *uuid.UUID  `json:"into,omitempty" doc:"并入哪一件"`
	Reached   string      `json:"reached,omitempty" maxLength:"20" doc:"阶段完成：哪个时限"`
	Result    string      `json:"result,omitempty" maxLength:"2000" doc:"办结：结果"`
	CloseKind string      `json:"closeKind,omitempty" enum:"material,procedural,partial" doc:"办结：方式"`
	Card      string      `json:"card,omitempty" enum:"normal,yellow,red" doc:"督办：级别"`
	Photos    []uuid.UUID `json:"photos,omitempty" maxItems:"9" doc:"附带的照片；可随后上传"`
}

// Taker is who does it: the roles held over the place, and the unit.
type Taker struct {
	ID    int64
	Roles []Role
	Unit  string // "" when the account belongs to none in particular
	Team  string // the team the account is on duty with, "" when none
}

// Take returns the incident after the step: one version on, clocks set. It
// refuses with Conflict what the state does not allow, Forbidden what is another
// role's or another person's, Invalid what lacks a field.
func (st IncidentStep) Take(i Incident, by Taker, class IncidentClass, c Calendar, now time.Time) (Incident, error) {
	r, known := ruleFor(st.Action)
	if !known || st.Action == Report || st.Action == SelfHandle {
		return i, Errorf(Invalid, "没有这个动作")
	}
	if !slices.Contains(r.from, i.State) {
		return i, Errorf(Conflict, "事件现在是“%s”，不能“%s”", IncidentStates.Label(i.State), Actions.Label(string(st.Action)))
	}
	if err := st.permit(r, i, by); err != nil {
		return i, err
	}
	if err := st.check(r, i, class, now); err != nil {
		return i, err
	}
	i.Deadlines, i.Handlers, i.Helpers, i.Called, i.Arrived = slices.Clone(i.Deadlines), slices.Clone(i.Handlers), slices.Clone(i.Helpers), slices.Clone(i.Called), slices.Clone(i.Arrived)
	to := r.to
	if to == same {
		to = i.State
	}
	i.State = st.apply(&i, by, class, c, now, to)
	i.ClosedAt = nil
	if !IncidentOpen(i.State) {
		i.ClosedAt, i.Deadlines, i.Asked, i.AskedUntil, i.AskedBy = &now, []Deadline{}, "", nil, nil
	}
	i.Version++
	return i, nil
}

// Allowed are the actions somebody may take with an incident as it is now, in
// the order of the rules: what a page offers.
func Allowed(i Incident, by Taker, now time.Time) []Action {
	actions := []Action{}
	for _, r := range incidentRules {
		st := IncidentStep{Action: r.action}
		if i.State == "draft" || !slices.Contains(r.from, i.State) || st.permit(r, i, by) != nil || st.timely(i, now) != nil {
			continue
		}
		actions = append(actions, r.action)
	}
	return actions
}

// permit says whether this person may do it with this incident.
func (st IncidentStep) permit(r rule, i Incident, by Taker) error {
	roles := slices.Clone(by.Roles)
	if i.HandlerUnit == GridUnit && (slices.Contains(roles, GridLeader) || slices.Contains(roles, GridStaff)) {
		roles, by.Unit = append(roles, Handler), GridUnit
	}
	if by.Team != "" && by.Team == i.HandlerUnit { // sent to the team: whoever is on duty with it handles it
		roles, by.Unit = append(roles, Handler), by.Team
	}
	if !slices.ContainsFunc(roles, func(role Role) bool { return slices.Contains(r.by, role) }) {
		return Errorf(Forbidden, "“%s”由%s来做", Actions.Label(string(st.Action)), roleLabels(r.by))
	}
	asHandler := !slices.ContainsFunc(roles, func(role Role) bool { return role != Handler && slices.Contains(r.by, role) })
	switch {
	case asHandler && by.Unit != "" && st.Action == Arrive && !slices.Contains(i.Called, by.Unit):
		return Errorf(Forbidden, "没有请%s到场", by.Unit)
	case asHandler && by.Unit != "" && st.Action != Arrive && st.Action != Note && by.Unit != i.HandlerUnit && !(st.Action == Reach && slices.Contains(i.Helpers, by.Unit)):
		return Errorf(Forbidden, "这件事件由%s主办", i.HandlerUnit)
	case (st.Action == Pass || st.Action == Fail) && slices.Contains(i.Handlers, by.ID):
		return Errorf(Forbidden, "处置的人不能核查自己办的事件，请由他人核查")
	case st.Action == Reopen && i.Reopened > 0 && !slices.ContainsFunc(roles, func(role Role) bool { return role != Resident }):
		return Errorf(Forbidden, "已按您的意见重新办理过一次，请另行反映或拨打12345")
	case (st.Action == Approve || st.Action == Decline) && i.AskedBy != nil && *i.AskedBy == by.ID:
		return Errorf(Forbidden, "申请人不能批准自己的申请，请由其他值班长审批")
	}
	return nil
}

func roleLabels(roles []Role) string {
	out := make(Terms, len(roles))
	for k, r := range roles {
		out[k] = Term{string(r), r.Label(), nil}
	}
	return out.Labels()
}

// check says what the step lacks.
func (st IncidentStep) check(r rule, i Incident, class IncidentClass, now time.Time) error {
	var c Check
	c.Field(!r.reason || st.Opinion != "", "opinion", "请填写理由")
	c.Field(utf8.RuneCountInString(st.Opinion) <= 2000, "opinion", "意见不超过2000字")
	switch st.Action {
	case Merge:
		c.Field(st.Into != nil && *st.Into != i.ID, "into", "请选择并入哪一件事件")
	case Dispatch:
		c.Field(st.Unit != "" || class.Unit != "", "unit", "请选择主办单位")
	case CallUnits:
		c.Field(len(st.Units) > 0, "units", "请选择要请到场的单位")
	case AskExtension, AskSuspension:
		c.Field(st.Until != nil && st.Until.After(now), "until", "请填写晚于现在的日期")
	case Reach:
		c.Field(slices.ContainsFunc(i.Deadlines, func(d Deadline) bool { return !d.Step && d.Name == st.Reached }) && st.Reached != class.Last(), "reached", "没有这个阶段")
	case Resolve:
		c.Field(st.Result != "", "result", "请填写办理结果")
		c.Field(CloseKinds.Has(st.CloseKind), "closeKind", "请选择办结方式："+CloseKinds.Labels())
		c.Field(class.CloseRule != "photo" || len(st.Photos) > 0, "photos", "这类事件办结要有处置后照片")
	case Supervise:
		c.Field(Cards.Has(st.Card), "card", "请选择督办级别："+Cards.Labels())
	}
	if err := c.Err(); err != nil {
		return err
	}
	return st.timely(i, now)
}

// timely says whether it is the time for the step, whoever takes it.
func (st IncidentStep) timely(i Incident, now time.Time) error {
	switch {
	case approvals[st.Action] != "" && i.Asked != "":
		return Errorf(Conflict, "已有一项“%s”等待审批", Actions.Label(i.Asked))
	case (st.Action == Approve || st.Action == Decline) && i.Asked == "":
		return Errorf(Conflict, "没有等待审批的申请")
	case st.Action == Resolve && i.Asked != "":
		return Errorf(Conflict, "“%s”还没有答复，不能办结", Actions.Label(i.Asked))
	case st.Action == TakeIn && i.Accepted:
		return Errorf(Conflict, "这件事件已经受理")
	case st.Action == Reach && len(i.Deadlines) < 2:
		return Errorf(Conflict, "这件事件没有分阶段的时限")
	case st.Action == Arrive && len(i.Called) == 0:
		return Errorf(Conflict, "没有吹哨，不用报到")
	case st.Action == Reopen && (i.ClosedAt == nil || now.Sub(*i.ClosedAt) > ReopenWithin):
		return Errorf(Conflict, "结案已超过7天，不能重新办理，请另行上报")
	}
	return nil
}
