package demo

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// Row is one record of a sheet: its place in EPSG:4326 (nil without one) and
// its values by column key, as a file would write them.
type Row struct {
	Shape  orb.Geometry
	Values map[string]any // string, int, float64, bool or []string
}

// sink takes the rows of a city as they are made; keys and values alternate.
type sink interface {
	put(sheet string, shape orb.Geometry, pairs ...any)
}

// Town is a whole city held in memory, by sheet name in order of making.
type Town struct{ Rows map[string][]Row }

func (t *Town) put(sheet string, shape orb.Geometry, pairs ...any) {
	t.Rows[sheet] = append(t.Rows[sheet], rowOf(shape, pairs))
}

func rowOf(shape orb.Geometry, pairs []any) Row {
	r := Row{Shape: shape, Values: make(map[string]any, len(pairs)/2)}
	for i := 0; i+1 < len(pairs); i += 2 {
		switch v := pairs[i+1].(type) {
		case string:
			if v == "" {
				continue
			}
		case []string:
			if len(v) == 0 {
				continue
			}
		}
		r.Values[pairs[i].(string)] = pairs[i+1]
	}
	return r
}

// folder writes every sheet to its file while the city is being made, so that a
// district needs no more memory than one of its tiles.
type folder struct {
	dir   string
	open  map[string]*sheetFile
	order []*sheetFile
	err   error
	keep  func(sheet string, r Row) bool
}

type sheetFile struct {
	sheet ward.Sheet
	f     *os.File
	w     *bufio.Writer
	table *csv.Writer // nil: GeoJSON
	rows  int
}

// FileName is the name of the file a sheet is written to.
func FileName(s ward.Sheet) string {
	if s.Shape == ward.NoShape {
		return s.Name + ".csv"
	}
	return s.Name + ".geojson"
}

func newFolder(dir string, sheets []ward.Sheet) (*folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make demo folder: %w", err)
	}
	fo := &folder{dir: dir, open: map[string]*sheetFile{}}
	for _, s := range sheets {
		f, err := os.Create(filepath.Join(dir, FileName(s)))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("create demo file: %w", err), fo.close())
		}
		sf := &sheetFile{sheet: s, f: f, w: bufio.NewWriterSize(f, 1<<16)}
		fo.open[s.Name] = sf
		fo.order = append(fo.order, sf)
		if s.Shape != ward.NoShape {
			fmt.Fprintf(sf.w, "{\"type\":\"FeatureCollection\",\"name\":%q,\"features\":[", s.Name)
			continue
		}
		sf.w.WriteString("\uFEFF")
		sf.table = csv.NewWriter(sf.w)
		head := make([]string, len(s.Columns))
		for i, c := range s.Columns {
			head[i] = c.Title
		}
		fo.keepErr(sf.table.Write(head))
	}
	return fo, nil
}

func (fo *folder) keepErr(err error) {
	if err != nil && fo.err == nil {
		fo.err = err
	}
}

func (fo *folder) put(sheet string, shape orb.Geometry, pairs ...any) {
	sf := fo.open[sheet]
	if sf == nil {
		return
	}
	r := rowOf(shape, pairs)
	if fo.keep != nil && !fo.keep(sheet, r) {
		return
	}
	if unknown := sf.unknown(r); unknown != "" {
		fo.keepErr(fmt.Errorf("sheet %s has no column %s", sheet, unknown))
		return
	}
	if sf.table != nil {
		fo.keepErr(sf.table.Write(sf.cells(r)))
	} else {
		sf.feature(r)
	}
	sf.rows++
}

func (sf *sheetFile) unknown(r Row) string {
	for k := range r.Values {
		if !slices.ContainsFunc(sf.sheet.Columns, func(c ward.Column) bool { return c.Key == k }) {
			return k
		}
	}
	return ""
}

// cells writes a row for a table: Chinese words, 是/否, lists by semicolon.
func (sf *sheetFile) cells(r Row) []string {
	out := make([]string, len(sf.sheet.Columns))
	for i, c := range sf.sheet.Columns {
		switch v := r.Values[c.Key].(type) {
		case string:
			out[i] = v
			if c.Terms != nil {
				out[i] = c.Terms.Label(v)
			}
		case int:
			out[i] = strconv.Itoa(v)
		case float64:
			out[i] = strconv.FormatFloat(v, 'f', -1, 64)
		case bool:
			out[i] = map[bool]string{true: "是", false: "否"}[v]
		case []string:
			words := make([]string, len(v))
			for k, w := range v {
				words[k] = w
				if c.Terms != nil {
					words[k] = c.Terms.Label(w)
				}
			}
			out[i] = strings.Join(words, ";")
		}
	}
	return out
}

// feature writes a row as one line of GeoJSON.
func (sf *sheetFile) feature(r Row) {
	b := sf.w.AvailableBuffer()
	if sf.rows > 0 {
		b = append(b, ',')
	}
	b = append(b, "\n{\"type\":\"Feature\",\"properties\":{"...)
	first := true
	for _, c := range sf.sheet.Columns {
		v, there := r.Values[c.Key]
		if !there {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(strconv.AppendQuote(b, c.Key), ':')
		switch v := v.(type) {
		case string:
			b = strconv.AppendQuote(b, v)
		case int:
			b = strconv.AppendInt(b, int64(v), 10)
		case float64:
			b = strconv.AppendFloat(b, v, 'f', -1, 64)
		case bool:
			b = strconv.AppendBool(b, v)
		case []string:
			b = strconv.AppendQuote(b, strings.Join(v, ";"))
		}
	}
	b = append(b, "},\"geometry\":"...)
	b = append(appendGeometry(b, r.Shape), '}')
	sf.w.Write(b)
}

// close finishes every file; the first error of the whole run is returned.
func (fo *folder) close() error {
	for _, sf := range fo.order {
		if sf.table != nil {
			sf.table.Flush()
			fo.keepErr(sf.table.Error())
		} else {
			sf.w.WriteString("\n]}\n")
		}
		fo.keepErr(sf.w.Flush())
		fo.keepErr(sf.f.Close())
	}
	if fo.err != nil {
		return fmt.Errorf("write demo folder: %w", fo.err)
	}
	return nil
}

// appendGeometry writes coordinates with seven decimals, about a centimetre.
func appendGeometry(b []byte, g orb.Geometry) []byte {
	if g == nil {
		return append(b, "null"...)
	}
	b = append(b, "{\"type\":\""...)
	b = append(b, g.GeoJSONType()...)
	b = append(b, "\",\"coordinates\":"...)
	switch g := g.(type) {
	case orb.Point:
		b = appendPoint(b, g)
	case orb.LineString:
		b = appendLine(b, g)
	case orb.Polygon:
		b = appendPolygon(b, g)
	case orb.MultiPolygon:
		b = append(b, '[')
		for i, p := range g {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendPolygon(b, p)
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

func appendPolygon(b []byte, p orb.Polygon) []byte {
	b = append(b, '[')
	for i, r := range p {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendLine(b, orb.LineString(r))
	}
	return append(b, ']')
}

func appendLine(b []byte, l orb.LineString) []byte {
	b = append(b, '[')
	for i, p := range l {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendPoint(b, p)
	}
	return append(b, ']')
}

func appendPoint(b []byte, p orb.Point) []byte {
	b = strconv.AppendFloat(append(b, '['), p[0], 'f', 7, 64)
	b = strconv.AppendFloat(append(b, ','), p[1], 'f', 7, 64)
	return append(b, ']')
}
