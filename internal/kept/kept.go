// Package kept keeps files named by what they hold: the same content twice is one
// file, and a file never changes. Photos and recordings lie in one such folder.
package kept

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// Folder is where the files lie, each as two letters of its hash / hash + ending.
type Folder struct{ dir string }

// In keeps files below dir, which is made when the first one comes.
func In(dir string) Folder { return Folder{dir} }

var hashed = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (f Folder) path(hash, ending string) string {
	return filepath.Join(f.dir, hash[:2], hash+ending)
}

// Keep writes a body under its SHA-256 in hex unless it is there. A file appears
// whole or not at all.
func (f Folder) Keep(hash, ending string, body []byte) error {
	to := f.path(hash, ending)
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return fmt.Errorf("making a folder of files: %w", err)
	}
	part, err := os.CreateTemp(filepath.Dir(to), "part-")
	if err != nil {
		return fmt.Errorf("keeping a file: %w", err)
	}
	_, err = part.Write(body)
	if err == nil {
		err = part.Sync()
	}
	if err = errors.Join(err, part.Close()); err == nil {
		err = os.Rename(part.Name(), to)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keeping a file: %w", err), os.Remove(part.Name()))
	}
	return nil
}

// Drop takes a file away; none is no error, and a name that is no hash names none.
func (f Folder) Drop(hash, ending string) error {
	if !hashed.MatchString(hash) {
		return nil
	}
	if err := os.Remove(f.path(hash, ending)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("dropping a kept file: %w", err)
	}
	return nil
}

// Read returns what is kept under a hash; fs.ErrNotExist when it is not there or
// the name is no hash.
func (f Folder) Read(hash, ending string) ([]byte, error) {
	if !hashed.MatchString(hash) {
		return nil, fs.ErrNotExist
	}
	body, err := os.ReadFile(f.path(hash, ending))
	if err != nil {
		return nil, fmt.Errorf("reading a kept file: %w", err)
	}
	return body, nil
}
