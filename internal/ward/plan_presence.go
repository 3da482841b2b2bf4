package ward

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// PlanPresenceLasts is how long a window counts as open after it was last heard
// of; windows say every PlanPresenceEvery that they still are.
const (
	PlanPresenceLasts = 45 * time.Second
	PlanPresenceEvery = 10 * time.Second
)

// PlanPresence is another window in which a plan is open.
type PlanPresence struct {
	Window uuid.UUID `json:"window" doc:"哪个窗口"`
	Actor  int64     `json:"actor" doc:"谁"`
	Name   string    `json:"name" doc:"姓名"`
	Grid   int64     `json:"grid" doc:"选中的网格；0为没有"`
	Since  time.Time `json:"since" doc:"何时打开"`
}

// PlanAttendance is what a window says of itself.
type PlanAttendance struct {
	Window  uuid.UUID `json:"window" doc:"这个窗口；打开时由浏览器定"`
	Grid    int64     `json:"grid,omitempty" doc:"选中的网格；0为没有"`
	Leaving bool      `json:"leaving,omitempty" doc:"正在离开"`
}

// PlanRoom knows who is at a plan.
type PlanRoom interface {
	// AttendPlan takes what a window says of itself and answers with the others,
	// the longest there first. Who comes, goes or selects another grid is told to
	// all at the plan by the live stream, as kind presence.
	AttendPlan(ctx context.Context, s Scope, plan int64, a PlanAttendance) ([]PlanPresence, error)
}
