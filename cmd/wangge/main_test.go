package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"wangge/internal/pgtest"
)

// try runs one command line and returns what came of it.
func try(t *testing.T, values map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	p := program{stdout: &out, stderr: &errs, log: newLog(&errs, env(values)), getenv: env(values)}
	code = dispatch(context.Background(), p, args)
	return code, out.String(), errs.String()
}

func TestHelpNamesEveryCommand(t *testing.T) {
	t.Parallel()
	code, out, _ := try(t, nil, "help")
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, c := range commands() {
		if !strings.Contains(out, c.name) || !strings.Contains(out, c.summary) {
			t.Errorf("help does not show %s %s", c.name, c.summary)
		}
	}
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no command", nil, 2, "用法"},
		{"unknown command", []string{"fly"}, 2, `没有名为 "fly" 的命令`},
		{"help of a command", []string{"migrate", "-h"}, 0, "数据库地址"},
		{"unknown flag", []string{"version", "-x"}, 2, "用法"},
		{"missing setting", []string{"migrate"}, 1, "没有数据库地址"},
		{"unknown action", []string{"devdb", "dance"}, 2, "用法"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			code, _, says := try(t, nil, tc.args...)
			if code != tc.code || !strings.Contains(says, tc.says) {
				t.Errorf("exit code %d, want %d; said %q, want %q", code, tc.code, says, tc.says)
			}
		})
	}
}

func TestMigrateTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	values := map[string]string{"DATABASE_URL": pgtest.URL(t)}
	for range 2 {
		if code, _, says := try(t, values, "migrate"); code != 0 {
			t.Fatalf("exit code %d: %s", code, says)
		}
	}
	values["WANGGE_METRIC_SRID"] = "4548"
	if code, _, says := try(t, values, "migrate"); code != 1 || !strings.Contains(says, "4549") {
		t.Errorf("a database made for EPSG:4549 was taken for 4548: exit code %d: %s", code, says)
	}
}

func TestLogIsJSONAtTheLevelAskedFor(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := newLog(&out, env(map[string]string{"WANGGE_LOG_LEVEL": "warn"}))
	log.Info("quiet")
	log.Log(t.Context(), slog.LevelWarn, "loud", "n", 1)
	var line struct{ Msg string }
	if err := json.Unmarshal(out.Bytes(), &line); err != nil || line.Msg != "loud" {
		t.Errorf("got %q, %v", out.String(), err)
	}
}
