//go:build unix

package devdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"
)

const (
	shared    = syscall.LOCK_SH
	exclusive = syscall.LOCK_EX
)

var errLocked = errors.New("locked by another program")

// fileLock is a flock on a file. The kernel drops it when its program ends, so a
// killed program leaves nothing behind.
type fileLock struct {
	file *os.File
	once sync.Once
}

// lockFile waits until it holds the lock or ctx ends. It asks again and again
// because a blocked flock could not be called off.
func lockFile(ctx context.Context, path string, kind int) (*fileLock, error) {
	for {
		l, err := takeLock(path, kind)
		if !errors.Is(err, errLocked) {
			return l, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for lock %s: %w", path, ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// tryLockFile takes the lock alone or answers errLocked.
func tryLockFile(path string) (*fileLock, error) { return takeLock(path, exclusive) }

func takeLock(path string, kind int) (*fileLock, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("opening lock: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), kind|syscall.LOCK_NB)
	if err == nil {
		return &fileLock{file: file}, nil
	}
	file.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errLocked
	}
	return nil, fmt.Errorf("locking %s: %w", path, err)
}

// release gives the lock up; a second release does nothing.
func (l *fileLock) release() {
	l.once.Do(func() { l.file.Close() })
}
