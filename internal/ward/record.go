package ward

import (
	"time"

	"github.com/paulmach/orb"
)

// Record is one row of a file, read and understood: what a sheet asks for, in
// Go's types. Values is keyed by Column.Key and holds string (Text, Choice),
// int, float64, time.Time at midnight UTC (Day), bool or []string (Many); a
// blank cell has no entry and leaves what is registered as it is. Shape is in
// degrees (EPSG:4326), tidy by RFC 7946: MultiPolygon, MultiLineString or Point
// as the sheet has it, nil when the row has none.
type Record struct {
	Line     int // see Finding.Line
	Values   map[string]any
	Shape    orb.Geometry
	Findings []Finding // what was found while reading this row
}

// Bad reports whether the row has an error and may not be written.
func (r Record) Bad() bool {
	for _, f := range r.Findings {
		if f.Level == LevelError {
			return true
		}
	}
	return false
}

// The levels of a finding.
const (
	LevelError   = "error"   // the row is not written
	LevelWarning = "warning" // written, and somebody should look
	LevelNote    = "note"    // written; says what was changed on the way in
)

// FindingLevels are the levels with the words people read.
func FindingLevels() Terms {
	return Terms{{LevelError, "错误", nil}, {LevelWarning, "提醒", nil}, {LevelNote, "说明", nil}}
}

// Finding is one thing noticed in a file: where, what, and what to do. It never
// holds a personal value; other values only shortened, and always as text.
type Finding struct {
	Line    int    `json:"line" doc:"行号：表格从1数（含表头），图形文件为第几个要素；0为整个文件"`
	Feature string `json:"feature" doc:"编码"`
	Field   string `json:"field" doc:"栏目"`
	Level   string `json:"level" enum:"error,warning,note" doc:"级别"`
	Message string `json:"message" doc:"哪里不对、怎么改"`
	Done    string `json:"done" doc:"已做的处理"`
}

// MaxFindings is how many findings a report keeps; the counts are of all.
const MaxFindings = 1000

// ImportOptions says how a file is written.
type ImportOptions struct {
	// DryRun checks everything against the database and writes nothing.
	DryRun bool
	// SkipBad writes the good rows of a file and leaves out the bad ones. Without
	// it one bad row means that nothing of the file is written.
	SkipBad bool
	// Progress, when not nil, hears how many rows have been read. It must not block.
	Progress func(done int)
	// Commit, when not nil, is asked when everything is written and before it is
	// kept; an error means that nothing is.
	Commit func() error
	// Found, when not nil, hears every finding, also those the report has no room
	// for. It must not block.
	Found func(Finding)
}

// ImportReport says what became of one file. It holds no personal data.
type ImportReport struct {
	ID       int64     `json:"id"`
	Sheet    string    `json:"sheet" doc:"表"`
	Title    string    `json:"title" doc:"表名"`
	File     string    `json:"file" doc:"文件名"`
	DryRun   bool      `json:"dryRun" doc:"只检查，没有写入"`
	Written  bool      `json:"written" doc:"已写入"`
	Rows     int       `json:"rows" doc:"读到的行数"`
	Inserted int       `json:"inserted" doc:"新增"`
	Updated  int       `json:"updated" doc:"更新"`
	Same     int       `json:"same" doc:"与已登记的相同"`
	Skipped  int       `json:"skipped" doc:"因错误未写入的行数"`
	Errors   int       `json:"errors" doc:"错误数"`
	Warnings int       `json:"warnings" doc:"提醒数"`
	Notes    int       `json:"notes" doc:"说明数"`
	Findings []Finding `json:"findings" doc:"前1000条发现，错误在前"`
	Started  time.Time `json:"started" doc:"开始时间"`
	Finished time.Time `json:"finished" doc:"结束时间"`

	Undone   *time.Time `json:"undone" doc:"撤销的时间；没有撤销则为空"`
	Undoable bool       `json:"undoable" doc:"还留有撤销所需的记录"`
}
