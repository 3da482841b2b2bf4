package api

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/paulmach/orb/geojson"

	"wangge/internal/ward"
)

// planFormats are the shapes a plan's grids leave in, with what ogr2ogr calls them.
var planFormats = map[string]struct{ media, driver, file string }{
	"geojson": {"application/geo+json", "", "plan-%d.geojson"},
	"gpkg":    {mediaPackage, "GPKG", "plan-%d.gpkg"},
	"shp":     {"application/zip", "ESRI Shapefile", "plan-%d-shp.zip"},
}

// exportPlanGrids writes the grids of a plan with their outlines in degrees
// (EPSG:4326) and the attributes of the field's register.
func (s *Server) exportPlanGrids(ctx context.Context, in *struct {
	Numbered
	Format string `path:"format" enum:"geojson,gpkg,shp" doc:"文件格式"`
},
) (*huma.StreamResponse, error) {
	scope := ward.ScopeFrom(ctx)
	plan, err := s.Store.Plan(ctx, scope, in.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	grids, err := s.Store.PlanGrids(ctx, scope, in.ID, ward.PlanView{})
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	if err := s.Store.NoteExport(ctx, scope, "plan", in.Format); err != nil {
		return nil, s.problem(ctx, err)
	}
	text, err := planFile(ctx, in.Format, planFeatures(plan, grids))
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	f := planFormats[in.Format]
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", f.media)
		h.SetHeader("Cache-Control", "no-store")
		h.SetHeader("Content-Disposition", `attachment; filename="`+fmt.Sprintf(f.file, in.ID)+`"`)
		_, _ = h.BodyWriter().Write(text)
	}}, nil
}

// planFeatures are the grids that have ground. The names of the attributes fit
// into the ten letters a shapefile allows.
func planFeatures(plan ward.Plan, grids []ward.PlanGrid) *geojson.FeatureCollection {
	communities := map[int64]string{}
	for _, c := range plan.Communities {
		communities[c.ID] = c.Name
	}
	fc := geojson.NewFeatureCollection()
	for _, g := range grids {
		if len(g.Shape) == 0 {
			continue
		}
		f := geojson.NewFeature(g.Shape)
		f.Properties = geojson.Properties{
			"code": g.Code, "name": g.Name, "kind": g.Kind, "community": communities[g.Community], "branch": g.BranchName,
			"households": g.Households, "persons": g.Persons, "members": g.Members, "hardship": g.Hardship, "buildings": g.Buildings,
			"area_m2": g.Area, "compact": g.Compactness, "on_road": g.RoadShare, "hh_before": g.Now.Households, "plan": strconv.FormatInt(plan.ID, 10), "effective": plan.Effective,
		}
		fc.Append(f)
	}
	return fc
}

// planFile is the finished file. Conflict when GDAL is not installed.
func planFile(ctx context.Context, format string, fc *geojson.FeatureCollection) (_ []byte, err error) {
	text, err := json.Marshal(fc)
	if err != nil {
		return nil, fmt.Errorf("writing the grids of a plan: %w", err)
	}
	driver := planFormats[format].driver
	if driver == "" {
		return text, nil
	}
	program, err := exec.LookPath("ogr2ogr")
	if err != nil {
		return nil, ward.Errorf(ward.Conflict, "导出这种格式需要 GDAL：请管理员在服务器上安装（Debian/Ubuntu：apt-get install gdal-bin），或改为导出 GeoJSON")
	}
	dir, err := os.MkdirTemp("", "wangge-plan-")
	if err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	from, to := filepath.Join(dir, "grids.geojson"), filepath.Join(dir, "out.gpkg")
	if format == "shp" {
		to = filepath.Join(dir, "shp")
	}
	if err := os.WriteFile(from, text, 0o600); err != nil {
		return nil, fmt.Errorf("writing the grids of a plan: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, packageTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "-q", "-f", driver, "-a_srs", "EPSG:4326", "-nln", "grids", "-nlt", "MULTIPOLYGON")
	if format == "shp" {
		cmd.Args = append(cmd.Args, "-lco", "ENCODING=UTF-8")
	}
	cmd.Args = append(cmd.Args, to, from)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "CPL_TMPDIR=" + dir, "GDAL_HTTP_TIMEOUT=1"}
	cmd.Dir, cmd.WaitDelay = dir, 5*time.Second
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("making %s of a plan: %w: %.300s", format, err, said.String())
	}
	if format == "shp" {
		return zipped(to)
	}
	return os.ReadFile(to)
}

// zipped packs the files of a folder.
func zipped(dir string) ([]byte, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("packing a shapefile: %w", err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("packing a shapefile: %w", err)
		}
		w, err := z.Create(e.Name())
		if err != nil {
			return nil, fmt.Errorf("packing a shapefile: %w", err)
		}
		if _, err := w.Write(text); err != nil {
			return nil, fmt.Errorf("packing a shapefile: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("packing a shapefile: %w", err)
	}
	return b.Bytes(), nil
}
