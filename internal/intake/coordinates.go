package intake

import (
	"encoding/json"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// readGeometry decodes a geometry that geo.Scan has let through. The common
// types are read straight from their text, in a quarter of the time of
// encoding/json; the rest is left to orb. It is nil when the coordinates are not
// those of the type.
func readGeometry(text json.RawMessage) orb.Geometry {
	var g struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	}
	if json.Unmarshal(text, &g) != nil {
		return nil
	}
	c := coordinates{text: g.Coordinates, ok: true}
	var shape orb.Geometry
	switch g.Type {
	case "Point":
		shape = c.point()
	case "LineString":
		shape = orb.LineString(c.points())
	case "MultiLineString":
		shape = orb.MultiLineString(list(&c, func() orb.LineString { return c.points() }))
	case "Polygon":
		shape = c.polygon()
	case "MultiPolygon":
		shape = orb.MultiPolygon(list(&c, c.polygon))
	default:
		var other geojson.Geometry
		if json.Unmarshal(text, &other) != nil {
			return nil
		}
		return other.Geometry()
	}
	if !c.ok {
		return nil
	}
	return shape
}

// coordinates reads nested arrays of numbers from valid JSON. ok becomes false
// when they are not nested as the type says.
type coordinates struct {
	text []byte
	pos  int
	ok   bool
}

// next skips what stands between values and returns the byte there, 0 at the end.
func (c *coordinates) next() byte {
	for c.pos < len(c.text) {
		switch c.text[c.pos] {
		case ' ', '\t', '\r', '\n', ',':
			c.pos++
		default:
			return c.text[c.pos]
		}
	}
	return 0
}

// enter steps into an array.
func (c *coordinates) enter() bool {
	if !c.ok || c.next() != '[' {
		c.ok = false
		return false
	}
	c.pos++
	return true
}

// more reports whether the array has another item, and leaves it when not.
func (c *coordinates) more() bool {
	if !c.ok {
		return false
	}
	switch c.next() {
	case ']':
		c.pos++
		return false
	case 0:
		c.ok = false
		return false
	}
	return true
}

func list[T any](c *coordinates, item func() T) []T {
	var out []T
	if c.enter() {
		for c.more() {
			out = append(out, item())
		}
	}
	return out
}

func (c *coordinates) polygon() orb.Polygon {
	return list(c, func() orb.Ring { return c.points() })
}

func (c *coordinates) points() []orb.Point { return list(c, c.point) }

// point reads a position; height and measure are dropped.
func (c *coordinates) point() (p orb.Point) {
	n := 0
	if !c.enter() {
		return p
	}
	for c.more() {
		start := c.pos
		for c.pos < len(c.text) && c.text[c.pos] != ',' && c.text[c.pos] != ']' && c.text[c.pos] > ' ' {
			c.pos++
		}
		v, err := strconv.ParseFloat(string(c.text[start:c.pos]), 64)
		if err != nil || c.pos == start {
			c.ok = false
			return p
		}
		if n < 2 {
			p[n] = v
		}
		n++
	}
	c.ok = c.ok && n >= 2
	return p
}
