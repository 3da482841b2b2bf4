package intake

import (
	"slices"
	"strings"

	"wangge/internal/ward"
)

// headRow is one of the first rows of a table, where the header may be.
type headRow struct {
	line  int
	texts []string
}

// header is the header of a table: its last line and a head for each column.
type header struct {
	line  int
	heads []string
	known int
}

// headerRows is how far down the header is looked for: above it stand titles.
const headerRows = 10

// pickHeader takes, of the first rows, the one that names most columns, or two
// rows one above the other that name more than either. known is 0 when no row
// names any.
func pickHeader(rows []headRow, m *matcher) (best header) {
	for _, r := range rows {
		if known := m.known(r.texts); known > best.known {
			best = header{r.line, r.texts, known}
		}
	}
	for i := 1; i < len(rows); i++ {
		for _, upper := range [][]string{rows[i-1].texts, filledRight(rows[i-1].texts)} {
			if heads, ok := m.twoRows(upper, rows[i].texts); ok {
				if known := m.known(heads); known > best.known {
					best = header{rows[i].line, heads, known}
				}
			}
		}
	}
	if best.known == 0 && m.lenient { // the fullest row, the first of those
		for _, r := range rows {
			if filled(r.texts) > filled(best.heads) {
				best = header{line: r.line, heads: r.texts}
			}
		}
	}
	return best
}

// filledRight repeats a text in the empty cells right of it, as a merged cell
// does that was written without telling that it is one.
func filledRight(texts []string) []string {
	out := slices.Clone(texts)
	for i := 1; i < len(out); i++ {
		if clean(out[i]) == "" {
			out[i] = out[i-1]
		}
	}
	return out
}

func filled(texts []string) (n int) {
	for _, t := range texts {
		if clean(t) != "" {
			n++
		}
	}
	return n
}

// twoRows makes one head of two cells, one above the other: 户主 over 姓名 is
// 户主姓名 when there is such a column, else 姓名. It is not ok when the lower row
// has other words below heads that are complete, because then it is data.
func (m *matcher) twoRows(upper, lower []string) (heads []string, ok bool) {
	heads = make([]string, max(len(upper), len(lower)))
	is := func(head string) bool { return head != "" && m.find(head).column >= 0 }
	for i := range heads {
		var up, low string
		if i < len(upper) {
			up = clean(upper[i])
		}
		if i < len(lower) {
			low = clean(lower[i])
		}
		switch {
		case is(up + low):
			heads[i] = up + low
		case is(low):
			heads[i] = low
		case is(up) && low != "" && low != up:
			return nil, false
		case is(up), low == "":
			heads[i] = up
		default:
			heads[i] = low
		}
	}
	return heads, true
}

// check says what is wrong with a header.
func (h header) check(m *matcher) error {
	if m.lenient {
		if filled(h.heads) == 0 {
			return ward.Errorf(ward.Invalid, "前%d行里没有表头；请检查文件是不是空的", headerRows)
		}
		m.forget()
		return nil
	}
	if h.known == 0 {
		return ward.Errorf(ward.Invalid, "没有找到表头：前%d行里没有%s的栏目名称；可用的栏目：%s", headerRows, m.sheet.Title, titles(m.sheet.Columns))
	}
	m.forget()
	if missing := m.missing(h.heads); len(missing) > 0 && !(len(missing) == 1 && missing[0].Key == "code" && m.makesCodes()) {
		return ward.Errorf(ward.Invalid, "缺少必填栏目：%s；文件的表头是：%s", titles(missing), headList(h.heads))
	}
	return nil
}

func headList(heads []string) string {
	out := []string{}
	for _, h := range heads[:min(len(heads), 20)] {
		out = append(out, quote(h))
	}
	return strings.Join(out, "、")
}

// isTotal recognises rows of sums, which are no things of their own: their first
// text says so.
func isTotal(cells []cell) bool {
	for _, c := range cells {
		if c.blank() {
			continue
		}
		switch strings.TrimRight(strings.Join(strings.Fields(narrow(c.text)), ""), ":") {
		case "合计", "总计", "小计", "共计", "累计", "总合计":
			return true
		}
		return false
	}
	return false
}
