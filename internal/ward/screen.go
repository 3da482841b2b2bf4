package ward

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of pairing a screen. A code is short because people type it; it is
// safe because it lives briefly, works once and wrong ones are counted.
const (
	ScreenCodeLife     = 5 * time.Minute
	ScreenCodesWaiting = 10  // codes one address may have waiting
	ScreenCodesInAll   = 300 // codes that may wait in all: one in 3,000 guesses hits
	ScreenTries        = 5   // wrong codes of one account in LoginWindow
)

// Screen (大屏) is a wall that staff let in. It reads the public figures of its
// area and nothing else, until it is taken away.
type Screen struct {
	ID       int64      `json:"id"`
	Name     string     `json:"name" doc:"名称"`
	Place    string     `json:"place" doc:"辖区"`
	PairedBy string     `json:"pairedBy" doc:"谁配对的"`
	PairedAt time.Time  `json:"pairedAt" doc:"配对时间"`
	SeenAt   *time.Time `json:"seenAt" doc:"最近在线"`
	ScreenRemote
}

// ScreenRemote is what the remote control of a screen has set. The latest wins:
// there is no stale answer, because whoever presses a button sees the wall.
type ScreenRemote struct {
	Version    int64   `json:"version"`
	Scene      string  `json:"scene" enum:",overview,visits,incidents,teams" doc:"选定的场景；空：未选"`
	Touring    bool    `json:"touring" doc:"轮播"`
	Turn       int64   `json:"turn" doc:"前后翻页的累计数；大屏按差值翻页"`
	Sound      bool    `json:"sound" doc:"声音"`
	Brightness float64 `json:"brightness" doc:"亮度 0.3–1"`
}

// ScreenSteer is one press on the remote control; what is absent stays.
type ScreenSteer struct {
	Scene      *string  `json:"scene,omitempty" enum:"overview,visits,incidents,teams" doc:"到这个场景并停住"`
	Touring    *bool    `json:"touring,omitempty" doc:"轮播或停住"`
	Step       int64    `json:"step,omitempty" minimum:"-1" maximum:"1" doc:"1 下一个，-1 上一个；停住"`
	Sound      *bool    `json:"sound,omitempty" doc:"声音"`
	Brightness *float64 `json:"brightness,omitempty" minimum:"0.3" maximum:"1" doc:"亮度"`
}

// Apply is the remote state after a press. Choosing a scene or stepping holds
// the tour: whoever does so wants to stay there.
func (st ScreenSteer) Apply(r ScreenRemote) ScreenRemote {
	if st.Scene != nil || st.Step != 0 {
		r.Touring = false
	}
	set(&r.Scene, st.Scene)
	set(&r.Touring, st.Touring)
	set(&r.Sound, st.Sound)
	set(&r.Brightness, st.Brightness)
	if st.Step != 0 {
		r.Scene, r.Turn = "", r.Turn+st.Step
	}
	r.Version++
	return r
}

// ScreenCode is what a waiting wall shows.
type ScreenCode struct {
	Code      string    `json:"code" doc:"六位配对码"`
	ExpiresAt time.Time `json:"expiresAt" doc:"到期时间"`
}

// ScreenDraft lets the wall that shows the code in.
type ScreenDraft struct {
	Code string `json:"code" minLength:"1" maxLength:"20" doc:"大屏上的六位配对码"`
	Name string `json:"name" minLength:"1" maxLength:"40" doc:"给大屏起名，例如：指挥中心主屏"`
	Area int64  `json:"area" minimum:"1" doc:"看哪个街道或社区"`
}

// Validate tidies what was typed and says what is wrong with it.
func (d *ScreenDraft) Validate() error {
	d.Code, d.Name = strings.ReplaceAll(strings.TrimSpace(d.Code), " ", ""), strings.TrimSpace(d.Name)
	var c Check
	c.Field(len(d.Code) == 6 && strings.Trim(d.Code, "0123456789") == "", "code", "配对码是大屏上的六位数字")
	c.Field(d.Name != "" && utf8.RuneCountInString(d.Name) <= 40, "name", "名称为1至40字")
	return c.Err()
}

// Screens keeps the walls that were let in. A token is only ever kept as its
// SHA-256, which is what these methods take.
type Screens interface {
	// BeginPairing makes a code for a wall that will hold the token: too_many
	// when the address has too many waiting.
	BeginPairing(ctx context.Context, token [32]byte, address string) (ScreenCode, error)
	// ScreenAccount is the account of a paired screen; not_found for any other token.
	ScreenAccount(ctx context.Context, token [32]byte) (Account, error)
	// PairScreen lets a wall in: invalid for a wrong or old code, not_found for an
	// area outside the scope, too_many after too many wrong codes.
	PairScreen(ctx context.Context, s Scope, d ScreenDraft) (Screen, error)
	// Screens lists newest first those in use.
	Screens(ctx context.Context, s Scope, f Filter) (Page[Screen], error)
	// OwnScreen is the screen of an account; not_found when it is none.
	OwnScreen(ctx context.Context, account int64) (Screen, error)
	// RevokeScreen ends a screen at once.
	RevokeScreen(ctx context.Context, s Scope, id int64) error
	// SteerScreen is a press on its remote control, told to the screen live.
	SteerScreen(ctx context.Context, s Scope, id int64, st ScreenSteer) (Screen, error)
}
