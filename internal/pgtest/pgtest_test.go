package pgtest_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"wangge/internal/pgtest"
)

func TestEachTestHasADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	for i := range 6 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			begin := time.Now()
			pool := pgtest.New(t)
			t.Logf("a database in %v", time.Since(begin).Round(time.Millisecond))
			// A second copy of the same table can only be made where the first is not.
			if _, err := pool.Exec(t.Context(), "CREATE TABLE only_here AS SELECT postgis_lib_version()"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTheDatabaseIsMigratedAndGoesWithItsTest(t *testing.T) {
	t.Parallel()
	var url string
	t.Run("one test", func(t *testing.T) {
		url = pgtest.URL(t)
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		// Left open on purpose: a forgotten connection must not keep the database.
		var srid int
		if err := conn.QueryRow(t.Context(), "SELECT metric_srid()").Scan(&srid); err != nil || srid != 4549 {
			t.Errorf("metric_srid() = %d, %v", srid, err)
		}
	})
	conn, err := pgx.Connect(t.Context(), url)
	if err == nil {
		conn.Close(context.Background())
		t.Error("the database outlives its test")
	}
}
