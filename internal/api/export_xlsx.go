package api

import (
	"archive/zip"
	"encoding/xml"
	"io"
	"iter"
	"strconv"
	"strings"
)

// The parts of a workbook of one sheet, beside the sheet itself.
const (
	xlsxTypes = `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`
	xlsxRels  = `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	xlsxBook  = `<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`
	xlsxLinks = `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`
	xlsxHead  = `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`
	xlsxFoot  = `</sheetData></worksheet>`
)

const mediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// writeXLSX writes rows of texts as a workbook, one after another. Every cell is
// an inline text: a code keeps its digits, and nothing acts as a formula.
func writeXLSX(to io.Writer, rows iter.Seq2[[]string, error]) error {
	book := zip.NewWriter(to)
	for _, part := range [...][2]string{{"[Content_Types].xml", xlsxTypes}, {"_rels/.rels", xlsxRels}, {"xl/workbook.xml", xlsxBook}, {"xl/_rels/workbook.xml.rels", xlsxLinks}} {
		w, err := book.Create(part[0])
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, part[1]); err != nil {
			return err
		}
	}
	sheet, err := book.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return err
	}
	if _, err := io.WriteString(sheet, xlsxHead); err != nil {
		return err
	}
	line := 0
	for cells, err := range rows {
		if err != nil {
			return err
		}
		line++
		if _, err := io.WriteString(sheet, xlsxRow(line, cells)); err != nil {
			return err
		}
	}
	if _, err := io.WriteString(sheet, xlsxFoot); err != nil {
		return err
	}
	return book.Close()
}

// xlsxRow is one row; empty cells are left out.
func xlsxRow(line int, cells []string) string {
	var b strings.Builder
	b.WriteString(`<row r="` + strconv.Itoa(line) + `">`)
	for i, text := range cells {
		if text == "" {
			continue
		}
		b.WriteString(`<c r="` + xlsxColumn(i) + strconv.Itoa(line) + `" t="inlineStr"><is><t xml:space="preserve">`)
		_ = xml.EscapeText(&b, []byte(text)) // to memory; what XML cannot hold becomes U+FFFD
		b.WriteString(`</t></is></c>`)
	}
	b.WriteString(`</row>`)
	return b.String()
}

// xlsxColumn names a column: 0 → A, 25 → Z, 26 → AA.
func xlsxColumn(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}
