package intake

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// Options says how a file is to be understood.
type Options struct {
	Sheet string            // name or title of the sheet; "" recognises it by the file name
	Own   *ward.Sheet       // a sheet that is no register, instead of Sheet
	Map   map[string]string // header of the file → column key or title
	Set   map[string]string // column key or title → value where the file says nothing
	// CRS is the system of the coordinates: see systems. "" and "auto" take what
	// the file says of itself, else degrees of WGS 84, and say what fits better.
	CRS   string
	Layer string // sheet of a workbook, layer of a file with several; "" finds it
	Swap  bool   // the file has latitude, or northing, in front
	// Within tells the registered area a position (degrees of WGS 84) lies in;
	// nil when none is registered.
	Within func(orb.Point) (name string, ok bool)
	Limits Limits // zero: DefaultLimits

	lenient bool // for a look: what is missing is told later
}

// Source is a file whose sheet is known and whose rows can be read, any number
// of times. Close removes what was unpacked for it.
type Source struct {
	Name    string // base name of the file
	Sheet   ward.Sheet
	Format  string // GeoJSON, CSV, XLSX, XLS, Shapefile, GeoPackage, KML, DXF, OpenStreetMap
	Charset string // of the text in it

	limits Limits
	match  *matcher
	within func(orb.Point) (string, bool)
	notes  []ward.Finding
	raws   func(context.Context) iter.Seq2[raw, error]
	decode func(raw) row
	tidy   func() error

	heads  []string // of a table, in its order
	layers []string // sheets or layers of the file
	layer  string   // the one that is read
}

// Close removes temporary files.
func (s *Source) Close() error {
	if s.tidy == nil {
		return nil
	}
	return s.tidy()
}

// unit is how rows of this format are counted.
func (s *Source) unit() string {
	switch s.Format {
	case "CSV", "XLSX", "XLS":
		return "行"
	}
	return "个要素"
}

// Open recognises a file: GeoJSON by .geojson, .json, .geojsonl or .ndjson, a
// table by .csv, .tsv or .txt, a workbook by .xlsx or .xls, a shapefile by .shp, by a
// .zip or a folder that holds one, other formats of GDAL by their endings. The
// error is for people.
func Open(ctx context.Context, path string, o Options) (*Source, error) {
	return open(ctx, path, o)
}

func open(ctx context.Context, path string, o Options) (*Source, error) {
	if o.Limits == (Limits{}) {
		o.Limits = DefaultLimits()
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, ward.Errorf(ward.NotFound, "没有找到文件%s", quote(filepath.Base(path)))
	}
	if info.Size() > o.Limits.Bytes {
		return nil, ward.Errorf(ward.TooLarge, "文件超过%d MB；请分成几个文件导入", o.Limits.Bytes>>20)
	}
	s := &Source{Name: filepath.Base(path), limits: o.Limits, within: o.Within}
	if o.Own != nil {
		s.Sheet = *o.Own
	} else if s.Sheet, err = sheetFor(s.Name, o.Sheet); err != nil {
		return nil, err
	}
	if s.match, err = newMatcher(s.Sheet, o.Map, o.Set); err != nil {
		return nil, err
	}
	if s.match.system, err = systemNamed(o.CRS); err != nil {
		return nil, err
	}
	s.match.swap, s.match.lenient = o.Swap, o.lenient
	switch ext := strings.ToLower(filepath.Ext(path)); {
	case info.IsDir(), ext == ".shp", ext == ".zip":
		err = s.openShapefile(ctx, path, info.IsDir(), ext, o.Layer)
	case ext == ".geojson", ext == ".json", ext == ".geojsonl", ext == ".ndjson":
		err = s.openGeoJSON(path)
	case ext == ".csv", ext == ".tsv", ext == ".txt":
		err = s.openTable(path)
	case ext == ".xlsx", ext == ".xlsm":
		err = s.openBook(path, o.Layer)
	case ext == ".xls", ext == ".et":
		err = s.openOldBook(ctx, path, o.Layer)
	case foreignFormats()[ext].name != "":
		err = s.openForeign(ctx, path, foreignFormats()[ext], o.Layer)
	default:
		err = ward.Errorf(ward.Invalid, "不认识这种文件；可导入 GeoJSON(.geojson)、表格（.csv、.tsv、.xlsx、.xls）、Shapefile（.shp 或 .zip）、GeoPackage(.gpkg)、KML（.kml、.kmz）、DXF 和 OpenStreetMap(.osm.pbf)")
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Source) openGeoJSON(path string) error {
	c, err := s.sniffFile(path)
	if err != nil {
		return err
	}
	if err := s.declared(path, c); err != nil {
		return err
	}
	g := geoJSON{limits: s.limits}
	s.Format, s.decode = "GeoJSON", g.decode
	s.raws = func(context.Context) iter.Seq2[raw, error] { return fromFile(path, c, g.raws) }
	return nil
}

// declared takes the system that the old "crs" member at the beginning of a file
// names, unless the person gave another.
func (s *Source) declared(path string, c charset) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("opening the file: %w", err)
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(decoded(f, c), 1<<16))
	if err != nil {
		return fmt.Errorf("reading the file: %w", err)
	}
	if features := bytes.Index(head, []byte(`"features"`)); features >= 0 {
		head = head[:features]
	}
	member := crsMember.Find(head)
	if member == nil {
		return nil
	}
	if s.match.system.name != "" {
		if !s.match.system.degrees || !crsKnown.Match(member) {
			s.notes = append(s.notes, note("图形", "文件自带坐标系声明（crs）", "已按指定的"+s.match.system.title+"读取"))
		}
		return nil
	}
	if crsKnown.Match(member) {
		s.match.system.name = "crs"
		return nil
	}
	if m := crsNumber.FindSubmatch(member); m != nil {
		srid, _ := strconv.Atoi(string(m[1])) // five digits
		if in, ok := projected(srid); ok {
			s.match.system = in
			s.notes = append(s.notes, note("图形", "文件声明的坐标系是"+in.title, "已换算为 WGS84"))
			return nil
		}
	}
	return ward.Errorf(ward.Invalid, "文件声明的坐标系不能识别；请先转换为 EPSG:4326，或用 -crs 指定坐标系（%s）", systems)
}

func (s *Source) openTable(path string) error {
	if err := s.needsNoShape(); err != nil {
		return err
	}
	c, err := s.sniffFile(path)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("opening the table: %w", err)
	}
	defer f.Close()
	t, err := readHeader(decoded(f, c), s.match, s.limits, separators)
	if err != nil {
		return err
	}
	s.Format, s.decode, s.heads = "CSV", t.decode, t.heads
	s.raws = func(context.Context) iter.Seq2[raw, error] { return fromFile(path, c, t.raws) }
	return nil
}

// needsNoShape refuses tables for sheets that cannot do without a shape; where
// one is registered already, the code of a row is enough.
func (s *Source) needsNoShape() error {
	if s.Sheet.Tabled() {
		s.match.tabled = true
		return nil
	}
	if s.Sheet.Shape == ward.AreaOnly || s.Sheet.Shape == ward.LineOnly {
		return ward.Errorf(ward.Invalid, "%s需要图形，表格里没有；请导入带图形的 GeoJSON 或 Shapefile，把这些栏目放在属性里", s.Sheet.Title)
	}
	return nil
}

func (s *Source) sniffFile(path string) (charset, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("opening the file: %w", err)
	}
	defer f.Close()
	c, err := sniff(f)
	if err != nil {
		return "", fmt.Errorf("reading the file: %w", err)
	}
	s.Charset = string(c)
	return c, nil
}

// fromFile opens the file for as long as its rows are read.
func fromFile(path string, c charset, rows func(io.Reader) iter.Seq2[raw, error]) iter.Seq2[raw, error] {
	return func(yield func(raw, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(raw{}, fmt.Errorf("opening the file: %w", err))
			return
		}
		defer f.Close()
		rows(decoded(f, c))(yield)
	}
}
