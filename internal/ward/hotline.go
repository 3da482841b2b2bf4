package ward

import (
	"context"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// HotlineAnswers say whether a matter was solved, and whether the caller is content.
var HotlineAnswers = Terms{{"yes", "是", nil}, {"partly", "部分", nil}, {"no", "否", nil}}

// HotlineOrder is 12345工单: a work order of the city's hotline. It is an incident
// here; the order keeps its number, its deadlines and what is answered to the city.
type HotlineOrder struct {
	ID          int64      `json:"id"`
	Incident    uuid.UUID  `json:"incident" doc:"事件"`
	Number      string     `json:"number" doc:"工单编号"`
	Title       string     `json:"title" doc:"标题"`
	CalledAt    *time.Time `json:"calledAt" doc:"来电时间"`
	ContactBy   *time.Time `json:"contactBy" doc:"联系时限"`
	Deadline    *time.Time `json:"deadline" doc:"办结时限"`
	ContactedAt *time.Time `json:"contactedAt" doc:"首次联系时间"`
	Solved      string     `json:"solved" enum:",yes,partly,no" doc:"是否解决"`
	Content     string     `json:"content" enum:",yes,partly,no" doc:"是否满意"`
	Reply       string     `json:"reply" doc:"答复内容"`
	HasPhone    bool       `json:"hasPhone" doc:"有来电号码"`
	ImportedAt  time.Time  `json:"importedAt" doc:"导入时间"`
	ExportedAt  *time.Time `json:"exportedAt" doc:"最近一次回传"`
	Version     int64      `json:"version"`

	IncidentNumber string     `json:"incidentNumber" doc:"事件编号"`
	ClassName      string     `json:"className" doc:"类别"`
	State          string     `json:"state" doc:"事件状态"`
	Unit           string     `json:"unit" doc:"承办单位"`
	ClosedAt       *time.Time `json:"closedAt" doc:"办结时间"`
	Result         string     `json:"result" doc:"办理结果"`
	Late           bool       `json:"late" doc:"超过工单时限"`
}

// HotlineChange is what was learned when the caller was called.
type HotlineChange struct {
	Version   int64   `json:"version" minimum:"1" doc:"您看到的版本"`
	Contacted bool    `json:"contacted,omitempty" doc:"刚联系过来电人；只记第一次"`
	Solved    *string `json:"solved,omitempty" enum:",yes,partly,no" doc:"是否解决"`
	Content   *string `json:"content,omitempty" enum:",yes,partly,no" doc:"是否满意"`
	Reply     *string `json:"reply,omitempty" maxLength:"1000" doc:"答复内容"`
}

// HotlineFilter narrows the list of orders.
type HotlineFilter struct {
	From  string `query:"from" maxLength:"10" doc:"从哪天导入"`
	To    string `query:"to" maxLength:"10" doc:"到哪天（含）"`
	State string `query:"state" enum:",open,over,late,unsent" doc:"open 未办结，over 已办结，late 超期，unsent 已办结未回传"`
	Query string `query:"q" maxLength:"50" doc:"工单编号、标题里的字"`
	After string `query:"after" maxLength:"400" doc:"上一页给出的 next"`
	Limit int    `query:"limit" default:"50" minimum:"1" maximum:"500" doc:"每页条数"`
}

// HotlineRow is a row of the city's file as it was understood.
type HotlineRow struct {
	Line                                int
	Number, Title, Class, Text, Address string
	Community, Grid, Building           string
	Caller, Phone                       string
	Urgent                              bool
	CalledAt, ContactBy, Deadline       *time.Time
	Location                            *orb.Point
	Findings                            []Finding
}

// HotlineSheetName is the identifier of HotlineSheet, in reports and remembered readings.
const HotlineSheetName = "hotline"

// HotlineSheet is the file the city's hotline hands out, with the headers that
// cities use. It is no register, so it stands apart from Sheets.
func HotlineSheet() Sheet {
	return Sheet{HotlineSheetName, "12345工单", 0, PlaceAny, []Column{
		must(text("number", "工单编号", "工单号", "编号", "受理编号", "诉求编号", "流水号")),
		text("title", "标题", "工单标题", "诉求标题", "主题"),
		{Key: "text", Title: "诉求内容", Kind: Text, Required: true, Max: 2000, Also: []string{"内容", "工单内容", "问题描述", "诉求描述", "主要内容"}},
		text("class", "类别", "问题分类", "诉求分类", "类别编码", "问题类别", "事项分类"),
		{Key: "address", Title: "地址", Kind: Text, Max: 200, Also: []string{"诉求地址", "事发地址", "问题地址", "详细地址", "发生地点"}},
		text("community", "社区", "所属社区", "承办社区"), text("grid", "网格编码", "所属网格"), text("building", "楼栋编码"),
		of("lon", "经度", Lon), of("lat", "纬度", Lat),
		text("called_at", "来电时间", "受理时间", "登记时间", "诉求时间"),
		text("contact_by", "联系时限", "首次联系时限", "响应时限"),
		text("deadline", "办结时限", "办理时限", "截止时间", "处理时限", "要求办结时间"),
		text("urgency", "紧急程度", "紧急"),
		personal("caller", "来电人", "诉求人", "姓名", "联系人"), personal("phone", "联系电话", "来电号码", "电话"),
	}}
}

// hotlineTimes are how files write a moment, in the time of China.
var hotlineTimes = []string{"2006-01-02 15:04:05", "2006-01-02 15:04", "2006/1/2 15:04:05", "2006/1/2 15:04", "2006-1-2 15:04", "2006年1月2日 15:04", "2006年1月2日15时04分", "2006-01-02T15:04:05", "2006-01-02", "2006/1/2", "2006年1月2日", "20060102"}

// hotlineTime reads a moment; a day alone is its end. Workbooks may hold days since 1899-12-30.
func hotlineTime(text string) (*time.Time, bool) {
	if text == "" {
		return nil, true
	}
	for _, form := range hotlineTimes {
		if at, err := time.ParseInLocation(form, text, China); err == nil {
			if !strings.Contains(form, "15") {
				at = at.Add(24*time.Hour - time.Minute)
			}
			return &at, true
		}
	}
	if days, err := strconv.ParseFloat(text, 64); err == nil && days > 36526 && days < 73051 { // 2000 to 2099
		at := time.Date(1899, 12, 30, 0, 0, 0, 0, China).Add(time.Duration(days*24*60+0.5) * time.Minute)
		return &at, true
	}
	return nil, false
}

// HotlineRowOf understands a row of the sheet; what is wrong is in its findings.
func HotlineRowOf(r Record) HotlineRow {
	of := func(key string) string { s, _ := r.Values[key].(string); return strings.TrimSpace(s) }
	row := HotlineRow{
		Line: r.Line, Findings: excusePlace(r.Findings), Number: of("number"), Title: of("title"), Class: of("class"), Text: of("text"), Address: of("address"),
		Community: of("community"), Grid: of("grid"), Building: of("building"), Caller: of("caller"), Phone: of("phone"),
		Urgent: strings.Contains(of("urgency"), "急") && !strings.Contains(of("urgency"), "不"),
	}
	wrong := func(level, field, message, done string) {
		row.Findings = append(row.Findings, Finding{Line: r.Line, Feature: row.Number, Field: field, Level: level, Message: message, Done: done})
	}
	for _, moment := range []struct {
		key, title string
		to         **time.Time
	}{{"called_at", "来电时间", &row.CalledAt}, {"contact_by", "联系时限", &row.ContactBy}, {"deadline", "办结时限", &row.Deadline}} {
		at, ok := hotlineTime(of(moment.key))
		if *moment.to = at; !ok {
			wrong(LevelError, moment.title, "看不懂这个时间，应写作 2026-11-22 09:30", "已跳过")
		}
	}
	if utf8.RuneCountInString(row.Number) > 40 {
		wrong(LevelError, "工单编号", "工单编号不超过40字", "已跳过")
	}
	if row.Deadline == nil {
		wrong(LevelNote, "办结时限", "没有办结时限", "按类别的时限计算")
	}
	if at, ok := r.Shape.(orb.Point); ok {
		row.Location = &at
	}
	return row
}

// excusePlace lets an order in whose position is of no use: its address, grid and
// community say where it is too.
func excusePlace(found []Finding) []Finding {
	out := slices.Clone(found)
	for k, f := range out {
		if f.Level == LevelError && (f.Field == "图形" || f.Field == "经度" || f.Field == "纬度") {
			out[k].Level, out[k].Done = LevelWarning, "不用坐标，按地址、网格或社区定位"
		}
	}
	return out
}

// Bad reports whether the row has an error and is not written.
func (r HotlineRow) Bad() bool { return Record{Findings: r.Findings}.Bad() }

// HoldTo makes the last limit of the class due at a moment given from outside, in
// clock time; class is the name of that limit.
func (i *Incident) HoldTo(due time.Time, class string, c Calendar, now time.Time) {
	minutes := max(1, int(due.Sub(now)/time.Minute))
	for k, d := range i.Deadlines {
		if !d.Step && d.Name == class {
			i.Deadlines[k] = c.Start(Limit{d.Name, minutes, "minute"}, false, now)
		}
	}
}

// Hotline keeps work orders of the city's hotline.
type Hotline interface {
	// ImportHotline makes an incident of each order that is new and amends those that
	// are known, all in one transaction, as Import does with a register: new orders are
	// the report's inserted, amended ones its updated.
	ImportHotline(ctx context.Context, s Scope, file string, rows iter.Seq2[HotlineRow, error], opts ImportOptions) (ImportReport, error)
	// UndoHotline takes a file of orders back: incidents nobody has worked on become
	// void, their numbers are free again, amended orders are as they were. Conflict,
	// naming orders, once one was worked on.
	UndoHotline(ctx context.Context, s Scope, run int64, commit func() error) (ImportUndo, error)
	// HotlineRuns are the newest imports of orders in the scope, without their findings.
	HotlineRuns(ctx context.Context, s Scope, limit int) ([]ImportReport, error)
	// HotlineRun is one of them with its findings; not_found when it is none.
	HotlineRun(ctx context.Context, s Scope, id int64) (ImportReport, error)
	// HotlineOrders lists newest first.
	HotlineOrders(ctx context.Context, s Scope, f HotlineFilter) (Page[HotlineOrder], error)
	// HotlineOrder is the order of an incident; not_found when it is none.
	HotlineOrder(ctx context.Context, s Scope, incident uuid.UUID) (HotlineOrder, error)
	// ChangeHotlineOrder: stale when somebody changed it first.
	ChangeHotlineOrder(ctx context.Context, s Scope, incident uuid.UUID, ch HotlineChange) (HotlineOrder, error)
	// RevealCaller tells who called, and writes down who asked.
	RevealCaller(ctx context.Context, s Scope, incident uuid.UUID, purpose string) (caller, phone string, err error)
	// NoteHotlineExport remembers which orders were taken back to the city.
	NoteHotlineExport(ctx context.Context, s Scope, ids []int64) error
}
