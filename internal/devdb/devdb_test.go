//go:build unix

package devdb

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// start returns a running cluster in dir and stops it after the test.
func start(t *testing.T, dir string) *Cluster {
	t.Helper()
	c, err := Start(t.Context(), dir, slog.New(slog.DiscardHandler), Volatile())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := Stop(context.Background(), dir, c.log); err != nil {
			t.Error(err)
		}
	})
	return c
}

// openDir returns a folder every user can enter; t.TempDir is closed to others.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/var/tmp", "devdb-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func query[T any](t *testing.T, c *Cluster, sql string) T {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), c.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var v T
	if err := conn.QueryRow(t.Context(), sql).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestClusterLivesOnAndComesBackAfterAKill(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	begin := time.Now()
	first := start(t, dir)
	t.Logf("first start %v", time.Since(begin).Round(time.Millisecond))
	query[string](t, first, "WITH made AS (SELECT 1) SELECT pg_catalog.version() FROM made")
	if err := first.Create(t.Context(), "kept"); err != nil {
		t.Fatal(err)
	}
	if err := first.Create(t.Context(), "kept"); err != nil {
		t.Errorf("creating a database twice: %v", err)
	}

	begin = time.Now()
	second := start(t, dir)
	t.Logf("start of a running cluster %v", time.Since(begin).Round(time.Millisecond))
	if second.URL("kept") != first.URL("kept") {
		t.Errorf("second start is at %s, first at %s", second.URL("kept"), first.URL("kept"))
	}
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := query[int](t, second, "SELECT 1"); n != 1 {
		t.Error("the first user's Stop took the cluster from the second")
	}

	pid, err := serverPID(second.state.Data)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	second.Leave()
	begin = time.Now()
	third := start(t, dir)
	t.Logf("start after a kill %v", time.Since(begin).Round(time.Millisecond))
	if n := query[int](t, third, "SELECT count(*) FROM pg_database WHERE datname = 'kept'"); n != 1 {
		t.Error("the database made before the kill is gone")
	}

	if err := third.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if serverAlive(third.state.Data) {
		t.Error("the server runs on after its last user's Stop")
	}
	if err := third.Stop(t.Context()); err != nil {
		t.Errorf("a second Stop: %v", err)
	}
	begin = time.Now()
	start(t, dir)
	t.Logf("later start %v", time.Since(begin).Round(time.Millisecond))
}

func TestTwoProgramsStartOneClusterAtOnce(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	var clusters [3]*Cluster
	var failures [3]error
	var all sync.WaitGroup
	for i := range clusters {
		all.Go(func() {
			clusters[i], failures[i] = Start(t.Context(), dir, slog.New(slog.DiscardHandler), Volatile())
		})
	}
	all.Wait()
	if err := errors.Join(failures[:]...); err != nil {
		t.Fatal(err)
	}
	for _, c := range clusters {
		if c.URL("x") != clusters[0].URL("x") {
			t.Errorf("two clusters: %s and %s", c.URL("x"), clusters[0].URL("x"))
		}
		if err := c.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if serverAlive(clusters[0].state.Data) {
		t.Error("the server runs on after everybody has stopped it")
	}
}

func TestTwoFoldersAreTwoClusters(t *testing.T) {
	t.Parallel()
	a, b := start(t, openDir(t)), start(t, openDir(t))
	if a.state.Port == b.state.Port {
		t.Errorf("both listen at port %d", a.state.Port)
	}
	if a.state.Port == 5432 || b.state.Port == 5432 {
		t.Error("a private cluster took the port of the system's PostgreSQL")
	}
	if a.state.Password == b.state.Password {
		t.Error("two clusters have the same password")
	}
}

func TestAPortTakenInBetweenIsLeftToItsTaker(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	c := start(t, dir)
	port := c.state.Port
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	occupy(t, port)
	again := start(t, dir)
	if again.state.Port == port {
		t.Errorf("the cluster claims port %d, which another program holds", port)
	}
	if n := query[int](t, again, "SELECT 1"); n != 1 {
		t.Error("no answer at the new port")
	}
}

func TestAProcessNumberGivenToAnotherProgramIsNoServer(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	c := start(t, dir)
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	// As after a power cut and a reboot: postmaster.pid names a process that
	// lives but is something else, here this test.
	pidFile := filepath.Join(c.state.Data, "postmaster.pid")
	if err := c.owner.write(pidFile, itoa(os.Getpid())+"\n"+c.state.Data+"\n"); err != nil {
		t.Fatal(err)
	}
	if n := query[int](t, start(t, dir), "SELECT 1"); n != 1 {
		t.Error("no answer")
	}
}

func TestARunThatEndedHalfwayIsCleanedUp(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	o, err := clusterOwner()
	if err != nil {
		t.Fatal(err)
	}
	place, err := o.place(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(place, "data", "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	if n := query[int](t, start(t, dir), "SELECT 1"); n != 1 {
		t.Error("no answer")
	}
}

func TestAFolderTheDatabaseUserCannotEnterIsWorkedAround(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root hands the cluster to another user")
	}
	closed := openDir(t)
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(closed, "pg")
	c := start(t, dir)
	place := filepath.Dir(c.state.Data)
	t.Cleanup(func() { os.RemoveAll(place) })
	if filepath.Dir(place) != "/var/tmp" {
		t.Errorf("data in %s", c.state.Data)
	}
	if n := query[int](t, c, "SELECT 1"); n != 1 {
		t.Error("no answer")
	}
	if err := Remove(t.Context(), dir, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, place} {
		if _, err := os.Stat(path); err == nil {
			t.Errorf("%s is left after Remove", path)
		}
	}
}

func TestNobodyGetsInWithoutThePassword(t *testing.T) {
	t.Parallel()
	c := start(t, openDir(t))
	wrong := c.state
	wrong.Password = "guess"
	if conn, err := pgx.Connect(t.Context(), wrong.url("postgres")); err == nil {
		conn.Close(context.Background())
		t.Error("a wrong password was let in")
	}
	if files := query[int](t, c, `SELECT count(*) FROM pg_settings WHERE name = 'fsync' AND setting = 'off'`); files != 1 {
		t.Error("Volatile does not reach the server")
	}
}

func TestDiscardDeletesOnlyWhatNobodyUses(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	a, b := start(t, dir), start(t, dir)
	if err := a.Discard(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := query[int](t, b, "SELECT 1"); n != 1 {
		t.Error("the data went from under its user")
	}
	if err := b.Discard(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(b.state.Data); err == nil {
		t.Error("the data is left")
	}
	if n := query[int](t, start(t, dir), "SELECT 1"); n != 1 {
		t.Error("no new cluster after a discarded one")
	}
}

func TestStopOfAFolderThatNeverHadACluster(t *testing.T) {
	t.Parallel()
	was, err := Stop(t.Context(), filepath.Join(openDir(t), "none"), slog.New(slog.DiscardHandler))
	if err != nil || was {
		t.Errorf("got %v, %v", was, err)
	}
}

func TestRootTakesOverTheClusterOfAnOrdinaryUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	dir := openDir(t)
	c := start(t, dir)
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	const ordinary = 12345 // a user number like any other
	if out, err := exec.Command("chown", "-R", itoa(ordinary), filepath.Dir(c.state.Data)).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	again := start(t, dir)
	if n := query[int](t, again, "SELECT 1"); n != 1 {
		t.Error("no answer")
	}
	if again.owner.uid != ordinary {
		t.Errorf("runs as user %d", again.owner.uid)
	}
}
