package postgres

import (
	"math"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"wangge/internal/geo"
	"wangge/internal/ward"
)

// blockZoom is the level whose tiles read a whole block of buildings; what they
// read is kept for the tiles of the deeper levels inside.
const blockZoom = 14

// blockLimit is how much the kept blocks of one TileStore may hold, bytes: some
// 250,000 buildings. A district has less, a larger ward asks the database more.
const blockLimit = 64 << 20

// buildingBlocks are buildings as they were read for tiles of blockZoom. They are
// kept only while somebody is told of changes, and a block goes before the change
// that touches it is passed on: who draws after that reads it anew.
type buildingBlocks struct {
	mu       sync.Mutex
	watching int // listeners that are told of changes
	kept     map[blockKey]*buildingBlock
	bytes    int
	reading  map[*blockReading]bool
	spare    sync.Pool // of *buildingBlock: room to read into, some 3 MB
}

type blockKey struct{ x, y int }

// blockReading is a block on its way; stale when something in it changed meanwhile.
type blockReading struct {
	key   blockKey
	block *buildingBlock
	stale bool
}

// buildingBlock holds buildings one after the other: their texts and shapes in one
// piece of memory, which the collector need not look through.
type buildingBlock struct {
	rows  []blockRow
	bytes []byte
}

type blockRow struct {
	bound              orb.Bound // metres of EPSG:3857
	id, grid           int64
	floors             int32
	at                 uint32
	name, number, kind uint16
	shape              uint32
}

func (b *buildingBlock) size() int { return cap(b.bytes) + cap(b.rows)*88 }

// add copies a building; what no 16 bits can measure is not kept, and nothing of
// the block then.
func (b *buildingBlock) add(f foundBuilding, shape []byte) bool {
	bound, err := geo.WKBBound(shape)
	const most = math.MaxUint16
	if err != nil || len(f.name) > most || len(f.number) > most || len(f.kind) > most || len(b.bytes) > math.MaxInt32 {
		return false
	}
	b.rows = append(b.rows, blockRow{
		bound: bound, id: f.id, grid: f.grid, floors: int32(f.floors), at: uint32(len(b.bytes)),
		name: uint16(len(f.name)), number: uint16(len(f.number)), kind: uint16(len(f.kind)), shape: uint32(len(shape)),
	})
	b.bytes = append(append(append(append(b.bytes, f.name...), f.number...), f.kind...), shape...)
	return true
}

// each calls f with the buildings whose boxes meet box, until it fails.
func (b *buildingBlock) each(box orb.Bound, f func(foundBuilding, []byte) error) error {
	for i := range b.rows {
		r := &b.rows[i]
		if !r.bound.Intersects(box) {
			continue
		}
		rest := b.bytes[r.at:]
		next := func(n int) (part []byte) {
			part, rest = rest[:n:n], rest[n:]
			return part
		}
		found := foundBuilding{
			name: next(int(r.name)), number: next(int(r.number)), kind: next(int(r.kind)),
			id: r.id, grid: r.grid, floors: int64(r.floors),
		}
		if err := f(found, next(int(r.shape))); err != nil {
			return err
		}
	}
	return nil
}

// watch says that changes are told from now on, until the func it returns is called.
func (k *buildingBlocks) watch() (end func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.watching++
	return func() {
		k.mu.Lock()
		k.watching--
		blind := k.watching == 0
		k.mu.Unlock()
		if blind {
			k.drop(world)
		}
	}
}

// begin says that a block is going to be read; nil when it would not be kept.
func (k *buildingBlocks) begin(x, y int) *blockReading {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.watching == 0 {
		return nil
	}
	if k.reading == nil {
		k.reading, k.kept = map[*blockReading]bool{}, map[blockKey]*buildingBlock{}
	}
	room, _ := k.spare.Get().(*buildingBlock)
	if room == nil {
		room = &buildingBlock{}
	}
	r := &blockReading{key: blockKey{x, y}, block: &buildingBlock{rows: room.rows[:0], bytes: room.bytes[:0]}}
	k.reading[r] = true
	return r
}

// end keeps what was read, if all of it was and nothing of it changed.
func (k *buildingBlocks) end(r *blockReading, whole bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.reading, r)
	defer k.spare.Put(r.block)
	if r.stale || !whole || k.watching == 0 {
		return
	}
	block := &buildingBlock{rows: slices.Clip(slices.Clone(r.block.rows)), bytes: slices.Clip(slices.Clone(r.block.bytes))}
	k.forget(r.key)
	k.kept[r.key] = block
	k.bytes += block.size()
	for key := range k.kept {
		if k.bytes <= blockLimit {
			break
		}
		k.forget(key)
	}
}

// forget drops a block. The lock is held.
func (k *buildingBlocks) forget(key blockKey) {
	if block := k.kept[key]; block != nil {
		k.bytes -= block.size()
		delete(k.kept, key)
	}
}

// at returns the block that holds all a tile shows, nil when it is not kept.
func (k *buildingBlocks) at(z, x, y int) *buildingBlock {
	if z < blockZoom {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.kept[blockKey{x >> (z - blockZoom), y >> (z - blockZoom)}]
}

// drop forgets the blocks that show something of a box, metres of EPSG:3857.
func (k *buildingBlocks) drop(box orb.Bound) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for key := range k.kept {
		if tileBound(blockZoom, key.x, key.y).Intersects(box) {
			k.forget(key)
		}
	}
	for r := range k.reading {
		r.stale = r.stale || tileBound(blockZoom, r.key.x, r.key.y).Intersects(box)
	}
}

// tileBound is a tile with its buffer, and a step more on each side against
// rounding, metres of EPSG:3857.
func tileBound(z, x, y int) orb.Bound {
	side := (world.Max[0] - world.Min[0]) / float64(int64(1)<<z)
	corner := orb.Point{world.Min[0] + float64(x)*side, world.Max[1] - float64(y+1)*side}
	return orb.Bound{Min: corner, Max: orb.Point{corner[0] + side, corner[1] + side}}.Pad(side * (ward.TileBuffer + 1.0/geo.TileExtent))
}
