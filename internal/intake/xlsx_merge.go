package intake

import (
	"bufio"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"

	"wangge/internal/ward"
)

// mergedArea is a block of cells that people made one; its value stands in the
// first.
type mergedArea struct {
	left, right, top, bottom int // columns from 0, rows from 1
	value                    cell
}

// mergedAreas are those of a sheet by their first row, with the ones open at the
// row that is being read.
type mergedAreas struct {
	areas []mergedArea
	next  int
	open  []*mergedArea
}

// maxMerged is how many merged blocks a sheet may have.
const maxMerged = 200_000

var mergePattern = regexp.MustCompile(`^(?:\w+:)?mergeCell [^<>]{0,80}?ref="([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})"`)

// merges reads the merged blocks of a sheet. They stand behind all rows and are
// needed before them, so the text is searched for them without parsing it.
func (w *workbook) merges(sheet bookSheet) (*mergedAreas, error) {
	in, err := w.part(sheet.path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	out := &mergedAreas{}
	r := bufio.NewReaderSize(in, 1<<16)
	for {
		_, err := r.ReadSlice('<')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			slices.SortStableFunc(out.areas, func(a, b mergedArea) int { return a.top - b.top })
			return out, nil
		case err != nil:
			return nil, bookError(err)
		}
		head, _ := r.Peek(2)
		if len(head) < 2 || head[0] != 'm' && head[1] != ':' {
			continue
		}
		head, _ = r.Peek(128) // shorter at the end
		m := mergePattern.FindSubmatch(head)
		if m == nil {
			continue
		}
		var a mergedArea
		a.left, a.top = place(string(m[1]))
		a.right, a.bottom = place(string(m[2]))
		a.right = min(a.right, maxColumns-1)
		if a.left < 0 || a.right < a.left || a.bottom < a.top {
			continue
		}
		if out.areas = append(out.areas, a); len(out.areas) > maxMerged {
			return nil, ward.Errorf(ward.TooLarge, "工作表的合并单元格超过%d处；请取消合并后再导入", maxMerged)
		}
	}
}

// fill puts the values of merged blocks into the rows they reach down to; spread
// has them in all their columns as well.
func (m *mergedAreas) fill(line int, cells []cell) (filled []cell, spread []string) {
	for ; m.next < len(m.areas) && m.areas[m.next].top <= line; m.next++ {
		if a := &m.areas[m.next]; a.top == line && a.left < len(cells) && !cells[a.left].blank() {
			a.value = cells[a.left]
			m.open = append(m.open, a)
		}
	}
	m.open = slices.DeleteFunc(m.open, func(a *mergedArea) bool { return a.bottom < line })
	for _, a := range m.open {
		for len(cells) <= a.left {
			cells = append(cells, cell{})
		}
		cells[a.left] = a.value
	}
	spread = make([]string, len(cells), maxColumns)
	for i, c := range cells {
		spread[i] = c.text
	}
	for _, a := range m.open {
		for len(spread) <= a.right {
			spread = append(spread, "")
		}
		for i := a.left; i <= a.right; i++ {
			spread[i] = a.value.text
		}
	}
	return cells, spread
}

// place reads a reference like AB12: the column from 0, the row from 1; -1 when
// it is none.
func place(ref string) (column, row int) {
	i := 0
	for i < len(ref) && i < 3 && ref[i] >= 'A' && ref[i] <= 'Z' {
		column = column*26 + int(ref[i]-'A') + 1
		i++
	}
	row, err := strconv.Atoi(ref[i:])
	if i == 0 || err != nil || row < 1 {
		return -1, 0
	}
	return column - 1, row
}

// letters is the name of a column, from 0.
func letters(column int) string {
	s := ""
	for column++; column > 0; column = (column - 1) / 26 {
		s = string(rune('A'+(column-1)%26)) + s
	}
	return s
}
