package postgres_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
)

// emptied returns the address of a database without our schema.
func emptied(t *testing.T) string {
	t.Helper()
	url := pgtest.URL(t)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, statement := range []string{
		"DROP EXTENSION postgis CASCADE", "DROP SCHEMA public CASCADE", "CREATE SCHEMA public",
	} {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return url
}

func TestProgramsThatStartTogetherMigrateOnce(t *testing.T) {
	t.Parallel()
	url := emptied(t)
	var failures [3]error
	var all sync.WaitGroup
	for i := range failures {
		all.Go(func() { failures[i] = postgres.Migrate(t.Context(), url, 4549) })
	}
	all.Wait()
	if err := errors.Join(failures[:]...); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var twice int
	if err := conn.QueryRow(t.Context(), "SELECT count(*) - count(DISTINCT version_id) FROM schema_migration").Scan(&twice); err != nil || twice != 0 {
		t.Errorf("%d migrations ran twice, %v", twice, err)
	}
}

func TestTheMetricZoneIsTheDeploymentsAndStays(t *testing.T) {
	t.Parallel()
	url := emptied(t)
	if err := postgres.Migrate(t.Context(), url, 4547); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var columns int
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM geometry_columns WHERE srid = metric_srid() AND srid = 4547").Scan(&columns); err != nil || columns == 0 {
		t.Errorf("%d columns in EPSG:4547, %v", columns, err)
	}
	err = postgres.Migrate(t.Context(), url, 4549)
	if err == nil || !strings.Contains(err.Error(), "4547") {
		t.Errorf("another zone later: %v", err)
	}
}
