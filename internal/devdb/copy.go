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

// Copy makes the cluster of folder to a copy of the stopped one of folder from,
// with its users and passwords and a port of its own. A folder that holds a
// cluster already is refused.
func Copy(ctx context.Context, from, to string, log *slog.Logger) error {
	for _, dir := range []*string{&from, &to} {
		var err error
		if *dir, err = filepath.Abs(*dir); err != nil {
			return fmt.Errorf("finding the folder of the cluster: %w", err)
		}
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return fmt.Errorf("making the folder of the cluster: %w", err)
	}
	for _, dir := range []string{from, to} { // while they are held nobody starts either
		lock, err := lockFile(ctx, filepath.Join(dir, "lock"), exclusive)
		if err != nil {
			return err
		}
		defer lock.release()
	}
	s, err := loadState(from)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s 中没有数据库可供复制：%w", from, err)
	}
	if err != nil {
		return err
	}
	if serverAlive(s.Data) {
		return fmt.Errorf("%s 中的数据库正在运行；请先停止再复制", from)
	}
	if _, err := os.Stat(filepath.Join(to, "cluster.json")); err == nil {
		return fmt.Errorf("%s 中已有数据库；请换一个目录，或先删除", to)
	}
	owner, err := ownerOf(s.Data)
	if err != nil {
		return err
	}
	place, err := owner.place(to, log)
	if err != nil {
		return err
	}
	data := filepath.Join(place, "data")
	if err := os.RemoveAll(data); err != nil {
		return fmt.Errorf("clearing a half-made copy: %w", err)
	}
	if out, err := owner.command(ctx, "cp", "-a", s.Data, data).CombinedOutput(); err != nil {
		return fmt.Errorf("copying the data: %w: %s", err, out)
	}
	s.Data, s.Log, s.Port = data, filepath.Join(place, "postgres.log"), 0
	return s.save(to)
}
