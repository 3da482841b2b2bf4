package backup

import (
	"archive/tar"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
)

const (
	dumpName     = "database.dump"
	filesName    = "files/"
	manifestName = "manifest.json"
	manifestMost = 64 << 20
)

// pack writes the file: the dump, the photos, the manifest.
func pack(ctx context.Context, path, dump, files string, to []age.Recipient, m *Manifest) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("无法写入备份文件：%w", err)
	}
	defer f.Close()
	buffered := bufio.NewWriterSize(f, 1<<20)
	var out io.WriteCloser = nopCloser{buffered}
	if len(to) > 0 {
		if out, err = age.Encrypt(buffered, to...); err != nil {
			return fmt.Errorf("无法加密备份：%w", err)
		}
	}
	w := tar.NewWriter(out)
	if m.Dump, err = add(w, dumpName, dump); err != nil {
		return err
	}
	if m.Files, err = addFolder(ctx, w, files); err != nil {
		return err
	}
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	if err = w.WriteHeader(&tar.Header{Name: manifestName, Mode: 0o600, Size: int64(len(text)), ModTime: m.At}); err == nil {
		_, err = w.Write(text)
	}
	if err = errors.Join(err, w.Close(), out.Close()); err == nil {
		err = errors.Join(buffered.Flush(), f.Sync())
	}
	if err != nil {
		return fmt.Errorf("无法写入备份文件（磁盘是否已满？）：%w", err)
	}
	return nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// add copies one file and says what went in.
func add(w *tar.Writer, name, path string) (Entry, error) {
	f, err := os.Open(path)
	if err != nil {
		return Entry{}, fmt.Errorf("opening a file for the backup: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Entry{}, fmt.Errorf("opening a file for the backup: %w", err)
	}
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: info.Size(), ModTime: info.ModTime()}); err != nil {
		return Entry{}, fmt.Errorf("无法写入备份文件：%w", err)
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, sum), f)
	if err != nil {
		return Entry{}, fmt.Errorf("无法写入备份文件（磁盘是否已满？）：%w", err)
	}
	return Entry{name, n, hex.EncodeToString(sum.Sum(nil))}, nil
}

// addFolder adds the files of a folder. They never change once they are there;
// one that is being written (a name that begins with part-) is left out.
func addFolder(ctx context.Context, w *tar.Writer, dir string) ([]Entry, error) {
	out := []Entry{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == dir {
			return filepath.SkipAll
		}
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), "part-") {
			return nil
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		entry, err := add(w, filesName+filepath.ToSlash(name), path)
		out = append(out, entry)
		return err
	})
	return out, err
}

// Locked says whether the file is encrypted and needs an identity.
func Locked(path string) bool { return strings.HasSuffix(path, ".age") }

// errBroken is a file that is not what was written.
var errBroken = errors.New("备份文件不完整或已损坏，请换一份备份")

// Unpack reads a backup into a new folder dir (database.dump and files/) and
// checks every byte against the manifest.
func Unpack(ctx context.Context, path, dir string, with []age.Identity) (m Manifest, err error) {
	f, err := os.Open(path)
	if err != nil {
		return m, fmt.Errorf("打不开备份文件：%w", err)
	}
	defer f.Close()
	var in io.Reader = bufio.NewReaderSize(f, 1<<20)
	if Locked(path) {
		if len(with) == 0 {
			return m, errors.New("备份已加密，请用 -identity 指定私钥文件")
		}
		var wrong *age.NoIdentityMatchError
		if in, err = age.Decrypt(in, with...); errors.As(err, &wrong) {
			return m, errors.New("私钥不对，解不开这份备份")
		} else if err != nil {
			return m, errBroken
		}
	}
	seen := map[string]Entry{}
	r := tar.NewReader(in)
	for {
		head, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return m, complete(m, seen)
		case err != nil:
			return m, errBroken
		case ctx.Err() != nil:
			return m, ctx.Err()
		case head.Typeflag != tar.TypeReg:
			return m, errBroken
		case head.Name == manifestName:
			if m, err = readManifest(r); err != nil {
				return m, err
			}
		case head.Name == dumpName, strings.HasPrefix(head.Name, filesName) && filepath.IsLocal(head.Name):
			if seen[head.Name], err = take(r, head.Name, filepath.Join(dir, filepath.FromSlash(head.Name))); err != nil {
				return m, err
			}
		default:
			return m, errBroken
		}
	}
}

func readManifest(r io.Reader) (m Manifest, err error) {
	if err := json.NewDecoder(io.LimitReader(r, manifestMost)).Decode(&m); err != nil {
		return m, errBroken
	}
	if m.Format > format {
		return m, fmt.Errorf("备份由更新的版本（%s）制作，请先升级程序", m.Program)
	}
	return m, nil
}

// take writes one entry to disk.
func take(r io.Reader, name, path string) (Entry, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return Entry{}, fmt.Errorf("无法解开备份：%w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return Entry{}, fmt.Errorf("无法解开备份：%w", err)
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), r)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errBroken
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return Entry{}, fmt.Errorf("无法解开备份：%w", err)
	}
	return Entry{name, n, hex.EncodeToString(sum.Sum(nil))}, nil
}

// complete compares what was read with what the manifest promises.
func complete(m Manifest, seen map[string]Entry) error {
	if m.Format == 0 || len(seen) != len(m.Files)+1 {
		return errBroken
	}
	for _, want := range append(m.Files, m.Dump) {
		if seen[want.Name] != want {
			return errBroken
		}
	}
	return nil
}
