package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"wangge/internal/geo"
)

// What a piece of linework is.
const (
	tagLine    uint8 = 1 << iota // a road, wall, river or limit
	tagOutline                   // of a building across a line
	tagDivider                   // between two buildings
	tagWall                      // of a building a divider would clip
	tagCut                       // drawn by people through a cell
)

const (
	// throughDepth is how far, in centimetres, a line must run into a building to
	// be led round it: less is how walls along a line are drawn.
	throughDepth = 2
	// dividerTolerance is how far, in centimetres, a border between two buildings
	// may be straightened.
	dividerTolerance = 30
	// sliverWidth is how wide, in metres, ground outside all areas may be to be
	// taken for communities that were drawn apart.
	sliverWidth = 2.0
)

// block is ground between lines.
type block struct {
	id        int
	rings     [][]geo.Cm
	pt        orb.Point
	community int64    // 0 in a sliver between communities
	areas     int      // how many hold it; more than one overlap
	straddler *cluster // the building whose outline it is
	narrow    bool     // a sliver
	seated    bool     // some of it is in a cell
	built     []int    // clusters in it, straddlers not
}

func (b *coverageBuild) findStraddlers(context.Context) error {
	b.step("找出跨线的楼栋")
	for i, through := range geo.NewShapes(shapesOf(b.clusters)).Entered(b.lines, throughDepth) {
		b.clusters[i].straddles = through
	}
	return nil
}

// makeBlocks cuts the ground along all lines. Where a line runs through a
// building it goes round it instead: the footprint becomes a block of its own, so
// the building stays whole.
func (b *coverageBuild) makeBlocks(ctx context.Context) error {
	b.step("划分街区")
	var straddlers []*cluster
	net := slices.Clone(b.lines)
	for _, c := range b.clusters {
		if c.straddles {
			straddlers = append(straddlers, c)
			net = c.shape.Segments(tagOutline, net)
		}
	}
	held := geo.NewShapes(shapesOf(straddlers))
	b.net = held.Outside(geo.Node(net), tagOutline)
	areas := b.areas()
	for i, rings := range geo.Faces(b.net) {
		k := &block{id: i + 1, rings: rings, pt: geo.InnerPoint(rings)}
		areas.Holding(k.pt, func(a int) {
			if k.areas++; k.areas == 1 {
				k.community = b.ground[a].id
			}
		})
		if s := held.First(k.pt); s >= 0 {
			k.straddler = straddlers[s]
		}
		b.blocks = append(b.blocks, k)
	}
	if err := b.placeStraddlers(ctx, straddlers); err != nil {
		return err
	}
	b.blocks = slices.DeleteFunc(b.blocks, func(k *block) bool {
		k.narrow = k.community == 0 && k.straddler == nil && geo.Thin(k.rings, sliverWidth)
		return k.community == 0 && !k.narrow
	})
	b.settleClusters()
	return nil
}

// areas finds the leaves of the area tree around a point.
func (b *coverageBuild) areas() *geo.Shapes {
	shapes := make([]geo.Shape, len(b.ground))
	for i, a := range b.ground {
		shapes[i] = a.shape
	}
	return geo.NewShapes(shapes)
}

// placeStraddlers gives a building across a line whole to the area that holds
// most of it, to none when most of it is outside.
func (b *coverageBuild) placeStraddlers(ctx context.Context, straddlers []*cluster) error {
	var out [][]any
	for _, c := range straddlers {
		out = append(out, []any{c.id, multiPolygonWKB(c.shape)})
	}
	if err := b.copy(ctx, "c_straddler", []string{"id", "wkb"}, out); err != nil {
		return err
	}
	rows, err := b.tx.Query(ctx, `
		WITH outline AS MATERIALIZED (SELECT id, g geom, st_area(g) size FROM c_straddler, LATERAL (SELECT st_makevalid(st_geomfromwkb(wkb, metric_srid())) g) q)
		SELECT id, CASE WHEN sum(overlap) >= 0.5 * max(size) THEN (array_agg(area ORDER BY overlap DESC, area))[1] END
		FROM (SELECT c.id, a.id area, c.size, CASE WHEN st_contains(a.geom, c.geom) THEN c.size ELSE st_area(st_intersection(a.geom, c.geom)) END overlap
		      FROM c_area a JOIN outline c ON st_intersects(a.geom, c.geom)) v GROUP BY id`)
	if err != nil {
		return fmt.Errorf("placing buildings across lines: %w", err)
	}
	home := map[int64]int64{}
	var id int64
	var area *int64
	if _, err = pgx.ForEachRow(rows, []any{&id, &area}, func() error {
		if area != nil {
			home[id] = *area
		}
		return nil
	}); err != nil {
		return fmt.Errorf("placing buildings across lines: %w", err)
	}
	for _, k := range b.blocks {
		if k.straddler == nil {
			continue
		}
		k.community = home[k.straddler.id]
		if k.community != 0 && k.straddler.block == nil {
			k.straddler.block = k
		}
	}
	return nil
}

// settleClusters finds the block of every other building.
func (b *coverageBuild) settleClusters() {
	index := b.blockIndex()
	for i, c := range b.clusters {
		if c.straddles {
			continue
		}
		if at, ok := index.At(c.pt); ok {
			if k := b.blocks[at]; k.straddler == nil && k.community != 0 {
				c.block = k
				k.built = append(k.built, i)
			}
		}
	}
}

func (b *coverageBuild) blockIndex() *geo.Index {
	regions := make([]geo.Region, len(b.blocks))
	for i, k := range b.blocks {
		regions[i] = geo.Region{ID: int64(i), Shape: geo.Shape{k.rings}.Metres()}
	}
	return geo.NewTree(regions)
}

// divideBlocks cuts every block of several buildings by the Voronoi diagram of
// their walls. Where a divider would still clip a footprint (walls that touch),
// the wall takes its place.
func (b *coverageBuild) divideBlocks(ctx context.Context) error {
	b.step("楼栋之间划界")
	cuts, beyond, err := b.readCuts(ctx)
	if err != nil {
		return err
	}
	var plots []geo.Plot
	for _, k := range b.blocks {
		if len(k.built) < 2 {
			continue
		}
		p := geo.Plot{Rings: k.rings}
		for _, i := range k.built {
			p.Built = append(p.Built, geo.Footprint{Owner: b.clusters[i].id, Shape: b.clusters[i].shape})
		}
		plots = append(plots, p)
	}
	dividers := append(geo.Divide(plots, dividerTolerance, tagDivider), cuts...)
	for i, through := range geo.NewShapes(shapesOf(b.clusters)).Entered(dividers, throughDepth) {
		c := b.clusters[i]
		c.cut = through && !c.straddles && c.block != nil
	}
	b.net = append(append(b.net, dividers...), beyond...)
	return nil
}
