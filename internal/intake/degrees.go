package intake

import (
	"regexp"
	"strconv"
	"strings"
)

// anglePattern is an angle in degrees, minutes and seconds as people write it,
// after all signs have become spaces: 121°28′30″E, 121-28-30, 121 28.5, 东经121度28分30秒.
var anglePattern = regexp.MustCompile(`^([nsew])?(-)?(\d{1,3}(?:\.\d+)?)(?: +(\d{1,2}(?:\.\d+)?))?(?: +(\d{1,2}(?:\.\d+)?))?([nsew])?$`)

var (
	angleSigns = strings.NewReplacer(
		"东经", "e", "西经", "w", "北纬", "n", "南纬", "s", "东", "e", "西", "w", "北", "n", "南", "s",
		"度", " ", "分", " ", "秒", " ", "°", " ", "º", " ", "′", " ", "’", " ", "'", " ", "″", " ", "”", " ", `"`, " ", ":", " ",
	)
	angleDashes = regexp.MustCompile(`^([a-z]?)(\d{1,3})-(\d{1,2})-(\d{1,2}(?:\.\d+)?)([a-z]?)$`)
)

// angle reads degrees written as a decimal number or in degrees, minutes and
// seconds. problem says why a text that looks like an angle is none; other texts
// are left to number.
func angle(text string) (v float64, problem string, ok bool) {
	s := strings.ToLower(narrow(text))
	s = strings.Join(strings.Fields(angleSigns.Replace(s)), " ")
	if m := angleDashes.FindStringSubmatch(strings.ReplaceAll(s, " ", "")); m != nil {
		s = m[1] + m[2] + " " + m[3] + " " + m[4] + m[5]
	}
	// A letter stands alone: "e 121 28" and "121 28 e".
	for _, letter := range []string{"n", "s", "e", "w"} {
		s = strings.ReplaceAll(strings.ReplaceAll(s, letter+" ", letter), " "+letter, letter)
	}
	m := anglePattern.FindStringSubmatch(s)
	if m == nil || m[4] == "" && m[1] == "" && m[6] == "" { // no minutes, no letter: a number
		return 0, "", false
	}
	if m[1] != "" && m[6] != "" && m[1] != m[6] || strings.Contains(m[3], ".") && m[4] != "" || strings.Contains(m[4], ".") && m[5] != "" {
		return 0, "度分秒写法不对；请写作 121°28′30″ 或小数", true
	}
	parts := [3]float64{}
	for i, p := range m[3:6] {
		if p != "" {
			parts[i], _ = strconv.ParseFloat(p, 64) // digits and one point: it is a number
		}
	}
	if parts[1] >= 60 || parts[2] >= 60 {
		return 0, "度分秒不对：分和秒应小于60", true
	}
	v = parts[0] + parts[1]/60 + parts[2]/3600
	letter := m[1] + m[6]
	if m[2] != "" || strings.ContainsAny(letter, "sw") {
		v = -v
	}
	return v, "", true
}
