package intake

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"wangge/internal/ward"
)

// openShapefile finds the one shapefile that path stands for. GDAL reads it, in
// a process of its own: its drivers are many and old, and a bad file must not
// take the server with it.
func (s *Source) openShapefile(_ context.Context, path string, folder bool, ext, wanted string) (err error) {
	program, err := findGDAL("ogr2ogr", "Shapefile")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	var titles map[string]string
	if ext == ".zip" && !folder {
		dir, err := s.folder()
		if err != nil {
			return err
		}
		if titles, err = unpack(path, dir, s.limits); err != nil {
			return err
		}
		path, folder = dir, true
	}
	if folder {
		if path, err = s.chooseShapefile(path, titles, wanted); err != nil {
			return err
		}
	}
	layer, err := inspect(path, s.limits)
	if err != nil {
		return err
	}
	s.Format, s.Charset = "Shapefile", layer.encoding
	_, own := beside(layer.path, ".prj")
	layer.raw = s.ownSystem(own, ".prj 文件")
	g := geoJSON{limits: s.limits, foreign: true}
	s.decode = g.decode
	s.raws = func(ctx context.Context) iter.Seq2[raw, error] {
		return func(yield func(raw, error) bool) { layer.read(ctx, program, s.limits, g, yield) }
	}
	return nil
}

// ownSystem settles which system counts for a file that GDAL reads: the one
// people gave, before the one the file has (own, called what), before degrees of
// WGS 84, and that is asked about. raw is whether GDAL is to leave the
// coordinates alone.
func (s *Source) ownSystem(own bool, what string) (raw bool) {
	given := &s.match.system
	switch {
	case given.name == "" && own:
		given.name = "own"
		return false
	case given.name == "":
		s.notes = append(s.notes, warn("图形", "没有"+what+"，不知道坐标系；请问提供者，用 -crs 指定（例如 -crs EPSG:4549）", "已按 WGS84 经纬度读取"))
		return true
	case given.shifted:
		return !own // shifted on top of whatever it says, which GDAL turns into degrees
	case own:
		s.notes = append(s.notes, note("图形", "文件自带坐标系（"+what+"）", "已按指定的"+given.title+"读取"))
	}
	return true
}

// chooseShapefile takes the layer people named, the only one, or the only one
// named like the sheet. titles say what files are called where that is not their
// name.
func (s *Source) chooseShapefile(dir string, titles map[string]string, wanted string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("reading the folder: %w", err)
	}
	files, alike := []string{}, []int{}
	for _, e := range entries {
		stem, ext := e.Name()[:len(e.Name())-len(filepath.Ext(e.Name()))], filepath.Ext(e.Name())
		if !e.Type().IsRegular() || !strings.EqualFold(ext, ".shp") {
			continue
		}
		title := stem
		if given, ok := titles[stem]; ok {
			title = given
		}
		if sheet, ok := Recognise(title + ext); ok && sheet.Name == s.Sheet.Name {
			alike = append(alike, len(files))
		}
		files, s.layers = append(files, filepath.Join(dir, e.Name())), append(s.layers, title)
	}
	at := 0
	switch {
	case len(files) == 0:
		return "", ward.Errorf(ward.Invalid, "里面没有 .shp 文件；Shapefile 至少要有 .shp、.shx、.dbf 三个文件")
	case wanted != "":
		if at = slices.Index(s.layers, wanted); at < 0 {
			return "", ward.Errorf(ward.NotFound, "里面没有名为%s的图层；有：%s", quote(wanted), headList(s.layers))
		}
	case len(files) > 1 && len(alike) == 1:
		at = alike[0]
	case len(files) > 1 && !s.match.lenient:
		return "", ward.Errorf(ward.Invalid, "里面有%d个图层；请用 -layer 指定其中一个：%s", len(files), headList(s.layers))
	}
	s.layer = s.layers[at]
	return files[at], nil
}
