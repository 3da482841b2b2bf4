package postgres

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"wangge/internal/geo"
)

// planar is a geometry in metres as little-endian EWKB, for COPY into columns of
// the reference system it names.
type planar []byte

// plane writes geometries in one metric reference system.
type plane uint32

// begin starts a geometry of a type of WKB.
func (p plane) begin(kind byte, points int) []byte {
	out := append(make([]byte, 0, 64+16*points), 1, kind, 0, 0, 0x20)
	return binary.LittleEndian.AppendUint32(out, uint32(p))
}

func (p plane) point(at orb.Point) planar {
	out := binary.LittleEndian.AppendUint64(p.begin(1, 1), math.Float64bits(at[0]))
	return binary.LittleEndian.AppendUint64(out, math.Float64bits(at[1]))
}

func (p plane) line(line []geo.Cm) planar {
	return appendPoints(binary.LittleEndian.AppendUint32(p.begin(2, len(line)), uint32(len(line))), line)
}

// polygon takes open rings, shell first.
func (p plane) polygon(rings [][]geo.Cm) planar {
	points := 0
	for _, ring := range rings {
		points += len(ring) + 1
	}
	return appendRings(p.begin(3, points), rings)
}

func appendRings(out []byte, rings [][]geo.Cm) []byte {
	out = binary.LittleEndian.AppendUint32(out, uint32(len(rings)))
	for _, ring := range rings {
		out = binary.LittleEndian.AppendUint32(out, uint32(len(ring)+1))
		out = appendPoints(appendPoints(out, ring), ring[:1])
	}
	return out
}

// multiPolygonWKB writes a traced shape in metres.
func multiPolygonWKB(shape geo.Shape) []byte {
	out := binary.LittleEndian.AppendUint32([]byte{1, 6, 0, 0, 0}, uint32(len(shape)))
	for _, polygon := range shape {
		out = appendRings(append(out, 1, 3, 0, 0, 0), polygon)
	}
	return out
}

func appendPoints(out []byte, points []geo.Cm) []byte {
	for _, p := range points {
		m := p.Metres()
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(m[0]))
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(m[1]))
	}
	return out
}

// shapeOf reads a WKB polygon or multipolygon in metres onto the lattice, rings
// open.
func shapeOf(data []byte) (geo.Shape, error) {
	g, err := wkb.Unmarshal(data)
	if err != nil {
		return nil, fmt.Errorf("reading a polygon: %w", err)
	}
	var shape geo.Shape
	polygons, ok := g.(orb.MultiPolygon)
	if p, single := g.(orb.Polygon); single {
		polygons, ok = orb.MultiPolygon{p}, true
	}
	if !ok {
		return nil, fmt.Errorf("reading a polygon: got a %s", g.GeoJSONType())
	}
	for _, polygon := range polygons {
		var rings [][]geo.Cm
		for _, ring := range polygon {
			if line := slices.Compact(lineCm(orb.LineString(ring))); len(line) > 3 {
				rings = append(rings, line[:len(line)-1])
			}
		}
		if len(rings) > 0 {
			shape = append(shape, rings)
		}
	}
	return shape, nil
}

func lineCm(line orb.LineString) []geo.Cm {
	out := make([]geo.Cm, len(line))
	for i, p := range line {
		out[i] = geo.CmOf(p)
	}
	return out
}
