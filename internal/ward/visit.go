package ward

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// Limits of a visit.
const (
	VisitNoteMax = 2000               // characters, of the note and of the result
	VisitOldest  = 7 * 24 * time.Hour // device time older than this is kept but flagged
	VisitFuture  = 5 * time.Minute    // device clock may be ahead by this much
)

// Vocabularies of a visit (走访).
var (
	VisitKinds    = Terms{{"four_hundred", "四百走访", nil}, {"aid", "帮困", nil}, {"return", "回访", nil}, {"policy", "政策宣传", nil}, {"safety", "安全检查", nil}, {"festival", "节日慰问", nil}, {"mediation", "调解", nil}, {"opinion", "民意收集", nil}}
	VisitModes    = Terms{{"home", "上门", nil}, {"stairs", "楼道", nil}, {"phone", "电话", nil}, {"yard", "院坝", nil}}
	VisitMet      = Terms{{"met", "有人", nil}, {"nobody", "无人", nil}, {"refused", "婉拒", nil}}
	VisitOutcomes = Terms{{"none", "无事项", nil}, {"solved", "当场解决", nil}, {"taken_back", "带回办理", nil}, {"reported", "已上报", nil}}
)

// Visit is 走访: a call at a door. The device makes the id; the server decides
// the grid from the door and the date.
type Visit struct {
	ID         uuid.UUID   `json:"id" doc:"UUIDv7，由设备生成"`
	Version    int64       `json:"version"`
	Visitor    int64       `json:"visitor" doc:"走访人"`
	Household  *int64      `json:"household" doc:"户"`
	Building   int64       `json:"building" doc:"楼栋"`
	Place      string      `json:"place" doc:"门牌：楼栋、单元、室"`
	Grid       int64       `json:"grid" doc:"发生时所在网格"`
	Kind       string      `json:"kind" enum:"four_hundred,aid,return,policy,safety,festival,mediation,opinion" doc:"类型"`
	Mode       string      `json:"mode" enum:"home,stairs,phone,yard" doc:"方式"`
	Met        string      `json:"met" enum:"met,nobody,refused" doc:"是否见到"`
	Mood       *int        `json:"mood" minimum:"1" maximum:"5" doc:"情绪"`
	Satisfied  *int        `json:"satisfied" minimum:"1" maximum:"5" doc:"满意度"`
	Note       string      `json:"note" doc:"情况说明"`
	Outcome    string      `json:"outcome" enum:"none,solved,taken_back,reported" doc:"办理"`
	Class      *string     `json:"class" doc:"事项大类编码"`
	Result     string      `json:"result" doc:"办理结果"`
	DoneAt     *time.Time  `json:"doneAt" doc:"办好的时间"`
	ToldBack   bool        `json:"toldBack" doc:"已告知住户"`
	ToldAt     *time.Time  `json:"toldAt" doc:"告知住户的时间"`
	Matter     Matter      `json:"matter" enum:",open,to_tell,told" doc:"事项：在办、待回告、已回告；空为无事项"`
	FollowUp   string      `json:"followUp" doc:"复访日期"`
	StartedAt  time.Time   `json:"startedAt" doc:"开始（设备时间）"`
	OccurredAt time.Time   `json:"occurredAt" doc:"发生（设备时间）"`
	ReceivedAt time.Time   `json:"receivedAt" doc:"收到（服务器时间）"`
	Offline    bool        `json:"offline" doc:"离线记录"`
	Location   orb.Point   `json:"location" doc:"位置"`
	Accuracy   *float64    `json:"accuracy" doc:"定位精度（米）"`
	Incident   *uuid.UUID  `json:"incident" doc:"由此上报的事件"`
	Items      []Delivered `json:"items" doc:"送出的物品"`
}

// VisitDraft is what a device sends: the least that makes a visit.
type VisitDraft struct {
	ID         uuid.UUID       `json:"id" doc:"UUIDv7，由设备生成"`
	Household  *int64          `json:"household,omitempty" doc:"户；楼道或院坝走访可不填"`
	Building   int64           `json:"building,omitempty" doc:"楼栋；填了户可不填"`
	Kind       string          `json:"kind" enum:"four_hundred,aid,return,policy,safety,festival,mediation,opinion" doc:"类型"`
	Mode       string          `json:"mode,omitempty" enum:"home,stairs,phone,yard" doc:"方式，默认上门"`
	Met        string          `json:"met" enum:"met,nobody,refused" doc:"是否见到"`
	Mood       *int            `json:"mood,omitempty" minimum:"1" maximum:"5" doc:"情绪"`
	Satisfied  *int            `json:"satisfied,omitempty" minimum:"1" maximum:"5" doc:"满意度"`
	Note       string          `json:"note,omitempty" maxLength:"2000" doc:"情况说明"`
	Outcome    string          `json:"outcome,omitempty" enum:"none,solved,taken_back,reported" doc:"办理，默认无事项"`
	Class      string          `json:"class,omitempty" maxLength:"20" doc:"事项大类编码；有事项时可填"`
	FollowUp   string          `json:"followUp,omitempty" format:"date" doc:"复访日期"`
	StartedAt  *time.Time      `json:"startedAt,omitempty" doc:"开始（设备时间）"`
	OccurredAt time.Time       `json:"occurredAt" doc:"发生（设备时间）"`
	Offline    bool            `json:"offline,omitempty" doc:"离线记录"`
	Location   *orb.Point      `json:"location,omitempty" doc:"设备定位；没有则用楼栋位置"`
	Accuracy   *float64        `json:"accuracy,omitempty" minimum:"0" doc:"定位精度（米）"`
	Asks       []AskDraft      `json:"asks,omitempty" maxItems:"6" doc:"微心愿和需求"`
	Items      []DeliveredItem `json:"items,omitempty" maxItems:"10" doc:"送出的物品"`
	// Skew is what the times above lack; see Skew. It is no part of what is asked for.
	Skew time.Duration `json:"-"`
}

// VisitChange is what may be amended later; absent fields stay as they are.
type VisitChange struct {
	Version   int64   `json:"version" minimum:"1" doc:"您看到的版本"`
	Kind      *string `json:"kind,omitempty" enum:"four_hundred,aid,return,policy,safety,festival,mediation,opinion"`
	Mode      *string `json:"mode,omitempty" enum:"home,stairs,phone,yard"`
	Met       *string `json:"met,omitempty" enum:"met,nobody,refused"`
	Mood      *int    `json:"mood,omitempty" minimum:"1" maximum:"5"`
	Satisfied *int    `json:"satisfied,omitempty" minimum:"1" maximum:"5"`
	Note      *string `json:"note,omitempty" maxLength:"2000"`
	Outcome   *string `json:"outcome,omitempty" enum:"none,solved,taken_back,reported"`
	Class     *string `json:"class,omitempty" maxLength:"20"`
	Result    *string `json:"result,omitempty" maxLength:"2000" doc:"办理结果；填了即为办好，清空即为在办"`
	ToldBack  *bool   `json:"toldBack,omitempty" doc:"已告知住户；事项办好之后"`
	FollowUp  *string `json:"followUp,omitempty" format:"date"`
}

// VisitMark is a visit as the map, the wall and the live stream see it: no
// door, no note, nobody's name. Location is the building's.
type VisitMark struct {
	ID         uuid.UUID `json:"id"`
	Version    int64     `json:"version"`
	Building   int64     `json:"building"`
	Grid       int64     `json:"grid"`
	Kind       string    `json:"kind"`
	Met        string    `json:"met"`
	Outcome    string    `json:"outcome"`
	OccurredAt time.Time `json:"occurredAt"`
	Location   orb.Point `json:"location"`
}

// Mark is the visit as it is first told, at a building in a grid.
func (d VisitDraft) Mark(building, grid int64, at orb.Point) VisitMark {
	return VisitMark{d.ID, 1, building, grid, d.Kind, d.Met, d.Outcome, d.OccurredAt.UTC().Truncate(time.Microsecond), at}
}

// Mark is the visit without what others may not see.
func (v Visit) Mark() VisitMark {
	return VisitMark{v.ID, v.Version, v.Building, v.Grid, v.Kind, v.Met, v.Outcome, v.OccurredAt, v.Location}
}

// Wordless is the visit without what was said and noted, for those whose work
// does not need it.
func (v Visit) Wordless() Visit {
	v.Note, v.Result, v.Mood, v.Satisfied = "", "", nil, nil
	return v
}

// Validate says what is wrong with a draft at the server's time now.
func (d *VisitDraft) Validate(now time.Time) error {
	if d.Mode == "" {
		d.Mode = "home"
	}
	if d.Outcome == "" {
		d.Outcome = "none"
	}
	var c Check
	c.Field(d.ID.Version() == 7, "id", "走访编号应为 UUIDv7，请更新应用后重试")
	c.Field(d.Household != nil || d.Building > 0, "household", "请选择住户或楼栋")
	c.Field(VisitKinds.Has(d.Kind), "kind", "走访类型应为："+VisitKinds.Labels())
	c.Field(VisitModes.Has(d.Mode), "mode", "走访方式应为："+VisitModes.Labels())
	c.Field(VisitMet.Has(d.Met), "met", "请选择是否见到："+VisitMet.Labels())
	c.Field(VisitOutcomes.Has(d.Outcome), "outcome", "办理情况应为："+VisitOutcomes.Labels())
	c.Field(d.Class == "" || d.Outcome != "none", "class", "没有事项时不填事项大类")
	c.Field(utf8.RuneCountInString(d.Note) <= VisitNoteMax, "note", "情况说明不超过2000字")
	c.Field(inOneToFive(d.Mood), "mood", "情绪应在1到5之间")
	c.Field(inOneToFive(d.Satisfied), "satisfied", "满意度应在1到5之间")
	c.Field(!d.OccurredAt.IsZero(), "occurredAt", "缺少发生时间")
	c.Field(d.OccurredAt.Before(now.Add(VisitFuture)), "occurredAt", "发生时间晚于现在，请检查设备时钟")
	c.Field(d.StartedAt == nil || !d.StartedAt.After(d.OccurredAt), "startedAt", "开始时间晚于发生时间")
	c.Field(dayOrEmpty(d.FollowUp), "followUp", "复访日期应写作 2026-11-22")
	c.Field(d.Location == nil || onEarth(*d.Location), "location", "位置应为 [经度,纬度]")
	d.brought(&c)
	return c.Err()
}

// Validate says what is wrong with a change.
func (ch VisitChange) Validate() error {
	var c Check
	c.Field(ch.Version > 0, "version", "缺少版本号")
	c.Field(ch.Kind == nil || VisitKinds.Has(*ch.Kind), "kind", "走访类型应为："+VisitKinds.Labels())
	c.Field(ch.Mode == nil || VisitModes.Has(*ch.Mode), "mode", "走访方式应为："+VisitModes.Labels())
	c.Field(ch.Met == nil || VisitMet.Has(*ch.Met), "met", "是否见到应为："+VisitMet.Labels())
	c.Field(ch.Outcome == nil || VisitOutcomes.Has(*ch.Outcome), "outcome", "办理情况应为："+VisitOutcomes.Labels())
	c.Field(ch.Result == nil || utf8.RuneCountInString(*ch.Result) <= VisitNoteMax, "result", "办理结果不超过2000字")
	c.Field(ch.Note == nil || utf8.RuneCountInString(*ch.Note) <= VisitNoteMax, "note", "情况说明不超过2000字")
	c.Field(inOneToFive(ch.Mood), "mood", "情绪应在1到5之间")
	c.Field(inOneToFive(ch.Satisfied), "satisfied", "满意度应在1到5之间")
	c.Field(ch.FollowUp == nil || dayOrEmpty(*ch.FollowUp), "followUp", "复访日期应写作 2026-11-22")
	return c.Err()
}

// Apply returns the visit as amended at the server's time now, one version on;
// see moveMatter for what it refuses.
func (ch VisitChange) Apply(v Visit, now time.Time) (Visit, error) {
	set(&v.Kind, ch.Kind)
	set(&v.Mode, ch.Mode)
	set(&v.Met, ch.Met)
	set(&v.Note, ch.Note)
	before := v.Outcome
	set(&v.Outcome, ch.Outcome)
	if ch.Class != nil {
		v.Class = ch.Class
	}
	set(&v.FollowUp, ch.FollowUp)
	if ch.Mood != nil {
		v.Mood = ch.Mood
	}
	if ch.Satisfied != nil {
		v.Satisfied = ch.Satisfied
	}
	v.Version++
	if v.Outcome != before {
		v.beginMatter()
	}
	err := ch.moveMatter(&v, now)
	return v, err
}

// Visits keeps visits. Every method answers within the scope only.
type Visits interface {
	// Visits lists newest first.
	Visits(ctx context.Context, s Scope, f VisitFilter) (Page[Visit], error)
	// HouseholdVisits lists the visits of a door, newest first, and writes down
	// who looked. Not_found outside the scope; notes and results are for those only
	// whose work needs names.
	HouseholdVisits(ctx context.Context, s Scope, household int64, f Filter) (Page[Visit], error)
	// Visit: not_found outside the scope.
	Visit(ctx context.Context, s Scope, id uuid.UUID) (Visit, error)
	// CreateVisit: invalid; not_found when the door is outside the scope. The
	// same key gives the same answer however often it is sent.
	CreateVisit(ctx context.Context, s Scope, key uuid.UUID, d VisitDraft) (Visit, error)
	// ChangeVisit: stale (with the current visit) when version is not the present one.
	ChangeVisit(ctx context.Context, s Scope, key, id uuid.UUID, ch VisitChange) (Visit, error)
}

// VisitFilter narrows a list of visits.
type VisitFilter struct {
	Filter
	Household int64  `query:"household" minimum:"0" doc:"户"`
	Building  int64  `query:"building" minimum:"0" doc:"楼栋"`
	Matter    Matter `query:"matter" enum:",open,to_tell,told" doc:"事项：open 在办，to_tell 待回告，told 已回告"`
	From      string `query:"from" maxLength:"10" doc:"从哪天（2026-11-01）"`
	To        string `query:"to" maxLength:"10" doc:"到哪天（含）"`
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

func inOneToFive(n *int) bool { return n == nil || (*n >= 1 && *n <= 5) }

func dayOrEmpty(s string) bool {
	if s == "" {
		return true
	}
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func onEarth(p orb.Point) bool {
	return p[0] >= -180 && p[0] <= 180 && p[1] >= -90 && p[1] <= 90
}
