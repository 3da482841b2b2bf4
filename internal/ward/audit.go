package ward

import (
	"context"
	"time"
)

// AuditEntry (审计记录) is one act written down: a view of personal fields, a
// change, a sign-in. It names the thing by its number and says no value of it.
type AuditEntry struct {
	ID        int64     `json:"id"`
	At        time.Time `json:"at" doc:"时间"`
	Actor     string    `json:"actor" doc:"谁"`
	Operation string    `json:"operation" doc:"操作"`
	Act       string    `json:"act" doc:"做了什么" db:"-"`
	Noun      string    `json:"noun" doc:"对象的种类"`
	Thing     string    `json:"thing" doc:"对象的名称" db:"-"`
	Entity    string    `json:"entity" doc:"对象编号"`
	Purpose   string    `json:"purpose" doc:"用途"`
	Place     string    `json:"place" doc:"辖区"`
}

// AuditAct is an act that occurs in the audit.
type AuditAct struct {
	Operation string `json:"operation" doc:"操作"`
	Act       string `json:"act" doc:"做了什么"`
}

// AuditFilter narrows the audit; zero fields don't narrow.
type AuditFilter struct {
	Actor     int64  `query:"actor" minimum:"0" doc:"账号编号：只看这个人"`
	Operation string `query:"operation" maxLength:"60" doc:"操作，例如 reveal-household"`
	From      string `query:"from" maxLength:"10" doc:"从哪一天（含）"`
	To        string `query:"to" maxLength:"10" doc:"到哪一天（含）"`
	Area      int64  `query:"area" minimum:"0" doc:"辖区编号：只看这个区、街道或社区"`
	After     string `query:"after" maxLength:"20" doc:"上一页给出的 next"`
	Limit     int    `query:"limit" default:"50" minimum:"1" maximum:"500" doc:"每页条数"`
}

// AuditHead is where the chain of the audit stands. Kept outside the database
// (on paper, in another log) it shows when the end of the chain was cut off.
type AuditHead struct {
	Seq  int64
	Hash string // hexadecimal, 64 digits; "" while nothing is linked
}

// AuditCheck is what a walk along the whole chain found.
type AuditCheck struct {
	Head   AuditHead
	Rows   int64  // links that were checked
	Broken string // the first thing that is wrong, in Chinese; "" when nothing is
}

// Audits keeps what was done.
type Audits interface {
	// AuditEntries lists newest first what was done within the scope.
	AuditEntries(ctx context.Context, s Scope, f AuditFilter) (Page[AuditEntry], error)
	// AuditOperations lists the operations that occur, for choosing one.
	AuditOperations(ctx context.Context, s Scope) ([]string, error)
}
