package ward

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", text, China)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func TestWorkingTimeSkipsNightsNoonsWeekendsAndHolidays(t *testing.T) {
	t.Parallel()
	c := DefaultCalendar()
	for _, want := range []struct {
		from  string
		hours float64
		to    string
	}{
		{"2026-11-23 08:30", 2, "2026-11-23 10:30"},
		{"2026-11-23 11:00", 2, "2026-11-23 14:30"}, // over noon
		{"2026-11-23 17:00", 2, "2026-11-24 10:00"}, // over night
		{"2026-11-20 17:00", 2, "2026-11-23 10:00"}, // over a weekend
		{"2026-11-21 10:00", 1, "2026-11-23 09:30"}, // begun on a Saturday
		{"2026-09-30 17:00", 1, "2026-10-08 09:00"}, // over National Day
		{"2026-02-14 17:00", 1, "2026-02-24 09:00"}, // a make-up Saturday, then Spring Festival
		{"2026-10-10 08:30", 7.5, "2026-10-10 17:30"},
	} {
		got := c.Add(at(t, want.from), time.Duration(want.hours*float64(time.Hour)))
		if !got.Equal(at(t, want.to)) {
			t.Errorf("%v hours from %s: %s, want %s", want.hours, want.from, got.Format("2006-01-02 15:04"), want.to)
		}
	}
}

// The notice: 33 days off, 6 days worked for them.
func TestTheDefaultCalendarIsTheNoticeOf2026(t *testing.T) {
	t.Parallel()
	c := DefaultCalendar()
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	off, work := 0, 0
	for _, d := range c.Days {
		if d.Work {
			work++
		} else {
			off++
		}
	}
	if off != 33 || work != 6 || c.Day() != 450*time.Minute {
		t.Errorf("%d days off, %d worked, %v a day", off, work, c.Day())
	}
	if c.Works(at(t, "2026-10-01 00:00")) || !c.Works(at(t, "2026-09-20 00:00")) {
		t.Error("National Day is worked, or its make-up Sunday is not")
	}
}

// calendars makes calendars of up to three spans and a dozen special days in
// November 2026.
func calendars() *rapid.Generator[Calendar] {
	return rapid.Custom(func(r *rapid.T) Calendar {
		var c Calendar
		at := 0
		for range rapid.IntRange(1, 3).Draw(r, "spans") {
			from := rapid.IntRange(at, 1300).Draw(r, "from")
			at = rapid.IntRange(from+1, min(from+400, 1440)).Draw(r, "to")
			c.Hours = append(c.Hours, Span{from, at})
			if at > 1300 {
				break
			}
		}
		for day, work := range rapid.MapOfN(rapid.IntRange(1, 30), rapid.Bool(), 0, 12).Draw(r, "days") {
			c.Days = append(c.Days, SpecialDay{Date: time.Date(2026, 11, day, 0, 0, 0, 0, China).Format(time.DateOnly), Work: work})
		}
		if err := c.Validate(); err != nil {
			r.Fatal(err)
		}
		return c
	})
}

// naive says of each minute whether it is worked, by looking at it alone.
func naive(c Calendar, minute time.Time) bool {
	work := minute.Weekday() != time.Saturday && minute.Weekday() != time.Sunday
	for _, d := range c.Days {
		if d.Date == minute.Format(time.DateOnly) {
			work = d.Work
		}
	}
	inside := false
	for _, h := range c.Hours {
		m := minute.Hour()*60 + minute.Minute()
		inside = inside || (m >= h.From && m < h.To)
	}
	return work && inside
}

func TestTheCalendarAgreesWithCountingMinutes(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 11, 1, 0, 0, 0, 0, China)
	rapid.Check(t, func(r *rapid.T) {
		c := calendars().Draw(r, "calendar")
		from := begin.Add(time.Duration(rapid.IntRange(0, 20*1440).Draw(r, "from")) * time.Minute)
		minutes := rapid.IntRange(0, 8*1440).Draw(r, "minutes")
		to := from.Add(time.Duration(minutes) * time.Minute)
		count := 0
		for m := from; m.Before(to); m = m.Add(time.Minute) {
			if naive(c, m) {
				count++
			}
		}
		worked := time.Duration(count) * time.Minute
		if got := c.Between(from, to); got != worked {
			r.Fatalf("between %s and %s: %v, counted %v", from, to, got, worked)
		}
		// Add is the inverse: the first moment at which so much has gone by.
		if end := c.Add(from, worked); end.After(to) || c.Between(from, end) != worked || (worked > 0 && c.Between(from, end.Add(-time.Minute)) >= worked) {
			r.Fatalf("%v from %s ends at %s", worked, from, end)
		}
		if next := c.Next(from); next.Before(from) || c.Between(from, next) != 0 || c.Between(next, next.Add(time.Minute)) != time.Minute {
			r.Fatalf("work goes on after %s at %s", from, next)
		}
	})
}

// The moments of a deadline say the same as the share that is used, at every
// minute, also after the clock was stopped, went on and was extended.
func TestTheMomentsOfADeadlineAreItsShares(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 11, 1, 0, 0, 0, 0, China)
	rapid.Check(t, func(r *rapid.T) {
		c := calendars().Draw(r, "calendar")
		limit := Limit{Name: "处置", Amount: rapid.IntRange(1, 6).Draw(r, "amount"), Unit: rapid.SampledFrom([]string{"minute", "hour", "day", "work_hour", "work_day"}).Draw(r, "unit")}
		now := begin.Add(time.Duration(rapid.IntRange(0, 5*1440).Draw(r, "from")) * time.Minute)
		d := c.Start(limit, false, now)
		for range rapid.IntRange(0, 4).Draw(r, "turns") {
			now = now.Add(time.Duration(rapid.IntRange(0, 1440).Draw(r, "later")) * time.Minute)
			switch rapid.IntRange(0, 2).Draw(r, "turn") {
			case 0:
				used := d.UsedBy(c, now)
				d = d.Stop(c, now)
				now = now.Add(time.Hour)
				if d.Light(now) != Paused || d.UsedBy(c, now) != used {
					r.Fatal("a stopped clock runs")
				}
				d = d.Continue(c, now)
			case 1:
				d = d.Extend(c, now, now.Add(time.Duration(rapid.IntRange(1, 3000).Draw(r, "more"))*time.Minute))
			case 2:
				d = d.Recount(c)
			}
		}
		for _, moment := range []time.Time{
			now, now.Add(time.Duration(rapid.IntRange(0, 20*1440).Draw(r, "look")) * time.Minute),
			d.WarnAt, d.DueAt, d.LateAt, d.CardAt, d.WarnAt.Add(-time.Second), d.LateAt.Add(time.Second), d.CardAt.Add(-time.Second),
		} {
			if moment.Before(d.StartedAt) {
				continue
			}
			if got, want := d.Light(moment), LightOf(d.UsedBy(c, moment), time.Duration(d.Limit)*time.Second); got != want {
				r.Fatalf("%s at %s: %s, by its share %s (%v of %ds)", limit.Unit, moment, got, want, d.UsedBy(c, moment), d.Limit)
			}
		}
	})
}

func TestABadCalendarIsRefusedInWords(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]Calendar{
		"no hours": {}, "backwards": {Hours: []Span{{700, 600}}}, "overlap": {Hours: []Span{{500, 700}, {600, 800}}},
		"bad day": {Hours: []Span{{500, 700}}, Days: []SpecialDay{{Date: "1.10."}}},
		"twice":   {Hours: []Span{{500, 700}}, Days: []SpecialDay{{Date: "2026-10-01"}, {Date: "2026-10-01", Work: true}}},
	} {
		if err := c.Validate(); ErrorCode(err) != Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	// On which nobody ever works: no walk without an end.
	never := Calendar{Hours: []Span{{0, 1}}}
	if never.Add(time.Now(), 1000*time.Hour).Before(time.Now()) {
		t.Error("the far future lies in the past")
	}
}
