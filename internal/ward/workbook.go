package ward

import (
	"strconv"
	"strings"
)

// Tabled reports whether a table without shapes may change what is registered
// under its codes: the shape stays as it is. Borders of areas and grids belong
// together and come in with their shapes only.
func (s Sheet) Tabled() bool {
	return s.Name == "buildings" || s.Name == "courtyards" || s.Name == "lanes"
}

// Workbook lists the columns of a register's sheet that a workbook carries out
// and back in. Personal columns stay inside, but for a name a row cannot do
// without: that goes masked, and comes back as “leave it as it is”.
func (r Register) Workbook() []Column {
	sheet, _ := SheetByName(r.Many)
	out := []Column{}
	for _, c := range sheet.Columns {
		// How long a consent lasts tells that there are tags.
		if c.Personal && !c.Required || c.Key == "consent_until" {
			continue
		}
		out = append(out, c)
	}
	return out
}

// Masked reports whether a personal value is one that was taken out masked: it
// says nothing new when it comes back.
func Masked(text string) bool { return strings.Contains(text, "*") }

// CellText writes a value of a workbook as its import reads it: words for
// identifiers, several parted by “；”, degrees with every digit. codes are those
// of the records it points at, by “noun/id”.
func (c Column) CellText(v any, nouns []string, codes map[string]string) string {
	switch value := v.(type) {
	case nil:
		return ""
	case bool:
		return map[bool]string{true: "是", false: "否"}[value]
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case int64:
		if len(nouns) == 1 {
			return codes[nouns[0]+"/"+strconv.FormatInt(value, 10)]
		}
		return strconv.FormatInt(value, 10)
	case string:
		if len(nouns) > 0 {
			return codes[value]
		}
		if c.Personal {
			return MaskName(value)
		}
		return c.Terms.Label(value)
	case []int64:
		words := make([]string, len(value))
		for i, id := range value {
			words[i] = codes[nouns[0]+"/"+strconv.FormatInt(id, 10)]
		}
		return strings.Join(words, "；")
	case []string:
		words := make([]string, len(value))
		for i, one := range value {
			if words[i] = c.Terms.Label(one); len(nouns) > 0 {
				words[i] = codes[one]
			}
		}
		return strings.Join(words, "；")
	}
	return ""
}
