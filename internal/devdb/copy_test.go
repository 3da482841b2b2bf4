//go:build unix

package devdb

import (
	"log/slog"
	"strings"
	"testing"
)

func TestACopyOfAStoppedClusterHasItsDataAndAServerOfItsOwn(t *testing.T) {
	t.Parallel()
	from, to := openDir(t), openDir(t)
	log := slog.New(slog.DiscardHandler)
	first := start(t, from)
	if err := first.Create(t.Context(), "kept"); err != nil {
		t.Fatal(err)
	}
	if err := Copy(t.Context(), from, to, log); err == nil || !strings.Contains(err.Error(), "正在运行") {
		t.Errorf("a running cluster was copied: %v", err)
	}
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := Copy(t.Context(), from, to, log); err != nil {
		t.Fatal(err)
	}
	if err := Copy(t.Context(), from, to, log); err == nil || !strings.Contains(err.Error(), "已有数据库") {
		t.Errorf("a cluster was overwritten: %v", err)
	}
	if err := Copy(t.Context(), openDir(t), openDir(t), log); err == nil || !strings.Contains(err.Error(), "没有数据库") {
		t.Errorf("nothing was copied: %v", err)
	}
	first, second := start(t, from), start(t, to)
	if first.state.Port == second.state.Port || first.state.Data == second.state.Data {
		t.Fatal("the copy is the first one")
	}
	if n := query[int](t, second, `SELECT count(*)::int FROM pg_database WHERE datname = 'kept'`); n != 1 {
		t.Error("the copy has lost a database")
	}
}
