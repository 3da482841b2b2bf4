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

// separators are what may stand between cells; cells themselves hold some of
// them too, so only the header can tell which it is.
const separators = ",\t;|\uff0c"

// readHeader finds the separator, one of those given, and the header of a table: of the first rows,
// split in every way, the one that names most columns.
func readHeader(r io.Reader, m *matcher, limits Limits, separators string) (table, error) {
	t := table{limits: limits}
	start, err := io.ReadAll(io.LimitReader(r, 1<<16))
	if err != nil {
		return t, err
	}
	best := header{}
	for _, comma := range separators {
		rows := []headRow{}
		for line, heads := range t.with(comma).firstRows(string(start)) {
			rows = append(rows, headRow{line, heads})
		}
		if top := pickHeader(rows, m); top.known > best.known || best.known == 0 && m.lenient && filled(top.heads) > filled(best.heads) {
			best, t.comma = top, comma
		}
	}
	t.line, t.heads = best.line, best.heads
	return t, best.check(m)
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
				yield(raw{}, ward.Errorf(ward.TooLarge, "第%d行太长；请检查引号是否成对", line))
				return
			}
			cells := make([]cell, len(fields))
			for i, f := range fields {
				if !utf8.ValidString(f) {
					f = strings.ToValidUTF8(f, "")
				}
				cells[i] = cell{text: alive(clean(f))}
			}
			if !yield(raw{line: line, cells: cells, total: isTotal(cells)}, nil) {
				return
			}
		}
	}
}

func tableError(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return ward.Errorf(ward.Invalid, "第%d行的引号不成对或位置不对；请检查这一行后重新导出", p.StartLine)
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
	r := row{line: in.line, heads: t.heads, cells: in.cells}
	if len(in.cells) > len(t.heads) && !blankCells(in.cells[len(t.heads):]) {
		r.found = append(r.found, fail("", "这一行的栏数比表头多；请检查多余的分隔符"))
	}
	return r
}
