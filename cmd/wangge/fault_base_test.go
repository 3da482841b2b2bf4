//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"wangge/internal/devdb"
	"wangge/internal/postgres"
)

// ownCluster is a PostgreSQL of one test alone, as durable as a real one, to be
// killed.
type ownCluster struct {
	t       testing.TB
	dir     string
	data    string
	url     string
	running *devdb.Cluster
}

func newOwnCluster(t testing.TB) *ownCluster {
	t.Helper()
	c := &ownCluster{t: t, dir: t.TempDir()}
	c.start()
	t.Cleanup(func() {
		if err := c.running.Discard(context.Background()); err != nil {
			t.Errorf("ending the cluster: %v", err)
		}
	})
	if err := c.running.Create(t.Context(), "faults"); err != nil {
		t.Fatal(err)
	}
	c.url = c.running.URL("faults")
	if err := postgres.Migrate(t.Context(), c.url, postgres.MetricSRID); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), c.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := conn.QueryRow(t.Context(), `show data_directory`).Scan(&c.data); err != nil {
		t.Fatal(err)
	}
	return c
}

// start starts the server, or waits for one that is recovering.
func (c *ownCluster) start() {
	c.t.Helper()
	if c.running != nil {
		c.running.Leave()
	}
	fresh, err := devdb.Start(c.t.Context(), c.dir, quiet)
	if err != nil {
		c.t.Fatalf("starting the cluster: %v", err)
	}
	c.running = fresh
}

// processes are the main process and its children.
func (c *ownCluster) processes() []int {
	c.t.Helper()
	text, err := os.ReadFile(filepath.Join(c.data, "postmaster.pid"))
	if err != nil {
		c.t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	main, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		c.t.Fatal(err)
	}
	all := []int{main}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		c.t.Fatal(err)
	}
	for _, stat := range stats {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue // it has ended
		}
		// "pid (name) state parent …"; a name may hold anything but the last ")".
		_, rest, _ := strings.Cut(string(text[max(0, strings.LastIndexByte(string(text), ')')):]), ") ")
		var state string
		var parent int
		if _, err := fmt.Sscan(rest, &state, &parent); err != nil || parent != main {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(stat))); err == nil {
			all = append(all, pid)
		}
	}
	return all
}

// signal sends a signal to the main process.
func (c *ownCluster) signal(s syscall.Signal) {
	c.t.Helper()
	if err := syscall.Kill(c.processes()[0], s); err != nil {
		c.t.Fatal(err)
	}
}
