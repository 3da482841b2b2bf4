//go:build unix

package devdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var errNotRunning = errors.New("the server is not running")

// initdb fills the data folder. Password login only: other users of the machine
// can reach the port.
func initdb(ctx context.Context, t tools, o owner, s state) error {
	secret := s.Data + ".password"
	if err := o.write(secret, s.Password+"\n"); err != nil {
		return err
	}
	defer os.Remove(secret)
	// C.UTF-8 sorts by code point and, unlike C, knows Chinese characters as
	// letters, which trigram search needs. It is missing on some systems.
	var out []byte
	var err error
	for _, locale := range []string{"C.UTF-8", "C"} {
		out, err = o.command(ctx, t.path("initdb"), "--pgdata", s.Data, "--username", s.User,
			"--auth", "scram-sha-256", "--pwfile", secret, "--encoding", "UTF8", "--locale", locale,
			"--no-sync", "--no-instructions").CombinedOutput()
		if err == nil {
			return nil
		}
		os.RemoveAll(s.Data)
	}
	return fmt.Errorf("making the cluster: %w: %s", err, out)
}

// startServer starts PostgreSQL in a session of its own, so that Ctrl-C in the
// terminal does not reach it before its clients are done.
func startServer(ctx context.Context, t tools, o owner, s state, set settings) error {
	if err := clearStalePID(s.Data); err != nil {
		return err
	}
	if err := o.write(filepath.Join(s.Data, "wangge.conf"), set.conf(s.Port)); err != nil {
		return err
	}
	if err := includeConf(filepath.Join(s.Data, "postgresql.conf")); err != nil {
		return err
	}
	if err := os.Truncate(s.Log, 0); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("emptying the log of the server: %w", err)
	}
	// After a kill of the main process its children need a moment to end; until
	// then their shared memory blocks a new start.
	deadline := time.Now().Add(20 * time.Second)
	for {
		out, err := o.command(ctx, t.path("pg_ctl"), "start", "--pgdata", s.Data, "--log", s.Log,
			"--wait", "--timeout", "120", "--silent").CombinedOutput()
		if err == nil {
			return nil
		}
		log, _ := os.ReadFile(s.Log)
		if !strings.Contains(string(log), "shared memory block") || time.Now().After(deadline) {
			return fmt.Errorf("starting the server: %w: %s%s", err, out, tail(string(log), 2000))
		}
		if err := sleep(ctx, 300*time.Millisecond); err != nil {
			return err
		}
	}
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// includeConf makes postgresql.conf read wangge.conf last.
func includeConf(path string) error {
	const line = "include 'wangge.conf'\n"
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading postgresql.conf: %w", err)
	}
	if strings.HasSuffix(string(text), line) {
		return nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("writing postgresql.conf: %w", err)
	}
	_, err = file.WriteString("\n" + line)
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("writing postgresql.conf: %w", err)
	}
	return nil
}

// stopServer asks PostgreSQL to end its sessions and stop, and waits for it. It
// needs no tools: SIGINT is what pg_ctl stop -m fast sends.
func stopServer(ctx context.Context, data string) error {
	pid, err := serverPID(data)
	if err != nil {
		return err
	}
	if err := syscall.Kill(pid, syscall.SIGINT); err != nil {
		return fmt.Errorf("stopping the server: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	for serverAlive(data) {
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return fmt.Errorf("waiting for the server to stop: %w", err)
		}
	}
	return nil
}

// serverPID returns the process that postmaster.pid names.
func serverPID(data string) (int, error) {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return 0, fmt.Errorf("reading the process of the server: %w", err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 1 {
		return 0, fmt.Errorf("postmaster.pid names no process: %q", first)
	}
	return pid, nil
}

// serverAlive reports whether the process in postmaster.pid lives and is a
// PostgreSQL: after a reboot the number may belong to any other program.
func serverAlive(data string) bool {
	pid, err := serverPID(data)
	if err != nil {
		return false
	}
	if err := syscall.Kill(pid, 0); err != nil && !errors.Is(err, syscall.EPERM) {
		return false
	}
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil { // no /proc (macOS), or gone in between
		_, noProc := os.Stat("/proc/self")
		return noProc != nil
	}
	return strings.Contains(string(line), data)
}

// clearStalePID removes postmaster.pid when its number has gone to another
// program, which PostgreSQL would take for a running server. In every other case
// PostgreSQL judges the file itself: it knows whether children of a killed
// server are still at the data.
func clearStalePID(data string) error {
	pid, err := serverPID(data)
	if err != nil || serverAlive(data) || syscall.Kill(pid, 0) == syscall.ESRCH {
		return nil
	}
	if err := os.Remove(filepath.Join(data, "postmaster.pid")); err != nil {
		return fmt.Errorf("removing a stale postmaster.pid: %w", err)
	}
	return nil
}
