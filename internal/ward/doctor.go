package ward

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// What the data doctor holds the registers against.
const (
	DoctorStaleMonths = 6    // a building nobody visited for so long is stale
	DoctorTwinMetres  = 50.0 // two of one name so near are thought to be one
	DoctorReachMetres = 200  // how far the nearest cell or hub may be for a one-tap fix
)

// How much a kind of trouble matters, worst first.
const (
	DoctorSerious = "serious" // breaks a rule of the field: counts and duties go wrong
	DoctorWarning = "warning" // probably wrong
	DoctorAdvice  = "advice"  // worth a look
)

// DoctorCheck is one kind of trouble the data doctor (数据体检) looks for, with
// how much of it there is in the territory.
type DoctorCheck struct {
	Name     string `json:"name" doc:"体检项"`
	Title    string `json:"title" doc:"名称"`
	Why      string `json:"why" doc:"为什么要查、怎么处理"`
	Severity string `json:"severity" enum:"serious,warning,advice" doc:"轻重"`
	Fix      string `json:"fix" doc:"一键处理做什么；空为没有一键处理"`
	Count    int    `json:"count" doc:"待处理的数量"`
	Passed   int    `json:"passed" doc:"已核对、不再提示的数量"`
}

// DoctorCase is one thing that a check found.
type DoctorCase struct {
	// ID is the number of the thing, "12", or of a pair, "12-15".
	ID       string     `json:"id" doc:"编号；一对时为两个编号"`
	Noun     string     `json:"noun" doc:"是什么"`
	Entity   int64      `json:"entity" doc:"编号，用来打开卡片"`
	Other    int64      `json:"other" doc:"一对中的另一个，没有为0"`
	Title    string     `json:"title" doc:"名称"`
	Detail   string     `json:"detail" doc:"哪里不对"`
	Location *orb.Point `json:"location" doc:"位置"`
	// State is a print of what was found; a fix names it, so that nobody mends
	// what has changed meanwhile.
	State string `json:"state" doc:"所见内容的指纹；处理时原样交回"`
	Fix   string `json:"fix" doc:"一键处理将做什么；空为没有"`
}

// DoctorOrder asks for one case to be dealt with.
type DoctorOrder struct {
	Action  string `json:"action" enum:"fix,pass" doc:"fix 一键处理；pass 标为已核对"`
	State   string `json:"state" maxLength:"64" doc:"清单里给出的指纹；只预览时可空"`
	Reason  string `json:"reason,omitempty" maxLength:"200" doc:"标为已核对的理由"`
	Preview bool   `json:"preview,omitempty" doc:"只看会改什么，不写入"`
}

// DoctorChange is one thing a fix changes, in words.
type DoctorChange struct {
	What   string `json:"what" doc:"改什么"`
	Before string `json:"before" doc:"原来"`
	After  string `json:"after" doc:"之后"`
}

// DoctorFix is one tap of the data doctor, done or only previewed (ID 0).
type DoctorFix struct {
	ID       int64          `json:"id"`
	Check    string         `json:"check" doc:"体检项"`
	Action   string         `json:"action" enum:"fix,pass" doc:"处理或标为已核对"`
	Title    string         `json:"title" doc:"名称"`
	Changes  []DoctorChange `json:"changes" doc:"改了什么"`
	At       time.Time      `json:"at" doc:"时间"`
	UndoneAt *time.Time     `json:"undoneAt" doc:"撤销时间"`
}

// DoctorCaseID reads the id of a case, "12" or "12-15".
func DoctorCaseID(id string) (entity, other int64, err error) {
	first, second, pair := strings.Cut(id, "-")
	entity, err = strconv.ParseInt(first, 10, 64)
	if err == nil && pair {
		other, err = strconv.ParseInt(second, 10, 64)
	}
	if err != nil || entity <= 0 || other < 0 || pair && other == 0 {
		return 0, 0, &Error{Code: Invalid, Message: "编号不对", Fields: []FieldError{{Field: "case", Message: "应为清单里给出的编号"}}}
	}
	return entity, other, nil
}

// Validate checks an order before anything is read.
func (o DoctorOrder) Validate() error {
	var c Check
	c.Field(slices.Contains([]string{"fix", "pass"}, o.Action), "action", "应为 fix 或 pass")
	c.Field(o.State != "" || o.Preview, "state", "请交回清单里给出的指纹")
	c.Field(len([]rune(o.Reason)) <= 200, "reason", "理由不超过200字")
	return c.Err()
}

// Doctor keeps the registers in health. Every method answers within the scope
// only.
type Doctor interface {
	// DoctorChecks counts every check, the worst first.
	DoctorChecks(ctx context.Context, s Scope) ([]DoctorCheck, error)
	// DoctorCases lists what one check found: not_found for an unknown check.
	DoctorCases(ctx context.Context, s Scope, check string, f Filter) (Page[DoctorCase], error)
	// DoctorAct deals with one case once, however often it is sent: not_found
	// when it is no longer there, stale when it has changed, conflict when there
	// is no fix for it.
	DoctorAct(ctx context.Context, s Scope, key uuid.UUID, check, id string, o DoctorOrder) (DoctorFix, error)
	// DoctorFixes lists the newest acts.
	DoctorFixes(ctx context.Context, s Scope, f Filter) (Page[DoctorFix], error)
	// DoctorUndo takes one back: conflict when something was changed since.
	DoctorUndo(ctx context.Context, s Scope, key uuid.UUID, id int64) (DoctorFix, error)
}
