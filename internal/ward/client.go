package ward

import (
	"context"
	"net/mail"
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

// Contact is who reported through another system or a sign: kept sealed for those
// who answer, told with a purpose, given to nobody else.
type Contact struct {
	Name  string `json:"name" doc:"姓名"`
	Phone string `json:"phone" doc:"电话"`
	Email string `json:"email" doc:"电子邮箱"`
}

// OpenReport is what another system sends. Photos are safe to show already.
type OpenReport struct {
	Class, Text, Place string
	At                 orb.Point
	Contact            Contact
	Photos             []Picture
	PhotosPublic       bool // whoever sent them says that anybody may see them
}

// Validate tidies a report and says what is wrong with it.
func (r *OpenReport) Validate() error {
	r.Text, r.Place = tidyText(r.Text), tidyText(r.Place)
	r.Contact.Name, r.Contact.Email = tidyText(r.Contact.Name), strings.TrimSpace(r.Contact.Email)
	r.Contact.Phone = strings.NewReplacer(" ", "", "-", "", "　", "").Replace(r.Contact.Phone)
	var c Check
	c.Field(r.Class != "", "service_code", "service_code is required 缺少类别编码")
	c.Field(onEarth(r.At) && r.At != (orb.Point{}), "lat", "lat and long are required 缺少位置")
	c.Field(utf8.RuneCountInString(r.Text) <= 2000, "description", "description: at most 2000 characters 描述不超过2000字")
	c.Field(utf8.RuneCountInString(r.Place) <= 200, "address_string", "address_string: at most 200 characters 地点不超过200字")
	c.Field(utf8.RuneCountInString(r.Contact.Name) <= 60, "first_name", "first_name and last_name: at most 60 characters 姓名不超过60字")
	c.Field(r.Contact.Phone == "" || phoneForm(r.Contact.Phone), "phone", "phone: 7 to 15 digits 电话应为7至15位数字")
	c.Field(r.Contact.Email == "" || emailForm(r.Contact.Email), "email", "email is not an address 电子邮箱的格式不对")
	c.Field(len(r.Photos) <= ReportPhotos, "media", "media: at most 3 photos 照片最多3张")
	return c.Err()
}

// emailForm reports whether a text is an address of mail and nothing beside it.
func emailForm(text string) bool {
	at, err := mail.ParseAddress(text)
	return err == nil && at.Address == text && len(text) <= 100
}

// OpenRequest is an incident as anybody may see it: no text, no door, nobody's name;
// a photo only where its sender made it public and somebody took the report in.
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
	Media    *uuid.UUID // a photo anybody may see
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
	// KnowsClient is forbidden for a wrong key: asked before time is spent on photos.
	KnowsClient(ctx context.Context, key [32]byte) error
	// SendOpen takes a report of the client with the key: forbidden for a wrong key,
	// not_found outside its area, too_many over the limit. kept is whether the contact
	// could be kept.
	SendOpen(ctx context.Context, key [32]byte, r OpenReport) (request OpenRequest, kept bool, err error)
	// OpenPhoto: not_found unless anybody may see it.
	OpenPhoto(ctx context.Context, id uuid.UUID) (Photo, error)
	// HideOpenPhotos keeps the photos of a report from those who are not staff.
	HideOpenPhotos(ctx context.Context, s Scope, incident uuid.UUID) error
}
