package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"wangge/internal/ward"
)

// foreignFormat is one that GDAL reads for us, other than shapefiles.
type foreignFormat struct {
	name  string
	magic func(head []byte) bool // of the first 4 KB
	own   bool                   // it says its system of coordinates
	id    []string               // headers of identifiers that may serve as codes
}

// foreignFormats by the ending of the file. What a file is must show in its
// first bytes too: GDAL goes by content, and some of its drivers open other files.
func foreignFormats() map[string]foreignFormat {
	starts := func(s string) func([]byte) bool {
		return func(head []byte) bool { return bytes.HasPrefix(head, []byte(s)) }
	}
	holds := func(s string) func([]byte) bool {
		return func(head []byte) bool { return bytes.Contains(head, []byte(s)) }
	}
	kml := foreignFormat{name: "KML", magic: holds("<kml"), own: true}
	osm := foreignFormat{name: "OpenStreetMap", magic: holds("OSMHeader"), own: true, id: []string{"osm_id", "osm_way_id"}}
	return map[string]foreignFormat{
		".gpkg": {name: "GeoPackage", magic: starts("SQLite format 3\x00"), own: true},
		".kml":  kml,
		".kmz":  kml,
		".dxf":  {name: "DXF", magic: holds("SECTION"), id: []string{"EntityHandle"}},
		".pbf":  osm,
		".osm":  {name: osm.name, magic: holds("<osm"), own: true, id: osm.id},
	}
}

// findGDAL finds a program of gdal-bin.
func findGDAL(program, format string) (string, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return "", ward.Errorf(ward.Invalid, "读取 %s 需要 GDAL：请管理员安装（Debian/Ubuntu：apt-get install gdal-bin），或先把文件转换为 GeoJSON", format)
	}
	return path, nil
}

// openForeign finds the layer of a file that GDAL reads.
func (s *Source) openForeign(ctx context.Context, path string, f foreignFormat, wanted string) (err error) {
	program, err := findGDAL("ogr2ogr", f.name)
	if err != nil {
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
	if strings.EqualFold(filepath.Ext(path), ".kmz") {
		if path, err = unpackKML(path, dir, s.limits); err != nil {
			return err
		}
	}
	l := layer{what: f.name, encoding: "", env: []string{"CPL_TMPDIR=" + dir}}
	if l.path, err = filepath.Abs(path); err != nil {
		return fmt.Errorf("finding the file: %w", err)
	}
	if err := checkMagic(path, f.name, f.magic); err != nil {
		return err
	}
	if f.name == "OpenStreetMap" {
		err = l.ofOSM(s.Sheet, dir)
	} else {
		err = l.find(ctx, s.Sheet, wanted, s.limits)
		if err != nil && s.match.lenient && wanted == "" && len(l.names) > 0 {
			l.name, err = l.names[0], nil // the person chooses
		}
	}
	if err != nil {
		return err
	}
	s.layers, s.layer = l.names, l.name
	own := f.own
	if f.name == "GeoPackage" {
		if own, err = l.hasSystem(ctx, s.limits); err != nil {
			return err
		}
	}
	l.raw = s.ownSystem(own, f.name+" 的坐标系")
	s.match.drawn = f.name == "DXF"
	for _, id := range f.id {
		s.match.takeID(id)
	}
	s.Format, s.Charset = f.name, string(utf8Text)
	g := geoJSON{limits: s.limits, foreign: true}
	s.decode = g.decode
	s.raws = func(ctx context.Context) iter.Seq2[raw, error] {
		return func(yield func(raw, error) bool) { l.read(ctx, program, s.limits, g, yield) }
	}
	return nil
}

func checkMagic(path, name string, magic func([]byte) bool) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("opening the file: %w", err)
	}
	defer f.Close()
	head := make([]byte, 4096)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the file: %w", err)
	}
	if !magic(head[:n]) {
		return ward.Errorf(ward.Invalid, "内容不是 %s；请检查文件，或重新导出", name)
	}
	return nil
}

// find chooses the layer: the one people named, the only one, the one named like
// the sheet, or the only one with its kind of shape.
func (l *layer) find(ctx context.Context, sheet ward.Sheet, wanted string, limits Limits) error {
	said, err := l.info(ctx, limits, "-q", l.path)
	if err != nil {
		return err
	}
	all := layersOf(said)
	names := []string{}
	for _, o := range all {
		names = append(names, o.name)
	}
	l.names = names
	switch {
	case len(all) == 0:
		return ward.Errorf(ward.Invalid, "文件里没有图层")
	case wanted != "" && !slices.Contains(names, wanted):
		return ward.Errorf(ward.NotFound, "文件里没有名为%s的图层；有：%s", quote(wanted), headList(names))
	case wanted != "":
		l.name = wanted
	case len(all) > 1:
		for _, fits := range []func(ogrLayer) bool{
			func(o ogrLayer) bool { s, ok := Recognise(o.name); return ok && s.Name == sheet.Name },
			func(o ogrLayer) bool { return o.fits(sheet.Shape) },
		} {
			some := slices.DeleteFunc(slices.Clone(all), func(o ogrLayer) bool { return !fits(o) })
			if len(some) == 1 {
				l.name = some[0].name
				break
			}
		}
		if l.name == "" {
			return ward.Errorf(ward.Invalid, "文件里有%d个图层；请用 -layer 指定其中一个：%s", len(all), headList(names))
		}
	}
	if strings.HasPrefix(l.name, "-") { // would be an option of ogr2ogr
		return ward.Errorf(ward.Invalid, "图层名%s不能以 - 开头；请改名后重新导出", quote(l.name))
	}
	return nil
}

// ogrLayer is a layer as ogrinfo lists it.
type ogrLayer struct{ name, kind string }

var layerLine = regexp.MustCompile(`(?m)^\d+: (.*?)(?: \(([^()]*)\))?\r?$`)

func layersOf(said string) []ogrLayer {
	out := []ogrLayer{}
	for _, m := range layerLine.FindAllStringSubmatch(said, 1000) {
		if m[2] != "None" { // a table without shapes
			out = append(out, ogrLayer{m[1], m[2]})
		}
	}
	return out
}

func (o ogrLayer) fits(shape ward.Shape) bool {
	word := map[ward.Shape]string{ward.AreaOnly: "Polygon", ward.LineOnly: "Line", ward.PointOnly: "Point", ward.PlaceAny: "Point"}[shape]
	return word != "" && strings.Contains(o.kind, word)
}

// hasSystem asks whether the layer says its system of coordinates.
func (l *layer) hasSystem(ctx context.Context, limits Limits) (bool, error) {
	args := []string{"-so", l.path}
	if l.name != "" {
		args = append(args, l.name)
	} else {
		args = append(args, "-al")
	}
	said, err := l.info(ctx, limits, args...)
	_, after, found := strings.Cut(said, "Layer SRS WKT:")
	after = strings.TrimSpace(after)
	return found && !strings.HasPrefix(after, "(unknown)") && !strings.HasPrefix(after, "ENGCRS") && !strings.HasPrefix(after, "LOCAL_CS"), err
}

// info runs ogrinfo, as guarded as ogr2ogr.
func (l *layer) info(ctx context.Context, limits Limits, args ...string) (string, error) {
	program, err := findGDAL("ogrinfo", l.what)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, min(limits.Time, time.Minute))
	defer cancel()
	cmd := exec.CommandContext(ctx, program, append([]string{"-ro"}, args...)...)
	cmd.Env = append(gdalEnv(), l.env...)
	cmd.WaitDelay = 5 * time.Second
	out := &firstBytes{limit: 1 << 20}
	cmd.Stdout = out
	if err := cmd.Run(); err != nil {
		if errors.Is(ctx.Err(), context.Canceled) {
			return "", ctx.Err()
		}
		return "", ward.Errorf(ward.Invalid, "GDAL 读不了这个 %s：文件可能损坏；请重新导出", l.what)
	}
	return out.String(), nil
}

// osmConfig tells GDAL's reader of OpenStreetMap which tags to bring along.
//
// The first line is GDAL's own: with a shorter list version 3.6 no longer takes a
// closed way with the tag building for an area.
const osmConfig = `closed_ways_are_polygons=aeroway,amenity,boundary,building,craft,geological,historic,landuse,leisure,military,natural,office,place,shop,sport,tourism,highway=platform,public_transport=platform
attribute_name_laundering=no
[points]
osm_id=yes
attributes=name,amenity
[lines]
osm_id=yes
attributes=name,highway,bridge
[multipolygons]
osm_id=yes
attributes=name,building,building:levels,addr:housenumber,addr:street,height,landuse,natural
[multilinestrings]
osm_id=yes
[other_relations]
osm_id=yes
`

// ofOSM chooses what of OpenStreetMap fills a sheet.
func (l *layer) ofOSM(sheet ward.Sheet, dir string) error {
	switch sheet.Name {
	case "roads":
		l.name, l.where = "lines", "highway is not null"
	case "buildings":
		l.name, l.where = "multipolygons", "building is not null"
	case "grounds":
		l.name, l.where = "multipolygons", `landuse is not null or "natural" is not null`
	case "points":
		l.name, l.where = "points", "amenity is not null and name is not null"
	default:
		return ward.Errorf(ward.Invalid, "OpenStreetMap 数据可用于道路、楼栋、地表和服务点，不能用于%s", sheet.Title)
	}
	config := filepath.Join(dir, "osmconf.ini")
	if err := os.WriteFile(config, []byte(osmConfig), 0o600); err != nil {
		return fmt.Errorf("writing the settings of GDAL: %w", err)
	}
	l.env = append(l.env, "OSM_CONFIG_FILE="+config)
	return nil
}
