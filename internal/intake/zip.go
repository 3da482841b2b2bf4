package intake

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"wangge/internal/ward"
)

// folder makes an empty folder that goes with the source.
func (s *Source) folder() (string, error) {
	dir, err := os.MkdirTemp("", "wangge-import-")
	if err != nil {
		return "", fmt.Errorf("making a folder for the import: %w", err)
	}
	s.tidy = func() error { return os.RemoveAll(dir) }
	return dir, nil
}

// unpack puts the parts of shapefiles from a zip into a folder, under names of
// our own: what the entries are called never touches the disk. titles is what
// they were called, by our names without endings.
func unpack(path, dir string, limits Limits) (titles map[string]string, err error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, ward.Errorf(ward.Invalid, "压缩包打不开；请重新压缩为 .zip")
	}
	defer z.Close()
	if len(z.File) > limits.Entries {
		return nil, ward.Errorf(ward.TooLarge, "压缩包里的文件超过%d个；请只放要导入的图层", limits.Entries)
	}
	return unpackTo(dir, z.File, limits)
}

// entryName reads a name that is not UTF-8 as GBK, as Windows writes it: in its
// bytes, the second half of 区 may be a letter whose case must not be changed.
func entryName(f *zip.File) string {
	if utf8.ValidString(f.Name) {
		return f.Name
	}
	name, err := simplifiedchinese.GB18030.NewDecoder().String(f.Name)
	if err != nil {
		return f.Name
	}
	return name
}

// unpackKML puts the first document of a .kmz into dir.
func unpackKML(path, dir string, limits Limits) (string, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return "", ward.Errorf(ward.Invalid, "KMZ 打不开；请重新导出")
	}
	defer z.Close()
	if len(z.File) > 10*limits.Entries { // pictures of the places
		return "", ward.Errorf(ward.TooLarge, "KMZ 里的文件超过%d个；请重新导出", 10*limits.Entries)
	}
	for _, f := range z.File {
		if f.Mode().IsRegular() && strings.EqualFold(filepath.Ext(f.Name), ".kml") {
			to := filepath.Join(dir, "doc.kml")
			_, err := unpackOne(to, f, limits.Bytes, limits.Ratio)
			return to, err
		}
	}
	return "", ward.Errorf(ward.Invalid, "KMZ 里没有 .kml 文件；请重新导出")
}

func unpackTo(dir string, files []*zip.File, limits Limits) (map[string]string, error) {
	left := limits.Bytes
	titles := map[string]string{}
	stems := []string{}
	for _, f := range files {
		name := entryName(f)
		ext := strings.ToLower(filepath.Ext(name))
		if !f.Mode().IsRegular() || strings.HasPrefix(name, "__MACOSX") || !slices.Contains([]string{".shp", ".shx", ".dbf", ".prj", ".cpg"}, ext) {
			continue
		}
		stem := strings.ToLower(name[:len(name)-len(ext)])
		if ext == ".cpg" && strings.HasSuffix(stem, ".dbf") { // layer.dbf.cpg of some programs
			stem = strings.TrimSuffix(stem, ".dbf")
		}
		if !slices.Contains(stems, stem) {
			stems = append(stems, stem)
		}
		own := fmt.Sprintf("layer%d", slices.Index(stems, stem))
		if ext == ".shp" {
			titles[own] = path.Base(strings.ReplaceAll(name[:len(name)-len(ext)], `\`, "/"))
		}
		n, err := unpackOne(filepath.Join(dir, own+ext), f, left, limits.Ratio)
		if err != nil {
			return nil, err
		}
		left -= n
	}
	return titles, nil
}

// unpackOne does not trust the sizes an entry declares.
func unpackOne(to string, f *zip.File, left, ratio int64) (int64, error) {
	in, err := f.Open()
	if err != nil {
		return 0, ward.Errorf(ward.Invalid, "压缩包里的文件读不出来（可能有密码）；请重新压缩为 .zip")
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, ward.Errorf(ward.Invalid, "压缩包里有同名的文件；请去掉重复的文件")
	}
	allowed := min(left, max(1<<20, ratio*int64(f.CompressedSize64)))
	n, err := io.Copy(out, io.LimitReader(in, allowed+1))
	if closed := out.Close(); err == nil && closed != nil {
		return n, fmt.Errorf("unpacking: %w", closed)
	}
	switch {
	case n > allowed:
		return n, ward.Errorf(ward.TooLarge, "压缩包解开后太大；请分成几个文件导入")
	case err != nil:
		return n, ward.Errorf(ward.Invalid, "压缩包已损坏；请重新压缩为 .zip")
	}
	return n, nil
}
