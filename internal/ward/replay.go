package ward

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
)

// ReplayLongest is the longest stretch that is replayed at once.
const ReplayLongest = 2 * time.Hour

// ReplayVisits counts the visits of a grid in five minutes; one or two are sent
// as 2, which a screen writes as "<3".
type ReplayVisits struct {
	At       time.Time `json:"at" doc:"五分钟的开始"`
	Grid     int64     `json:"grid" doc:"网格"`
	Location orb.Point `json:"location" doc:"网格中部"`
	Count    int       `json:"count" doc:"走访数；1、2 都写作 2"`
}

// ReplayIncident is a change of state of an incident that is not private.
type ReplayIncident struct {
	At        time.Time `json:"at" doc:"时间"`
	ID        uuid.UUID `json:"id"`
	ClassName string    `json:"className" doc:"类别"`
	State     string    `json:"state" doc:"到了哪个状态"`
	Urgency   string    `json:"urgency" doc:"紧急程度"`
	Location  orb.Point `json:"location" doc:"位置"`
}

// ReplayPlace is where a team was, once a minute.
type ReplayPlace struct {
	At       time.Time `json:"at" doc:"时间"`
	Team     int64     `json:"team" doc:"队伍"`
	Location orb.Point `json:"location" doc:"位置"`
}

// Replay is what went on in a territory in a stretch of time, without anything
// of persons.
type Replay struct {
	From      time.Time        `json:"from"`
	To        time.Time        `json:"to"`
	Open      []ReplayIncident `json:"open" doc:"开始时未结的事件"`
	Visits    []ReplayVisits   `json:"visits" doc:"走访"`
	Incidents []ReplayIncident `json:"incidents" doc:"事件的变化"`
	Teams     []ReplayPlace    `json:"teams" doc:"队伍位置"`
}

// CheckReplay says whether a stretch can be replayed: past, and not too long.
func CheckReplay(from, to, now time.Time) error {
	var c Check
	c.Field(from.Before(to) && to.Sub(from) <= ReplayLongest, "to", "结束应晚于开始，一次最多回放2小时")
	c.Field(!from.After(now), "from", "只能回放过去的时间")
	return c.Err()
}

// Replays reads what went on.
type Replays interface {
	Replay(ctx context.Context, s Scope, from, to time.Time) (Replay, error)
}
