package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

// ground is a leaf of the area tree, on the lattice.
type ground struct {
	id    int64
	shape geo.Shape
}

// cluster is what shares a cell: a building, or several that stand on each
// other, named by the smallest.
type cluster struct {
	id        int64
	buildings []int64
	shape     geo.Shape
	pt        orb.Point // inside the shape, metres
	straddles bool      // a line runs through it
	cut       bool      // a divider runs through it
	block     *block    // nil outside
	face      int       // index in faces, -1 for none
}

// readGround reads areas and lines.
func (b *coverageBuild) readGround(ctx context.Context) error {
	return b.sqlSteps(ctx, coverageBuildSQL, map[string]func(context.Context) error{
		"读取辖区":    b.readAreas,
		"读取道路与界线": b.readLines,
	})
}

func (b *coverageBuild) readAreas(ctx context.Context) error {
	err := eachShape(ctx, b.tx, `SELECT id, st_asbinary(geom) FROM c_area WHERE NOT st_isempty(geom) ORDER BY id`, nil, func(id int64, shape geo.Shape) {
		b.ground = append(b.ground, ground{id, shape})
	})
	if err != nil {
		return fmt.Errorf("reading areas: %w", err)
	}
	if len(b.ground) == 0 {
		return ward.Errorf(ward.Invalid, "还没有导入辖区边界，无法生成地块")
	}
	return nil
}

func (b *coverageBuild) readLines(ctx context.Context) error {
	b.classes, b.bridges = geo.NewLineMap(2.5), geo.NewLineMap(5)
	rows, err := b.tx.Query(ctx, `SELECT kind, bridge, st_asbinary(geom) FROM c_line`)
	if err != nil {
		return fmt.Errorf("reading lines: %w", err)
	}
	var kind string
	var bridge bool
	var data []byte
	_, err = pgx.ForEachRow(rows, []any{&kind, &bridge, &data}, func() error {
		g, err := wkb.Unmarshal(data)
		if err != nil {
			return fmt.Errorf("reading a line: %w", err)
		}
		line := lineCm(g.(orb.LineString))
		b.classes.Add(line, slices.Index(arcClasses[:], kind))
		if bridge && kind != "river" {
			b.bridges.Add(line, 0)
		}
		for i := 1; i < len(line); i++ {
			b.lines = append(b.lines, geo.Segment{A: line[i-1], B: line[i], Tags: tagLine})
		}
		return nil
	})
	return err
}

// readBuildings reads footprints, each a cluster of its own for now. A building
// without a shape is a spot of half a metre.
func (b *coverageBuild) readBuildings(ctx context.Context) error {
	b.step("读取楼栋轮廓")
	err := eachShape(ctx, b.tx, `
		SELECT b.id, st_asbinary(CASE WHEN st_isempty(s.geom) THEN st_buffer(st_transform(b.pt, metric_srid()), 0.5, 2) ELSE s.geom END)
		FROM building b, LATERAL (
		  SELECT st_collectionextract(CASE WHEN st_isvalid(g) THEN g ELSE st_makevalid(g) END, 3) geom
		  FROM (SELECT st_snaptogrid(st_transform(b.geom, metric_srid()), 0.01) g) q) s
		ORDER BY b.id`, nil, func(id int64, shape geo.Shape) {
		b.clusters = append(b.clusters, &cluster{id: id, buildings: []int64{id}, shape: shape, face: -1})
	})
	if err != nil {
		return fmt.Errorf("reading buildings: %w", err)
	}
	return nil
}

// joinClusters finds footprints with more than a tenth of themselves in another
// one; those share a cell.
func (b *coverageBuild) joinClusters(ctx context.Context) error {
	b.step("合并重叠的楼栋")
	var left, right []int64
	for _, p := range geo.NewShapes(shapesOf(b.clusters)).Overlapping() {
		left, right = append(left, b.clusters[p[0]].id), append(right, b.clusters[p[1]].id)
	}
	if len(left) > 0 {
		if err := b.joinPairs(ctx, left, right); err != nil {
			return err
		}
	}
	for _, c := range b.clusters {
		if len(c.shape) > 0 {
			c.pt = geo.InnerPoint(largest(c.shape))
		}
	}
	return nil
}

func (b *coverageBuild) joinPairs(ctx context.Context, left, right []int64) error {
	rows, err := b.tx.Query(ctx, `
		WITH foot AS MATERIALIZED (
		  SELECT id, st_collectionextract(st_makevalid(st_snaptogrid(st_transform(geom, metric_srid()), 0.01)), 3) geom
		  FROM building WHERE id IN (SELECT unnest($1::bigint[] || $2::bigint[])))
		SELECT p.a, p.b FROM unnest($1::bigint[], $2::bigint[]) p(a, b) JOIN foot a ON a.id = p.a JOIN foot b ON b.id = p.b
		WHERE st_area(st_intersection(a.geom, b.geom)) > 0.1 * least(st_area(a.geom), st_area(b.geom)) ORDER BY 1, 2`, left, right)
	if err != nil {
		return fmt.Errorf("measuring overlapping buildings: %w", err)
	}
	parent := map[int64]int64{}
	root := func(x int64) int64 {
		for parent[x] != 0 && parent[x] != x {
			x = parent[x]
		}
		return x
	}
	var p, q int64
	_, err = pgx.ForEachRow(rows, []any{&p, &q}, func() error {
		r, s := root(p), root(q)
		parent[p], parent[q] = r, s // both are known now
		parent[max(r, s)] = min(r, s)
		parent[min(r, s)] = min(r, s)
		return nil
	})
	if err != nil {
		return fmt.Errorf("measuring overlapping buildings: %w", err)
	}
	return b.unite(ctx, parent, root)
}

// unite replaces the clusters of buildings that overlap by their union.
func (b *coverageBuild) unite(ctx context.Context, parent map[int64]int64, root func(int64) int64) error {
	var members [][]any
	joined := map[int64]*cluster{}
	for _, c := range b.clusters {
		if parent[c.id] == 0 {
			continue
		}
		r := root(c.id)
		members = append(members, []any{c.id, r})
		if joined[r] == nil {
			joined[r] = c // the smallest comes first
			continue
		}
		joined[r].buildings = append(joined[r].buildings, c.id)
		b.report.Shared++
	}
	b.clusters = slices.DeleteFunc(b.clusters, func(c *cluster) bool { return parent[c.id] != 0 && root(c.id) != c.id })
	if err := b.copy(ctx, "c_member", []string{"building", "cluster"}, members); err != nil {
		return err
	}
	err := eachShape(ctx, b.tx, `
		SELECT m.cluster, st_asbinary(st_collectionextract(st_union(st_collectionextract(st_makevalid(st_snaptogrid(st_transform(b.geom, metric_srid()), 0.01)), 3), 0.01), 3))
		FROM c_member m JOIN building b ON b.id = m.building GROUP BY 1`, nil, func(id int64, shape geo.Shape) { joined[id].shape = shape })
	if err != nil {
		return fmt.Errorf("uniting overlapping buildings: %w", err)
	}
	return nil
}

func shapesOf(clusters []*cluster) []geo.Shape {
	shapes := make([]geo.Shape, len(clusters))
	for i, c := range clusters {
		shapes[i] = c.shape
	}
	return shapes
}

// largest is the polygon of a shape with the most ground.
func largest(shape geo.Shape) [][]geo.Cm {
	return slices.MaxFunc(shape, func(a, b [][]geo.Cm) int {
		return int(geo.RingsArea(a)*1e4 - geo.RingsArea(b)*1e4)
	})
}

// eachShape reads rows of an id and a polygon in WKB.
func eachShape(ctx context.Context, tx pgx.Tx, sql string, args []any, f func(id int64, shape geo.Shape)) error {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var id int64
	for rows.Next() {
		values := rows.RawValues()
		if err := rows.Scan(&id, nil); err != nil {
			return err
		}
		shape, err := shapeOf(values[1])
		if err != nil {
			return err
		}
		f(id, shape)
	}
	return rows.Err()
}
