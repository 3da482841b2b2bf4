//go:build unix

package devdb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
)

// Leave gives the cluster up and lets it run for others. A program that ends
// without it leaves by itself.
func (c *Cluster) Leave() { c.users.release() }

// Stop gives the cluster up and stops it when no other program uses it. A second
// Stop does nothing.
func (c *Cluster) Stop(ctx context.Context) error {
	c.Leave()
	_, err := ending{dir: c.dir, log: c.log}.run(ctx)
	return err
}

// Discard gives the cluster up and, when no other program uses it, stops it and
// deletes its data.
func (c *Cluster) Discard(ctx context.Context) error {
	c.Leave()
	_, err := ending{dir: c.dir, log: c.log, discard: true}.run(ctx)
	return err
}

// Stop stops the cluster of folder dir whoever started it, also under those who
// use it. It reports whether one was running.
func Stop(ctx context.Context, dir string, log *slog.Logger) (bool, error) {
	return ending{dir: dir, log: log, force: true}.run(ctx)
}

// Remove stops the cluster of folder dir, also under those who use it, and
// deletes the folder and the data.
func Remove(ctx context.Context, dir string, log *slog.Logger) error {
	if _, err := (ending{dir: dir, log: log, force: true, discard: true}).run(ctx); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("removing the folder of the cluster: %w", err)
	}
	return nil
}

// ending is one way of stopping a cluster.
type ending struct {
	dir     string
	log     *slog.Logger
	force   bool // also under those who use it
	discard bool // delete the data
}

// run does it and reports whether a server was running. The lock keeps others
// from starting the cluster in between.
func (e ending) run(ctx context.Context) (bool, error) {
	if _, err := os.Stat(e.dir); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	stopping, err := lockFile(ctx, filepath.Join(e.dir, "lock"), exclusive)
	if err != nil {
		return false, err
	}
	defer stopping.release()
	s, err := loadState(e.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if !e.force {
		last, err := tryLockFile(filepath.Join(e.dir, "users"))
		if errors.Is(err, errLocked) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		defer last.release()
	}
	running := serverAlive(s.Data)
	if running {
		if err := stopServer(ctx, s.Data); err != nil {
			return false, err
		}
		e.log.InfoContext(ctx, "私有数据库已停止", "目录", s.Data)
	}
	if e.discard {
		return running, discard(e.dir, s)
	}
	return running, nil
}

// discard deletes the data, which may lie outside dir (see owner.place), and
// then what points to it.
func discard(dir string, s state) error {
	if err := os.RemoveAll(filepath.Dir(s.Data)); err != nil {
		return fmt.Errorf("removing the data: %w", err)
	}
	if err := os.Remove(filepath.Join(dir, "cluster.json")); err != nil {
		return fmt.Errorf("removing the state of the cluster: %w", err)
	}
	return nil
}
