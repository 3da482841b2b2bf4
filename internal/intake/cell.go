package intake

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"wangge/internal/ward"
)

// cell is one value of a row: text, or a list where the file has lists.
type cell struct {
	text string
	list []string

	at     string  // its reference in a workbook: C5
	serial float64 // of a plain number in a workbook: it may stand for a day
	lost   bool    // a number with more digits than workbooks keep
	bad    string  // why there is no value
}

// located puts the reference of the cell in front of what is wrong with it.
func (c cell) located(found []ward.Finding) []ward.Finding {
	if c.at != "" {
		for i := range found {
			found[i].Message = "单元格" + c.at + "：" + found[i].Message
		}
	}
	return found
}

func (c cell) blank() bool { return c.text == "" && len(c.list) == 0 }

// defaultLength is the longest text of a column that sets no other.
const defaultLength = 200

// parse reads a cell as its column asks. found is nil when all is well; ok is
// false when there is no value to keep.
func parse(c ward.Column, in cell) (value any, found []ward.Finding, ok bool) {
	text := in.text
	if len(in.list) > 0 && c.Kind != ward.Many {
		text = strings.Join(in.list, "、")
	}
	bad := func(message string) (any, []ward.Finding, bool) {
		return nil, []ward.Finding{fail(c.Title, message)}, false
	}
	if in.bad != "" {
		return bad(in.bad)
	}
	switch c.Kind {
	case ward.Lon, ward.Lat:
		v, err, is := angle(text)
		if !is {
			v, err = number(text)
		}
		if err != "" {
			return bad(said(c, text) + err)
		}
		return v, nil, true // whether it lies in China is asked of the place
	case ward.Int, ward.Number:
		v, err := number(text)
		if err != "" {
			return bad(said(c, text) + err)
		}
		return checkNumber(c, text, v)
	case ward.Day:
		day, how, err := parseDay(text)
		if err != "" && in.serial >= 1 && in.serial < 73_051 && (in.serial < 1900 || in.serial > 2100) { // the year 2100; and years are no days
			day, how, err = checkDay(serialDay(in.serial), "")
		}
		if err != "" {
			return bad(said(c, text) + err)
		}
		if how != "" {
			found = []ward.Finding{note(c.Title, said(c, text)+"没有写到日", how)}
		}
		return day, found, true
	case ward.Bool:
		v, known := truth(text)
		if !known {
			return bad(said(c, text) + "不能判断是或否；请填“是”或“否”")
		}
		return v, nil, true
	case ward.Choice:
		return choose(c, text)
	case ward.Many:
		return several(c, in)
	}
	if in.lost {
		return bad("是超过15位的数字，末几位已被表格软件改成0；请把这一列设为文本，填入原来的号码")
	}
	return plain(c, text)
}

func plain(c ward.Column, text string) (any, []ward.Finding, bool) {
	if isCode(c) {
		code, err := checkCode(text)
		if err != "" {
			return nil, []ward.Finding{fail(c.Title, said(c, text)+err)}, false
		}
		return code, nil, true
	}
	if longNumber.MatchString(text) {
		whole, ok := unscientific(text)
		if !ok {
			return nil, []ward.Finding{fail(c.Title, said(c, text)+digitsLost)}, false
		}
		text = whole
	}
	longest := c.Max
	if longest == 0 {
		longest = defaultLength
	}
	if n := utf8.RuneCountInString(text); n > longest {
		return nil, []ward.Finding{fail(c.Title, "文字有"+strconv.Itoa(n)+"个字，最多"+strconv.Itoa(longest)+"个；请缩短")}, false
	}
	return text, nil, true
}

// isCode tells columns that hold identifiers, their own or those of others.
func isCode(c ward.Column) bool { return strings.HasSuffix(c.Title, "编码") }

// maxCode is the longest code in characters.
const maxCode = 64

var (
	scientific = regexp.MustCompile(`^\d+(\.\d+)?[eE]\+?\d+$`)
	pointZero  = regexp.MustCompile(`^\d+\.0+$`)
	longNumber = regexp.MustCompile(`^\d\.\d+E\+1\d$`) // a phone number, not a room
)

const digitsLost = "是表格软件写成的科学计数，末几位已丢失；请把这一列设为文本后重新导出"

// unscientific writes 3.10106013001E+11 as the whole number it is; not ok when
// it has fewer digits than it had, or is no whole number.
func unscientific(text string) (whole string, ok bool) {
	mantissa, power, _ := strings.Cut(strings.ToLower(text), "e")
	n, err := strconv.Atoi(strings.TrimPrefix(power, "+"))
	before, after, _ := strings.Cut(mantissa, ".")
	if err != nil || len(before) != 1 || len(after) != n {
		return "", false
	}
	return before + after, true
}

// checkCode returns a code as it is kept, or why it cannot be one. Spreadsheets
// turn long codes into 3.10106E+11: the digits are lost, so that is refused,
// while 310106.0 is a whole number still.
func checkCode(text string) (code, problem string) {
	text = narrow(text)
	switch {
	case scientific.MatchString(text):
		whole, ok := unscientific(text)
		if !ok {
			return "", digitsLost
		}
		text = whole
	case pointZero.MatchString(text):
		text, _, _ = strings.Cut(text, ".")
	}
	if utf8.RuneCountInString(text) > maxCode {
		return "", "太长；编码不超过" + strconv.Itoa(maxCode) + "个字符"
	}
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_./:#", r) {
			return "", "不能作编码；只用字母、数字、汉字和 - _ . / : #"
		}
	}
	return text, ""
}

func choose(c ward.Column, text string) (any, []ward.Finding, bool) {
	if v, ok := c.Terms.Parse(text); ok {
		return v, nil, true
	}
	// A vocabulary with a word for the rest takes in foreign files; any other
	// would be guessing.
	for _, rest := range []string{"other", "public"} {
		if c.Terms.Has(rest) {
			return rest, []ward.Finding{warn(c.Title, said(c, text)+"不在词表内", "已归入“"+c.Terms.Label(rest)+"”")}, true
		}
	}
	return nil, []ward.Finding{fail(c.Title, said(c, text)+"不在词表内；可填："+c.Terms.Labels())}, false
}

// several splits a list; a list in the file itself is not split further.
func several(c ward.Column, in cell) (any, []ward.Finding, bool) {
	parts := in.list
	if len(parts) == 0 {
		parts = strings.FieldsFunc(in.text, func(r rune) bool { return strings.ContainsRune(";\uff1b、|", r) })
	}
	out := make([]string, 0, len(parts))
	for i, p := range parts {
		p = clean(p)
		if p == "" {
			continue
		}
		problem := ""
		switch {
		case c.Terms != nil:
			v, ok := c.Terms.Parse(p)
			if !ok {
				problem = "不在词表内；可填：" + c.Terms.Labels()
			}
			p = v
		case isCode(c):
			p, problem = checkCode(p)
		case utf8.RuneCountInString(p) > defaultLength:
			problem = "太长；每项不超过" + strconv.Itoa(defaultLength) + "个字"
		}
		if problem != "" {
			return nil, []ward.Finding{fail(c.Title, "第"+strconv.Itoa(i+1)+"项"+said(c, parts[i])+problem)}, false
		}
		out = append(out, p)
	}
	return out, nil, len(out) > 0
}

// narrow turns full-width letters, digits and signs into plain ones.
func narrow(s string) string {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return width.Fold.String(s)
		}
	}
	return s
}

var grouped = regexp.MustCompile(`^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$`)

// number reads 1234, 1,234.5, full-width digits and 1.2万.
func number(text string) (v float64, problem string) {
	s := strings.ReplaceAll(narrow(text), " ", "")
	times := 1.0
	for unit, n := range map[string]float64{"千": 1e3, "万": 1e4, "亿": 1e8} {
		if t, ok := strings.CutSuffix(s, unit); ok {
			s, times = t, n
			break
		}
	}
	if grouped.MatchString(s) {
		s = strings.ReplaceAll(s, ",", "")
	}
	v, err := strconv.ParseFloat(s, 64)
	// ParseFloat also reads hexadecimal, underscores, inf and nan.
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) || strings.ContainsAny(s, "xX_") {
		return 0, "不是数字；请只填数字，不带单位"
	}
	if times > 1 { // 1.001万 is 10010, not 10009.999999999998
		v = math.Round(v*times*1e3) / 1e3
	}
	return v, ""
}

func checkNumber(c ward.Column, text string, v float64) (any, []ward.Finding, bool) {
	bad := func(message string) (any, []ward.Finding, bool) {
		return nil, []ward.Finding{fail(c.Title, said(c, text)+message)}, false
	}
	largest := 1e9 // fits the database's int
	if c.Max > 0 {
		largest = float64(c.Max)
	}
	switch {
	case math.Abs(v) > largest:
		return bad("太大；最大" + strconv.FormatFloat(largest, 'f', -1, 64))
	case c.Kind == ward.Number:
		return v, nil, true
	case v != math.Trunc(v):
		return bad("不是整数")
	}
	return int(v), nil, true
}

func truth(text string) (v, known bool) {
	switch strings.ToLower(narrow(text)) {
	case "是", "有", "true", "yes", "y", "t", "1", "√", "✓", "对":
		return true, true
	case "否", "无", "没有", "不是", "false", "no", "n", "f", "0", "×", "✗":
		return false, true
	}
	return false, false
}
