package ward

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// Vocabularies of an incident (事件).
var (
	IncidentStates = Terms{
		{"draft", "草稿", nil},
		{"reported", "待受理", nil},
		{"verifying", "核实中", nil},
		{"refused", "不予受理", nil},
		{"merged", "已并案", nil},
		{"filed", "已立案", nil},
		{"dispatched", "已派遣", nil},
		{"handling", "处置中", nil},
		{"suspended", "挂账", nil},
		{"checking", "待核查", nil},
		{"follow_up", "回访中", nil},
		{"closed", "已结案", nil},
		{"void", "已作废", nil},
	}
	IncidentSources = Terms{{"staff", "网格上报", nil}, {"visit", "走访发现", nil}, {"patrol", "巡逻发现", nil}, {"hygiene", "检查发现", nil}, {"resident", "居民反映", nil}, {"hotline", "12345热线", nil}, {"meeting", "会议交办", nil}}
	Urgencies       = Terms{{"normal", "一般", nil}, {"urgent", "紧急", nil}}
)

// incidentMoves is the state machine 受理→立案→派遣→处置→核查→结案: from a state,
// the states one step may lead to.
var incidentMoves = map[string][]string{
	"draft":      {"reported", "checking"},
	"reported":   {"verifying", "refused", "merged", "filed", "void"},
	"verifying":  {"reported", "filed", "void"},
	"filed":      {"dispatched", "void"},
	"dispatched": {"handling", "filed", "void"},
	"handling":   {"checking", "suspended", "void"},
	"suspended":  {"handling", "void"},
	"checking":   {"follow_up", "handling", "closed", "void"},
	"follow_up":  {"closed", "filed", "void"},
	"closed":     {"filed"},
}

// IncidentMay reports whether one step leads from a state to another.
func IncidentMay(from, to string) bool { return slices.Contains(incidentMoves[from], to) }

// IncidentOpen reports whether something is still to be done in the state.
func IncidentOpen(state string) bool {
	return !slices.Contains([]string{"closed", "void", "refused", "merged"}, state)
}

// Incident is 事件: something in a place that somebody has to put right.
type Incident struct {
	ID          uuid.UUID  `json:"id" doc:"UUIDv7,由设备生成"`
	Number      string     `json:"number" doc:"编号"`
	Version     int64      `json:"version"`
	Reporter    int64      `json:"reporter" doc:"上报人"`
	Source      string     `json:"source" enum:"staff,visit,patrol,hygiene,resident,hotline,meeting" doc:"来源"`
	Class       string     `json:"class" doc:"类别编码"`
	ClassName   string     `json:"className" doc:"类别名称"`
	State       string     `json:"state" enum:"draft,reported,verifying,refused,merged,filed,dispatched,handling,suspended,checking,follow_up,closed,void" doc:"状态"`
	Urgency     string     `json:"urgency" enum:"normal,urgent" doc:"紧急程度"`
	Description string     `json:"description" doc:"描述"`
	Place       string     `json:"place" doc:"地点"`
	Building    *int64     `json:"building" doc:"楼栋"`
	Grid        int64      `json:"grid" doc:"发生时所在网格"`
	Visit       *uuid.UUID `json:"visit" doc:"来自走访"`
	HandlerUnit string     `json:"handlerUnit" doc:"处置单位"`
	Result      string     `json:"result" doc:"办理结果"`
	OccurredAt  time.Time  `json:"occurredAt" doc:"发生（设备时间）"`
	ReceivedAt  time.Time  `json:"receivedAt" doc:"收到（服务器时间）"`
	ClosedAt    *time.Time `json:"closedAt" doc:"结案时间"`
	DueAt       *time.Time `json:"dueAt" doc:"时限"`
	Location    orb.Point  `json:"location" doc:"位置"`
	Private     bool       `json:"private" doc:"矛盾纠纷等不上大屏"`
}

// IncidentDraft is what a report holds.
type IncidentDraft struct {
	ID          uuid.UUID  `json:"id" doc:"UUIDv7,由设备生成"`
	Source      string     `json:"source,omitempty" enum:"staff,visit,patrol,hygiene,resident,hotline,meeting" doc:"来源，默认网格上报"`
	Class       string     `json:"class" minLength:"1" maxLength:"20" doc:"类别编码"`
	Urgency     string     `json:"urgency,omitempty" enum:"normal,urgent" doc:"紧急程度，默认一般"`
	Description string     `json:"description,omitempty" maxLength:"2000" doc:"描述"`
	Place       string     `json:"place,omitempty" maxLength:"200" doc:"地点"`
	Building    int64      `json:"building,omitempty" doc:"楼栋；没有定位时必填"`
	Visit       *uuid.UUID `json:"visit,omitempty" doc:"来自走访"`
	OccurredAt  time.Time  `json:"occurredAt" doc:"发生（设备时间）"`
	Location    *orb.Point `json:"location,omitempty" doc:"位置"`
	Accuracy    *float64   `json:"accuracy,omitempty" minimum:"0" doc:"定位精度（米）"`
	// Skew is what the times above lack; see Skew. It is no part of what is asked for.
	Skew time.Duration `json:"-"`
}

// IncidentChange amends an incident or moves it one step on.
type IncidentChange struct {
	Version     int64   `json:"version" minimum:"1" doc:"您看到的版本"`
	State       *string `json:"state,omitempty" enum:"reported,verifying,refused,merged,filed,dispatched,handling,suspended,checking,follow_up,closed,void" doc:"下一状态"`
	Opinion     string  `json:"opinion,omitempty" maxLength:"2000" doc:"意见"`
	Class       *string `json:"class,omitempty" maxLength:"20"`
	Urgency     *string `json:"urgency,omitempty" enum:"normal,urgent"`
	Description *string `json:"description,omitempty" maxLength:"2000"`
	Place       *string `json:"place,omitempty" maxLength:"200"`
	HandlerUnit *string `json:"handlerUnit,omitempty" maxLength:"100"`
	Result      *string `json:"result,omitempty" maxLength:"2000"`
}

// IncidentMark is an incident as the map, the wall and the live stream see it:
// no description, no door, nobody's name.
type IncidentMark struct {
	ID         uuid.UUID `json:"id"`
	Version    int64     `json:"version"`
	Number     string    `json:"number"`
	Class      string    `json:"class"`
	ClassName  string    `json:"className"`
	State      string    `json:"state"`
	Urgency    string    `json:"urgency"`
	Grid       int64     `json:"grid"`
	ReceivedAt time.Time `json:"receivedAt"`
	Location   orb.Point `json:"location"`
}

// Mark is the incident without what others may not see.
func (i Incident) Mark() IncidentMark {
	return IncidentMark{i.ID, i.Version, i.Number, i.Class, i.ClassName, i.State, i.Urgency, i.Grid, i.ReceivedAt, i.Location}
}

// Audience is who hears of the incident: disputes stay off the wall.
func (i Incident) Audience() Visibility {
	if i.Private {
		return Duty
	}
	return Public
}

// Validate says what is wrong with a report at the server's time now.
func (d *IncidentDraft) Validate(now time.Time) error {
	if d.Source == "" {
		d.Source = "staff"
	}
	if d.Urgency == "" {
		d.Urgency = "normal"
	}
	var c Check
	c.Field(d.ID.Version() == 7, "id", "事件编号应为 UUIDv7,请更新应用后重试")
	c.Field(d.Class != "", "class", "请选择事件类别")
	c.Field(IncidentSources.Has(d.Source), "source", "来源应为："+IncidentSources.Labels())
	c.Field(Urgencies.Has(d.Urgency), "urgency", "紧急程度应为："+Urgencies.Labels())
	c.Field(d.Location != nil || d.Building > 0, "location", "请在地图上点选位置，或选择楼栋")
	c.Field(d.Location == nil || onEarth(*d.Location), "location", "位置应为 [经度,纬度]")
	c.Field(utf8.RuneCountInString(d.Description) <= 2000, "description", "描述不超过2000字")
	c.Field(utf8.RuneCountInString(d.Place) <= 200, "place", "地点不超过200字")
	c.Field(!d.OccurredAt.IsZero(), "occurredAt", "缺少发生时间")
	c.Field(d.OccurredAt.Before(now.Add(VisitFuture)), "occurredAt", "发生时间晚于现在，请检查设备时钟")
	return c.Err()
}

// Apply returns the incident as changed, one version on. Conflict when the step
// is not one the state allows; reasons are asked for where the field asks for
// them (refusing, voiding, sending back, reopening).
func (ch IncidentChange) Apply(i Incident, now time.Time) (Incident, error) {
	if ch.State != nil && *ch.State != i.State {
		if !IncidentMay(i.State, *ch.State) {
			return i, Errorf(Conflict, "事件现在是“%s”，不能直接变为“%s”", IncidentStates.Label(i.State), IncidentStates.Label(*ch.State))
		}
		needsReason := slices.Contains([]string{"refused", "void", "merged"}, *ch.State) || (*ch.State == "filed" && i.State != "reported" && i.State != "verifying")
		if needsReason && ch.Opinion == "" {
			return i, &Error{Code: Invalid, Message: "请填写理由", Fields: []FieldError{{"opinion", "这一步需要说明理由"}}}
		}
		i.State = *ch.State
		i.ClosedAt = nil
		if !IncidentOpen(i.State) {
			i.ClosedAt = &now
		}
	}
	set(&i.Class, ch.Class)
	set(&i.Urgency, ch.Urgency)
	set(&i.Description, ch.Description)
	set(&i.Place, ch.Place)
	set(&i.HandlerUnit, ch.HandlerUnit)
	set(&i.Result, ch.Result)
	i.Version++
	return i, nil
}

// IncidentClass is one row of the editable table 大类/小类 with its limit.
type IncidentClass struct {
	Code            string  `json:"code" doc:"编码"`
	Parent          *string `json:"parent" doc:"大类"`
	Name            string  `json:"name" doc:"名称"`
	Unit            string  `json:"unit" doc:"责任单位"`
	LimitAmount     *int    `json:"limitAmount" doc:"时限"`
	LimitUnit       *string `json:"limitUnit" doc:"时限单位"`
	DuplicateRadius float64 `json:"duplicateRadius" doc:"查重半径（米）"`
	Private         bool    `json:"private" doc:"不上大屏"`
	Urgent          bool    `json:"urgent" doc:"默认紧急"`
}

// IncidentFilter narrows a list of incidents.
type IncidentFilter struct {
	Filter
	State string `query:"state" maxLength:"20" doc:"状态;open 为全部未结"`
	Class string `query:"class" maxLength:"20" doc:"类别编码"`
	From  string `query:"from" maxLength:"10" doc:"从哪天"`
	To    string `query:"to" maxLength:"10" doc:"到哪天（含）"`
}

// Incidents keeps incidents. Every method answers within the scope only.
type Incidents interface {
	// Incidents lists newest first.
	Incidents(ctx context.Context, s Scope, f IncidentFilter) (Page[Incident], error)
	// Incident: not_found outside the scope.
	Incident(ctx context.Context, s Scope, id uuid.UUID) (Incident, error)
	// CreateIncident: invalid; not_found when the place is outside the scope.
	CreateIncident(ctx context.Context, s Scope, key uuid.UUID, d IncidentDraft) (Incident, error)
	// ChangeIncident: stale with the current incident; conflict when the state
	// does not allow the step.
	ChangeIncident(ctx context.Context, s Scope, key, id uuid.UUID, ch IncidentChange) (Incident, error)
	// IncidentClasses lists the table of classes.
	IncidentClasses(ctx context.Context) ([]IncidentClass, error)
}
