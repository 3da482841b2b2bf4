package ward

import (
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// Limits of a list.
const (
	DefaultLimit = 50
	MaxLimit     = 500
)

// Filter narrows a list within the person's territory. Zero fields don't narrow.
type Filter struct {
	Area  int64  `query:"area" minimum:"0" doc:"辖区编号：只看这个区、街道或社区"`
	Grid  int64  `query:"grid" minimum:"0" doc:"网格编号"`
	Kind  string `query:"kind" maxLength:"40" doc:"类别"`
	Query string `query:"q" maxLength:"50" doc:"名称、编码或地址里的字"`
	BBox  string `query:"bbox" maxLength:"100" doc:"范围：西,南,东,北（度）"`
	// Where narrows by columns of the answer: "floors>=6", "name~绿地", "kind=tower", "hours=" (empty).
	Where []string `query:"where,explode" maxItems:"20" doc:"按栏目筛选，可多个：floors>=6、floors<=20、name~绿地、kind=tower、hours=（空）、hours!=（非空）"`
	Sort  string   `query:"sort" maxLength:"41" doc:"按哪个栏目排序，前面加 - 为倒序；缺省按编号"`
	Ended bool     `query:"ended" doc:"只看已停用的"`
	After string   `query:"after" maxLength:"400" doc:"上一页给出的 next"`
	Limit int      `query:"limit" default:"50" minimum:"1" maximum:"500" doc:"每页条数"`
}

// Page is one page of a list in a stable order.
type Page[T any] struct {
	Items []T    `json:"items" doc:"本页内容"`
	Next  string `json:"next,omitempty" doc:"下一页的 after;没有则已到最后"`
}

// Bound parses BBox; ok is false when none was given. Infinite, swapped or
// out-of-range numbers are Invalid (an infinite box would return every row).
func (f Filter) Bound() (b orb.Bound, ok bool, err error) {
	if f.BBox == "" {
		return b, false, nil
	}
	parts := strings.Split(f.BBox, ",")
	var n [4]float64
	bad := len(parts) != 4
	for i := 0; !bad && i < 4; i++ {
		n[i], err = strconv.ParseFloat(strings.TrimSpace(parts[i]), 64)
		bad = err != nil || math.IsNaN(n[i]) || math.IsInf(n[i], 0)
	}
	if bad || n[0] < -180 || n[2] > 180 || n[1] < -90 || n[3] > 90 || n[0] > n[2] || n[1] > n[3] {
		return b, false, &Error{Code: Invalid, Message: "bbox 应为 西,南,东,北 四个数（度）", Fields: []FieldError{{"bbox", "应为 西,南,东,北 四个数（度），西小于东，南小于北"}}}
	}
	return orb.Bound{Min: orb.Point{n[0], n[1]}, Max: orb.Point{n[2], n[3]}}, true, nil
}

// Condition is one of Filter.Where: a column of the answer, how it is compared
// and with what.
type Condition struct {
	Column string // as the API names it
	Op     string // "=", "!=", "~", ">=", "<="
	Value  string
}

// Conditions reads Where. Whether a column exists is the store's to say.
func (f Filter) Conditions() ([]Condition, error) {
	out := make([]Condition, 0, len(f.Where))
	for _, text := range f.Where {
		at := strings.IndexAny(text, "=!~<>")
		if at < 1 || len(text) > 300 {
			return nil, badWhere("每一项应写作 栏目、比较、值，例如 floors>=6")
		}
		c := Condition{Column: text[:at]}
		for _, op := range []string{">=", "<=", "!=", "=", "~"} {
			if value, ok := strings.CutPrefix(text[at:], op); ok {
				c.Op, c.Value = op, value
				break
			}
		}
		if c.Op == "" {
			return nil, badWhere("比较只能是 =、!=、~、>=、<=")
		}
		out = append(out, c)
	}
	return out, nil
}

func badWhere(message string) error {
	return &Error{Code: Invalid, Message: "筛选条件有误：" + message, Fields: []FieldError{{"where", message}}}
}

// BadColumn is the refusal of a condition or an order by a column a list cannot
// be narrowed or sorted by.
func BadColumn(field string) error {
	message := "没有这个栏目，或不能按它筛选、排序"
	return &Error{Code: Invalid, Message: message, Fields: []FieldError{{field, message}}}
}

// BadComparison is the refusal of a value of the wrong type.
func BadComparison() error {
	return badWhere("值与栏目的类型不符，或这一栏目不能这样比较")
}
