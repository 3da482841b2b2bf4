package ward

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Limits of webhooks.
const (
	WebhookTries = 10               // after that a delivery is given up
	WebhookFirst = 10 * time.Second // the wait after the first failure; it doubles
	WebhookLast  = 2 * time.Hour    // the longest wait
	WebhookLease = time.Minute      // how long one try may take before another node tries
	WebhookKept  = 30 * 24 * time.Hour
)

// Webhook is another program that is told of public incidents of an area as they
// move on: their number, class, state, grid and position, nothing of persons.
type Webhook struct {
	ID      int64     `json:"id"`
	Name    string    `json:"name" doc:"名称"`
	URL     string    `json:"url" doc:"接收地址"`
	Kinds   []string  `json:"kinds" doc:"告知哪些：all 或事件状态"`
	Area    int64     `json:"area" doc:"辖区"`
	Place   string    `json:"place" doc:"辖区名称"`
	Active  bool      `json:"active" doc:"启用"`
	Version int64     `json:"version"`
	MadeAt  time.Time `json:"madeAt" doc:"登记时间"`
	Waiting int       `json:"waiting" doc:"待发"`
	Dead    int       `json:"dead" doc:"已放弃"`
}

// WebhookDraft is a webhook to be registered.
type WebhookDraft struct {
	Name  string   `json:"name" minLength:"1" maxLength:"40" doc:"名称"`
	URL   string   `json:"url" minLength:"1" maxLength:"500" doc:"接收地址"`
	Kinds []string `json:"kinds" minItems:"1" maxItems:"20" doc:"告知哪些：all 或事件状态"`
	Area  int64    `json:"area" minimum:"1" doc:"街道或社区"`
}

// WebhookChange switches a webhook on or off.
type WebhookChange struct {
	Version int64 `json:"version" minimum:"1" doc:"您看到的版本"`
	Active  bool  `json:"active" doc:"启用；停用期间发生的不再补发"`
}

// WebhookSecret is a webhook with the secret its messages are signed with.
type WebhookSecret struct {
	Webhook Webhook `json:"webhook"`
	Secret  string  `json:"secret" doc:"签名密钥，只显示这一次；重发时为空"`
}

// Validate tidies what was typed and says what is wrong with it.
func (d *WebhookDraft) Validate() error {
	d.Name, d.URL = strings.TrimSpace(d.Name), strings.TrimSpace(d.URL)
	u, err := url.Parse(d.URL)
	var c Check
	c.Field(d.Name != "" && utf8.RuneCountInString(d.Name) <= 40, "name", "名称为1至40字")
	c.Field(err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && u.Fragment == "", "url", "应为 https://主机/路径，不含用户名")
	c.Field(d.Area > 0, "area", "请选择街道或社区")
	c.Field(len(d.Kinds) > 0, "kinds", "请选择告知哪些")
	for k, kind := range d.Kinds {
		c.Field(kind == "all" || IncidentStates.Has(kind), fmt.Sprintf("kinds[%d]", k), "应为 all 或："+IncidentStates.Labels())
	}
	return c.Err()
}

// Delivery is one message to a webhook.
type Delivery struct {
	ID     uuid.UUID  `json:"id"`
	Kind   string     `json:"kind" doc:"事件的状态"`
	Number string     `json:"number" doc:"事件编号"`
	State  string     `json:"state" enum:"waiting,sent,dead" doc:"待发、已送达、已放弃"`
	Tries  int        `json:"tries" doc:"试了几次"`
	Status int        `json:"status" doc:"对方的回答；0 没有回答"`
	Words  string     `json:"words" doc:"没送达的原因"`
	MadeAt time.Time  `json:"madeAt" doc:"产生"`
	NextAt time.Time  `json:"nextAt" doc:"下次尝试"`
	DoneAt *time.Time `json:"doneAt" doc:"送达或放弃"`
}

// WebhookMessage is a message that is due, with where it goes and what signs it.
type WebhookMessage struct {
	ID     uuid.UUID
	URL    string
	Secret string
	Body   string
	Tries  int
}

// WebhookWait is how long to wait after a number of failures; dice is in [0, 1),
// so that many that failed together do not come back together.
func WebhookWait(tries int, dice float64) time.Duration {
	wait := WebhookLast
	if tries < 20 {
		wait = min(WebhookLast, WebhookFirst<<max(0, tries-1))
	}
	return time.Duration(float64(wait) * (0.75 + 0.5*dice))
}

// Webhooks keeps who is told, and what was sent.
type Webhooks interface {
	Webhooks(ctx context.Context, s Scope, f Filter) (Page[Webhook], error)
	OpenWebhook(ctx context.Context, s Scope, key uuid.UUID, d WebhookDraft) (WebhookSecret, error)
	// ChangeWebhook: stale when somebody changed it first.
	ChangeWebhook(ctx context.Context, s Scope, id int64, ch WebhookChange) (Webhook, error)
	// EndWebhook takes it away with what waits.
	EndWebhook(ctx context.Context, s Scope, id int64) error
	// Deliveries lists the newest first.
	Deliveries(ctx context.Context, s Scope, id int64) ([]Delivery, error)
	// Resend tries one again now, also one that was given up.
	Resend(ctx context.Context, s Scope, delivery uuid.UUID) error
}
