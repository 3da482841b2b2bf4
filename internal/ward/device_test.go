package ward

import (
	"testing"
	"time"
)

func TestAClockIsWrongFromTwoMinutesOn(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		device time.Time
		skew   time.Duration
	}{
		{now, 0},
		{now.Add(-time.Minute), 0}, // a slow request
		{now.Add(-2 * time.Minute), 2 * time.Minute},
		{now.Add(3 * time.Hour), -3 * time.Hour},
		{time.Time{}, 0}, // it did not say
	} {
		if got := Skew(c.device, now); got != c.skew {
			t.Errorf("device %v: %v, want %v", c.device, got, c.skew)
		}
	}
}

func TestACorrectedVisitHappenedWhenItHappened(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) // by a clock three hours fast
	begun := at.Add(-10 * time.Minute)
	d := VisitDraft{OccurredAt: at, StartedAt: &begun, Skew: -3 * time.Hour}.Corrected()
	if !d.OccurredAt.Equal(at.Add(-3*time.Hour)) || !d.StartedAt.Equal(begun.Add(-3*time.Hour)) {
		t.Errorf("occurred %v, started %v", d.OccurredAt, d.StartedAt)
	}
	if !begun.Equal(at.Add(-10 * time.Minute)) {
		t.Error("the draft as it was sent has changed")
	}
}
