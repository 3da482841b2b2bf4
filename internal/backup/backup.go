// Package backup makes one file of a database and its photos, and a database of
// such a file. The file is a tar of what pg_dump writes, of the photos, and of a
// manifest that says how much of everything there must be; with a recipient it
// is encrypted (age). It knows the tables of a database only by counting them.
package backup

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
)

// Manifest says what a backup holds. It is its last entry.
type Manifest struct {
	Format  int              `json:"format"`
	At      time.Time        `json:"at"`      // of the snapshot
	Program string           `json:"program"` // version that made it
	Schema  int64            `json:"schema"`  // newest migration
	Server  int              `json:"server"`  // major version of PostgreSQL
	Tables  map[string]int64 `json:"tables"`  // rows
	Audit   Head             `json:"audit"`   // where the chain stood
	Keys    []string         `json:"keys"`    // without these some values cannot be read
	Dump    Entry            `json:"dump"`
	Files   []Entry          `json:"files"` // photos and recordings
}

// Head is the last link of the audit in a snapshot; zero when there is none.
type Head struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// Entry is a file in a backup.
type Entry struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// format is raised when an older program could not read the file.
const format = 1

// Rows is the sum of all tables.
func (m Manifest) Rows() (sum int64) {
	for _, n := range m.Tables {
		sum += n
	}
	return sum
}

// Order is what a backup is made of and where it goes.
type Order struct {
	Database   string // address of the owner of the tables
	Files      string // folder of photos; one that is not there holds none
	To         string // folder of backups, made when it is not there
	Program    string
	Keys       []string        // identifiers of the keys in use
	Recipients []age.Recipient // empty: not encrypted
	Now        time.Time
}

const (
	prefix  = "wangge-"
	suffix  = ".backup"
	closed  = ".backup.age"
	moment  = "20060102-150405"
	partial = ".part-"
)

// Make writes a backup and returns its path. Nothing is there under that name
// until all of it is; what a killed run left is removed by the next one.
func Make(ctx context.Context, o Order) (path string, m Manifest, err error) {
	if err := os.MkdirAll(o.To, 0o700); err != nil {
		return "", m, fmt.Errorf("无法建立备份目录：%w", err)
	}
	if err := sweep(o.To, o.Now); err != nil {
		return "", m, err
	}
	dir, err := os.MkdirTemp(o.To, partial)
	if err != nil {
		return "", m, fmt.Errorf("无法写入备份目录：%w", err)
	}
	defer os.RemoveAll(dir)
	dump := filepath.Join(dir, "database.dump")
	if m, err = dumpDatabase(ctx, o.Database, dump); err != nil {
		return "", m, err
	}
	m.Format, m.At, m.Program, m.Keys = format, o.Now.UTC(), o.Program, o.Keys
	name := prefix + o.Now.Format(moment) + suffix
	if len(o.Recipients) > 0 {
		name = prefix + o.Now.Format(moment) + closed
	}
	part := filepath.Join(dir, name)
	if err := pack(ctx, part, dump, o.Files, o.Recipients, &m); err != nil {
		return "", m, err
	}
	path = filepath.Join(o.To, name)
	if err := os.Rename(part, path); err != nil {
		return "", m, fmt.Errorf("备份写完但无法改名：%w", err)
	}
	return path, m, syncDir(o.To)
}

// sweep removes the folders of runs that were killed.
func sweep(dir string, now time.Time) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("无法读取备份目录：%w", err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !strings.HasPrefix(e.Name(), partial) || now.Sub(info.ModTime()) < 24*time.Hour {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return fmt.Errorf("无法清理未完成的备份：%w", err)
		}
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("opening the folder of backups: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("writing the folder of backups: %w", err)
	}
	return nil
}

// Kept is a backup in a folder.
type Kept struct {
	Path  string
	At    time.Time // local, to the second
	Bytes int64
}

// List names the backups of a folder, newest first; none when it is not there.
func List(dir string) ([]Kept, error) {
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("无法读取备份目录：%w", err)
	}
	out := []Kept{}
	for _, e := range entries {
		if at, ok := momentOf(e); ok {
			info, err := e.Info()
			if err != nil {
				return nil, fmt.Errorf("无法读取备份目录：%w", err)
			}
			out = append(out, Kept{filepath.Join(dir, e.Name()), at, info.Size()})
		}
	}
	slices.SortFunc(out, func(a, b Kept) int { return b.At.Compare(a.At) })
	return out, nil
}

func momentOf(e fs.DirEntry) (time.Time, bool) {
	text, ok := strings.CutPrefix(e.Name(), prefix)
	if !ok || !e.Type().IsRegular() {
		return time.Time{}, false
	}
	if plain, is := strings.CutSuffix(text, suffix); is {
		text = plain
	} else if text, ok = strings.CutSuffix(text, closed); !ok {
		return time.Time{}, false
	}
	at, err := time.ParseInLocation(moment, text, time.Local)
	return at, err == nil
}

// Prune removes all but the newest keep backups of a folder and returns how many.
func Prune(dir string, keep int) (gone int, err error) {
	all, err := List(dir)
	if err != nil || keep < 1 || len(all) <= keep {
		return 0, err
	}
	for _, old := range all[keep:] {
		if err := os.Remove(old.Path); err != nil {
			return gone, fmt.Errorf("无法删除过期备份：%w", err)
		}
		gone++
	}
	return gone, nil
}
