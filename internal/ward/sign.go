package ward

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Sign (扫码牌) is a plate with a QR code for a grid or a building. Whoever scans
// it reports something there, without a sign-in.
type Sign struct {
	ID       int64     `json:"id"`
	Token    string    `json:"token" doc:"二维码中的代号"`
	Place    string    `json:"place" doc:"张贴的地方"`
	Detail   string    `json:"detail" doc:"所属社区、网格"`
	Grid     int64     `json:"grid" doc:"所在网格"`
	Building *int64    `json:"building" doc:"楼栋；空为网格的牌"`
	MadeAt   time.Time `json:"madeAt" doc:"生成时间"`
	Reports  int       `json:"reports" doc:"收到几件"`
	Spam     int       `json:"spam" doc:"其中无效信息几件"`
	QR       []string  `json:"qr" doc:"二维码，每行一串 0 和 1；没有给 base 则空"`
}

// SignsMost is how many signs are made at a time.
const SignsMost = 500

// SignOrder asks for signs: of a grid, of its buildings, or of both. Places that
// have one keep it.
type SignOrder struct {
	Grid      int64 `json:"grid" minimum:"1" doc:"网格"`
	OfGrid    bool  `json:"ofGrid,omitempty" doc:"网格公告栏一块"`
	Buildings bool  `json:"buildings,omitempty" doc:"每栋楼一块"`
}

// Validate says what is wrong with an order.
func (o SignOrder) Validate() error {
	var c Check
	c.Field(o.Grid > 0, "grid", "请选择网格")
	c.Field(o.OfGrid || o.Buildings, "ofGrid", "请选择网格公告栏或每栋楼")
	return c.Err()
}

// PublicForm is whether a street takes reports of residents now.
type PublicForm struct {
	Area    int64  `json:"area" doc:"街道"`
	Name    string `json:"name" doc:"街道名称"`
	Open    bool   `json:"open" doc:"开放"`
	Notice  string `json:"notice" doc:"关闭时告诉居民的话"`
	Version int64  `json:"version"`
	Today   int    `json:"today" doc:"今天收到几件"`
	Spam    int    `json:"spam" doc:"近30天无效信息几件"`
}

// PublicFormChange opens or closes the form of a street.
type PublicFormChange struct {
	Version int64  `json:"version" minimum:"0" doc:"您看到的版本"`
	Open    bool   `json:"open" doc:"开放"`
	Notice  string `json:"notice,omitempty" maxLength:"200" doc:"关闭时告诉居民的话"`
}

// Signs keeps the signs and the switch of their form.
type Signs interface {
	// Signs lists those in use within the scope, of a grid when one is named, in the
	// order of the walk; with their QR codes when base, the address of the program
	// as residents reach it, is given.
	Signs(ctx context.Context, s Scope, f Filter, base string) (Page[Sign], error)
	// MakeSigns: not_found for a grid outside the scope. Returns how many are new.
	MakeSigns(ctx context.Context, s Scope, key uuid.UUID, o SignOrder) (made int, err error)
	// RetireSign ends a sign that was lost or is abused: its code leads nowhere.
	RetireSign(ctx context.Context, s Scope, id int64) error
	// PublicForms lists the streets in the scope with their switch.
	PublicForms(ctx context.Context, s Scope) ([]PublicForm, error)
	// ChangePublicForm: stale when somebody changed it first; not_found for a street
	// that is not whole within the scope.
	ChangePublicForm(ctx context.Context, s Scope, area int64, ch PublicFormChange) (PublicForm, error)
}
