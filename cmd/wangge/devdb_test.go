package main

import (
	"os"
	"strings"
	"testing"
)

func TestDevdbLendsAClusterToACommandAndStopsIt(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("/var/tmp", "wangge-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // the database's user must get in
		t.Fatal(err)
	}
	lend := func(script string) (int, string, string) {
		return try(t, nil, "devdb", "-dir", dir, "-volatile", "-db", "lent", "-env", "LENT_URL", "run", "sh", "-c", script)
	}
	code, out, says := lend(`echo "$LENT_URL"`)
	if code != 0 || !strings.HasPrefix(out, "postgres://") || !strings.Contains(out, "/lent?") {
		t.Errorf("exit code %d, the command sees %q: %s", code, out, says)
	}
	if !strings.Contains(says, "已停止") {
		t.Errorf("the cluster runs on: %s", says)
	}
	if code, _, _ := lend("exit 3"); code != 1 {
		t.Errorf("a failed command ends with exit code %d", code)
	}
	if files, err := os.ReadDir(dir + "/server"); err == nil {
		t.Errorf("the data is left: %v", files)
	}
}
