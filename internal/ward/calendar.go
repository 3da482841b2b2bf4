package ward

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// China is the zone of all business: UTC+8 the whole year.
var China = time.FixedZone("CST", 8*60*60)

// Span is a part of a working day in minutes since midnight, [From, To).
type Span struct {
	From int `json:"from" minimum:"0" maximum:"1439" doc:"从（零点起的分钟）"`
	To   int `json:"to" minimum:"1" maximum:"1440" doc:"到（零点起的分钟）"`
}

// SpecialDay is a day that is not as its weekday says: a holiday, or a make-up
// day on which a weekend is worked.
type SpecialDay struct {
	Date string `json:"date" format:"date" doc:"日期"`
	Work bool   `json:"work" doc:"是：调休上班；否：放假"`
	Name string `json:"name" maxLength:"50" doc:"说明"`
}

// Calendar says when work is done; limits in working time are counted on it.
// Monday to Friday are worked unless a special day says otherwise.
type Calendar struct {
	Version int64        `json:"version" doc:"版本"`
	Hours   []Span       `json:"hours" maxItems:"6" doc:"工作日的办公时段"`
	Days    []SpecialDay `json:"days" maxItems:"400" doc:"节假日和调休上班日"`
}

// Calendars keeps the calendar of the deployment.
type Calendars interface {
	Calendar(ctx context.Context) (Calendar, error)
	// SaveCalendar: stale when another was saved since; every running limit is
	// counted anew.
	SaveCalendar(ctx context.Context, s Scope, c Calendar) (Calendar, error)
}

// Validate says what is wrong with a calendar and puts it in order.
func (c *Calendar) Validate() error {
	var k Check
	slices.SortFunc(c.Hours, func(a, b Span) int { return a.From - b.From })
	slices.SortFunc(c.Days, func(a, b SpecialDay) int { return cmp.Compare(a.Date, b.Date) })
	k.Field(len(c.Hours) > 0, "hours", "至少要有一个办公时段")
	for i, h := range c.Hours {
		k.Field(h.From >= 0 && h.From < h.To && h.To <= 24*60, fmt.Sprintf("hours[%d]", i), "办公时段应从早到晚，在一天之内")
		k.Field(i == 0 || c.Hours[i-1].To <= h.From, fmt.Sprintf("hours[%d]", i), "办公时段互相重叠")
	}
	for i, d := range c.Days {
		_, err := time.Parse(time.DateOnly, d.Date)
		k.Field(err == nil, fmt.Sprintf("days[%d].date", i), "日期应写作 2026-10-01")
		k.Field(i == 0 || c.Days[i-1].Date != d.Date, fmt.Sprintf("days[%d].date", i), "同一天写了两次")
	}
	return k.Err()
}

// Day is the working time of one working day.
func (c Calendar) Day() (sum time.Duration) {
	for _, h := range c.Hours {
		sum += time.Duration(h.To-h.From) * time.Minute
	}
	return sum
}

// Works reports whether the day that begins at midnight is worked.
func (c Calendar) Works(midnight time.Time) bool {
	date := midnight.Format(time.DateOnly)
	if i, ok := slices.BinarySearchFunc(c.Days, date, func(d SpecialDay, at string) int { return cmp.Compare(d.Date, at) }); ok {
		return c.Days[i].Work
	}
	weekday := midnight.Weekday()
	return weekday != time.Saturday && weekday != time.Sunday
}

// farthest bounds every walk along the calendar, so that one on which nobody
// ever works does not walk for ever.
const farthest = 20 * 366 // days

// spans calls do with each working span that ends after from, in order, until
// do returns false.
func (c Calendar) spans(from time.Time, do func(start, end time.Time) bool) {
	from = from.In(China)
	midnight := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, China)
	for range farthest {
		if c.Works(midnight) {
			for _, h := range c.Hours {
				start, end := midnight.Add(time.Duration(h.From)*time.Minute), midnight.Add(time.Duration(h.To)*time.Minute)
				if end.After(from) && !do(start, end) {
					return
				}
			}
		}
		midnight = midnight.AddDate(0, 0, 1)
	}
}

// Between is the working time from one moment to a later one; 0 when it is not later.
func (c Calendar) Between(from, to time.Time) (sum time.Duration) {
	c.spans(from, func(start, end time.Time) bool {
		if !start.Before(to) {
			return false
		}
		sum += earlier(end, to).Sub(later(start, from))
		return true
	})
	return sum
}

// Add is the first moment at which d of working time has gone by since from.
func (c Calendar) Add(from time.Time, d time.Duration) time.Time {
	at := from
	if d <= 0 {
		return at
	}
	c.spans(from, func(start, end time.Time) bool {
		start = later(start, from)
		if part := end.Sub(start); part < d {
			d -= part
			return true
		}
		at, d = start.Add(d), 0
		return false
	})
	if d > 0 { // nobody works within the farthest
		return from.AddDate(0, 0, farthest)
	}
	return at
}

// Next is the first moment not before at from which work goes on: at itself
// within a working span.
func (c Calendar) Next(at time.Time) time.Time {
	next := at
	c.spans(at, func(start, _ time.Time) bool {
		next = later(start, at)
		return false
	})
	return next
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
