package internal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport is the picture of the program: which room may look into which.
// Rooms that are not named may import nothing of ours.
//
//	cmd/wangge ── sees everything
//	api, realtime, relay, intake, demo, photo, sound, webhook, postgres ── never each other
//	kept ── files by their hash, under photo and sound
//	ward ── nouns and rules, no I/O
//	geo ── pure geometry
//	autodraw ── divides cells among grids, no I/O and none of our rooms
//	walknet ── how far it is on foot, the same
//	siting ── walknet under the registers: who reaches what, where to build
func mayImport() map[string][]string {
	return map[string][]string{
		"internal/geo":      {},
		"internal/ward":     {"internal/geo"},
		"internal/postgres": {"internal/ward", "internal/geo", "migrations"},
		"internal/realtime": {"internal/ward"},
		"internal/api":      {"internal/ward", "web"},
		"internal/intake":   {"internal/ward", "internal/geo"},
		"internal/demo":     {"internal/ward", "internal/geo"},
		"internal/kept":     {},
		"internal/photo":    {"internal/ward", "internal/kept"},
		"internal/sound":    {"internal/ward", "internal/kept"},
		"internal/webhook":  {"internal/ward"},
		"internal/relay":    {"internal/ward"},
		"internal/autodraw": {},
		"internal/walknet":  {},
		"internal/siting":   {"internal/ward", "internal/walknet"},
		"internal/backup":   {},
		"internal/devdb":    {},
		"internal/pgtest":   {"internal/postgres", "migrations", "internal/devdb"},
		"migrations":        {},
		"web":               {},
		"cmd/wangge":        {anything},
	}
}

// pure lists what rooms without I/O may use besides the standard library. No
// net, os or database may come in by a back door.
func pure() map[string][]string {
	return map[string][]string{
		"internal/autodraw": {},
		"internal/geo":      {"github.com/paulmach/orb"},
		"internal/walknet":  {"github.com/paulmach/orb"},
		"internal/ward":     {"github.com/paulmach/orb", "github.com/google/uuid", "github.com/mozillazg/go-pinyin", "golang.org/x/text"},
	}
}

const anything = "*"

// inTests is what a room's tests may import besides: real databases, and the
// rooms that must work together.
func inTests(room string) []string {
	switch room {
	case "internal/geo", "internal/ward", "internal/devdb":
		return nil
	default:
		return []string{"internal/pgtest", "internal/postgres", "internal/ward", "internal/geo", "internal/demo", "internal/realtime", "internal/intake", "internal/photo", "internal/sound", "internal/siting", "internal/webhook"}
	}
}

// room is a package of ours as go list tells it.
type room struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func (r room) name() string { return strings.TrimPrefix(r.ImportPath, "wangge/") }

func rooms(t *testing.T) []room {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "wangge/...")
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v: %s", err, complaints.String())
	}
	var all []room
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var r room
		if err := d.Decode(&r); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
}

// ours returns the rooms among imports, without the program's name.
func ours(imports []string) []string {
	var names []string
	for _, path := range imports {
		if name, ok := strings.CutPrefix(path, "wangge/"); ok {
			names = append(names, name)
		}
	}
	return names
}

func allowed(name string, lists ...[]string) bool {
	for _, list := range lists {
		if slices.Contains(list, name) || slices.Contains(list, anything) {
			return true
		}
	}
	return false
}

func TestRoomsImportOnlyWhatThePictureShows(t *testing.T) {
	t.Parallel()
	picture := mayImport()
	for _, r := range rooms(t) {
		if r.name() == "internal" { // this test
			continue
		}
		may, drawn := picture[r.name()]
		if !drawn {
			t.Errorf("%s is not in the picture of rooms: draw it, or put the code into a room", r.name())
			continue
		}
		for _, other := range ours(r.Imports) {
			if !allowed(other, may) {
				t.Errorf("%s must not import %s", r.name(), other)
			}
		}
		for _, other := range ours(slices.Concat(r.TestImports, r.XTestImports)) {
			if other != r.name() && !allowed(other, may, inTests(r.name())) {
				t.Errorf("tests of %s must not import %s", r.name(), other)
			}
		}
	}
}

func TestOnlyTestsAndTheProgramStartDatabases(t *testing.T) {
	t.Parallel()
	for _, r := range rooms(t) {
		if slices.Contains(r.Imports, "wangge/internal/pgtest") {
			t.Errorf("%s uses pgtest outside its tests", r.name())
		}
	}
}

func TestPureRoomsDoNoIO(t *testing.T) {
	t.Parallel()
	forbidden := []string{"os", "os/exec", "net", "net/http", "database/sql", "log", "log/slog", "embed"}
	for _, r := range rooms(t) {
		outside, isPure := pure()[r.name()]
		if !isPure {
			continue
		}
		for _, path := range r.Imports {
			if slices.Contains(forbidden, path) {
				t.Errorf("%s is pure and must not import %s", r.name(), path)
			}
			isModule := strings.Contains(strings.Split(path, "/")[0], ".")
			if isModule && !slices.ContainsFunc(outside, func(p string) bool { return path == p || strings.HasPrefix(path, p+"/") }) {
				t.Errorf("%s must not import %s", r.name(), path)
			}
		}
	}
}

func TestRoomsHaveNamesThatSaySomething(t *testing.T) {
	t.Parallel()
	empty := []string{"domain", "models", "model", "utils", "util", "common", "service", "services", "helpers", "helper", "shared", "misc"}
	names := slices.Collect(maps.Keys(mayImport()))
	for _, r := range rooms(t) {
		names = append(names, r.name())
	}
	for _, name := range names {
		for part := range strings.SplitSeq(name, "/") {
			if slices.Contains(empty, part) {
				t.Errorf("%s: %q says nothing about what is inside", name, part)
			}
		}
	}
}
