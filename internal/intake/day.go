package intake

import (
	"regexp"
	"strings"
	"time"
)

var (
	dayForms   = []string{"2006-1-2", "20060102", "2006-1-2 15:04:05", "2006-1-2 15:04", "2006-1-2T15:04:05", time.RFC3339}
	monthForms = []string{"2006-1", "200601"}
	daySigns   = strings.NewReplacer("年", "-", "月", "-", "日", "", "/", "-", ".", "-")
	serial     = regexp.MustCompile(`^[2-6]\d{4}(\.\d+)?$`)
)

// parseDay reads the forms dates are written in. how says what was assumed.
func parseDay(text string) (day time.Time, how, problem string) {
	s := strings.TrimSuffix(daySigns.Replace(narrow(text)), "-")
	for _, form := range dayForms {
		if t, err := time.Parse(form, s); err == nil {
			return checkDay(t, "")
		}
	}
	for _, form := range monthForms {
		if t, err := time.Parse(form, s); err == nil {
			return checkDay(t, "按当月1日")
		}
	}
	if serial.MatchString(text) {
		return day, "", "像是表格软件的日期序号；请把这一列设为日期或文本后重新导出"
	}
	return day, "", "不是日期；请写作 2024-05-01"
}

func checkDay(t time.Time, how string) (time.Time, string, string) {
	if t.Year() < 1900 || t.Year() > 2100 {
		return t, "", "年份不对；应在1900—2100年之间"
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC), how, ""
}
