package ward

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// read understands one value; nil and empty text are nil. The fault says in
// Chinese what it should be and never repeats what was given.
func (f Field) read(v any) (value any, fault string) {
	if v == nil {
		return nil, ""
	}
	switch f.Kind {
	case Int, Number, Ref:
		return f.readNumber(v)
	case Bool:
		b, ok := v.(bool)
		return b, unless(ok, f.Title+"应为是或否")
	case Many, Things:
		return f.readTexts(v)
	case Refs:
		return f.readNumbers(v)
	case Place:
		return f.readPlace(v)
	case Outline, Course:
		return f.readShape(v)
	}
	return f.readText(v)
}

func unless(ok bool, fault string) string {
	if ok {
		return ""
	}
	return fault
}

func (f Field) readText(v any) (any, string) {
	s, ok := v.(string)
	if !ok {
		return nil, f.Title + "应为文字"
	}
	s = strings.TrimSpace(s)
	if s == "" {
		return nil, ""
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) {
		return nil, f.Title + "里有看不见的控制字符，请删去"
	}
	switch {
	case f.Kind == Choice:
		return s, unless(f.Terms.Has(s), f.Title+"应为："+f.Terms.Labels())
	case f.Kind == Day:
		d, err := time.Parse(time.DateOnly, s)
		return s, unless(err == nil && d.Year() >= 1900 && d.Year() <= 2200, f.Title+"应写作 2026-11-22")
	case f.Kind == Thing:
		return s, f.thingFault(s)
	case f.Key == "phone":
		return s, unless(phoneLike(s), f.Title+"应为5—20位数字，可带区号和分机")
	case f.Key == "id_no":
		return strings.ToUpper(s), unless(idNumber(s), f.Title+"应为18位，末位校验不符时请核对")
	case f.Key == "code":
		return s, unless(codeLike(s), "编码只能用字母、数字、横线、下划线，不超过32位")
	}
	return s, unless(utf8.RuneCountInString(s) <= int(f.High), fmt.Sprintf("%s不超过%d个字", f.Title, int(f.High)))
}

func (f Field) readNumber(v any) (any, string) {
	n, ok := number(v)
	if !ok || math.IsNaN(n) || math.IsInf(n, 0) {
		return nil, f.Title + "应为数字"
	}
	if f.Kind != Number && n != math.Trunc(n) {
		return nil, f.Title + "应为整数"
	}
	if f.Kind == Ref {
		return int64(n), unless(n >= 1 && n <= 1<<53, "请选择"+f.Title)
	}
	if n < f.Low || n > f.High {
		return nil, fmt.Sprintf("%s应在%s到%s之间", f.Title, plainNumber(f.Low), plainNumber(f.High))
	}
	if f.Kind == Int {
		return int64(n), ""
	}
	return n, ""
}

func plainNumber(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func number(v any) (float64, bool) {
	switch n := v.(type) {
	case float64:
		return n, true
	case int64:
		return float64(n), true
	case int:
		return float64(n), true
	case json.Number:
		x, err := n.Float64()
		return x, err == nil
	}
	return 0, false
}

func list(v any) ([]any, bool) {
	switch l := v.(type) {
	case []any:
		return l, true
	case []string:
		out := make([]any, len(l))
		for i, s := range l {
			out[i] = s
		}
		return out, true
	case []int64:
		out := make([]any, len(l))
		for i, n := range l {
			out[i] = n
		}
		return out, true
	}
	return nil, false
}

func (f Field) readTexts(v any) (any, string) {
	given, ok := list(v)
	if !ok {
		return nil, f.Title + "应为列表"
	}
	if len(given) > int(f.High) {
		return nil, fmt.Sprintf("%s最多%d项", f.Title, int(f.High))
	}
	out := []string{}
	for _, one := range given {
		s, ok := one.(string)
		s = strings.TrimSpace(s)
		switch {
		case !ok || s == "" || utf8.RuneCountInString(s) > 200 || strings.ContainsFunc(s, unicode.IsControl):
			return nil, f.Title + "的每一项应为不超过200字的文字"
		case f.Kind == Things && f.thingFault(s) != "":
			return nil, f.thingFault(s)
		case len(f.Terms) > 0 && !f.Terms.Has(s):
			return nil, f.Title + "应为：" + f.Terms.Labels()
		}
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return f.filled(out, len(out))
}

func (f Field) readNumbers(v any) (any, string) {
	given, ok := list(v)
	if !ok {
		return nil, f.Title + "应为列表"
	}
	if len(given) > int(f.High) {
		return nil, fmt.Sprintf("%s最多%d项", f.Title, int(f.High))
	}
	out := []int64{}
	for _, one := range given {
		n, ok := number(one)
		if !ok || n != math.Trunc(n) || n < 1 || n > 1<<53 {
			return nil, f.Title + "的每一项应为记录编号"
		}
		if !slices.Contains(out, int64(n)) {
			out = append(out, int64(n))
		}
	}
	slices.Sort(out)
	return f.filled(out, len(out))
}

// filled is the list, nil when a required one is empty.
func (f Field) filled(v any, n int) (any, string) {
	if n == 0 && f.Required {
		return nil, ""
	}
	return v, ""
}

func (f Field) readPlace(v any) (any, string) {
	given, ok := list(v)
	fault := f.Title + "应为 [经度,纬度]"
	if p, is := v.(orb.Point); is {
		given, ok = []any{p[0], p[1]}, true
	}
	if !ok || len(given) != 2 {
		return nil, fault
	}
	var p orb.Point
	for i, one := range given {
		n, ok := number(one)
		if !ok || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil, fault
		}
		p[i] = math.Round(n*1e7) / 1e7 // a centimetre
	}
	return p, unless(onEarth(p), "位置应在经度 ±180、纬度 ±90 之内")
}

func (f Field) readShape(v any) (any, string) {
	if _, ok := v.(orb.Geometry); ok {
		return v, ""
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, f.Title + "应为 GeoJSON 图形"
	}
	if f.Kind == Course {
		shape, err := ReadCourse(text)
		if err != nil {
			return nil, ErrorMessage(err)
		}
		return shape, ""
	}
	shape, err := ReadDrawn(text)
	if err != nil {
		return nil, ErrorMessage(err)
	}
	return shape, ""
}

func (f Field) thingFault(s string) string {
	noun, _, ok := ThingOf(s)
	return unless(ok && slices.Contains(f.Nouns, noun), "请选择"+f.Title)
}

func phoneLike(s string) bool {
	digits := 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			digits++
		} else if !strings.ContainsRune("+-() /,转", r) {
			return false
		}
	}
	return digits >= 5 && digits <= 20 && utf8.RuneCountInString(s) <= 30
}

// idNumber checks form and check digit (GB 11643-1999).
func idNumber(s string) bool {
	if len(s) != 18 {
		return false
	}
	weights := [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		sum += int(s[i]-'0') * w
	}
	return "10X98765432"[sum%11] == strings.ToUpper(s)[17]
}

func codeLike(s string) bool {
	return len(s) <= 32 && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '_' || r == '.')
	})
}
