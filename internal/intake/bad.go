package intake

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxBadRows is how many rows WriteRows writes: who has more has another problem
// than rows.
const MaxBadRows = 100_000

// WriteRows writes the rows of the file whose line is in why, as a table to mend
// and import again: CSV in UTF-8 with a byte order mark, what is wrong (错误) and
// the line (行号) in front of the columns of the file. A text that a spreadsheet
// would take for a formula gets a ' in front. Shapes are left out. It returns
// how many rows it wrote, MaxBadRows at most.
func (s *Source) WriteRows(ctx context.Context, to io.Writer, why map[int]string) (int, error) {
	rows, heads := []row{}, []string{}
	seen := map[string]bool{}
	for r, err := range s.raws(ctx) {
		if err != nil {
			break // the rows up to here; that the file breaks off has been told
		}
		if why[r.line] == "" || r.total {
			continue
		}
		decoded := s.decode(r)
		sorted := slices.Clone(decoded.heads)
		if s.unit() != "行" { // the members of a feature have no order of their own
			slices.Sort(sorted)
		}
		for _, h := range sorted {
			if !seen[h] {
				seen[h] = true
				heads = append(heads, h)
			}
		}
		if rows = append(rows, decoded); len(rows) == MaxBadRows {
			break
		}
	}
	if _, err := io.WriteString(to, "\uFEFF"); err != nil {
		return 0, fmt.Errorf("writing bad rows: %w", err)
	}
	out := csv.NewWriter(to)
	out.UseCRLF = true // for spreadsheets
	first := []string{"错误", "行号"}
	for _, h := range heads {
		first = append(first, inert(clean(h)))
	}
	out.Write(first) // Error tells below
	for _, r := range rows {
		line := []string{inert(why[r.line]), strconv.Itoa(r.line)}
		for _, h := range heads {
			line = append(line, inert(r.text(h)))
		}
		out.Write(line)
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return 0, fmt.Errorf("writing bad rows: %w", err)
	}
	return len(rows), nil
}

// text is what a row has under a head.
func (r row) text(head string) string {
	i := slices.Index(r.heads, head)
	if i < 0 || i >= len(r.cells) {
		return ""
	}
	if c := r.cells[i]; len(c.list) > 0 {
		return strings.Join(c.list, "、")
	}
	return r.cells[i].text
}

// formulaSigns begin what spreadsheets act on, full width too.
const formulaSigns = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"

// inert keeps a text from being taken for a formula by the program that opens
// the table.
func inert(text string) string {
	if begin, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, " \u3000\u00a0")); strings.ContainsRune(formulaSigns, begin) {
		return "'" + text
	}
	return text
}

// alive takes off what inert put on, so that a mended table is what it was.
func alive(text string) string {
	rest, marked := strings.CutPrefix(text, "'")
	if begin, _ := utf8.DecodeRuneInString(rest); marked && strings.ContainsRune(formulaSigns, begin) {
		return rest
	}
	return text
}
