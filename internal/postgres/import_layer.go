package postgres

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

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

// side is the shapes of one file that lie side by side, and what was found
// between them.
type side struct {
	rows     []drawn
	overlaps []geo.Overlap
	gaps     []geo.Gap
}

// keepDrawn keeps the shapes of a layer as they are copied, so that they need not
// be read back.
func (l *load) keepDrawn(line int, area orb.MultiPolygon) {
	if _, ok := layers()[l.sheet.Name]; !ok {
		return
	}
	if l.drawn == nil {
		l.drawn = map[int]orb.MultiPolygon{}
	}
	l.drawn[line] = area
}

// checkLayers looks for shapes of one file that lie upon each other and for holes
// between them, while the database goes on with the rows. The function it returns
// waits for that and tells of them; it must be called, whatever happens, and may
// be called again. Both are warnings: the lines stay as they were drawn.
func (l *load) checkLayers(ctx context.Context) (tell func(), err error) {
	layer, ok := layers()[l.sheet.Name]
	if !ok {
		return func() {}, nil
	}
	sides, err := l.incomingLayers(ctx, layer.by)
	if err != nil {
		return nil, err
	}
	var looking sync.WaitGroup
	looking.Go(func() {
		for i := range sides {
			sides[i].look(layer.whole)
		}
	})
	return sync.OnceFunc(func() {
		looking.Wait()
		for _, s := range sides {
			l.tellOverlaps(s.rows, s.overlaps)
			l.tellGaps(s.rows, s.gaps)
		}
	}), nil
}

func (s *side) look(whole bool) {
	shapes := make([]orb.MultiPolygon, len(s.rows))
	for i, r := range s.rows {
		shapes[i] = r.shape
	}
	s.overlaps = geo.Overlaps(shapes, layerFault)
	if whole {
		s.gaps = geo.Gaps(shapes, layerFault)
	}
}

// incomingLayers lists the shapes that will be written, layer by layer. Only those
// the database may have changed are read back.
func (l *load) incomingLayers(ctx context.Context, by string) ([]side, error) {
	rows, err := l.tx.Query(ctx, `select line, coalesce(code, ''), dense_rank() over (order by `+by+`)::int, case when not sound then st_asbinary(shape) end from incoming where shape is not null order by line`)
	if err != nil {
		return nil, fmt.Errorf("reading the layer: %w", err)
	}
	var out []side
	var p drawn
	var rank int
	var shape []byte
	_, err = pgx.ForEachRow(rows, []any{&p.line, &p.code, &rank, &shape}, func() error {
		p.shape = l.drawn[p.line]
		if shape != nil {
			g, err := wkb.Unmarshal(shape)
			if err != nil {
				return fmt.Errorf("reading a shape: %w", err)
			}
			p.shape, _ = geo.Multi(g)
		}
		for len(out) < rank {
			out = append(out, side{})
		}
		out[rank-1].rows = append(out[rank-1].rows, p)
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
