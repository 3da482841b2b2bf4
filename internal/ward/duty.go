package ward

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// TeamDuty is 在岗: a team at work, from its start until its end, under one account.
type TeamDuty struct {
	ID        int64      `json:"id"`
	Team      int64      `json:"team" doc:"队伍"`
	TeamName  string     `json:"teamName" doc:"队伍名称"`
	State     string     `json:"state" enum:"off,on_duty,on_way,on_scene" doc:"队伍状态"`
	StartedAt time.Time  `json:"startedAt" doc:"上岗时间"`
	EndedAt   *time.Time `json:"endedAt" doc:"下岗时间"`
	Mine      bool       `json:"mine" doc:"是我上的岗"`
	Sharing   bool       `json:"sharing" doc:"正在共享位置"`
	Version   int64      `json:"version"`
}

// DutyDraft puts a team on duty.
type DutyDraft struct {
	Team int64 `json:"team" minimum:"1" doc:"队伍"`
}

// DutyChange changes a running duty; what is absent stays. Sharing is switched
// on only by the account whose duty it is, and off by anybody who answers for it.
type DutyChange struct {
	Version int64   `json:"version" minimum:"1" doc:"您看到的版本"`
	Sharing *bool   `json:"sharing,omitempty" doc:"共享位置"`
	State   *string `json:"state,omitempty" enum:"on_duty,on_way,on_scene" doc:"队伍状态"`
	End     bool    `json:"end,omitempty" doc:"下岗：停止共享并撤下位置"`
}

// Allow says whether the account may change the duty so.
func (c DutyChange) Allow(d TeamDuty) error {
	if c.Sharing != nil && *c.Sharing && !d.Mine {
		return Errorf(Forbidden, "位置只能由在岗人员自己打开共享")
	}
	return nil
}

// Tracker is 定位设备: a phone app (OsmAnd, Traccar Client) that sends the
// position of a team while it is on duty.
type Tracker struct {
	ID        int64      `json:"id"`
	Name      string     `json:"name" doc:"名称"`
	Team      int64      `json:"team" doc:"队伍"`
	TeamName  string     `json:"teamName" doc:"队伍名称"`
	CreatedBy string     `json:"createdBy" doc:"登记人"`
	CreatedAt time.Time  `json:"createdAt" doc:"登记时间"`
	SeenAt    *time.Time `json:"seenAt" doc:"队伍最近一次定位"`
}

// TrackerDraft registers a tracker.
type TrackerDraft struct {
	Team   int64  `json:"team" minimum:"1" doc:"队伍"`
	Name   string `json:"name" minLength:"1" maxLength:"40" doc:"名称，例如：巡逻一号机"`
	Agreed bool   `json:"agreed" doc:"持机人已知情同意：只在上岗期间采集位置"`
}

// Validate tidies what was typed and says what is wrong with it.
func (d *TrackerDraft) Validate() error {
	d.Name = strings.TrimSpace(d.Name)
	var c Check
	c.Field(d.Name != "" && utf8.RuneCountInString(d.Name) <= 40, "name", "名称为1至40字")
	c.Field(d.Agreed, "agreed", "须先征得持机人同意，并勾选确认")
	return c.Err()
}

// NewTracker is a tracker with its token, which is shown this once.
type NewTracker struct {
	Tracker
	Token string `json:"token" doc:"设备标识（只显示这一次），填入定位软件的“设备标识符”"`
}

// Duties keeps who is on duty and with which devices.
type Duties interface {
	// Duties lists those that run, of teams of the scope.
	Duties(ctx context.Context, s Scope) ([]TeamDuty, error)
	// StartDuty once for each key: conflict when the team is on duty already.
	StartDuty(ctx context.Context, s Scope, key uuid.UUID, d DutyDraft) (TeamDuty, error)
	// ChangeDuty: stale, forbidden, or conflict once it is over.
	ChangeDuty(ctx context.Context, s Scope, key uuid.UUID, id int64, c DutyChange) (TeamDuty, error)
	Trackers(ctx context.Context, s Scope, f Filter) (Page[Tracker], error)
	// CreateTracker keeps the hash of the token.
	CreateTracker(ctx context.Context, s Scope, d TrackerDraft, token [32]byte) (Tracker, error)
	RevokeTracker(ctx context.Context, s Scope, id int64) error
}
