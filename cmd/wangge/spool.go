package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"

	"wangge/internal/ward"
)

// What the spool holds at most.
const (
	spoolKeep   = time.Hour // after the last use
	spoolBytes  = 2 << 30   // of all files together
	spoolPerson = 5         // files of one person; the oldest goes
)

// spool keeps uploaded files between the steps of an import, in a folder of the
// running program that nobody else may read. It forgets them after an hour.
type spool struct {
	dir string
	now func() time.Time

	mu    sync.Mutex
	files map[uuid.UUID]*spooled
}

// spooled is one file and what was made of it.
type spooled struct {
	ward.Upload
	actor int64
	dir   string
	busy  int // readers at work; it stays as long
	rows  int // as counted by the last check, 0 before
}

func newSpool(now func() time.Time) (*spool, error) {
	dir, err := os.MkdirTemp("", "wangge-uploads-") // 0700
	if err != nil {
		return nil, fmt.Errorf("making the folder of uploads: %w", err)
	}
	return &spool{dir: dir, now: now, files: map[uuid.UUID]*spooled{}}, nil
}

// Run forgets old files until ctx ends, then all.
func (s *spool) Run(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			_ = os.RemoveAll(s.dir) // a leftover is in the system's place for such
			return
		case <-tick.C:
			s.mu.Lock()
			s.sweep()
			s.mu.Unlock()
		}
	}
}

// keep takes a file in.
func (s *spool) keep(actor int64, name string, body []byte) (ward.Upload, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	total, own := int64(len(body)), []*spooled{}
	for _, f := range s.files {
		total += f.Size
		if f.actor == actor {
			own = append(own, f)
		}
	}
	if total > spoolBytes {
		return ward.Upload{}, ward.Errorf(ward.TooLarge, "正在导入的文件太多，请稍后再试，或请管理员用 wangge import 命令导入")
	}
	if len(own) >= spoolPerson {
		oldest := own[0]
		for _, f := range own {
			if f.Expires.Before(oldest.Expires) {
				oldest = f
			}
		}
		if oldest.busy > 0 {
			return ward.Upload{}, ward.Errorf(ward.TooMany, "您有%d个文件正在处理，请等它们完成", len(own))
		}
		s.remove(oldest)
	}
	f := &spooled{Upload: ward.Upload{ID: uuid.New(), Name: filepath.Base(filepath.Clean("/" + name)), Size: int64(len(body)), Expires: s.now().Add(spoolKeep)}, actor: actor}
	f.dir = filepath.Join(s.dir, f.ID.String())
	err := os.Mkdir(f.dir, 0o700)
	if err == nil {
		err = os.WriteFile(f.path(), body, 0o600)
	}
	if err != nil {
		return ward.Upload{}, fmt.Errorf("keeping an upload: %w", errors.Join(err, os.RemoveAll(f.dir)))
	}
	s.files[f.ID] = f
	return f.Upload, nil
}

// use finds a file of a person and keeps it until done is called.
func (s *spool) use(actor int64, id uuid.UUID) (f *spooled, done func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	f, ok := s.files[id]
	if !ok || f.actor != actor {
		return nil, nil, ward.Errorf(ward.NotFound, "上传的文件已过期或已导入，请重新选择文件")
	}
	f.busy++
	f.Expires = s.now().Add(spoolKeep)
	return f, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		f.busy--
	}, nil
}

// drop forgets a file whose import is written.
func (s *spool) drop(id uuid.UUID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f, ok := s.files[id]; ok {
		s.remove(f)
	}
}

func (s *spool) sweep() {
	for _, f := range s.files {
		if f.busy == 0 && f.Expires.Before(s.now()) {
			s.remove(f)
		}
	}
}

func (s *spool) remove(f *spooled) {
	delete(s.files, f.ID)
	_ = os.RemoveAll(f.dir) // what stays goes with the folder
}

// path is the file as it came; its name says the format.
func (f *spooled) path() string { return filepath.Join(f.dir, f.Name) }

// Names of what a check leaves beside the file. Upload names have no folder, so
// they cannot be these.
func (f *spooled) mapPath() string { return filepath.Join(f.dir, "check", "map.json") }
func (f *spooled) badPath() string { return filepath.Join(f.dir, "check", "bad.csv") }

// made reads what a check left; not_found before one.
func (f *spooled) made(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ward.Errorf(ward.NotFound, "还没有检查，或没有有错误的行")
	}
	if err != nil {
		return nil, fmt.Errorf("reading what the check left: %w", err)
	}
	return text, nil
}
