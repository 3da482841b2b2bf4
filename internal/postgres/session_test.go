package postgres_test

import (
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
)

// A session that is used is written once a minute, not once a request; it ends
// when it was unused for half a day, and in any case when it was meant to.
func TestASessionIsWrittenWhenItIsDueAndEndsUnused(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	sessions := postgres.Sessions{Pool: pool}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	// row is the version of the row, and for how many hours it still lives.
	row := func() (version string, hours float64) {
		t.Helper()
		must(pool.QueryRow(t.Context(), `select xmin::text, extract(epoch from expiry - now()) / 3600 from session`).Scan(&version, &hours))
		return version, hours
	}
	find := func() bool {
		t.Helper()
		_, found, err := sessions.FindCtx(t.Context(), "token")
		must(err)
		return found
	}
	deadline := time.Now().Add(20 * time.Hour)
	data, err := scs.GobCodec{}.Encode(deadline, map[string]any{})
	must(err)
	must(sessions.CommitCtx(t.Context(), "token", data, deadline))
	first, hours := row()
	if hours < 11.9 || hours > 12.1 {
		t.Errorf("unused it lives %.1f hours", hours)
	}
	for range 3 {
		find()
	}
	if now, _ := row(); now != first {
		t.Error("each request writes the session")
	}
	age := func(seen, left string) {
		t.Helper()
		_, err := pool.Exec(t.Context(), `update session set seen = now() - $1::interval, expiry = now() + $2::interval`, seen, left)
		must(err)
	}
	age("2 minutes", "1 hour")
	find()
	if _, hours := row(); hours < 11.9 {
		t.Errorf("used again it lives %.1f hours", hours)
	}
	data, err = scs.GobCodec{}.Encode(time.Now().Add(3*time.Hour), map[string]any{})
	must(err)
	must(sessions.CommitCtx(t.Context(), "token", data, time.Now().Add(3*time.Hour)))
	age("2 minutes", "1 hour")
	find()
	if _, hours := row(); hours > 3.1 {
		t.Errorf("it lives %.1f hours, longer than it was meant to", hours)
	}
	age("13 hours", "-1 hours")
	if find() {
		t.Error("an unused session is still good")
	}
}
