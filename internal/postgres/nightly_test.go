package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"wangge/internal/pgtest"
	"wangge/internal/postgres"
)

func TestTheWorkOfANightIsDoneByOneServerOnce(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	one, two := postgres.New(pool, postgres.Keys{}), postgres.New(pool, postgres.Keys{})
	night := time.Date(2026, 11, 22, 2, 30, 0, 0, time.UTC)
	runs := 0
	work := func(context.Context) error { runs++; return nil }
	broken := errors.New("the disk is full")
	if done, err := one.OnceANight(t.Context(), "backup", night, func(context.Context) error { return broken }); !errors.Is(err, broken) || !done {
		t.Errorf("a failure: %t, %v", done, err)
	}
	done, err := one.OnceANight(t.Context(), "backup", night, func(ctx context.Context) error {
		if done, err := two.OnceANight(ctx, "backup", night, work); done || err != nil {
			t.Errorf("while another is at it: %t, %v", done, err)
		}
		return work(ctx)
	})
	if !done || err != nil {
		t.Errorf("after a failure: %t, %v", done, err)
	}
	if done, err := two.OnceANight(t.Context(), "backup", night.Add(5*time.Minute), work); done || err != nil {
		t.Errorf("by a slow clock: %t, %v", done, err)
	}
	if done, err := two.OnceANight(t.Context(), "backup", night.AddDate(0, 0, 1), work); !done || err != nil {
		t.Errorf("the next night: %t, %v", done, err)
	}
	if runs != 2 {
		t.Errorf("it ran %d times in two nights", runs)
	}
}
