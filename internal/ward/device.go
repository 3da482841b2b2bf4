package ward

import "time"

// Limits of a device's clock.
const (
	// SkewLeast is the error from which a clock counts as wrong; less is the time
	// a request takes.
	SkewLeast = 2 * time.Minute
	// LateMost is how long after it happened something may arrive from a place
	// that is no longer the sender's; see held_then in 0028_late.sql.
	LateMost = 30 * 24 * time.Hour
)

// Skew is how far a device's clock is behind the server's (negative: ahead of
// it), measured by what it says as it sends; 0 for an unknown or good clock.
// Times that the device wrote down are right after adding it.
func Skew(device, server time.Time) time.Duration {
	if device.IsZero() {
		return 0
	}
	if skew := server.Sub(device); skew.Abs() >= SkewLeast {
		return skew.Round(time.Second)
	}
	return 0
}

// Corrected is the draft with its times as the server's clock would have had
// them.
func (d VisitDraft) Corrected() VisitDraft {
	d.OccurredAt = d.OccurredAt.Add(d.Skew)
	if d.StartedAt != nil {
		started := d.StartedAt.Add(d.Skew)
		d.StartedAt = &started
	}
	return d
}

// Corrected is the draft with its time as the server's clock would have had it.
func (d IncidentDraft) Corrected() IncidentDraft {
	d.OccurredAt = d.OccurredAt.Add(d.Skew)
	return d
}
