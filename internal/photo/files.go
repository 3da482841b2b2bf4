package photo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"wangge/internal/ward"
)

// Files keeps pictures in a folder, each in a file named by the SHA-256 of what
// it holds: the same picture twice is one file, and a file never changes.
type Files struct {
	dir  string
	busy chan struct{} // how many pictures are decoded at once
}

// decodings bounds the memory: one picture of 40 million pixels takes 160 MB.
const decodings = 2

// NewFiles keeps pictures below dir, which is made when the first one comes.
func NewFiles(dir string) *Files { return &Files{dir: dir, busy: make(chan struct{}, decodings)} }

var hashed = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (f *Files) path(hash string) string { return filepath.Join(f.dir, hash[:2], hash+".jpg") }

// Clean is Clean, with few at once.
func (f *Files) Clean(ctx context.Context, raw []byte) (ward.Picture, error) {
	select {
	case f.busy <- struct{}{}:
		defer func() { <-f.busy }()
	case <-ctx.Done():
		return ward.Picture{}, ctx.Err()
	}
	return Clean(raw)
}

// Keep writes a picture unless it is there. A file appears whole or not at all.
func (f *Files) Keep(p ward.Picture) error {
	to := f.path(p.Hash)
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return fmt.Errorf("making the folder of photos: %w", err)
	}
	part, err := os.CreateTemp(filepath.Dir(to), "part-")
	if err != nil {
		return fmt.Errorf("keeping a photo: %w", err)
	}
	_, err = part.Write(p.JPEG)
	if err == nil {
		err = part.Sync()
	}
	if err = errors.Join(err, part.Close()); err == nil {
		err = os.Rename(part.Name(), to)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keeping a photo: %w", err), os.Remove(part.Name()))
	}
	return nil
}

// Read returns the JPEG of a hash; not_found when the file is not there.
func (f *Files) Read(hash string) ([]byte, error) {
	if !hashed.MatchString(hash) {
		return nil, ward.Errorf(ward.NotFound, "没有这张照片")
	}
	body, err := os.ReadFile(f.path(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ward.Errorf(ward.NotFound, "照片文件不在本机，请检查照片目录或从备份恢复")
	}
	if err != nil {
		return nil, fmt.Errorf("reading a photo: %w", err)
	}
	return body, nil
}
