package postgres

import "time"

// ParseTileChange reads a notification.
var ParseTileChange = parseTileChange

// SetPulse makes a listener look at the date that often.
func (s *TileStore) SetPulse(d time.Duration) { s.pulse = d }
