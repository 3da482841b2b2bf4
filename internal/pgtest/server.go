package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"github.com/jackc/pgx/v5"

	"wangge/internal/devdb"
)

// ServerVariable names the environment variable with the address of a server
// to test on. Its user must be a superuser, because PostGIS is created with each
// template.
const ServerVariable = "WANGGE_TEST_DATABASE_URL"

// server is found once per test program. Its cluster is given up when the
// program ends, and runs on.
var server = sync.OnceValues(func() (testServer, error) {
	ctx := context.Background()
	url, err := findServer(ctx)
	if err != nil {
		return testServer{}, err
	}
	s := testServer{url: url}
	if s.template, err = s.prepareTemplate(ctx); err != nil {
		return testServer{}, err
	}
	return s, nil
})

func findServer(ctx context.Context) (string, error) {
	if url := os.Getenv(ServerVariable); url != "" {
		return url, nil
	}
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	cluster, err := devdb.Start(ctx, filepath.Join(root, ".wangge", "pgtest"), log, devdb.Volatile())
	if err != nil {
		return "", err
	}
	return cluster.URL("postgres"), nil
}

// moduleRoot finds the folder of go.mod: tests run in the folder of their
// package.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the working folder: %w", err)
	}
	for {
		_, err := os.Stat(filepath.Join(dir, "go.mod"))
		if err == nil {
			return dir, nil
		}
		if !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			return "", fmt.Errorf("finding go.mod: %w", err)
		}
		dir = filepath.Dir(dir)
	}
}

// prepareTemplate returns the template of the present migrations, built by
// whichever test program comes first while the others wait.
func (s testServer) prepareTemplate(ctx context.Context) (string, error) {
	name, err := templateName()
	if err != nil {
		return "", err
	}
	conn, err := pgx.Connect(ctx, s.url)
	if err != nil {
		return "", fmt.Errorf("connecting to the test server (%s): %w", ServerVariable, err)
	}
	// The lock goes with the connection.
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", templateLock); err != nil {
		return "", fmt.Errorf("waiting for the template: %w", err)
	}
	var ready bool
	err = conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&ready)
	if err != nil {
		return "", fmt.Errorf("looking for the template: %w", err)
	}
	if ready {
		return name, nil
	}
	if err := s.sweep(ctx, conn); err != nil {
		return "", err
	}
	return name, s.buildTemplate(ctx, conn, name)
}
