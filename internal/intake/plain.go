package intake

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// onePass reads features as nearly every file writes them: the four members of a
// feature, properties that are texts and numbers, a shape of positions with two
// numbers. It does so in one pass, several times as fast as checking, decoding
// and reading the shape one after the other; at the first thing it does not
// expect it gives up, and the long way says what is wrong, or that nothing is.
// What it does read is what the long way reads (FuzzPlainFeature).
type onePass struct {
	text     []byte
	pos      int
	vertices int // how many more the shape may have
	ok       bool
}

// readPlain reads a feature; false when it is to be read the long way.
func (g geoJSON) readPlain(in raw) (r row, ok bool) {
	if g.limits.Depth < 5 { // brackets of a multipolygon, with its own
		return r, false
	}
	p := onePass{text: in.text, vertices: g.limits.Vertices, ok: true}
	var seen []string
	var id *cell
	typed := false
	p.items('{', '}', func() {
		name := p.name(&seen)
		switch name {
		case "type":
			typed = p.string() == "Feature"
		case "id":
			id = p.value()
		case "properties":
			r.heads, r.cells = p.properties()
		case "geometry":
			r.shape = p.geometry()
		default:
			p.ok = false
		}
	})
	p.next()
	if !p.ok || p.pos < len(p.text) || !typed || r.shape == nil {
		return row{}, false
	}
	r.line = in.line
	if id != nil && !g.foreign && !slices.Contains(r.heads, "id") {
		r.heads, r.cells = append(r.heads, "id"), append(r.cells, *id)
	}
	return r, true
}

// next skips white space and returns the byte there, 0 at the end.
func (p *onePass) next() byte {
	for ; p.pos < len(p.text); p.pos++ {
		switch c := p.text[p.pos]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// expect steps over a byte.
func (p *onePass) expect(c byte) {
	p.ok = p.ok && p.next() == c
	p.pos++
}

// items reads a list or an object, whose items must not fail to move on.
func (p *onePass) items(first, last byte, item func()) {
	p.expect(first)
	if p.ok && p.next() == last {
		p.pos++
		return
	}
	for p.ok {
		item()
		if p.ok && p.next() == last {
			p.pos++
			return
		}
		p.expect(',')
	}
}

// name reads the name of a member, which must be new, up to its value.
func (p *onePass) name(seen *[]string) string {
	name := p.string()
	p.ok = p.ok && !slices.Contains(*seen, name)
	*seen = append(*seen, name)
	p.expect(':')
	return name
}

// string reads a text without escapes.
func (p *onePass) string() string {
	p.expect('"')
	start := p.pos
	for ; p.ok && p.pos < len(p.text); p.pos++ {
		switch c := p.text[p.pos]; {
		case c == '"':
			text := p.text[start:p.pos]
			p.pos++
			p.ok = utf8.Valid(text)
			return string(text)
		case c == '\\' || c < ' ':
			p.ok = false
		}
	}
	p.ok = false
	return ""
}

func (p *onePass) properties() (heads []string, cells []cell) {
	heads, cells = make([]string, 0, 12), make([]cell, 0, 12)
	p.items('{', '}', func() {
		p.name(&heads)
		if v := p.value(); v != nil {
			cells = append(cells, *v)
		} else {
			cells = append(cells, cell{})
		}
	})
	return heads, cells
}

// value reads a text, a number or a word; nil for null.
func (p *onePass) value() *cell {
	switch c := p.next(); {
	case c == '"':
		return &cell{text: clean(p.string())}
	case c == '-' || c >= '0' && c <= '9':
		return &cell{text: string(p.number())}
	}
	for _, word := range [...]string{"true", "false", "null"} {
		if end := p.pos + len(word); end <= len(p.text) && string(p.text[p.pos:end]) == word {
			p.pos = end
			if word == "null" {
				return nil
			}
			return &cell{text: word}
		}
	}
	p.ok = false
	return nil
}

// number steps over a number as JSON writes it.
func (p *onePass) number() []byte {
	p.next()
	start := p.pos
	if p.at() == '-' {
		p.pos++
	}
	if p.at() == '0' {
		p.pos++
	} else {
		p.digits()
	}
	if p.at() == '.' {
		p.pos++
		p.digits()
	}
	if c := p.at(); c == 'e' || c == 'E' {
		p.pos++
		if c := p.at(); c == '+' || c == '-' {
			p.pos++
		}
		p.digits()
	}
	if !p.ok {
		return nil
	}
	return p.text[start:p.pos]
}

func (p *onePass) at() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

// digits steps over one digit or more.
func (p *onePass) digits() {
	start := p.pos
	for c := p.at(); c >= '0' && c <= '9'; c = p.at() {
		p.pos++
	}
	p.ok = p.ok && p.pos > start
}

// geometry reads a shape whose type stands before its coordinates.
func (p *onePass) geometry() (shape orb.Geometry) {
	var seen []string
	kind := ""
	p.items('{', '}', func() {
		switch p.name(&seen) {
		case "type":
			kind = p.string()
		case "coordinates":
			shape = p.coordinates(kind)
		default:
			p.ok = false
		}
	})
	return shape
}

func (p *onePass) coordinates(kind string) orb.Geometry {
	switch kind {
	case "Point":
		return p.point()
	case "LineString":
		return orb.LineString(p.points())
	case "MultiLineString":
		return orb.MultiLineString(listOf(p, func() orb.LineString { return p.points() }))
	case "Polygon":
		return p.polygon()
	case "MultiPolygon":
		return orb.MultiPolygon(listOf(p, p.polygon))
	}
	p.ok = false
	return nil
}

// listOf reads a list of at least one.
func listOf[T any](p *onePass, item func() T) (out []T) {
	p.items('[', ']', func() { out = append(out, item()) })
	p.ok = p.ok && len(out) > 0
	return out
}

func (p *onePass) polygon() orb.Polygon {
	return listOf(p, func() orb.Ring { return p.points() })
}

func (p *onePass) points() []orb.Point { return listOf(p, p.point) }

func (p *onePass) point() (at orb.Point) {
	p.expect('[')
	at[0] = p.float()
	p.expect(',')
	at[1] = p.float()
	p.expect(']')
	if p.vertices--; p.vertices < 0 {
		p.ok = false
	}
	return at
}

// float reads a number. Up to fifteen digits and a small power of ten are both
// exact, and so is the rounding of their quotient (Clinger, How to read floating
// point numbers accurately, 1990).
func (p *onePass) float() float64 {
	text := p.number()
	var digits uint64
	count, behind, point, negative := 0, 0, false, false
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9':
			digits = digits*10 + uint64(c-'0')
			count++
			if point {
				behind++
			}
		case c == '.':
			point = true
		case c == '-':
			negative = true
		default:
			count = 99 // an exponent
		}
	}
	if count > 15 {
		v, err := strconv.ParseFloat(string(text), 64)
		p.ok = p.ok && err == nil
		return v
	}
	v := float64(digits) / powers[behind]
	if negative {
		return -v
	}
	return v
}

var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}
