package ward

import "time"

// holidays2026 are the breaks of 2026 and the weekends worked for them: notice
// of the General Office of the State Council on the holidays of 2026
// (国务院办公厅关于2026年部分节假日安排的通知), 2025-11-04, as published by Xinhua.
var holidays2026 = []struct {
	name, from, to string
	work           []string
}{
	{"元旦", "2026-01-01", "2026-01-03", []string{"2026-01-04"}},
	{"春节", "2026-02-15", "2026-02-23", []string{"2026-02-14", "2026-02-28"}},
	{"清明节", "2026-04-04", "2026-04-06", nil},
	{"劳动节", "2026-05-01", "2026-05-05", []string{"2026-05-09"}},
	{"端午节", "2026-06-19", "2026-06-21", nil},
	{"中秋节", "2026-09-25", "2026-09-27", nil},
	{"国庆节", "2026-10-01", "2026-10-07", []string{"2026-09-20", "2026-10-10"}},
}

// DefaultCalendar is what a new deployment counts on: 8:30–12:00 and
// 13:30–17:30, and the official holidays of 2026. Staff edit it; the holidays of
// a year are announced in the November before.
func DefaultCalendar() Calendar {
	c := Calendar{Hours: []Span{{8*60 + 30, 12 * 60}, {13*60 + 30, 17*60 + 30}}}
	for _, h := range holidays2026 {
		from, _ := time.Parse(time.DateOnly, h.from) // constants, tested
		to, _ := time.Parse(time.DateOnly, h.to)
		for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
			c.Days = append(c.Days, SpecialDay{Date: day.Format(time.DateOnly), Name: h.name})
		}
		for _, day := range h.work {
			c.Days = append(c.Days, SpecialDay{Date: day, Work: true, Name: h.name + "调休上班"})
		}
	}
	_ = c.Validate() // puts it in order; tested to be sound
	return c
}
