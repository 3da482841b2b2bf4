package intake

import (
	"encoding/xml"
	"io"
	"regexp"
	"strconv"
	"strings"

	"wangge/internal/ward"
)

// A workbook may hold so many different texts, of so many bytes together: they
// are kept while its rows are read.
const (
	maxShared      = 5_000_000
	maxSharedBytes = 128 << 20
)

// readShared reads the texts that cells refer to by number.
func (w *workbook) readShared() error {
	size := 0
	return w.each("xl/sharedstrings.xml", func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		text, err := richText(d, "si")
		if err != nil {
			return err
		}
		size += len(text)
		if w.shared = append(w.shared, text); len(w.shared) > maxShared || size > maxSharedBytes {
			return errBookSize
		}
		return nil
	})
}

// escaped is how a workbook writes characters that XML cannot hold.
var escaped = regexp.MustCompile(`_x00(0[9AaDd])_`)

// richText joins the runs of a text up to the end of the element; readings of
// characters (rPh) are no part of it.
func richText(d *xml.Decoder, end string) (string, error) {
	var b strings.Builder
	inText, readings := false, 0
	for {
		token, err := d.RawToken()
		if err != nil {
			return "", err
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "t":
				inText = true
			case "rPh":
				readings++
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "t":
				inText = false
			case "rPh":
				readings--
			case end:
				return escaped.ReplaceAllString(b.String(), " "), nil
			}
		case xml.CharData:
			if inText && readings == 0 {
				b.Write(t)
			}
		}
	}
}

// readStyles learns which cell styles show a date.
func (w *workbook) readStyles() error {
	custom := map[int]bool{}
	cells := false // inside cellXfs; cellStyleXfs hold xf elements too
	return w.each("xl/styles.xml", func(d *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			if id, err := strconv.Atoi(attr(e, "numFmtId")); err == nil {
				custom[id] = showsDate(attr(e, "formatCode"))
			}
		case "cellXfs":
			cells = true
		case "cellStyleXfs", "cellStyles", "dxfs":
			cells = false
		case "xf":
			if !cells {
				return nil
			}
			id, _ := strconv.Atoi(attr(e, "numFmtId")) // none is 0, general
			is, given := custom[id]
			w.dates = append(w.dates, given && is || !given && builtinDate(id))
			if len(w.dates) > 1<<16 {
				return ward.Errorf(ward.TooLarge, "工作簿的单元格样式太多；请另存为新的工作簿")
			}
		}
		return nil
	})
}

// builtinDate are the formats of ECMA-376 part 1, 18.8.30 that show dates, with
// those of Chinese versions (27–36, 50–58).
func builtinDate(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

var formatNoise = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[(?:[^\]]{2,}|[^hmsHMS\]])\]`)

// showsDate reads a format code: whether days, months, years or hours are left
// when quoted words, colours and conditions are taken out.
func showsDate(code string) bool {
	plain := strings.ToLower(formatNoise.ReplaceAllString(code, ""))
	return !strings.Contains(plain, "general") && strings.ContainsAny(plain, "ymdhs")
}

// skip reads up to the end of an element that has just begun.
func skip(d *xml.Decoder) error {
	for depth := 1; depth > 0; {
		token, err := d.RawToken()
		if err != nil {
			return err
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

// content is the text of an element that has just begun.
func content(d *xml.Decoder) (string, error) {
	var b strings.Builder
	for {
		token, err := d.RawToken()
		switch t := token.(type) {
		case xml.CharData:
			b.Write(t)
		case xml.StartElement:
			if err := skip(d); err != nil {
				return "", err
			}
		case xml.EndElement:
			return b.String(), nil
		}
		if err != nil {
			return "", unexpected(err)
		}
	}
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
