package intake

import (
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"wangge/internal/ward"
)

// table is a reader of CSV and TSV.
type table struct {
	limits Limits
	comma  rune
	heads  []string
	line   int // of the header
}

// headerRows is how far down the header is looked for: above it stand titles.
const headerRows = 5

// separators are what may stand between cells; cells themselves hold some of
// them too, so only the header can tell which it is.
const separators = ",\t;|\uff0c"

// readHeader finds the separator and the header of a table: of the first rows,
// split in every way, the one that names most columns.
func readHeader(r io.Reader, m *matcher, limits Limits) (table, error) {
	t := table{limits: limits}
	start, err := io.ReadAll(io.LimitReader(r, 1<<16))
	if err != nil {
		return t, err
	}
	best := 0
	for _, comma := range separators {
		for line, heads := range t.with(comma).firstRows(string(start)) {
			if known := m.known(heads); known > best {
				best, t.comma, t.line, t.heads = known, comma, line, heads
			}
		}
	}
	if best == 0 {
		return t, ward.Errorf(ward.Invalid, "没有找到表头:前%d行里没有%s的栏目名称;可用的栏目:%s", headerRows, m.sheet.Title, titles(m.sheet.Columns))
	}
	m.forget()
	if missing := m.missing(t.heads); len(missing) > 0 && !(len(missing) == 1 && missing[0].Key == "code" && m.makesCodes()) {
		return t, ward.Errorf(ward.Invalid, "缺少必填栏目:%s;文件的表头是:%s", titles(missing), headList(t.heads))
	}
	return t, nil
}

func headList(heads []string) string {
	out := []string{}
	for _, h := range heads[:min(len(heads), 20)] {
		out = append(out, quote(h))
	}
	return strings.Join(out, "、")
}

func (t table) with(comma rune) table {
	t.comma = comma
	return t
}

// firstRows yields the line and the fields of the rows a header may be in.
func (t table) firstRows(text string) iter.Seq2[int, []string] {
	return func(yield func(int, []string) bool) {
		c := t.reader(strings.NewReader(text))
		for range headerRows {
			fields, err := c.Read()
			if err != nil {
				return
			}
			if line, _ := c.FieldPos(0); !yield(line, fields) {
				return
			}
		}
	}
}

func (t table) reader(r io.Reader) *csv.Reader {
	c := csv.NewReader(r)
	c.Comma, c.FieldsPerRecord = t.comma, -1
	return c
}

// raws reads the rows below the header, numbered as in the file.
func (t table) raws(r io.Reader) iter.Seq2[raw, error] {
	return func(yield func(raw, error) bool) {
		c := t.reader(r)
		for {
			fields, err := c.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(raw{}, tableError(err))
				return
			}
			line, _ := c.FieldPos(0)
			if line <= t.line || blank(fields) {
				continue
			}
			if size(fields) > t.limits.Feature {
				yield(raw{}, ward.Errorf(ward.TooLarge, "第%d行太长;请检查引号是否成对", line))
				return
			}
			if !yield(raw{line: line, fields: fields}, nil) {
				return
			}
		}
	}
}

func tableError(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return ward.Errorf(ward.Invalid, "第%d行的引号不成对或位置不对;请检查这一行后重新导出", p.StartLine)
	}
	return err
}

func blank(fields []string) bool {
	for _, f := range fields {
		if clean(f) != "" {
			return false
		}
	}
	return true
}

func size(fields []string) int {
	n := 0
	for _, f := range fields {
		n += len(f)
	}
	return n
}

// decode reads one row of a table.
func (t table) decode(in raw) row {
	r := row{line: in.line, heads: t.heads, cells: make([]cell, len(in.fields))}
	for i, f := range in.fields {
		if !utf8.ValidString(f) {
			f = strings.ToValidUTF8(f, "")
		}
		r.cells[i] = cell{text: clean(f)}
	}
	if len(in.fields) > len(t.heads) && !blank(in.fields[len(t.heads):]) {
		r.found = append(r.found, fail("", "这一行的栏数比表头多;请检查多余的分隔符"))
	}
	return r
}
