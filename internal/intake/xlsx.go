package intake

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"os"
	"path"
	"slices"
	"strings"

	"wangge/internal/ward"
)

// workbook is an .xlsx that is open: a zip of XML parts. Only what import needs
// is read of it, row by row (see docs/decisions/040-xlsx.md).
type workbook struct {
	limits Limits
	files  map[string]*zip.File // by path, small letters
	left   int64                // bytes that may still be unpacked in this reading
	sheets []bookSheet
	shared []string
	dates  []bool // whether a cell style shows a date
	old    bool   // days are counted from 1904
}

// bookSheet is one sheet of a workbook that people see.
type bookSheet struct{ name, path string }

const (
	maxSheets  = 100
	maxColumns = 500
)

var (
	errNoWorkbook = ward.Errorf(ward.Invalid, "这不是 .xlsx 工作簿，或已损坏；请用表格软件另存为 .xlsx")
	errLocked     = ward.Errorf(ward.Invalid, "工作簿有密码，或其实是旧的 .xls；请另存为没有密码的 .xlsx")
	errBookSize   = ward.Errorf(ward.TooLarge, "工作簿解开后太大；请分成几个文件导入")
)

// openBook finds the sheet with a header that fits.
func (s *Source) openBook(file, wanted string) error {
	if err := s.needsNoShape(); err != nil {
		return err
	}
	type found struct {
		sheet bookSheet
		top   header
	}
	var fits []fitting[found]
	var why error
	var names []string
	err := withBook(file, s.limits, func(w *workbook) error {
		for _, sheet := range w.sheets {
			names = append(names, sheet.name)
			if wanted != "" && sheet.name != wanted {
				continue
			}
			top, err := w.header(sheet, s.match)
			if err != nil {
				why = err
				continue
			}
			fits = append(fits, fitting[found]{sheet.name, found{sheet, top}})
		}
		return nil
	})
	if err != nil {
		return err
	}
	chosen, err := chooseSheet(s, fits, names, wanted, why)
	if err != nil {
		return err
	}
	s.match.forget()
	s.match.known(chosen.top.heads)
	if len(names) > 1 {
		s.notes = append(s.notes, note("", "工作簿有"+headList(names), "只读取工作表"+quote(chosen.sheet.name)))
	}
	t := table{limits: s.limits, heads: chosen.top.heads, line: chosen.top.line}
	s.Format, s.Charset, s.decode = "XLSX", string(utf8Text), t.decode
	s.heads, s.layers, s.layer = t.heads, names, chosen.sheet.name
	s.raws = func(context.Context) iter.Seq2[raw, error] {
		return func(yield func(raw, error) bool) {
			err := withBook(file, s.limits, func(w *workbook) error { return w.raws(chosen.sheet, chosen.top.line, yield) })
			if err != nil && !errors.Is(err, errEnough) {
				yield(raw{}, err)
			}
		}
	}
	return nil
}

// fitting is a sheet of a workbook whose header names what is asked for.
type fitting[T any] struct {
	name  string
	sheet T
}

// chooseSheet takes the only one that fits, or of several the first named like
// the sheet that is filled. why is what is wrong with the others.
func chooseSheet[T any](s *Source, fits []fitting[T], names []string, wanted string, why error) (T, error) {
	var none T
	switch {
	case wanted != "" && !slices.Contains(names, wanted):
		return none, ward.Errorf(ward.NotFound, "工作簿里没有名为%s的工作表；有：%s", quote(wanted), headList(names))
	case len(fits) == 0 && why != nil:
		return none, why
	case len(fits) == 0:
		return none, ward.Errorf(ward.Invalid, "工作簿里没有工作表")
	case len(fits) == 1:
		return fits[0].sheet, nil
	}
	for _, f := range fits {
		if sheet, ok := Recognise(f.name); ok && sheet.Name == s.Sheet.Name {
			return f.sheet, nil
		}
	}
	if s.match.lenient {
		return fits[0].sheet, nil
	}
	return none, ward.Errorf(ward.Invalid, "有%d张工作表都像%s；请用 -layer 指定其中一张：%s", len(fits), s.Sheet.Title, headList(names))
}

// errEnough ends a reading whose reader wants no more.
var errEnough = errors.New("no more rows are wanted")

// withBook opens a workbook for as long as use runs. Each time all of its limits
// count anew.
func withBook(file string, limits Limits, use func(*workbook) error) error {
	f, err := os.Open(file)
	if err != nil {
		return ward.Errorf(ward.NotFound, "打不开文件%s", quote(path.Base(file)))
	}
	defer f.Close()
	magic := make([]byte, 4)
	if _, err := io.ReadFull(f, magic); err == nil && bytes.Equal(magic, []byte(oldBookMagic)) {
		return errLocked
	}
	info, err := f.Stat()
	if err != nil {
		return errNoWorkbook
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		return errNoWorkbook
	}
	if len(z.File) > 10*limits.Entries {
		return errBookSize
	}
	w := &workbook{limits: limits, files: map[string]*zip.File{}, left: limits.Book}
	for _, f := range z.File {
		w.files[strings.ToLower(strings.TrimPrefix(f.Name, "/"))] = f
	}
	if err := w.open(); err != nil {
		return err
	}
	return use(w)
}

// open reads what the sheets share.
func (w *workbook) open() error {
	targets := map[string]string{}
	err := w.each("xl/_rels/workbook.xml.rels", func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "Relationship" {
			targets[attr(e, "Id")] = attr(e, "Target")
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = w.each("xl/workbook.xml", func(d *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			w.old = truthy(attr(e, "date1904"))
		case "sheet":
			if state := attr(e, "state"); state == "hidden" || state == "veryHidden" {
				return nil
			}
			target := targets[attr(e, "id")]
			if !strings.HasPrefix(target, "/") {
				target = "xl/" + target
			}
			w.sheets = append(w.sheets, bookSheet{clean(attr(e, "name")), strings.ToLower(strings.TrimPrefix(path.Clean(target), "/"))})
		}
		if len(w.sheets) > maxSheets {
			return ward.Errorf(ward.TooLarge, "工作簿有超过%d张工作表；请分成几个文件导入", maxSheets)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(w.sheets) == 0 {
		return errNoWorkbook
	}
	if err := w.readStyles(); err != nil {
		return err
	}
	return w.readShared()
}

// part opens a part with what is left of the limits; a part that is not there
// is empty. Sizes an entry declares are not trusted.
func (w *workbook) part(name string) (io.ReadCloser, error) {
	f, ok := w.files[name]
	if !ok {
		return io.NopCloser(strings.NewReader("")), nil
	}
	in, err := f.Open()
	if err != nil {
		return nil, errNoWorkbook
	}
	// A sheet of equal cells packs well, so less than some size is always let through.
	allowed := max(64<<20, w.limits.Ratio*int64(f.CompressedSize64))
	return struct {
		io.Reader
		io.Closer
	}{&bookReader{in: in, book: w, allowed: allowed}, in}, nil
}

// bookReader counts what is unpacked of a workbook. The XML parser holds each
// text as a whole, so one text may only be so long.
type bookReader struct {
	in      io.Reader
	book    *workbook
	allowed int64
	run     int // bytes since the last <
}

// maxText is the longest text or tag of a workbook in bytes; spreadsheets let a
// cell have 32,767 characters.
const maxText = 1 << 20

func (r *bookReader) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	r.book.left -= int64(n)
	r.allowed -= int64(n)
	if last := bytes.LastIndexByte(p[:n], '<'); last < 0 {
		r.run += n
	} else {
		r.run = n - last
	}
	if r.book.left < 0 || r.allowed < 0 || r.run > maxText {
		return 0, errBookSize
	}
	return n, err
}

// each calls do with every element of a part.
func (w *workbook) each(name string, do func(*xml.Decoder, xml.StartElement) error) error {
	in, err := w.part(name)
	if err != nil {
		return err
	}
	defer in.Close()
	d := xml.NewDecoder(in)
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return bookError(err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if err := do(d, e); err != nil {
			return bookError(err)
		}
	}
}

// bookError keeps what is for people and hides what the XML parser says.
func bookError(err error) error {
	if errors.Is(err, errEnough) || ward.ErrorCode(err) != ward.Internal {
		return err
	}
	return errNoWorkbook
}

// attr is an attribute by its local name, whatever the prefix.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func truthy(s string) bool { return s == "1" || s == "true" }
