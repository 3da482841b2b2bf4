//go:build unix

package devdb

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// Oldest is the lowest major version of PostgreSQL the program works with:
// that of Debian 12.
const Oldest = 15

// tools are the programs of one PostgreSQL installation.
type tools struct {
	bin     string
	version int  // major
	postgis bool // the extensions the program needs are there
}

func (t tools) path(name string) string { return filepath.Join(t.bin, name) }

// extensions lists what migrations create.
func extensions() []string { return []string{"postgis", "ltree", "btree_gist", "pg_trgm"} }

// findOrInstall returns tools with PostGIS of major version want, or, for want
// 0, of the newest version that is there; it installs what is missing.
func findOrInstall(ctx context.Context, log *slog.Logger, want int) (tools, error) {
	if t, ok := choose(findTools(ctx), want); ok {
		return t, nil
	}
	if err := install(ctx, log, findTools(ctx), want); err != nil {
		return tools{}, err
	}
	if t, ok := choose(findTools(ctx), want); ok {
		return t, nil
	}
	return tools{}, missing(want)
}

// choose returns the newest usable tools; want 0 means any version.
func choose(found []tools, want int) (tools, bool) {
	for _, t := range found {
		if t.postgis && (t.version == want || want == 0 && t.version >= Oldest) {
			return t, true
		}
	}
	return tools{}, false
}

// findTools looks where packages and people put PostgreSQL, newest first.
func findTools(ctx context.Context) []tools {
	var dirs []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",                   // Debian, Ubuntu
		"/usr/pgsql-*/bin",                            // PGDG on RHEL, openEuler, Anolis
		"/usr/local/pgsql/bin",                        // built from source
		"/opt/homebrew/opt/postgresql@*/bin",          // Homebrew
		"/usr/local/opt/postgresql@*/bin",             //
		"/Applications/Postgres.app/Contents/*/*/bin", // Postgres.app
	} {
		// The pattern is constant, so Glob cannot fail.
		more, _ := filepath.Glob(pattern)
		dirs = append(dirs, more...)
	}
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	var found []tools
	for _, dir := range dirs {
		if t, ok := inspect(ctx, dir); ok {
			found = append(found, t)
		}
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].version > found[j].version })
	return found
}

var versionPattern = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// inspect reports what is in a folder of programs; it is no server without
// postgres, initdb and pg_ctl.
func inspect(ctx context.Context, bin string) (tools, bool) {
	for _, name := range []string{"postgres", "initdb", "pg_ctl"} {
		if _, err := exec.LookPath(filepath.Join(bin, name)); err != nil {
			return tools{}, false
		}
	}
	out, err := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "--version").Output()
	m := versionPattern.FindSubmatch(out)
	if err != nil || m == nil {
		return tools{}, false
	}
	version, err := strconv.Atoi(string(m[1]))
	if err != nil {
		return tools{}, false
	}
	return tools{bin: bin, version: version, postgis: hasExtensions(shareDirs(ctx, bin, version))}, true
}

// shareDirs lists where the extensions of an installation may lie.
func shareDirs(ctx context.Context, bin string, version int) []string {
	dirs := []string{
		fmt.Sprintf("/usr/share/postgresql/%d", version),
		filepath.Join(bin, "../share"),
		filepath.Join(bin, "../share/postgresql"),
	}
	if out, err := exec.CommandContext(ctx, filepath.Join(bin, "pg_config"), "--sharedir").Output(); err == nil {
		dirs = append([]string{strings.TrimSpace(string(out))}, dirs...)
	}
	return dirs
}

func hasExtensions(shareDirs []string) bool {
	for _, name := range extensions() {
		there := false
		for _, dir := range shareDirs {
			if _, err := os.Stat(filepath.Join(dir, "extension", name+".control")); err == nil {
				there = true
				break
			}
		}
		if !there {
			return false
		}
	}
	return true
}
