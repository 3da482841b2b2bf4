package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"wangge/internal/ward"
)

const (
	mediaPackage = "application/geopackage+sqlite3"
	packageBytes = 512 << 20       // of the rows handed to ogr2ogr
	packageTime  = 2 * time.Minute // for ogr2ogr
)

// errPackageSize ends an export that would fill the disk.
var errPackageSize = ward.Errorf(ward.TooLarge, "要导出的内容超过512 MB；请先筛选，分几次导出")

// gpkg is a finished GeoPackage in a folder of its own, which goes when it is
// sent.
type gpkg struct{ dir string }

func (g gpkg) file() string { return filepath.Join(g.dir, "out.gpkg") }

// packed makes a GeoPackage of the rows: written to a file of one feature a
// line, which ogr2ogr turns into one. Everything that can go wrong is told
// before the answer begins.
func (e exported[T]) packed(ctx context.Context, t table[T], layer string, first ward.Page[T]) (g gpkg, err error) {
	if e.collection == "" && !t.placed() {
		return g, ward.Errorf(ward.Invalid, "这种登记没有位置，不能导出 GeoPackage；请导出 XLSX 或 CSV")
	}
	program, err := exec.LookPath("ogr2ogr")
	if err != nil {
		return g, ward.Errorf(ward.Conflict, "导出 GeoPackage 需要 GDAL：请管理员在服务器上安装（Debian/Ubuntu：apt-get install gdal-bin），或改为导出 GeoJSON")
	}
	dir, err := os.MkdirTemp("", "wangge-export-")
	if err != nil {
		return g, fmt.Errorf("making a folder: %w", err)
	}
	g.dir = dir
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	lines := filepath.Join(dir, "rows.geojsonl")
	if err := e.writeLines(t, lines, e.rows(ctx, first)); err != nil {
		return g, err
	}
	return g, g.convert(ctx, program, lines, layer)
}

// convert runs ogr2ogr: with a limit of time, few surroundings, and nothing of
// what it says shown to people.
func (g gpkg) convert(ctx context.Context, program, lines, layer string) error {
	ctx, cancel := context.WithTimeout(ctx, packageTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "-q", "-f", "GPKG", "-a_srs", "EPSG:4326", "-nln", layer, g.file(), "GeoJSONSeq:"+lines)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + g.dir, "CPL_TMPDIR=" + g.dir, "OGR_SQLITE_SYNCHRONOUS=OFF", "GDAL_HTTP_TIMEOUT=1"}
	cmd.Dir, cmd.WaitDelay = g.dir, 5*time.Second
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return ward.Errorf(ward.TooLarge, "生成 GeoPackage 超过2分钟，已停止；请先筛选，分几次导出")
		}
		return fmt.Errorf("making a GeoPackage: %w: %.300s", err, said.String())
	}
	return nil
}

// send hands the file over and takes its folder away.
func (g gpkg) send(to io.Writer) (err error) {
	defer func() { err = errors.Join(err, os.RemoveAll(g.dir)) }()
	f, err := os.Open(g.file())
	if err != nil {
		return fmt.Errorf("opening the package: %w", err)
	}
	defer f.Close()
	if _, err := io.Copy(to, f); err != nil {
		return fmt.Errorf("sending the package: %w", err)
	}
	return nil
}

// writeLines writes one feature a line.
func (e exported[T]) writeLines(t table[T], path string, rows iter.Seq2[batch[T], error]) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("making the rows: %w", err)
	}
	defer f.Close()
	written := 0
	for b, err := range rows {
		if err != nil {
			return err
		}
		page, err := t.features(b)
		if err != nil {
			return err
		}
		for _, feature := range page {
			n, err := f.Write(append(feature, '\n'))
			if err != nil {
				return fmt.Errorf("writing the rows: %w", err)
			}
			if written += n; written > packageBytes {
				return errPackageSize
			}
		}
	}
	return f.Close()
}

// features are the rows of a batch as GeoJSON features: the row as it is in the
// API, with its shape, or the point where it stands, or nothing.
func (t table[T]) features(b batch[T]) ([][]byte, error) {
	shapes, err := b.shapes()
	if err != nil {
		return nil, err
	}
	out := make([][]byte, 0, len(b.items))
	for _, v := range b.items {
		properties, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		feature, err := json.Marshal(ogcFeature{Type: "Feature", ID: numberOf(v), Geometry: t.shapeOf(v, shapes), Properties: properties})
		if err != nil {
			return nil, err
		}
		out = append(out, feature)
	}
	return out, nil
}

// placed reports whether a row says where it stands.
func (t table[T]) placed() bool {
	for _, c := range t.columns {
		if c.title == "经度" {
			return true
		}
	}
	return false
}
