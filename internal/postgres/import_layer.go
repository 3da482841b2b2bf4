package postgres

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

// layerFault is the least ground, in square metres, that is told of when two
// shapes of a layer cover it, or none does.
const layerFault = 1.0

// layerTold is how many overlaps, and how many gaps, are told one by one, the
// largest; a file with parts of buildings has thousands.
const layerTold = 50

// layers says which sheets are layers: the SQL of what lies side by side, and
// whether it should leave no hole.
func layers() map[string]struct {
	by    string
	whole bool
} {
	return map[string]struct {
		by    string
		whole bool
	}{
		"areas":      {by: `coalesce(scheme, '') || coalesce(level, '')`, whole: true},
		"grids":      {by: `coalesce(kind, 'basic')`, whole: true},
		"courtyards": {by: `''`},
		"buildings":  {by: `''`},
	}
}

// drawn is a shape with its line in the file.
type drawn struct {
	line  int
	code  string
	shape orb.MultiPolygon
}

// checkLayers tells of shapes of one file that lie upon each other and of holes
// between them. Both are warnings: the lines stay as they were drawn.
func (l *load) checkLayers(ctx context.Context) error {
	layer, ok := layers()[l.sheet.Name]
	if !ok {
		return nil
	}
	sides, err := l.incomingLayers(ctx, layer.by)
	if err != nil {
		return err
	}
	for _, rows := range sides {
		shapes := make([]orb.MultiPolygon, len(rows))
		for i, r := range rows {
			shapes[i] = r.shape
		}
		l.tellOverlaps(rows, geo.Overlaps(shapes, layerFault))
		if layer.whole {
			l.tellGaps(rows, geo.Gaps(shapes, layerFault))
		}
	}
	return nil
}

// incomingLayers reads the shapes that will be written, layer by layer.
func (l *load) incomingLayers(ctx context.Context, by string) ([][]drawn, error) {
	rows, err := l.tx.Query(ctx, `select line, coalesce(code, ''), dense_rank() over (order by `+by+`)::int, st_asbinary(shape) from incoming where shape is not null order by line`)
	if err != nil {
		return nil, fmt.Errorf("reading the layer: %w", err)
	}
	var out [][]drawn
	var p drawn
	var rank int
	var shape []byte
	_, err = pgx.ForEachRow(rows, []any{&p.line, &p.code, &rank, &shape}, func() error {
		g, err := wkb.Unmarshal(shape)
		if err != nil {
			return fmt.Errorf("reading a shape: %w", err)
		}
		p.shape, _ = geo.Multi(g)
		for len(out) < rank {
			out = append(out, nil)
		}
		out[rank-1] = append(out[rank-1], p)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the layer: %w", err)
	}
	return out, nil
}

// tellOverlaps leaves out what is less than a hundredth of the smaller shape:
// footprints of neighbours are seldom drawn to the centimetre.
func (l *load) tellOverlaps(rows []drawn, found []geo.Overlap) {
	found = slices.DeleteFunc(found, func(o geo.Overlap) bool {
		return o.Area < 0.01*math.Min(geo.Area(rows[o.A].shape), geo.Area(rows[o.B].shape))
	})
	slices.SortStableFunc(found, func(a, b geo.Overlap) int { return cmp.Compare(b.Area, a.Area) })
	for _, o := range found[:min(len(found), layerTold)] {
		l.warnShape(rows[o.A], fmt.Sprintf("与第%d个要素重叠%s平方米（%s）；请核对是否重复或画错", rows[o.B].line, squareMetres(o.Area), aroundSpot(o.Spot)))
	}
	if n := len(found); n > layerTold {
		l.warnShape(drawn{}, fmt.Sprintf("共有%d处重叠，列出的是最大的%d处", n, layerTold))
	}
}

// tellGaps is given the largest first.
func (l *load) tellGaps(rows []drawn, found []geo.Gap) {
	found = slices.DeleteFunc(found, func(g geo.Gap) bool { return len(g.Near) == 0 })
	for _, g := range found[:min(len(found), layerTold)] {
		others := []string{}
		for _, i := range g.Near[1:min(len(g.Near), 6)] {
			others = append(others, fmt.Sprint(rows[i].line))
		}
		between := "中间"
		if len(others) > 0 {
			between = "与第" + strings.Join(others, "、") + "个要素之间"
		}
		l.warnShape(rows[g.Near[0]], fmt.Sprintf("%s有%s平方米的空隙（%s），不属于任何%s；请核对边界", between, squareMetres(g.Area), aroundSpot(g.Spot), l.sheet.Title))
	}
	if n := len(found); n > layerTold {
		l.warnShape(drawn{}, fmt.Sprintf("共有%d处空隙，列出的是最大的%d处", n, layerTold))
	}
}

func (l *load) warnShape(d drawn, message string) {
	l.found.add(ward.Finding{Line: d.line, Feature: d.code, Field: "图形", Level: ward.LevelWarning, Message: message, Done: "按原样写入"})
}

func aroundSpot(p orb.Point) string { return fmt.Sprintf("%.6f, %.6f 附近", p[0], p[1]) }

// squareMetres shows small areas with a digit behind the point.
func squareMetres(area float64) string {
	if area < 10 {
		return fmt.Sprintf("%.1f", area)
	}
	return fmt.Sprintf("%.0f", area)
}
