package intake

import (
	"encoding/xml"
	"errors"
	"math"
	"strconv"
	"time"

	"wangge/internal/ward"
)

// header reads the first rows of a sheet and finds the header in them. Merged
// cells name all of the columns they cover.
func (w *workbook) header(sheet bookSheet, m *matcher) (header, error) {
	rows := []headRow{}
	err := w.rows(sheet, func(line int, cells []cell, spread []string) error {
		if rows = append(rows, headRow{line, spread}); len(rows) == headerRows {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return header{}, err
	}
	top := pickHeader(rows, m)
	return top, top.check(m)
}

// raws yields the rows below the header.
func (w *workbook) raws(sheet bookSheet, top int, yield func(raw, error) bool) error {
	return w.rows(sheet, func(line int, cells []cell, _ []string) error {
		if line <= top {
			return nil
		}
		if !yield(raw{line: line, cells: cells, total: isTotal(cells)}, nil) {
			return errEnough
		}
		return nil
	})
}

// rows reads a sheet from its beginning. Blank rows are left out. Cells merged
// downwards repeat their value; spread also repeats it to the right.
func (w *workbook) rows(sheet bookSheet, do func(line int, cells []cell, spread []string) error) error {
	joined, err := w.merges(sheet)
	if err != nil {
		return err
	}
	line := 0
	return w.each(sheet.path, func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "row" {
			return nil
		}
		line++
		if r := attr(e, "r"); r != "" {
			n, err := strconv.Atoi(r)
			if err != nil || n < line {
				return errNoWorkbook
			}
			line = n
		}
		cells, err := w.row(d, line)
		if err != nil {
			return err
		}
		own := !blankCells(cells)
		cells, spread := joined.fill(line, cells)
		if !own {
			return nil
		}
		size := 0
		for _, c := range cells {
			size += len(c.text)
		}
		if size > w.limits.Feature {
			return ward.Errorf(ward.TooLarge, "第%d行太长；请检查内容", line)
		}
		return do(line, cells, spread)
	})
}

func blankCells(cells []cell) bool {
	for _, c := range cells {
		if !c.blank() {
			return false
		}
	}
	return true
}

// row reads the cells of a row that has just begun.
func (w *workbook) row(d *xml.Decoder, line int) ([]cell, error) {
	cells := []cell{}
	at := -1
	for {
		token, err := d.RawToken()
		if err != nil {
			return nil, unexpected(err)
		}
		switch t := token.(type) {
		case xml.EndElement:
			if t.Name.Local == "row" {
				return cells, nil
			}
		case xml.StartElement:
			if t.Name.Local != "c" {
				if err := skip(d); err != nil {
					return nil, unexpected(err)
				}
				continue
			}
			at++
			if ref := attr(t, "r"); ref != "" {
				if at, _ = place(ref); at < 0 {
					return nil, errNoWorkbook
				}
			}
			c, err := w.cell(d, t)
			if err != nil {
				return nil, unexpected(err)
			}
			if c.blank() {
				continue
			}
			if at >= maxColumns {
				return nil, ward.Errorf(ward.TooLarge, "第%d行超过%d栏；请删去右边多余的内容", line, maxColumns)
			}
			for len(cells) <= at {
				cells = append(cells, cell{})
			}
			c.at = letters(at) + strconv.Itoa(line)
			cells[at] = c
		}
	}
}

// cell reads a cell that has just begun.
func (w *workbook) cell(d *xml.Decoder, e xml.StartElement) (cell, error) {
	var value, inline string
	formula := false
	for {
		token, err := d.RawToken()
		if err != nil {
			return cell{}, err
		}
		switch t := token.(type) {
		case xml.EndElement:
			if t.Name.Local == "c" {
				return w.value(attr(e, "t"), attr(e, "s"), value, inline, formula), nil
			}
		case xml.StartElement:
			switch t.Name.Local {
			case "v":
				value, err = content(d)
			case "is":
				inline, err = richText(d, "is")
			default:
				formula = formula || t.Name.Local == "f"
				err = skip(d)
			}
			if err != nil {
				return cell{}, err
			}
		}
	}
}

// value is what a cell says, by its type (ECMA-376 part 1, 18.18.11).
func (w *workbook) value(kind, style, value, inline string, formula bool) cell {
	switch kind {
	case "s":
		if n, err := strconv.Atoi(value); err == nil && n >= 0 && n < len(w.shared) {
			return cell{text: alive(clean(w.shared[n]))}
		}
		return cell{}
	case "inlineStr":
		return cell{text: alive(clean(inline))}
	case "str", "d":
		return cell{text: clean(escaped.ReplaceAllString(value, " "))}
	case "b":
		return cell{text: map[bool]string{true: "true", false: "false"}[truthy(value)]}
	case "e":
		return cell{text: clean(value), bad: "是公式错误" + quote(value) + "；请改正后重新导入"}
	}
	if value == "" && formula {
		return cell{text: "=", bad: "是没有结果的公式；请用表格软件打开并保存后再导入"}
	}
	v, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return cell{text: clean(value)}
	}
	if n, err := strconv.Atoi(style); err == nil && n >= 0 && n < len(w.dates) && w.dates[n] {
		if text, ok := dayText(v, w.old); ok {
			return cell{text: text}
		}
	}
	c := cell{text: plainNumber(v), serial: v, lost: math.Abs(v) >= 1e15}
	if w.old {
		c.serial += 1462 // from 1904 to 1900
	}
	return c
}

// plainNumber writes a number without an exponent, to the 15 digits that
// spreadsheets keep.
func plainNumber(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatInt(int64(v), 10)
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 14, 64), 64)
	if err != nil || math.Abs(v) > 1e20 || math.Abs(v) < 1e-20 {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strconv.FormatFloat(short, 'f', -1, 64)
}

// dayText writes the serial number of a date cell as people would.
func dayText(v float64, old bool) (string, bool) {
	if old {
		v += 1462
	}
	if v < 0 || v >= 109_575 { // the year 2200
		return "", false
	}
	// Seconds, because 8:30 is not a whole number of anything in floats.
	t := serialDay(v).Add(time.Duration(math.Round((v-math.Floor(v))*86_400)) * time.Second)
	switch {
	case v < 1:
		return t.Format("15:04"), true
	case v == math.Floor(v):
		return t.Format("2006-01-02"), true
	}
	return t.Format("2006-01-02 15:04:05"), true
}

// serialDay is the day of a serial number. Spreadsheets believe in a 29 February
// 1900, so earlier days are one less.
func serialDay(v float64) time.Time {
	days := int(math.Floor(v))
	if days < 60 {
		days++
	}
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days)
}
