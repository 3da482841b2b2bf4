package api

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

func TestTheLogKeepsTheKindOfADatabaseErrorAndNotTheValue(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"22P02", "23505"} {
		got := unspoken(fmt.Errorf("writing a visit: %w", &pgconn.PgError{Severity: "ERROR", Code: code, Message: `invalid input syntax for type bigint: "王小英"`}))
		if strings.Contains(got, "王小英") || !strings.Contains(got, "writing a visit") || !strings.Contains(got, code) {
			t.Errorf("%s", got)
		}
	}
	if got := unspoken(errors.New("reading a session: closed pool")); got != "reading a session: closed pool" {
		t.Errorf("%s", got)
	}
	if got := unspoken(&pgconn.PgError{Severity: "ERROR", Code: "42P01", Message: `relation "x" does not exist`}); !strings.Contains(got, "relation") {
		t.Errorf("an error of ours is not told: %s", got)
	}
}
