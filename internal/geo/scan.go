package geo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// FaultKind says what is wrong with a piece of GeoJSON; the room that speaks to
// people turns it into a sentence.
type FaultKind string

// The kinds of fault Scan reports.
const (
	FaultSyntax   FaultKind = "syntax"   // not JSON, or not an object
	FaultDepth    FaultKind = "depth"    // nested deeper than the limit
	FaultVertices FaultKind = "vertices" // more vertices in one geometry than the limit
	FaultNumber   FaultKind = "number"   // not a finite number where one must be
	FaultRange    FaultKind = "range"    // longitude or latitude outside ±180, ±90
	FaultNull     FaultKind = "null"     // null, or nothing, where a geometry must be
	FaultShape    FaultKind = "shape"    // a position or member of the wrong form
)

// Fault is one thing wrong, at a feature (-1: the document itself) and a path
// like "geometry.coordinates[0][17]".
type Fault struct {
	Feature int
	Path    string
	Kind    FaultKind
}

func (f Fault) Error() string {
	return fmt.Sprintf("scan geojson: feature %d: %s at %s", f.Feature, f.Kind, f.Path)
}

// Limits is what Scan lets through.
type Limits struct {
	Depth    int  // brackets inside one geometry, the geometry's own counted
	Vertices int  // positions in one geometry
	Degrees  bool // coordinates are degrees, so hold them to ±180 and ±90
}

// DefaultLimits lets a collection of multipolygons through (depth 8) and 50,000
// vertices a geometry, in degrees.
func DefaultLimits() Limits { return Limits{Depth: 8, Vertices: 50_000, Degrees: true} }

// Scan reads untrusted GeoJSON (a FeatureCollection, a Feature or a geometry)
// before orb decodes it, because orb panics on a null member of a collection,
// takes quadratic time on nested collections and reads null or a missing number
// as 0. It reports at most one fault a feature, in order, and none when the
// bytes are safe to decode. It takes linear time and no memory that grows with
// the input.
func Scan(data []byte, limits Limits) []Fault {
	var any json.RawMessage
	if err := json.Unmarshal(data, &any); err != nil {
		var syntax *json.SyntaxError
		at := "$"
		if errors.As(err, &syntax) {
			at = "byte " + strconv.FormatInt(syntax.Offset, 10)
		}
		return []Fault{{Feature: -1, Path: at, Kind: FaultSyntax}}
	}
	s := &scanner{data: data, limits: limits, feature: -1}
	if s.space(); s.peek() != '{' {
		return []Fault{{Feature: -1, Path: "$", Kind: FaultSyntax}}
	}
	s.document()
	return s.faults
}

// scanner walks bytes that are known to be valid JSON.
type scanner struct {
	data     []byte
	pos      int
	limits   Limits
	feature  int
	path     []byte
	vertices int
	depth    int
	faults   []Fault
}

// fault notes the first fault of the present feature.
func (s *scanner) fault(kind FaultKind) {
	if n := len(s.faults); n > 0 && s.faults[n-1].Feature == s.feature {
		return
	}
	s.faults = append(s.faults, Fault{Feature: s.feature, Path: strings.TrimPrefix(string(s.path), "."), Kind: kind})
}

func (s *scanner) space() {
	for s.pos < len(s.data) && strings.IndexByte(" \t\r\n,:", s.data[s.pos]) >= 0 {
		s.pos++
	}
}

func (s *scanner) peek() byte {
	if s.pos < len(s.data) {
		return s.data[s.pos]
	}
	return 0
}

// in runs f one step further down the path.
func (s *scanner) in(step string, f func()) {
	n := len(s.path)
	s.path = append(s.path, step...)
	f()
	s.path = s.path[:n]
}

// members calls f at the value of each member of the object that starts here; f
// must consume the value. Names are matched as encoding/json matches them:
// unescaped and without regard to case.
func (s *scanner) members(f func(name string)) {
	s.pos++
	for s.space(); s.peek() != '}'; s.space() {
		name := s.text()
		s.space()
		f(strings.ToLower(name))
	}
	s.pos++
}

// items calls f at each item of the array that starts here; f must consume it.
func (s *scanner) items(f func(i int)) {
	s.pos++
	i := 0
	for s.space(); s.peek() != ']'; s.space() {
		f(i)
		i++
	}
	s.pos++
}

// text consumes a string and returns it unescaped.
func (s *scanner) text() string {
	start := s.pos
	s.skipString()
	raw := s.data[start:s.pos]
	if bytes.IndexByte(raw, '\\') < 0 {
		return foldName(string(raw[1 : len(raw)-1]))
	}
	var name string
	_ = json.Unmarshal(raw, &name) // the whole document was valid JSON
	return foldName(name)
}

// foldName maps the two letters outside ASCII that fold to k and s, as
// encoding/json does when it matches member names.
func foldName(name string) string {
	if strings.IndexByte(name, 0xE2) < 0 && strings.IndexByte(name, 0xC5) < 0 { // first bytes of the two
		return name
	}
	return strings.NewReplacer("\u212a", "k", "\u017f", "s").Replace(name)
}

func (s *scanner) skipString() {
	for s.pos++; s.data[s.pos] != '"'; s.pos++ {
		if s.data[s.pos] == '\\' {
			s.pos++
		}
	}
	s.pos++
}

// skip consumes any value without looking into it; the brackets are known to
// match, so counting them is enough.
func (s *scanner) skip() {
	depth := 0
	for {
		switch s.peek() {
		case '"':
			s.skipString()
		case '{', '[':
			depth++
			s.pos++
		case '}', ']':
			depth--
			s.pos++
		case ' ', '\t', '\r', '\n', ',', ':':
			s.pos++
			continue
		default:
			s.scalar()
		}
		if depth == 0 {
			return
		}
	}
}

// scalar consumes a number, true, false or null and returns its bytes.
func (s *scanner) scalar() []byte {
	start := s.pos
	for s.pos < len(s.data) && strings.IndexByte(" \t\r\n,:]}", s.data[s.pos]) < 0 {
		s.pos++
	}
	return s.data[start:s.pos]
}
