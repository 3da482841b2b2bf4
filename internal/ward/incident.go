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
	IncidentSources = Terms{{"staff", "网格上报", nil}, {"visit", "走访发现", nil}, {"patrol", "巡逻发现", nil}, {"hygiene", "检查发现", nil}, {"resident", "居民扫码", nil}, {"hotline", "12345热线", nil}, {"meeting", "会议交办", nil}, {"system", "外部系统", nil}}
	Urgencies       = Terms{{"normal", "一般", nil}, {"urgent", "紧急", nil}}
)

// Incident is 事件: something in a place that somebody has to put right.
type Incident struct {
	ID          uuid.UUID  `json:"id" doc:"UUIDv7，由设备生成"`
	Number      string     `json:"number" doc:"编号"`
	Version     int64      `json:"version"`
	Reporter    int64      `json:"reporter" doc:"上报人"`
	Source      string     `json:"source" enum:"staff,visit,patrol,hygiene,resident,hotline,meeting,system" doc:"来源"`
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
	Team        *int64     `json:"team" doc:"派往的队伍"`
	Result      string     `json:"result" doc:"办理结果"`
	OccurredAt  time.Time  `json:"occurredAt" doc:"发生（设备时间）"`
	ReceivedAt  time.Time  `json:"receivedAt" doc:"收到（服务器时间）"`
	ClosedAt    *time.Time `json:"closedAt" doc:"结案时间"`
	DueAt       *time.Time `json:"dueAt" doc:"时限"`
	Location    orb.Point  `json:"location" doc:"位置"`
	Private     bool       `json:"private" doc:"矛盾纠纷等不上大屏"`

	Accepted     bool       `json:"accepted" doc:"已受理，等待立案"`
	Handlers     []int64    `json:"handlers" doc:"经手处置的人；不得核查"`
	Helpers      []string   `json:"helpers" doc:"协办单位"`
	Called       []string   `json:"called" doc:"吹哨请到场的单位"`
	Arrived      []string   `json:"arrived" doc:"已报到的单位"`
	Asked        string     `json:"asked" enum:",ask_extension,ask_suspension,ask_void" doc:"等待审批的申请"`
	AskedUntil   *time.Time `json:"askedUntil" doc:"申请延期、挂账到"`
	AskedBy      *int64     `json:"askedBy" doc:"申请人"`
	ReviewAt     *time.Time `json:"reviewAt" doc:"挂账复核日期"`
	Card         string     `json:"card" enum:",normal,yellow,red" doc:"督办级别"`
	Level        int        `json:"level" doc:"上报了几级"`
	Extended     int        `json:"extended" doc:"延期次数"`
	Rework       int        `json:"rework" doc:"返工次数"`
	Reopened     int        `json:"reopened" doc:"回访不满意而重办的次数"`
	CloseKind    string     `json:"closeKind" enum:",material,procedural,partial" doc:"办结方式"`
	Satisfaction string     `json:"satisfaction" enum:",satisfied,unsatisfied,unreached" doc:"回访结果"`
	SelfHandled  bool       `json:"selfHandled" doc:"自处理"`
	Resident     string     `json:"resident" enum:",form,phone,client,contact" doc:"居民扫码反映：form 没留电话，phone 留了电话；外部系统转来：client 没有联系方式，contact 有"`
	PhotosPublic bool       `json:"photosPublic" doc:"外部系统声明照片可以公开：受理后任何人可看"`
	MergedInto   *uuid.UUID `json:"mergedInto" doc:"并入的事件"`
	Deadlines    []Deadline `json:"deadlines" doc:"正在计的时限"`
	Light        Light      `json:"light" enum:",paused,green,yellow,red,card" doc:"灯：按现在的时间计算"`
}

// LightAt is the worst light of the limits that run.
func (i Incident) LightAt(now time.Time) (worst Light) {
	for _, d := range i.Deadlines {
		worst = Worse(worst, d.Light(now))
	}
	return worst
}

// Due is when the next of the limits that run is due; nil when none runs.
func (i Incident) Due() (next *time.Time) {
	for _, d := range i.Deadlines {
		if !d.Stopped && (next == nil || d.DueAt.Before(*next)) {
			next = &d.DueAt
		}
	}
	return next
}

// Answered is the limit a step is held against: that of the step, else the
// next due; nil when none runs.
func (i Incident) Answered() (answered *Deadline) {
	for k, d := range i.Deadlines {
		switch {
		case d.Stopped:
		case answered == nil, d.Step && !answered.Step, d.Step == answered.Step && d.DueAt.Before(answered.DueAt):
			answered = &i.Deadlines[k]
		}
	}
	return answered
}

// IncidentDraft is what a report holds.
type IncidentDraft struct {
	ID          uuid.UUID  `json:"id" doc:"UUIDv7，由设备生成"`
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
	// SelfHandled says that it was put right on the spot: what was done, with a
	// photo from before and one from after.
	SelfHandled *SelfHandled `json:"selfHandled,omitempty" doc:"自处理：当场已办好"`
}

// SelfHandled is how an incident was put right on the spot.
type SelfHandled struct {
	Result string      `json:"result" minLength:"1" maxLength:"2000" doc:"办理结果"`
	Photos []uuid.UUID `json:"photos" minItems:"2" maxItems:"9" doc:"处置前和处置后的照片；可随后上传"`
}

// IncidentChange amends what was reported; a step moves it on.
type IncidentChange struct {
	Version     int64   `json:"version" minimum:"1" doc:"您看到的版本"`
	Class       *string `json:"class,omitempty" maxLength:"20" doc:"类别编码；立案前可改"`
	Urgency     *string `json:"urgency,omitempty" enum:"normal,urgent"`
	Description *string `json:"description,omitempty" maxLength:"2000"`
	Place       *string `json:"place,omitempty" maxLength:"200"`
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
	Grid       int64     `json:"grid" doc:"现在所在网格：未结事件随地方换手"`
	ReceivedAt time.Time `json:"receivedAt"`
	Location   orb.Point `json:"location"`
}

// Mark is the incident without what others may not see.
func (i Incident) Mark() IncidentMark {
	return IncidentMark{i.ID, i.Version, i.Number, i.Class, i.ClassName, i.State, i.Urgency, i.Grid, i.ReceivedAt, i.Location}
}

// Audience is who hears of the incident: disputes only who deals with them.
func (i Incident) Audience() Visibility {
	if i.Private {
		return Confidential
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
	c.Field(d.ID.Version() == 7, "id", "事件编号应为 UUIDv7，请更新应用后重试")
	c.Field(d.Class != "", "class", "请选择事件类别")
	c.Field(IncidentSources.Has(d.Source), "source", "来源应为："+IncidentSources.Labels())
	c.Field(Urgencies.Has(d.Urgency), "urgency", "紧急程度应为："+Urgencies.Labels())
	c.Field(d.Location != nil || d.Building > 0, "location", "请在地图上点选位置，或选择楼栋")
	c.Field(d.Location == nil || onEarth(*d.Location), "location", "位置应为 [经度,纬度]")
	c.Field(utf8.RuneCountInString(d.Description) <= 2000, "description", "描述不超过2000字")
	c.Field(utf8.RuneCountInString(d.Place) <= 200, "place", "地点不超过200字")
	c.Field(!d.OccurredAt.IsZero(), "occurredAt", "缺少发生时间")
	c.Field(d.OccurredAt.Before(now.Add(VisitFuture)), "occurredAt", "发生时间晚于现在，请检查设备时钟")
	c.Field(d.SelfHandled == nil || (d.SelfHandled.Result != "" && len(d.SelfHandled.Photos) >= 2), "selfHandled", "自处理要有办理结果和处置前后的照片")
	return c.Err()
}

// Begin is the incident as it is reported by somebody at the server's time now:
// waiting to be taken in; or, put right on the spot, closed unless the sample
// takes it for a check. Forbidden for who may do neither.
func (d IncidentDraft) Begin(by int64, roles []Role, c Calendar, seed uint64, now time.Time) (Incident, error) {
	i := Incident{ID: d.ID, Version: 1, Reporter: by, State: "reported", Class: d.Class, Urgency: d.Urgency, ReceivedAt: now, Handlers: []int64{}}
	action := Report
	if d.SelfHandled != nil {
		action = SelfHandle
	}
	if !slices.ContainsFunc(roles, func(r Role) bool { _, ok := IncidentMay("draft", action, r); return ok }) {
		r, _ := ruleFor(action)
		return i, Errorf(Forbidden, "“%s”由%s来做", Actions.Label(string(action)), roleLabels(r.by))
	}
	switch {
	case action == Report:
		i.setStep(c.Start(i.firstLimit(acceptLimit), true, now))
	case Sampled(seed, d.ID):
		i.State = "checking"
		i.setStep(c.Start(checkLimit, true, now))
	default:
		i.State, i.ClosedAt = "closed", &now
	}
	if d.SelfHandled != nil {
		i.SelfHandled, i.Result, i.Handlers = true, d.SelfHandled.Result, []int64{by}
	}
	return i, nil
}

// Apply returns the incident as amended, one version on. Conflict once it is
// over, and for another class once it is filed.
func (ch IncidentChange) Apply(i Incident) (Incident, error) {
	if !IncidentOpen(i.State) {
		return i, Errorf(Conflict, "事件现在是“%s”，不能再修改", IncidentStates.Label(i.State))
	}
	if ch.Class != nil && *ch.Class != i.Class && i.State != "reported" && i.State != "verifying" {
		return i, Errorf(Conflict, "已经立案，类别不能再改")
	}
	set(&i.Class, ch.Class)
	set(&i.Urgency, ch.Urgency)
	set(&i.Description, ch.Description)
	set(&i.Place, ch.Place)
	i.Version++
	return i, nil
}

// IncidentFilter narrows a list of incidents.
type IncidentFilter struct {
	Filter
	State string `query:"state" maxLength:"20" doc:"状态;open 为全部未结"`
	Class string `query:"class" maxLength:"20" doc:"类别编码"`
	From  string `query:"from" maxLength:"10" doc:"从哪天"`
	To    string `query:"to" maxLength:"10" doc:"到哪天（含）"`
	Board string `query:"board" enum:",intake,verify,file,dispatch,handle,check,follow" doc:"看板：待受理、待核实、待立案、待派遣、待处置、待核查、待回访；最急的在前"`
	Light string `query:"light" enum:",paused,green,yellow,red,card" doc:"灯"`
	Mine  bool   `query:"mine" doc:"只看该我办的"`
}

// Incidents keeps incidents. Every method answers within the scope only, and
// private ones to those only who deal with them.
type Incidents interface {
	// Incidents lists newest first; a board lists what is due first.
	Incidents(ctx context.Context, s Scope, f IncidentFilter) (Page[Incident], error)
	// IncidentBoards counts the boards by light.
	IncidentBoards(ctx context.Context, s Scope) ([]IncidentBoard, error)
	// Incident: not_found outside the scope.
	Incident(ctx context.Context, s Scope, id uuid.UUID) (Incident, error)
	// IncidentSteps lists what was done, in order.
	IncidentSteps(ctx context.Context, s Scope, id uuid.UUID) ([]IncidentStepDone, error)
	// IncidentActions are what the person may do with it now.
	IncidentActions(ctx context.Context, s Scope, id uuid.UUID) ([]Action, error)
	// Duplicates lists open incidents of the class near a place, the nearest first.
	Duplicates(ctx context.Context, s Scope, class string, at orb.Point, but uuid.UUID) ([]Duplicate, error)
	// CreateIncident: invalid; not_found when the place is outside the scope.
	CreateIncident(ctx context.Context, s Scope, key uuid.UUID, d IncidentDraft) (Incident, error)
	// ChangeIncident amends: stale with the current incident.
	ChangeIncident(ctx context.Context, s Scope, key, id uuid.UUID, ch IncidentChange) (Incident, error)
	// StepIncident moves on: stale with who did what; conflict when the state,
	// forbidden when the role does not allow the step.
	StepIncident(ctx context.Context, s Scope, key, id uuid.UUID, st IncidentStep) (Incident, error)
	// IncidentClasses lists the table of classes.
	IncidentClasses(ctx context.Context) ([]IncidentClass, error)
	// SaveIncidentClass adds or changes a row of the table.
	SaveIncidentClass(ctx context.Context, s Scope, c IncidentClass) (IncidentClass, error)
	// Phrases are the response templates, by action.
	Phrases(ctx context.Context) ([]Phrase, error)
	// SavePhrase adds one (id 0) or changes it; an empty text removes it.
	SavePhrase(ctx context.Context, s Scope, p Phrase) (Phrase, error)
}
