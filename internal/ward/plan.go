package ward

import (
	"time"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// The states of a plan. Scheduled becomes published by itself on its date.
const (
	PlanDraft     = "draft"     // 草稿
	PlanSubmitted = "submitted" // 已提交
	PlanApproved  = "approved"  // 已批准
	PlanScheduled = "scheduled" // 待生效
	PlanPublished = "published" // 已生效
	PlanWithdrawn = "withdrawn" // 已撤回
)

// planStateNames are the states as people read them.
var planStateNames = map[string]string{
	PlanDraft: "草稿", PlanSubmitted: "已提交", PlanApproved: "已批准", PlanScheduled: "待生效", PlanPublished: "已生效", PlanWithdrawn: "已撤回",
}

// PlanStateLabel is the Chinese name of a state.
func PlanStateLabel(state string) string { return planStateNames[state] }

// Limits of a plan.
const (
	PlanNameLongest   = 60
	PlanCommunities   = 300
	PlanOpCells       = 20_000  // cells one gesture may name
	PlanImportLongest = 4 << 20 // bytes of an imported file
)

// Plan is 划分方案: a draft of who takes care of which ground. It holds only what
// differs from the official state (sparse); the cells it does not name follow
// what is published meanwhile.
type Plan struct {
	ID          int64       `json:"id"`
	Name        string      `json:"name" doc:"名称"`
	Kind        string      `json:"kind" enum:"grid,community,micro" doc:"划分什么：网格、社区界线、微网格"`
	State       string      `json:"state" enum:"draft,submitted,approved,scheduled,published,withdrawn" doc:"状态"`
	Version     int64       `json:"version" doc:"版本；每次改动加一"`
	Communities []Named     `json:"communities" doc:"方案范围内的社区"`
	Low         int         `json:"low" doc:"每格户数下限"`
	High        int         `json:"high" doc:"每格户数上限"`
	PersonsHigh int         `json:"personsHigh" doc:"每格人数上限"`
	BaseSeq     int64       `json:"baseSeq" doc:"方案所依据的最后一次公布"`
	HeadSeq     int64       `json:"headSeq" doc:"现在最后一次公布；大于 baseSeq 说明有别的方案先公布了"`
	Author      int64       `json:"author" doc:"起草人"`
	AuthorName  string      `json:"authorName" doc:"起草人姓名"`
	Approver    *int64      `json:"approver" doc:"批准人"`
	Opinion     string      `json:"opinion" doc:"批准或退回的意见"`
	Words       []PlanWord  `json:"words" doc:"社区界线方案：有关社区的意见；其他方案为空"`
	Effective   string      `json:"effective" doc:"生效日期；未定为空"`
	Seq         *int64      `json:"seq" doc:"公布编号"`
	CreatedAt   time.Time   `json:"createdAt"`
	ChangedAt   time.Time   `json:"changedAt"`
	Moved       int         `json:"moved" doc:"归属与现行不同的地块数"`
	Households  int         `json:"households" doc:"这些地块里的户数"`
	Grids       int         `json:"grids" doc:"改动过设置的和新设的网格数"`
	Comments    int         `json:"comments" doc:"未解决的批注数"`
	SharedUntil *time.Time  `json:"sharedUntil" doc:"有效的只读链接何时到期；没有为空"`
	Bounds      []float64   `json:"bounds" doc:"范围 [西,南,东,北]"`
	Marks       []orb.Point `json:"marks" doc:"缩略图：被改动地块的位置，至多200个"`
}

// PlanNew starts a plan.
type PlanNew struct {
	Name        string  `json:"name" minLength:"1" maxLength:"60" doc:"名称"`
	Kind        string  `json:"kind,omitempty" enum:"grid,community,micro" doc:"划分什么，缺省为网格；restore 随那次公布"`
	Communities []int64 `json:"communities" minItems:"1" maxItems:"300" doc:"社区编号"`
	From        string  `json:"from" enum:"current,empty,copy,assignment,polygons,restore" doc:"从现行网格/空白/另一方案/对照表/图形/某次公布之前开始"`
	Plan        int64   `json:"plan,omitempty" doc:"copy：被复制的方案"`
	Publication int64   `json:"publication,omitempty" doc:"restore：要恢复到哪次公布之前"`
	Text        string  `json:"text,omitempty" doc:"assignment：CSV（地块或楼栋编码，网格编码）；polygons：GeoJSON"`
	Low         int     `json:"low,omitempty" minimum:"0" maximum:"5000" doc:"每格户数下限，缺省300"`
	High        int     `json:"high,omitempty" minimum:"0" maximum:"5000" doc:"每格户数上限，缺省500"`
	PersonsHigh int     `json:"personsHigh,omitempty" minimum:"0" maximum:"50000" doc:"每格人数上限，缺省1200"`
}

// Norm fills in the kind and the norms that were left out.
func (n PlanNew) Norm(usual GridNorm) PlanNew {
	if n.Kind == "" {
		n.Kind = PlanOfGrids
	}
	if n.Low == 0 {
		n.Low = usual.Low
	}
	if n.High == 0 {
		n.High = usual.High
	}
	if n.PersonsHigh == 0 {
		n.PersonsHigh = usual.Persons
	}
	return n
}

// Validate checks what the schema cannot.
func (n PlanNew) Validate() error {
	var c Check
	length := utf8.RuneCountInString(n.Name)
	c.Field(length >= 1 && length <= PlanNameLongest, "name", "方案名称应为1到60个字")
	checkPlanKind(&c, n.Kind)
	checkBorderPlan(&c, n)
	c.Field(len(n.Communities) > 0 && len(n.Communities) <= PlanCommunities, "communities", "请选择1到300个社区")
	c.Field(n.From != "copy" || n.Plan > 0, "plan", "请选择要复制的方案")
	c.Field(n.From != "restore" || n.Publication > 0, "publication", "请选择要恢复到哪次公布之前")
	c.Field(n.From != "assignment" && n.From != "polygons" || n.Text != "", "text", "请附上对照表或图形文件的内容")
	c.Field(len(n.Text) <= PlanImportLongest, "text", "文件超过4兆，请按街道分开")
	c.Field(n.Low < n.High, "low", "户数下限应小于上限")
	return c.Err()
}

// PlanChange amends the card of a plan; absent fields stay.
type PlanChange struct {
	Version     int64   `json:"version" doc:"看到的版本"`
	Name        *string `json:"name,omitempty" minLength:"1" maxLength:"60" doc:"名称"`
	Low         *int    `json:"low,omitempty" minimum:"1" maximum:"5000" doc:"每格户数下限"`
	High        *int    `json:"high,omitempty" minimum:"1" maximum:"5000" doc:"每格户数上限"`
	PersonsHigh *int    `json:"personsHigh,omitempty" minimum:"1" maximum:"50000" doc:"每格人数上限"`
}

// PlanStep moves a plan through its states.
type PlanStep struct {
	Version   int64  `json:"version" doc:"看到的版本"`
	Opinion   string `json:"opinion,omitempty" maxLength:"500" doc:"意见"`
	Effective string `json:"effective,omitempty" doc:"公布：生效日期，今天或以后"`
}

// planSteps says which action leads from which states to which.
var planSteps = map[string]struct {
	from []string
	to   string
}{
	"submit":     {[]string{PlanDraft}, PlanSubmitted},
	"approve":    {[]string{PlanSubmitted}, PlanApproved},
	"reject":     {[]string{PlanSubmitted, PlanApproved}, PlanDraft},
	"publish":    {[]string{PlanApproved}, PlanScheduled},
	"unschedule": {[]string{PlanScheduled}, PlanApproved},
	"withdraw":   {[]string{PlanDraft, PlanSubmitted, PlanApproved}, PlanWithdrawn},
	"reopen":     {[]string{PlanWithdrawn, PlanSubmitted}, PlanDraft},
}

// NextPlanState is the state an action leads to; conflict when the plan is not
// in a state that allows it, stale when version is not the present one,
// forbidden when the author approves.
func (p Plan) NextPlanState(action string, version, actor int64) (string, error) {
	if p.Version != version {
		return "", &Error{Code: Stale, Message: "方案已被修改，请看最新内容后再操作", Current: p}
	}
	step, known := planSteps[action]
	if !known {
		return "", Errorf(Invalid, "没有这个步骤")
	}
	if action == "approve" && p.Author == actor {
		return "", Errorf(Forbidden, "起草人不能批准自己的方案，请由另一人批准")
	}
	for _, from := range step.from {
		if p.State == from {
			return step.to, nil
		}
	}
	return "", Errorf(Conflict, "方案现在是“%s”，不能这样操作", PlanStateLabel(p.State))
}

// Editable is nil while the plan may be drawn on.
func (p Plan) Editable() error {
	if p.State == PlanDraft {
		return nil
	}
	return Errorf(Conflict, "方案%s，不能再改；需要修改请先退回草稿", PlanStateLabel(p.State))
}
