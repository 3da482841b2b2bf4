//go:build unix

package devdb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// owner is the operating-system user that runs PostgreSQL: ourselves, or a user
// without rights when we are root.
type owner struct {
	uid, gid int
	other    bool // not the user we run as
}

// clusterOwner picks the user. Packages of PostgreSQL bring user postgres;
// nobody is there in any case.
func clusterOwner() (owner, error) {
	if os.Geteuid() != 0 {
		return owner{uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.Atoi(u.Uid)
		if err != nil {
			return owner{}, fmt.Errorf("reading the number of user %s: %w", name, err)
		}
		gid, err := strconv.Atoi(u.Gid)
		if err != nil {
			return owner{}, fmt.Errorf("reading the group of user %s: %w", name, err)
		}
		return owner{uid: uid, gid: gid, other: true}, nil
	}
	return owner{}, errors.New("PostgreSQL 不能以 root 身份运行，而本机没有 postgres 或 nobody 用户；请先建一个：useradd --system postgres")
}

// ownerOf returns the user whom the data of an earlier run belongs to: somebody
// who started as an ordinary user may come back with sudo.
func ownerOf(data string) (owner, error) {
	info, err := os.Stat(data)
	if err != nil {
		return owner{}, fmt.Errorf("looking at the data: %w", err)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return owner{}, fmt.Errorf("the system does not say who owns %s", data)
	}
	o := owner{uid: int(stat.Uid), gid: int(stat.Gid), other: int(stat.Uid) != os.Geteuid()}
	if o.other && os.Geteuid() != 0 {
		return owner{}, fmt.Errorf("%s 属于另一个用户（uid %d），请用该用户或 root 运行", data, o.uid)
	}
	return o, nil
}

// command prepares a program to run as the owner, with messages in English
// because some are read by this package.
func (o owner) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = "/"
	cmd.Env = append(withoutPG(os.Environ()), "LC_ALL=C")
	if o.other {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(o.uid), Gid: uint32(o.gid)}}
	}
	return cmd
}

// withoutPG drops PGPORT, PGDATA, … which would send our tools to another
// cluster.
func withoutPG(env []string) []string {
	var kept []string
	for _, e := range env {
		if !strings.HasPrefix(e, "PG") {
			kept = append(kept, e)
		}
	}
	return kept
}

// place returns a folder of the owner for data and log: dir/server, or, when
// the owner cannot get there (a clone below /root has parents closed to others),
// a folder in /var/tmp named after dir.
func (o owner) place(dir string, log *slog.Logger) (string, error) {
	inside := filepath.Join(dir, "server")
	if err := o.makeDir(inside); err == nil && o.reaches(inside) {
		return inside, nil
	}
	sum := sha256.Sum256([]byte(dir))
	outside := filepath.Join("/var/tmp", "wangge-"+hex.EncodeToString(sum[:6]))
	if err := o.makeDir(outside); err != nil {
		return "", err
	}
	if !o.reaches(outside) {
		return "", fmt.Errorf("数据库用户（uid %d）无法进入 %s，也无法进入 %s；请把程序放到它能进入的目录，例如 /srv", o.uid, inside, outside)
	}
	log.Info("数据库用户进不了程序所在目录，数据放在别处", "目录", outside)
	return outside, nil
}

// makeDir makes path for the owner alone. A folder that is somebody else's, or
// a link, is refused: /var/tmp is open to everyone.
func (o owner) makeDir(path string) error {
	err := os.Mkdir(path, 0o700)
	if err == nil {
		return o.give(path)
	}
	if !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("making the folder of the data: %w", err)
	}
	info, err := os.Lstat(path)
	if err != nil {
		return fmt.Errorf("looking at the folder of the data: %w", err)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || !ok || int(stat.Uid) != o.uid && int(stat.Uid) != os.Geteuid() {
		return fmt.Errorf("%s belongs to somebody else", path)
	}
	return o.give(path)
}

func (o owner) give(path string) error {
	if !o.other {
		return nil
	}
	if err := os.Lchown(path, o.uid, o.gid); err != nil {
		return fmt.Errorf("giving %s to the user of PostgreSQL: %w", path, err)
	}
	return nil
}

// reaches asks the system, as the owner, whether it may write into path: the
// only test that knows about every parent, ACLs and mount options.
func (o owner) reaches(path string) bool {
	return o.command(context.Background(), "test", "-w", path).Run() == nil
}

// write makes a file of the owner that nobody else reads.
func (o owner) write(path string, text string) error {
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return fmt.Errorf("writing %s: %w", filepath.Base(path), err)
	}
	return o.give(path)
}
