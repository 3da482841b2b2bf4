package sound

import (
	"errors"
	"io/fs"

	"wangge/internal/kept"
	"wangge/internal/ward"
)

// Files keeps recordings in a folder, which may be that of the photos.
type Files struct{ folder kept.Folder }

const ending = ".webm"

// NewFiles keeps recordings below dir.
func NewFiles(dir string) *Files { return &Files{kept.In(dir)} }

// Clean is Clean.
func (f *Files) Clean(raw []byte) (ward.Sound, error) { return Clean(raw) }

// Keep writes a recording unless it is there.
func (f *Files) Keep(s ward.Sound) error { return f.folder.Keep(s.Hash, ending, s.WebM) }

// Drop takes the file of a hash away; none is no error.
func (f *Files) Drop(hash string) error { return f.folder.Drop(hash, ending) }

// Read returns the WebM of a hash; not_found when the file is not there.
func (f *Files) Read(hash string) ([]byte, error) {
	body, err := f.folder.Read(hash, ending)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ward.Errorf(ward.NotFound, "录音文件不在本机，请检查照片目录或从备份恢复")
	}
	return body, err
}
