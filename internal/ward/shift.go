package ward

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Shift is 班次: a team on from when to when.
type Shift struct {
	ID       int64       `json:"id"`
	Team     int64       `json:"team" doc:"队伍"`
	TeamName string      `json:"teamName" doc:"队伍名称"`
	Kind     string      `json:"kind" doc:"队伍类别"`
	StartsAt time.Time   `json:"startsAt" doc:"开始"`
	EndsAt   time.Time   `json:"endsAt" doc:"结束"`
	Post     string      `json:"post" doc:"岗位、地点"`
	OnDuty   bool        `json:"onDuty" doc:"现在在岗"`
	Version  int64       `json:"version"`
	Swaps    []ShiftSwap `json:"swaps" doc:"等待答复的换班"`
}

// ShiftSwap is 换班: one side asks to exchange two shifts.
type ShiftSwap struct {
	ID       int64     `json:"id"`
	Mine     int64     `json:"mine" doc:"提出方的班次"`
	Theirs   int64     `json:"theirs" doc:"对方的班次"`
	With     string    `json:"with" doc:"另一方的队伍"`
	Reason   string    `json:"reason" doc:"原因"`
	State    string    `json:"state" enum:"asked,agreed,declined,withdrawn" doc:"状态"`
	AskedBy  string    `json:"askedBy" doc:"提出人"`
	AskedAt  time.Time `json:"askedAt" doc:"提出时间"`
	OwnAsked bool      `json:"ownAsked" doc:"是我提出的"`
}

// ShiftDraft sets up a shift; with an ID it changes one.
type ShiftDraft struct {
	ID       int64     `json:"id,omitempty" minimum:"0" doc:"要修改的班次；不填为新增"`
	Version  int64     `json:"version,omitempty" minimum:"0" doc:"修改时：您看到的版本"`
	Team     int64     `json:"team" minimum:"1" doc:"队伍"`
	StartsAt time.Time `json:"startsAt" doc:"开始"`
	EndsAt   time.Time `json:"endsAt" doc:"结束"`
	Post     string    `json:"post,omitempty" maxLength:"60" doc:"岗位、地点"`
}

// Validate tidies what was typed and says what is wrong with it.
func (d *ShiftDraft) Validate() error {
	d.Post = strings.TrimSpace(d.Post)
	var c Check
	length := d.EndsAt.Sub(d.StartsAt)
	c.Field(length > 0 && length <= 24*time.Hour, "endsAt", "结束应晚于开始，一班不超过24小时")
	c.Field(utf8.RuneCountInString(d.Post) <= 60, "post", "岗位不超过60字")
	return c.Err()
}

// SwapDraft asks for an exchange.
type SwapDraft struct {
	Theirs int64  `json:"theirs" minimum:"1" doc:"想换的班次"`
	Reason string `json:"reason" minLength:"1" maxLength:"200" doc:"原因"`
}

// SwapAnswer answers or takes back a request.
type SwapAnswer struct {
	Answer string `json:"answer" enum:"agree,decline,withdraw" doc:"同意、不同意、撤回"`
}

// Take says which state an answer leads to. Nobody agrees with themselves.
func (a SwapAnswer) Take(w ShiftSwap) (string, error) {
	switch {
	case w.State != "asked":
		return "", Errorf(Conflict, "这次换班已有结果")
	case a.Answer == "withdraw" && !w.OwnAsked:
		return "", Errorf(Forbidden, "只有提出人可以撤回")
	case a.Answer != "withdraw" && w.OwnAsked:
		return "", Errorf(Forbidden, "提出换班的人不能替对方答复")
	}
	return map[string]string{"agree": "agreed", "decline": "declined", "withdraw": "withdrawn"}[a.Answer], nil
}

// Shifts keeps the roster of teams.
type Shifts interface {
	// Shifts lists those that touch the days from and to, in order of time.
	Shifts(ctx context.Context, s Scope, from, to time.Time) ([]Shift, error)
	// SaveShift: conflict when the team is on another shift then.
	SaveShift(ctx context.Context, s Scope, key uuid.UUID, d ShiftDraft) (Shift, error)
	DropShift(ctx context.Context, s Scope, id int64) error
	AskSwap(ctx context.Context, s Scope, key uuid.UUID, shift int64, d SwapDraft) (Shift, error)
	// AnswerSwap exchanges the teams of the two shifts when it is agreed.
	AnswerSwap(ctx context.Context, s Scope, key uuid.UUID, id int64, a SwapAnswer) (ShiftSwap, error)
}

// NearTeam is a team on duty and how far it is from an incident on foot.
type NearTeam struct {
	Team     int64      `json:"team" doc:"队伍"`
	Name     string     `json:"name" doc:"队伍名称"`
	Kind     string     `json:"kind" doc:"类别"`
	State    string     `json:"state" enum:"off,on_duty,on_way,on_scene" doc:"状态；在岗为空闲"`
	Metres   *float64   `json:"metres" doc:"步行距离（米）；空为走不到"`
	Straight float64    `json:"straight" doc:"直线距离（米）"`
	Place    string     `json:"place" enum:"position,base" doc:"position 为实时位置，base 为驻地"`
	At       *time.Time `json:"at" doc:"实时位置的时间"`
}

// NearTeams finds who can be sent.
type NearTeams interface {
	// NearTeams lists the teams on duty of the scope, free ones first, then by
	// walking distance.
	NearTeams(ctx context.Context, s Scope, incident uuid.UUID) ([]NearTeam, error)
}
