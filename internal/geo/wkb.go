package geo

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// WKBBound is the box around an area in EWKB.
func WKBBound(ewkb []byte) (orb.Bound, error) {
	bound := orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
	shape := wkbReader{rest: ewkb}
	for parts := shape.parts(); parts > 0 && shape.err == nil; parts-- {
		for rings := shape.polygon(); rings > 0 && shape.err == nil; rings-- {
			for n := shape.count(); n > 0 && shape.err == nil; n-- {
				x, y := shape.point()
				bound.Min, bound.Max = orb.Point{min(bound.Min[0], x), min(bound.Min[1], y)}, orb.Point{max(bound.Max[0], x), max(bound.Max[1], y)}
			}
		}
	}
	return bound, shape.err
}

// wkbReader reads polygons out of EWKB point by point, without building them: a
// tile in town reads tens of thousands of points. After an error it reads nothing.
type wkbReader struct {
	rest []byte
	err  error
}

// parts is how many polygons follow.
func (r *wkbReader) parts() uint32 {
	rest := r.rest
	switch kind := r.kind(); {
	case kind == wkbMultiPolygon:
		return r.count()
	case kind == wkbPolygon:
		r.rest = rest // it begins with its kind again
		return 1
	case r.err == nil:
		r.err = fmt.Errorf("a geometry of kind %d is no area", kind)
	}
	return 0
}

// polygon is how many rings follow.
func (r *wkbReader) polygon() uint32 {
	if kind := r.kind(); kind != wkbPolygon && r.err == nil {
		r.err = fmt.Errorf("a geometry of kind %d is no polygon", kind)
	}
	return r.count()
}

func (r *wkbReader) kind() uint32 {
	if len(r.rest) < 5 || r.rest[0] != 1 {
		r.fail()
		return 0
	}
	kind := binary.LittleEndian.Uint32(r.rest[1:])
	r.rest = r.rest[5:]
	if kind&ewkbSRID != 0 {
		r.count()
	}
	return kind &^ ewkbSRID
}

func (r *wkbReader) count() uint32 {
	if len(r.rest) < 4 {
		r.fail()
		return 0
	}
	n := binary.LittleEndian.Uint32(r.rest)
	r.rest = r.rest[4:]
	return n
}

func (r *wkbReader) fail() {
	r.rest = nil
	if r.err == nil {
		r.err = fmt.Errorf("a geometry that breaks off or is not little endian")
	}
}

const (
	wkbPolygon      = 3
	wkbMultiPolygon = 6
	ewkbSRID        = 0x20000000
)

func (r *wkbReader) point() (x, y float64) {
	if len(r.rest) < 16 {
		r.fail()
		return 0, 0
	}
	x = math.Float64frombits(binary.LittleEndian.Uint64(r.rest))
	y = math.Float64frombits(binary.LittleEndian.Uint64(r.rest[8:]))
	r.rest = r.rest[16:]
	return x, y
}
