package postgres

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/jackc/pgx/v5"

	"wangge/internal/geo"
)

// classCut is what faces have between them where people cut a cell. Arcs of
// cells do not have it: there a cut is a border like others.
const classCut = "cut"

// cutOvershoot is how far, in centimetres, a cut is drawn out beyond its ends:
// as far as the build may straighten the border it was drawn to.
const cutOvershoot = dividerTolerance

// readCuts reads the lines people cut cells along, and gives beside them what is
// drawn out beyond their ends, which divides nothing by itself: loose ends vanish.
func (b *coverageBuild) readCuts(ctx context.Context) (cuts, beyond []geo.Segment, err error) {
	b.cuts = geo.NewLineMap(2.5)
	rows, err := b.tx.Query(ctx, `select st_asbinary(d.geom, 'NDR') from cell_cut c, lateral st_dump(c.line) d where c.healed_at is null order by c.id, d.path`)
	if err != nil {
		return nil, nil, fmt.Errorf("reading cuts: %w", err)
	}
	var data []byte
	_, err = pgx.ForEachRow(rows, []any{&data}, func() error {
		line := lineCm(lineOfWKB(data))
		if len(line) < 2 {
			return fmt.Errorf("a cut has %d points", len(line))
		}
		b.cuts.Add(line, 0)
		for i := 1; i < len(line); i++ {
			cuts = append(cuts, geo.Segment{A: line[i-1], B: line[i], Tags: tagCut})
		}
		back := slices.Clone(line)
		slices.Reverse(back)
		for _, way := range [][]geo.Cm{line, back} {
			beyond = append(beyond, geo.Segment{A: overshoot(way[1], way[0]), B: way[0], Tags: tagDivider})
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("reading cuts: %w", err)
	}
	return cuts, beyond, nil
}

// overshoot is the place a little farther on the way p→q.
func overshoot(p, q geo.Cm) geo.Cm {
	dx, dy := float64(q.X-p.X), float64(q.Y-p.Y)
	far := cutOvershoot / math.Hypot(dx, dy)
	return geo.Cm{X: q.X + int64(math.Round(dx*far)), Y: q.Y + int64(math.Round(dy*far))}
}

func (b *coverageBuild) cutOrClass(p, q geo.Cm) string {
	if _, ok := b.cuts.Along(p, q); ok {
		return classCut
	}
	return b.classOf(p, q)
}

// straddlers are the outlines of buildings across a line, which nothing cuts.
func (b *coverageBuild) straddlers() []geo.Shape {
	var out []geo.Shape
	for _, c := range b.clusters {
		if c.straddles {
			out = append(out, c.shape)
		}
	}
	return out
}

// gatherCutOff gives ground that a cut took from the building it belonged to a
// cell of its own.
func (g *faceGraph) gatherCutOff() {
	for i := range g.faces {
		f := &g.faces[i]
		cut := slices.ContainsFunc(g.borders[i], func(e faceBorder) bool { return e.class == classCut })
		if !cut || f.cell >= 0 || f.community == 0 || f.owner == 0 || g.splinter(i) {
			continue
		}
		f.cell = g.cells
		g.cells++
		g.flood(i)
		for k := range g.faces {
			if g.faces[k].cell == f.cell {
				g.faces[k].owner = 0 // nothing stands there
			}
		}
	}
}
