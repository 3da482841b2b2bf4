package postgres

// KeepsGrids reports whether At answers from memory.
func (db *DB) KeepsGrids() bool { return db.grids.told.Load() }
