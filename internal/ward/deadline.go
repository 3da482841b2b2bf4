package ward

import "time"

// Limit is how long something may take.
type Limit struct {
	Name   string `json:"name" minLength:"1" maxLength:"20" doc:"名称，例如 处置、首次联系"`
	Amount int    `json:"amount" minimum:"1" maximum:"1000" doc:"数量"`
	Unit   string `json:"unit" enum:"minute,hour,day,work_hour,work_day" doc:"单位：钟点或工作时间"`
}

// LimitUnits are the units of a limit: by the clock, or in working time.
var LimitUnits = Terms{{"minute", "分钟", nil}, {"hour", "小时", nil}, {"day", "天", nil}, {"work_hour", "工作小时", nil}, {"work_day", "工作日", nil}}

// Works reports whether the limit counts working time only.
func (l Limit) Works() bool { return l.Unit == "work_hour" || l.Unit == "work_day" }

// Length is the limit as time; a working day is as long as the calendar says.
func (l Limit) Length(c Calendar) time.Duration {
	unit := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour, "work_hour": time.Hour, "work_day": c.Day()}[l.Unit]
	return time.Duration(l.Amount) * unit
}

// Light says how much of a limit is used up.
type Light string

// The lights, from good to bad. They are computed when they are looked at and
// never stored.
const (
	NoLight Light = ""       // nothing runs
	Paused  Light = "paused" // the clock is stopped
	Green   Light = "green"  // under 80 %
	Yellow  Light = "yellow" // 80 to 100 %
	Red     Light = "red"    // over 100 %
	RedCard Light = "card"   // 150 % and more
)

var lightOrder = map[Light]int{NoLight: 0, Paused: 1, Green: 2, Yellow: 3, Red: 4, RedCard: 5}

// Worse is the worse of two lights.
func Worse(a, b Light) Light {
	if lightOrder[b] > lightOrder[a] {
		return b
	}
	return a
}

// LightOf is the light at a share of a limit.
func LightOf(used, limit time.Duration) Light {
	switch {
	case 2*used >= 3*limit:
		return RedCard
	case used > limit:
		return Red
	case 5*used >= 4*limit:
		return Yellow
	}
	return Green
}

// Deadline is a limit that runs or is stopped. Besides what was used before the
// last start it holds the moments at which its light changes, so that a list can
// be sorted and counted without the calendar.
type Deadline struct {
	Name      string    `json:"name" doc:"名称"`
	Step      bool      `json:"step" doc:"是：本环节的时限；否：类别的时限"`
	Works     bool      `json:"works" doc:"按工作时间计"`
	Limit     int64     `json:"limit" doc:"时限（秒）"`
	Used      int64     `json:"used" doc:"本次计时前已用（秒）"`
	StartedAt time.Time `json:"startedAt" doc:"本次计时开始"`
	WarnAt    time.Time `json:"warnAt" doc:"黄灯：用满80%"`
	DueAt     time.Time `json:"dueAt" doc:"到期"`
	LateAt    time.Time `json:"lateAt" doc:"此后为红灯"`
	CardAt    time.Time `json:"cardAt" doc:"红牌：用满150%"`
	Stopped   bool      `json:"stopped" doc:"已停表"`
}

// Start lets a limit run from a moment on.
func (c Calendar) Start(l Limit, step bool, at time.Time) Deadline {
	d := Deadline{Name: l.Name, Step: step, Works: l.Works(), Limit: int64(l.Length(c) / time.Second)}
	return d.runFrom(c, at)
}

// runFrom sets the moments for a clock that runs from at on.
func (d Deadline) runFrom(c Calendar, at time.Time) Deadline {
	d.StartedAt, d.Stopped = at, false
	limit, used := time.Duration(d.Limit)*time.Second, time.Duration(d.Used)*time.Second
	add, next := c.Add, c.Next
	if !d.Works {
		add = func(t time.Time, rest time.Duration) time.Time { return t.Add(max(rest, 0)) }
		next = func(t time.Time) time.Time { return t }
	}
	d.WarnAt, d.DueAt, d.CardAt = add(at, limit*4/5-used), add(at, limit-used), add(at, limit*3/2-used)
	// Due at the end of a day is not late before work goes on.
	d.LateAt = next(d.DueAt)
	if used > limit {
		d.LateAt = at.Add(-time.Microsecond)
	}
	return d
}

// UsedBy is how much of the limit is used at a moment.
func (d Deadline) UsedBy(c Calendar, now time.Time) time.Duration {
	used := time.Duration(d.Used) * time.Second
	switch {
	case d.Stopped || now.Before(d.StartedAt):
	case d.Works:
		used += c.Between(d.StartedAt, now)
	default:
		used += now.Sub(d.StartedAt)
	}
	return used
}

// Stop stops the clock; what was used stays.
func (d Deadline) Stop(c Calendar, at time.Time) Deadline {
	if !d.Stopped {
		d.Used, d.Stopped = int64(d.UsedBy(c, at)/time.Second), true
	}
	return d
}

// Continue lets a stopped clock go on.
func (d Deadline) Continue(c Calendar, at time.Time) Deadline {
	if d.Stopped {
		d = d.runFrom(c, at)
	}
	return d
}

// Extend moves the limit so that it is due at a later moment.
func (d Deadline) Extend(c Calendar, at, until time.Time) Deadline {
	used := int64(d.UsedBy(c, at) / time.Second)
	more := until.Sub(at)
	if d.Works {
		more = c.Between(at, until)
	}
	d.Used, d.Limit = used, used+int64(max(more, time.Minute)/time.Second)
	return d.runFrom(c, at)
}

// Recount counts a running limit anew on a changed calendar.
func (d Deadline) Recount(c Calendar) Deadline {
	if d.Stopped {
		return d
	}
	return d.runFrom(c, d.StartedAt)
}

// Light is the light at a moment, by the moments of the deadline.
func (d Deadline) Light(now time.Time) Light {
	switch {
	case d.Stopped:
		return Paused
	case !now.Before(d.CardAt):
		return RedCard
	case now.After(d.LateAt):
		return Red
	case !now.Before(d.WarnAt):
		return Yellow
	}
	return Green
}
