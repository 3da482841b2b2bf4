package intake

import (
	"slices"
	"sort"
	"strings"
	"sync"

	"wangge/internal/ward"
)

// matcher tells which column of a sheet a header of the file means.
type matcher struct {
	sheet    ward.Sheet
	explicit map[string]string // normal header → column key, as the person chose
	set      map[string]cell   // column key → what stands where the file says nothing
	system   system            // of the coordinates in the file
	swap     bool              // the second number of a position comes first
	lenient  bool              // for a look: no header is too poor
	tabled   bool              // a table: shapes are those registered under the codes
	drawn    bool              // a drawing: closed lines are the areas it has

	mu   sync.RWMutex
	seen map[string]match
}

// match is a column by place, and how willingly a header stands for it: of
// several headers with a value, the lowest rank is taken.
type match struct {
	column int // -1: no column
	rank   int
	id     bool // an identifier of the file's own, not a code given by people
}

// newMatcher checks the person's own mapping (header → column key or title) and
// the constants (column key or title → value).
func newMatcher(sheet ward.Sheet, explicit, set map[string]string) (*matcher, error) {
	m := &matcher{sheet: sheet, explicit: map[string]string{}, set: map[string]cell{}, seen: map[string]match{}}
	for header, name := range explicit {
		if name == ward.UnusedColumn {
			m.explicit[normal(header)] = name
			continue
		}
		c, ok := sheet.Column(name)
		if !ok {
			return nil, ward.Errorf(ward.Invalid, "%s没有栏目%s；可用的栏目：%s", sheet.Title, quote(name), titles(sheet.Columns))
		}
		m.explicit[normal(header)] = c.Key
	}
	for name, value := range set {
		c, ok := sheet.Column(name)
		if !ok {
			return nil, ward.Errorf(ward.Invalid, "%s没有栏目%s；可用的栏目：%s", sheet.Title, quote(name), titles(sheet.Columns))
		}
		in := cell{text: clean(value)}
		if _, found, ok := parse(c, in); !ok {
			return nil, ward.Errorf(ward.Invalid, "给定的%s不对：%s", c.Title, firstMessage(found))
		}
		m.set[c.Key] = in
	}
	return m, nil
}

func firstMessage(found []ward.Finding) string {
	if len(found) == 0 {
		return "没有内容"
	}
	return found[0].Message
}

// find returns what a header means; the answers are kept, because features
// repeat the same few headers.
func (m *matcher) find(header string) match {
	m.mu.RLock()
	f, ok := m.seen[header]
	m.mu.RUnlock()
	if ok {
		return f
	}
	f = m.look(normal(header))
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.seen) < maxHeaders {
		m.seen[strings.Clone(header)] = f
	}
	return f
}

// maxHeaders is how many different headers are remembered: a hostile file may
// bring others with every feature.
const maxHeaders = 2000

func (m *matcher) look(header string) match {
	if key, ok := m.explicit[header]; ok {
		return match{column: slices.IndexFunc(m.sheet.Columns, func(c ward.Column) bool { return c.Key == key }), id: key == "code" && isID(header)}
	}
	for i, c := range m.sheet.Columns {
		own := header == normal(c.Key) || header == normal(c.Title)
		switch at := slices.IndexFunc(c.Also, func(a string) bool { return header == normal(a) }); {
		// The other headers of a choice are those of foreign files, where they
		// are the more specific ones (kind=building, kind_detail=school).
		case own && c.Kind == ward.Choice:
			return match{column: i, rank: 100}
		case own:
			return match{column: i, rank: 1}
		case at >= 0:
			return match{column: i, rank: 2 + at, id: c.Key == "code" && isID(header)}
		}
	}
	return match{column: -1}
}

func isID(header string) bool {
	return slices.Contains([]string{"id", "@id", "fid", "osm_id", "osm_way_id", "entityhandle"}, header)
}

// takeID lets a header of a foreign format stand for the code of things that
// need none of their own, unless people have said what it is.
func (m *matcher) takeID(header string) {
	if _, told := m.explicit[normal(header)]; !told && m.makesCodes() {
		m.explicit[normal(header)] = "code"
	}
}

// known counts the headers that mean a column.
func (m *matcher) known(headers []string) int {
	n := 0
	for _, h := range headers {
		if m.find(h).column >= 0 {
			n++
		}
	}
	return n
}

// unused lists headers that mean no column, sorted.
func (m *matcher) unused() []string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	out := []string{}
	for header, f := range m.seen {
		if f.column < 0 && clean(header) != "" {
			out = append(out, header)
		}
	}
	sort.Strings(out)
	return out
}

// missing returns the required columns that neither a header nor a constant gives.
func (m *matcher) missing(headers []string) []ward.Column {
	given := map[int]bool{}
	for _, h := range headers {
		given[m.find(h).column] = true
	}
	out := []ward.Column{}
	for i, c := range m.sheet.Columns {
		if _, set := m.set[c.Key]; c.Required && !given[i] && !set {
			out = append(out, c)
		}
	}
	return out
}

// normal is a header without what people add to it: case, spaces, the star of a
// required column, a remark or a unit in brackets at the end.
func normal(header string) string {
	h := strings.ToLower(narrow(clean(header)))
	h = strings.Trim(strings.Join(strings.Fields(h), ""), "*")
	if open := strings.LastIndexByte(h, '('); open > 0 && strings.HasSuffix(h, ")") {
		h = h[:open]
	}
	return h
}

func titles(columns []ward.Column) string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.Title
	}
	return strings.Join(out, "、")
}

// forget drops what was learnt while looking for the header: cells of other
// rows are no headers.
func (m *matcher) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen = map[string]match{}
}
