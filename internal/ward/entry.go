package ward

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Limits of bulk edits and of the words of a reason.
const (
	BulkLimit     = 2000 // records in one bulk edit
	BulkFindings  = 200  // findings told of one
	ReasonLongest = 200  // characters
)

// Entry is a record as a form shows it: the fields of its register by name.
// Personal fields are masked.
type Entry struct {
	ID        int64             `json:"id"`
	Noun      string            `json:"noun" doc:"名词"`
	Title     string            `json:"title" doc:"叫什么"`
	Version   int64             `json:"version" doc:"版本；修改时原样交回"`
	UpdatedAt time.Time         `json:"updatedAt" doc:"最近修改"`
	Ended     string            `json:"ended" doc:"停用日期，空为在用"`
	Values    Values            `json:"values" doc:"各字段现值，按字段名；个人信息已脱敏"`
	Labels    map[string]string `json:"labels" doc:"所指记录的名称，按“名词/编号”"`
}

// Altered is one field of a change.
type Altered struct {
	Field   string          `json:"field" doc:"字段名"`
	Title   string          `json:"title" doc:"字段"`
	Old     json.RawMessage `json:"-"`
	New     json.RawMessage `json:"-"`
	OldText string          `json:"oldText" doc:"原值；个人信息已脱敏"`
	NewText string          `json:"newText" doc:"新值；个人信息已脱敏"`
}

// The actions of a history, in words.
var EntryActions = Terms{{"create", "新增", nil}, {"change", "修改", nil}, {"retire", "停用", nil}, {"restore", "恢复", nil}, {"remove", "删除", nil}, {"undo", "撤销", nil}}

// EntryChange is one line of the history of a record.
type EntryChange struct {
	ID      int64      `json:"id"`
	Version int64      `json:"version" doc:"改后的版本"`
	At      time.Time  `json:"at" doc:"时间"`
	Actor   string     `json:"actor" doc:"谁"`
	Action  string     `json:"action" enum:"create,change,retire,restore,remove,undo" doc:"做了什么"`
	Batch   *uuid.UUID `json:"batch" doc:"所属批量修改"`
	Reason  string     `json:"reason" doc:"原因"`
	Fields  []Altered  `json:"fields" doc:"改了哪些字段"`
}

// Retirement ends a record or brings it back.
type Retirement struct {
	Version int64  `json:"version" minimum:"1" doc:"您看到的版本"`
	Ended   string `json:"ended,omitempty" format:"date" doc:"最后一天，缺省今天"`
	Restore bool   `json:"restore,omitempty" doc:"恢复使用"`
	Reason  string `json:"reason,omitempty" maxLength:"200" doc:"原因"`
}

// BulkChange sets fields of many records: those named, or all of a filter.
type BulkChange struct {
	IDs    []int64 `json:"ids,omitempty" maxItems:"2000" doc:"选中的记录"`
	Filter *Narrow `json:"filter,omitempty" doc:"或：筛选出的全部记录"`
	Set    Values  `json:"set" doc:"要设的字段和值，按字段名"`
	DryRun bool    `json:"dryRun,omitempty" doc:"只预览，不写入"`
	// Seen holds the write to what the preview showed.
	Seen string `json:"seen,omitempty" maxLength:"64" doc:"预览给出的凭据；之后有人改动则不写入"`
}

// Narrow is a filter as a body carries it.
type Narrow struct {
	Area  int64    `json:"area,omitempty" minimum:"0" doc:"辖区编号"`
	Grid  int64    `json:"grid,omitempty" minimum:"0" doc:"网格编号"`
	Kind  string   `json:"kind,omitempty" maxLength:"40" doc:"类别"`
	Query string   `json:"q,omitempty" maxLength:"50" doc:"名称、编码或地址里的字"`
	Where []string `json:"where,omitempty" maxItems:"20" doc:"按栏目筛选"`
}

// Filter is the same as a list takes it.
func (n Narrow) Filter() Filter {
	return Filter{Area: n.Area, Grid: n.Grid, Kind: n.Kind, Query: n.Query, Where: n.Where}
}

// BulkFinding says why one record cannot be changed so.
type BulkFinding struct {
	ID      int64  `json:"id" doc:"记录编号"`
	Title   string `json:"title" doc:"记录"`
	Field   string `json:"field" doc:"字段"`
	Message string `json:"message" doc:"哪里不对、怎么改"`
}

// BulkReport says what a bulk edit does or did.
type BulkReport struct {
	Matched  int           `json:"matched" doc:"选中几条"`
	Changed  int           `json:"changed" doc:"改动几条"`
	Same     int           `json:"same" doc:"本来就是这个值的几条"`
	Refused  int           `json:"refused" doc:"不能改的几条"`
	Findings []BulkFinding `json:"findings" doc:"不能改的记录，最多200条"`
	Written  bool          `json:"written" doc:"已写入"`
	Seen     string        `json:"seen" doc:"写入时交回的凭据"`
	Batch    *uuid.UUID    `json:"batch" doc:"批量编号，可凭它撤销"`
}

// Validate says what is wrong with a bulk change of a register.
func (b BulkChange) Validate(r Register) error {
	var c Check
	c.Field((len(b.IDs) > 0) != (b.Filter != nil), "ids", "请选中记录，或给出筛选条件，二者取一")
	c.Field(len(b.IDs) <= BulkLimit, "ids", "一次最多改2000条")
	c.Field(len(b.Set) > 0, "set", "请选择要改的字段")
	for name := range b.Set {
		f, ok := r.Field(name)
		c.Field(ok, "set", "没有这个字段")
		c.Field(!ok || f.Bulk(), name, f.Title+"不能批量修改，请逐条修改")
	}
	return c.Err()
}

// Bulk reports whether many records may get one value of the field at once.
func (f Field) Bulk() bool {
	return !f.Fixed && !f.Personal && f.Kind != Place && f.Kind != Outline && f.Kind != Course
}

// Entries keeps the records of the registers. Every method answers within the
// scope only: a record outside is not_found.
type Entries interface {
	// Entry reads a record as a form shows it.
	Entry(ctx context.Context, s Scope, noun string, id int64) (Entry, error)
	// CreateEntry: invalid with the fields; the same key gives the same answer
	// however often it is sent.
	CreateEntry(ctx context.Context, s Scope, key uuid.UUID, noun string, values Values) (Entry, error)
	// ChangeEntry changes the named fields: stale, with what others changed since,
	// when version is not the present one.
	ChangeEntry(ctx context.Context, s Scope, noun string, id, version int64, values Values) (Entry, error)
	// RetireEntry ends, removes or restores a record: conflict, with counts, while
	// others hang on it.
	RetireEntry(ctx context.Context, s Scope, noun string, id int64, r Retirement) (Entry, error)
	// ShowEntry reads the personal fields whole and writes down who looked and why.
	ShowEntry(ctx context.Context, s Scope, noun string, id int64, purpose string) (Values, error)
	// SheetCells reads records as the columns of Register.Workbook, by number;
	// what is outside the scope is left out.
	SheetCells(ctx context.Context, s Scope, noun string, ids []int64) (map[int64][]string, error)
	// EntryHistory lists the changes of a record, newest first.
	EntryHistory(ctx context.Context, s Scope, noun string, id int64, f HistoryFilter) (Page[EntryChange], error)
	// ChangeEntries changes many records in one transaction, or none.
	ChangeEntries(ctx context.Context, s Scope, key uuid.UUID, noun string, b BulkChange) (BulkReport, error)
	// UndoEntries takes a bulk edit back where nobody changed the record since.
	UndoEntries(ctx context.Context, s Scope, key uuid.UUID, noun string, batch uuid.UUID) (BulkReport, error)
}

// HistoryFilter pages a history.
type HistoryFilter struct {
	After string `query:"after" maxLength:"20" doc:"上一页给出的 next"`
	Limit int    `query:"limit" default:"50" minimum:"1" maximum:"200" doc:"每页条数"`
}

// Validate says what is wrong with a retirement in a register.
func (t Retirement) Validate(r Register) error {
	var c Check
	c.Field(t.Version > 0, "version", "缺少版本号")
	c.Field(dayOrEmpty(t.Ended), "ended", "停用日期应写作 2026-11-22")
	c.Field(len([]rune(t.Reason)) <= ReasonLongest, "reason", "原因不超过200字")
	if err := c.Err(); err != nil {
		return err
	}
	if r.Ending == Stays {
		return Errorf(Conflict, "%s不在此停用：%s", r.Title, r.Elsewhere)
	}
	if t.Restore && r.Ending == Removed {
		return Errorf(Conflict, "已删除的%s不能恢复，请按变更历史重新登记", r.Title)
	}
	return nil
}

// Refuse counts a record that cannot be changed so, and says why.
func (b *BulkReport) Refuse(id int64, title string, e *Error) {
	b.Refused++
	if len(b.Findings) >= BulkFindings {
		return
	}
	field := ""
	if len(e.Fields) > 0 {
		field = e.Fields[0].Field
	}
	b.Findings = append(b.Findings, BulkFinding{id, title, field, e.Message})
}

// Settle says whether the write of a bulk edit may stand: every record could be
// changed, and they are as the preview showed them.
func (b *BulkReport) Settle(seen string) error {
	if seen != "" && seen != b.Seen {
		return &Error{Code: Stale, Message: "预览之后有人改过其中的记录，请重新预览", Current: b}
	}
	if b.Refused > 0 {
		return &Error{Code: Conflict, Message: fmt.Sprintf("有%d条不能这样改，什么也没有写入；请取消选中它们后再试", b.Refused), Current: b}
	}
	b.Written = true
	return nil
}
