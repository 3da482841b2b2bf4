package ward

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// Limits of what a visit brings home and leaves behind.
const (
	AskTextMax = 500 // characters
	AsksOfOne  = 6   // of one visit
	ItemsOfOne = 10  // of one visit
)

// AskKinds are what a resident may ask for: a wish is lit by somebody who claims
// it, a need is met by the lists.
var AskKinds = Terms{{"wish", "微心愿", nil}, {"need", "需求", nil}}

// Ask is 诉求: a 微心愿 or a 需求 of a household, said at a visit or at any other
// time. It is done when the resident has been told what came of it, as a matter is.
type Ask struct {
	ID         uuid.UUID  `json:"id"`
	Version    int64      `json:"version"`
	Kind       string     `json:"kind" enum:"wish,need" doc:"微心愿、需求"`
	Visit      *uuid.UUID `json:"visit" doc:"来自走访；空为平时登记"`
	Household  *int64     `json:"household" doc:"户"`
	Place      string     `json:"place" doc:"门牌"`
	Grid       int64      `json:"grid" doc:"说起当日所在网格"`
	Text       string     `json:"text" doc:"内容"`
	State      Matter     `json:"state" enum:"open,to_tell,told" doc:"在办、待回告、已回告"`
	Result     string     `json:"result" doc:"办理结果"`
	DoneAt     *time.Time `json:"doneAt" doc:"办好的时间"`
	ToldAt     *time.Time `json:"toldAt" doc:"告知住户的时间"`
	OccurredAt time.Time  `json:"occurredAt" doc:"说起的时间"`
	Location   orb.Point  `json:"location" doc:"楼栋位置"`
}

// AskDraft is an ask as it is said.
type AskDraft struct {
	ID   uuid.UUID `json:"id" doc:"UUIDv7，由设备生成"`
	Kind string    `json:"kind" enum:"wish,need" doc:"微心愿、需求"`
	Text string    `json:"text" minLength:"1" maxLength:"500" doc:"内容"`
}

// AskRecord is an ask that was said at no visit: in the yard, at the counter, on
// the phone.
type AskRecord struct {
	AskDraft
	Household  int64     `json:"household" minimum:"1" doc:"户"`
	OccurredAt time.Time `json:"occurredAt" doc:"说起的时间（设备时间）"`
	// Skew is what the time above lacks; see Skew. It is no part of what is asked for.
	Skew time.Duration `json:"-"`
}

// Corrected is the record with its time as the server's clock would have had it.
func (r AskRecord) Corrected() AskRecord {
	r.OccurredAt = r.OccurredAt.Add(r.Skew)
	return r
}

// Validate says what is wrong with a record at the server's time now.
func (r AskRecord) Validate(now time.Time) error {
	var c Check
	r.checkAs(&c, "id", "kind", "text")
	c.Field(r.Household > 0, "household", "请选择住户")
	c.Field(!r.OccurredAt.IsZero(), "occurredAt", "缺少说起的时间")
	c.Field(r.OccurredAt.Before(now.Add(VisitFuture)), "occurredAt", "说起的时间晚于现在，请检查设备时钟")
	return c.Err()
}

// AskChange is what became of an ask; absent fields stay as they are.
type AskChange struct {
	Version  int64   `json:"version" minimum:"1" doc:"您看到的版本"`
	Text     *string `json:"text,omitempty" maxLength:"500"`
	Result   *string `json:"result,omitempty" maxLength:"2000" doc:"办理结果；填了即为办好，清空即为在办"`
	ToldBack *bool   `json:"toldBack,omitempty" doc:"已告知住户；办好之后"`
}

// AskMark is an ask as the live stream tells of it: not a word of what it is.
type AskMark struct {
	ID      uuid.UUID `json:"id"`
	Version int64     `json:"version"`
	Kind    string    `json:"kind"`
	Grid    int64     `json:"grid"`
	State   Matter    `json:"state"`
}

// Mark is the ask without what others may not see.
func (a Ask) Mark() AskMark { return AskMark{a.ID, a.Version, a.Kind, a.Grid, a.State} }

// Wordless is the ask without what was said, for those whose work does not need it.
func (a Ask) Wordless() Ask {
	a.Text, a.Result = "", ""
	return a
}

// Apply returns the ask as changed at the server's time now, one version on.
// Conflict when the resident would be told of what is not done.
func (ch AskChange) Apply(a Ask, now time.Time) (Ask, error) {
	var c Check
	c.Field(ch.Text == nil || runes(*ch.Text, 1, AskTextMax), "text", "内容应为1到500字")
	c.Field(ch.Result == nil || runes(*ch.Result, 0, VisitNoteMax), "result", "办理结果不超过2000字")
	if err := c.Err(); err != nil {
		return a, err
	}
	set(&a.Text, ch.Text)
	if ch.Result != nil {
		a.Result, a.DoneAt, a.ToldAt, a.State = *ch.Result, nil, nil, MatterOpen
		if strings.TrimSpace(*ch.Result) != "" {
			a.DoneAt, a.State = &now, MatterToTell
		}
	}
	if ch.ToldBack != nil && *ch.ToldBack != (a.State == MatterTold) {
		if a.State == MatterOpen {
			return a, Errorf(Conflict, "这件事还没有办好，请先填写办理结果，再登记已回告")
		}
		a.ToldAt, a.State = nil, MatterToTell
		if *ch.ToldBack {
			a.ToldAt, a.State = &now, MatterTold
		}
	}
	a.Version++
	return a, nil
}

// Item is 慰问物品: something brought along to doors, in its unit.
type Item struct {
	ID      int64  `json:"id" minimum:"0" doc:"编号；0 为新建"`
	Name    string `json:"name" minLength:"1" maxLength:"20" doc:"名称"`
	Unit    string `json:"unit" minLength:"1" maxLength:"4" doc:"单位：袋、桶、元"`
	Retired bool   `json:"retired,omitempty" doc:"不再使用"`
}

// Validate says what is wrong with an item.
func (i Item) Validate() error {
	var c Check
	c.Field(runes(i.Name, 1, 20), "name", "名称应为1到20个字")
	c.Field(runes(i.Unit, 1, 4), "unit", "单位应为1到4个字")
	return c.Err()
}

// DeliveredItem is how much of an item was left at a door.
type DeliveredItem struct {
	Item   int64 `json:"item" minimum:"1" doc:"物品编号"`
	Amount int   `json:"amount" minimum:"1" maximum:"10000" doc:"数量"`
}

// Delivered is the same as it is read.
type Delivered struct {
	DeliveredItem
	Name string `json:"name" doc:"物品"`
	Unit string `json:"unit" doc:"单位"`
}

// brought checks what a visit brings home and leaves behind.
func (d VisitDraft) brought(c *Check) {
	c.Field(len(d.Asks) <= AsksOfOne, "asks", fmt.Sprintf("一次走访最多登记%d个微心愿和需求", AsksOfOne))
	c.Field(len(d.Asks) == 0 || d.Household != nil, "asks", "微心愿和需求要登记在住户名下，请选择住户")
	for _, a := range d.Asks {
		a.checkAs(c, "asks", "asks", "asks")
	}
	seen := map[int64]bool{}
	c.Field(len(d.Items) <= ItemsOfOne, "items", fmt.Sprintf("一次走访最多登记%d种物品", ItemsOfOne))
	for _, i := range d.Items {
		c.Field(i.Amount >= 1 && i.Amount <= 10000, "items", "物品数量应在1到10000之间")
		c.Field(!seen[i.Item], "items", "同一种物品请合并登记")
		seen[i.Item] = true
	}
}

// checkAs says what is wrong with an ask, at the fields a form calls so.
func (a AskDraft) checkAs(c *Check, id, kind, text string) {
	c.Field(a.ID.Version() == 7, id, "微心愿和需求的编号应为 UUIDv7，请更新应用后重试")
	c.Field(AskKinds.Has(a.Kind), kind, "诉求应为："+AskKinds.Labels())
	c.Field(runes(a.Text, 1, AskTextMax), text, "微心愿和需求的内容应为1到500字")
}

// runes says whether a text has from least to most characters.
func runes(s string, least, most int) bool {
	n := utf8.RuneCountInString(strings.TrimSpace(s))
	return n >= least && n <= most
}

// AskFilter narrows a list of asks.
type AskFilter struct {
	Filter
	Household int64  `query:"household" minimum:"0" doc:"户；查看会记入审计"`
	Visit     string `query:"visit" maxLength:"36" doc:"走访"`
	State     Matter `query:"state" enum:",open,to_tell,told" doc:"open 在办，to_tell 待回告，told 已回告"`
	From      string `query:"from" maxLength:"10" doc:"从哪天（2026-11-01）"`
	To        string `query:"to" maxLength:"10" doc:"到哪天（含）"`
}

// Asks keeps what residents ask for, and what is brought to them.
type Asks interface {
	// Asks lists newest first within the scope; asked for a household, it writes
	// down who looked. Words are for those only whose work needs names.
	Asks(ctx context.Context, s Scope, f AskFilter) (Page[Ask], error)
	// CreateAsk records one that was said at no visit, once, however often it is sent.
	// Not_found when the household is outside the scope.
	CreateAsk(ctx context.Context, s Scope, key uuid.UUID, r AskRecord) (Ask, error)
	// ChangeAsk: stale (with the current ask) when version is not the present one;
	// conflict when the resident would be told of what is not done.
	ChangeAsk(ctx context.Context, s Scope, key, id uuid.UUID, ch AskChange) (Ask, error)
	// Items lists what may be delivered, those in use first.
	Items(ctx context.Context) ([]Item, error)
	// SaveItem adds one (id 0) or changes it; conflict when the name is taken.
	SaveItem(ctx context.Context, s Scope, i Item) (Item, error)
}
