package postgres

import "time"

// ParseTileChange reads a notification.
var ParseTileChange = parseTileChange

// SetPulse makes a listener look at the date that often.
func (s *TileStore) SetPulse(d time.Duration) { s.pulse = d }

// KeptBlocks is how many blocks of buildings are kept in memory.
func (s *TileStore) KeptBlocks() int {
	s.blocks.mu.Lock()
	defer s.blocks.mu.Unlock()
	return len(s.blocks.kept)
}

// ReadBlock begins reading a block of buildings; end finishes it whole.
func (s *TileStore) ReadBlock(x, y int) (end func()) {
	r := s.blocks.begin(x, y)
	return func() { s.blocks.end(r, true) }
}
