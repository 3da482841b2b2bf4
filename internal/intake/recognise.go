package intake

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"wangge/internal/ward"
)

// otherNames are words in file names of other people's data.
func otherNames() map[string]string {
	return map[string]string{
		"building": "buildings", "road": "roads", "poi": "points", "pois": "points", "point": "points",
		"landuse": "grounds", "water": "grounds", "area": "areas", "grid": "grids", "lane": "lanes",
		"member": "members", "household": "households", "branch": "branches", "team": "teams", "hub": "hubs",
		"villages": "areas", "streets": "areas", "districts": "areas", "居委会": "areas", "社区": "areas", "街道": "areas", "区县界": "areas", "建筑": "buildings", "道路": "roads",
	}
}

func sheetFor(file, asked string) (ward.Sheet, error) {
	if asked != "" {
		if sheet, ok := ward.SheetByName(asked); ok {
			return sheet, nil
		}
		return ward.Sheet{}, ward.Errorf(ward.Invalid, "没有名为%s的表；可用：%s", quote(asked), sheetNames())
	}
	if sheet, ok := Recognise(file); ok {
		return sheet, nil
	}
	return ward.Sheet{}, ward.Errorf(ward.Invalid, "看不出%s是哪一种表；请指定（--sheet），可用：%s", quote(file), sheetNames())
}

func sheetNames() string {
	out := []string{}
	for _, s := range ward.Sheets() {
		out = append(out, s.Title+" "+s.Name)
	}
	return strings.Join(out, "、")
}

// Recognise tells the sheet a file name means: buildings.geojson, 楼栋.csv,
// tilezen_buildings.geojson.
func Recognise(file string) (ward.Sheet, bool) {
	name := strings.ToLower(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)))
	if s, ok := ward.SheetByName(name); ok {
		return s, true
	}
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, w := range append(words, strings.Split(name, "_")...) {
		if s, ok := ward.SheetByName(w); ok {
			return s, true
		}
		if s, ok := ward.SheetByName(otherNames()[w]); ok {
			return s, true
		}
	}
	return ward.Sheet{}, false
}

// Folder lists the files of a folder that can be imported, in the order of their
// sheets, and the names of those that are not recognised.
func Folder(dir string) (files, unknown []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, ward.Errorf(ward.NotFound, "打不开文件夹%s", quote(filepath.Base(dir)))
	}
	order := map[string]int{}
	for _, e := range entries {
		ext := strings.ToLower(filepath.Ext(e.Name()))
		if e.IsDir() || !e.Type().IsRegular() || !slices.Contains([]string{".geojson", ".json", ".geojsonl", ".ndjson", ".csv", ".tsv", ".xlsx", ".xls", ".shp", ".zip", ".gpkg", ".kml", ".kmz", ".dxf", ".pbf"}, ext) {
			continue
		}
		sheet, ok := Recognise(e.Name())
		if !ok {
			unknown = append(unknown, e.Name())
			continue
		}
		path := filepath.Join(dir, e.Name())
		files, order[path] = append(files, path), sheet.Order
	}
	slices.SortStableFunc(files, func(a, b string) int { return order[a] - order[b] })
	return files, unknown, nil
}
