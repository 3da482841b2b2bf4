package api

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// table is how a register is laid out in columns: the fields of its ward type
// with the words the API describes them by.
type table[T any] struct{ columns []tableColumn }

type tableColumn struct {
	title string
	field int
	axis  int // of a point: 0 longitude, 1 latitude
	terms ward.Terms
}

// vocabularies are the fields whose values are identifiers, by noun and field.
var vocabularies = map[string]map[string]ward.Terms{
	"area": {"Level": ward.AreaLevels, "Scheme": ward.AreaScheme}, "grid": {"Kind": ward.GridKinds}, "building": {"Kind": ward.BuildingKinds},
	"household": {"Use": ward.HouseholdUses}, "branch": {"Kind": ward.BranchKinds}, "member": {"Kind": ward.MemberKinds, "Gender": ward.Genders},
	"hub": {"Offers": ward.HubOffers}, "institution": {"Kind": ward.Institutions, "PartyMode": ward.PartyModes}, "courtyard": {"Kind": ward.CourtyardKinds},
	"lane": {"Paving": ward.Pavings}, "team": {"Kind": ward.TeamKinds, "State": ward.TeamStates}, "point": {"Kind": ward.PointKinds},
	"steward": {"Kind": ward.StewardKinds}, "pledge": {"Kind": ward.PledgeKinds}, "pairing": {"Kind": ward.PairingKinds}, "honour": {"Kind": ward.HonourKinds},
}

// tableOf reads the columns off the type: fields without a description (the
// version) and boxes are left out, a point is two columns.
func tableOf[T any](noun string) table[T] {
	var t table[T]
	row := reflect.TypeFor[T]()
	for i := range row.NumField() {
		f := row.Field(i)
		title, _, _ := strings.Cut(f.Tag.Get("doc"), ";")
		title, _, _ = strings.Cut(title, ":")
		title, _, _ = strings.Cut(title, " [")
		switch {
		case f.Name == "ID":
			t.columns = append(t.columns, tableColumn{title: "编号", field: i})
		case f.Type == reflect.TypeFor[orb.Point](), f.Type == reflect.TypeFor[*orb.Point]():
			t.columns = append(t.columns, tableColumn{title: "经度", field: i}, tableColumn{title: "纬度", field: i, axis: 1})
		case title != "" && f.Type != reflect.TypeFor[[]float64]():
			t.columns = append(t.columns, tableColumn{title: title, field: i, terms: vocabularies[noun][f.Name]})
		}
	}
	return t
}

func (t table[T]) titles() []string {
	titles := make([]string, len(t.columns))
	for i, c := range t.columns {
		titles[i] = c.title
	}
	return titles
}

func (t table[T]) cells(row T) []string {
	v := reflect.ValueOf(row)
	cells := make([]string, len(t.columns))
	for i, c := range t.columns {
		cells[i] = c.cell(v.Field(c.field))
	}
	return cells
}

func (c tableColumn) cell(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	switch value := v.Interface().(type) {
	case orb.Point:
		return strconv.FormatFloat(value[c.axis], 'f', 7, 64)
	case string:
		return inert(c.terms.Label(value))
	case time.Time:
		return value.In(chinaTime).Format("2006-01-02 15:04")
	case bool:
		if value {
			return "是"
		}
		return "否"
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case []string:
		labels := make([]string, len(value))
		for i, s := range value {
			labels[i] = c.terms.Label(s)
		}
		return inert(strings.Join(labels, "、"))
	}
	if v.CanInt() {
		return strconv.FormatInt(v.Int(), 10)
	}
	text, _ := json.Marshal(v.Interface()) // lists of numbers
	return inert(strings.Trim(string(text), "[]"))
}

// inert keeps a text from being taken for a formula by the program that opens
// the table: Excel and its kin act on these first characters, full width too.
func inert(text string) string {
	if strings.ContainsAny(firstRune(strings.TrimLeft(text, " \u3000\u00a0")), "=+-@\uff1d\uff0b\uff0d\uff20") || strings.ContainsAny(firstRune(text), "\t\r\n") {
		return "'" + text
	}
	return text
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

// numberOf is the id of a row of any register.
func numberOf(row any) int64 { return reflect.ValueOf(row).FieldByName("ID").Int() }

// shapeOf is the shape of a row, or the point where it stands, or null.
func (t table[T]) shapeOf(row T, shapes map[int64]json.RawMessage) json.RawMessage {
	if shape, ok := shapes[numberOf(row)]; ok {
		return shape
	}
	v := reflect.ValueOf(row)
	for _, c := range t.columns {
		f := reflect.Indirect(v.Field(c.field))
		if !f.IsValid() { // no place
			continue
		}
		if p, ok := f.Interface().(orb.Point); ok {
			text, err := json.Marshal(map[string]any{"type": "Point", "coordinates": p})
			if err == nil {
				return text
			}
		}
	}
	return json.RawMessage("null")
}
