package api

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"wangge/internal/ward"
)

// The grids of a plan leave as what people's programs read; the unfounded grid
// without ground is left out.
func TestThePlanLeavesInEveryFormat(t *testing.T) {
	t.Parallel()
	square := orb.MultiPolygon{{{{120, 30}, {120.01, 30}, {120.01, 30.01}, {120, 30.01}, {120, 30}}}}
	fc := planFeatures(ward.Plan{ID: 7, Communities: []ward.Named{{ID: 1, Name: "一社区"}}}, []ward.PlanGrid{
		{Grid: 1, Code: "330100001001001", Name: "第一网格", Community: 1, Shape: square, CellCount: ward.CellCount{Households: 420}},
		{Grid: -1, Name: "空网格", Community: 1},
	})
	text, err := planFile(t.Context(), "geojson", fc)
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Features []struct{ Properties map[string]any }
	}
	if err := json.Unmarshal(text, &read); err != nil || len(read.Features) != 1 || read.Features[0].Properties["community"] != "一社区" {
		t.Fatalf("%v %s", err, text)
	}
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		t.Skip("no GDAL on this machine: GeoPackage and shapefile are not made")
	}
	text, err = planFile(t.Context(), "gpkg", fc)
	if err != nil || !bytes.HasPrefix(text, []byte("SQLite format 3")) {
		t.Fatalf("a GeoPackage: %v, %d bytes", err, len(text))
	}
	text, err = planFile(t.Context(), "shp", fc)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, f := range z.File {
		parts = append(parts, filepath.Ext(f.Name))
	}
	for _, part := range []string{".shp", ".dbf", ".shx", ".prj", ".cpg"} {
		if !slices.Contains(parts, part) {
			t.Errorf("the shapefile has %v, not %s", parts, part)
		}
	}
}
