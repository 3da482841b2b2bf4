package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"wangge/internal/ward"
)

// oldBookMagic begins every file of the compound format, .xls among them.
const oldBookMagic = "\xD0\xCF\x11\xE0"

// errOldBook is the answer to an old workbook that GDAL cannot read either.
var errOldBook = ward.Errorf(ward.Invalid, "旧版 .xls 读不了：文件有密码或已损坏；请用表格软件另存为没有密码的 .xlsx")

// oldSheet is a sheet of an .xls as a table of text: its first line is not of
// the sheet.
type oldSheet struct {
	name, file string
	table      table
}

// openOldBook reads the workbooks of Excel 97–2003 (.xls, .et) by way of GDAL,
// which writes each sheet as a table of text. It knows no merged cells: their
// value stands in the first one only.
func (s *Source) openOldBook(ctx context.Context, path, wanted string) (err error) {
	if err := s.needsNoShape(); err != nil {
		return err
	}
	program, err := findGDAL("ogr2ogr", ".xls")
	if err != nil {
		return err
	}
	if err := checkMagic(path, ".xls 工作簿", func(head []byte) bool { return strings.HasPrefix(string(head), oldBookMagic) }); err != nil {
		return err
	}
	dir, err := s.folder()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	b := oldBook{program: program, dir: dir, limits: s.limits}
	if b.path, err = filepath.Abs(path); err != nil {
		return fmt.Errorf("finding the file: %w", err)
	}
	names, err := b.names(ctx)
	if err != nil {
		return err
	}
	chosen, err := s.chooseOld(ctx, b, names, wanted)
	if err != nil {
		return err
	}
	s.match.forget()
	s.match.known(chosen.table.heads)
	if len(names) > 1 {
		s.notes = append(s.notes, note("", "工作簿有"+headList(names), "只读取工作表"+quote(chosen.name)))
	}
	s.notes = append(s.notes, note("", "旧版 .xls 的合并单元格只有第一格有内容", "其余各格按空白读取；需要时请另存为 .xlsx"))
	s.Format, s.Charset, s.decode = "XLS", string(utf8Text), chosen.table.decode
	s.heads, s.layers, s.layer = chosen.table.heads, names, chosen.name
	s.raws = func(context.Context) iter.Seq2[raw, error] { return chosen.raws }
	return nil
}

// chooseOld is the sheet people named, or the one whose header fits.
func (s *Source) chooseOld(ctx context.Context, b oldBook, names []string, wanted string) (oldSheet, error) {
	var fits []fitting[oldSheet]
	var why error
	for i, name := range names {
		if wanted != "" && name != wanted {
			continue
		}
		sheet, err := b.sheet(ctx, i, name, s.match)
		switch {
		case ward.ErrorCode(err) == ward.Invalid:
			why = err
		case err != nil:
			return oldSheet{}, err
		default:
			fits = append(fits, fitting[oldSheet]{name, sheet})
		}
	}
	return chooseSheet(s, fits, names, wanted, why)
}

// oldBook runs GDAL over one .xls.
type oldBook struct {
	program, path, dir string
	limits             Limits
}

func (b oldBook) names(ctx context.Context) ([]string, error) {
	l := layer{what: ".xls", env: b.env()}
	said, err := l.info(ctx, b.limits, "-q", b.path)
	if ward.ErrorCode(err) == ward.Invalid {
		return nil, errOldBook
	}
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, m := range layerLine.FindAllStringSubmatch(said, maxSheets) {
		names = append(names, m[1])
	}
	return names, nil
}

func (b oldBook) env() []string {
	return []string{"CPL_TMPDIR=" + b.dir, "OGR_XLS_HEADERS=DISABLE", "OGR_XLS_FIELD_TYPES=STRING"}
}

// sheet writes the i-th sheet as a table and finds its header.
func (b oldBook) sheet(ctx context.Context, i int, name string, m *matcher) (oldSheet, error) {
	o := oldSheet{name: name, file: filepath.Join(b.dir, strconv.Itoa(i)+".csv")}
	ctx, cancel := context.WithTimeout(ctx, b.limits.Time)
	defer cancel()
	cmd := exec.CommandContext(ctx, b.program, "-q", "-f", "CSV", o.file, b.path, "-sql", "select * from "+quoteName(name))
	cmd.Env = append(gdalEnv(), b.env()...)
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return o, ctx.Err()
		}
		return o, errOldBook
	}
	f, err := o.open()
	if errors.Is(err, io.EOF) || errors.Is(err, os.ErrNotExist) {
		return o, ward.Errorf(ward.Invalid, "工作表%s是空的", quote(name))
	}
	if err != nil {
		return o, err
	}
	defer f.Close()
	if o.table, err = readHeader(f, m, b.limits, ","); err != nil {
		return o, err
	}
	return o, nil
}

// quoteName is a sheet's name in the SQL of GDAL; no name can be an option then.
func quoteName(name string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
}

// open gives the table behind the line of field names that GDAL adds.
func (o oldSheet) open() (*os.File, error) {
	f, err := os.Open(o.file)
	if err != nil {
		return nil, err
	}
	at, one := int64(0), make([]byte, 4096)
	for {
		n, err := f.ReadAt(one, at)
		if end := strings.IndexByte(string(one[:n]), '\n'); end >= 0 {
			_, err = f.Seek(at+int64(end)+1, io.SeekStart)
			return f, err
		}
		if at += int64(n); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
}

func (o oldSheet) raws(yield func(raw, error) bool) {
	f, err := o.open()
	if err != nil {
		yield(raw{}, fmt.Errorf("opening the sheet: %w", err))
		return
	}
	defer f.Close()
	o.table.raws(f)(yield)
}
