package ward

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// Limits of other systems.
const (
	ClientReports = 600 // reports of one client in ReportWindow
	OpenSpan      = 90 * 24 * time.Hour
	OpenMost      = 500 // requests in one answer
)

// Client (接入方) is another system that reports here with a key of its own, and
// for whose area anybody may ask how public matters go on (Open311 GeoReport v2).
type Client struct {
	ID     int64      `json:"id"`
	Name   string     `json:"name" doc:"名称"`
	Area   int64      `json:"area" doc:"辖区"`
	Place  string     `json:"place" doc:"辖区名称"`
	MadeAt time.Time  `json:"madeAt" doc:"登记时间"`
	UsedAt *time.Time `json:"usedAt" doc:"最近使用"`
}

// ClientDraft is a client to be registered.
type ClientDraft struct {
	Name string `json:"name" minLength:"1" maxLength:"40" doc:"名称"`
	Area int64  `json:"area" minimum:"1" doc:"街道或社区"`
}

// Validate tidies what was typed and says what is wrong with it.
func (d *ClientDraft) Validate() error {
	d.Name = strings.TrimSpace(d.Name)
	var c Check
	c.Field(d.Name != "" && utf8.RuneCountInString(d.Name) <= 40, "name", "名称为1至40字")
	c.Field(d.Area > 0, "area", "请选择街道或社区")
	return c.Err()
}

// ClientSecret is a client with the key that was just made for it.
type ClientSecret struct {
	Client Client `json:"client"`
	Key    string `json:"key" doc:"密钥，只显示这一次；重发时为空"`
}

// OpenReport is what another system sends.
type OpenReport struct {
	Class, Text, Place string
	At                 orb.Point
}

// Validate tidies a report and says what is wrong with it.
func (r *OpenReport) Validate() error {
	r.Text, r.Place = tidyText(r.Text), tidyText(r.Place)
	var c Check
	c.Field(r.Class != "", "service_code", "service_code is required 缺少类别编码")
	c.Field(onEarth(r.At) && r.At != (orb.Point{}), "lat", "lat and long are required 缺少位置")
	c.Field(utf8.RuneCountInString(r.Text) <= 2000, "description", "description: at most 2000 characters 描述不超过2000字")
	c.Field(utf8.RuneCountInString(r.Place) <= 200, "address_string", "address_string: at most 200 characters 地点不超过200字")
	return c.Err()
}

// OpenRequest is an incident as anybody may see it: no text, no door, nobody's name.
type OpenRequest struct {
	ID       uuid.UUID
	Number   string
	Open     bool
	State    string // in words for residents
	Class    string
	Name     string
	Unit     string
	Place    string // community and grid
	At       orb.Point
	SentAt   time.Time
	Changed  time.Time
	Expected *time.Time
}

// OpenFilter narrows requests; zero fields do not.
type OpenFilter struct {
	Numbers  []string
	Classes  []string
	From, To time.Time
	Status   string // "open", "closed" or ""
}

// Clients keeps the systems that may report, and answers anybody within their areas.
type Clients interface {
	Clients(ctx context.Context, s Scope, f Filter) (Page[Client], error)
	OpenClient(ctx context.Context, s Scope, key uuid.UUID, d ClientDraft) (ClientSecret, error)
	RevokeClient(ctx context.Context, s Scope, id int64) error
	// OpenServices are the classes offered to residents; not_found while no client is in use.
	OpenServices(ctx context.Context) ([]PublicClass, error)
	// OpenRequests lists newest first what is public in the areas of the clients.
	OpenRequests(ctx context.Context, f OpenFilter) ([]OpenRequest, error)
	// SendOpen takes a report of the client with the key: forbidden for a wrong key,
	// not_found outside its area, too_many over the limit.
	SendOpen(ctx context.Context, key [32]byte, r OpenReport) (OpenRequest, error)
}
