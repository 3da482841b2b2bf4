// Package pgtest hands each test a migrated PostGIS database of its own. It
// takes the server of WANGGE_TEST_DATABASE_URL, or starts the private cluster in
// .wangge/pgtest, which then runs on for the next tests; "make stop" ends it.
//
// The first test of a schema migrates a template (seconds); each database is a
// copy of it (tenths of a second).
package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"wangge/internal/postgres"
)

// New returns a pool on a fresh, migrated, empty database, as the program
// itself would open it. Both go when the test ends. Safe in parallel tests.
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	pool, err := postgres.Connect(t.Context(), URL(t))
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// NewOf is New with a pool of at most so many connections.
func NewOf(t testing.TB, connections int) *pgxpool.Pool {
	t.Helper()
	pool, err := postgres.Connect(t.Context(), fmt.Sprintf("%s&pool_max_conns=%d", URL(t), connections))
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// URL returns the address of a fresh, migrated, empty database that goes when
// the test ends, with every connection to it.
func URL(t testing.TB) string {
	t.Helper()
	server, err := server()
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	// Letters that sort by time, so that leftovers of killed tests can be told
	// from the databases of running ones.
	name := fmt.Sprintf("%s%d_%s", databasePrefix, time.Now().Unix(), strings.ToLower(rand.Text()[:10]))
	if err := server.copyTemplate(t.Context(), name); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		if err := server.drop(context.WithoutCancel(t.Context()), name); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	return server.address(name)
}

// testServer is the PostgreSQL all tests of this program share.
type testServer struct {
	url      string
	template string
}

// address returns the address of database name on the server.
func (s testServer) address(name string) string {
	u, err := url.Parse(s.url)
	if err != nil { // url has been used to connect
		panic(fmt.Sprintf("pgtest: reading the server's address: %v", err))
	}
	u.Path = "/" + name
	return u.String()
}

// do runs one statement outside any transaction on the server's own database.
func (s testServer) do(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, s.url)
	if err != nil {
		return fmt.Errorf("connecting to the test server: %w", err)
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(context.WithoutCancel(ctx)))
}

func (s testServer) copyTemplate(ctx context.Context, name string) error {
	statement := fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s", quote(name), quote(s.template))
	if err := s.do(ctx, statement); err != nil {
		return fmt.Errorf("copying the template: %w", err)
	}
	return nil
}

func (s testServer) drop(ctx context.Context, name string) error {
	if err := s.do(ctx, fmt.Sprintf("DROP DATABASE IF EXISTS %s WITH (FORCE)", quote(name))); err != nil {
		return fmt.Errorf("dropping a test database: %w", err)
	}
	return nil
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
