package postgres

import (
	"context"

	"wangge/internal/geo"
)

// makeFaces nodes all linework at once and takes the areas it encloses; those
// outside every block go.
func (b *coverageBuild) makeFaces(context.Context) error {
	b.step("连成一张图")
	var cut []geo.Shape
	for _, c := range b.clusters {
		if c.cut {
			cut = append(cut, c.shape)
			b.net = c.shape.Segments(tagWall, b.net)
		}
	}
	noded := geo.NewShapes(cut).Outside(geo.Node(b.net), tagLine|tagOutline|tagWall)
	noded = geo.NewShapes(b.straddlers()).Outside(noded, ^tagCut)
	b.net = nil
	index := b.blockIndex()
	for _, rings := range geo.Faces(noded) {
		f := baseFace{rings: rings, pt: geo.InnerPoint(rings), cell: -1}
		at, ok := index.At(f.pt)
		if !ok {
			continue
		}
		f.in = b.blocks[at]
		f.block, f.community = f.in.id, f.in.community
		b.faces = append(b.faces, f)
	}
	return nil
}

// claimFaces finds the face every cluster stands on and who owns the others.
func (b *coverageBuild) claimFaces(context.Context) error {
	b.step("认领地块")
	regions := make([]geo.Region, len(b.faces))
	for i, f := range b.faces {
		regions[i] = geo.Region{ID: int64(i), Shape: geo.Shape{f.rings}.Metres()}
	}
	index := geo.NewTree(regions)
	for _, c := range b.clusters { // the smallest number first
		if c.block == nil {
			continue
		}
		if at, ok := index.At(c.pt); ok {
			c.face = int(at)
			if f := &b.faces[at]; !f.anchored {
				f.owner, f.anchored = c.id, true
			}
		}
	}
	b.claimRest()
	return nil
}

// claimRest: a face without a building's point goes with the building it is part
// of, and what is left of a built block with the nearest building of the block.
func (b *coverageBuild) claimRest() {
	shapes := geo.NewShapes(shapesOf(b.clusters))
	for i := range b.faces {
		f := &b.faces[i]
		if f.anchored {
			continue
		}
		shapes.Holding(f.pt, func(k int) {
			if c := b.clusters[k]; f.owner == 0 && (c.cut || c.straddles) && c.block != nil {
				f.owner = c.id
			}
		})
		if f.owner != 0 {
			continue
		}
		var near []int
		for _, k := range f.in.built {
			if b.clusters[k].face >= 0 {
				near = append(near, k)
			}
		}
		if k := shapes.Nearest(f.pt, near); k >= 0 {
			f.owner = b.clusters[k].id
		}
	}
}
