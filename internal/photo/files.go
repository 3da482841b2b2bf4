package photo

import (
	"context"
	"errors"
	"io/fs"

	"wangge/internal/kept"
	"wangge/internal/ward"
)

// Files keeps pictures in a folder.
type Files struct {
	folder kept.Folder
	busy   chan struct{} // how many pictures are decoded at once
}

// decodings bounds the memory: one picture of 40 million pixels takes 160 MB.
const decodings = 2

const ending = ".jpg"

// NewFiles keeps pictures below dir.
func NewFiles(dir string) *Files {
	return &Files{folder: kept.In(dir), busy: make(chan struct{}, decodings)}
}

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

// Keep writes a picture unless it is there.
func (f *Files) Keep(p ward.Picture) error { return f.folder.Keep(p.Hash, ending, p.JPEG) }

// Read returns the JPEG of a hash; not_found when the file is not there.
func (f *Files) Read(hash string) ([]byte, error) {
	body, err := f.folder.Read(hash, ending)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ward.Errorf(ward.NotFound, "照片文件不在本机，请检查照片目录或从备份恢复")
	}
	return body, err
}
