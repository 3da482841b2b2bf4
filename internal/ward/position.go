package ward

import (
	"context"
	"math"
	"time"

	"github.com/paulmach/orb"

	"wangge/internal/geo"
)

// Limits of what a device may say of its place.
const (
	FixAhead     = time.Minute      // a clock may be so much ahead of ours
	FixOld       = 24 * time.Hour   // a phone without a network keeps fixes so long
	FixAccuracy  = 100.0            // metres; a wider guess says nothing of a lane
	FixSpeed     = 35.0             // metres a second (126 km/h); faster is a jump of the receiver
	FixSlack     = 50.0             // metres two fixes may differ by, however short the time between
	FixesAtOnce  = 500              // in one message of a tablet
	FixesBurst   = 120              // a device may send at once…
	FixesPerSec  = 2.0              // …and so many a second from then on
	MoverForgets = 30 * time.Minute // a team that says nothing for so long is taken off the map
)

// Fix is one place a device says it was at. Absent is unknown.
type Fix struct {
	At       time.Time `json:"at" doc:"定位时间（设备时间）"`
	Location orb.Point `json:"location" doc:"位置"`
	Accuracy *float64  `json:"accuracy,omitempty" minimum:"0" doc:"精度（米）"`
	Speed    *float64  `json:"speed,omitempty" minimum:"0" doc:"速度（米/秒）"`
	Course   *float64  `json:"course,omitempty" minimum:"0" maximum:"360" doc:"方向（度，正北为0）"`
	Battery  *float64  `json:"battery,omitempty" minimum:"0" maximum:"1" doc:"电量"`
}

// Fate is what becomes of a fix.
type Fate string

// The fates of a fix. Only Kept and Late are written down; Late, which is older
// than the newest, belongs to the track and doesn't move the team.
const (
	Kept       Fate = "kept"
	Late       Fate = "late"
	Future     Fate = "future"     // the clock of the device is ahead
	Old        Fate = "old"        // too old to be of use
	OffDuty    Fate = "off_duty"   // not between the start and the end of duty
	Inaccurate Fate = "inaccurate" // the device itself isn't sure
	Jump       Fate = "jump"       // nobody gets there so fast
	Repeated   Fate = "repeated"   // the same moment again
)

// FixTally counts the fates of what was sent.
type FixTally map[Fate]int

// FixFilter tells places a team can have been at from what receivers make up.
// The zero value knows nothing yet.
type FixFilter struct {
	last  *Fix
	doubt *Fix // the last fix that was a jump: when the next one agrees with it, the jump was real
}

// FilterFrom goes on from the last place known.
func FilterFrom(last Fix) FixFilter { return FixFilter{last: &last} }

// Take says what becomes of a fix and remembers it.
func (f *FixFilter) Take(fix Fix, since, now time.Time) Fate {
	switch {
	case fix.At.After(now.Add(FixAhead)):
		return Future
	case now.Sub(fix.At) > FixOld:
		return Old
	case fix.At.Before(since):
		return OffDuty
	case CheckPosition(fix.Location) != nil, fix.Accuracy != nil && !(*fix.Accuracy <= FixAccuracy):
		return Inaccurate
	case f.last == nil:
		f.last = &fix
		return Kept
	case fix.At.Equal(f.last.At):
		return Repeated
	case !reachable(*f.last, fix) && (f.doubt == nil || fix.At.Equal(f.doubt.At) || !reachable(*f.doubt, fix)):
		f.doubt = &fix
		return Jump
	case fix.At.Before(f.last.At):
		return Late
	}
	f.last, f.doubt = &fix, nil
	return Kept
}

// reachable says whether one can be at both places at those times.
func reachable(a, b Fix) bool {
	seconds := b.At.Sub(a.At).Abs().Seconds()
	return geo.Distance(a.Location, b.Location) <= FixSlack+FixSpeed*seconds
}

// Mover is where a team is now, as maps show it: the team, never a person. Gone
// says that it is off duty or silent.
type Mover struct {
	Team     int64     `json:"id"`
	At       time.Time `json:"at"`
	Location orb.Point `json:"location"`
	Accuracy *float64  `json:"accuracy,omitempty"`
	Speed    *float64  `json:"speed,omitempty"`
	Course   *float64  `json:"course,omitempty"`
	Grid     int64     `json:"grid,omitempty"`
	// Paths are where it is and where it belongs: whoever answers for one of them
	// may follow it.
	Paths []string `json:"-"`
	Gone  bool     `json:"-"`
}

// TrackPoint is one point of the way a team went.
type TrackPoint struct {
	At       time.Time `json:"at" doc:"时间"`
	Location orb.Point `json:"location" doc:"位置"`
	Grid     *int64    `json:"grid" doc:"网格"`
}

// TeamStay is a stay of a team in a grid.
type TeamStay struct {
	Grid      int64      `json:"grid" doc:"网格"`
	Name      string     `json:"name" doc:"网格名称"`
	EnteredAt time.Time  `json:"enteredAt" doc:"进入"`
	LeftAt    *time.Time `json:"leftAt" doc:"离开；空为仍在"`
}

// TeamDay is where a team went on one day.
type TeamDay struct {
	Team  int64        `json:"team" doc:"队伍"`
	Name  string       `json:"name" doc:"队伍名称"`
	Day   string       `json:"day" format:"date" doc:"日期"`
	Track []TrackPoint `json:"track" doc:"轨迹，按时间"`
	Stays []TeamStay   `json:"stays" doc:"进出网格"`
}

// TeamDayQuery asks where a team went, and says why.
type TeamDayQuery struct {
	Day     string `json:"day" format:"date" doc:"日期"`
	Purpose string `json:"purpose" minLength:"2" maxLength:"100" doc:"查看目的，写入审计"`
}

// LaneShare is how much of the lanes of a grid was walked this week, in metres.
type LaneShare struct {
	Grid   int64   `json:"grid" doc:"网格"`
	Name   string  `json:"name" doc:"网格名称"`
	Metres float64 `json:"metres" doc:"巷道总长（米）"`
	Walked float64 `json:"walked" doc:"本周走过（米）"`
}

// LaneStretch is a piece of a lane, walked this week or not.
type LaneStretch struct {
	Line   orb.LineString `json:"line" doc:"一段巷道"`
	Walked bool           `json:"walked" doc:"本周走过"`
}

// LaneWalk is the share of the lanes walked since Monday.
type LaneWalk struct {
	Week      string        `json:"week" format:"date" doc:"本周一"`
	Grids     []LaneShare   `json:"grids" doc:"各网格"`
	Stretches []LaneStretch `json:"stretches" doc:"巷道分段；只在选定网格时给出"`
}

// Positions keeps where teams are and were.
type Positions interface {
	// TakeFixes takes what the tablet of the account's own duty sends: not_found
	// when the duty is another's or over, conflict while it isn't shared.
	TakeFixes(ctx context.Context, s Scope, duty int64, fixes []Fix) (FixTally, error)
	// TakeTracked takes what a tracker sends; not_found for an unknown or revoked
	// token, too_many when it sends too fast.
	TakeTracked(ctx context.Context, token [32]byte, fixes []Fix) (FixTally, error)
}

// Tracks reads where teams went.
type Tracks interface {
	// TeamDay is audited with its purpose.
	TeamDay(ctx context.Context, s Scope, team int64, q TeamDayQuery) (TeamDay, error)
	// LaneWalk counts by grid; with a grid, also stretch by stretch.
	LaneWalk(ctx context.Context, s Scope, grid int64) (LaneWalk, error)
}

// KeptLine leaves out points of a line that tell nothing: nearer than metres to
// the one before.
func KeptLine(points []TrackPoint, metres float64) []TrackPoint {
	kept := points[:0:0]
	for i, p := range points {
		last := len(kept) - 1
		if i == 0 || i == len(points)-1 || math.Abs(p.At.Sub(kept[last].At).Seconds()) >= 60 || geo.Distance(kept[last].Location, p.Location) >= metres {
			kept = append(kept, p)
		}
	}
	return kept
}

// FootGround is what one walks on, in degrees: ways, which of them are bridges,
// and what nobody walks through.
type FootGround struct {
	Ways     []orb.LineString
	Bridges  []bool
	Barriers []orb.LineString
}

// FootMeter tells how far each place is from another on foot, in metres; +Inf
// where nobody gets there.
type FootMeter func(g FootGround, from []orb.Point, to orb.Point) []float64
