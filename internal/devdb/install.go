//go:build unix

package devdb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// missing says in Chinese what a person has to install.
func missing(want int) error {
	version := fmt.Sprintf("%d 或更高版本", Oldest)
	if want != 0 {
		version = fmt.Sprintf("%d 版（已有数据由该版本建立）", want)
	}
	return fmt.Errorf(`本机没有可用的 PostgreSQL %s + PostGIS,也无法自动安装。请任选一种方式后重试:
  Debian/Ubuntu:        apt-get install postgresql postgresql-15-postgis-3(版本号按实际)
  RHEL/openEuler/Anolis:dnf install postgresql15-server postgresql15-contrib postgis33_15(PGDG 软件源)
  macOS:                brew install postgresql@17 postgis
  或者自备数据库,并设置 DATABASE_URL=postgres://用户:口令@主机:5432/库名`, version)
}

// install brings PostGIS for the newest PostgreSQL that is there, or both, by
// apt-get, as root or through sudo.
func install(ctx context.Context, log *slog.Logger, found []tools, want int) error {
	if _, err := exec.LookPath("apt-get"); err != nil {
		return missing(want)
	}
	a := apt{log: log}
	if os.Geteuid() != 0 {
		sudo, err := exec.LookPath("sudo")
		if err != nil {
			return fmt.Errorf("安装软件需要 root 权限或 sudo:%w", missing(want))
		}
		a.sudo = sudo
	}
	packages, err := a.choosePackages(ctx, found, want)
	if err != nil {
		return err
	}
	log.InfoContext(ctx, "正在安装 PostgreSQL 与 PostGIS，首次运行需要几分钟", "软件包", packages)
	restore, err := a.withoutMainCluster(ctx)
	if err != nil {
		return err
	}
	installed := a.run(ctx, append([]string{
		"apt-get", "install", "-y", "-q", "--no-install-recommends",
		"-o", "DPkg::Lock::Timeout=300",
	}, packages...)...)
	return errors.Join(installed, restore())
}

// apt runs programs that change the system.
type apt struct {
	sudo string // empty for root
	log  *slog.Logger
}

func (a apt) run(ctx context.Context, args ...string) error {
	args = append([]string{"env", "DEBIAN_FRONTEND=noninteractive"}, args...)
	if a.sudo != "" {
		args = append([]string{a.sudo}, args...)
	}
	// apt-get is never killed: that could leave the system half installed. Ctrl-C
	// in a terminal reaches it anyway. It has much to say, which people read only
	// when it fails; sudo asks for its password on the terminal itself.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), args[0], args[1:]...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("自动安装失败（%s）：%w\n%s", strings.Join(args, " "), err, tail(string(out), 3000))
	}
	return nil
}

// choosePackages returns postgresql-N-postgis-3 for the newest N that is
// installed and on offer; else the newest N on offer, with its server. A server
// that is there is not named, because naming it could upgrade it and restart the
// clusters that use it. Lists that know nothing are fetched first.
func (a apt) choosePackages(ctx context.Context, found []tools, want int) ([]string, error) {
	offered := postgisOnOffer(ctx)
	if len(offered) == 0 || want != 0 && !slices.Contains(offered, want) {
		a.log.InfoContext(ctx, "正在更新软件包列表")
		if err := a.run(ctx, "apt-get", "update", "-q", "-o", "DPkg::Lock::Timeout=300"); err != nil {
			return nil, err
		}
		offered = postgisOnOffer(ctx)
	}
	version, ok := pickVersion(found, offered, want)
	if !ok {
		return nil, missing(want)
	}
	packages := []string{fmt.Sprintf("postgresql-%d-postgis-3", version)}
	if !slices.ContainsFunc(found, func(t tools) bool { return t.version == version }) {
		packages = append(packages, fmt.Sprintf("postgresql-%d", version))
	}
	return packages, nil
}

// pickVersion prefers a server that is installed to one that is not, and newer
// to older. offered is sorted, newest first.
func pickVersion(found []tools, offered []int, want int) (int, bool) {
	fits := func(v int) bool { return v == want || want == 0 && v >= Oldest }
	for _, t := range found {
		if fits(t.version) && slices.Contains(offered, t.version) {
			return t.version, true
		}
	}
	for _, v := range offered {
		if fits(v) {
			return v, true
		}
	}
	return 0, false
}

var postgisPackage = regexp.MustCompile(`(?m)^postgresql-(\d+)-postgis-3$`)

// postgisOnOffer lists the PostgreSQL versions apt has a PostGIS for, newest
// first.
func postgisOnOffer(ctx context.Context) []int {
	out, err := exec.CommandContext(ctx, "apt-cache", "pkgnames", "postgresql-").Output()
	if err != nil {
		return nil
	}
	var versions []int
	for _, m := range postgisPackage.FindAllStringSubmatch(string(out), -1) {
		if v, err := strconv.Atoi(m[1]); err == nil {
			versions = append(versions, v)
		}
	}
	slices.Sort(versions)
	slices.Reverse(versions)
	return slices.Compact(versions)
}

// createclusterFragment is read by Debian's pg_createcluster settings.
const createclusterFragment = "/etc/postgresql-common/createcluster.d/wangge-no-main.conf"

// withoutMainCluster keeps Debian's server package from making and starting its
// "main" cluster on port 5432, and returns what puts the setting back: a person
// who installs PostgreSQL later gets the usual behaviour.
func (a apt) withoutMainCluster(ctx context.Context) (restore func() error, err error) {
	script := `mkdir -p "$(dirname "$1")" && echo "create_main_cluster = false" > "$1"`
	if err := a.run(ctx, "sh", "-c", script, "sh", createclusterFragment); err != nil {
		return nil, err
	}
	return func() error {
		return a.run(context.WithoutCancel(ctx), "rm", "-f", createclusterFragment)
	}, nil
}
