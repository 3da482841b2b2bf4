package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"wangge/internal/ward"
)

// layer is one layer of a file that GDAL reads, and how.
type layer struct {
	what     string   // the format, for people
	path     string   // absolute
	name     string   // of the layer; "" when there is only one
	names    []string // of all layers
	where    string   // which features, in OGR's SQL; "" for all
	encoding string   // of a .dbf; "" when the format says it
	env      []string
	raw      bool // coordinates are taken as they stand
}

// beside finds the file of the same name with another ending, in any case.
func beside(shp, ext string) (string, bool) {
	stem := strings.TrimSuffix(shp, filepath.Ext(shp))
	for _, e := range []string{ext, strings.ToUpper(ext)} {
		if info, err := os.Stat(stem + e); err == nil && info.Mode().IsRegular() {
			return stem + e, true
		}
	}
	return "", false
}

func inspect(shp string, limits Limits) (layer, error) {
	abs, err := filepath.Abs(shp)
	if err != nil {
		return layer{}, fmt.Errorf("finding the shapefile: %w", err)
	}
	l := layer{what: "Shapefile", path: abs}
	for _, ext := range []string{".shp", ".shx", ".dbf"} {
		path, ok := beside(abs, ext)
		if !ok {
			return l, ward.Errorf(ward.Invalid, "Shapefile 缺少 %s 文件；.shp、.shx、.dbf 三个文件要放在一起", ext)
		}
		if info, err := os.Stat(path); err == nil && info.Size() > limits.Bytes {
			return l, ward.Errorf(ward.TooLarge, "文件超过%d MB；请分成几个文件导入", limits.Bytes>>20)
		}
	}
	if err := checkMagic(abs, "Shapefile", func(head []byte) bool { return bytes.HasPrefix(head, []byte{0, 0, 0x27, 0x0A}) }); err != nil {
		return l, err
	}
	dbf, _ := beside(abs, ".dbf")
	l.encoding, err = dbfEncoding(abs, dbf)
	return l, err
}

// dbfEncoding decides how the texts of a .dbf are written: as its .cpg says, as
// the language byte in its head says (0x4D is GBK), or by looking at all of it.
func dbfEncoding(shp, dbf string) (string, error) {
	if cpg, ok := beside(shp, ".cpg"); ok {
		said, err := os.ReadFile(cpg)
		if err != nil {
			return "", fmt.Errorf("reading the code page: %w", err)
		}
		switch name := strings.ToUpper(strings.TrimSpace(string(said))); name {
		case "UTF-8", "UTF8", "65001":
			return string(utf8Text), nil
		case "GBK", "GB2312", "GB18030", "936", "CP936", "ANSI 936", "54936":
			return string(gb18030Text), nil
		}
	}
	f, err := os.Open(dbf)
	if err != nil {
		return "", fmt.Errorf("opening the attribute table: %w", err)
	}
	defer f.Close()
	head := make([]byte, 32)
	if _, err := io.ReadFull(f, head); err != nil {
		return "", ward.Errorf(ward.Invalid, ".dbf 文件不完整")
	}
	if head[29] == 0x4D {
		return string(gb18030Text), nil
	}
	// Behind the head: its binary numbers are no text.
	skip := int64(head[8]) | int64(head[9])<<8
	if _, err := f.Seek(skip, io.SeekStart); err != nil {
		return "", fmt.Errorf("reading the attribute table: %w", err)
	}
	c, err := sniff(f)
	if c == utf16Text {
		c = gb18030Text
	}
	return string(c), err
}

// read runs ogr2ogr and reads the features it writes.
func (l layer) read(ctx context.Context, program string, limits Limits, g geoJSON, yield func(raw, error) bool) {
	ctx, cancel := context.WithTimeout(ctx, limits.Time)
	defer cancel()
	args := []string{
		"-q", "-f", "GeoJSONSeq", "/vsistdout/", l.path,
		"-lco", "RS=NO", "-lco", "COORDINATE_PRECISION=9",
	}
	if l.encoding != "" {
		args = append(args, "-oo", "ENCODING="+l.encoding)
	}
	if l.where != "" {
		args = append(args, "-where", l.where)
	}
	if l.name != "" {
		args = append(args, l.name)
	}
	if l.raw { // a lie that keeps GDAL from converting anything
		args = append(args, "-a_srs", "EPSG:4326")
	} else {
		args = append(args, "-t_srs", "EPSG:4326")
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(gdalEnv(), l.env...)
	cmd.WaitDelay = 5 * time.Second
	stderr := &firstBytes{limit: 4096}
	cmd.Stderr = stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		yield(raw{}, fmt.Errorf("starting ogr2ogr: %w", err))
		return
	}
	on := true
	var broken error
	text := &counted{r: out, left: 4 * limits.Bytes}
	g.raws(text)(func(r raw, err error) bool {
		if err != nil {
			broken = err // why ogr2ogr stopped is told below
			return false
		}
		on = yield(r, nil)
		return on
	})
	late := errors.Is(ctx.Err(), context.DeadlineExceeded)
	cancel() // ends it when it still writes
	err = cmd.Wait()
	if broken == nil && text.left > 0 && errors.Is(err, context.Canceled) {
		err = nil // it had written everything and was ended while leaving
	}
	switch {
	case !on:
	case late:
		yield(raw{}, ward.Errorf(ward.TooLarge, "读取 %s 超过%s；请分成几个文件导入", l.what, limits.Time))
	case text.left <= 0:
		yield(raw{}, ward.Errorf(ward.TooLarge, "%s 内容太大；请分成几个文件导入", l.what))
	case err != nil || broken != nil:
		yield(raw{}, ward.Errorf(ward.Invalid, "GDAL 读不了这个 %s：文件可能损坏，或坐标系无法转换为 WGS84", l.what))
	}
}

// gdalEnv is the whole environment of ogr2ogr: no network, no settings of the
// person or the server.
func gdalEnv() []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "LC_ALL=C.UTF-8",
		"PROJ_NETWORK=OFF", "CPL_VSIL_CURL_ALLOWED_EXTENSIONS=none", "GDAL_HTTP_PROXY=127.0.0.1:9",
		"OGR_SKIP=OGR_VRT", // would open whatever its text names
		"OGR_ENABLE_PARTIAL_REPROJECTION=NO", "GDAL_CACHEMAX=64", "CPL_LOG_ERRORS=OFF",
	}
}

// counted stops after so many bytes.
type counted struct {
	r    io.Reader
	left int64
}

func (c *counted) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, io.EOF
	}
	n, err := c.r.Read(p)
	c.left -= int64(n)
	return n, err
}

// firstBytes keeps the beginning of what is written to it.
type firstBytes struct {
	bytes.Buffer
	limit int
}

func (b *firstBytes) Write(p []byte) (int, error) {
	if room := b.limit - b.Len(); room > 0 {
		b.Buffer.Write(p[:min(len(p), room)])
	}
	return len(p), nil
}
