package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/geo"
)

// storeCells turns groups of faces into cells and arcs and writes them.
func (b *coverageBuild) storeCells(ctx context.Context) error {
	b.step("生成地块与边线")
	if err := b.traceCells(ctx); err != nil {
		return err
	}
	if err := b.sqlSteps(ctx, coverageStoreSQL, nil); err != nil {
		return err
	}
	return b.nameArcs(ctx)
}

func (b *coverageBuild) traceCells(ctx context.Context) error {
	first := map[int]baseFace{} // cell → the face that speaks for it
	var in []geo.Face
	for _, f := range b.faces {
		if f.cell < 0 {
			continue
		}
		if _, seen := first[f.cell]; !seen || f.anchored {
			first[f.cell] = f
		}
		in = append(in, geo.Face{Cell: int64(f.cell + 1), Rings: f.rings})
	}
	var err error
	if b.arcs, err = geo.Arcs(in, b.classOf); err != nil {
		return fmt.Errorf("pairing the borders of cells: %w", err)
	}
	shapes, err := geo.Trace(b.arcs, func(cell int64) int64 { return cell })
	if err != nil {
		return fmt.Errorf("tracing cells: %w", err)
	}
	points := make(map[int64]orb.Point, len(b.clusters)) // where the building of a cell is named
	for _, c := range b.clusters {
		points[c.id] = c.pt
	}
	numbers := slices.Sorted(maps.Keys(shapes))
	for _, cell := range numbers {
		if shape := shapes[cell]; len(shape) != 1 {
			return fmt.Errorf("tracing cells: cell at %v has %d parts", shape[0][0][0], len(shape))
		}
	}
	if err := b.copy(ctx, "c_home", []string{"building", "idx"}, b.homes()); err != nil {
		return err
	}
	return b.copyEach(ctx, "c_cell", []string{"idx", "block", "community", "owner", "area", "geom", "pt"}, len(numbers), func(i int) []any {
		cell := numbers[i]
		f, shape := first[int(cell-1)], shapes[cell]
		var pt any // of a void the database takes a point inside
		if at, ok := points[f.owner]; ok {
			pt = b.plane.point(at)
		}
		return []any{cell, f.block, f.community, f.owner, float64(shape.Area2()) / 2e4, b.plane.polygon(shape[0]), pt}
	})
}

// homes lists the cell of every building.
func (b *coverageBuild) homes() [][]any {
	var homes [][]any
	for _, c := range b.clusters {
		var cell any
		if c.face >= 0 && b.faces[c.face].cell >= 0 {
			cell = b.faces[c.face].cell + 1
		}
		for _, building := range c.buildings {
			homes = append(homes, []any{building, cell})
		}
	}
	return homes
}

// nameArcs gives the arcs the numbers of the stored cells and decides where
// people can walk across: everywhere but the river, and there beside a bridge.
func (b *coverageBuild) nameArcs(ctx context.Context) error {
	names := map[int64]int64{}
	rows, err := b.tx.Query(ctx, `SELECT idx, id FROM c_new`)
	if err != nil {
		return fmt.Errorf("reading the numbers of cells: %w", err)
	}
	var idx, id int64
	if _, err := pgx.ForEachRow(rows, []any{&idx, &id}, func() error { names[idx] = id; return nil }); err != nil {
		return fmt.Errorf("reading the numbers of cells: %w", err)
	}
	for i := range b.arcs {
		a := &b.arcs[i]
		a.Left, a.Right = names[a.Left], names[a.Right]
		a.Crossable = a.Class != "river" || b.bridged(*a)
		if a.Class == "inner" && (a.Left == 0 || a.Right == 0) {
			a.Class = "limit" // a building that stands across the outer limit moved it
		}
	}
	return nil
}

// copyArcs writes the arcs, which are of the present base only; past shapes are
// kept as shapes.
func (b *coverageBuild) copyArcs(ctx context.Context) error {
	return b.copyEach(ctx, "cell_arc", []string{"l", "r", "class", "len", "crossable", "geom"}, len(b.arcs), func(i int) []any {
		a := b.arcs[i]
		return []any{a.Left, a.Right, a.Class, a.Length, a.Crossable, b.plane.line(a.Points)}
	})
}

func (b *coverageBuild) bridged(a geo.Arc) bool {
	for _, p := range a.Points {
		if b.bridges.Touches(p) {
			return true
		}
	}
	return false
}
