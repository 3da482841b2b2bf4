package postgres

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"wangge/internal/geo"
)

// dividerTolerance is how far, in centimetres, a border between two buildings
// may be straightened.
const dividerTolerance = 30

// divideBlocks cuts every block of several buildings by the Voronoi diagram of
// their walls. PostGIS triangulates, geo draws the dividers. The four corners of
// the frame are far enough out (three diameters) to rule nothing inside.
func (b *coverageBuild) divideBlocks(ctx context.Context) error {
	rows, err := b.tx.Query(ctx, `
		SELECT s.block, array_agg(s.x), array_agg(s.y), array_agg(s.owner),
		       st_asbinary(st_delaunaytriangles(st_collect(
		         st_collect(st_makepoint(s.x, s.y)),
		         st_setsrid(st_points(st_expand(k.geom, 3 * (st_xmax(k.geom) - st_xmin(k.geom) + st_ymax(k.geom) - st_ymin(k.geom)))), 0))))
		FROM c_site s JOIN c_block k ON k.id = s.block GROUP BY s.block, k.geom ORDER BY s.block`)
	if err != nil {
		return fmt.Errorf("triangulating blocks: %w", err)
	}
	var lines [][]any
	var block int
	var x, y []float64
	var owner []int64
	var triangles []byte
	_, err = pgx.ForEachRow(rows, []any{&block, &x, &y, &owner, &triangles}, func() error {
		owners := make(map[orb.Point]int64, len(x))
		for i := range x {
			owners[orb.Point{x[i], y[i]}] = owner[i]
		}
		rings, err := trianglesOf(triangles)
		if err != nil {
			return err
		}
		for _, line := range geo.Dividers(owners, rings, dividerTolerance) {
			lines = append(lines, []any{block, lineWKB(line)})
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("dividing blocks: %w", err)
	}
	return b.copy(ctx, "c_divider", []string{"block", "wkb"}, lines)
}

func trianglesOf(data []byte) ([]orb.Ring, error) {
	g, err := wkb.Unmarshal(data)
	if err != nil {
		return nil, fmt.Errorf("reading triangles: %w", err)
	}
	collection, _ := g.(orb.Collection)
	rings := make([]orb.Ring, 0, len(collection))
	for _, t := range collection {
		if p, ok := t.(orb.Polygon); ok && len(p) > 0 {
			rings = append(rings, p[0])
		}
	}
	return rings, nil
}

// lineWKB writes a line in metres as little-endian WKB.
func lineWKB(line []geo.Cm) []byte {
	out := binary.LittleEndian.AppendUint32([]byte{1, 2, 0, 0, 0}, uint32(len(line)))
	return appendPoints(out, line)
}

// polygonWKB writes open rings in metres as one little-endian WKB polygon.
func polygonWKB(rings [][]geo.Cm) []byte {
	out := binary.LittleEndian.AppendUint32([]byte{1, 3, 0, 0, 0}, uint32(len(rings)))
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
		out = append(out, polygonWKB(polygon)...)
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

// ringsCm reads a WKB polygon in metres; every vertex must lie on the lattice.
func ringsCm(data []byte) ([][]geo.Cm, error) {
	g, err := wkb.Unmarshal(data)
	if err != nil {
		return nil, fmt.Errorf("reading a polygon: %w", err)
	}
	polygon, ok := g.(orb.Polygon)
	if !ok {
		return nil, fmt.Errorf("reading a polygon: got a %s", g.GeoJSONType())
	}
	rings := make([][]geo.Cm, len(polygon))
	for i, ring := range polygon {
		rings[i] = lineCm(orb.LineString(ring))
	}
	return rings, nil
}

func lineCm(line orb.LineString) []geo.Cm {
	out := make([]geo.Cm, len(line))
	for i, p := range line {
		out[i] = geo.CmOf(p)
	}
	return out
}
