package intake

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"wangge/internal/ward"
)

// unpack puts the parts of a shapefile from a zip into a folder of its own,
// under names of our own: what the entries are called never touches the disk.
func unpack(path string, limits Limits) (dir string, tidy func() error, err error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return "", nil, ward.Errorf(ward.Invalid, "压缩包打不开;请重新压缩为 .zip")
	}
	defer z.Close()
	if len(z.File) > limits.Entries {
		return "", nil, ward.Errorf(ward.TooLarge, "压缩包里的文件超过%d个;请只放一个图层的文件", limits.Entries)
	}
	dir, err = os.MkdirTemp("", "wangge-import-")
	if err != nil {
		return "", nil, fmt.Errorf("making a folder to unpack into: %w", err)
	}
	tidy = func() error { return os.RemoveAll(dir) }
	if err := unpackTo(dir, z.File, limits); err != nil {
		tidy()
		return "", nil, err
	}
	return dir, tidy, nil
}

func unpackTo(dir string, files []*zip.File, limits Limits) error {
	left := limits.Bytes
	stems := []string{}
	for _, f := range files {
		ext := strings.ToLower(filepath.Ext(f.Name))
		if !f.Mode().IsRegular() || strings.HasPrefix(f.Name, "__MACOSX") || !slices.Contains([]string{".shp", ".shx", ".dbf", ".prj", ".cpg"}, ext) {
			continue
		}
		stem := strings.ToLower(f.Name[:len(f.Name)-len(ext)])
		if ext == ".cpg" && strings.HasSuffix(stem, ".dbf") { // layer.dbf.cpg of some programs
			stem = strings.TrimSuffix(stem, ".dbf")
		}
		if !slices.Contains(stems, stem) {
			stems = append(stems, stem)
		}
		n, err := unpackOne(filepath.Join(dir, fmt.Sprintf("layer%d%s", slices.Index(stems, stem), ext)), f, left, limits.Ratio)
		if err != nil {
			return err
		}
		left -= n
	}
	return nil
}

// unpackOne does not trust the sizes an entry declares.
func unpackOne(to string, f *zip.File, left, ratio int64) (int64, error) {
	in, err := f.Open()
	if err != nil {
		return 0, ward.Errorf(ward.Invalid, "压缩包里的文件读不出来(可能有密码);请重新压缩为 .zip")
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, ward.Errorf(ward.Invalid, "压缩包里有同名的文件;请只放一个图层的文件")
	}
	allowed := min(left, max(1<<20, ratio*int64(f.CompressedSize64)))
	n, err := io.Copy(out, io.LimitReader(in, allowed+1))
	if closed := out.Close(); err == nil && closed != nil {
		return n, fmt.Errorf("unpacking: %w", closed)
	}
	switch {
	case n > allowed:
		return n, ward.Errorf(ward.TooLarge, "压缩包解开后太大;请分成几个文件导入")
	case err != nil:
		return n, ward.Errorf(ward.Invalid, "压缩包已损坏;请重新压缩为 .zip")
	}
	return n, nil
}
