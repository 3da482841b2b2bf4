// Package intake reads the files people really have (GeoJSON, tables and
// workbooks, what GDAL knows) and turns their rows into what a ward.Sheet asks for,
// with a finding for everything that is wrong or was changed on the way. It
// knows files and no database: whether a code exists is asked elsewhere.
package intake

import "time"

// Limits is what a file may cost. The zero value of a field means no such file
// is let through; start from DefaultLimits.
type Limits struct {
	Bytes    int64         // size of the file, and of what a zip unpacks to
	Rows     int           // rows or features
	Feature  int           // bytes of one feature or line
	Vertices int           // positions of one shape
	Depth    int           // brackets inside one geometry
	Entries  int           // files in a zip
	Ratio    int64         // unpacked bytes for each packed one, from 1 MB on
	Book     int64         // bytes that a workbook unpacks to
	Time     time.Duration // of the program that reads foreign formats
}

// DefaultLimits lets a district through: 1 GB, 2,000,000 rows, 50,000 vertices
// a shape, ten minutes.
func DefaultLimits() Limits {
	return Limits{
		Bytes: 1 << 30, Rows: 2_000_000, Feature: 16 << 20, Vertices: 50_000, Depth: 8,
		Entries: 200, Ratio: 100, Book: 512 << 20, Time: 10 * time.Minute,
	}
}
